/** The model of orders and payments: place-order.ts, settle-payment.ts, lapse-draft.ts, online.ts, outcome.ts, refund.ts. */
import { balanceOf, capture, completeWhenDone, refund } from './money.ts'
import { at, keyAt, minute, type Sim } from './sim.ts'
import { allocate, releaseHolds, reserve } from './stock.ts'
import { type Order, type OrderLine, type Payment, type PlannedGroup, Refusal, type Wish } from './stores.ts'
import { makeWork } from './work.ts'

export type Cart = { id: string; wish: Wish; lines: { variantId: string; units: number }[] }
export type Held = { order: Order; payment?: Payment; fresh: boolean }

const draftMs = 20 * minute
const leaseMs = 20_000

/** Asks the product's own planner with the figures of this moment. @throws Refusal when not everything is to be had */
export function planOf(
  sim: Sim,
  wish: Wish,
  lines: readonly { id: string; variantId: string; units: number }[],
): PlannedGroup[] {
  const stock = new Map(
    sim.variants.map((variantId) => [
      variantId,
      new Map(
        sim.places.map(({ id }) => {
          const level = sim.stores.levels.get(keyAt(variantId, id))
          return [
            id,
            { atp: sim.rules.freeUnits(level), onShelf: sim.rules.freeUnits(level, { ignoreSafetyStock: true }) },
          ]
        }),
      ),
    ]),
  )
  const plan = sim.rules.chooseSources({
    now: at(sim),
    wish,
    lines: lines.map(({ id, variantId, units }) => ({ lineId: id, variantId, units })),
    places: sim.places,
    stock,
    lanes: new Map(),
  })
  if (!plan.feasible) throw new Refusal('orders.out_of_stock')
  return plan.groups
}

export const itemsOf = (groups: readonly PlannedGroup[]) =>
  groups.flatMap(({ lines }) =>
    lines.map(({ lineId, variantId, units, fromLocationId }) => ({
      lineId,
      key: keyAt(variantId, fromLocationId),
      units,
    })),
  )

function linesOf(sim: Sim, cart: Cart): OrderLine[] {
  return cart.lines.map(({ variantId, units }) => {
    // A cent less than the sum, as a discount leaves it: so that no division comes out even.
    const totalMinor = units * (sim.prices.get(variantId) ?? 0) - (units > 1 ? 1 : 0)
    const taxMinor = Math.round((totalMinor * 21) / 121)
    return { id: sim.stores.id('lin'), variantId, units, canceledUnits: 0, returnedUnits: 0, totalMinor, taxMinor }
  })
}

/** HOLD: what an earlier try left is gone on with; else plan, reserve, draft, claim. A counter sale is paid and placed at once. */
export function hold(sim: Sim, cart: Cart): Held {
  const { orders, payments } = sim.stores
  const [known] = orders.where((order) => order.cartId === cart.id && order.status !== 'lapsed')
  if (known && known.status !== 'draft') return { order: known, fresh: false }
  if (known) {
    const own = payments.where(({ orderId }) => orderId === known.id)
    const money = own.some((one) => one.capturedMinor > 0 || one.status === 'pending' || one.status === 'unknown')
    if (money || known.lapsesAt > sim.now) return { order: known, ...claim(sim, known) }
    lapseDraft(sim, known.id)
  }
  const lines = linesOf(sim, cart)
  const groups = planOf(sim, cart.wish, lines)
  const deliveryMinor = cart.wish.kind === 'delivery' ? 495 : 0
  const order = orders.put({
    id: sim.stores.id('ord'),
    cartId: cart.id,
    status: 'draft',
    paymentStatus: 'unpaid',
    wish: cart.wish,
    lines,
    deliveryMinor,
    totalMinor: lines.reduce((sum, line) => sum + line.totalMinor, deliveryMinor),
    groups,
    lapsesAt: sim.now + draftMs,
  })
  if (cart.wish.kind === 'carry_out') {
    const payment = newPayment(sim, order, false)
    capture(sim, payment)
    commit(sim, order.id, groups, undefined)
    return { order: orders.need(order.id), fresh: false }
  }
  reserve(sim, { holderId: order.id, items: itemsOf(groups), expiresAt: order.lapsesAt })
  return { order, ...claim(sim, order) }
}

