import type { OpeningHours } from '@hilo/calc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseSources, type Free, type SourcePlace, type SourcingInput } from './choose-sources.ts'

const week = (from: string, to: string): OpeningHours => {
  const day = [[from, to] as const]
  return { weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: [] }, exceptions: [] }
}
const place = (id: string, latitude: number, longitude: number, more: Partial<SourcePlace> = {}): SourcePlace => ({
  id,
  name: id,
  kind: 'shop',
  pickup: true,
  ships: true,
  latitude,
  longitude,
  timeZone: 'Europe/Madrid',
  openingHours: week('10:00', '20:00'),
  handlingMinutes: 60,
  full: false,
  ...more,
})
const one = place('Tienda 1', 39.47, -0.37)
const two = place('Tienda 2', 39.98, -0.04)
const three = place('Tienda 3', 37.39, -5.99)
const getafe = place('Almacén', 40.3, -3.7, { kind: 'warehouse', pickup: false, openingHours: week('07:00', '19:00') })
/** Friday 20 November 2026, 10:00 in Madrid. */
const now = '2026-11-20T09:00:00Z'
const stock = (units: Record<string, Record<string, number>>): Map<string, Map<string, Free>> =>
  new Map(
    Object.entries(units).map(([variant, places]) => [
      variant,
      new Map(Object.entries(places).map(([id, atp]) => [id, { atp, onShelf: atp }])),
    ]),
  )
const base = { now, places: [one, two, three, getafe], lanes: new Map() }
const want = (...units: number[]) => units.map((n, i) => ({ lineId: `l${i}`, variantId: `v${i}`, units: n }))
const speed = { daysMin: 1, daysMax: 2, cutoffHour: 14 }

describe('pickup', () => {
  test('S25 unit only in shop 3, buyer chooses shop 1: tomorrow at 1 by transfer, or today at 3', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Tienda 1' },
      lines: want(1),
      stock: stock({ v0: { 'Tienda 3': 1 } }),
    })
    expect(plan.feasible).toBe(true)
    expect(plan.groups).toEqual([
      {
        kind: 'pickup',
        locationId: 'Tienda 1',
        dueAt: '2026-11-21T10:00:00Z',
        transferFrom: 'Tienda 3',
        transfers: [{ fromLocationId: 'Tienda 3', readyAt: '2026-11-21T10:00:00Z' }],
        lines: [{ lineId: 'l0', variantId: 'v0', units: 1, fromLocationId: 'Tienda 3' }],
      },
    ])
    expect(plan.reason).toEqual({
      es: 'En Tienda 1 mañana, sábado 21 desde las 11:00: traemos 1 unidad de Tienda 3.',
      en: 'At Tienda 1 tomorrow, Saturday 21 from 11:00: we bring 1 unit from Tienda 3.',
    })
    expect(plan.alternatives).toEqual([
      {
        kind: 'pickup',
        locationId: 'Tienda 3',
        readyAt: '2026-11-20T10:00:00Z',
        text: { es: 'Hoy desde las 11:00 en Tienda 3, a 541 km.', en: 'Today from 11:00 at Tienda 3, 541 km away.' },
      },
    ])
  })

  test('S35 all of it on the shelf of the chosen shop: ready today, nothing travels, nothing else is offered', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Tienda 1' },
      lines: want(2, 1),
      stock: stock({ v0: { 'Tienda 1': 2, 'Tienda 2': 9 }, v1: { 'Tienda 1': 1 } }),
    })
    expect(plan.groups[0]).toMatchObject({ dueAt: '2026-11-20T10:00:00Z', transferFrom: null })
    expect(plan.alternatives).toEqual([])
    expect(plan.reason.es).toBe('Todo está en Tienda 1: hoy desde las 11:00.')
  })

  test('one sender with everything is better than two; among equals the warehouse sends', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Tienda 1' },
      lines: want(1, 1),
      stock: stock({ v0: { 'Tienda 2': 1, Almacén: 1 }, v1: { 'Tienda 3': 1, Almacén: 1 } }),
    })
    expect(plan.groups[0]?.transfers).toMatchObject([{ fromLocationId: 'Almacén' }])
  })

  test('two units of three exist anywhere: not feasible, and says two of three', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Tienda 1' },
      lines: want(3),
      stock: stock({ v0: { 'Tienda 2': 1, 'Tienda 3': 1 } }),
    })
    expect(plan).toMatchObject({
      feasible: false,
      groups: [],
      shortages: [{ variantId: 'v0', requested: 3, available: 2 }],
    })
  })

  test('a warehouse hands over nothing', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Almacén' },
      lines: want(1),
      stock: stock({ v0: { Almacén: 1 } }),
    })
    expect(plan).toMatchObject({ feasible: false, reason: { es: 'Almacén no entrega pedidos.' } })
  })

  test('S44 separate web stock: the shop has the unit, the web may not touch it, so the warehouse sends one', () => {
    const plan = chooseSources({
      ...base,
      wish: { kind: 'pickup', locationId: 'Tienda 1' },
      lines: want(1),
      stock: stock({ v0: { Almacén: 5 } }),
    })
    expect(plan.groups[0]).toMatchObject({ locationId: 'Tienda 1', transferFrom: 'Almacén' })
  })
})

