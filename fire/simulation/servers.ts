/** What the server processes do, step by step; between any two of them they may be killed. */
import { applyOutcome, completeWhenDone, refundDone } from './money.ts'
import { AnswerLost, type ProviderNotice, type Said } from './provider.ts'
import { type Cart, hold, lapseDraft, settle } from './purchase.ts'
import type { Sim } from './sim.ts'
import { lapseHolds } from './stock.ts'
import { type Event, Refusal } from './stores.ts'
import type { Work } from './tasks.ts'
import { breakOverduePromises, cancelMissing, followTransfer } from './work.ts'

export type Answer = { status: 'placed' | 'checking'; orderId: string }

/** place-order.ts: HOLD, CHARGE, COMMIT. */
export function* place(sim: Sim, cart: Cart): Work<Answer> {
  const { order, payment, fresh } = sim.stores.transaction(() => hold(sim, cart))
  const orderId = order.id
  yield undefined
  if (order.status !== 'draft') return { status: 'placed', orderId }
  if (payment && fresh) {
    const said = ask(() => sim.provider.create(payment.id, payment.amountMinor))
    yield undefined
    if (sim.rules.answersBeforeCommit && said === 'captured') {
      acknowledge(sim, cart.id, orderId)
      yield undefined
    }
    sim.stores.transaction(() => {
      applyOutcome(sim, payment.id, said)
      settle(sim, orderId)
    })
    yield undefined
    if (said === 'declined') throw new Refusal('payments.declined')
  }
  const now = sim.stores.orders.need(orderId).status
  if (now === 'lapsed') throw new Refusal('orders.hold_lapsed')
  return { status: now === 'draft' ? 'checking' : 'placed', orderId }
}

/** Somebody reads that the order stands: from now on it must never be lost. */
export function acknowledge(sim: Sim, cartId: string, orderId: string): void {
  sim.acknowledged.set(cartId, orderId)
}

function ask(work: () => Said): Said['status'] | 'lost' {
  try {
    return work().status
  } catch (error) {
    if (error instanceof AnswerLost) return 'lost'
    throw error
  }
}

/** webhook.ts: the truth is asked for, then the notice is stored once together with its effect. */
export function* takeNotice(sim: Sim, notice: ProviderNotice): Work {
  const said = ask(() => sim.provider.status(notice.key))
  yield undefined
  if (said === 'lost') return
  sim.stores.transaction(() => {
    if (!sim.stores.providerEvents.get(notice.id)) applyOutcome(sim, notice.key, said)
    sim.stores.providerEvents.put({ id: notice.id })
  })
  yield undefined
  // Only what was answered is not sent again.
  const at = sim.provider.notices.indexOf(notice)
  if (at >= 0) sim.provider.notices.splice(at, 1)
}

/** online.ts `checkPayment`: claimed with a lease, asked with no transaction open, written down. */
function* check(sim: Sim, paymentId: string, drop: boolean): Work {
  sim.stores.payments.change(paymentId, { leasedUntil: sim.now + 20_000 })
  yield undefined
  let said = ask(() => sim.provider.status(paymentId))
  if (drop && said === 'pending') said = ask(() => sim.provider.void(paymentId))
  yield undefined
  sim.stores.transaction(() => applyOutcome(sim, paymentId, said))
}

export function* checkDuePayments(sim: Sim): Work {
  const due = sim.stores.payments.where(
    ({ status, online, leasedUntil, nextCheckAt }) =>
      online && (status === 'pending' || status === 'unknown') && leasedUntil <= sim.now && nextCheckAt <= sim.now,
  )
  for (const { id } of due) yield* check(sim, id, false)
}

/** orders/jobs.ts: a page that waits for the buyer of an order that ended takes no money for nothing. */
export function* dropStalePayments(sim: Sim): Work {
  const stale = sim.stores.payments.where(
    ({ status, orderId, leasedUntil }) =>
      (status === 'pending' || status === 'unknown') &&
      leasedUntil <= sim.now &&
      ['lapsed', 'canceled'].includes(sim.stores.orders.need(orderId).status),
  )
  for (const { id } of stale) yield* check(sim, id, true)
}

export function* lapseDrafts(sim: Sim): Work {
  for (const { id } of sim.stores.orders.where(({ status, lapsesAt }) => status === 'draft' && lapsesAt <= sim.now)) {
    sim.stores.transaction(() => lapseDraft(sim, id))
    yield undefined
  }
}

/** refund.ts `sendDueRefunds`: one key, so that a lost answer is simply asked again. */
export function* sendRefunds(sim: Sim): Work {
  for (const refund of sim.stores.refunds.where(({ status }) => status === 'pending')) {
    const key = sim.rules.refundKey(refund, sim.now)
    let done: 'done' | undefined
    try {
      done = sim.provider.refund(key, refund.paymentId, refund.amountMinor)
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error
    }
    yield undefined
    if (done && sim.stores.refunds.need(refund.id).status === 'pending')
      sim.stores.transaction(() => refundDone(sim, refund.id))
    yield undefined
  }
}

export function* tidyUp(sim: Sim): Work {
  sim.stores.transaction(() => lapseHolds(sim))
  yield undefined
  sim.stores.transaction(() => breakOverduePromises(sim))
}

/** Who follows the events, as the modules' subscribers do. */
const subscribers: Readonly<Record<string, { type: string; handle: (sim: Sim, event: Event) => void }>> = {
  'orders.payments': { type: 'payments.captured', handle: (sim, { payload }) => settle(sim, String(payload.orderId)) },
  'orders.completion': {
    type: 'handed_over',
    handle: (sim, { payload }) => completeWhenDone(sim, String(payload.orderId)),
  },
  'orders.shortages': {
    type: 'shortage_chosen',
    handle: (sim, { payload }) => {
      if (payload.choice === 'refund') cancelMissing(sim, String(payload.shortageId))
    },
  },
  'fulfillment.transfers': {
    type: 'transfer_changed',
    handle: (sim, { payload }) =>
      followTransfer(sim, String(payload.transferId), payload.status === 'sent' ? 'sent' : 'received'),
  },
}
export const subscriberNames = Object.keys(subscribers)

function nextEvent(sim: Sim, name: string): Event | undefined {
  const { last = 0 } = sim.stores.positions.get(name) ?? {}
  const type = subscribers[name]?.type
  let next: Event | undefined
  for (const event of sim.stores.events.all())
    if (event.type === type && event.seq > last && (next === undefined || event.seq < next.seq)) next = event
  return next
}

export function isBehind(sim: Sim, name: string): boolean {
  return nextEvent(sim, name) !== undefined
}

/** One event to one subscriber: its effect and its position are one transaction. Subscribers run at their own pace, so order between them is any. */
export function* deliverEvent(sim: Sim, name: string): Work {
  const event = nextEvent(sim, name)
  if (!event) return
  const handled = (sim.stores.positions.get(name)?.handled ?? 0) + 1
  const moveOn = () => sim.stores.positions.put({ id: name, last: event.seq, handled })
  if (sim.rules.positionMovesFirst) {
    moveOn()
    yield undefined
  }
  sim.stores.transaction(() => {
    subscribers[name]?.handle(sim, event)
    moveOn()
  })
  yield undefined
}
