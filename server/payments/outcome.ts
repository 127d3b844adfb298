import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type Payment, paymentColumns } from './payment-rows.ts'
import type { ProviderState } from './provider.ts'

/** Pauses before an open payment is asked for again, in seconds; after the last one it is asked hourly, then a person is told. */
const pauses = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600] as const
export const checksMax = 30

/** When to ask again after so many checks. */
export function nextCheck(clock: Clock, checks: number): Date {
  const seconds = pauses[Math.min(checks, pauses.length - 1)] ?? 3600
  return new Date(clock.now().getTime() + seconds * 1000)
}

/**
 * Writes down what the provider said. The one place where an online payment changes its status:
 *
 *   pending, unknown → pending | authorized | captured | declined | voided      authorized → captured | voided
 *
 * `captured` and `voided` are final; `declined` gives way only to `captured`, because a provider may take the money on a second try
 * at its page after it told us of the first. A late or repeated notice changes nothing. A capture books one ledger row.
 * @returns the payment afterwards; undefined when it does not exist
 */
export async function applyOutcome(
  tx: Tx,
  clock: Clock,
  { paymentId, state }: { paymentId: string; state: ProviderState },
): Promise<Payment | undefined> {
  const payment = await tx.maybeOne<Payment>(
    sql`select ${paymentColumns} from payments.payment where id = ${paymentId} for update`,
  )
  if (!payment) return undefined
  if (payment.method !== 'card_online' || payment.status === 'captured' || payment.status === 'voided') return payment
  if (payment.status === 'declined' && state.status !== 'captured') return payment
  switch (state.status) {
    case 'captured':
      return capture(tx, clock, payment, state)
    case 'declined':
      return settle(tx, clock, payment, 'declined', { ref: state.ref, code: state.code })
    case 'unknown_there':
      return settle(tx, clock, payment, 'declined', { ref: null, code: 'never_arrived' })
    case 'voided':
      return settle(tx, clock, payment, 'voided', { ref: state.ref, code: null })
    case 'authorized':
    case 'pending': {
      const redirectUrl = state.status === 'pending' ? state.redirectUrl : null
      return tx.one<Payment>(sql`
        update payments.payment
           set status = ${state.status}, provider_ref = ${state.ref}, redirect_url = coalesce(${redirectUrl}, redirect_url),
               leased_until = null, checks = checks + 1, next_check_at = ${nextCheck(clock, payment.checks)}, updated_at = ${clock.now()}
         where id = ${paymentId} returning ${paymentColumns}`)
    }
    default: {
      const never: never = state
      return never
    }
  }
}

async function capture(
  tx: Tx,
  clock: Clock,
  payment: Payment,
  { ref, amountMinor }: { ref: string; amountMinor: number },
): Promise<Payment> {
  // A provider that says another amount than was asked is never booked as if all were well: a person looks at it.
  const booked = Math.min(amountMinor, payment.amountMinor)
  const row = await tx.one<Payment>(sql`
    with booked as (
      insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
      values (${newId('cap')}, ${payment.id}, ${payment.orderId}, 'capture', 'card_online', ${booked}, ${payment.currency},
              ${`provider:${payment.provider}`}, ${clock.now()})
    )
    update payments.payment
       set status = 'captured', captured_minor = ${booked}, provider_ref = ${ref}, decline_code = null, leased_until = null,
           next_check_at = null, updated_at = ${clock.now()}
     where id = ${payment.id} returning ${paymentColumns}`)
  await emit(tx, clock, 'payments.captured', {
    subjectId: payment.orderId,
    payload: {
      orderId: payment.orderId,
      paymentId: payment.id,
      amountMinor: booked,
      currency: payment.currency,
      method: payment.method,
    },
  })
  if (amountMinor !== payment.amountMinor) await tellAttention(tx, clock, payment, 'amount_differs')
  return row
}

async function settle(
  tx: Tx,
  clock: Clock,
  payment: Payment,
  status: 'declined' | 'voided',
  { ref, code }: { ref: string | null; code: string | null },
): Promise<Payment> {
  return tx.one<Payment>(sql`
    update payments.payment
       set status = ${status}, provider_ref = coalesce(${ref}, provider_ref), decline_code = ${code}, leased_until = null,
           next_check_at = null, updated_at = ${clock.now()}
     where id = ${payment.id} returning ${paymentColumns}`)
}

/** Tells that a person must look at a payment; it stands on the list of `attention.ts`. */
export async function tellAttention(
  tx: Tx,
  clock: Clock,
  { id, orderId }: Pick<Payment, 'id' | 'orderId'>,
  reason: string,
): Promise<void> {
  await emit(tx, clock, 'payments.attention', { subjectId: orderId, payload: { orderId, paymentId: id, reason } })
}

/** The provider could not be asked, or its answer was lost: nobody knows. Asked again later, and a person is told in the end. */
export async function markUnknown(tx: Tx, clock: Clock, paymentId: string): Promise<Payment | undefined> {
  const payment = await tx.maybeOne<Payment>(sql`
    update payments.payment
       set status = case when status = 'pending' and provider_ref is null then 'unknown' else status end, leased_until = null,
           checks = checks + 1, updated_at = ${clock.now()},
           next_check_at = case when checks + 1 >= ${checksMax}::int then null else ${clock.now()}::timestamptz end
     where id = ${paymentId} and status in ('pending', 'authorized', 'unknown') returning ${paymentColumns}`)
  if (!payment) return undefined
  if (payment.checks >= checksMax) await tellAttention(tx, clock, payment, 'provider_silent')
  else {
    await tx.run(
      sql`update payments.payment set next_check_at = ${nextCheck(clock, payment.checks - 1)} where id = ${paymentId}`,
    )
  }
  return payment
}
