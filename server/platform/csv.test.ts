import { stringify } from 'csv-stringify'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainCell, safeCell, through } from './csv.ts'

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

test('rows that cannot be read end their file with the error, and nothing else', async () => {
  async function* rows() {
    yield ['1', 'lino']
    throw new Error('the database went away')
  }
  const file = through(rows(), stringify())
  let text = ''
  await expect(async () => {
    for await (const chunk of file) text += String(chunk)
  }).rejects.toThrow('the database went away')
  expect(file.destroyed).toBe(true)
})
