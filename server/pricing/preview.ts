import type { PreviewPromotion, PromotionBody, previewPromotionBody } from '@hilo/contract'
import type { z } from 'zod'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { priceLines } from './price-lines.ts'
import { pricingProblems } from './problems.ts'
import { promotionFault } from './promotions.ts'
import type { RulePromotion } from './rules.ts'

/** A promotion that is not saved, as the rules would hold it. */
function asRule(body: PromotionBody, id: string): RulePromotion {
  const { explanation, valueBp, valueMinor, giftVariantId, giftUnits, couponLimit, status: _status, ...rest } = body
  return {
    ...rest,
    id,
    valueBp: valueBp ?? undefined,
    valueMinor: valueMinor ?? undefined,
    giftVariantId: giftVariantId ?? undefined,
    giftUnits: giftUnits ?? undefined,
    text: explanation,
    couponLimit,
    couponUsesLeft: couponLimit,
  }
}

/**
 * Prices a basket twice: as it is now, and with the promotion. Both leave a saved one of the same id out of the first.
 * @throws Problem pricing.promotion_invalid and what `priceLines` throws
 */
export async function previewOf(
  q: Queryable,
  clock: Clock,
  body: z.output<typeof previewPromotionBody>,
): Promise<PreviewPromotion> {
  const fault = promotionFault(body.promotion)
  if (fault) throw pricingProblems.promotion_invalid({ ...fault, parameter: `promotion.${fault.parameter}` })
  const id = body.promotionId ?? 'pro_preview'
  const rule = asRule(body.promotion, id)
  const others = (current: readonly RulePromotion[]) => current.filter((promotion) => promotion.id !== body.promotionId)
  const input = {
    clock,
    channelId: body.channelId,
    postalCode: body.postalCode,
    lines: body.lines.map((line, at) => ({ ...line, id: String(at + 1) })),
    couponCodes: body.couponCodes,
    delivery: body.delivery,
  }
  return {
    without: await priceLines(q, { ...input, promotions: others }),
    with: await priceLines(q, { ...input, promotions: (current) => [...others(current), rule] }),
  }
}
