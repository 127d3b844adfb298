import { releaseReservations } from '#inventory'
import type { Clock } from '#platform/clock'
import { type Db, isRetryable, type Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { releaseCoupons } from '#pricing'

/**
 * Ends a draft that is not paid: goods and coupons are free again, and so is its cart. Money that arrives for it later either
 * revives it (settle-payment.ts) or is given back.
 * @returns whether it was still a draft
 */
export async function lapseDraft(tx: Tx, clock: Clock, { orderId }: { orderId: string }): Promise<boolean> {
  const draft = await tx.maybeOne<{ cartId: string | null }>(sql`
    update orders.customer_order set status = 'lapsed', version = version + 1
     where id = ${orderId} and status = 'draft' returning cart_id as "cartId"`)
  if (!draft) return false
  await releaseReservations(tx, clock, { holderId: draft.cartId ?? orderId })
  await releaseCoupons(tx, { orderId, clock })
  if (draft.cartId !== null) {
    await tx.run(sql`
      update orders.cart set status = 'open', held = '[]', held_until = null, version = version + 1, updated_at = ${clock.now()}
       where id = ${draft.cartId} and status = 'placing'`)
  }
  return true
}

/**
 * Lapses drafts past their time, each in its own transaction; the cart is locked first, as everywhere, so that a shopper who places
 * it this very moment and this job never wait for each other.
 * @returns how many lapsed
 */
export async function lapseDrafts(db: Db, clock: Clock, limit = 50): Promise<number> {
  const due = await db.many<{ id: string; cartId: string | null }>(sql`
    select id, cart_id as "cartId" from orders.customer_order
     where status = 'draft' and lapses_at <= ${clock.now()} order by lapses_at limit ${limit}::int`)
  let lapsed = 0
  for (const { id, cartId } of due) {
    try {
      const done = await db.transaction(async (tx) => {
        await tx.maybeOne(sql`select 1 from orders.cart where id = ${cartId} for update`)
        const still = await tx.maybeOne(sql`
          select 1 from orders.customer_order where id = ${id} and status = 'draft' and lapses_at <= ${clock.now()} for update`)
        return still !== undefined && (await lapseDraft(tx, clock, { orderId: id }))
      })
      if (done) lapsed += 1
    } catch (error) {
      // Somebody works on it right now; the next round looks again.
      if (!isRetryable(error)) throw error
    }
  }
  return lapsed
}

/** Carts nobody touched for this long are put away; their holds are inventory's and lapse by themselves. */
const abandonedAfterDays = 60

/** Puts old open carts away. @returns how many */
export async function abandonCarts(db: Db, clock: Clock): Promise<number> {
  const before = new Date(clock.now().getTime() - abandonedAfterDays * 86_400_000)
  return db.run(sql`
    update orders.cart set status = 'abandoned', code = null
     where id in (select id from orders.cart
                   where status = 'open' and created_at < ${before} and updated_at < ${before} order by created_at limit 1000)`)
}
