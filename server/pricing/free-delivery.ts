import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { currentRules, type RulePromotion } from './rules.ts'

/**
 * From which value of goods a parcel costs nothing on this channel, so that a shopper can be told before the basket is full. Only a
 * promotion that asks for nothing else counts: no coupon, no certain goods, no certain customers.
 * @returns minor units of the channel's currency, 0 when delivery is always free, null when no such promotion runs
 */
export async function freeDeliveryFrom(
  q: Queryable,
  { clock, channelId }: { clock: Clock; channelId: string },
): Promise<number | null> {
  const { promotions } = await currentRules(q)
  const now = clock.now().getTime()
  const from = promotions
    .filter((promotion) => frees(promotion, channelId, now))
    .map(({ minSubtotalMinor }) => minSubtotalMinor ?? 0)
  return from.length === 0 ? null : Math.min(...from)
}

function frees(promotion: RulePromotion, channelId: string, now: number): boolean {
  const { kind, channelIds, couponCode, customerTags, minUnits, startsAt, endsAt } = promotion
  if (kind !== 'delivery_free' || couponCode !== null || customerTags || (minUnits ?? 1) > 1) return false
  if (promotion.variantIds || promotion.productIds || promotion.collectionIds) return false
  if (channelIds && !channelIds.includes(channelId)) return false
  return (startsAt === null || Date.parse(startsAt) <= now) && (endsAt === null || now < Date.parse(endsAt))
}
