import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { inLanes } from './lanes.ts'
import { checksMax, nextCheck } from './outcome.ts'
import { type Payment, paymentColumns } from './payment-rows.ts'
import { paymentProblems } from './problems.ts'
import { providerNamed } from './provider.ts'

export type RefundOrder = {
  orderId: string
  amountMinor: number
  reason: string
  actorId: string
  /** `original`: the way it was paid; `cash`: out of the drawer of `locationId`. */
  method?: 'original' | 'cash'
  locationId?: string | null
  personId?: string | null
  /** Only from this payment (a late payment whose order could not be revived). */
  paymentId?: string
}

/**
 * Books money back for an order, in the caller's transaction: newest payments first, each up to what it took. What needs no
 * provider moves at once; an online refund is pending until the provider did it (`sendDueRefunds`).
 * @returns minor units given back now and minor units booked at the provider
 * @throws Problem payments.refund_too_high
 */
export async function refund(
  tx: Tx,
  clock: Clock,
  order: RefundOrder,
): Promise<{ nowMinor: number; pendingMinor: number }> {
  if (order.amountMinor === 0) return { nowMinor: 0, pendingMinor: 0 }
  const payments = await tx.many<Payment>(sql`
    select ${paymentColumns} from payments.payment
     where order_id = ${order.orderId} and captured_minor > refunded_minor
       and (${order.paymentId ?? null}::text is null or id = ${order.paymentId ?? null})
     order by id desc for update`)
  const available = payments.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0)
  if (available < order.amountMinor) {
    throw paymentProblems.refund_too_high({ requestedMinor: order.amountMinor, availableMinor: available })
  }
  let rest = order.amountMinor
  let pendingMinor = 0
  for (const payment of payments) {
    const part = Math.min(rest, payment.capturedMinor - payment.refundedMinor)
    if (part === 0) break
    rest -= part
    const method = order.method === 'cash' ? 'cash' : payment.method
    if (method === 'card_online') pendingMinor += part
    await book(tx, clock, order, payment, part, method)
  }
  return { nowMinor: order.amountMinor - pendingMinor, pendingMinor }
}

async function book(
  tx: Tx,
  clock: Clock,
  order: RefundOrder,
  payment: Payment,
  amountMinor: number,
  method: Payment['method'],
): Promise<void> {
  const refundId = newId('ref')
  const done = method !== 'card_online'
  await tx.run(sql`
    with counted as (
      update payments.payment set refunded_minor = refunded_minor + ${amountMinor}, updated_at = ${clock.now()} where id = ${payment.id}
    )
    insert into payments.refund (id, order_id, payment_id, amount_minor, method, location_id, reason, status, next_check_at, actor_id,
                                 created_at, done_at)
    values (${refundId}, ${order.orderId}, ${payment.id}, ${amountMinor}, ${method}, ${order.locationId ?? null}, ${order.reason},
            ${done ? 'done' : 'pending'}, ${done ? null : clock.now()}, ${order.actorId}, ${clock.now()}, ${done ? clock.now() : null})`)
  if (done) await writeLedger(tx, clock, { ...order, refundId, payment, amountMinor, method })
}

async function writeLedger(
  tx: Tx,
  clock: Clock,
  entry: {
    orderId: string
    refundId: string
    payment: Pick<Payment, 'id' | 'currency'>
    amountMinor: number
    method: string
    locationId?: string | null
    actorId: string
    personId?: string | null
  },
): Promise<void> {
  const { orderId, refundId, payment, amountMinor } = entry
  await tx.run(sql`
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, refund_id, location_id, actor_id, at)
    values (${newId('cap')}, ${payment.id}, ${orderId}, 'refund', ${entry.method}, ${amountMinor}, ${payment.currency}, ${refundId},
            ${entry.locationId ?? null}, ${entry.actorId}, ${clock.now()})`)
  await emit(tx, clock, 'payments.refunded', {
    subjectId: orderId,
    personId: entry.personId ?? null,
    payload: { orderId, paymentId: payment.id, refundId, amountMinor, currency: payment.currency },
  })
}

