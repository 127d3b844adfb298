import { z } from 'zod'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { type Sql, sql } from '#platform/sql'

const minor = z.int().min(0)
const method = z.enum(['cash', 'card_present', 'card_online', 'elsewhere'])
const stamp = z.iso.datetime()
/**
 * A payment with what moved and what was given back, as files carry it. Ids are kept, because providers know payments by them; money is
 * in minor units of `currency`.
 */
export const paymentFile = z.object({
  id: z.string().min(1),
  method,
  provider: z.string(),
  amountMinor: minor.min(1),
  currency: z.string().regex(/^[A-Z]{3}$/),
  status: z.enum(['pending', 'authorized', 'captured', 'declined', 'voided', 'unknown']),
  providerRef: z.string().nullable(),
  tenderedMinor: minor.nullable(),
  declineCode: z.string().nullable(),
  reference: z.string(),
  createdAt: stamp,
  ledger: z.array(
    z.object({
      kind: z.enum(['capture', 'refund']),
      method,
      amountMinor: minor.min(1),
      refundId: z.string().nullable(),
      locationId: z.string().nullable(),
      actorId: z.string(),
      at: stamp,
    }),
  ),
  refunds: z.array(
    z.object({
      id: z.string().min(1),
      amountMinor: minor.min(1),
      method,
      locationId: z.string().nullable(),
      reason: z.string(),
      status: z.enum(['pending', 'done', 'failed']),
      providerRef: z.string().nullable(),
      actorId: z.string(),
      createdAt: stamp,
      doneAt: stamp.nullable(),
    }),
  ),
})
export type PaymentFile = z.output<typeof paymentFile>

const iso = (column: string): Sql => ({
  kind: 'sql',
  parts: [`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`],
  values: [],
})

/** Payments of these orders for a file, oldest first; orders without one are missing from the map. */
export async function paymentFilesOf(q: Queryable, orderIds: readonly string[]): Promise<Map<string, PaymentFile[]>> {
  const rows = await q.many<{ orderId: string; payment: PaymentFile }>(sql`
    select p.order_id as "orderId", jsonb_build_object('id', p.id, 'method', p.method, 'provider', p.provider, 'amountMinor', p.amount_minor,
             'currency', p.currency, 'status', p.status, 'providerRef', p.provider_ref, 'tenderedMinor', p.tendered_minor,
             'declineCode', p.decline_code, 'reference', p.reference, 'createdAt', ${iso('p.created_at')},
             'ledger', coalesce((select jsonb_agg(jsonb_build_object('kind', e.kind, 'method', e.method, 'amountMinor', e.amount_minor, 'refundId', e.refund_id,
                'locationId', e.location_id, 'actorId', e.actor_id, 'at', ${iso('e.at')}) order by e.at, e.kind, e.refund_id)
                from payments.ledger_entry e where e.payment_id = p.id), '[]'),
             'refunds', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'amountMinor', r.amount_minor, 'method', r.method, 'locationId', r.location_id,
                'reason', r.reason, 'status', r.status, 'providerRef', r.provider_ref, 'actorId', r.actor_id, 'createdAt', ${iso('r.created_at')},
                'doneAt', ${iso('r.done_at')}) order by r.created_at, r.id)
                from payments.refund r where r.payment_id = p.id), '[]')) as payment
      from payments.payment p where p.order_id = any (${[...orderIds]}::text[]) order by p.order_id, p.created_at, p.id`)
  const byOrder = new Map<string, PaymentFile[]>()
  for (const { orderId, payment } of rows) byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), payment])
  return byOrder
}

/**
 * Writes payments of a file, without events: nothing happens now. What was taken and given back is summed up from the ledger and the
 * refunds that the file names. Nothing is asked of or sent to a provider: a payment that was still open comes as declined, a refund that was
 * still booked as failed, which is where a person looks.
 * @returns ids of refunds that a person must look at
 */
export async function restorePayments(
  tx: Tx,
  { clock }: { clock: Clock },
  payments: readonly (PaymentFile & { orderId: string })[],
): Promise<string[]> {
  if (payments.length === 0) return []
  const sum = (amounts: readonly { amountMinor: number }[]) =>
    amounts.reduce((n, { amountMinor }) => n + amountMinor, 0)
  const rows = payments.map(({ ledger, refunds, ...payment }) => {
    const captured = sum(ledger.filter(({ kind }) => kind === 'capture'))
    const refunded = sum(refunds.filter(({ status }) => status === 'done'))
    const status = captured > 0 ? 'captured' : payment.status === 'voided' ? 'voided' : 'declined'
    return { ...payment, status, captured, refunded }
  })
  const refunds = payments.flatMap((payment) =>
    payment.refunds.map((refund) => ({
      ...refund,
      paymentId: payment.id,
      orderId: payment.orderId,
      status: refund.status === 'pending' ? 'failed' : refund.status,
    })),
  )
  const ledger = payments.flatMap(({ id, orderId, currency, ledger: entries }) =>
    entries.map((entry) => ({ ...entry, id: newId('cap'), paymentId: id, orderId, currency })),
  )
  await tx.run(sql`
    with paid as (
      insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, refunded_minor, provider_ref,
        tendered_minor, decline_code, reference, created_at, updated_at)
      select p.id, p."orderId", p.method, p.provider, p."amountMinor", p.currency, p.status, p.captured, p.refunded, p."providerRef", p."tenderedMinor",
             p."declineCode", p.reference, p."createdAt", ${clock.now()}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p (id text, "orderId" text, method text, provider text, "amountMinor" bigint, currency text,
          status text, captured bigint, refunded bigint, "providerRef" text, "tenderedMinor" bigint, "declineCode" text, reference text, "createdAt" timestamptz)
    ), back as (
      insert into payments.refund (id, order_id, payment_id, amount_minor, method, location_id, reason, status, provider_ref, actor_id, created_at, done_at)
      select r.id, r."orderId", r."paymentId", r."amountMinor", r.method, r."locationId", r.reason, r.status, r."providerRef", r."actorId", r."createdAt", r."doneAt"
        from jsonb_to_recordset(${JSON.stringify(refunds)}::jsonb) as r (id text, "orderId" text, "paymentId" text, "amountMinor" bigint, method text,
          "locationId" text, reason text, status text, "providerRef" text, "actorId" text, "createdAt" timestamptz, "doneAt" timestamptz)
    )
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, refund_id, location_id, actor_id, at)
    select e.id, e."paymentId", e."orderId", e.kind, e.method, e."amountMinor", e.currency, e."refundId", e."locationId", e."actorId", e.at
      from jsonb_to_recordset(${JSON.stringify(ledger)}::jsonb) as e (id text, "paymentId" text, "orderId" text, kind text, method text, "amountMinor" bigint,
        currency text, "refundId" text, "locationId" text, "actorId" text, at timestamptz)`)
  return payments.flatMap((payment) => payment.refunds.filter(({ status }) => status === 'pending').map(({ id }) => id))
}
