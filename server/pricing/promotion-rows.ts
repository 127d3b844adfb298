import type { Promotion } from '@hilo/calc'
import { sql } from '#platform/sql'
import type { RulePromotion } from './rules.ts'

/** A promotion as the database holds it. */
export type PromotionRow = {
  id: string
  name: { es: string; en: string }
  kind: Promotion['kind']
  valueBp: number | null
  valueMinor: number | null
  giftVariantId: string | null
  giftUnits: number | null
  channelIds: string[] | null
  owner: string | null
  explanation: { es: string; en: string } | null
  couponCode: string | null
  couponLimit: number | null
  couponUses: number
  startsAt: Date | null
  endsAt: Date | null
  minSubtotalMinor: number | null
  minUnits: number | null
  variantIds: string[] | null
  productIds: string[] | null
  collectionIds: string[] | null
  combinable: boolean
  priority: number
  status: 'draft' | 'active' | 'paused'
  version: number
}

export const promotionColumns = sql`
  id, name, kind, value_bp as "valueBp", value_minor as "valueMinor", gift_variant_id as "giftVariantId",
  gift_units as "giftUnits", channel_ids as "channelIds", owner, explanation, coupon_code as "couponCode",
  coupon_limit as "couponLimit", coupon_uses as "couponUses", starts_at as "startsAt", ends_at as "endsAt",
  min_subtotal_minor as "minSubtotalMinor", min_units as "minUnits", variant_ids as "variantIds",
  product_ids as "productIds", collection_ids as "collectionIds", combinable, priority, status, version`

/** The promotion as the arithmetic wants it. `couponUsesLeft` is filled in at each pricing, from the newest count. */
export function toPromotion(row: PromotionRow): RulePromotion {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    valueBp: row.valueBp ?? undefined,
    valueMinor: row.valueMinor ?? undefined,
    giftVariantId: row.giftVariantId ?? undefined,
    giftUnits: row.giftUnits ?? undefined,
    channelIds: row.channelIds,
    owner: row.owner,
    text: row.explanation,
    couponCode: row.couponCode,
    couponLimit: row.couponLimit,
    couponUsesLeft: null,
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    minSubtotalMinor: row.minSubtotalMinor,
    minUnits: row.minUnits,
    variantIds: row.variantIds,
    productIds: row.productIds,
    collectionIds: row.collectionIds,
    combinable: row.combinable,
    priority: row.priority,
  }
}
