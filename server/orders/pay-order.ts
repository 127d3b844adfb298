import type { PlaceAnswer } from '@hilo/contract'
import {
  balanceOf,
  checkPayment,
  findPayment,
  lastOnlineCapture,
  type Payment,
  paymentProblems,
  recordCounterPayment,
  startPayment,
  type TakenTender,
} from '#payments'
import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { dueMinor, owedMinor } from './order-money.ts'
import { findOrderRow, lockOrder, type OrderRow } from './order-rows.ts'
import { retrying } from './place-order.ts'
import { viewPlaced } from './place-view.ts'
import { orderProblems } from './problems.ts'
import { settleDraft } from './settle-payment.ts'

/**
 * Pays online what is still due on a placed order: the rest of a counter sale, from the customer's own phone (S11).
 * @param resumes an earlier run of this request did not come to its answer: what it paid is found and answered
 * @throws Problem payments.nothing_due, payments.declined
 */
export async function payRest(
  db: Db,
  clock: Clock,
  {
    order,
    cardToken,
    publicUrl,
    resumes = false,
  }: { order: OrderRow; cardToken?: string | undefined; publicUrl: string; resumes?: boolean },
): Promise<PlaceAnswer> {
  const due = dueMinor(order, await balanceOf(db, order.id))
  if (order.status !== 'placed' || due === 0) {
    const paid = resumes && due === 0 ? await lastOnlineCapture(db, order.id) : undefined
    if (paid) return afterPayment(db, clock, { payment: paid, publicUrl })
    throw paymentProblems.nothing_due({ orderId: order.id })
  }
  const payment = await startPayment(db, clock, {
    orderId: order.id,
    amountMinor: due,
    owedMinor: owedMinor(order),
    currency: order.currency,
    description: order.number ?? order.id,
    language: order.language,
    returnUrl: (paymentId) => `${publicUrl}/checkout/return?payment=${paymentId}`,
    cardToken,
    resumes,
  })
  return afterPayment(db, clock, { payment, publicUrl })
}

/**
 * The buyer came back from the provider's page (or waits): asks the provider, and brings the order in line with its answer.
 * @throws Problem payments.not_found, payments.declined, orders.hold_lapsed
 */
export async function confirmPayment(
  db: Db,
  clock: Clock,
  { paymentId, publicUrl }: { paymentId: string; publicUrl: string },
): Promise<PlaceAnswer> {
  const known = await findPayment(db, paymentId)
  if (!known || known.method !== 'card_online') throw paymentProblems.not_found({ paymentId })
  const payment = known.status === 'captured' ? known : ((await checkPayment(db, clock, { paymentId })) ?? known)
  return afterPayment(db, clock, { payment, publicUrl })
}

async function afterPayment(
  db: Db,
  clock: Clock,
  { payment, publicUrl }: { payment: Payment; publicUrl: string },
): Promise<PlaceAnswer> {
  const { orderId } = payment
  const isCaptured = payment.status === 'captured'
  // The usual capture has placed its order already.
  if (isCaptured && !(await isSettled(db, payment)))
    await retrying(() => db.transaction((tx) => settleDraft(tx, clock, { orderId, publicUrl })))
  const order = await findOrderRow(db, orderId)
  if (!order) throw orderProblems.not_found({ orderId })
  if (payment.status === 'declined' || payment.status === 'voided') {
    throw paymentProblems.declined({ declineCode: payment.declineCode, orderToken: order.token })
  }
  if (order.status === 'lapsed') throw orderProblems.hold_lapsed({ orderId })
  if (payment.status === 'captured') return viewPlaced(db, { status: 'placed', orderId, changeMinor: 0 })
  const rest = { orderId, token: order.token, paymentId: payment.id, heldUntil: order.lapsesAt ?? clock.now() }
  return payment.redirectUrl === null
    ? viewPlaced(db, { status: 'checking', ...rest })
    : viewPlaced(db, { status: 'payment_needed', ...rest, redirectUrl: payment.redirectUrl })
}

/** Whether the order stands as this one capture, which pays it exactly, makes it: nothing else was paid, canceled or brought back. */
async function isSettled(db: Db, { orderId, capturedMinor }: Payment): Promise<boolean> {
  const [order, balance] = await db.together((q) => Promise.all([findOrderRow(q, orderId), balanceOf(q, orderId)]))
  const { totalMinor, status, paymentStatus, lines } = order ?? { lines: [] }
  const isExact = totalMinor === capturedMinor && balance.capturedMinor === capturedMinor && balance.refundedMinor === 0
  const isWhole = lines.every(({ canceledUnits, returnedUnits }) => canceledUnits + returnedUnits === 0)
  return status === 'placed' && paymentStatus === 'paid' && isExact && isWhole
}

/**
 * Takes what is due at a counter.
 * @returns the change to give back, in minor units
 * @throws Problem payments.nothing_due, tenders_do_not_match
 */
export async function takePayment(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    tenders,
    locationId,
    actorId,
    publicUrl,
  }: { orderId: string; tenders: readonly TakenTender[]; locationId: string; actorId: string; publicUrl: string },
): Promise<{ changeMinor: number }> {
  const order = await lockOrder(tx, orderId)
  const due = dueMinor(order, await balanceOf(tx, orderId))
  if (!['placed', 'completed'].includes(order.status) || due === 0) throw paymentProblems.nothing_due({ orderId })
  const offered = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  if (offered > due) throw paymentProblems.tenders_do_not_match({ totalMinor: due, offeredMinor: offered })
  const taken = await recordCounterPayment(tx, clock, {
    orderId,
    currency: order.currency,
    tenders,
    locationId,
    actorId,
    personId: order.personId,
  })
  await settleDraft(tx, clock, { orderId, publicUrl })
  return taken
}
