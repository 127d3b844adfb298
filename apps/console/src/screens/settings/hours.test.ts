import { describe, expect, it } from 'vitest'
import { hoursText, readHours } from './hours.ts'

describe('opening hours as people write them', () => {
  it.each([
    [
      '10:00-14:00, 17:00-20:30',
      [
        ['10:00', '14:00'],
        ['17:00', '20:30'],
      ],
    ],
    [
      '10-14 17-20:30',
      [
        ['10:00', '14:00'],
        ['17:00', '20:30'],
      ],
    ],
    ['9:30 – 21:00', [['09:30', '21:00']]],
    ['', []],
  ])('understands "%s"', (typed, intervals) => {
    expect(readHours(typed)).toEqual(intervals)
  })
  it.each(['mañana', '14-10', '10-14, 13-20', '25-26', '10:75-14'])('does not take "%s"', (typed) => {
    expect(readHours(typed)).toBeNull()
  })
  it('writes what it reads', () => {
    expect(hoursText(readHours('10-14 17-20:30') ?? [])).toBe('10:00-14:00, 17:00-20:30')
  })
})
