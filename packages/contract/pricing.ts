/** Prices, promotions and priced carts on the wire. The arithmetic itself is `@hilo/calc`. */
import type { PricedCart } from '@hilo/calc'
import { z } from 'zod'
import { id, instant, localizedText, minor, page, priceMinorMax } from './common.ts'

export type { PricedCart, PricedDelivery, PricedGift, PricedLine, TaxGroup } from '@hilo/calc'

const discount = z.object({
  promotionId: z.string(),
  couponCode: z.string().nullable(),
  amountMinor: minor,
  reason: localizedText,
})
export const pricedLine = z.object({
  id: z.string(),
  variantId: z.string(),
  units: z.int(),
  unitMinor: minor,
  listUnitMinor: minor,
  priorUnitMinor: minor.nullable(),
  grossMinor: minor,
  discounts: z.array(discount),
  discountMinor: minor,
  totalMinor: minor,
  taxRateBp: z.int(),
  netMinor: minor,
  taxMinor: minor,
  reasons: z.array(localizedText),
  isGift: z.boolean(),
})
/** A cart with its price and the reasons for it; what each figure means stands in `@hilo/calc`. */
export const pricedCart = z.object({
  currency: z.string(),
  taxIncluded: z.boolean(),
  lines: z.array(pricedLine),
  gifts: z.array(z.object({ promotionId: z.string(), variantId: z.string(), units: z.int(), reason: localizedText })),
  delivery: z
    .object({
      amountMinor: minor,
      discountMinor: minor,
      totalMinor: minor,
      taxRateBp: z.int(),
      taxMinor: minor,
      reason: localizedText.nullable(),
    })
    .nullable(),
  subtotalMinor: minor,
  discountMinor: minor,
  deliveryMinor: minor,
  totalMinor: minor,
  taxMinor: minor,
  taxes: z.array(z.object({ rateBp: z.int(), netMinor: minor, taxMinor: minor })),
  coupons: z.array(
    z.object({
      code: z.string(),
      state: z.enum([
        'applied',
        'unknown',
        'not_started',
        'expired',
        'condition_not_met',
        'not_combinable',
        'other_channel',
        'used_up',
      ]),
      reason: localizedText,
    }),
  ),
  elsewhere: z.array(z.object({ promotionId: z.string(), channelIds: z.array(z.string()), text: localizedText })),
}) satisfies z.ZodType<PricedCart>

export const priceList = z.object({
  id: z.string(),
  name: z.string(),
  channelId: z.string().nullable(),
  currency: z.string(),
  taxIncluded: z.boolean(),
  status: z.enum(['active', 'paused']),
})
export type PriceListView = z.output<typeof priceList>

/**
 * New prices. A markdown needs an amount below the list price and may have a window; null ends it. Left-out markdown fields
 * keep what is there.
 */
export const setPricesBody = z.strictObject({
  items: z
    .array(
      z.strictObject({
        priceListId: z.string().max(60).optional(),
        variantId: id,
        amountMinor: minor.min(0).max(priceMinorMax).optional(),
        markdownMinor: minor.min(0).max(priceMinorMax).nullable().optional(),
        markdownStartsAt: instant.nullable().optional(),
        markdownEndsAt: instant.nullable().optional(),
      }),
    )
    .min(1)
    .max(2000),
})
export const setPricesAnswer = z.object({ changed: z.int(), unchanged: z.int(), version: z.int() })
export const priceChange = z.object({
  priceListId: z.string(),
  amountMinor: minor,
  markdownMinor: minor.nullable(),
  effectiveMinor: minor,
  changedAt: z.string(),
  changedBy: z.string(),
})

