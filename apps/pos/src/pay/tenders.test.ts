import { expect, test } from 'vitest'
import { changeMinor, dueMinor, likelyCash, readAmount, withCash } from './tenders.ts'

test('cash pays what is due, the rest is change', () => {
  const tenders = withCash({ tenders: [], totalMinor: 3490 }, 5000)
  expect(tenders).toEqual([{ method: 'cash', amountMinor: 3490, tenderedMinor: 5000 }])
  expect(changeMinor({ tenders, totalMinor: 3490 })).toBe(1510)
  expect(dueMinor({ tenders, totalMinor: 3490 })).toBe(0)
})

test('part in cash, the rest by card', () => {
  const cash = withCash({ tenders: [], totalMinor: 8000 }, 2000)
  expect(dueMinor({ tenders: cash, totalMinor: 8000 })).toBe(6000)
  const both = [...cash, { method: 'card_present' as const, amountMinor: 6000, reference: '0042' }]
  expect([dueMinor({ tenders: both, totalMinor: 8000 }), changeMinor({ tenders: both, totalMinor: 8000 })]).toEqual([
    0, 0,
  ])
  expect(withCash({ tenders: both, totalMinor: 8000 }, 1000)).toEqual(both)
})

test('likely amounts start with the exact one and grow', () => {
  expect(likelyCash(3490)).toEqual([3490, 3500, 4000, 5000, 10_000])
  expect(likelyCash(5000)).toEqual([5000, 6000, 10_000, 20_000])
  expect(likelyCash(0)).toEqual([])
})

test('amounts are read with comma or point; anything else is refused', () => {
  expect(['12,5', '12.50', '12', '0,05'].map(readAmount)).toEqual([1250, 1250, 1200, 5])
  expect(['', 'abc', '-5', '1,234', '1 000'].map(readAmount)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
