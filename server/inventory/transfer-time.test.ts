import type { OpeningHours } from '@hilo/calc'
import { expect, test } from 'vitest'
import { type TransferPlace, transferTimes } from './transfer-time.ts'

const split: [string, string][] = [
  ['10:00', '14:00'],
  ['17:00', '20:30'],
]
const shop: OpeningHours = {
  weekly: { mon: split, tue: split, wed: split, thu: split, fri: split, sat: [['10:00', '14:00']], sun: [] },
  exceptions: [],
}
const valencia: TransferPlace = {
  latitude: 39.4739,
  longitude: -0.3727,
  timeZone: 'Europe/Madrid',
  openingHours: shop,
  handlingMinutes: 60,
}
const sevilla: TransferPlace = { ...valencia, latitude: 37.3944, longitude: -5.9911 }
const tenerife: TransferPlace = { ...valencia, latitude: 28.4636, longitude: -16.2518, timeZone: 'Atlantic/Canary' }
const from = (now: string, more: object = {}) => transferTimes({ now, from: sevilla, to: valencia, ...more })

test('packed before four on Thursday: on the shelf of the other shop on Friday, an hour after it opens', () => {
  expect(from('2026-11-19T10:00:00Z')).toEqual({
    departsOn: '2026-11-19',
    arrivesAt: '2026-11-20T09:00:00Z',
    readyAt: '2026-11-20T10:00:00Z',
  })
})

test('asked for in the evening it leaves a day later; a Saturday goes over to Monday', () => {
  expect(from('2026-11-19T18:00:00Z')?.departsOn).toBe('2026-11-20')
  expect(from('2026-11-20T18:00:00Z')).toMatchObject({ departsOn: '2026-11-21', arrivesAt: '2026-11-23T09:00:00Z' })
})

test('a feast of the receiver is no arrival day, and one of the sender no departure day', () => {
  const closedOn = (on: string): TransferPlace => ({
    ...valencia,
    openingHours: { ...shop, exceptions: [{ on, intervals: [] }] },
  })
  expect(transferTimes({ now: '2026-11-19T10:00:00Z', from: sevilla, to: closedOn('2026-11-20') })?.arrivesAt).toBe(
    '2026-11-21T09:00:00Z',
  )
  expect(transferTimes({ now: '2026-11-19T08:00:00Z', from: closedOn('2026-11-19'), to: sevilla })?.departsOn).toBe(
    '2026-11-20',
  )
})

test('far places take two nights, in the hours of the receiving zone', () => {
  expect(transferTimes({ now: '2026-11-16T10:00:00Z', from: valencia, to: tenerife })?.arrivesAt).toBe(
    '2026-11-18T10:00:00Z',
  )
})

test('a lane says its own days and departures: the Tuesday and Friday ferry', () => {
  expect(from('2026-11-18T10:00:00Z', { lane: { workingDays: 1, departsOn: [2, 5] } })?.departsOn).toBe('2026-11-20')
  expect(from('2026-11-19T10:00:00Z', { lane: { workingDays: 0, departsOn: null } })?.arrivesAt).toBe(
    '2026-11-19T17:00:00Z',
  )
})

test('vans rest on Sundays even where shops open, and never leave a place that is closed, whatever the lane says', () => {
  const sundays: TransferPlace = { ...sevilla, openingHours: { ...shop, weekly: { ...shop.weekly, sun: split } } }
  expect(
    transferTimes({
      now: '2026-11-21T18:00:00Z',
      from: sundays,
      to: { ...valencia, openingHours: sundays.openingHours },
    }),
  ).toMatchObject({
    departsOn: '2026-11-23',
    arrivesAt: '2026-11-24T09:00:00Z',
  })
  const closed: TransferPlace = {
    ...sevilla,
    openingHours: { ...shop, exceptions: [{ on: '2026-11-20', intervals: [] }] },
  }
  const lane = { workingDays: 1, departsOn: [2, 5] }
  expect(transferTimes({ now: '2026-11-19T10:00:00Z', from: closed, to: valencia, lane })?.departsOn).toBe('2026-11-24')
})

test('packed before four leaves the same day, at four it does not', () => {
  const quick: TransferPlace = {
    ...sevilla,
    handlingMinutes: 0,
    openingHours: { weekly: { thu: [['10:00', '20:00']], fri: split }, exceptions: [] },
  }
  const departs = (now: string) => transferTimes({ now, from: quick, to: valencia })?.departsOn
  expect([departs('2026-11-19T14:59:00Z'), departs('2026-11-19T15:00:00Z')]).toEqual(['2026-11-19', '2026-11-20'])
})

test('a place that never opens promises nothing', () => {
  expect(
    transferTimes({
      now: '2026-11-19T10:00:00Z',
      from: sevilla,
      to: { ...valencia, openingHours: { weekly: {}, exceptions: [] } },
    }),
  ).toBeNull()
})
