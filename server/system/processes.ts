/** What each process says of itself, written down every few seconds so that any of them can answer for all. */
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { JobState } from '#platform/jobs'
import type { Face, FaceReport, Meter } from '#platform/meter'

import { sql } from '#platform/sql'

/** Between two reports; whoever is not heard of for `silentMs` is missed, and forgotten after `forgottenMs`. */
const everyMs = 5_000
export const silentMs = 30_000
const forgottenMs = 3_600_000

export type JobReport = {
  name: string
  patienceMs: number
  runningSince: string | null
  endedAt: string | null
  failures: number
  failingSince: string | null
  lastError: string | null
}
export type SheddingReport = { active: boolean; since: string | null; refused: number }

/** A process as it reports itself; kept as JSON, so times are text. */
export type ProcessReport = {
  minute: number
  faces: Record<Face, FaceReport>
  /** Background work; none where others do it. */
  jobs: JobReport[]
  works: boolean
  memoryBytes: number
  /** Share of the time since the report before that the event loop was at work. */
  busy: number
  listeners: number
  shedding: SheddingReport | null
}
export type ProcessRow = {
  id: string
  kind: 'server' | 'worker'
  version: string
  startedAt: Date
  seenAt: Date
  report: ProcessReport
}

export type ReporterParts = {
  db: Db
  clock: Clock
  version: string
  meter: Meter
  listeners: () => number
  shedding: () => SheddingReport | null
  /** Told what kept a report from being written; the next one is written all the same. */
  onError: (error: unknown) => void
}

/** The report of this process: for its own answers at any time, for the others every five seconds while it runs. */
export class Reporter {
  readonly #parts: ReporterParts
  readonly #startedAt: Date
  #id = `${hostname()}/${process.pid}`
  #kind: ProcessRow['kind'] = 'server'
  #jobs: (() => readonly JobState[]) | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #loop = performance.eventLoopUtilization()
  #busy = 0

  constructor(parts: ReporterParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
  }

  get id(): string {
    return this.#id
  }

  /** The jobs of this process, once they run; undefined when they have ended. */
  works(states: (() => readonly JobState[]) | undefined): void {
    this.#jobs = states
  }

  /** States of the jobs that run in this process. */
  jobStates(): readonly JobState[] {
    return this.#jobs?.() ?? []
  }

  /** Begins to report. A server is known by its port: one that is started again takes the place of the one before. */
  start(kind: ProcessRow['kind'], port?: number): void {
    this.#kind = kind
    if (port !== undefined) this.#id = `${hostname()}:${port}`
    if (this.#timer !== undefined) return
    this.#timer = setInterval(() => this.#beat(), everyMs).unref()
    this.#beat()
  }

  /** Ends the reports and takes the row away: nobody misses a process that was stopped. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#writing
    await this.#parts.db.run(sql`delete from system.process where id = ${this.#id}`).catch(this.#parts.onError)
  }

  /** This process as it is now. */
  own(): ProcessRow {
    const { clock, version, meter, listeners, shedding } = this.#parts
    const jobs = this.jobStates().map(
      ({ runningSince, endedAt, failingSince, name, patienceMs, failures, lastError }) => ({
        name,
        patienceMs,
        runningSince: runningSince?.toISOString() ?? null,
        endedAt: endedAt?.toISOString() ?? null,
        failures,
        failingSince: failingSince?.toISOString() ?? null,
        lastError,
      }),
    )
    return {
      id: this.#id,
      kind: this.#kind,
      version,
      startedAt: this.#startedAt,
      seenAt: clock.now(),
      report: {
        ...meter.report(),
        jobs,
        works: this.#jobs !== undefined,
        memoryBytes: process.memoryUsage.rss(),
        busy: this.#busy,
        listeners: listeners(),
        shedding: shedding(),
      },
    }
  }

  #beat(): void {
    const loop = performance.eventLoopUtilization()
    this.#busy = Math.min(1, Math.max(0, performance.eventLoopUtilization(loop, this.#loop).utilization || 0))
    this.#loop = loop
    this.#writing = writeProcess(this.#parts.db, this.own()).catch(this.#parts.onError)
  }
}

/** Writes down what a process reports, and forgets those who have been silent for an hour. */
export async function writeProcess(
  db: Db,
  { id, kind, version, startedAt, seenAt, report }: ProcessRow,
): Promise<void> {
  const forgotten = new Date(seenAt.getTime() - forgottenMs)
  await db.run(sql`
    with gone as (delete from system.process where seen_at < ${forgotten} and id <> ${id})
    insert into system.process (id, kind, version, started_at, seen_at, report)
    values (${id}, ${kind}, ${version}, ${startedAt}, ${seenAt}, ${JSON.stringify(report)}::jsonb)
    on conflict (id) do update
       set kind = excluded.kind, version = excluded.version, started_at = excluded.started_at, seen_at = excluded.seen_at,
           report = excluded.report`)
}

/** Everything that runs or ran until a while ago: this process as it is now, the others as they reported themselves. */
export async function listProcesses(db: Pick<Db, 'many'>, own: ProcessRow): Promise<ProcessRow[]> {
  const others = await db.many<ProcessRow>(sql`
    select id, kind, version, started_at as "startedAt", seen_at as "seenAt", report from system.process
     where id <> ${own.id} and seen_at >= ${new Date(own.seenAt.getTime() - forgottenMs)} order by kind, id`)
  return [own, ...others]
}

/** Whether a process still gives signs of life. */
export function isHeard({ seenAt }: Pick<ProcessRow, 'seenAt'>, now: Date): boolean {
  return now.getTime() - seenAt.getTime() <= silentMs
}
