import { ticksOf } from '../../bench/lib/usage.ts'

/** Processor time in seconds. */
export type Cpu = { servers: number; database: number; others: number }

/** The kernel counts in hundredths of a second on every Linux that Node runs on (USER_HZ). */
const ticksPerSecond = 100

/**
 * Processor time these processes have used, their ended children included, in seconds; 0 where the system does not tell. A figure per
 * charge or order that does not depend on what else the machine does.
 */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / ticksPerSecond
}

/** What was used between two looks. */
export function cpuBetween(before: Cpu, after: Cpu): Cpu {
  return {
    servers: after.servers - before.servers,
    database: after.database - before.database,
    others: after.others - before.others,
  }
}