type DueRefund = {
  id: string
  orderId: string
  paymentId: string
  amountMinor: number
  checks: number
  actorId: string
  provider: string
  providerRef: string | null
  currency: string
}

/** Refunds that one process has under way at a time: few enough that all calls end before their lease does. */
const refundsAtOnce = 6

/**
 * Sends booked online refunds to their provider, side by side: claim with a lease, call with the refund's id as key and no
 * transaction open, record. A lost answer is simply asked again; the key makes it one refund. After the last try a person is told.
 * @param limit refunds worked on at most
 * @returns how many were worked on
 */
export async function sendDueRefunds(db: Db, clock: Clock, limit = 20): Promise<number> {
  let sent = 0
  while (sent < limit) {
    const due = await claimDue(db, clock, Math.min(refundsAtOnce, limit - sent))
    await inLanes(due, refundsAtOnce, (row) => sendRefund(db, clock, row))
    sent += due.length
    if (due.length < refundsAtOnce) break
  }
  return sent
}

async function claimDue(db: Db, clock: Clock, limit: number): Promise<DueRefund[]> {
  return db.many<DueRefund>(sql`
    with due as (
      select id from payments.refund
       where status = 'pending' and next_check_at <= ${clock.now()} and (leased_until is null or leased_until <= ${clock.now()})
       order by next_check_at limit ${limit}::int for update skip locked
    )
    update payments.refund r set leased_until = ${new Date(clock.now().getTime() + 20_000)}
      from due, payments.payment p where r.id = due.id and p.id = r.payment_id
    returning r.id, r.order_id as "orderId", r.payment_id as "paymentId", r.amount_minor as "amountMinor", r.checks,
              r.actor_id as "actorId", p.provider, p.provider_ref as "providerRef", p.currency`)
}

async function sendRefund(db: Db, clock: Clock, row: DueRefund): Promise<void> {
  let outcome: { status: 'done' | 'pending' | 'failed'; ref: string | null }
  try {
    outcome = await providerNamed(row.provider).refund({
      key: row.id,
      paymentKey: row.paymentId,
      paymentRef: row.providerRef ?? '',
      amountMinor: row.amountMinor,
    })
  } catch {
    // The answer is lost or the provider is away; the same key is sent again.
    outcome = { status: 'pending', ref: null }
  }
  await db.transaction((tx) => recordRefund(tx, clock, row, outcome))
}

async function recordRefund(
  tx: Tx,
  clock: Clock,
  row: DueRefund,
  { status, ref }: { status: 'done' | 'pending' | 'failed'; ref: string | null },
): Promise<void> {
  const silent = status === 'pending' && row.checks + 1 >= checksMax
  const changed = await tx.run(sql`
    update payments.refund
       set status = ${status}, provider_ref = coalesce(${ref}, provider_ref), leased_until = null, checks = checks + 1,
           next_check_at = ${status === 'pending' && !silent ? nextCheck(clock, row.checks) : null},
           done_at = ${status === 'done' ? clock.now() : null}
     where id = ${row.id} and status = 'pending'`)
  if (changed === 0) return
  const payment = { id: row.paymentId, currency: row.currency }
  if (status === 'done') {
    await writeLedger(tx, clock, { ...row, refundId: row.id, payment, method: 'card_online' })
  }
  if (status === 'failed') {
    await tx.run(sql`
      update payments.payment set refunded_minor = refunded_minor - ${row.amountMinor}, updated_at = ${clock.now()} where id = ${row.paymentId}`)
  }
  if (status === 'failed' || silent) {
    await emit(tx, clock, 'payments.attention', {
      subjectId: row.orderId,
      payload: { orderId: row.orderId, paymentId: row.paymentId, reason: silent ? 'refund_silent' : 'refund_failed' },
    })
  }
}
