import type { Clock } from '#platform/clock'
import { type Db, isUniqueViolation, type Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { applyOutcome, markUnknown } from './outcome.ts'
import { findPayment, type Payment, paymentColumns } from './payment-rows.ts'
import { onlineProvider, type ProviderState, providerNamed } from './provider.ts'

/** How long one process may be busy with one provider call before another may ask. Longer than any call's own limit. */
const leaseMs = 20_000

export type StartPayment = {
  orderId: string
  amountMinor: number
  currency: string
  description: string
  language: 'es' | 'en'
  returnUrl: (paymentId: string) => string
  cardToken?: string | undefined
}

/**
 * Starts the online payment of an order, or finds the one that is under way: one charge per buyer's intent.
 *
 *   CLAIM    one row, the partial unique index lets no second live one in
 *   ASK      the provider, with the payment id as its idempotency key, no transaction open
 *   RECORD   what it said; a lost answer is `unknown` and asked for again by a job
 *
 * @returns the payment as it stands: captured, pending with a redirect address, declined, or unknown
 */
export async function startPayment(db: Db, clock: Clock, start: StartPayment): Promise<Payment> {
  const live = await findLive(db, start.orderId)
  if (live) return live
  const provider = onlineProvider()
  const paymentId = newId('pay')
  try {
    await db.run(sql`
      insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, leased_until, next_check_at, created_at, updated_at)
      values (${paymentId}, ${start.orderId}, 'card_online', ${provider.name}, ${start.amountMinor}, ${start.currency}, 'pending',
              ${later(clock, leaseMs)}, ${later(clock, leaseMs)}, ${clock.now()}, ${clock.now()})`)
  } catch (error) {
    if (!isUniqueViolation(error, 'payment_one_live')) throw error
    const other = await findLive(db, start.orderId)
    if (!other) throw error
    return other
  }
  return ask(db, clock, paymentId, () =>
    provider.create({
      key: paymentId,
      amountMinor: start.amountMinor,
      currency: start.currency,
      description: start.description,
      language: start.language,
      cardToken: start.cardToken,
      returnUrl: start.returnUrl(paymentId),
    }),
  )
}

async function findLive(q: Queryable, orderId: string): Promise<Payment | undefined> {
  return q.maybeOne<Payment>(sql`
    select ${paymentColumns} from payments.payment
     where order_id = ${orderId} and method = 'card_online' and status in ('pending', 'authorized', 'unknown')`)
}

/**
 * Asks the provider how a payment stands and writes it down. Another process that is asking right now is not disturbed.
 * @returns the payment afterwards; undefined when it does not exist
 */
export async function checkPayment(
  db: Db,
  clock: Clock,
  { paymentId }: { paymentId: string },
): Promise<Payment | undefined> {
  const claimed = await db.maybeOne<Payment>(sql`
    update payments.payment set leased_until = ${later(clock, leaseMs)}
     where id = ${paymentId} and method = 'card_online' and status in ('pending', 'authorized', 'unknown', 'declined')
       and (leased_until is null or leased_until <= ${clock.now()}) returning ${paymentColumns}`)
  if (!claimed) return findPayment(db, paymentId)
  const provider = providerNamed(claimed.provider)
  return ask(db, clock, paymentId, async () => {
    const state = await provider.status({ key: paymentId, ref: claimed.providerRef })
    return state.status === 'authorized' ? provider.capture({ key: paymentId, ref: state.ref }) : state
  })
}

/**
 * Drops a payment whose order will not be placed. One that was captured meanwhile stays captured: the caller's job refunds it.
 * @returns the payment afterwards
 */
export async function dropPayment(
  db: Db,
  clock: Clock,
  { paymentId }: { paymentId: string },
): Promise<Payment | undefined> {
  const payment = await checkPayment(db, clock, { paymentId })
  if (!payment?.providerRef || !['pending', 'authorized', 'unknown'].includes(payment.status)) return payment
  const { providerRef } = payment
  return ask(db, clock, paymentId, () => providerNamed(payment.provider).void({ key: paymentId, ref: providerRef }))
}

async function ask(db: Db, clock: Clock, paymentId: string, call: () => Promise<ProviderState>): Promise<Payment> {
  let state: ProviderState
  try {
    state = await call()
  } catch (error) {
    // The call may have worked although its answer did not arrive. Only the provider knows; the job asks.
    const payment = await db.transaction((tx) => markUnknown(tx, clock, paymentId))
    const known = payment ?? (await findPayment(db, paymentId))
    if (!known) throw error
    return known
  }
  const payment = await db.transaction((tx) => applyOutcome(tx, clock, { paymentId, state }))
  if (!payment) throw new Error(`payment ${paymentId} is gone`)
  return payment
}

function later(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}