function claim(sim: Sim, order: Order): { payment?: Payment; fresh: boolean } {
  const [known] = sim.stores.payments.where(
    (payment) => payment.orderId === order.id && payment.online && sim.rules.isAnswered(payment, order.totalMinor),
  )
  return known ? { payment: known, fresh: false } : { payment: newPayment(sim, order, true), fresh: true }
}

function newPayment(sim: Sim, order: Order, online: boolean): Payment {
  const until = sim.now + leaseMs
  return sim.stores.payments.put({
    id: sim.stores.id('pay'),
    orderId: order.id,
    amountMinor: order.totalMinor,
    status: 'pending',
    online,
    capturedMinor: 0,
    refundedMinor: 0,
    leasedUntil: until,
    nextCheckAt: until,
  })
}

/** Brings an order in line with the money that has arrived for it; twice changes nothing. */
export function settle(sim: Sim, orderId: string): void {
  const order = sim.stores.orders.need(orderId)
  const { capturedMinor, refundedMinor } = balanceOf(sim, orderId)
  const open = capturedMinor - refundedMinor
  if (order.status !== 'draft' && order.status !== 'lapsed') return settlePlaced(sim, order)
  if (open <= 0 || (order.status === 'draft' && open < order.totalMinor)) return
  const other = sim.stores.orders.where(
    (one) => one.cartId === order.cartId && one.id !== orderId && one.status !== 'lapsed',
  )
  if ((order.status === 'draft' || other.length === 0) && place(sim, order)) return
  lapseDraft(sim, orderId)
  if (sim.rules.paysBackWhatIsGone) refund(sim, orderId, open)
}

/** As planned; else from elsewhere. */
function place(sim: Sim, order: Order): boolean {
  const planned = () => commit(sim, order.id, order.groups, order.status === 'draft' ? order.id : undefined)
  const elsewhere = () => {
    if (order.status === 'draft') releaseHolds(sim, order.id)
    commit(sim, order.id, planOf(sim, order.wish, order.lines), undefined)
  }
  return attempt(sim, planned) || attempt(sim, elsewhere)
}

function attempt(sim: Sim, work: () => void): boolean {
  try {
    sim.stores.transaction(work)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/** COMMIT: reservation becomes allocation, fulfillment with its promises, draft becomes placed, event written. */
function commit(sim: Sim, orderId: string, groups: PlannedGroup[], holderId: string | undefined): void {
  const leaving = groups.every(({ kind }) => kind === 'carry_out')
  allocate(sim, { orderId, lines: itemsOf(groups), ...(holderId === undefined ? {} : { holderId }), leaving })
  const order = sim.stores.orders.change(orderId, { status: leaving ? 'completed' : 'placed', groups })
  sim.stores.orders.change(orderId, { paymentStatus: sim.rules.paymentStatusOf(order, balanceOf(sim, orderId)) })
  for (const group of groups) makeWork(sim, orderId, group)
  sim.stores.emit('orders.placed', { orderId })
}

function settlePlaced(sim: Sim, order: Order): void {
  const excess = sim.rules.excessMinor(order, balanceOf(sim, order.id))
  if (excess > 0) refund(sim, order.id, excess)
  sim.stores.orders.change(order.id, { paymentStatus: sim.rules.paymentStatusOf(order, balanceOf(sim, order.id)) })
  completeWhenDone(sim, order.id)
}

export function lapseDraft(sim: Sim, orderId: string): void {
  if (sim.stores.orders.need(orderId).status !== 'draft') return
  sim.stores.orders.change(orderId, { status: 'lapsed' })
  releaseHolds(sim, orderId)
}
