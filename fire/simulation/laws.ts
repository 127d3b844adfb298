/**
 * The laws of DESIGN §2 over a run's stores and world. They recompute everything from the ledgers and ask none of the functions that
 * decided (rules.ts), so that a wrong decision cannot excuse itself.
 */

import { isBehind, subscriberNames } from './servers.ts'
import type { Sim } from './sim.ts'
import { Broken, type Order } from './stores.ts'

type Sums = Map<string, number>
const add = (sums: Sums, key: string, units: number) => void sums.set(key, (sums.get(key) ?? 0) + units)

function hold(law: number, is: boolean, words: () => string): void {
  if (!is) throw new Broken(`law ${law}: ${words()}`)
}

/** What must be true after every single step. @throws Broken naming the law */
export function checkAlways(sim: Sim): void {
  stock(sim)
  promisedToTheLiving(sim)
  orders(sim)
  money(sim)
  places(sim)
  notices(sim)
}

/** Laws 1 and 2: figures beside their ledgers, and nothing promised that is not there. */
function stock({ stores }: Sim): void {
  const onHand: Sums = new Map()
  const allocated: Sums = new Map()
  const reserved: Sums = new Map()
  for (const { key, quantity } of stores.movements.all()) add(onHand, key, quantity)
  for (const { key, units, status } of stores.allocations.all()) if (status === 'open') add(allocated, key, units)
  for (const { key, units, status } of stores.reservations.all()) if (status === 'live') add(reserved, key, units)
  for (const level of stores.levels.all()) {
    const { id } = level
    const sums = [onHand, allocated, reserved].map((sum) => sum.get(id) ?? 0)
    const figures = [level.onHand, level.allocated, level.reserved]
    hold(
      1,
      sums.join() === figures.join(),
      () => `${id}: on hand, allocated, reserved are ${figures}, the ledgers say ${sums}`,
    )
    hold(
      2,
      (sums[0] ?? 0) >= (sums[1] ?? 0) + (sums[2] ?? 0),
      () => `${id}: ${sums[0]} units, ${sums[1]} promised, ${sums[2]} held`,
    )
  }
}

/** Law 2: what is promised, on a shelf or in a van, is promised to an order that lives. */
function promisedToTheLiving({ stores }: Sim): void {
  for (const { id, orderId, status } of stores.allocations.all())
    if (status === 'open' || status === 'in_transit') {
      const order = stores.orders.need(orderId).status
      hold(2, order === 'placed', () => `${id} is promised to ${orderId}, which is ${order}`)
    }
}

/** Law 3: what somebody was told stands; one cart, one order. */
function orders({ stores, acknowledged }: Sim): void {
  for (const [cartId, orderId] of acknowledged) {
    const status = stores.orders.get(orderId)?.status
    hold(
      3,
      status !== undefined && status !== 'draft' && status !== 'lapsed',
      () => `${orderId} of ${cartId} was acknowledged and is ${status}`,
    )
  }
  const living = new Map<string, string>()
  for (const { id, cartId, status } of stores.orders.all()) {
    if (status === 'lapsed') continue
    hold(3, !living.has(cartId), () => `${cartId} became ${living.get(cartId)} and ${id}`)
    living.set(cartId, id)
  }
}

/** Law 4: the ledger sums up; never more back than was taken, here and at the provider. */
function money({ stores, provider }: Sim): void {
  const captured: Sums = new Map()
  const refunded: Sums = new Map()
  for (const entry of stores.ledger.all())
    add(entry.kind === 'capture' ? captured : refunded, entry.paymentId, entry.amountMinor)
  const booked: Sums = new Map()
  for (const { paymentId, amountMinor } of stores.refunds.all()) add(booked, paymentId, amountMinor)
  for (const payment of stores.payments.all()) {
    const { id, amountMinor } = payment
    const taken = captured.get(id) ?? 0
    const back = booked.get(id) ?? 0
    hold(
      4,
      taken === payment.capturedMinor && taken <= amountMinor,
      () => `${id} of ${amountMinor}: captures sum to ${taken}, it says ${payment.capturedMinor}`,
    )
    hold(4, back === payment.refundedMinor, () => `${id}: refunds sum to ${back}, it says ${payment.refundedMinor}`)
    hold(
      4,
      (refunded.get(id) ?? 0) <= back && back <= taken,
      () => `${id}: ${taken} taken, ${back} to be given back, ${refunded.get(id)} given`,
    )
    hold(4, provider.keptMinor(id) >= 0, () => `${id}: the provider gave back more than it took`)
  }
}

