/**
 * Whether a promotion holds for a basket: dates, uses left, customer, matching lines, minimums. Channel and competition between
 * promotions are decided in `stacking.ts`.
 */
import type { Bundle } from './bundles.ts'
import { assertAtLeast } from './money.ts'
import type { Promotion } from './types.ts'

/** What is missing for a promotion that is live but does not hold. */
export type Shortfall =
  | { kind: 'items' | 'customer' | 'delivery' | 'nothing_left' }
  | { kind: 'units'; missing: number }
  | { kind: 'subtotal'; missingMinor: number }

export type Standing =
  | { state: 'met' }
  | { state: 'not_started' | 'expired' | 'used_up' }
  | { state: 'condition_not_met'; shortfall: Shortfall }

export type Assessment = {
  promotion: Promotion
  standing: Standing
  /** Positions of the matching bundles, rising. */
  matches: number[]
  /** Units in the matching bundles. */
  units: number
}

export type Basket = {
  bundles: readonly Bundle[]
  atMs: number
  hasDelivery: boolean
  customerTags: ReadonlySet<string>
}

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/**
 * Milliseconds since 1970 of an ISO 8601 instant. A text without offset is refused: it would mean another moment on every machine.
 * @throws RangeError when the text is no such instant
 */
export function instantMs(text: string, name: string): number {
  const ms = isoInstant.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new RangeError(`${name} must be an ISO 8601 instant with offset, got ${text}`)
  return ms
}

/** The form in which coupon codes are compared: no surrounding space, no case, one form of each character. */
export function normalizeCode(code: string): string {
  return code.normalize('NFKC').trim().toUpperCase()
}

/**
 * Checks one promotion against a basket. Minimums are measured over the matching lines, at prices before promotions, so the answer
 * never depends on which other promotions exist.
 * @throws RangeError when the promotion is not well formed
 */
export function assessPromotion(promotion: Promotion, basket: Basket): Assessment {
  const ready = readyOf(promotion)
  const matches = matchingBundles(ready, basket.bundles)
  let units = 0
  let subtotalMinor = 0
  for (const at of matches) {
    units += basket.bundles[at]?.units ?? 0
    subtotalMinor += basket.bundles[at]?.grossMinor ?? 0
  }
  return { promotion, matches, units, standing: standingOf(ready, basket, units, subtotalMinor) }
}

function short(shortfall: Shortfall): Standing {
  return { state: 'condition_not_met', shortfall }
}

function standingOf(
  { promotion, startsMs, endsMs }: Ready,
  basket: Basket,
  units: number,
  subtotalMinor: number,
): Standing {
  const { couponUsesLeft, customerTags, minSubtotalMinor } = promotion
  if (basket.atMs >= endsMs) return { state: 'expired' }
  if (basket.atMs < startsMs) return { state: 'not_started' }
  if (couponUsesLeft !== null && couponUsesLeft <= 0) return { state: 'used_up' }
  if (customerTags && !customerTags.some((tag) => basket.customerTags.has(tag))) return short({ kind: 'customer' })
  if (units === 0) return short({ kind: 'items' })
  const unitsNeeded = Math.max(promotion.minUnits ?? 1, promotion.kind === 'gift' ? (promotion.giftPerUnits ?? 1) : 1)
  if (units < unitsNeeded) return short({ kind: 'units', missing: unitsNeeded - units })
  if (minSubtotalMinor !== null && subtotalMinor < minSubtotalMinor) {
    return short({ kind: 'subtotal', missingMinor: minSubtotalMinor - subtotalMinor })
  }
  if (promotion.kind === 'delivery_free' && !basket.hasDelivery) return short({ kind: 'delivery' })
  return { state: 'met' }
}

function matchingBundles({ variants, products, collections }: Ready, bundles: readonly Bundle[]): number[] {
  const isOpen = variants === null && products === null && collections === null
  const matches: number[] = []
  bundles.forEach((bundle, at) => {
    const named =
      isOpen ||
      variants?.has(bundle.variantId) ||
      products?.has(bundle.productId) ||
      (collections !== null && bundle.collectionIds.some((id) => collections.has(id)))
    if (named) matches.push(at)
  })
  return matches
}

/** A promotion, checked and made ready for baskets. */
type Ready = {
  promotion: Promotion
  startsMs: number
  endsMs: number
  variants: ReadonlySet<string> | null
  products: ReadonlySet<string> | null
  collections: ReadonlySet<string> | null
}
// Rules are kept between pricings, so each promotion is made ready once. Nobody changes a promotion that has been priced with.
const made = new WeakMap<Promotion, Ready>()

function readyOf(promotion: Promotion): Ready {
  const known = made.get(promotion)
  if (known) return known
  checkPromotion(promotion)
  const { startsAt, endsAt, variantIds, productIds, collectionIds } = promotion
  const ready: Ready = {
    promotion,
    startsMs: startsAt === null ? Number.NEGATIVE_INFINITY : instantMs(startsAt, 'startsAt'),
    endsMs: endsAt === null ? Number.POSITIVE_INFINITY : instantMs(endsAt, 'endsAt'),
    variants: variantIds && new Set(variantIds),
    products: productIds && new Set(productIds),
    collections: collectionIds && new Set(collectionIds),
  }
  made.set(promotion, ready)
  return ready
}

/** A promotion that says nothing, or an impossible thing, is a defect of whoever stored it, not a basket without discount. */
function checkPromotion(promotion: Promotion): void {
  const named = (field: string) => `${field} of promotion ${promotion.id}`
  switch (promotion.kind) {
    case 'percentage':
      if (assertAtLeast(promotion.valueBp ?? 0, 1, named('valueBp')) > 10_000) {
        throw new RangeError(`${named('valueBp')} must be at most 10000, got ${promotion.valueBp}`)
      }
      return
    case 'amount':
      assertAtLeast(promotion.valueMinor ?? 0, 1, named('valueMinor'))
      return
    case 'gift':
      if (!promotion.giftVariantId) throw new RangeError(`${named('giftVariantId')} is missing`)
      assertAtLeast(promotion.giftUnits ?? 1, 1, named('giftUnits'))
      assertAtLeast(promotion.giftPerUnits ?? 1, 1, named('giftPerUnits'))
      return
    case 'delivery_free':
      return
    default: {
      const never: never = promotion.kind
      throw new RangeError(`promotion ${promotion.id} has the unknown kind ${String(never)}`)
    }
  }
}
