/** Buyers, counters and stock rooms: what they do in the world before and after they ask a server. */

import type { Cart } from './purchase.ts'
import { type Answer, acknowledge, place } from './servers.ts'
import { keyAt, move, type Sim } from './sim.ts'
import { receiveTransfer, sendTransfer } from './stock.ts'
import type { Fulfillment, Transfer } from './stores.ts'
import { type Box, call, command, type Tasks, type Work } from './tasks.ts'
import { cancelOrder, choose, close, deliver, letOut, pick, reportShort, takeBack } from './work.ts'

const binOf = (fulfillmentId: string, variantId: string) => `${fulfillmentId} ${variantId}`

/** Buys once, and asks again when no answer comes; a double click now and then. */
export function* buyer(sim: Sim, tasks: Tasks, cart: Cart): Work {
  const counter = cart.wish.kind === 'carry_out' ? cart.wish.locationId : undefined
  if (counter !== undefined && !take(sim, cart, counter)) return
  for (let attempt = 0; attempt < 4; attempt++) {
    if (sim.dice.percent(15)) tasks.serve(`place ${cart.id} (double click)`, place(sim, cart))
    const box: Box<Answer> = yield* call(tasks, `place ${cart.id}`, place(sim, cart))
    if (box.answer?.status === 'placed') {
      acknowledge(sim, cart.id, box.answer.orderId)
      break
    }
    if (box.refused !== undefined && box.refused !== 'payments.declined') break
    if (counter === undefined && sim.dice.percent(25)) break
    yield undefined
  }
  if (counter === undefined) return
  const sold = sim.stores.orders.where(({ cartId, status }) => cartId === cart.id && status === 'completed').length > 0
  for (const { variantId, units } of cart.lines) {
    const heap = binOf(cart.id, variantId)
    if (sold) move(sim.goods.bins, heap, sim.goods.hands, variantId, units)
    else move(sim.goods.bins, heap, sim.goods.shelf, keyAt(variantId, counter), units)
  }
}

/** The goods lie on the counter before they are scanned. */
function take(sim: Sim, cart: Cart, counter: string): boolean {
  const all = cart.lines.every(({ variantId, units }) => (sim.goods.shelf.get(keyAt(variantId, counter)) ?? 0) >= units)
  if (all)
    for (const { variantId, units } of cart.lines)
      move(sim.goods.shelf, keyAt(variantId, counter), sim.goods.bins, binOf(cart.id, variantId), units)
  return all
}

/** Looks later whether the order that was being checked stands. */
export function look(sim: Sim, cart: Cart): void {
  const [order] = sim.stores.orders.where(
    ({ cartId, status }) => cartId === cart.id && (status === 'placed' || status === 'completed'),
  )
  if (order) acknowledge(sim, cart.id, order.id)
}

/** One visit of the stock room to one piece of work: whatever is to be done next, sometimes the wrong thing. */
export function* stockRoom(sim: Sim, tasks: Tasks, id: string, honest = false): Work {
  // One person at a time has a piece of work in hand.
  if (sim.inHand.has(id)) return
  sim.inHand.add(id)
  yield* oneVisit(sim, tasks, sim.stores.fulfillments.need(id), honest)
  sim.inHand.delete(id)
}

function* oneVisit(sim: Sim, tasks: Tasks, row: Fulfillment, honest: boolean): Work {
  const { id } = row
  const what = honest ? -1 : sim.dice.below(12)
  if (what === 0) {
    yield* call(
      tasks,
      `close ${id} (too early)`,
      command(sim, () => (close(sim, id), true)),
    )
    return
  }
  if (what === 1 && row.status === 'ready') {
    yield* vanish(sim, tasks, row)
    return
  }
  switch (row.status) {
    case 'open':
    case 'picking':
      yield* work(sim, tasks, row)
      return
    case 'ready':
    case 'packed':
      // Nobody hands over what is not in the bin.
      if (yield* tellMissing(sim, tasks, row)) return
      yield* call(
        tasks,
        `let out ${id}`,
        command(sim, () => (letOut(sim, id), true)),
      )
      return
    case 'shipped':
      yield* call(
        tasks,
        `deliver ${id}`,
        command(sim, () => (deliver(sim, id), true)),
      )
      return
    default:
  }
}

/** Picks one unit, says that it is not there, or closes what is complete. */
function* work(sim: Sim, tasks: Tasks, { id, lines, locationId }: Fulfillment): Work {
  const line = lines.find((one) => one.units - one.shortUnits - one.pickedUnits > 0)
  if (!line) {
    yield* call(
      tasks,
      `close ${id}`,
      command(sim, () => (close(sim, id), true)),
    )
    return
  }
  const { orderLineId, variantId } = line
  const bin = binOf(id, variantId)
  const shelf = keyAt(variantId, locationId)
  const before = sim.goods.bins.get(bin) ?? 0
  // A unit whose scan was never answered lies in the bin already.
  if (before <= line.pickedUnits && !move(sim.goods.shelf, shelf, sim.goods.bins, bin)) {
    yield* call(
      tasks,
      `short ${id}`,
      command(sim, () => (reportShort(sim, id, orderLineId, 1), true)),
    )
    return
  }
  yield* call(
    tasks,
    `pick ${id}`,
    command(sim, () => (pick(sim, id, orderLineId), true)),
  )
}

/** Something that was set aside disappears; it is noticed now, or when somebody reaches for it. */
function* vanish(sim: Sim, tasks: Tasks, row: Fulfillment): Work {
  const line = row.lines.find(({ units }) => units > 0)
  if (line) move(sim.goods.bins, binOf(row.id, line.variantId), sim.goods.lost, line.variantId)
  if (sim.dice.percent(50)) yield* tellMissing(sim, tasks, row)
}

