import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closest, slips, slipsForgiven, wordsOfQuery } from './spelling.ts'

test('slips are letters missed, added, changed or swapped', () => {
  const pairs = [
    ['camisa', 'camisa'],
    ['camiza', 'camisa'],
    ['cmisa', 'camisa'],
    ['caamisa', 'camisa'],
    ['acmisa', 'camisa'],
    ['lnio', 'lino'],
    ['', 'sal'],
    ['toalia', 'toalla'],
  ]
  expect(pairs.map(([a, b]) => slips(a as string, b as string))).toEqual([0, 1, 1, 1, 1, 1, 3, 1])
})

test('slips are the same both ways and never more than the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const found = slips(a, b)
      expect(found).toBe(slips(b, a))
      expect(found).toBeLessThanOrEqual(Math.max(a.length, b.length))
      expect(found === 0).toBe(a === b)
    }),
  )
})

test('the nearest word wins, missed letters before changed ones; far ones are no correction', () => {
  const words = (...list: string[]) => list.map((word, at) => ({ word, products: at + 1, similarity: 0.5 }))
  expect(closest('mantl', words('manta', 'mantel', 'manto'))).toBe('mantel')
  expect(closest('camiza', words('camino', 'camisa'))).toBe('camisa')
  expect(closest('sla', words('sol', 'sal'))).toBe('sal')
  expect(closest('xyzzy', words('camisa', 'lino'))).toBeUndefined()
  expect([2, 4, 5, 8, 9].map(slipsForgiven)).toEqual([0, 1, 2, 2, 3])
})

test('a query becomes plain words, at most eight', () => {
  expect(wordsOfQuery('  Camisa de LINO, añil/Índigo! ')).toEqual(['camisa', 'de', 'lino', 'anil', 'indigo'])
  expect(wordsOfQuery('a b c d e f g h i j')).toHaveLength(8)
  expect(wordsOfQuery("'; --")).toEqual([])
})
