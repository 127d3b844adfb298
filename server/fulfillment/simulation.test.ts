import type { OpeningHours } from '@hilo/calc'
import { expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { chooseSources, type Free, type SourcePlace } from './choose-sources.ts'
import type { FulfillmentRow } from './rows.ts'
import { shortLine } from './shortages.ts'
import { nextStatus } from './states.ts'
import { checkAllPicked, pickable } from './work.ts'

/** 32-bit generator (mulberry32): the same seed gives the same ten thousand runs. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) % below
  }
}

const day = [['10:00', '20:00'] as const]
const openingHours: OpeningHours = {
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day },
  exceptions: [],
}
const places: SourcePlace[] = ['Tienda 1', 'Tienda 2', 'Tienda 3'].map((id, i) => ({
  id,
  name: id,
  kind: 'shop',
  pickup: true,
  ships: true,
  latitude: 39 + i,
  longitude: -1,
  timeZone: 'Europe/Madrid',
  openingHours,
  handlingMinutes: 60,
  full: false,
}))
const lanes = new Map()

/** What truly lies where; the system's figures may be wrong about it. */
type World = { shelf: Map<string, number>; aside: Map<string, number>; onTheWay: { to: string; units: number }[] }
type Message = { place: string; units: number }
type Next = (below: number) => number

function freshRow(locationId: string, units: number, waiting: boolean): FulfillmentRow {
  const none = {
    pickupCode: 'ABCDEFGH',
    setAsideAt: null,
    setAsideBin: null,
    readyAt: null,
    handedOverAt: null,
    handedOverTo: null,
    shippedAt: null,
    deliveredAt: null,
    canceledAt: null,
    tracking: null,
    holdUntil: null,
    holdExpiredAt: null,
    dueAt: null,
    address: null,
    deliveryOptionId: null,
    personId: null,
    dueMinor: 0,
    currency: null,
  }
  return {
    ...none,
    id: 'ful_1',
    orderId: 'ord_1',
    orderNumber: 'H-1',
    contact: {},
    language: 'es',
    locationId,
    kind: 'pickup',
    status: waiting ? 'waiting' : 'open',
    plan: {},
    version: 1,
    createdAt: new Date(0),
    lines: [{ orderLineId: 'lin_1', variantId: 'v', units, pickedUnits: 0, shortUnits: 0 }],
  }
}

/**
 * One purchase, with people who try every step at any moment: the rules of the module (plan, state table, all picked, short) decide
 * what is accepted; the physical world decides what can be put into a bin. Returns the messages that were sent and whether each was true.
 */
function run(next: Next): {
  messages: (Message & { truth: number })[]
  feasible: boolean
  shortages: number
  accepted: number
  refused: number
} {
  const figures = new Map(places.map(({ id }) => [id, next(3)]))
  // In one of four runs a shop lacks what its figure says.
  const world: World = {
    shelf: new Map(places.map(({ id }) => [id, Math.max(0, (figures.get(id) ?? 0) - (next(4) === 0 ? 1 : 0))])),
    aside: new Map(),
    onTheWay: [],
  }
  const units = 1 + next(2)
  const chosen = places[next(3)]?.id ?? ''
  const stock = new Map([['v', new Map([...figures].map(([id, n]): [string, Free] => [id, { atp: n, onShelf: n }]))]])
  const plan = chooseSources({
    now: new Date(Date.parse('2026-11-16T06:00:00Z') + next(14 * 24) * 3_600_000).toISOString(),
    wish: { kind: 'pickup', locationId: chosen },
    lines: [{ lineId: 'lin_1', variantId: 'v', units }],
    places,
    stock,
    lanes,
  })
  const result = {
    messages: [] as (Message & { truth: number })[],
    feasible: plan.feasible,
    shortages: 0,
    accepted: 0,
    refused: 0,
  }
  const group = plan.groups[0]
  if (!group) return result
  expect(group.locationId).toBe(chosen)
  for (const transfer of group.transfers ?? []) {
    const sent = group.lines
      .filter(({ fromLocationId }) => fromLocationId === transfer.fromLocationId)
      .reduce((sum, line) => sum + line.units, 0)
    const there = Math.min(sent, world.shelf.get(transfer.fromLocationId) ?? 0)
    world.shelf.set(transfer.fromLocationId, (world.shelf.get(transfer.fromLocationId) ?? 0) - there)
    world.onTheWay.push({ to: chosen, units: next(10) === 0 ? Math.max(0, there - 1) : there })
  }
  const row = freshRow(chosen, units, (group.transfers?.length ?? 0) > 0)
  for (let i = 0; i < 14; i++) {
    try {
      if (attempt(next(5), row, world))
        result.messages.push({ place: row.locationId, units: total(row), truth: world.aside.get(row.locationId) ?? 0 })
      result.accepted += 1
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      result.refused += 1
    }
    result.shortages += row.lines[0]?.shortUnits ?? 0
  }
  return result
}

function total(row: FulfillmentRow): number {
  return row.lines.reduce((sum, line) => sum + line.units, 0)
}

/** @returns true when the customer was told to come */
function attempt(what: number, row: FulfillmentRow, world: World): boolean {
  const line = row.lines[0]
  if (!line) return false
  switch (what) {
    case 0: {
      row.status = nextStatus(row, 'arrive')
      for (const load of world.onTheWay.splice(0))
        world.shelf.set(load.to, (world.shelf.get(load.to) ?? 0) + load.units)
      return false
    }
    case 1: {
      // Only a unit that lies there can be scanned.
      nextStatus(row, 'pick')
      const here = world.shelf.get(row.locationId) ?? 0
      if (here === 0 || pickable(line) === 0) return false
      world.shelf.set(row.locationId, here - 1)
      world.aside.set(row.locationId, (world.aside.get(row.locationId) ?? 0) + 1)
      line.pickedUnits += 1
      row.status = nextStatus(row, 'pick')
      return false
    }
    case 2: {
      const status = nextStatus(row, 'set_aside')
      checkAllPicked(row)
      row.status = status
      return true
    }
    case 3: {
      // A unit that cannot be found is reported; the customer then gives it up.
      if ((world.shelf.get(row.locationId) ?? 0) > 0 || row.status === 'ready') return false
      const short = shortLine(row, line.orderLineId, 1)
      row.status = nextStatus(row, 'short')
      row.lines[0] = short
      return false
    }
    default: {
      if (line.shortUnits === 0) return false
      line.units -= line.shortUnits
      line.shortUnits = 0
      if (line.units === 0) row.status = nextStatus(row, 'cancel')
      return false
    }
  }
}

test('S25 in 10,000 random pickups no message names a shop without all its units set aside there', () => {
  const next = seeded(25)
  let messages = 0
  let shortages = 0
  let refused = 0
  for (let i = 0; i < 10_000; i++) {
    const result = run(next)
    for (const message of result.messages) {
      expect(message.units).toBeGreaterThan(0)
      expect(message.truth).toBe(message.units)
    }
    messages += result.messages.length
    shortages += result.shortages > 0 ? 1 : 0
    refused += result.refused
  }
  // The runs must have met what they are about: messages, units that were missing, and steps tried at the wrong moment.
  expect(messages).toBeGreaterThan(1000)
  expect(shortages).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(10_000)
})