/** Reports a unit of closed work that is not in its bin. @returns whether one was missing */
function* tellMissing(sim: Sim, tasks: Tasks, { id, lines }: Fulfillment): Work<boolean> {
  const line = lines.find(({ variantId, units }) => (sim.goods.bins.get(binOf(id, variantId)) ?? 0) < units)
  if (line)
    yield* call(
      tasks,
      `gone from the bin of ${id}`,
      command(sim, () => (reportShort(sim, id, line.orderLineId, 1), true)),
    )
  return line !== undefined
}

/** What was picked for work that ended or shrank goes back to its shelf; what was handed over leaves the bin. */
export function settleBins(sim: Sim): void {
  for (const row of sim.stores.fulfillments.all()) {
    for (const { variantId, units } of row.lines) {
      const bin = binOf(row.id, variantId)
      const there = sim.goods.bins.get(bin) ?? 0
      if (there === 0) continue
      const out = row.status === 'handed_over' || row.status === 'shipped' || row.status === 'delivered'
      if (out) {
        move(sim.goods.bins, bin, sim.goods.hands, variantId, Math.min(units, there))
        const rest = sim.goods.bins.get(bin) ?? 0
        move(sim.goods.bins, bin, sim.goods.shelf, keyAt(variantId, row.locationId), rest)
      } else if (row.status === 'canceled' || there > units)
        move(
          sim.goods.bins,
          bin,
          sim.goods.shelf,
          keyAt(variantId, row.locationId),
          row.status === 'canceled' ? there : there - units,
        )
    }
  }
}

/** A van leaves with what is found, or arrives with what it has; one in twelve units is lost on the way. */
export function* van(sim: Sim, tasks: Tasks, { id }: Transfer): Work {
  const transfer = sim.stores.transfers.need(id)
  const load = (lineId: string) => `${id} ${lineId}`
  if (transfer.status === 'requested') {
    const found: Record<string, number> = {}
    for (const { lineId, variantId, units } of transfer.lines) {
      for (let n = 0; n < units; n++)
        move(sim.goods.shelf, keyAt(variantId, transfer.from), sim.goods.vans, load(lineId))
      found[lineId] = sim.goods.vans.get(load(lineId)) ?? 0
    }
    yield* call(
      tasks,
      `send ${id}`,
      command(sim, () => (sendTransfer(sim, id, found), true)),
    )
    // Called off, or never heard: unless the van is known to be on its way, it is unloaded again.
    if (sim.stores.transfers.need(id).status === 'sent') return
    for (const { lineId, variantId } of transfer.lines)
      move(
        sim.goods.vans,
        load(lineId),
        sim.goods.shelf,
        keyAt(variantId, transfer.from),
        sim.goods.vans.get(load(lineId)) ?? 0,
      )
    return
  }
  const arrived: Record<string, number> = {}
  for (const { lineId, variantId } of transfer.lines) {
    if (sim.dice.below(12) === 0) move(sim.goods.vans, load(lineId), sim.goods.lost, variantId)
    arrived[lineId] = sim.goods.vans.get(load(lineId)) ?? 0
  }
  yield* call(
    tasks,
    `receive ${id}`,
    command(sim, () => (receiveTransfer(sim, id, arrived), true)),
  )
  if (sim.stores.transfers.need(id).status !== 'received') return
  for (const { lineId, variantId } of transfer.lines)
    move(
      sim.goods.vans,
      load(lineId),
      sim.goods.shelf,
      keyAt(variantId, transfer.to),
      sim.goods.vans.get(load(lineId)) ?? 0,
    )
}

/** The customer answers about missing units. */
export function* chooses(sim: Sim, tasks: Tasks, shortageId: string, refundOnly = false): Work {
  const { variantId, units, fulfillmentId } = sim.stores.shortages.need(shortageId)
  const row = sim.stores.fulfillments.need(fulfillmentId)
  const having = sim.places.filter(
    ({ id }) => id !== row.locationId && sim.rules.freeUnits(sim.stores.levels.get(keyAt(variantId, id))) >= units,
  )
  const other = sim.dice.pick(having)
  const kind =
    refundOnly || !other || row.kind !== 'pickup'
      ? 'refund'
      : (sim.dice.pick(['refund', 'other_shop', 'transfer'] as const) ?? 'refund')
  const choice = kind === 'refund' || !other ? { kind: 'refund' as const } : { kind, locationId: other.id }
  yield* call(
    tasks,
    `choose ${choice.kind} for ${shortageId}`,
    command(sim, () => (choose(sim, shortageId, choice), true)),
  )
}

/** Somebody changes their mind, or brings something back. */
export function* secondThoughts(sim: Sim, tasks: Tasks, orderId: string): Work {
  const order = sim.stores.orders.need(orderId)
  if (order.status === 'placed' && sim.dice.percent(50)) {
    yield* call(
      tasks,
      `cancel ${orderId}`,
      command(sim, () => (cancelOrder(sim, orderId), true)),
    )
    return
  }
  const line = sim.dice.pick(order.lines)
  const shop = sim.dice.pick(sim.places)
  if (!line || !shop) return
  const good = sim.dice.percent(70)
  const before = line.returnedUnits
  yield* call(
    tasks,
    `return to ${shop.id} of ${orderId}`,
    command(sim, () => ({ minor: takeBack(sim, orderId, line.id, { locationId: shop.id, good }) })),
  )
  const after = sim.stores.orders.need(orderId).lines.find(({ id }) => id === line.id)?.returnedUnits ?? 0
  if (after > before)
    move(
      sim.goods.hands,
      line.variantId,
      good ? sim.goods.shelf : sim.goods.lost,
      good ? keyAt(line.variantId, shop.id) : line.variantId,
    )
}
