import { expect, test } from 'vitest'
import { agoText, bytesText, msText, rateText, sparkPath } from './figures.ts'

test('times and sizes are said with as many digits as tell something', () => {
  expect([0.4, 9.96, 38.2, 999, 1234, 65_000].map((ms) => msText(ms, 'es'))).toEqual([
    '0,4 ms',
    '10 ms',
    '38 ms',
    '999 ms',
    '1,2 s',
    '65 s',
  ])
  expect(msText(null, 'en')).toBe('–')
  expect([0, 999, 1500, 38_400_000, 1_234_000_000].map((bytes) => bytesText(bytes, 'en'))).toEqual([
    '0 B',
    '999 B',
    '1.5 kB',
    '38 MB',
    '1.2 GB',
  ])
  expect([0, 0.3, 12.6].map((rate) => rateText(rate, 'es'))).toEqual(['0', '0,3', '13'])
})

test('what was a moment ago is said to the second, what was long ago is not', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const ago = (seconds: number) => agoText(new Date(now.getTime() - seconds * 1000).toISOString(), 'es', now)
  expect([12, 200, 7200, 3 * 86_400].map(ago)).toEqual(['hace 12 s', 'hace 3 min', 'hace 2 h', 'hace 3 d'])
  expect(agoText('2026-11-22T12:00:08Z', 'en', now)).toBe('in 8 sec')
})

test('the line of an hour begins at the left, ends at the right and is broken where nothing is known', () => {
  expect(sparkPath([0, 2, 4], { width: 100, height: 20 })).toBe('M0 20L50 10L100 0')
  expect(sparkPath([1, null, 1], { width: 100, height: 20 })).toBe('M0 0M100 0')
  expect(sparkPath([0, 0], { width: 10, height: 10 })).toBe('M0 10L10 10')
})
