import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'

export type HistoryPayment = {
  orderId: string
  amountMinor: number
  currency: string
  reference: string
  provider: string
  /** When it was paid there. */
  at: string
}
type By = { clock: Clock; actorId: string }

/**
 * Books what was paid elsewhere long ago, for history that is brought in: one payment and one ledger row each, in one statement,
 * without events (nothing happens now).
 */
export async function recordHistory(
  tx: Tx,
  { clock, actorId }: By,
  payments: readonly HistoryPayment[],
): Promise<void> {
  const rows = payments.filter(({ amountMinor }) => amountMinor > 0)
  if (rows.length === 0) return
  await tx.run(sql`
    with n as (
      select * from unnest(${rows.map(() => newId('pay'))}::text[], ${rows.map(() => newId('cap'))}::text[], ${rows.map(({ orderId }) => orderId)}::text[],
                           ${rows.map(({ amountMinor }) => amountMinor)}::bigint[], ${rows.map(({ currency }) => currency)}::text[],
                           ${rows.map(({ reference }) => reference)}::text[], ${rows.map(({ provider }) => provider)}::text[],
                           ${rows.map(({ at }) => at)}::timestamptz[]) as n (id, entry_id, order_id, amount, currency, reference, provider, at)
    ), paid as (
      insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, reference, created_at, updated_at)
      select id, order_id, 'elsewhere', provider, amount, currency, 'captured', amount, reference, at, ${clock.now()}::timestamptz from n
    )
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
    select entry_id, id, order_id, 'capture', 'elsewhere', amount, currency, ${actorId}::text, at from n`)
}

export type HistoryRefund = { orderId: string; amountMinor: number; reason: string; at: string }

/**
 * Books what was given back elsewhere long ago, against the payment that history brought for the order. What no such payment covers
 * is left out: more is never given back than was taken.
 * @returns minor units that were booked, by order
 */
export async function recordHistoryRefunds(
  tx: Tx,
  { clock, actorId }: By,
  refunds: readonly HistoryRefund[],
): Promise<Map<string, number>> {
  const booked = new Map<string, number>()
  for (const { orderId, amountMinor, reason, at } of refunds) {
    const refundId = newId('ref')
    const done = await tx.run(sql`
      with paid as (
        update payments.payment set refunded_minor = refunded_minor + ${amountMinor}::bigint, updated_at = ${clock.now()}::timestamptz
         where id = (select id from payments.payment
                      where order_id = ${orderId} and method = 'elsewhere' and captured_minor - refunded_minor >= ${amountMinor}::bigint
                      order by id desc limit 1)
        returning id, order_id, method, currency
      ), back as (
        insert into payments.refund (id, order_id, payment_id, amount_minor, method, reason, status, actor_id, created_at, done_at)
        select ${refundId}::text, order_id, id, ${amountMinor}::bigint, method, ${reason}::text, 'done', ${actorId}::text, ${at}::timestamptz, ${at}::timestamptz from paid
      )
      insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, refund_id, actor_id, at)
      select ${newId('cap')}::text, id, order_id, 'refund', method, ${amountMinor}::bigint, currency, ${refundId}::text, ${actorId}::text, ${at}::timestamptz from paid`)
    if (done > 0) booked.set(orderId, (booked.get(orderId) ?? 0) + amountMinor)
  }
  return booked
}
