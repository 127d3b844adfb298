import type { Clock } from './clock.ts'
import type { Db } from './db.ts'

export type JobContext = {
  db: Db
  clock: Clock
  log: { info(data: object, text: string): void; error(data: object, text: string): void }
}
/** Work that comes round again. It must be safe to run in several processes at once (claim rows, or be idempotent). */
export type PeriodicJob = { name: string; everyMs: number; run(context: JobContext): Promise<void> }

export type RunningJobs = { stop(): Promise<void> }

/** Runs each job at its pace until stopped; a job never overlaps itself, and one that fails is tried again at its next turn. */
export function startJobs(jobs: readonly PeriodicJob[], context: JobContext): RunningJobs {
  let running = true
  const wakes = new Set<() => void>()
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      wakes.add(wake)
    })
  const loops = jobs.map(async (job) => {
    while (running) {
      try {
        await job.run(context)
      } catch (error) {
        context.log.error({ err: error, job: job.name }, 'job failed')
      }
      if (running) await pause(job.everyMs)
    }
  })
  return {
    stop: async () => {
      running = false
      for (const wake of wakes) wake()
      await Promise.all(loops)
    },
  }
}
