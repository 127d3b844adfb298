/** The model of fulfillment: create.ts, work.ts, shortages.ts, choose-shortage.ts, cancel.ts and the transfers' subscriber. */
import { freshRow } from './fresh-row.ts'
import { balanceOf, completeWhenDone, refund } from './money.ts'
import { keyAt, minute, type Sim } from './sim.ts'
import { allocate, putOnHand, release, shipAllocated, writeOff } from './stock.ts'
import { type Fulfillment, type Order, type PlannedGroup, Refusal, type Shortage, type Transfer } from './stores.ts'

/** Work, its transfers and its promise, in the transaction that places the order. */
export function makeWork(sim: Sim, orderId: string, group: PlannedGroup): Fulfillment {
  const away = group.lines.filter(({ fromLocationId }) => fromLocationId !== group.locationId)
  const status = group.kind === 'carry_out' ? 'handed_over' : away.length > 0 ? 'waiting' : 'open'
  const units = new Map<
    string,
    { orderLineId: string; variantId: string; units: number; pickedUnits: number; shortUnits: number }
  >()
  for (const { lineId, variantId, units: some } of group.lines) {
    const known = units.get(lineId)
    units.set(lineId, {
      orderLineId: lineId,
      variantId,
      units: some + (known?.units ?? 0),
      pickedUnits: 0,
      shortUnits: 0,
    })
  }
  const id = sim.stores.id('ful')
  const row = sim.stores.fulfillments.put(
    freshRow({ id, orderId, locationId: group.locationId, kind: group.kind, status, lines: [...units.values()] }),
  )
  for (const from of new Set(away.map(({ fromLocationId }) => fromLocationId)))
    requestTransfer(sim, {
      orderId,
      from,
      to: group.locationId,
      lines: away.filter((line) => line.fromLocationId === from),
    })
  if (group.kind !== 'carry_out') promise(sim, row, Date.parse(group.dueAt))
  return row
}

function requestTransfer(
  sim: Sim,
  { orderId, from, to, lines }: Pick<Transfer, 'orderId' | 'from' | 'to' | 'lines'>,
): void {
  const id = sim.stores.id('tra')
  const plain = lines.map(({ lineId, variantId, units }) => ({ lineId, variantId, units }))
  sim.stores.transfers.put({ id, orderId, from, to, status: 'requested', lines: plain, sent: {}, arrived: {} })
}

function promise(sim: Sim, { id, orderId, locationId }: Fulfillment, dueAt: number): void {
  sim.stores.promises.put({ id: sim.stores.id('pro'), orderId, fulfillmentId: id, locationId, dueAt, status: 'made' })
}

function settlePromises(sim: Sim, fulfillmentId: string, status: 'kept' | 'withdrawn'): void {
  for (const { id } of sim.stores.promises.where((one) => one.fulfillmentId === fulfillmentId && one.status === 'made'))
    sim.stores.promises.change(id, { status })
}

export function breakOverduePromises(sim: Sim): void {
  for (const { id } of sim.stores.promises.where((one) => one.status === 'made' && one.dueAt < sim.now))
    sim.stores.promises.change(id, { status: 'broken' })
}

function writeLine(sim: Sim, row: Fulfillment, line: Fulfillment['lines'][number], status = row.status): Fulfillment {
  const lines = row.lines.map((other) => (other.orderLineId === line.orderLineId ? line : other))
  return sim.stores.fulfillments.change(row.id, { lines, status })
}

export function pick(sim: Sim, id: string, lineId: string): void {
  const row = sim.stores.fulfillments.need(id)
  const status = sim.rules.nextStatus(row, 'pick')
  const line = row.lines.find(({ orderLineId }) => orderLineId === lineId)
  if (!line || sim.rules.pickable(line) < 1) throw new Refusal('fulfillment.already_picked')
  writeLine(sim, row, { ...line, pickedUnits: line.pickedUnits + 1 }, status)
}

/** "Ready" (pickup) or "packed" (parcel): only with everything there; the customer of a pickup is told. */
export function close(sim: Sim, id: string): void {
  const row = sim.stores.fulfillments.need(id)
  const status = sim.rules.nextStatus(row, row.kind === 'pickup' ? 'set_aside' : 'pack')
  sim.rules.checkAllPicked(row)
  sim.stores.fulfillments.change(id, { status, setAsideAt: row.kind === 'pickup' ? new Date(sim.now) : null })
  if (row.kind !== 'pickup') return
  settlePromises(sim, id, 'kept')
  const units = row.lines.reduce((sum, line) => sum + line.units, 0)
  sim.stores.notices.put({ id: sim.stores.id('not'), fulfillmentId: id, locationId: row.locationId, units })
}

