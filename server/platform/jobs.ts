import type { Clock } from './clock.ts'
import type { Db } from './db.ts'
import { loggedError } from './log.ts'

export type JobContext = {
  db: Db
  clock: Clock
  log: { info(data: object, text: string): void; error(data: object, text: string): void }
}
/** Work that comes round again. It must be safe to run in several processes at once (claim rows, or be idempotent). */
export type PeriodicJob = {
  name: string
  everyMs: number
  /** A turn that takes longer is worth a look; five minutes when nothing is said. */
  patienceMs?: number
  run(context: JobContext): Promise<void>
}

/** How one job of this process is. Failures are those in a row: a turn that succeeds ends them. */
export type JobState = {
  name: string
  everyMs: number
  patienceMs: number
  runningSince: Date | null
  endedAt: Date | null
  failures: number
  failingSince: Date | null
  lastError: string | null
  /** All turns of this process, those that failed among them, and how long all of them took. */
  turns: number
  failedTurns: number
  totalMs: number
}

export type RunningJobs = { states(): readonly JobState[]; stop(): Promise<void> }

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
  const states = jobs.map(newState)
  const loops = jobs.map(async (job, at) => {
    const state = states[at] as JobState
    while (running) {
      await turn(job, state, context)
      if (running) await pause(job.everyMs)
    }
  })
  return {
    states: () => states,
    stop: async () => {
      running = false
      for (const wake of wakes) wake()
      await Promise.all(loops)
    },
  }
}

function newState({ name, everyMs, patienceMs = 300_000 }: PeriodicJob): JobState {
  return {
    name,
    everyMs,
    patienceMs,
    runningSince: null,
    endedAt: null,
    failures: 0,
    failingSince: null,
    lastError: null,
    turns: 0,
    failedTurns: 0,
    totalMs: 0,
  }
}

/** One turn of a job, noted in its state. What it throws is logged and kept in words that name nobody. */
async function turn(job: PeriodicJob, state: JobState, context: JobContext): Promise<void> {
  const began = performance.now()
  state.runningSince = context.clock.now()
  try {
    await job.run(context)
    Object.assign(state, { failures: 0, failingSince: null, lastError: null })
  } catch (error) {
    context.log.error({ err: error, job: job.name }, 'job failed')
    state.failures += 1
    state.failedTurns += 1
    state.failingSince ??= context.clock.now()
    state.lastError = loggedError(error).message.slice(0, 300)
  }
  state.turns += 1
  state.totalMs += performance.now() - began
  state.runningSince = null
  state.endedAt = context.clock.now()
}
