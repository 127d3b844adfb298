import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { familyOf, memoryMiB } from './processes.ts'

/** The kernel counts in hundredths of a second on every Linux that Node runs on (USER_HZ). */
const ticksPerSecond = 100

/**
 * Processor time in seconds that a process, its descendants and their ended children have used; 0 where the system does not tell.
 * A figure per operation that depends far less than the time it takes on what else the machine does.
 */
export function cpuSeconds(pid: number): number {
  return familyOf(pid).reduce((sum, id) => sum + ticksOf(id), 0) / ticksPerSecond
}

/** Process id of the bundled database behind an address. */
export function databasePid(databaseUrl: string): number {
  const socketFolder = new URL(databaseUrl).searchParams.get('host') ?? ''
  return Number(readFileSync(join(dirname(socketFolder), 'data/postmaster.pid'), 'utf8').split('\n')[0])
}

/** Processor time in seconds that the whole machine has spent, and what this process has used of it. */
function machineSeconds(): { busy: number; own: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    tryRead('/proc/stat').split('\n')[0]?.trim().split(/\s+/).slice(1) ?? []
  ).map(Number)
  const { user: ownUser, system: ownSystem } = process.cpuUsage()
  return { busy: (user + nice + system + irq + softirq) / ticksPerSecond, own: (ownUser + ownSystem) / 1e6 }
}

/** What named process families used while something ran. */
export type Usage = {
  /** Processor seconds by name. */
  cpu: Record<string, number>
  /** Highest memory seen by name, MiB; empty where the system does not tell. */
  peakMiB: Record<string, number>
  /** Share of all cores that others used meanwhile, 0 to 1: what disturbed the figure. */
  others: number
}

/** Runs `work` and tells what these process families used meanwhile. */
export async function usageOf<T>(pids: Readonly<Record<string, number>>, work: () => Promise<T>): Promise<T & Usage> {
  const names = Object.entries(pids)
  const look = () => new Map(names.map(([name, pid]) => [name, cpuSeconds(pid)]))
  const peakMiB: Record<string, number> = {}
  const watch = setInterval(() => {
    for (const [name, pid] of names) peakMiB[name] = Math.max(peakMiB[name] ?? 0, memoryMiB(pid) ?? 0)
  }, 2000)
  const [before, machine, began] = [look(), machineSeconds(), performance.now()]
  const result = await work()
  clearInterval(watch)
  const [after, machineAfter] = [look(), machineSeconds()]
  const cpu = Object.fromEntries(names.map(([name]) => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)]))
  const ours = Object.values(cpu).reduce((sum, seconds) => sum + seconds, machineAfter.own - machine.own)
  const all = ((performance.now() - began) / 1000) * cpus().length
  return { ...result, cpu, peakMiB, others: Math.max(0, machineAfter.busy - machine.busy - ours) / all }
}

/**
 * Waits until the machine is at rest: what was just written by the gigabyte is on the disk, and those who tidy up behind are done.
 * @returns the share of all cores still busy, 0 to 1; after two minutes it is what it is
 */
export async function untilSettled(): Promise<number> {
  // Where there is no such program, the pauses below have to do.
  spawnSync('sync')
  let busy = 1
  for (let looks = 0; looks < 24 && busy > 0.05; looks++)
    busy = (await usageOf({}, () => new Promise<object>((resolve) => setTimeout(resolve, 5000, {})))).others
  return busy
}

/** Processor time of a process and of its ended children, in clock ticks; 0 where nothing says so. */
export function ticksOf(pid: number): number {
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