describe('delivery', () => {
  const wish = { kind: 'delivery' as const, point: { latitude: 39.5, longitude: -0.4 }, speed }
  test('one parcel from the warehouse before two from shops; in time for the cut-off it arrives on Monday or Tuesday', () => {
    const plan = chooseSources({
      ...base,
      wish,
      lines: want(1, 1),
      stock: stock({ v0: { 'Tienda 1': 1, Almacén: 1 }, v1: { 'Tienda 2': 1, Almacén: 1 } }),
    })
    expect(plan.groups).toMatchObject([{ kind: 'delivery', locationId: 'Almacén', dueAt: '2026-11-24T19:00:00Z' }])
  })
  test('the nearest shop sends when the warehouse has none; a full shop comes last', () => {
    const figures = stock({ v0: { 'Tienda 1': 1, 'Tienda 3': 1 } })
    expect(chooseSources({ ...base, wish, lines: want(1), stock: figures }).groups[0]?.locationId).toBe('Tienda 1')
    const full = { ...base, places: [{ ...one, full: true }, two, three, getafe] }
    expect(chooseSources({ ...full, wish, lines: want(1), stock: figures }).groups[0]?.locationId).toBe('Tienda 3')
  })
  test('goods of a shop that does not ship go by way of one that does', () => {
    const places = [{ ...one, ships: false }, two, three, getafe]
    const plan = chooseSources({
      ...base,
      places,
      wish,
      lines: want(1, 1),
      stock: stock({ v0: { Almacén: 1 }, v1: { 'Tienda 1': 1 } }),
    })
    expect(plan.groups).toMatchObject([
      { locationId: 'Almacén', transferFrom: 'Tienda 1', dueAt: '2026-11-25T19:00:00Z' },
    ])
    expect(plan.groups[0]?.lines).toHaveLength(2)
  })
})

test('carried out: the shelf of this shop with its safety stock, or a refusal that names the shop next door', () => {
  const free = new Map([
    [
      'v0',
      new Map([
        ['Tienda 1', { atp: 0, onShelf: 1 }],
        ['Tienda 2', { atp: 2, onShelf: 2 }],
      ]),
    ],
  ])
  const wish = { kind: 'carry_out' as const, locationId: 'Tienda 1' }
  expect(chooseSources({ ...base, wish, lines: want(1), stock: free })).toMatchObject({
    feasible: true,
    groups: [{ kind: 'carry_out' }],
  })
  const refused = chooseSources({ ...base, wish, lines: want(2), stock: free })
  expect(refused).toMatchObject({
    feasible: false,
    shortages: [{ variantId: 'v0', requested: 2, available: 1 }],
    alternatives: [{ locationId: 'Tienda 2' }],
  })
})

