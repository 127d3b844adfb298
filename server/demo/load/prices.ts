import type { Promotion } from '@hilo/calc'
import { sql } from '#platform/sql'
import { raiseVersion } from '#pricing'
import { type DemoPromotion, promotions } from '../promotions.ts'
import { dayMs, demoActor, iso, type Loading, markdownDays, must } from './context.ts'

/** The general price list that every shop has from its first migration. */
const generalList = 'pli_general'

/** Writes prices with their history, and the promotions. */
export async function loadPrices(loading: Loading): Promise<void> {
  const { tx, clock, nowMs, variants } = loading
  const markdownAt = iso(nowMs - markdownDays * dayMs)
  const rows = [...variants.values()].map(({ id, priceMinor, priorPriceMinor, product }) => ({
    variantId: id,
    amountMinor: priorPriceMinor ?? priceMinor,
    markdownMinor: priorPriceMinor === null ? null : priceMinor,
    priorMinor: priorPriceMinor,
    onSaleAt: iso(nowMs - product.onSaleForDays * dayMs),
  }))
  const records = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    as r ("variantId" text, "amountMinor" bigint, "markdownMinor" bigint, "priorMinor" bigint, "onSaleAt" timestamptz)`
  await tx.run(sql`
    insert into pricing.price (price_list_id, variant_id, amount_minor, markdown_minor, markdown_starts_at, prior_minor)
    select ${generalList}, r."variantId", r."amountMinor", r."markdownMinor", case when r."markdownMinor" is not null then ${markdownAt}::timestamptz end,
           r."priorMinor" from ${records} order by 2`)
  await tx.run(sql`
    insert into pricing.price_change (price_list_id, variant_id, effective_minor, amount_minor, changed_at, changed_by)
    select ${generalList}, r."variantId", r."amountMinor", r."amountMinor", r."onSaleAt", ${demoActor} from ${records} order by r."onSaleAt", 2`)
  await tx.run(sql`
    insert into pricing.price_change (price_list_id, variant_id, effective_minor, amount_minor, markdown_minor, markdown_starts_at, changed_at, changed_by)
    select ${generalList}, r."variantId", r."markdownMinor", r."amountMinor", r."markdownMinor", ${markdownAt}::timestamptz, ${markdownAt}::timestamptz, ${demoActor}
      from ${records} where r."markdownMinor" is not null order by 2`)
  await loadPromotions(loading)
  await raiseVersion(tx, clock)
}

const instant = (nowMs: number, days: number | null) => (days === null ? null : iso(nowMs + days * dayMs))

async function loadPromotions(loading: Loading): Promise<void> {
  const { tx, id, nowMs, variants, collectionIds, promotionIds } = loading
  const rows = promotions.map((promotion, index) => {
    const createdMs = nowMs + Math.min(promotion.startsInDays ?? -200, -1) * dayMs - dayMs + index
    const promotionId = id('prm', createdMs)
    promotionIds.set(promotion.key, promotionId)
    return {
      ...promotion,
      id: promotionId,
      giftVariantId: promotion.giftSku === null ? null : must(variants, promotion.giftSku, 'gift').id,
      giftUnits: promotion.giftSku === null ? null : 1,
      startsAt: instant(nowMs, promotion.startsInDays),
      endsAt: instant(nowMs, promotion.endsInDays),
      collectionIds: promotion.collectionHandles?.map((handle) => must(collectionIds, handle, 'collection')) ?? null,
      createdAt: iso(createdMs),
    }
  })
  await tx.run(sql`
    insert into pricing.promotion (id, name, kind, value_bp, gift_variant_id, gift_units, channel_ids, owner, explanation, coupon_code, coupon_limit,
      starts_at, ends_at, min_subtotal_minor, collection_ids, combinable, priority, created_at)
    select p.id, p.name, p.kind, p."valueBp", p."giftVariantId", p."giftUnits",
           case when jsonb_typeof(p."channelIds") = 'array' then array(select jsonb_array_elements_text(p."channelIds")) end, p.owner,
           case when jsonb_typeof(p.explanation) = 'object' then p.explanation end, p."couponCode", p."couponLimit", p."startsAt", p."endsAt", p."minSubtotalMinor",
           case when jsonb_typeof(p."collectionIds") = 'array' then array(select jsonb_array_elements_text(p."collectionIds")) end, p.combinable, p.priority, p."createdAt"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as p (id text, name jsonb, kind text, "valueBp" int, "giftVariantId" text, "giftUnits" int, "channelIds" jsonb, owner text, explanation jsonb,
              "couponCode" text, "couponLimit" int, "startsAt" timestamptz, "endsAt" timestamptz, "minSubtotalMinor" bigint, "collectionIds" jsonb,
              combinable boolean, priority int, "createdAt" timestamptz)`)
}

/** The promotions as the arithmetic of the shop wants them, to price the orders of the past. */
export function promotionsForPricing({ nowMs, variants, collectionIds, promotionIds }: Loading): Promotion[] {
  return promotions.map((promotion: DemoPromotion) => ({
    id: must(promotionIds, promotion.key, 'promotion'),
    name: promotion.name,
    kind: promotion.kind,
    ...(promotion.valueBp === null ? {} : { valueBp: promotion.valueBp }),
    ...(promotion.giftSku === null
      ? {}
      : { giftVariantId: must(variants, promotion.giftSku, 'gift').id, giftUnits: 1 }),
    channelIds: promotion.channelIds,
    owner: promotion.owner,
    text: promotion.explanation,
    couponCode: promotion.couponCode,
    couponUsesLeft: null,
    startsAt: instant(nowMs, promotion.startsInDays),
    endsAt: instant(nowMs, promotion.endsInDays),
    minSubtotalMinor: promotion.minSubtotalMinor,
    minUnits: null,
    variantIds: null,
    productIds: null,
    collectionIds: promotion.collectionHandles?.map((handle) => must(collectionIds, handle, 'collection')) ?? null,
    combinable: promotion.combinable,
    priority: promotion.priority,
  }))
}
