import { expect, test } from 'vitest'
import { closedLoop, medianRun, percentile } from './load.ts'

test('percentiles by nearest rank', () => {
  const list = Array.from({ length: 100 }, (_, i) => i + 1)
  expect([percentile(list, 50), percentile(list, 99), percentile([7], 99), percentile([], 50)]).toEqual([50, 99, 7, 0])
})

test('failures are counted and named, never taken as fast answers', async () => {
  const figure = await closedLoop(
    async (n) => {
      if (n % 2) throw new Error('sold out')
    },
    { buyers: 2, seconds: 0.05 },
  )
  expect(figure.failed).toBeGreaterThan(0)
  expect(figure.firstFailure).toBe('sold out')
  expect(
    medianRun([
      { ...figure, rps: 3 },
      { ...figure, rps: 1 },
      { ...figure, rps: 2 },
    ]).rps,
  ).toBe(2)
})
