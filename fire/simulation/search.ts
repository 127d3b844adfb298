import type { Rules } from './rules.ts'
import { type RunResult, runSeed } from './run.ts'

export type Search = {
  seeds: number
  steps: number
  kills: number
  placed: number
  broken: RunResult[]
  seconds: number
}

/**
 * Runs seeds one after the other.
 * @param stopAt ends with so many broken ones; they are in `broken` with their trace
 */
export function search(
  { from, seeds, rules, stopAt = 1 }: { from: number; seeds: number; rules?: Rules; stopAt?: number },
  onProgress: (done: number) => void = () => undefined,
): Search {
  const began = performance.now()
  const sum: Search = { seeds: 0, steps: 0, kills: 0, placed: 0, broken: [], seconds: 0 }
  for (let seed = from; seed < from + seeds && sum.broken.length < stopAt; seed++) {
    const result = runSeed(seed, rules ? { rules } : {})
    sum.seeds += 1
    sum.steps += result.steps
    sum.kills += result.kills
    sum.placed += result.placed
    if (result.broken !== undefined) sum.broken.push(result)
    onProgress(sum.seeds)
  }
  sum.seconds = (performance.now() - began) / 1000
  return sum
}
