import { type Capture, decideCaptures, type Payment } from '#payments'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { Alone, done, each, eachOk, type Outcome, orThrow, refused, together } from '#platform/together'
import { type Committed, commitOrders } from './commit-order.ts'
import { lockOrders } from './order-rows.ts'
import { settlingActor } from './settle-payment.ts'

export type Settled = { payment: Payment; committed: Committed }
type Settling = { clock: Clock; taken: Capture; publicUrl: string }

/**
 * Writes captures down and commits their drafts; those whose answers arrive together, together. Only the plain case: the draft still
 * stands, and the capture pays it in full. Everything else is refused here and goes the long way (`settleDraft`), where it has its own
 * next step: another place, money back.
 */
export const settleTogether = together<Settling, Settled>(async (db, items) => {
  const [first] = items
  if (!first) return []
  return db.transaction(async (tx) => orThrow(await settleAll(tx, first.clock, items)), { byKey: true })
})

async function settleAll(tx: Tx, clock: Clock, items: readonly Settling[]): Promise<Outcome<Settled>[]> {
  const orderIds = items.map(({ taken }) => taken.orderId)
  // The cart is locked before its order everywhere, so that nobody waits for each other in a circle.
  tx.later(sql`
    select 1 from orders.cart c
     where c.id in (select cart_id from orders.customer_order where id = any(${orderIds}::text[])) order by c.id for update`)
  const [orders, captures] = await Promise.all([
    lockOrders(tx, orderIds),
    decideCaptures(
      tx,
      clock,
      items.map(({ taken }) => taken),
    ),
  ])
  const plain = await eachOk(
    captures,
    (captured, at) => ({
      captured,
      order: orders.get(orderIds[at] ?? ''),
      publicUrl: items[at]?.publicUrl ?? '',
      // The answer, a notice and the buyer's way back may bring the same capture at once.
      isFirst: orderIds.indexOf(orderIds[at] ?? '') === at,
    }),
    (list) =>
      each(list, ({ captured, order, publicUrl, isFirst }) => {
        const { capturedMinor, refundedMinor } = captured.balance
        const isPaid = isFirst && order !== undefined && capturedMinor - refundedMinor >= order.totalMinor
        if (order?.status !== 'draft' || order.plan === null || !isPaid)
          throw new Alone('this draft is not the plain case')
        return { captured, order: { ...order, plan: order.plan }, publicUrl }
      }),
  )
  return eachOk(
    plain,
    (one) => one,
    async (list) => {
      const committed = await commitOrders(
        tx,
        clock,
        list.map(({ captured, order, publicUrl }) => ({
          draft: order,
          captured,
          balance: captured.balance,
          holderId: order.cartId ?? order.id,
          actorId: settlingActor,
          publicUrl,
        })),
      )
      return committed.map((one, at) => {
        const payment = list[at]?.captured.payment
        if (!one.ok) return refused(new Alone('the commit was refused', { cause: one.error }))
        return payment ? done({ payment, committed: one.value }) : refused(new Error('a payment is missing'))
      })
    },
  )
}
