import type { CartDelivery } from '@hilo/contract'

/** How far a basket is from a parcel that costs nothing: free already, so much missing, or no such promotion (null). */
export type FreeDelivery = { free: true } | { free: false; missingMinor: number } | null

/**
 * Compares the goods with the value from which a parcel is free.
 * @param goodsMinor value of the goods before promotions, in minor units: what such promotions count
 */
export function freeDelivery(freeFromMinor: number | null, goodsMinor: number): FreeDelivery {
  if (freeFromMinor === null) return null
  return goodsMinor >= freeFromMinor ? { free: true } : { free: false, missingMinor: freeFromMinor - goodsMinor }
}

/** What sending the basket costs at least, in minor units; null when nothing serves the address. */
export function leastToSend(delivery: CartDelivery | null): number | null {
  if (!delivery || delivery.items.length === 0) return null
  return Math.min(...delivery.items.map(({ amountMinor }) => amountMinor))
}

/** The postal code that delivery is asked for before the shopper has named one: the retailer's largest city. */
export const anyPostalCode = '28001'

/**
 * The ways of sending this device's basket and what each costs; null when that cannot be said now. Neither the basket nor collecting
 * in a shop need it, so a page without these prices is better than none; checkout says that they are missing.
 */
export async function deliveryOf(
  { api, log }: Pick<App.Locals, 'api' | 'log'>,
  postalCode: string | undefined,
): Promise<CartDelivery | null> {
  const postal = /^\d{5}$/.test(postalCode ?? '') ? (postalCode ?? anyPostalCode) : anyPostalCode
  try {
    return await api.get<CartDelivery>('/api/store/carts/current/delivery-options', { query: { postal } })
  } catch (error) {
    log(error, 'no delivery prices for a basket')
    return null
  }
}
