import { expect, test } from 'vitest'
import { disagreements, faces, faults, matrix, outcomeOf, type Seen } from './matrix.ts'

const fine: Seen = { status: 200, ms: 10, asOf: undefined, retryAfter: undefined, sentences: ['', ''] }
const refusal: Seen = {
  ...fine,
  status: 503,
  retryAfter: '2',
  sentences: ['Hilo no llega ahora a su base de datos', 'Hilo cannot reach its database now'],
}

test('every fault is declared for every face, with how long it may take', () => {
  const cells = faults.flatMap((fault) => faces.map((face) => matrix[fault][face]))
  expect(cells).toHaveLength(36)
  expect(cells.every(({ withinMs }) => withinMs > 0 && withinMs <= 15_000)).toBe(true)
})

test.each<[string, Seen, string]>([
  ['as always', fine, 'works'],
  ['off the shelf', { ...fine, asOf: '10:42' }, 'kept'],
  ['refused in both languages', refusal, 'refused'],
  ['planted: no Retry-After', { ...refusal, retryAfter: undefined }, '503 without Retry-After'],
  [
    'planted: one language',
    { ...refusal, sentences: ['No va ahora mismo', 'No va ahora mismo'] },
    '503 saying "No va ahora mismo" and "No va ahora mismo"',
  ],
  ['planted: a defect', { ...refusal, status: 500 }, '500'],
])('%s', (_name, seen, outcome) => {
  expect(outcomeOf(seen)).toBe(outcome)
})

test('planted: a cell that is late, and one that answers as if nothing were wrong, are named', () => {
  const declared = Object.fromEntries(
    faces.map((face) => [
      face,
      matrix['database down'][face].outcome === 'kept' ? { ...fine, asOf: '10:42' } : refusal,
    ]),
  ) as Record<(typeof faces)[number], Seen>
  expect(disagreements('database down', declared)).toEqual([])
  expect(disagreements('database down', { ...declared, till: { ...refusal, ms: 2500 }, cart: fine })).toEqual([
    'database down × cart: works instead of refused',
    'database down × till: refused instead of refused after 2500 ms instead of 2000',
  ])
})
