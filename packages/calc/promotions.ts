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
  matches: readonly number[]
  /** Units in the matching bundles. */
  units: number
  /** What the matching bundles cost before promotions. */
  grossMinor: number
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
  const { matches, units, grossMinor } = matchesOf(ready, indexOf(basket.bundles))
  return { promotion, matches, units, grossMinor, standing: standingOf(ready, basket, units, grossMinor) }
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

type Matches = { matches: readonly number[]; units: number; grossMinor: number }

/** Where each variant, product and collection stands among the bundles, so that a promotion looks up what it names. */
type Index = {
  bundles: readonly Bundle[]
  all: Matches
  variants: Map<string, number[]>
  products: Map<string, number[]>
  collections: Map<string, number[]>
}
// Fifty promotions look at the same bundles.
const indexes = new WeakMap<readonly Bundle[], Index>()

function indexOf(bundles: readonly Bundle[]): Index {
  const known = indexes.get(bundles)
  if (known) return known
  const [variants, products, collections] = [new Map(), new Map(), new Map()]
  bundles.forEach(({ variantId, productId, collectionIds }, at) => {
    note(variants, variantId, at)
    note(products, productId, at)
    for (const id of collectionIds) note(collections, id, at)
  })
  const all = summed(
    bundles,
    bundles.map((_, at) => at),
  )
  const index = { bundles, all, variants, products, collections }
  indexes.set(bundles, index)
  return index
}

function note(places: Map<string, number[]>, id: string, at: number): void {
  const known = places.get(id)
  if (known) known.push(at)
  else places.set(id, [at])
}

function summed(bundles: readonly Bundle[], matches: readonly number[]): Matches {
  let units = 0
  let grossMinor = 0
  for (const at of matches) {
    units += bundles[at]?.units ?? 0
    grossMinor += bundles[at]?.grossMinor ?? 0
  }
  return { matches, units, grossMinor }
}

function matchesOf(ready: Ready, { bundles, all, ...index }: Index): Matches {
  const { variants, products, collections } = ready
  if (variants === null && products === null && collections === null) return all
  const named = new Set<number>()
  placesOf(variants, index.variants, named)
  placesOf(products, index.products, named)
  placesOf(collections, index.collections, named)
  const matches = [...named].sort((a, b) => a - b)
  return summed(bundles, matches)
}

/** Adds where these ids stand; goes through the shorter of the two lists. */
function placesOf(ids: ReadonlySet<string> | null, places: ReadonlyMap<string, number[]>, named: Set<number>): void {
  if (ids === null) return
  if (ids.size > places.size) {
    for (const [id, found] of places) if (ids.has(id)) for (const at of found) named.add(at)
    return
  }
  for (const id of ids) for (const at of places.get(id) ?? []) named.add(at)
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
