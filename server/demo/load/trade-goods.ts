import { newCode } from '#platform/ids'
import type { OrderFact } from '../history.ts'
import { iso } from './context.ts'
import type { SoldLine } from './price-order.ts'
import { deliveryText, pickupText, planText } from './promise-words.ts'
import { addressOf, contactOf, emitted, type State, type Told } from './trade-rows.ts'

/** The fulfillment order with its lines, the allocations behind it, and the units that have left the shelf. */
export function addGoods(told: Told): void {
  const { fact, orderId, number, person, personId, placeId, state, lines, trade, loading } = told
  const fulfillmentId = loading.id('ful', fact.atMs)
  const isPrepared = state === 'prepared' || state === 'done'
  const status = {
    carry_out: { canceled: 'canceled', open: 'open', prepared: 'open', done: 'handed_over' },
    pickup: { canceled: 'canceled', open: 'open', prepared: 'ready', done: 'handed_over' },
    delivery: { canceled: 'canceled', open: 'open', prepared: 'shipped', done: 'delivered' },
  }[fact.way][state]
  const isPickup = fact.way === 'pickup'
  const tracking = { carrier: 'Correos Express', number: `CX${loading.dice.int(100_000_000, 999_999_999)}ES` }
  trade.fulfillments.push({
    id: fulfillmentId,
    orderId,
    orderNumber: number,
    personId,
    contact: contactOf(person),
    language: person?.language ?? 'es',
    address: fact.way === 'delivery' ? addressOf(person) : null,
    deliveryOptionId: fact.deliveryOptionId,
    locationId: placeId,
    kind: fact.way,
    status,
    pickupCode: isPickup ? newCode(8) : null,
    setAsideAt: isPickup && isPrepared ? iso(fact.preparedMs) : null,
    setAsideBin: isPickup && isPrepared ? `${loading.dice.pick(['A', 'B', 'C'])}${loading.dice.int(1, 6)}` : null,
    handedOverAt: status === 'handed_over' ? iso(fact.doneMs) : null,
    handedOverTo: status === 'handed_over' && isPickup ? (person?.name ?? '') : null,
    shippedAt: fact.way === 'delivery' && isPrepared ? iso(fact.preparedMs) : null,
    deliveredAt: status === 'delivered' ? iso(fact.doneMs) : null,
    canceledAt: fact.canceled ? iso(fact.canceled.atMs) : null,
    tracking: fact.way === 'delivery' && isPrepared ? tracking : null,
    holdUntil: isPickup && isPrepared ? iso(fact.preparedMs + 7 * 86_400_000) : null,
    dueAt: iso(fact.promisedMs),
    plan: { reason: planText, alternatives: [] },
    createdAt: iso(fact.atMs),
  })
  const leftMs = fact.way === 'delivery' ? fact.preparedMs : fact.doneMs
  const hasLeft = fact.way === 'delivery' ? isPrepared : state === 'done'
  for (const line of lines) addUnits(told, line, { fulfillmentId, isPrepared, leftMs: hasLeft ? leftMs : null })
  tellGoods(told, fulfillmentId, status, tracking)
}

function addUnits(
  { fact, orderId, placeId, state, trade, loading }: Told,
  { id: orderLineId, variantId, units }: SoldLine,
  { fulfillmentId, isPrepared, leftMs }: { fulfillmentId: string; isPrepared: boolean; leftMs: number | null },
): void {
  const key = { variantId, locationId: placeId }
  trade.fulfillmentLines.push({ fulfillmentId, orderLineId, variantId, units, pickedUnits: isPrepared ? units : 0 })
  const closedMs = state === 'canceled' ? (fact.canceled?.atMs ?? null) : leftMs
  trade.allocations.push({
    ...key,
    id: loading.id('alc', fact.atMs),
    orderId,
    orderLineId,
    units,
    status: state === 'canceled' ? 'released' : leftMs === null ? 'open' : 'shipped',
    createdAt: iso(fact.atMs),
    closedAt: closedMs === null ? null : iso(closedMs),
  })
  if (leftMs === null || state === 'canceled') return
  const kind = fact.way === 'delivery' ? 'shipped' : 'sold'
  trade.movements.push({
    ...key,
    id: loading.id('mov', leftMs),
    kind,
    quantity: -units,
    reason: '',
    reference: orderId,
    atMs: leftMs,
  })
}