const anyInput: fc.Arbitrary<SourcingInput> = fc
  .record({
    day: fc.integer({ min: 0, max: 20 }),
    hour: fc.integer({ min: 0, max: 23 }),
    kind: fc.constantFrom('pickup' as const, 'carry_out' as const, 'delivery' as const),
    shop: fc.constantFrom('Tienda 1', 'Tienda 2', 'Tienda 3'),
    lines: fc.array(fc.record({ variant: fc.integer({ min: 0, max: 3 }), units: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 5,
    }),
    units: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 16, maxLength: 16 }),
    ships: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  })
  .map(({ day, hour, kind, shop, lines, units, ships }) => {
    const places = [one, two, three, getafe].map((p, i) => ({ ...p, ships: ships[i] ?? true }))
    const figures = new Map(
      [0, 1, 2, 3].map((v) => [
        `v${v}`,
        new Map(
          places.map((p, i) => [
            p.id,
            { atp: Math.max(0, (units[v * 4 + i] ?? 0) - 1), onShelf: units[v * 4 + i] ?? 0 },
          ]),
        ),
      ]),
    )
    return {
      now: new Date(Date.parse('2026-11-16T00:00:00Z') + (day * 24 + hour) * 3_600_000).toISOString(),
      wish: kind === 'delivery' ? { kind, point: { latitude: 41, longitude: 2 }, speed } : { kind, locationId: shop },
      lines: lines.map((line, i) => ({ lineId: `l${i}`, variantId: `v${line.variant}`, units: line.units })),
      places,
      stock: figures,
      lanes: new Map(),
    }
  })

test('for 5,000 random baskets: every unit planned once, never more than is free, pickup names the chosen shop, dates lie ahead', () => {
  let feasible = 0
  fc.assert(
    fc.property(anyInput, (input) => {
      const plan = chooseSources(input)
      if (!plan.feasible) {
        expect(plan.groups).toEqual([])
        return
      }
      feasible += 1
      const planned = plan.groups.flatMap(({ lines }) => lines)
      for (const line of input.lines) {
        expect(planned.filter(({ lineId }) => lineId === line.lineId).reduce((sum, { units }) => sum + units, 0)).toBe(
          line.units,
        )
      }
      const figure = input.wish.kind === 'carry_out' ? 'onShelf' : 'atp'
      for (const [variantId, places] of input.stock) {
        for (const [id, free] of places) {
          const taken = planned
            .filter((line) => line.variantId === variantId && line.fromLocationId === id)
            .reduce((sum, { units }) => sum + units, 0)
          expect(taken).toBeLessThanOrEqual(free[figure])
        }
      }
      for (const group of plan.groups) {
        if (input.wish.kind !== 'delivery') expect(group.locationId).toBe(input.wish.locationId)
        expect(Date.parse(group.dueAt)).toBeGreaterThanOrEqual(Date.parse(input.now))
        const senders = new Set(
          group.lines.map(({ fromLocationId }) => fromLocationId).filter((id) => id !== group.locationId),
        )
        expect(new Set((group.transfers ?? []).map(({ fromLocationId }) => fromLocationId))).toEqual(senders)
        for (const transfer of group.transfers ?? [])
          expect(Date.parse(transfer.readyAt)).toBeLessThanOrEqual(Date.parse(group.dueAt))
      }
    }),
    { numRuns: 5000, seed: 20261120 },
  )
  expect(feasible).toBeGreaterThan(1000)
})

test('what is not feasible is truly not to be had: the pool is short of some variant, or nobody may hand over or ship it', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const plan = chooseSources(input)
      if (plan.feasible || input.wish.kind === 'carry_out') return
      if (input.wish.kind === 'delivery' && !input.places.some(({ ships }) => ships)) return
      expect(plan.shortages.length).toBeGreaterThan(0)
    }),
    { numRuns: 2000, seed: 7 },
  )
})
