import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainCell, safeCell } from './csv.ts'

test('formulas become text, numbers stay numbers', () => {
  const cells = [
    '=1+1',
    '+34 600',
    '-5',
    '-5,50',
    '12.5',
    '@sum',
    '\t=1',
    '\r=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    ' =1',
    '-a',
    'hola',
    "'hola",
    "'=1",
    '',
  ]
  expect(cells.map(safeCell)).toEqual([
    "'=1+1",
    "'+34 600",
    '-5',
    '-5,50',
    '12.5',
    "'@sum",
    "'\t=1",
    "'\r=1",
    "'＝1",
    "'＋1",
    "'－1",
    "'＠x",
    "' =1",
    "'-a",
    'hola',
    "'hola",
    "''=1",
    '',
  ])
  expect([safeCell(-3), safeCell(null), safeCell(true)]).toEqual(['-3', '', 'true'])
})

test('whatever is exported is read back as it was, and never begins a formula', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', "'", '\t', ' ', '1', 'a', '＝', ',', '.'),
    maxLength: 6,
  })
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string()), (text) => {
      const cell = safeCell(text)
      expect(plainCell(cell)).toBe(text)
      expect(/^[=+@\t\r＝＋＠－]/.test(cell)).toBe(false)
    }),
    { numRuns: 10_000 },
  )
})
