import type { OpeningHours } from '@hilo/calc'
import { expect, test } from 'vitest'
import { deliveryDates } from './delivery-dates.ts'

const day = [['07:00', '19:00'] as const]
const openingHours: OpeningHours = {
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day },
  exceptions: [{ on: '2026-12-08', intervals: [] }],
}
const place = { openingHours, timeZone: 'Europe/Madrid' }
const speed = { daysMin: 1, daysMax: 2, cutoffHour: 14 }
const dates = (now: string) => deliveryDates({ now, place, speed })

test('before the cut-off it leaves today and arrives after one or two working days', () => {
  expect(dates('2026-11-18T12:59:00Z')).toEqual({
    leavesOn: '2026-11-18',
    arrivesFrom: '2026-11-19',
    arrivesBy: '2026-11-20',
    orderBefore: '2026-11-18T13:00:00Z',
    dueAt: '2026-11-20T19:00:00Z',
  })
})
test('at the cut-off it leaves tomorrow; over the weekend on Monday, though the warehouse works on Saturday', () => {
  expect(dates('2026-11-18T13:00:00Z')).toMatchObject({ leavesOn: '2026-11-19', orderBefore: '2026-11-19T13:00:00Z' })
  expect(dates('2026-11-20T13:00:00Z')).toMatchObject({
    leavesOn: '2026-11-23',
    arrivesFrom: '2026-11-24',
    arrivesBy: '2026-11-25',
  })
})
test('a feast is no working day for leaving or arriving', () => {
  expect(dates('2026-12-07T09:00:00Z')).toMatchObject({
    leavesOn: '2026-12-07',
    arrivesFrom: '2026-12-09',
    arrivesBy: '2026-12-10',
  })
})
test('the cut-off is local time on both sides of the clock change', () => {
  expect(dates('2026-10-23T11:59:00Z')).toMatchObject({ leavesOn: '2026-10-23', orderBefore: '2026-10-23T12:00:00Z' })
  expect(dates('2026-10-26T12:59:00Z')).toMatchObject({ leavesOn: '2026-10-26', orderBefore: '2026-10-26T13:00:00Z' })
})
test('a place that is never open sends nothing', () => {
  expect(
    deliveryDates({
      now: '2026-11-18T09:00:00Z',
      place: { ...place, openingHours: { weekly: {}, exceptions: [] } },
      speed,
    }),
  ).toBeNull()
})
