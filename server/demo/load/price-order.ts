import { type PricedCart, type Promotion, priceCart } from '@hilo/calc'
import type { OrderFact } from '../history.ts'
import { taxRateBp } from '../products/types.ts'
import { deliveryOptions } from '../promotions.ts'
import { dayMs, demoCurrency, iso, type LoadedVariant, type Loading, markdownDays, must } from './context.ts'

/** An order line as it was sold: the priced line, and the variant behind it. */
export type SoldLine = PricedCart['lines'][number] & { variant: LoadedVariant }
export type PricedFact = { fact: OrderFact; orderId: string; lines: SoldLine[]; priced: PricedCart }

/**
 * Prices a past order with the shop's own arithmetic: the prices, markdowns and promotions of that moment, gifts included. Lines
 * get the ids they will have as order lines.
 */
export function priceFact(loading: Loading, fact: OrderFact, promotions: readonly Promotion[]): PricedFact {
  const { id, variants, nowMs, promotionIds } = loading
  const isLowered = fact.atMs >= nowMs - markdownDays * dayMs
  const option = deliveryOptions.find((each) => each.id === fact.deliveryOptionId)
  const byId = new Map<string, LoadedVariant>()
  const lines = fact.lines.map(({ sku, units }) => {
    const variant = must(variants, sku, 'variant')
    byId.set(variant.id, variant)
    const { priceMinor, priorPriceMinor, product, productId, collectionIds } = variant
    const lowered =
      priorPriceMinor !== null && isLowered ? { markdownUnitMinor: priceMinor, priorUnitMinor: priorPriceMinor } : {}
    return {
      id: id('lin', fact.atMs),
      variantId: variant.id,
      productId,
      collectionIds,
      units,
      listUnitMinor: priorPriceMinor ?? priceMinor,
      ...lowered,
      taxRateBp: taxRateBp[product.taxClass],
    }
  })
  const gifts = promotions.flatMap(({ giftVariantId }) => giftFacts(variants, giftVariantId))
  for (const gift of gifts) byId.set(gift.id, gift)
  const priced = priceCart({
    currency: demoCurrency,
    taxIncluded: true,
    at: iso(fact.atMs),
    channelId: fact.channelId,
    lines,
    promotions: [...promotions],
    couponCodes: fact.couponCode === null ? [] : [fact.couponCode],
    delivery: option ? { amountMinor: option.priceMinor, taxRateBp: taxRateBp.standard } : null,
    giftPrices: Object.fromEntries(
      gifts.map((gift) => [
        gift.id,
        { taxRateBp: taxRateBp[gift.product.taxClass], productId: gift.productId, listUnitMinor: gift.priceMinor },
      ]),
    ),
    timeZone: 'Europe/Madrid',
  })
  const sold = priced.lines.map((line) => ({
    ...line,
    id: line.id.startsWith('gift:') ? id('lin', fact.atMs) : line.id,
    variant: must(byId, line.variantId, 'variant'),
  }))
  // A code that did not count (the basket was too small) is not kept with the order.
  const applied = priced.coupons.some(({ state }) => state === 'applied') && promotionIds.size > 0
  return { fact: applied ? fact : { ...fact, couponCode: null }, orderId: id('ord', fact.atMs), lines: sold, priced }
}

function giftFacts(variants: Loading['variants'], variantId: string | undefined): LoadedVariant[] {
  if (variantId === undefined) return []
  return [...variants.values()].filter(({ id }) => id === variantId)
}
