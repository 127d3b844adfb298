import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { distanceKm, isOpenAt } from '@hilo/calc'
import { expect, test } from 'vitest'
import { demoPlaces, goodFriday, placeCodes } from './places.ts'

const places = demoPlaces([2026, 2027])
const placeOf = (code: string) => {
  const place = places.find((each) => each.code === code)
  if (!place) throw new Error(`no place ${code}`)
  return place
}
const open = (code: string, at: string) => isOpenAt(placeOf(code).hours, 'Europe/Madrid', at)

test('one warehouse and five shops, each with its own telephone and a share of the trade', () => {
  expect(places.map(({ code }) => code)).toEqual([...placeCodes])
  expect(places.filter(({ kind }) => kind === 'warehouse').map(({ town }) => town)).toEqual(['Getafe'])
  expect(new Set(places.map(({ phone }) => phone)).size).toBe(6)
  for (const { phone, postalCode } of places) {
    expect(phone).toMatch(/^\+349\d{8}$/)
    expect(postalCode).toMatch(/^\d{5}$/)
  }
  expect(places.reduce((sum, place) => sum + place.shareOfCounterSales, 0)).toBeCloseTo(1, 10)
})

test('Valencia closes at midday and on Sundays, Madrid does not', () => {
  expect(open('VLC', '2026-11-20T12:59:00Z')).toBe(true)
  expect(open('VLC', '2026-11-20T15:00:00Z')).toBe(false)
  expect(open('MAD', '2026-11-20T15:00:00Z')).toBe(true)
  expect(open('VLC', '2026-11-22T11:30:00Z')).toBe(false)
  expect(open('MAD', '2026-11-22T11:30:00Z')).toBe(true)
})

test('Christmas: closed on the 25th, short on the 24th, long on the eve of Epiphany; local feasts close only their town', () => {
  expect(open('MAD', '2026-12-25T11:00:00Z')).toBe(false)
  expect(open('BIO', '2026-12-24T13:30:00Z')).toBe(true)
  expect(open('BIO', '2026-12-24T16:00:00Z')).toBe(false)
  expect(open('SVQ', '2027-01-05T14:30:00Z')).toBe(true)
  expect(open('SVQ', '2027-01-06T11:00:00Z')).toBe(false)
  expect(open('VLC', '2027-03-19T11:00:00Z')).toBe(false)
  expect(open('SVQ', '2027-03-19T11:00:00Z')).toBe(true)
  expect([2025, 2026, 2027, 2038].map(goodFriday)).toEqual(['2025-04-18', '2026-04-03', '2027-03-26', '2038-04-23'])
})

const postalFile = new URL('../../../shared/data/spain-geo/postal_codes_ES.csv.gz', import.meta.url)

test.skipIf(!existsSync(postalFile))(
  'every place lies within three kilometres of its postal code (needs ../shared/data)',
  () => {
    const rows = gunzipSync(readFileSync(postalFile)).toString('utf8').split('\n')
    const header = (rows[0] ?? '').split(',')
    const [code, lat, lon] = ['zipcode', 'latitude', 'longitude'].map((name) =>
      header.findIndex((each) => each.replace(/"/g, '').trim() === name),
    )
    for (const place of places) {
      const points = rows
        .map((row) => row.split(',').map((cell) => cell.replace(/"/g, '')))
        .filter((cells) => cells[code ?? 0] === place.postalCode)
        .map((cells) => ({ latitude: Number(cells[lat ?? 0]), longitude: Number(cells[lon ?? 0]) }))
      expect(points.length, place.code).toBeGreaterThan(0)
      const nearest = Math.min(...points.map((point) => distanceKm(point, place)))
      expect(nearest, `${place.name} is ${nearest.toFixed(1)} km from ${place.postalCode}`).toBeLessThan(3)
    }
  },
)
