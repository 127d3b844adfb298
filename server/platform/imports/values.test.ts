import { expect, test } from 'vitest'
import { booleanOf, dateOf, instantOf, minorOf, wholeOf } from './values.ts'

test('money is read exactly in the ways shops write it, and never rounded', () => {
  const read = (text: string) => minorOf(text, 'EUR')
  expect(
    [
      '12',
      '12.5',
      '12,50',
      '1.234,50',
      '1,234.50',
      '12,50 €',
      'EUR 3',
      '-3',
      '0.1',
      '1.234',
      '1.234.567,89',
      '.5',
      '7.',
    ].map(read),
  ).toEqual([1200, 1250, 1250, 123450, 123450, 1250, 300, -300, 10, 123400, 123456789, 50, 700])
  expect(['', 'abc', '1.2.3', '1,23,4', '12.345,678', '0.125', '1e3', '--1', '1,2.3,4'].map(read)).toEqual(
    Array(9).fill(null),
  )
  expect(minorOf('0.500')).toBe(50)
  expect([minorOf('1200', 'JPY'), minorOf('12.5', 'JPY'), minorOf('1.5', 'KWD')]).toEqual([1200, null, 1500])
})

test('whole numbers, yes and no, days and instants', () => {
  expect(['3', '3.0', '-2', '1.200', '3.5', 'x', ''].map(wholeOf)).toEqual([3, 3, -2, 1200, null, null, null])
  expect(['Sí', 'yes', '0', 'FALSE', 'quizá'].map(booleanOf)).toEqual([true, true, false, false, null])
  expect(['2026-02-28', '28/2/2026', '31.12.2025', '2026-02-30', '13/13/2026'].map(dateOf)).toEqual([
    '2026-02-28',
    '2026-02-28',
    '2025-12-31',
    null,
    null,
  ])
  expect(instantOf('2015-09-02T14:50:32-04:00')).toBe('2015-09-02T18:50:32.000Z')
  expect(instantOf('1/12/2010 8:26')).toBe('2010-12-01T08:26:00.000Z')
  expect([instantOf('2017-01-01'), instantOf('2017-01-01 25:99'), instantOf('soon')]).toEqual([
    '2017-01-01T00:00:00.000Z',
    null,
    null,
  ])
})
