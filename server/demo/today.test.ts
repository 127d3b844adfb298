/** The demo is made for the day it is loaded on: these are the days on which that could go wrong. */
import { isOpenAt } from '@hilo/calc'
import { describe, expect, test } from 'vitest'
import { demoHistory, freshOrders, historyDays } from './history.ts'
import { demoPeople } from './people.ts'
import { demoPlaces } from './places.ts'
import { demoProducts } from './products/index.ts'
import { makeDice } from './seed.ts'
import { demoStock } from './stock.ts'

const dayMs = 86_400_000
const products = demoProducts()
const people = demoPeople(makeDice(7))

describe.each([
  ['a Sunday', '2026-11-22T12:00:00Z'],
  ['Christmas Day', '2026-12-25T10:00:00Z'],
  ['the first minutes of a year', '2027-01-01T00:05:00Z'],
  ['the night in which the clock goes back', '2027-10-31T01:30:00Z'],
  ['the night in which the clock goes forward', '2028-03-26T01:30:00Z'],
  ['a leap day', '2028-02-29T23:59:00Z'],
  ['a Monday before the shops open', '2029-06-11T05:00:00Z'],
])('loaded on %s', (_name, at) => {
  const nowMs = Date.parse(at)
  const year = new Date(nowMs).getUTCFullYear()
  const places = demoPlaces([year - 1, year, year + 1])
  const input = { nowMs, people, places, products }
  const history = demoHistory({ dice: makeDice(7), ...input })

  test('the trade of 120 days ends on that day, not in the future and not weeks before', () => {
    const times = [...history, ...freshOrders({ dice: makeDice(7), ...input })].map(({ atMs }) => atMs)
    expect(Math.max(...times)).toBeLessThanOrEqual(nowMs)
    expect(nowMs - Math.max(...times)).toBeLessThan(dayMs)
    const age = (nowMs - Math.min(...times)) / dayMs
    expect(age).toBeGreaterThan(historyDays - 1.5)
    expect(age).toBeLessThanOrEqual(historyDays + 1)
    const days = new Set(times.map((ms) => Math.floor((nowMs - ms) / dayMs)))
    expect(days.size).toBeGreaterThanOrEqual(historyDays - 1)
  })

  test('no counter sells while its shop is closed, whatever feast or clock change lies in between', () => {
    const counters = history.filter(({ counter }) => counter !== null)
    expect(counters.length).toBeGreaterThan(700)
    const closed = counters.filter(({ counter, atMs }) => {
      const place = places.find(({ code }) => code === counter)
      return !place || !isOpenAt(place.hours, place.zone, new Date(atMs).toISOString())
    })
    expect(closed.map(({ counter, atMs }) => `${counter} ${new Date(atMs).toISOString()}`)).toEqual([])
  })
})

test('at least half of the 300 customers said yes to something, each with its day and channel, and some said no again', () => {
  const asked = people.filter(({ consents }) => consents.length > 0)
  expect(asked.length).toBeGreaterThanOrEqual(150)
  for (const { consents, email, phone } of asked)
    for (const { channel, daysAgo, purpose } of consents) {
      expect(purpose).toBeTruthy()
      expect(daysAgo).toBeGreaterThanOrEqual(0)
      // Nobody allows what cannot reach them.
      expect(channel === 'email' ? email : phone, channel).toBeTruthy()
    }
})

test('a size that is sold out in one shop lies in another, many times over, and nothing is sold out everywhere by accident', () => {
  const stock = demoStock(makeDice(7), products, demoPlaces([2026, 2027]))
  const bySku = new Map<string, { shops: number; empty: number; units: number }>()
  for (const { sku, place, units } of stock) {
    const row = bySku.get(sku) ?? { shops: 0, empty: 0, units: 0 }
    row.units += units
    if (place !== 'GET') {
      row.shops += units > 0 ? 1 : 0
      row.empty += units === 0 ? 1 : 0
    }
    bySku.set(sku, row)
  }
  const holes = [...bySku.values()].filter(({ shops, empty }) => shops > 0 && empty > 0)
  expect(holes.length).toBeGreaterThan(200)
  expect(bySku.size).toBe(809)
  const gone = [...bySku.values()].filter(({ units }) => units === 0).length
  expect(gone).toBeGreaterThan(0)
  expect(gone / bySku.size).toBeLessThan(0.05)
})
