import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { type Sql, sql } from '#platform/sql'
import { captureWriter } from './captured.ts'
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
  /** An earlier run of the same request did not come to its answer; it may have died before it asked the provider. */
  resumes?: boolean | undefined
  /**
   * Writes a capture down together with what follows from it, and gives the payment as it stands then. When it fails, the capture is
   * written down alone: money that was taken is never forgotten.
   */
  captured?: ((taken: Capture) => Promise<Payment>) | undefined
}
/** What a provider said it took for a payment. */
export type Capture = { orderId: string; paymentId: string; ref: string; amountMinor: number }
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
  // The provider makes one charge of a key however often it is asked, so a request that resumes may ask in place of the one that died.
  const isUnasked = payment.providerRef === null && (payment.status === 'pending' || payment.status === 'unknown')
  if (!fresh && !(start.resumes === true && isUnasked && payment.amountMinor === start.amountMinor)) return payment
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
  return ask(db, clock, payment.id, {
    call,
    captured: start.captured && { orderId: start.orderId, write: start.captured },
  })
}

/**
 * The payments that orders made this moment are about to be charged with: nobody else can know of them, so nothing is to be locked.
 * Nothing is written yet: the caller puts `writes` into its own statement.
 */
export function prepareClaims(
  clock: Clock,
  orders: readonly { orderId: string; amountMinor: number; currency: string }[],
): { payments: Payment[]; writes: Sql[] } {
  const provider = onlineProvider().name
  const until = later(clock, leaseMs)
  const payments = orders.map(
    ({ orderId, amountMinor, currency }): Payment => ({
      id: newId('pay'),
      orderId,
      method: 'card_online',
      provider,
      amountMinor,
      currency,
      status: 'pending',
      capturedMinor: 0,
      refundedMinor: 0,
      providerRef: null,
      tenderedMinor: null,
      redirectUrl: null,
      declineCode: null,
      reference: '',
      leasedUntil: until,
      nextCheckAt: until,
      checks: 0,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    }),
  )
  if (payments.length === 0) return { payments, writes: [] }
  const now = clock.now()
  const insert = sql`
    insert into payments.payment (id, order_id, amount_minor, currency, method, provider, status, leased_until, next_check_at, created_at, updated_at)
    select n.*, 'card_online', ${provider}::text, 'pending', ${until}::timestamptz, ${until}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      from unnest(${payments.map(({ id }) => id)}::text[], ${payments.map(({ orderId }) => orderId)}::text[],
                  ${payments.map(({ amountMinor }) => amountMinor)}::bigint[], ${payments.map(({ currency }) => currency)}::text[])
             as n (id, order_id, amount, currency)`
  return { payments, writes: [insert] }
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
  return ask(db, clock, paymentId, { call, captured: capturedOf(db, clock, claimed) })
}

/**
 * Writes down what a provider said of a payment: a plain capture together with its order, everything else by itself.
 * @param inTurn lets that work wait for its turn
 */
export async function recordState(
  db: Db,
  clock: Clock,
  {
    payment,
    state,
    inTurn = (work) => work(),
  }: { payment: Payment; state: ProviderState; inTurn?: <T>(work: () => Promise<T>) => Promise<T> },
): Promise<Payment | undefined> {
  const together = await writeCaptured(payment.id, state, capturedOf(db, clock, payment))
  if (together) return together
  return inTurn(() => db.transaction((tx) => applyOutcome(tx, clock, { paymentId: payment.id, state })))
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

type Asking = {
  call: () => Promise<ProviderState>
  captured?: { orderId: string; write: (taken: Capture) => Promise<Payment> } | undefined
}

async function ask(db: Db, clock: Clock, paymentId: string, { call, captured }: Asking): Promise<Payment> {
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
  const written = await writeCaptured(paymentId, state, captured)
  if (written) return written
  const payment = await db.transaction((tx) => applyOutcome(tx, clock, { paymentId, state }))
  if (!payment) throw new Error(`payment ${paymentId} is gone`)
  return payment
}

/** Who writes a capture of this payment together with its order. */
function capturedOf(db: Db, clock: Clock, { orderId }: Payment): Asking['captured'] {
  const write = captureWriter(db, clock)
  return write && { orderId, write }
}

/** Refused: the payment is written down alone, and whoever settles its order on their own meets there what went wrong. */
async function writeCaptured(
  paymentId: string,
  state: ProviderState,
  captured: Asking['captured'],
): Promise<Payment | undefined> {
  if (state.status !== 'captured' || !captured) return undefined
  const { ref, amountMinor } = state
  return captured.write({ orderId: captured.orderId, paymentId, ref, amountMinor }).catch(() => undefined)
}

function later(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}