function tellGoods(told: Told, fulfillmentOrderId: string, status: string, tracking: object): void {
  const { fact, orderId, placeId, state } = told
  const base = { fulfillmentOrderId, orderId, locationId: placeId }
  emitted(
    told,
    'fulfillment.changed',
    fact.canceled?.atMs ?? (state === 'open' ? fact.atMs : state === 'prepared' ? fact.preparedMs : fact.doneMs),
    { ...base, kind: fact.way, status },
    fulfillmentOrderId,
  )
  if (state === 'canceled' || state === 'open') return
  if (fact.way === 'pickup') {
    emitted(
      told,
      'fulfillment.ready',
      fact.preparedMs,
      { ...base, holdUntil: iso(fact.preparedMs + 7 * 86_400_000) },
      fulfillmentOrderId,
    )
  }
  if (fact.way === 'delivery')
    emitted(told, 'fulfillment.shipped', fact.preparedMs, { ...base, tracking }, fulfillmentOrderId)
  if (state !== 'done') return
  const ending = fact.way === 'delivery' ? 'fulfillment.delivered' : 'fulfillment.handed_over'
  emitted(told, ending, fact.doneMs, base, fulfillmentOrderId)
  emitted(told, 'orders.completed', fact.doneMs + 1, { orderId, number: told.number })
}

/** The promise as an object: kept in time, broken at its hour, withdrawn with a cancellation, or still owed. */
export function addPromise(told: Told): void {
  const { fact, orderId, personId, place, placeId, state, trade, loading } = told
  if (fact.way === 'carry_out') return
  const isPickup = fact.way === 'pickup'
  const keptMs = isPickup ? fact.preparedMs : fact.doneMs
  const hasHappened = isPickup ? state === 'prepared' || state === 'done' : state === 'done'
  const settled = settledOf({ fact, state, keptMs, hasHappened, isPickup, nowMs: loading.nowMs })
  const promiseId = loading.id('pro', fact.atMs)
  const kind = isPickup ? 'pickup_ready' : 'delivered_by'
  const text = isPickup ? pickupText(place, fact.promisedMs, fact.atMs) : deliveryText(fact.promisedMs, fact.atMs)
  const fulfillmentOrderId = (trade.fulfillments.at(-1) as { id: string } | undefined)?.id ?? null
  trade.promises.push({
    id: promiseId,
    kind,
    personId,
    orderId,
    fulfillmentOrderId,
    locationId: placeId,
    owner: placeId,
    dueAt: iso(fact.promisedMs),
    status: settled?.status ?? 'made',
    text,
    madeAt: iso(fact.atMs),
    settledAt: settled && iso(settled.atMs),
    settledReason: settled?.reason ?? null,
  })
  emitted(
    told,
    'fulfillment.promise_made',
    fact.atMs,
    { promiseId, orderId, kind, dueAt: iso(fact.promisedMs), locationId: placeId, text },
    promiseId,
  )
  if (settled)
    emitted(
      told,
      'fulfillment.promise_settled',
      settled.atMs,
      { promiseId, orderId, kind, status: settled.status, reason: settled.reason },
      promiseId,
    )
}

type Settled = { status: 'kept' | 'broken' | 'withdrawn'; atMs: number; reason: string }

function settledOf({
  fact,
  state,
  keptMs,
  hasHappened,
  isPickup,
  nowMs,
}: {
  fact: OrderFact
  state: State
  keptMs: number
  hasHappened: boolean
  isPickup: boolean
  nowMs: number
}): Settled | null {
  if (state === 'canceled')
    return { status: 'withdrawn', atMs: fact.canceled?.atMs ?? fact.atMs, reason: fact.canceled?.reason.es ?? '' }
  if (hasHappened && keptMs <= fact.promisedMs)
    return { status: 'kept', atMs: keptMs, reason: isPickup ? 'set aside' : 'delivered' }
  if (fact.promisedMs <= nowMs) return { status: 'broken', atMs: fact.promisedMs, reason: 'the time has passed' }
  return null
}
