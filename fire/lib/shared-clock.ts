import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Clock } from '../../server/platform/clock.ts'

/** How often a process looks whether the clock was put forward. */
const lookMs = 50

/**
 * A clock that several processes share: the machine's time plus what the file says, in milliseconds. It only ever goes forward, so
 * an hour of waiting costs a test nothing and nobody sees time run backwards.
 */
export function sharedClock(path: string): Clock {
  let aheadMs = readAhead(path)
  setInterval(() => {
    aheadMs = Math.max(aheadMs, readAhead(path))
  }, lookMs).unref()
  return { now: () => new Date(Date.now() + aheadMs) }
}

/** Puts the shared clock so far ahead of the machine's, in milliseconds; every process follows within `lookMs`. */
export async function putAhead(path: string, aheadMs: number): Promise<void> {
  writeFileSync(`${path}.new`, String(aheadMs))
  renameSync(`${path}.new`, path)
  await new Promise((resolve) => {
    setTimeout(resolve, lookMs * 2)
  })
}

function readAhead(path: string): number {
  return Number(readFileSync(path, 'utf8'))
}
