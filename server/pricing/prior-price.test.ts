import { expect, test } from 'vitest'
import { lowestBefore, type PriceState } from './prior-price.ts'

const state = (
  at: string,
  amountMinor: number,
  markdown?: [minor: number, from: string | null, until: string | null],
): PriceState => ({
  at: new Date(at),
  amountMinor,
  markdownMinor: markdown?.[0] ?? null,
  markdownStartsAt: markdown?.[1] ? new Date(markdown[1]) : null,
  markdownEndsAt: markdown?.[2] ? new Date(markdown[2]) : null,
})
const before = new Date('2026-11-27T00:00:00Z')

test('the lowest price of the 30 days before counts, older ones do not', () => {
  const history = [
    state('2026-01-01', 5000),
    state('2026-10-01', 4000),
    state('2026-10-20', 4500),
    state('2026-11-10', 6000),
  ]
  expect(lowestBefore(history, before)).toBe(4500)
  expect(lowestBefore([...history.slice(0, 2), state('2026-10-29', 6000)], before)).toBe(4000)
})

test('a price raised just before the markdown does not hide the lower one', () => {
  expect(lowestBefore([state('2026-01-01', 4000), state('2026-11-26', 9000)], before)).toBe(4000)
})

test('an earlier markdown counts for the time it was on, and the list price for the rest', () => {
  const history = [state('2026-01-01', 5000, [3000, '2026-11-01T00:00:00Z', '2026-11-05T00:00:00Z'])]
  expect(lowestBefore(history, before)).toBe(3000)
  expect(
    lowestBefore([state('2026-01-01', 5000, [3000, '2026-09-01T00:00:00Z', '2026-09-05T00:00:00Z'])], before),
  ).toBe(5000)
  expect(lowestBefore([state('2026-01-01', 5000, [3000, null, null])], before)).toBe(3000)
})

test('what begins at the markdown itself does not count, and without a history there is no prior price', () => {
  expect(lowestBefore([state('2026-11-27T00:00:00Z', 100)], before)).toBeNull()
  expect(lowestBefore([], before)).toBeNull()
})
