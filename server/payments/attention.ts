import type { PaymentAttention } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { applyOutcome } from './outcome.ts'
import { findPayment } from './payment-rows.ts'
import { paymentProblems } from './problems.ts'

type AttentionRow = Omit<PaymentAttention, 'since'> & { since: Date }

/** Payments and refunds that asking again did not settle, or that the provider refused: a person decides. Oldest id first. */
export async function listAttention(
  q: Queryable,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<PaymentAttention[]> {
  const rows = await q.many<AttentionRow>(sql`
    select * from (
      select 'payment' as kind, id, order_id as "orderId", provider, provider_ref as "providerRef", amount_minor as "amountMinor", currency,
             status, checks, created_at as since
        from payments.payment where status in ('pending', 'authorized', 'unknown') and next_check_at is null
      union all
      select 'refund', r.id, r.order_id, p.provider, r.provider_ref, r.amount_minor, p.currency, r.status, r.checks, r.created_at
        from payments.refund r join payments.payment p on p.id = r.payment_id
       where r.status = 'failed' or (r.status = 'pending' and r.next_check_at is null)
    ) open where id > ${after ?? ''} order by id limit ${limit}::int`)
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
}

/**
 * Records what a person found out at the provider about one entry of the list, or has it asked again.
 * @throws Problem payments.not_found, payments.attention_settled
 */
export async function settleAttention(
  tx: Tx,
  clock: Clock,
  { id, outcome, actorId }: { id: string; outcome: 'captured' | 'voided' | 'refunded' | 'ask_again'; actorId: string },
): Promise<void> {
  if (id.startsWith('ref_')) return settleRefund(tx, clock, { id, outcome, actorId })
  const payment = await findPayment(tx, id)
  if (!payment) throw paymentProblems.not_found({ paymentId: id })
  if (!['pending', 'authorized', 'unknown'].includes(payment.status)) {
    throw paymentProblems.attention_settled({ paymentId: id, status: payment.status })
  }
  if (outcome === 'ask_again') {
    await tx.run(sql`update payments.payment set next_check_at = ${clock.now()}, checks = 0 where id = ${id}`)
    return
  }
  const ref = payment.providerRef ?? `by-hand:${id}`
  const state =
    outcome === 'captured'
      ? ({ status: 'captured', ref, amountMinor: payment.amountMinor } as const)
      : ({ status: 'voided', ref } as const)
  await applyOutcome(tx, clock, { paymentId: id, state })
}

async function settleRefund(
  tx: Tx,
  clock: Clock,
  { id, outcome, actorId }: { id: string; outcome: string; actorId: string },
): Promise<void> {
  const row = await tx.maybeOne<{ status: string; paymentId: string; orderId: string; amountMinor: number }>(sql`
    select status, payment_id as "paymentId", order_id as "orderId", amount_minor as "amountMinor"
      from payments.refund where id = ${id} for update`)
  if (!row) throw paymentProblems.not_found({ paymentId: id })
  if (row.status === 'done') throw paymentProblems.attention_settled({ paymentId: id, status: row.status })
  // A failed refund gave its amount free again, so whatever happens next counts it anew.
  if (row.status === 'failed') {
    await tx.run(sql`
      update payments.payment set refunded_minor = refunded_minor + ${row.amountMinor} where id = ${row.paymentId}`)
  }
  if (outcome === 'ask_again') {
    await tx.run(
      sql`update payments.refund set status = 'pending', next_check_at = ${clock.now()}, checks = 0 where id = ${id}`,
    )
    return
  }
  await tx.run(sql`
    with moved as (
      update payments.refund set status = 'done', done_at = ${clock.now()}, next_check_at = null where id = ${id}
    )
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, refund_id, actor_id, at)
    select ${`cap_${id.slice(4)}`}, id, order_id, 'refund', 'card_online', ${row.amountMinor}, currency, ${id}, ${actorId}, ${clock.now()}
      from payments.payment where id = ${row.paymentId}`)
}