/** Law 8: the promised place holds the goods; no promise of what was canceled. */
function places({ stores }: Sim): void {
  const promised: Sums = new Map()
  for (const { orderId, lineId, key, units, status } of stores.allocations.all())
    if (status === 'open') add(promised, `${orderId} ${lineId} ${key.slice(key.indexOf(' ') + 1)}`, units)
  for (const row of stores.fulfillments.all()) {
    if (!['open', 'picking', 'packed', 'ready'].includes(row.status)) continue
    const { id, orderId, locationId } = row
    hold(8, row.status !== 'ready' || row.setAsideAt !== null, () => `${id} is ready and nobody set it aside`)
    for (const { orderLineId, units, shortUnits } of row.lines) {
      const there = promised.get(`${orderId} ${orderLineId} ${locationId}`) ?? 0
      hold(
        8,
        there >= units - shortUnits,
        () => `${id} promises ${units - shortUnits} of ${orderLineId} at ${locationId}, which holds ${there}`,
      )
    }
  }
  for (const { id, fulfillmentId, status } of stores.promises.all()) {
    const work = stores.fulfillments.need(fulfillmentId)
    hold(
      8,
      status !== 'made' || work.status !== 'canceled',
      () => `${id} is still promised, its work is ${work.status}`,
    )
  }
}

/** Law 8: whoever is told to come finds every unit set aside in that very place, at the moment they are told. */
function notices(sim: Sim): void {
  const told = sim.stores.notices.where(() => true)
  for (const { fulfillmentId, locationId, units } of told.slice(sim.noticesSeen)) {
    const { lines, locationId: place } = sim.stores.fulfillments.need(fulfillmentId)
    const aside = lines.reduce(
      (sum, { variantId }) => sum + (sim.goods.bins.get(`${fulfillmentId} ${variantId}`) ?? 0),
      0,
    )
    hold(
      8,
      place === locationId && aside >= units && units > 0,
      () => `${fulfillmentId} was told to be ready with ${aside} of ${units} units set aside`,
    )
  }
  sim.noticesSeen = told.length
}

/** What must be true once everything has calmed down. @throws Broken naming the law */
export function checkAtTheEnd(sim: Sim, initialUnits: number): void {
  const { stores, goods } = sim
  const heaps = [goods.shelf, goods.bins, goods.vans, goods.hands, goods.lost]
  const units = heaps.reduce((sum, heap) => sum + [...heap.values()].reduce((n, each) => n + each, 0), 0)
  hold(2, units === initialUnits, () => `${initialUnits} units there were, ${units} there are`)
  for (const name of subscriberNames) hold(10, !isBehind(sim, name), () => `${name} has not heard everything`)
  for (const name of subscriberNames) everyEventOnce(sim, name)
  for (const level of stores.levels.all())
    hold(1, level.reserved === 0, () => `${level.id} still holds ${level.reserved} for nobody`)
  for (const { id, status } of stores.payments.all())
    hold(4, status !== 'pending' && status !== 'unknown', () => `${id} is still ${status}`)
  for (const { id, status } of stores.refunds.all()) hold(4, status === 'done', () => `${id} is still ${status}`)
  for (const order of stores.orders.all()) {
    hold(3, order.status !== 'draft', () => `${order.id} is still a draft`)
    hold(8, order.status !== 'placed', () => `${order.id} could never be finished: ${workOf(sim, order)}`)
    keptMoney(sim, order)
  }
}

function everyEventOnce({ stores }: Sim, name: string): void {
  const types: Readonly<Record<string, string>> = {
    'orders.payments': 'payments.captured',
    'orders.completion': 'handed_over',
    'orders.shortages': 'shortage_chosen',
    'fulfillment.transfers': 'transfer_changed',
  }
  const told = stores.events.where(({ type }) => type === types[name]).length
  const handled = stores.positions.get(name)?.handled ?? 0
  hold(10, handled === told, () => `${name} handled ${handled} of ${told} events`)
}

const workOf = ({ stores }: Sim, { id }: Order) =>
  stores.fulfillments
    .where((row) => row.orderId === id)
    .map(({ id: work, status, lines }) => `${work} ${status} ${JSON.stringify(lines)}`)
    .join('; ')

/**
 * What was kept of an order is what its units with the customer cost, delivery with it; nothing of one that came to nothing. Figured
 * in fractions, so a cent of rounding a line is allowed and no more.
 */
function keptMoney({ stores, provider }: Sim, order: Order): void {
  let keptMinor = 0
  for (const { id, orderId, online, capturedMinor, refundedMinor } of stores.payments.all())
    if (orderId === order.id) keptMinor += online ? provider.keptMinor(id) : capturedMinor - refundedMinor
  const lives = order.status === 'completed' || order.status === 'placed'
  const worth = lives
    ? order.lines.reduce(
        (sum, line) => sum + (line.totalMinor * (line.units - line.canceledUnits - line.returnedUnits)) / line.units,
        order.deliveryMinor,
      )
    : 0
  const slack = lives ? order.lines.length : 0
  hold(
    4,
    Math.abs(keptMinor - worth) <= slack,
    () => `${order.id} (${order.status}) is worth ${worth}, ${keptMinor} was kept`,
  )
  if (!lives) return
  for (const line of order.lines) {
    const out = stores.fulfillments
      .where((row) => row.orderId === order.id && ['handed_over', 'shipped', 'delivered'].includes(row.status))
      .flatMap((row) => row.lines)
      .filter(({ orderLineId }) => orderLineId === line.id)
      .reduce((sum, { units }) => sum + units, 0)
    hold(
      3,
      out === line.units - line.canceledUnits,
      () => `${line.id}: ${line.units - line.canceledUnits} units agreed, ${out} handed over`,
    )
  }
}
