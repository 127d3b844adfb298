import { createHash } from 'node:crypto'
import { isOpenAt } from '@hilo/calc'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { expect, test } from 'vitest'
import { demoHistory, freshOrders, historyDays } from './history.ts'
import { consentWordings, demoPeople, peopleCount, phoneOnlyCount } from './people.ts'
import { demoPlaces } from './places.ts'
import { demoProducts } from './products/index.ts'
import { makeDice } from './seed.ts'
import { demoStock, plannedHoles } from './stock.ts'

const nowMs = Date.parse('2026-11-20T09:00:00Z')
const dayMs = 86_400_000
const products = demoProducts()
const places = demoPlaces([2026, 2027])
const people = demoPeople(makeDice(7))
const historyOf = (seed: number) => demoHistory({ dice: makeDice(seed), nowMs, people, places, products })
const history = historyOf(7)
const stockOf = (seed: number) => demoStock(makeDice(seed), products, places)
const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

test('300 customers, ten of them known by telephone only, many by two identifiers, none sharing one', () => {
  expect(people.length).toBe(peopleCount)
  expect(people.filter(({ email }) => email === null).length).toBe(phoneOnlyCount)
  expect(people.filter(({ identities }) => identities.length >= 2).length).toBeGreaterThan(100)
  const identities = people.flatMap((person) => person.identities.map(({ kind, value }) => `${kind} ${value}`))
  expect(new Set(identities).size).toBe(identities.length)
  for (const { email, phone, identities: own } of people) {
    expect(own.length).toBeGreaterThan(0)
    if (email) expect(email).toMatch(/^[a-z0-9._]+@[a-z]+\.example$/)
    if (phone) expect(parsePhoneNumberFromString(phone)?.isValid(), phone).toBe(true)
  }
  expect(people.filter(({ language }) => language === 'en').length).toBeGreaterThan(10)
})

test('a consent has its sentence in both languages, and a withdrawal comes after what it withdraws', () => {
  for (const { es, en } of Object.values(consentWordings)) expect(es.length > 20 && en.length > 20).toBe(true)
  const withdrawn = people.filter(({ consents }) => consents.some(({ granted }) => !granted))
  expect(withdrawn.length).toBeGreaterThan(5)
  for (const { consents } of withdrawn) {
    const no = consents.find(({ granted }) => !granted)
    const yes = consents.find(
      ({ granted, channel, purpose }) => granted && channel === no?.channel && purpose === no.purpose,
    )
    expect(yes?.daysAgo).toBeGreaterThan(no?.daysAgo ?? 0)
  }
})

test('the same seed gives the same people, orders and stock, byte for byte; another seed others', () => {
  expect(hash(demoPeople(makeDice(7)))).toBe(hash(people))
  expect(hash(historyOf(7))).toBe(hash(history))
  expect(hash(stockOf(7))).toBe(hash(stockOf(7)))
  expect(hash(demoPeople(makeDice(8)))).not.toBe(hash(people))
  expect(hash(historyOf(8))).not.toBe(hash(history))
})

test('120 days of trade: more at counters than on the web, at all five of them, on every day but the oldest hours', () => {
  const web = history.filter(({ channelId }) => channelId === 'web')
  expect(history.length).toBeGreaterThan(1400)
  expect(web.length).toBeGreaterThan(500)
  expect(history.length - web.length).toBeGreaterThan(web.length)
  expect(new Set(history.flatMap(({ counter }) => counter ?? [])).size).toBe(5)
  const days = new Set(history.map(({ atMs }) => Math.floor((nowMs - atMs) / dayMs)))
  expect(days.size).toBeGreaterThanOrEqual(historyDays - 1)
  for (const { atMs } of history) expect(atMs).toBeLessThan(nowMs)
})

/** Counter sales on one week day, 0 Sunday. */
const sold = (weekday: number) =>
  history.filter(({ channelId, atMs }) => channelId === 'pos' && new Date(atMs).getUTCDay() === weekday).length

test('Saturdays sell more than Mondays at the counters, and nothing is sold while a shop is closed', () => {
  expect(sold(6)).toBeGreaterThan(sold(1) * 1.3)
  for (const { counter, atMs } of history) {
    const place = places.find(({ code }) => code === counter)
    if (place)
      expect(
        isOpenAt(place.hours, place.zone, new Date(atMs).toISOString()),
        `${counter} ${new Date(atMs).toISOString()}`,
      ).toBe(true)
  }
})

test('people come back, return things, cancel, and buy their own size', () => {
  const orders = new Map<string, number>()
  for (const { person } of history) if (person) orders.set(person, (orders.get(person) ?? 0) + 1)
  expect([...orders.values()].filter((count) => count >= 3).length).toBeGreaterThan(60)
  expect(history.filter(({ returns }) => returns.length > 0).length).toBeGreaterThan(40)
  expect(history.filter(({ canceled }) => canceled !== null).length).toBeGreaterThan(10)
  const sizes = history.flatMap(({ person, lines }) => {
    const taste = people.find(({ key }) => key === person)?.taste
    return taste
      ? lines.flatMap(({ sku }) => (sku.startsWith('VES-') ? [sku.endsWith(`-${taste.womenSize}`)] : []))
      : []
  })
  expect(sizes.filter(Boolean).length / sizes.length).toBeGreaterThan(0.75)
})

test('times run forwards: ordered, prepared, with the customer, and back only after that', () => {
  for (const { atMs, preparedMs, doneMs, canceled, returns } of [
    ...history,
    ...freshOrders({ dice: makeDice(7), nowMs, people, places, products }),
  ]) {
    expect(preparedMs).toBeGreaterThanOrEqual(atMs)
    expect(doneMs).toBeGreaterThanOrEqual(preparedMs)
    if (canceled) expect(canceled.atMs).toBeLessThan(preparedMs)
    for (const back of returns) expect(back.atMs).toBeGreaterThan(doneMs)
  }
})

test('stock has the planned holes: a size sold out in Valencia lies in Sevilla, another only in the warehouse', () => {
  const stock = stockOf(7)
  const at = (sku: string) =>
    Object.fromEntries(
      stock.filter((row) => row.sku === sku && row.units > 0).map(({ place, units }) => [place, units]),
    )
  expect(at('VES-MARINA-SAL-M')).toEqual({ SVQ: 2 })
  expect(at('CHA-FARO-ARE-S')).toEqual({ GET: 4 })
  expect(at('FAL-ESPIGA-TER-S')).toEqual({})
  for (const { sku } of plannedHoles)
    expect(
      stock.some((row) => row.sku === sku),
      sku,
    ).toBe(true)
  const empty = stock.filter(({ units }) => units === 0).length / stock.length
  expect(empty).toBeGreaterThan(0.2)
  expect(empty).toBeLessThan(0.5)
  for (const { place, units, safetyStock } of stock) expect(safetyStock).toBe(place === 'GET' || units === 0 ? 0 : 1)
})