/** Over the counter or to the carrier: the units leave. */
export function letOut(sim: Sim, id: string): void {
  const row = sim.stores.fulfillments.need(id)
  const status = sim.rules.nextStatus(row, row.kind === 'pickup' ? 'hand_over' : 'ship')
  const parts = row.lines
    .filter(({ units }) => units > 0)
    .map(({ orderLineId, units }) => ({ lineId: orderLineId, units, locationId: row.locationId }))
  shipAllocated(sim, row.orderId, parts)
  sim.stores.fulfillments.change(id, { status })
  if (row.kind === 'pickup') sim.stores.emit('handed_over', { orderId: row.orderId })
}

export function deliver(sim: Sim, id: string): void {
  const row = sim.stores.fulfillments.need(id)
  sim.stores.fulfillments.change(id, { status: sim.rules.nextStatus(row, 'deliver') })
  settlePromises(sim, id, 'kept')
  sim.stores.emit('handed_over', { orderId: row.orderId })
}

export function reportShort(sim: Sim, id: string, lineId: string, units: number, lostUnderWay = false): void {
  const row = sim.stores.fulfillments.need(id)
  const line = sim.rules.shortLine(row, lineId, units)
  if (!lostUnderWay) writeOff(sim, row.orderId, [{ lineId, units, locationId: row.locationId }])
  writeLine(sim, row, line, sim.rules.nextStatus(row, 'short'))
  const { orderId } = row
  sim.stores.shortages.put({
    id: sim.stores.id('sho'),
    orderId,
    fulfillmentId: id,
    lineId,
    variantId: line.variantId,
    units,
    status: 'asked',
  })
}

/** What the customer chose about missing units. */
export function choose(
  sim: Sim,
  shortageId: string,
  choice: { kind: 'refund' } | { kind: 'other_shop' | 'transfer'; locationId: string },
): void {
  const shortage = sim.stores.shortages.need(shortageId)
  if (shortage.status !== 'asked') throw new Refusal('fulfillment.shortage_settled')
  const row = sim.stores.fulfillments.need(shortage.fulfillmentId)
  if (choice.kind !== 'refund') {
    const { orderId, lineId, variantId, units } = shortage
    allocate(sim, { orderId, lines: [{ lineId, key: keyAt(variantId, choice.locationId), units }] })
  }
  const line = row.lines.find(({ orderLineId }) => orderLineId === shortage.lineId)
  if (!line) throw new Refusal('fulfillment.not_found')
  const shortUnits = line.shortUnits - shortage.units
  if (choice.kind === 'transfer') {
    const status = row.status === 'waiting' ? 'waiting' : sim.rules.nextStatus(row, 'wait')
    const changed = writeLine(sim, row, { ...line, shortUnits }, status)
    requestTransfer(sim, { orderId: row.orderId, from: choice.locationId, to: row.locationId, lines: [shortage] })
    settlePromises(sim, row.id, 'withdrawn')
    promise(sim, changed, sim.now + 24 * 60 * minute)
  } else {
    const left = writeLine(sim, row, { ...line, units: line.units - shortage.units, shortUnits })
    if (left.lines.every(({ units }) => units === 0)) cancelRow(sim, left)
  }
  if (choice.kind === 'other_shop') elsewhere(sim, shortage, choice.locationId)
  sim.stores.shortages.change(shortageId, { status: choice.kind === 'refund' ? 'chosen' : 'settled' })
  sim.stores.emit('shortage_chosen', { shortageId, choice: choice.kind })
}

function elsewhere(sim: Sim, { orderId, lineId, variantId, units }: Shortage, locationId: string): void {
  const dueAt = new Date(sim.now + 4 * 60 * minute).toISOString()
  makeWork(sim, orderId, {
    kind: 'pickup',
    locationId,
    dueAt,
    lines: [{ lineId, variantId, units, fromLocationId: locationId }],
  })
}

function cancelRow(sim: Sim, row: Fulfillment): void {
  sim.stores.fulfillments.change(row.id, { status: sim.rules.nextStatus(row, 'cancel') })
  settlePromises(sim, row.id, 'withdrawn')
  for (const { id } of sim.stores.shortages.where((one) => one.fulfillmentId === row.id && one.status === 'asked'))
    sim.stores.shortages.change(id, { status: 'settled' })
}

const gone = new Set(['handed_over', 'shipped', 'delivered'])

/** The whole order, while nothing of it has left. */
export function cancelOrder(sim: Sim, orderId: string): void {
  const order = sim.stores.orders.need(orderId)
  if (order.status !== 'placed') throw new Refusal('orders.cannot_cancel')
  const rows = sim.stores.fulfillments.where((row) => row.orderId === orderId && row.status !== 'canceled')
  if (rows.some(({ status }) => gone.has(status))) throw new Refusal('fulfillment.already_left')
  release(sim, orderId)
  for (const { id } of sim.stores.transfers.where((one) => one.orderId === orderId && one.status === 'requested'))
    sim.stores.transfers.change(id, { status: 'canceled' })
  for (const row of rows) cancelRow(sim, row)
  const lines = order.lines.map((line) => ({ ...line, canceledUnits: line.units - line.returnedUnits }))
  giveMoneyBack(sim, sim.stores.orders.change(orderId, { lines, status: 'canceled' }))
}

