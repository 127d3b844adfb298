import { describe, expect, it } from 'vitest'
import { closesAt, isOpenAt, nextOpening, type OpenInterval, type OpeningHours, readyFrom } from './hours.ts'

const madrid = 'Europe/Madrid'
const split: OpenInterval[] = [
  ['10:00', '14:00'],
  ['17:00', '20:30'],
]
/** Split days, Saturday morning, Sunday closed, closed at Christmas, open on one Sunday of Advent. */
const shop: OpeningHours = {
  weekly: { mon: split, tue: split, wed: split, thu: split, fri: split, sat: [['10:00', '14:00']] },
  exceptions: [
    { on: '2026-12-25', intervals: [] },
    { on: '2026-12-20', intervals: [['11:00', '20:00']] },
  ],
}
const allDay: OpenInterval[] = [['00:00', '24:00']]
const always: OpeningHours = {
  weekly: { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay },
  exceptions: [],
}
const never: OpeningHours = { weekly: {}, exceptions: [] }

// 23 November 2026 is a Monday; Madrid is at +01:00.
describe('an ordinary week', () => {
  it('is open from the opening minute and closed at the closing one', () => {
    expect(isOpenAt(shop, madrid, '2026-11-23T08:59:59Z')).toBe(false)
    expect(isOpenAt(shop, madrid, '2026-11-23T09:00:00Z')).toBe(true)
    expect(isOpenAt(shop, madrid, '2026-11-23T12:59:59Z')).toBe(true)
    expect(isOpenAt(shop, madrid, '2026-11-23T13:00:00Z')).toBe(false)
    expect(isOpenAt(shop, madrid, '2026-11-23T16:00:00+01:00')).toBe(false)
    expect(isOpenAt(shop, madrid, '2026-11-23T17:00:00+01:00')).toBe(true)
  })

  it('says when it closes, and nothing while it is closed', () => {
    expect(closesAt(shop, madrid, '2026-11-23T10:00:00Z')).toBe('2026-11-23T13:00:00Z')
    expect(closesAt(shop, madrid, '2026-11-23T16:00:00Z')).toBe('2026-11-23T19:30:00Z')
    expect(closesAt(shop, madrid, '2026-11-23T14:00:00Z')).toBeNull()
    expect(closesAt(shop, madrid, '2026-11-23T13:00:00Z')).toBeNull()
  })

  it('says when it opens next: after the break, on Monday after Saturday, after closing while open', () => {
    expect(nextOpening(shop, madrid, '2026-11-23T14:00:00Z')).toBe('2026-11-23T16:00:00Z')
    expect(nextOpening(shop, madrid, '2026-11-28T13:00:00Z')).toBe('2026-11-30T09:00:00Z')
    expect(nextOpening(shop, madrid, '2026-11-23T10:00:00Z')).toBe('2026-11-23T16:00:00Z')
    expect(nextOpening(shop, madrid, '2026-11-23T09:00:00Z')).toBe('2026-11-23T16:00:00Z')
  })

  it('follows exceptions by date of the shop', () => {
    expect(isOpenAt(shop, madrid, '2026-12-25T11:00:00Z')).toBe(false)
    expect(nextOpening(shop, madrid, '2026-12-24T20:00:00Z')).toBe('2026-12-26T09:00:00Z')
    expect(closesAt(shop, madrid, '2026-12-20T12:00:00Z')).toBe('2026-12-20T19:00:00Z')
    // 23:30Z of the 24th is already the 25th in Madrid.
    expect(nextOpening(shop, madrid, '2026-12-24T23:30:00Z')).toBe('2026-12-26T09:00:00Z')
  })

  it('is read in the zone of the shop: the Canaries open an hour after Madrid', () => {
    expect(nextOpening(shop, 'Atlantic/Canary', '2026-11-23T00:30:00Z')).toBe('2026-11-23T10:00:00Z')
    expect(nextOpening(shop, madrid, '2026-11-23T00:30:00Z')).toBe('2026-11-23T09:00:00Z')
  })
})

