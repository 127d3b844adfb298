/** The model of payments and of what an order's money says: outcome.ts, refund.ts, complete-order.ts. */
import type { Said } from './provider.ts'
import { minute, type Sim } from './sim.ts'
import { type Payment, Refusal } from './stores.ts'

/** Books what was taken and tells it. */
export function capture(sim: Sim, { id, orderId, amountMinor, capturedMinor }: Payment): void {
  sim.stores.payments.change(id, { status: 'captured', capturedMinor: capturedMinor + amountMinor, leasedUntil: 0 })
  sim.stores.ledger.put({ id: sim.stores.id('cap'), paymentId: id, orderId, kind: 'capture', amountMinor })
  sim.stores.emit('payments.captured', { orderId })
}

/** Writes down what the provider said, or that its answer was lost. */
export function applyOutcome(sim: Sim, paymentId: string, said: Said['status'] | 'lost'): void {
  const payment = sim.stores.payments.need(paymentId)
  if (said === 'lost') {
    if (payment.status !== 'pending' && payment.status !== 'unknown') return
    const status = sim.rules.afterLostAnswer()
    sim.stores.payments.change(paymentId, { status, leasedUntil: 0, nextCheckAt: sim.now + 5000 })
    return
  }
  if (!sim.rules.takesOutcome(payment.status, said)) return
  if (said === 'captured') capture(sim, payment)
  else if (said === 'pending') sim.stores.payments.change(paymentId, { leasedUntil: 0, nextCheckAt: sim.now + minute })
  else sim.stores.payments.change(paymentId, { status: said === 'voided' ? 'voided' : 'declined', leasedUntil: 0 })
}

export function balanceOf(sim: Sim, orderId: string): { capturedMinor: number; refundedMinor: number } {
  let capturedMinor = 0
  let refundedMinor = 0
  for (const payment of sim.stores.payments.all()) {
    if (payment.orderId !== orderId) continue
    capturedMinor += payment.capturedMinor
    refundedMinor += payment.refundedMinor
  }
  return { capturedMinor, refundedMinor }
}

export function completeWhenDone(sim: Sim, orderId: string): void {
  const states = sim.stores.fulfillments.where((row) => row.orderId === orderId).map(({ status }) => status)
  const done = states.every((status) => ['handed_over', 'delivered', 'canceled'].includes(status))
  const order = sim.stores.orders.need(orderId)
  if (done && states.some((status) => status !== 'canceled') && order.status === 'placed')
    sim.stores.orders.change(orderId, { status: 'completed' })
}

/** Books money back, newest payments first; what was paid at the counter moves at once. @throws Refusal */
export function refund(sim: Sim, orderId: string, amountMinor: number): void {
  let rest = amountMinor
  for (const payment of sim.stores.payments.where((one) => one.orderId === orderId).toReversed()) {
    const part = Math.min(rest, sim.rules.refundable(payment))
    if (part <= 0) continue
    rest -= part
    sim.stores.payments.change(payment.id, { refundedMinor: payment.refundedMinor + part })
    const status = payment.online ? 'pending' : 'done'
    const booked = sim.stores.refunds.put({
      id: sim.stores.id('ref'),
      orderId,
      paymentId: payment.id,
      amountMinor: part,
      status,
    })
    if (status === 'done') refundDone(sim, booked.id)
  }
  if (rest > 0) throw new Refusal('payments.refund_too_high')
}

export function refundDone(sim: Sim, refundId: string): void {
  const { paymentId, orderId, amountMinor } = sim.stores.refunds.change(refundId, { status: 'done' })
  sim.stores.ledger.put({ id: sim.stores.id('cap'), paymentId, orderId, kind: 'refund', amountMinor })
}
