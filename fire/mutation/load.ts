import { availableParallelism, loadavg } from 'node:os'

/** How many times longer than on a quiet machine things may take now, 1 to 3: others that work here must not look like a mistake. */
export function slack(): number {
  const [lastMinute = 0] = loadavg()
  return Math.min(3, Math.max(1, lastMinute / availableParallelism()))
}