describe('ready from', () => {
  it('is now plus the handling time while the shop is open', () => {
    expect(readyFrom(shop, madrid, '2026-11-23T09:30:00Z', 120)).toBe('2026-11-23T11:30:00Z')
    expect(readyFrom(shop, madrid, '2026-11-23T09:30:00Z', 0)).toBe('2026-11-23T09:30:00Z')
  })

  it('starts at the opening and rests in the break and on Sunday', () => {
    expect(readyFrom(shop, madrid, '2026-11-23T05:00:00Z', 45)).toBe('2026-11-23T09:45:00Z')
    // 12:30 to 13:00 is 30 minutes; 90 remain after 16:00.
    expect(readyFrom(shop, madrid, '2026-11-23T12:30:00Z', 120)).toBe('2026-11-23T17:30:00Z')
    // Saturday leaves 30 minutes; 30 remain on Monday.
    expect(readyFrom(shop, madrid, '2026-11-28T12:30:00Z', 60)).toBe('2026-11-30T09:30:00Z')
    expect(readyFrom(shop, madrid, '2026-11-28T15:00:00Z', 0)).toBe('2026-11-30T09:00:00Z')
  })

  it('never promises the stroke of closing: what is done then is ready at the next opening', () => {
    expect(readyFrom(shop, madrid, '2026-11-23T12:00:00Z', 60)).toBe('2026-11-23T16:00:00Z')
    expect(readyFrom(shop, madrid, '2026-11-23T12:00:00Z', 59)).toBe('2026-11-23T12:59:00Z')
  })

  it('needs as many days as the work takes, and has no answer for a shop that never opens', () => {
    // A weekday holds 450 minutes, Saturday 240: Monday to Saturday 2,490, so 2,500 end ten minutes into the next Monday.
    expect(readyFrom(shop, madrid, '2026-11-23T09:00:00Z', 2_500)).toBe('2026-11-30T09:10:00Z')
    expect(readyFrom(never, madrid, '2026-11-23T09:00:00Z', 0)).toBeNull()
    expect(nextOpening(never, madrid, '2026-11-23T09:00:00Z')).toBeNull()
  })
})

// In 2026 Madrid goes from +01:00 to +02:00 on 29 March at 02:00 and back on 25 October at 03:00, both Sundays.
describe('days on which the clocks change', () => {
  const sunday: OpeningHours = { weekly: { sat: [['10:00', '14:00']], sun: [['10:00', '14:00']] }, exceptions: [] }

  it('open at the same wall time on both sides', () => {
    expect(nextOpening(sunday, madrid, '2026-03-28T00:00:00Z')).toBe('2026-03-28T09:00:00Z')
    expect(nextOpening(sunday, madrid, '2026-03-28T20:00:00Z')).toBe('2026-03-29T08:00:00Z')
    expect(nextOpening(sunday, madrid, '2026-10-24T20:00:00Z')).toBe('2026-10-25T09:00:00Z')
  })

  const nights: OpeningHours = { weekly: { sat: [['20:00', '04:00']] }, exceptions: [] }

  it('have a night of seven or nine real hours, and handling counts real minutes', () => {
    expect(closesAt(nights, madrid, '2026-03-28T22:00:00Z')).toBe('2026-03-29T02:00:00Z')
    expect(closesAt(nights, madrid, '2026-10-24T20:00:00Z')).toBe('2026-10-25T03:00:00Z')
    // 19:00Z is 20:00 on 28 March: 7 h later the shop shuts, so the eighth hour is worked a week later.
    expect(readyFrom(nights, madrid, '2026-03-28T19:00:00Z', 419)).toBe('2026-03-29T01:59:00Z')
    expect(readyFrom(nights, madrid, '2026-03-28T19:00:00Z', 480)).toBe('2026-04-04T19:00:00Z')
    expect(readyFrom(nights, madrid, '2026-10-24T18:00:00Z', 539)).toBe('2026-10-25T02:59:00Z')
  })

  it('move a skipped opening behind the change', () => {
    const early: OpeningHours = { weekly: { sun: [['02:30', '06:00']] }, exceptions: [] }
    expect(nextOpening(early, madrid, '2026-03-28T20:00:00Z')).toBe('2026-03-29T01:30:00Z')
  })

  it('open at the first and close at the second of two equal wall times', () => {
    const twice: OpeningHours = { weekly: { sun: [['02:15', '02:45']] }, exceptions: [] }
    expect(nextOpening(twice, madrid, '2026-10-24T20:00:00Z')).toBe('2026-10-25T00:15:00Z')
    expect(closesAt(twice, madrid, '2026-10-25T00:15:00Z')).toBe('2026-10-25T01:45:00Z')
  })
})

