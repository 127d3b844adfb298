import type { CartDelivery, DeliveryChoice } from '@hilo/contract'
import { deliveryOptions } from '#fulfillment'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { freeDeliveryFrom } from '#pricing'
import { quote } from './cart-quote.ts'
import type { CartRow } from './cart-rows.ts'

/**
 * What each way of sending this basket would really cost, before one is chosen: every option is priced as the basket itself is, so
 * a promotion that frees the delivery shows here with its reason. Reads only.
 * @param postalCode where it would go; the options and their days depend on it
 */
export async function deliveryPrices(
  q: Queryable,
  clock: Clock,
  { cart, country, postalCode }: { cart: CartRow; country: string; postalCode: string },
): Promise<CartDelivery> {
  const { channelId } = cart
  const [options, freeFromMinor] = await Promise.all([
    deliveryOptions(q, { clock, channelId, country, postalCode, subtotalMinor: 0 }),
    freeDeliveryFrom(q, { clock, channelId }),
  ])
  const address = { name: '', line1: '', line2: '', postalCode, city: '', province: '', country, phone: '' }
  const items: CartDelivery['items'] = []
  for (const { id, name, text, priceMinor, arrivesFrom, arrivesBy } of options) {
    const delivery: DeliveryChoice = { kind: 'delivery', address, optionId: id }
    const { priced } = await quote(q, clock, { ...cart, delivery })
    items.push({
      id,
      name,
      text,
      listMinor: priceMinor,
      amountMinor: priced.delivery?.totalMinor ?? priceMinor,
      reason: priced.delivery?.reason ?? null,
      earliestOn: arrivesFrom,
      latestOn: arrivesBy,
    })
  }
  return { items, freeFromMinor }
}
