/**
 * What goes into and comes out of `priceCart`.
 *
 * Amounts are integer minor units of the cart's currency (cents), rates are basis points (2100 = 21 %), instants are ISO 8601
 * strings with an offset or Z.
 */

/** One text in both languages of the product, Spanish first. */
export type LocalizedText = { es: string; en: string }

export type CartLineInput = {
  /** Unique in the cart. Has no influence on any total. */
  id: string
  variantId: string
  productId: string
  collectionIds: string[]
  /** Whole units, at least 1. */
  units: number
  /** Price list price of one unit. Holds the tax where the cart says `taxIncluded`. */
  listUnitMinor: number
  /** Lowered price of one unit; ignored unless it is below the list price. */
  markdownUnitMinor?: number
  /** Lowest price of the 30 days before the markdown (Directive 98/6/EC, article 6a, "Omnibus"). */
  priorUnitMinor?: number
  taxRateBp: number
  /**
   * The line is the answer of an earlier pricing to a gift promotion, not a wish of the shopper: it counts for no condition, costs
   * nothing, and its units are set to what the promotions give now.
   */
  isGift?: boolean
}

export const promotionKinds = ['percentage', 'amount', 'gift', 'delivery_free'] as const
export type PromotionKind = (typeof promotionKinds)[number]

export type Promotion = {
  id: string
  name: LocalizedText
  kind: PromotionKind
  /** `percentage`: 1 to 10,000 basis points off the matching lines. */
  valueBp?: number
  /** `amount`: minor units off the matching lines together, once per order. */
  valueMinor?: number
  giftVariantId?: string
  /** `gift`: units given each time; 1 when absent. */
  giftUnits?: number
  /** `gift`: given once for every so many matching units; once per order when absent. */
  giftPerUnits?: number | null
  /** Channels the promotion holds on; null is every channel. A list makes it a channel-only incentive. */
  channelIds: string[] | null
  owner: string | null
  /** What shoppers read; the name stands in where it is null. */
  text: LocalizedText | null
  /** Code the shopper must enter; null applies without one. Compared without case and surrounding space. */
  couponCode: string | null
  couponUsesLeft: number | null
  startsAt: string | null
  /** First instant at which the promotion no longer holds. */
  endsAt: string | null
  /** Over the matching lines, at the prices before promotions. */
  minSubtotalMinor: number | null
  /** Over the matching lines. */
  minUnits: number | null
  /** The three lists widen each other: a line matches when any names it. All three null: every line matches. */
  variantIds: string[] | null
  productIds: string[] | null
  collectionIds: string[] | null
  /** The customer must carry at least one of these tags. */
  customerTags?: string[] | null
  /** May stand beside every other combinable promotion. */
  combinable: boolean
  /** Higher is applied first. */
  priority: number
}

export type PriceCartInput = {
  currency: string
  /** Whether unit prices, promotion amounts and the delivery amount hold the tax already. */
  taxIncluded: boolean
  /** The moment to price for; decides which promotions hold. */
  at: string
  channelId: string
  lines: CartLineInput[]
  promotions: Promotion[]
  couponCodes: string[]
  delivery: { amountMinor: number; taxRateBp: number } | null
  /**
   * Facts of gift variants, by variant id. With them, a gift becomes a priced line by itself. `listUnitMinor` is its worth when
   * outcomes are compared; a gift without it counts as worth nothing.
   */
  giftPrices?: Record<string, { taxRateBp: number; productId: string; listUnitMinor?: number }>
  customerTags?: string[]
  /** IANA zone of the dates named in coupon reasons; without it reasons name no date. */
  timeZone?: string
}

export type LineDiscount = {
  promotionId: string
  couponCode: string | null
  amountMinor: number
  reason: LocalizedText
}

/** Identity: grossMinor − discountMinor (+ taxMinor where prices exclude tax) = totalMinor = netMinor + taxMinor. */
export type PricedLine = {
  id: string
  variantId: string
  units: number
  /** Price of one unit before promotions: the markdown where there is one. 0 for a gift. */
  unitMinor: number
  listUnitMinor: number
  priorUnitMinor: number | null
  /** units × unitMinor. */
  grossMinor: number
  discounts: LineDiscount[]
  discountMinor: number
  /** What the customer pays for the line, tax in it, in both modes. */
  totalMinor: number
  taxRateBp: number
  netMinor: number
  taxMinor: number
  /** Why the line costs what it costs: markdown first, then the promotions in the order applied. */
  reasons: LocalizedText[]
  isGift: boolean
}

export type PricedGift = { promotionId: string; variantId: string; units: number; reason: LocalizedText }

/** Identity: amountMinor − discountMinor (+ taxMinor where prices exclude tax) = totalMinor. */
export type PricedDelivery = {
  amountMinor: number
  discountMinor: number
  totalMinor: number
  taxRateBp: number
  taxMinor: number
  reason: LocalizedText | null
}

export type TaxGroup = { rateBp: number; netMinor: number; taxMinor: number }

export const couponStates = [
  'applied',
  'unknown',
  'not_started',
  'expired',
  'condition_not_met',
  'not_combinable',
  'other_channel',
  'used_up',
] as const
export type CouponState = (typeof couponStates)[number]

export type PricedCoupon = { code: string; state: CouponState; reason: LocalizedText }

export type PricedCart = {
  currency: string
  taxIncluded: boolean
  lines: PricedLine[]
  /** Everything the promotions give. The same units stand in `lines` as gift lines where their tax rate is known. */
  gifts: PricedGift[]
  delivery: PricedDelivery | null
  /** Σ grossMinor of the lines. */
  subtotalMinor: number
  /** Σ discountMinor of the lines. The delivery discount is not in it: deliveryMinor is already after it. */
  discountMinor: number
  /** delivery.totalMinor, or 0. */
  deliveryMinor: number
  /** What the customer pays, tax in it, in both modes: Σ lines totalMinor + deliveryMinor. */
  totalMinor: number
  taxMinor: number
  /** By rising rate; lines and delivery together. Σ netMinor + Σ taxMinor = totalMinor. */
  taxes: TaxGroup[]
  coupons: PricedCoupon[]
  /** Channel-only incentives that this cart would earn on the named other channels. */
  elsewhere: { promotionId: string; channelIds: string[]; text: LocalizedText }[]
}
