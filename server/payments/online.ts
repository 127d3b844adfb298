import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
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
  /** What the order must have in all; nothing is charged once that much was captured. */
  owedMinor: number
  currency: string
  description: string
  language: 'es' | 'en'
  returnUrl: (paymentId: string) => string
  cardToken?: string | undefined
  /** The claim that a transaction of the caller has made already. */
  claimed?: Claimed
  /**
   * What the caller does with the outcome in the transaction that writes it down; it locks its own rows first and calls `record`.
   * When it fails, the outcome is written down alone: money that was taken is never forgotten.
   */
  recording?: (tx: Tx, record: () => Promise<Payment | undefined>) => Promise<void>
}
export type Claimed = { payment: Payment; fresh: boolean }

/**
 * Starts the online payment of an order, or finds the one that is under way or has paid it: one charge per buyer's intent.
 *
 *   CLAIM    one claim of an order at a time; a live payment or enough captured money is the answer, else one new row
 *   ASK      the provider, with the payment id as its idempotency key, no transaction open
 *   RECORD   what it said; a lost answer is `unknown` and asked for again by a job
 *
 * @returns the payment as it stands: captured, pending with a redirect address, declined, or unknown
 */
export async function startPayment(db: Db, clock: Clock, start: StartPayment): Promise<Payment> {
  const provider = onlineProvider()
  const { payment, fresh } = start.claimed ?? (await db.transaction((tx) => claimPayment(tx, clock, start)))
  if (!fresh) return payment
  const call = () =>
    provider.create({
      key: payment.id,
      amountMinor: start.amountMinor,
      currency: start.currency,
      description: start.description,
      language: start.language,
      cardToken: start.cardToken,
      returnUrl: start.returnUrl(payment.id),
    })
  return ask(db, clock, payment.id, { call, recording: start.recording })
}

/**
 * Notes that an order is about to be charged, or finds that it is charged already; for a caller who does so in the transaction that
 * makes the order. The lock is per order; the row lock waits for an outcome that is being written this moment. So between a capture and the commit of
 * its order no second claim can slip in, which the unique index alone would let happen.
 */
export async function claimPayment(tx: Tx, clock: Clock, start: StartPayment): Promise<Claimed> {
  const provider = onlineProvider().name
  tx.later(sql`select pg_advisory_xact_lock(hashtext('payment'), hashtext(${start.orderId})) as locked`)
  // Sent together, run one after the other: each sees what was committed before it got its lock.
  const [live, paid] = await Promise.all([
    tx.maybeOne<Payment>(sql`
      select ${paymentColumns} from payments.payment
       where order_id = ${start.orderId} and method = 'card_online' and status in ('pending', 'authorized', 'unknown') for update`),
    tx.many<Payment>(sql`
      select ${paymentColumns} from payments.payment where order_id = ${start.orderId} and status = 'captured' order by id desc`),
  ])
  if (live) return { payment: live, fresh: false }
  const paidMinor = paid.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0)
  const last = paid[0]
  if (last && paidMinor >= start.owedMinor) return { payment: last, fresh: false }
  const payment = await tx.one<Payment>(sql`
    insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, leased_until, next_check_at, created_at, updated_at)
    values (${newId('pay')}, ${start.orderId}, 'card_online', ${provider}, ${start.amountMinor}, ${start.currency}, 'pending',
            ${later(clock, leaseMs)}, ${later(clock, leaseMs)}, ${clock.now()}, ${clock.now()})
    returning ${paymentColumns}`)
  return { payment, fresh: true }
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
  const call = async () => {
    const state = await provider.status({ key: paymentId, ref: claimed.providerRef })
    return state.status === 'authorized' ? provider.capture({ key: paymentId, ref: state.ref }) : state
  }
  return ask(db, clock, paymentId, { call })
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
  const call = () => providerNamed(payment.provider).void({ key: paymentId, ref: providerRef })
  return ask(db, clock, paymentId, { call })
}

async function ask(
  db: Db,
  clock: Clock,
  paymentId: string,
  { call, recording }: { call: () => Promise<ProviderState>; recording?: StartPayment['recording'] | undefined },
): Promise<Payment> {
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
  const payment = await record(db, clock, { paymentId, state, recording })
  if (!payment) throw new Error(`payment ${paymentId} is gone`)
  return payment
}

async function record(
  db: Db,
  clock: Clock,
  {
    paymentId,
    state,
    recording,
  }: { paymentId: string; state: ProviderState; recording: StartPayment['recording'] | undefined },
): Promise<Payment | undefined> {
  const alone = (tx: Tx) => applyOutcome(tx, clock, { paymentId, state })
  if (!recording) return db.transaction(alone)
  let written: Payment | undefined
  try {
    await db.transaction((tx) =>
      recording(tx, async () => {
        written = await alone(tx)
        return written
      }),
    )
    return written
  } catch {
    // The caller settles again in a transaction of its own, and meets there what went wrong here.
    return db.transaction(alone)
  }
}

function later(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}