/** Units the customer wanted their money for; fulfillment has let them go already. */
export function cancelMissing(sim: Sim, shortageId: string): void {
  const shortage = sim.stores.shortages.need(shortageId)
  if (shortage.status !== 'chosen') return
  sim.stores.shortages.change(shortageId, { status: 'settled' })
  const order = sim.stores.orders.need(shortage.orderId)
  if (order.status !== 'placed') return
  const lines = order.lines.map((line) =>
    line.id === shortage.lineId
      ? { ...line, canceledUnits: Math.min(line.units - line.returnedUnits, line.canceledUnits + shortage.units) }
      : line,
  )
  const whole = lines.every(({ units, canceledUnits, returnedUnits }) => returnedUnits === 0 && canceledUnits === units)
  giveMoneyBack(sim, sim.stores.orders.change(order.id, { lines, ...(whole ? { status: 'canceled' as const } : {}) }))
  if (!whole) completeWhenDone(sim, order.id)
}

/** One unit of a line comes back to a counter; good ones go on its shelf. */
export function takeBack(
  sim: Sim,
  orderId: string,
  lineId: string,
  { locationId, good }: { locationId: string; good: boolean },
): number {
  const order = sim.stores.orders.need(orderId)
  const line = order.lines.find(({ id }) => id === lineId)
  const out = sim.stores.fulfillments
    .where((row) => row.orderId === orderId && gone.has(row.status))
    .flatMap((row) => row.lines)
    .filter(({ orderLineId }) => orderLineId === lineId)
    .reduce((sum, { units }) => sum + units, 0)
  if (!line || !['placed', 'completed'].includes(order.status) || out - line.returnedUnits < 1)
    throw new Refusal('orders.cannot_return')
  const { amountMinor } = sim.rules.refundForUnits(line, 1, line.canceledUnits + line.returnedUnits)
  const lines = order.lines.map((other) =>
    other.id === lineId ? { ...line, returnedUnits: line.returnedUnits + 1 } : other,
  )
  if (good) putOnHand(sim, keyAt(line.variantId, locationId), 1, 'returned')
  giveMoneyBack(sim, sim.stores.orders.change(orderId, { lines }))
  return amountMinor
}

function giveMoneyBack(sim: Sim, order: Order): void {
  const excess = sim.rules.excessMinor(order, balanceOf(sim, order.id))
  if (excess > 0) refund(sim, order.id, excess)
  sim.stores.orders.change(order.id, { paymentStatus: sim.rules.paymentStatusOf(order, balanceOf(sim, order.id)) })
}

/** A van left or arrived: what it does not bring is asked about, and work opens with its goods. */
export function followTransfer(sim: Sim, transferId: string, status: 'sent' | 'received'): void {
  const transfer = sim.stores.transfers.need(transferId)
  const rows = () =>
    sim.stores.fulfillments.where(
      (row) =>
        row.orderId === transfer.orderId &&
        row.locationId === transfer.to &&
        !gone.has(row.status) &&
        row.status !== 'canceled',
    )
  for (const { lineId, units } of transfer.lines) {
    const sent = transfer.sent[lineId] ?? 0
    const missing = status === 'sent' ? units - sent : sent - (transfer.arrived[lineId] ?? 0)
    const row = rows().find(({ lines }) => lines.some(({ orderLineId }) => orderLineId === lineId))
    const line = row?.lines.find(({ orderLineId }) => orderLineId === lineId)
    const open = line ? Math.min(missing, sim.rules.pickable(line)) : 0
    if (row && open > 0) reportShort(sim, row.id, lineId, open, true)
  }
  // Several vans may have arrived by now, and what one of them lost not be told yet: work opens once the place holds its goods.
  if (!holdsAll(sim, transfer)) return
  for (const row of rows().filter((one) => one.status === 'waiting'))
    sim.stores.fulfillments.change(row.id, { status: sim.rules.nextStatus(row, 'arrive') })
}

/** Whether the place holds every unit of the order's work there that is not known to be missing. */
function holdsAll(sim: Sim, { orderId, to }: Transfer): boolean {
  const held = sim.stores.allocations
    .where((row) => row.orderId === orderId && row.status === 'open')
    .map(({ lineId, key, units }) => ({ orderLineId: lineId, locationId: key.slice(key.indexOf(' ') + 1), units }))
  return sim.rules.goodsAreThere(
    to,
    sim.stores.fulfillments.where((row) => row.orderId === orderId),
    held,
  )
}