const wrong = (...interval: [string, string]) => ({ weekly: { mon: [interval] }, exceptions: [] })

describe('unusual hours', () => {
  it('around the clock are always open, never close and never open anew', () => {
    expect(isOpenAt(always, madrid, '2026-11-23T23:00:00Z')).toBe(true)
    expect(closesAt(always, madrid, '2026-11-23T10:00:00Z')).toBeNull()
    expect(nextOpening(always, madrid, '2026-11-23T10:00:00Z')).toBeNull()
    expect(readyFrom(always, madrid, '2026-11-23T22:50:00Z', 20)).toBe('2026-11-23T23:10:00Z')
  })

  it('around the clock but for one day close at its midnight', () => {
    const closedOnce = { ...always, exceptions: [{ on: '2026-12-25', intervals: [] }] }
    expect(closesAt(closedOnce, madrid, '2026-11-23T10:00:00Z')).toBe('2026-12-24T23:00:00Z')
    expect(nextOpening(closedOnce, madrid, '2026-11-23T10:00:00Z')).toBe('2026-12-25T23:00:00Z')
  })

  it('reach over midnight from the evening they belong to', () => {
    const nights: OpeningHours = { weekly: { fri: [['20:00', '02:00']] }, exceptions: [] }
    expect(isOpenAt(nights, madrid, '2026-11-28T00:30:00Z')).toBe(true)
    expect(isOpenAt(nights, madrid, '2026-11-28T01:00:00Z')).toBe(false)
    expect(isOpenAt(nights, madrid, '2026-11-27T00:30:00Z')).toBe(false)
  })

  it('that overlap or stand in disorder count once', () => {
    const mixed: OpeningHours = {
      weekly: {
        mon: [
          ['16:00', '20:00'],
          ['10:00', '17:00'],
          ['11:00', '12:00'],
        ],
      },
      exceptions: [],
    }
    expect(closesAt(mixed, madrid, '2026-11-23T09:00:00Z')).toBe('2026-11-23T19:00:00Z')
    expect(nextOpening(mixed, madrid, '2026-11-23T09:00:00Z')).toBe('2026-11-30T09:00:00Z')
    expect(readyFrom(mixed, madrid, '2026-11-23T09:00:00Z', 480)).toBe('2026-11-23T17:00:00Z')
    expect(isOpenAt(mixed, madrid, '2026-11-23T11:30:00Z')).toBe(true)
  })

  it('are refused with the part that is wrong', () => {
    const monday = '2026-11-23T09:00:00Z'
    expect(() => isOpenAt(wrong('9:00', '14:00'), madrid, monday)).toThrow('got 9:00')
    expect(() => isOpenAt(wrong('09:00', '25:00'), madrid, monday)).toThrow('got 25:00')
    expect(() => isOpenAt(wrong('09:00', '09:00'), madrid, monday)).toThrow('09:00 to 09:00 are empty')
    expect(() => isOpenAt(shop, 'Europe/Nowhere', monday)).toThrow(RangeError)
    expect(() => isOpenAt(shop, madrid, '2026-11-23T09:00:00')).toThrow(RangeError)
    expect(() => readyFrom(shop, madrid, monday, 1.5)).toThrow('handlingMinutes must be a whole number, got 1.5')
  })
})
