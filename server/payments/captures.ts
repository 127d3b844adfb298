import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { event, type NewEvent } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'
import { Alone, done, type Outcome, refused } from '#platform/together'
import type { Capture } from './online.ts'
import { type Balance, type Payment, paymentColumns } from './payment-rows.ts'

/** A payment as it will be once its capture is written, and what is booked for its order then. */
export type Captured = {
  payment: Payment
  balance: Balance
  /** A notice was quicker: it is written down already. */
  written: boolean
}

/**
 * Locks the payments of these orders and says what each capture makes of them. Only the plain case is decided here: the payment still
 * waits, and the provider took what was asked. Everything else goes the long way (`applyOutcome`). Nothing is written yet:
 * `capturesPieces` writes those the caller goes on with.
 */
export async function decideCaptures(tx: Tx, clock: Clock, taken: readonly Capture[]): Promise<Outcome<Captured>[]> {
  const rows = await tx.many<Payment>(sql`
    select ${paymentColumns} from payments.payment
     where order_id = any(${taken.map(({ orderId }) => orderId)}::text[]) order by id for update`)
  const byOrder = Map.groupBy(rows, ({ orderId }) => orderId)
  return taken.map(({ orderId, paymentId, ref, amountMinor }) => {
    const all = byOrder.get(orderId) ?? []
    const payment = all.find(({ id }) => id === paymentId)
    const waits = payment && ['pending', 'authorized', 'unknown'].includes(payment.status)
    const written = payment?.status === 'captured' && payment.capturedMinor === amountMinor
    if (!(waits || written) || payment.method !== 'card_online' || payment.amountMinor !== amountMinor)
      return refused(new Alone('this capture is not the plain case'))
    const others = all.filter((other) => other !== payment)
    const balance = {
      capturedMinor: amountMinor + others.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0),
      refundedMinor: others.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0),
      live: others.filter(({ status }) => ['pending', 'authorized', 'unknown'].includes(status)).length,
    }
    if (written) return done({ payment, balance, written })
    const now: Payment = {
      ...payment,
      status: 'captured',
      capturedMinor: amountMinor,
      providerRef: ref,
      declineCode: null,
      leasedUntil: null,
      nextCheckAt: null,
      updatedAt: clock.now(),
    }
    return done({ payment: now, balance, written })
  })
}

/** Writes and events of captures that were decided. */
export function capturesPieces(clock: Clock, payments: readonly Payment[]): { writes: Sql[]; events: NewEvent[] } {
  if (payments.length === 0) return { writes: [], events: [] }
  const column = <T>(pick: (payment: Payment) => T) => payments.map(pick)
  const ids = column(({ id }) => id)
  const amounts = column(({ capturedMinor }) => capturedMinor)
  return {
    writes: [
      sql`update payments.payment p
             set status = 'captured', captured_minor = d.amount, provider_ref = d.ref, decline_code = null, leased_until = null,
                 next_check_at = null, updated_at = ${clock.now()}
            from unnest(${ids}::text[], ${amounts}::bigint[], ${column(({ providerRef }) => providerRef)}::text[]) as d (id, amount, ref)
           where p.id = d.id`,
      sql`insert into payments.ledger_entry (id, payment_id, order_id, amount_minor, currency, actor_id, kind, method, at)
          select n.*, 'capture', 'card_online', ${clock.now()}::timestamptz
            from unnest(${ids.map(() => newId('cap'))}::text[], ${ids}::text[], ${column(({ orderId }) => orderId)}::text[], ${amounts}::bigint[],
                        ${column(({ currency }) => currency)}::text[], ${column(({ provider }) => `provider:${provider}`)}::text[])
                   as n (id, payment, order_id, amount, currency, actor)`,
    ],
    events: payments.map(({ id, orderId, capturedMinor, currency, method }) =>
      event('payments.captured', {
        subjectId: orderId,
        payload: { orderId, paymentId: id, amountMinor: capturedMinor, currency, method },
      }),
    ),
  }
}
