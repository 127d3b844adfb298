import { balancesOf } from '#payments'
import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { type Commit, commitOrders } from './commit-order.ts'
import { lockOrders } from './order-rows.ts'
import { currentPublicUrl } from './settings.ts'
import { settleDraft, settlingActor } from './settle-payment.ts'

/**
 * Brings many orders in line with the money that has arrived for them, in the caller's transaction.
 *
 *   LOCK     carts, then orders, in key order
 *   PLAIN    drafts that stand and are paid exactly: placed together
 *   SPECIAL  everything else each by itself (`settleDraft`): another place, revived, money back
 *   LATER    what failed even alone is noted and tried again by itself; its neighbours are settled
 */
export async function settleMany(
  tx: Tx,
  clock: Clock,
  { orderIds, publicUrl }: { orderIds: readonly string[]; publicUrl: string },
): Promise<void> {
  tx.later(sql`
    select 1 from orders.cart c
     where c.id in (select cart_id from orders.customer_order where id = any(${[...orderIds]}::text[])) order by c.id for update`)
  const [orders, balances] = await Promise.all([lockOrders(tx, orderIds), balancesOf(tx, orderIds)])
  const plain = [...orders.values()].flatMap((order): Commit[] => {
    const balance = balances.get(order.id)
    const isExact = balance !== undefined && balance.capturedMinor - balance.refundedMinor === order.totalMinor
    if (order.status !== 'draft' || order.plan === null || !isExact || order.totalMinor === 0) return []
    const draft = { ...order, plan: order.plan }
    return [{ draft, balance, holderId: order.cartId ?? order.id, actorId: settlingActor, publicUrl }]
  })
  const placed = await placeTogether(tx, clock, plain)
  const failures = new Map<string, unknown>()
  for (const orderId of orders.keys()) {
    if (placed.has(orderId)) continue
    try {
      await apart(tx, () => settleDraft(tx, clock, { orderId, publicUrl }))
    } catch (error) {
      failures.set(orderId, error)
    }
  }
  if (failures.size > 0) await noteFailures(tx, clock, failures)
}

/** @returns ids of those that were placed; none when one of them, or somebody else, spoilt it for all */
async function placeTogether(tx: Tx, clock: Clock, plain: readonly Commit[]): Promise<Set<string>> {
  if (plain.length === 0) return new Set()
  try {
    const outcomes = await apart(tx, () => commitOrders(tx, clock, plain))
    return new Set(plain.flatMap(({ draft }, at) => (outcomes[at]?.ok ? [draft.id] : [])))
  } catch {
    // Whose fault it was shows when each is settled alone, right after this.
    return new Set()
  }
}

/** Does a part of the transaction; when it fails, all of that part is undone and the transaction goes on. */
async function apart<T>(tx: Tx, part: () => Promise<T>): Promise<T> {
  await tx.run(sql`savepoint settling`)
  try {
    const result = await part()
    await tx.run(sql`release savepoint settling`)
    return result
  } catch (error) {
    await tx.run(sql`rollback to savepoint settling`)
    throw error
  }
}

async function noteFailures(tx: Tx, clock: Clock, failures: ReadonlyMap<string, unknown>): Promise<void> {
  await tx.run(sql`
    insert into orders.settle_later as l (order_id, last_error, retry_at)
    select n.*, ${clock.now()}::timestamptz + interval '1 second'
      from unnest(${[...failures.keys()]}::text[], ${[...failures.values()].map((error) => String(error).slice(0, 2000))}::text[]) as n
     order by 1
    on conflict (order_id) do update
       set failures = l.failures + 1, last_error = excluded.last_error,
           retry_at = ${clock.now()}::timestamptz + least(300, power(2, least(l.failures, 10))) * interval '1 second'`)
}

/**
 * Tries orders again whose settling failed, each in a transaction of its own, with pauses of one second to five minutes. Safe in
 * several processes.
 * @returns how many were settled
 * @throws the first failure, once all have had their turn
 */
export async function settleLater(db: Db, clock: Clock): Promise<number> {
  const due = await db.many<{ orderId: string }>(sql`
    select order_id as "orderId" from orders.settle_later where retry_at <= ${clock.now()} order by retry_at limit 50`)
  const failures = new Map<string, unknown>()
  let settled = 0
  for (const { orderId } of due) {
    try {
      const isMine = await db.transaction(async (tx) => {
        await settleDraft(tx, clock, { orderId, publicUrl: currentPublicUrl() })
        return tx.run(sql`delete from orders.settle_later where order_id = ${orderId}`)
      })
      settled += isMine
    } catch (error) {
      failures.set(orderId, error)
    }
  }
  if (failures.size === 0) return settled
  await db.transaction((tx) => noteFailures(tx, clock, failures))
  throw failures.values().next().value
}
