import { describe, expect, test } from 'vitest'
import { faults } from './faults.ts'
import { realRules } from './rules.ts'
import { runSeed } from './run.ts'
import { search } from './search.ts'

/** Every commit runs these; `npm run simulate` runs as many as one likes. */
const seeds = 1000

test('R14 1,000 seeded lives of a small retailer, with servers killed between any two steps and messages shuffled: every law holds after every step', {
  timeout: 180_000,
}, () => {
  const { broken, kills, placed, steps, seconds } = search({ from: 1, seeds })
  process.stdout.write(
    `simulation: ${seeds} seeds, ${steps} steps, ${kills} kills, ${placed} orders, ${seconds.toFixed(1)} s\n`,
  )
  expect(
    broken.map(({ seed, broken: law, trace }) => [`replay: npm run simulate -- --seed ${seed}`, law, ...trace]),
  ).toEqual([])
  // The runs must have been about something.
  expect(steps).toBeGreaterThan(300_000)
  expect(kills).toBeGreaterThan(5000)
  expect(placed).toBeGreaterThan(2500)
})

describe('a simulation that finds nothing proves nothing: each planted mistake is found, and its seed replays', () => {
  test.each(faults.map(({ name, law, rules }) => [name, law, rules] as const))('%s (%s)', (_name, _law, rules) => {
    const [first] = search({ from: 1, seeds: 400, rules }).broken
    if (!first) throw new Error('not found in 400 seeds')
    expect(runSeed(first.seed, { rules })).toEqual(first)
    // The same seed with the right decision is in order: it was the mistake that broke it.
    expect(runSeed(first.seed, { rules: realRules }).broken).toBeUndefined()
  })
})

test('a seed replays step by step, and another seed is another life', () => {
  const whole = runSeed(7, { wholeTrace: true })
  expect(runSeed(7, { wholeTrace: true })).toEqual(whole)
  expect(runSeed(7).trace).toEqual(whole.trace.slice(-60))
  expect(runSeed(8, { wholeTrace: true }).trace).not.toEqual(whole.trace)
})
