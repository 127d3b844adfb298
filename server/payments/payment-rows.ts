import type { OrderPayment } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { type Sql, sql } from '#platform/sql'

export type PaymentStatus = 'pending' | 'authorized' | 'captured' | 'declined' | 'voided' | 'unknown'
export type Payment = {
  id: string
  orderId: string
  method: 'cash' | 'card_present' | 'card_online' | 'elsewhere'
  provider: string
  amountMinor: number
  currency: string
  status: PaymentStatus
  capturedMinor: number
  refundedMinor: number
  providerRef: string | null
  tenderedMinor: number | null
  redirectUrl: string | null
  declineCode: string | null
  reference: string
  leasedUntil: Date | null
  nextCheckAt: Date | null
  checks: number
  createdAt: Date
  updatedAt: Date
}

/** Columns of a payment as the type above has them. */
export const paymentColumns: Sql = sql`
  id, order_id as "orderId", method, provider, amount_minor as "amountMinor", currency, status, captured_minor as "capturedMinor",
  refunded_minor as "refundedMinor", provider_ref as "providerRef", tendered_minor as "tenderedMinor", redirect_url as "redirectUrl",
  decline_code as "declineCode", reference, leased_until as "leasedUntil", next_check_at as "nextCheckAt", checks,
  created_at as "createdAt", updated_at as "updatedAt"`

/** One payment, or undefined. */
export async function findPayment(q: Queryable, paymentId: string): Promise<Payment | undefined> {
  return q.maybeOne<Payment>(sql`select ${paymentColumns} from payments.payment where id = ${paymentId}`)
}

/** The newest online payment of an order that was captured, or undefined. */
export async function lastOnlineCapture(q: Queryable, orderId: string): Promise<Payment | undefined> {
  return q.maybeOne<Payment>(sql`
    select ${paymentColumns} from payments.payment
     where order_id = ${orderId} and method = 'card_online' and status = 'captured' order by created_at desc, id desc limit 1`)
}

type RefundRow = {
  id: string
  paymentId: string
  amountMinor: number
  reason: string
  status: 'pending' | 'done' | 'failed'
  createdAt: Date
  doneAt: Date | null
}

/** Payments of an order with their refunds, oldest first, as the wire shows them. */
export async function paymentsOf(q: Queryable, orderId: string): Promise<OrderPayment[]> {
  const [payments, refunds] = await Promise.all([
    q.many<Payment>(
      sql`select ${paymentColumns} from payments.payment where order_id = ${orderId} order by created_at, id`,
    ),
    q.many<RefundRow>(sql`
    select id, payment_id as "paymentId", amount_minor as "amountMinor", reason, status, created_at as "createdAt", done_at as "doneAt"
      from payments.refund where order_id = ${orderId} order by created_at, id`),
  ])
  return payments.map((payment) =>
    shownPayment(
      payment,
      refunds.filter(({ paymentId }) => paymentId === payment.id),
    ),
  )
}

/** A payment as it crosses the wire. */
export function shownPayment(payment: Payment, refunds: readonly RefundRow[] = []): OrderPayment {
  return {
    id: payment.id,
    method: payment.method,
    provider: payment.provider,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    status: payment.status,
    capturedMinor: payment.capturedMinor,
    refundedMinor: payment.refundedMinor,
    tenderedMinor: payment.tenderedMinor,
    changeMinor: payment.tenderedMinor === null ? 0 : payment.tenderedMinor - payment.amountMinor,
    reference: payment.reference,
    declineCode: payment.declineCode,
    redirectUrl: payment.status === 'pending' ? payment.redirectUrl : null,
    createdAt: payment.createdAt.toISOString(),
    refunds: refunds.map(({ id, amountMinor, reason, status, createdAt, doneAt }) => ({
      id,
      amountMinor,
      reason,
      status,
      createdAt: createdAt.toISOString(),
      doneAt: doneAt?.toISOString() ?? null,
    })),
  }
}

export type Balance = { capturedMinor: number; refundedMinor: number; live: number }

/**
 * What was taken and given back for an order (booked refunds count), in minor units, and how many online payments may still be
 * captured.
 */
export async function balanceOf(q: Queryable, orderId: string): Promise<Balance> {
  return q.one<Balance>(sql`
    select coalesce(sum(captured_minor), 0)::bigint as "capturedMinor", coalesce(sum(refunded_minor), 0)::bigint as "refundedMinor",
           count(*) filter (where status in ('pending', 'authorized', 'unknown'))::int as live
      from payments.payment where order_id = ${orderId}`)
}

/** What was taken and given back for each of these orders; those without a payment are missing from the map. */
export async function balancesOf(q: Queryable, orderIds: readonly string[]): Promise<Map<string, Balance>> {
  const rows = await q.many<Balance & { orderId: string }>(sql`
    select order_id as "orderId", sum(captured_minor)::bigint as "capturedMinor", sum(refunded_minor)::bigint as "refundedMinor",
           count(*) filter (where status in ('pending', 'authorized', 'unknown'))::int as live
      from payments.payment where order_id = any(${[...orderIds]}::text[]) group by order_id`)
  return new Map(rows.map(({ orderId, ...balance }) => [orderId, balance]))
}

/** Ids of online payments of these orders that may still be captured. */
export async function livePaymentsOf(q: Queryable, orderIds: readonly string[]): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    select id from payments.payment
     where order_id = any(${[...orderIds]}::text[]) and status in ('pending', 'authorized', 'unknown') order by id`)
  return rows.map(({ id }) => id)
}

/** What was captured for each of these orders, in minor units; orders without a payment are missing from the map. */
export async function capturedOf(q: Queryable, orderIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await q.many<{ orderId: string; capturedMinor: number }>(sql`
    select order_id as "orderId", sum(captured_minor)::bigint as "capturedMinor"
      from payments.payment where order_id = any(${[...orderIds]}::text[]) group by order_id`)
  return new Map(rows.map(({ orderId, capturedMinor }) => [orderId, capturedMinor]))
}
