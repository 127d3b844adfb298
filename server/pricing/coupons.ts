import { normalizeCode } from '@hilo/calc'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { pricingProblems } from './problems.ts'

export type Redemption = { promotionId: string; couponCode: string }

/**
 * Notes which coupons an order used; a second call for the same order changes nothing. The check against the limit and the count
 * are one statement on a locked row, so the last use goes to exactly one order. The lock is the one that lets foreign keys through:
 * the stronger one would have fifty orders wait for each other in a circle. Coupons without a limit lock nothing.
 * @throws Problem pricing.coupon_used_up { couponCodes }
 */
export async function redeemCoupons(
  tx: Tx,
  clock: Clock,
  { orderId, redemptions }: { orderId: string; redemptions: readonly Redemption[] },
): Promise<void> {
  if (redemptions.length === 0) return
  // A promotion once per order, in key order: two orders with the same two coupons never wait for each other in a circle.
  const codes = new Map(redemptions.map(({ promotionId, couponCode }) => [promotionId, normalizeCode(couponCode)]))
  const ids = [...codes.keys()].sort()
  const noted = await tx.many<{ promotionId: string }>(sql`
    insert into pricing.coupon_redemption (order_id, promotion_id, coupon_code, redeemed_at)
    select ${orderId}, * , ${clock.now()}::timestamptz
      from unnest(${ids}::text[], ${ids.map((id) => codes.get(id) ?? '')}::text[])
    on conflict (order_id, promotion_id) do update set released_at = null, redeemed_at = excluded.redeemed_at
     where coupon_redemption.released_at is not null
    returning promotion_id as "promotionId"`)
  const fresh = noted.map(({ promotionId }) => promotionId).sort()
  if (fresh.length === 0) return
  const counted = await tx.many<{ id: string }>(sql`
    with locked as (
      select id from pricing.promotion where id = any (${fresh}::text[]) and coupon_limit is not null order by id for no key update
    )
    update pricing.promotion p set coupon_uses = coupon_uses + 1
      from locked where p.id = locked.id and p.coupon_uses < p.coupon_limit
    returning p.id`)
  const limited = await tx.many<{ id: string }>(sql`
    select id from pricing.promotion where id = any (${fresh}::text[]) and coupon_limit is not null`)
  const done = new Set(counted.map(({ id }) => id))
  const refused = limited.filter(({ id }) => !done.has(id))
  if (refused.length > 0) throw pricingProblems.coupon_used_up({ couponCodes: refused.map(({ id }) => codes.get(id)) })
}

/** Gives the coupons of a canceled order back; a second call changes nothing. */
export async function releaseCoupons(tx: Tx, { orderId, clock }: { orderId: string; clock?: Clock }): Promise<void> {
  await tx.run(sql`
    with released as (
      update pricing.coupon_redemption set released_at = coalesce(${clock?.now() ?? null}::timestamptz, now())
       where order_id = ${orderId} and released_at is null
      returning promotion_id
    ), locked as (
      select id from pricing.promotion
       where id in (select promotion_id from released) and coupon_limit is not null order by id for no key update
    )
    update pricing.promotion p set coupon_uses = p.coupon_uses - 1 from locked where p.id = locked.id and p.coupon_uses > 0`)
}