export const promotionKinds = ['percentage', 'amount', 'gift', 'delivery_free'] as const
const ids = z.array(z.string().max(60)).min(1).max(2000).nullable()
const requiredText = z.strictObject({
  es: z.string().trim().min(1).max(300),
  en: z.string().trim().max(300).default(''),
})
/** Every field of a promotion without what it is when nobody says: a change must not reset what it does not name. */
const promotionFields = {
  name: requiredText,
  kind: z.enum(promotionKinds),
  valueBp: z.int().min(1).max(10_000).nullable(),
  valueMinor: minor.min(1).max(priceMinorMax).nullable(),
  giftVariantId: id.nullable(),
  giftUnits: z.int().min(1).max(100).nullable(),
  channelIds: z.array(z.string().max(40)).min(1).max(50).nullable(),
  owner: z.string().trim().min(1).max(120).nullable(),
  explanation: requiredText.nullable(),
  couponCode: z.string().trim().min(3).max(40).nullable(),
  couponLimit: z.int().min(1).nullable(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  minSubtotalMinor: minor.min(1).max(priceMinorMax).nullable(),
  minUnits: z.int().min(1).nullable(),
  variantIds: ids,
  productIds: ids,
  collectionIds: ids,
  combinable: z.boolean(),
  priority: z.int().min(-1000).max(1000),
  status: z.enum(['draft', 'active', 'paused']),
}
/**
 * What a promotion is. One that holds on some channels only (`channelIds`) is a declared incentive: owner, explanation and both
 * dates are then required.
 */
export const promotionBody = z.strictObject({
  ...promotionFields,
  valueBp: promotionFields.valueBp.default(null),
  valueMinor: promotionFields.valueMinor.default(null),
  giftVariantId: promotionFields.giftVariantId.default(null),
  giftUnits: promotionFields.giftUnits.default(null),
  channelIds: promotionFields.channelIds.default(null),
  owner: promotionFields.owner.default(null),
  explanation: promotionFields.explanation.default(null),
  couponCode: promotionFields.couponCode.default(null),
  couponLimit: promotionFields.couponLimit.default(null),
  startsAt: promotionFields.startsAt.default(null),
  endsAt: promotionFields.endsAt.default(null),
  minSubtotalMinor: promotionFields.minSubtotalMinor.default(null),
  minUnits: promotionFields.minUnits.default(null),
  variantIds: promotionFields.variantIds.default(null),
  productIds: promotionFields.productIds.default(null),
  collectionIds: promotionFields.collectionIds.default(null),
  combinable: promotionFields.combinable.default(false),
  priority: promotionFields.priority.default(0),
  status: promotionFields.status.default('draft'),
})
export type PromotionBody = z.output<typeof promotionBody>
export const editPromotionBody = z.strictObject({
  ...z.object(promotionFields).partial().shape,
  version: z.int(),
})
/** `state` is what holds at this moment: a paused or draft one never applies, the others by date and coupon limit. */
export const promotion = z.object({
  ...promotionBody.shape,
  id: z.string(),
  couponUses: z.int(),
  version: z.int(),
  state: z.enum(['draft', 'paused', 'scheduled', 'running', 'ended', 'used_up']),
})
export type PromotionView = z.output<typeof promotion>
export const promotionsQuery = z.strictObject({
  q: z.string().max(100).optional(),
  state: z.enum(['draft', 'paused', 'scheduled', 'running', 'ended', 'used_up']).optional(),
  kind: z.enum(promotionKinds).optional(),
  channel: z.string().max(40).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  lang: z.enum(['es', 'en']).optional(),
})
export const promotions = page(promotion)

/** Prices a basket without and with a promotion that is not saved yet (or, with `promotionId`, instead of the saved one). */
export const previewPromotionBody = z.strictObject({
  promotion: promotionBody,
  promotionId: id.optional(),
  channelId: z.string().max(40).default('web'),
  postalCode: z.string().max(12).optional(),
  lines: z
    .array(z.strictObject({ variantId: id, units: z.int().min(1).max(1000) }))
    .min(1)
    .max(100),
  couponCodes: z.array(z.string().max(40)).max(10).default([]),
  delivery: z
    .strictObject({ amountMinor: minor.min(0).max(priceMinorMax), taxClass: z.string().default('standard') })
    .nullable()
    .default(null),
})
export const previewPromotion = z.object({ without: pricedCart, with: pricedCart })
export type PreviewPromotion = z.output<typeof previewPromotion>

/** A price that differs between channels without a declared incentive; `hilo verify` lists them, too. */
export const undeclaredDifference = z.object({
  kind: z.enum(['price_list', 'promotion']),
  subjectId: z.string(),
  channelIds: z.array(z.string()),
  detail: localizedText,
})
export type UndeclaredDifferenceView = z.output<typeof undeclaredDifference>

export const taxRate = z.object({
  country: z.string(),
  region: z.string(),
  taxClass: z.string(),
  rateBp: z.int(),
  name: z.string(),
  validFrom: z.string(),
  source: z.string(),
})
