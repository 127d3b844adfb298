import { type CartLineInput, normalizeCode, type PriceCartInput, type PricedCart, priceCart } from '@hilo/calc'
import { findVariants, type SaleVariant } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { catalogChannel } from './channel.ts'
import { type LivePrice, livePrices, type PriceRow, readPrices, taxRateBp } from './prices.ts'
import { pricingProblems } from './problems.ts'
import type { RulePromotion, Rules } from './rules.ts'

export type PriceLines = {
  clock: Clock
  channelId: string
  /** Where it goes: regions with other taxes are known by their postal prefix. */
  postalCode?: string
  lines: readonly { id: string; variantId: string; units: number; isGift?: boolean }[]
  couponCodes: readonly string[]
  delivery: { amountMinor: number; taxClass: string } | null
  /** Zone of the dates that reasons name. */
  timeZone?: string
  /** Variants of the lines that the asker has read already; those that do not exist are missing. */
  variants?: ReadonlyMap<string, SaleVariant>
  /** Promotions to price with instead of those that hold: what a preview asks. */
  promotions?: (current: readonly RulePromotion[]) => readonly RulePromotion[]
}

/**
 * Prices lines as every channel does: price list, markdown, promotions, coupons, gifts, tax, with the reason for each figure. Two
 * statements while the rules stay as they are, one more when a limited coupon is entered.
 * @throws Problem pricing.variant_unknown, pricing.no_price { variantId }, pricing.no_tax_rate, platform.invalid (channel)
 */
export async function priceLines(q: Queryable, input: PriceLines): Promise<PricedCart> {
  const { clock, channelId, postalCode, couponCodes, delivery } = input
  const lineIds = input.lines.map((line) => line.variantId)
  const { rules, prices, variants } = await facts(q, lineIds, input)
  const channel = catalogChannel(rules, channelId)
  const at = clock.now()
  const live = livePrices(rules, channel, at, prices)
  const rateOf = remembered((taxClass) =>
    taxRateBp(rules.taxes, { country: channel.country, postalCode, taxClass, at }),
  )
  const promotions = await withUsesLeft(q, input.promotions?.(rules.promotions) ?? rules.promotions, couponCodes)
  return priceCart({
    currency: channel.currency,
    taxIncluded: channel.taxIncluded,
    at: at.toISOString(),
    channelId,
    lines: input.lines.map((line) => toLine(line, variants.get(line.variantId), live.get(line.variantId), rateOf)),
    promotions: [...promotions],
    couponCodes: [...couponCodes],
    delivery: delivery && { amountMinor: delivery.amountMinor, taxRateBp: rateOf(delivery.taxClass) },
    giftPrices: giftPrices(promotions, variants, live, rateOf),
    timeZone: input.timeZone ?? 'Europe/Madrid',
  })
}

/** Two hundred lines have two or three tax classes between them. */
function remembered(rateOf: (taxClass: string) => number): (taxClass: string) => number {
  const rates = new Map<string, number>()
  return (taxClass) => {
    const rate = rates.get(taxClass) ?? rateOf(taxClass)
    rates.set(taxClass, rate)
    return rate
  }
}

/** Prices and variants of the lines and of every gift a promotion may give. */
async function facts(
  q: Queryable,
  lineIds: readonly string[],
  { variants, promotions: change }: Pick<PriceLines, 'variants' | 'promotions'>,
): Promise<{ rules: Rules; prices: readonly PriceRow[]; variants: ReadonlyMap<string, SaleVariant> }> {
  const [first, known] = await Promise.all([readPrices(q, lineIds), variants ?? findVariants(q, lineIds)])
  const gifts = giftIds(change?.(first.rules.promotions) ?? first.rules.promotions).filter(
    (id) => !lineIds.includes(id),
  )
  if (gifts.length === 0) return { ...first, variants: known }
  const [{ prices }, given] = await Promise.all([readPrices(q, gifts), findVariants(q, gifts)])
  return { rules: first.rules, prices: [...first.prices, ...prices], variants: new Map([...known, ...given]) }
}

function giftIds(promotions: readonly RulePromotion[]): string[] {
  return [...new Set(promotions.flatMap(({ giftVariantId }) => giftVariantId ?? []))]
}

function toLine(
  { id, variantId, units, isGift }: PriceLines['lines'][number],
  variant: SaleVariant | undefined,
  price: LivePrice | undefined,
  rateOf: (taxClass: string) => number,
): CartLineInput {
  if (!variant) throw pricingProblems.variant_unknown({ variantId })
  // A gift needs no price of its own: it costs nothing.
  if (!price && !isGift) throw pricingProblems.no_price({ variantId, sku: variant.sku })
  return {
    id,
    variantId,
    units,
    isGift,
    productId: variant.productId,
    collectionIds: variant.collectionIds,
    listUnitMinor: price?.amountMinor ?? 0,
    markdownUnitMinor: price?.markdownMinor ?? undefined,
    priorUnitMinor: price?.priorMinor ?? undefined,
    taxRateBp: rateOf(variant.taxClass),
  }
}

function giftPrices(
  promotions: readonly RulePromotion[],
  variants: ReadonlyMap<string, SaleVariant>,
  live: ReadonlyMap<string, LivePrice>,
  rateOf: (taxClass: string) => number,
): PriceCartInput['giftPrices'] {
  const known: NonNullable<PriceCartInput['giftPrices']> = {}
  for (const id of giftIds(promotions)) {
    const variant = variants.get(id)
    if (!variant) continue
    known[id] = {
      taxRateBp: rateOf(variant.taxClass),
      productId: variant.productId,
      listUnitMinor: live.get(id)?.effectiveMinor,
    }
  }
  return known
}

/** Promotions with what is left of the entered coupons that have a limit; the newest count, not that of the kept rules. */
async function withUsesLeft(
  q: Queryable,
  promotions: readonly RulePromotion[],
  couponCodes: readonly string[],
): Promise<readonly RulePromotion[]> {
  const entered = new Set(couponCodes.map(normalizeCode))
  const limited = promotions.filter(
    ({ couponCode, couponLimit }) =>
      couponCode !== null && couponLimit !== null && entered.has(normalizeCode(couponCode)),
  )
  if (limited.length === 0) return promotions
  const rows = await q.many<{ id: string; left: number }>(sql`
    select id, coupon_limit - coupon_uses as left from pricing.promotion where id = any (${limited.map(({ id }) => id)}::text[])`)
  const left = new Map(rows.map((row) => [row.id, row.left]))
  return promotions.map((promotion) =>
    left.has(promotion.id) ? { ...promotion, couponUsesLeft: left.get(promotion.id) ?? 0 } : promotion,
  )
}
