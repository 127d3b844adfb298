import { readFileSync } from 'node:fs'

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

function ticksOf(pid: number): number {
  const stat = tryRead(`/proc/${pid}/stat`)
  // After the name in brackets: utime, stime, cutime and cstime are fields 14 to 17 of proc(5), here 11 to 14.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + (Number(ticks) || 0), 0)
}

// The process may have ended between two looks, or the system has no such files.
function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
