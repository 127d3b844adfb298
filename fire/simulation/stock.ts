/** The model of inventory: what claim.ts, reserve.ts, allocations.ts and transfers.ts do, on the stores in memory. */
import type { Claim } from '../../server/inventory/claim.ts'
import type { HeldRow } from '../../server/inventory/decide-claims.ts'
import { keyOf, type StockKey } from '../../server/inventory/levels.ts'
import { keyAt, type Sim } from './sim.ts'
import { type Allocation, Refusal, type Reservation } from './stores.ts'

type Item = { key: string; units: number }

function summed(items: readonly Item[]): Item[] {
  const sums = new Map<string, number>()
  for (const { key, units } of items) sums.set(key, (sums.get(key) ?? 0) + units)
  return [...sums].map(([key, units]) => ({ key, units })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function change(sim: Sim, key: string, by: { onHand?: number; allocated?: number; reserved?: number }): void {
  const level = sim.stores.levels.need(key)
  sim.stores.levels.change(key, {
    onHand: level.onHand + (by.onHand ?? 0),
    allocated: level.allocated + (by.allocated ?? 0),
    reserved: level.reserved + (by.reserved ?? 0),
  })
}

function moved(sim: Sim, key: string, quantity: number, reason: string): void {
  sim.stores.movements.put({ id: sim.stores.id('mov'), key, quantity, reason })
}

/** Gives back what was held past its time on a key. */
function lapseOn(sim: Sim, key: string): void {
  for (const row of sim.stores.reservations.where((r) => r.key === key && sim.rules.isOverdue(r, sim.now))) {
    sim.stores.reservations.change(row.id, { status: 'lapsed' })
    change(sim, key, { reserved: -row.units })
  }
}

const stockKey = (key: string): StockKey => {
  const [variantId = '', locationId = ''] = key.split(' ')
  return { variantId, locationId }
}
const heldRow = ({ id, holderId, key, units }: Reservation): HeldRow => ({ id, holderId, units, ...stockKey(key) })

/**
 * Serves one claim as inventory/claim.ts does: the product's own decision, and again with what lapsed on short keys.
 * @throws Refusal when too few are free all the same
 */
function serve(sim: Sim, claim: Claim): void {
  const { reservations, levels } = sim.stores
  const own = reservations.where((row) => row.holderId === claim.holderId && sim.rules.isOwnHold(row)).map(heldRow)
  const keys = new Set([...claim.lines, ...own].map(keyOf))
  const locked = new Map([...keys].flatMap((key) => (levels.get(key) ? [[key, levels.need(key)] as const] : [])))
  const decide = (lapsed: HeldRow[]) => sim.rules.decideClaims({ levels: locked, own, lapsed, claims: [claim] })
  let decision = decide([])
  const short = new Set(decision.verdicts.flatMap((verdict) => verdict.short).map(keyOf))
  if (short.size > 0)
    decision = decide(reservations.where((row) => short.has(row.key) && sim.rules.isOverdue(row, sim.now)).map(heldRow))
  if (decision.verdicts.some((verdict) => verdict.short.length > 0)) throw new Refusal('inventory.atp_short')
  for (const level of decision.changed) levels.change(keyOf(level), level)
  for (const { id, status } of decision.closed) reservations.change(id, { status })
}

export type AllocateLine = Item & { lineId: string }
const claimLines = (lines: readonly (Item & { lineId?: string })[]) =>
  lines.map(({ key, units, lineId = '' }) => ({ ...stockKey(key), units, orderLineId: lineId }))

export function reserve(
  sim: Sim,
  { holderId, items, expiresAt }: { holderId: string; items: Item[]; expiresAt: number },
): void {
  serve(sim, { kind: 'reserve', holderId, lines: claimLines(items), expiresAt: new Date(expiresAt) })
  for (const item of summed(items))
    sim.stores.reservations.put({ id: sim.stores.id('res'), holderId, ...item, status: 'live', expiresAt })
}

export function releaseHolds(sim: Sim, holderId: string): void {
  for (const row of sim.stores.reservations.where((one) => one.holderId === holderId && one.status === 'live')) {
    sim.stores.reservations.change(row.id, { status: 'released' })
    change(sim, row.key, { reserved: -row.units })
  }
}

/** The periodic job: every hold past its time. */
export function lapseHolds(sim: Sim): void {
  for (const level of sim.stores.levels.where(({ reserved }) => reserved > 0)) lapseOn(sim, level.id)
}

/** Promises units; with a holder, what it holds counts. `leaving`: they go out of the house at once. */
export function allocate(
  sim: Sim,
  {
    orderId,
    lines,
    holderId,
    leaving = false,
  }: { orderId: string; lines: readonly AllocateLine[]; holderId?: string; leaving?: boolean },
): void {
  const claim = { orderId, lines: claimLines(lines), ...(holderId === undefined ? {} : { holderId }) }
  serve(
    sim,
    leaving ? { ...claim, kind: 'sell', actorId: 'till', ignoreSafetyStock: true } : { ...claim, kind: 'allocate' },
  )
  if (leaving) for (const { key, units } of summed(lines)) moved(sim, key, -units, 'sold')
  for (const { lineId, key, units } of lines)
    sim.stores.allocations.put({
      id: sim.stores.id('alc'),
      orderId,
      lineId,
      key,
      units,
      status: leaving ? 'shipped' : 'open',
      transferId: null,
    })
}

type Part = { lineId: string; units: number; locationId?: string }
type Closing = { status: 'shipped' | 'released' | 'in_transit'; reason?: string; transferId?: string }
const placeOf = (key: string) => key.slice(key.indexOf(' ') + 1)

/**
 * Closes promised units of an order: they leave, are given back, travel, or turn out to be missing (`reason`: the figure is put right).
 * @throws Refusal when a line has fewer promised units than named
 */
function close(sim: Sim, orderId: string, parts: readonly Part[] | undefined, closing: Closing): void {
  const withTransit = closing.status === 'released' && closing.reason === undefined && sim.rules.releasesTransit
  const isOpen = ({ status }: Allocation) => status === 'open' || (withTransit && status === 'in_transit')
  const open = sim.stores.allocations.where((row) => row.orderId === orderId && isOpen(row))
  const wanted: readonly Part[] =
    parts ?? open.map(({ lineId, units, key }) => ({ lineId, units, locationId: placeOf(key) }))
  for (const { lineId, units, locationId } of wanted) {
    let rest = units
    for (const { id } of open) {
      const row = sim.stores.allocations.need(id)
      if (row.lineId !== lineId || !isOpen(row) || (locationId !== undefined && placeOf(row.key) !== locationId))
        continue
      const take = Math.min(rest, row.units)
      rest -= take
      if (take > 0) closePart(sim, row, take, closing)
    }
    if (rest > 0) throw new Refusal('inventory.not_allocated')
  }
}

function closePart(sim: Sim, row: Allocation, take: number, { status, reason, transferId }: Closing): void {
  const closed = { status, ...(transferId === undefined ? {} : { transferId }) }
  if (take < row.units) {
    sim.stores.allocations.change(row.id, { units: row.units - take })
    sim.stores.allocations.put({ ...row, ...closed, id: sim.stores.id('alc'), units: take })
  } else sim.stores.allocations.change(row.id, closed)
  if (row.status === 'in_transit') return
  change(sim, row.key, { allocated: -take, ...(reason === undefined ? {} : { onHand: -take }) })
  if (reason !== undefined) moved(sim, row.key, -take, reason)
}

export function shipAllocated(sim: Sim, orderId: string, parts: readonly Part[]): void {
  close(sim, orderId, parts, { status: 'shipped', reason: 'sold' })
}

export function release(sim: Sim, orderId: string, parts?: readonly Part[]): void {
  close(sim, orderId, parts, { status: 'released' })
}

export function writeOff(sim: Sim, orderId: string, parts: readonly Part[]): void {
  close(sim, orderId, parts, { status: 'released', reason: 'missing' })
}

/** Units come back to a shelf, or a transfer brings them. */
export function putOnHand(sim: Sim, key: string, units: number, reason: string): void {
  if (!sim.stores.levels.get(key)) {
    const [variantId = '', locationId = ''] = key.split(' ')
    sim.stores.levels.put({
      id: key,
      variantId,
      locationId,
      onHand: 0,
      allocated: 0,
      reserved: 0,
      safetyStock: 0,
      conflicted: 0,
    })
  }
  change(sim, key, { onHand: units })
  moved(sim, key, units, reason)
}

/** The van leaves with what was found; what was not is written off there. */
export function sendTransfer(sim: Sim, transferId: string, found: Readonly<Record<string, number>>): void {
  const transfer = sim.stores.transfers.need(transferId)
  if (transfer.status !== 'requested') throw new Refusal('inventory.transfer_state')
  const sent: Record<string, number> = {}
  for (const { lineId, units } of transfer.lines) {
    const there = Math.min(units, found[lineId] ?? 0)
    sent[lineId] = there
    if (there < units) writeOff(sim, transfer.orderId, [{ lineId, units: units - there, locationId: transfer.from }])
    if (there > 0)
      close(sim, transfer.orderId, [{ lineId, units: there, locationId: transfer.from }], {
        status: 'in_transit',
        reason: 'transfer_out',
        transferId,
      })
  }
  sim.stores.transfers.change(transferId, { status: 'sent', sent })
  sim.stores.emit('transfer_changed', { transferId, status: 'sent' })
}

/** The van is here: what arrived for a living order is promised to it at this place, the rest is free. */
export function receiveTransfer(sim: Sim, transferId: string, arrived: Readonly<Record<string, number>>): void {
  const transfer = sim.stores.transfers.need(transferId)
  if (transfer.status !== 'sent') throw new Refusal('inventory.transfer_state')
  for (const { lineId, variantId } of transfer.lines) {
    const key = keyAt(variantId, transfer.to)
    let rest = arrived[lineId] ?? 0
    if (rest > 0) putOnHand(sim, key, rest, 'transfer_in')
    const mine = (row: Allocation) =>
      row.transferId === transferId && row.lineId === lineId && row.status === 'in_transit'
    for (const row of sim.stores.allocations.where(mine)) {
      const take = Math.min(rest, row.units)
      rest -= take
      sim.stores.allocations.change(row.id, { status: 'arrived' })
      if (take === 0) continue
      sim.stores.allocations.put({
        ...row,
        id: sim.stores.id('alc'),
        key,
        units: take,
        status: 'open',
        transferId: null,
      })
      change(sim, key, { allocated: take })
    }
  }
  sim.stores.transfers.change(transferId, { status: 'received', arrived: { ...arrived } })
  sim.stores.emit('transfer_changed', { transferId, status: 'received' })
}
