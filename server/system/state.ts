import type { SystemState } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Db, Queryable } from '#platform/db'
import { isFinish, migrationsOf, readMigrations } from '#platform/migrate'
import { readBackups } from './backups.ts'
import { standingOfChecks } from './checks.ts'
import { OrderMinutes, readDatabase, readEvents, readHolds, readLeftToPeople, readQueues } from './figures.ts'
import { type Evidence, judge } from './judge.ts'
import { mergeFaces } from './merge.ts'
import { isHeard, listProcesses, type ProcessRow, type Reporter } from './processes.ts'

export type StateParts = {
  db: Db
  clock: Clock
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'archiveDir' | 'archiveDays' | 'smtpUrl'>
  version: string
  reporter: Reporter
  /** Who follows events in this version; others are of the past. */
  subscribers: readonly string[]
}

/** Several screens and Prometheus ask at once; what was found out a second ago is told again. */
const freshMs = 1_000
/** The size of the database and its disk change slowly and cost more to find out. */
const slowFreshMs = 20_000

/** The state of the whole, asked for by anybody, found out at most once a second. */
export class StateReader {
  readonly #parts: StateParts
  readonly #orders = new OrderMinutes()
  #kept: { at: number; state: Promise<SystemState> } | undefined
  /** Migrations that this code needs: those that were there when it first looked, whatever a later version puts beside it. */
  #needed: Promise<number[]> | undefined
  #database: { at: number; value: SystemState['database'] } | undefined

  constructor(parts: StateParts) {
    this.#parts = parts
  }

  /** @throws when the database does not answer */
  read(): Promise<SystemState> {
    const now = performance.now()
    if (this.#kept && now - this.#kept.at < freshMs) return this.#kept.state
    const state = this.readNow()
    const kept = { at: now, state }
    this.#kept = kept
    // A failure is nobody's state.
    state.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return state
  }

  /** The same, asked anew. */
  async readNow(): Promise<SystemState> {
    const { db } = this.#parts
    this.#needed ??= readMigrations().then((all) => all.filter((each) => !isFinish(each)).map(({ version }) => version))
    const needed = await this.#needed
    return db.together(async (q) => {
      const ran = new Set((await migrationsOf(q)).map(({ version }) => version))
      return this.#gather(
        q,
        needed.every((version) => ran.has(version)),
      )
    })
  }

  async #gather(q: Queryable, migrated: boolean): Promise<SystemState> {
    const { clock, config, version, reporter, subscribers: known } = this.#parts
    const now = clock.now()
    const own = reporter.own()
    const embedded = config.databaseUrl === null
    const [rows, { events, subscribers }, queues, holds, left, checks, orders, backups, database] = await Promise.all([
      listProcesses(q, own),
      readEvents(q),
      readQueues(q, now),
      readHolds(q, now),
      readLeftToPeople(q),
      standingOfChecks(q),
      this.#orders.read(q, clock),
      readBackups(q, { ...config, embedded }),
      this.#databaseOf(q, migrated),
    ])
    const heard = rows.filter((row) => isHeard(row, now))
    const reports = heard.map(({ report }) => report)
    const evidence: Evidence = {
      at: now.toISOString(),
      version,
      startedAt: own.startedAt.toISOString(),
      faces: mergeFaces(reports, own.report.minute),
      orders,
      events,
      subscribers: subscribers
        .filter(({ name }) => known.includes(name))
        .map(({ oldestUnreadAt, retryAt, ...each }) => ({
          ...each,
          oldestUnreadAt: oldestUnreadAt?.toISOString() ?? null,
          retryAt: retryAt?.toISOString() ?? null,
        })),
      queues,
      holds,
      jobs: heard.flatMap(({ id, report }) =>
        report.jobs.map(({ patienceMs: _, ...job }) => ({ ...job, process: id })),
      ),
      processes: heard.map((row) => processOf(row, own.id)),
      shedding: sheddingOf(heard),
      checks: { open: checks.open, last: checks.last },
      backups,
      database,
      mailIsSent: config.smtpUrl !== null,
      disagreesSince: checks.disagreesSince?.toISOString() ?? null,
      disagreeing: checks.names,
      unclearPayments: { count: left.payments, since: left.paymentsSince?.toISOString() ?? null },
      webhooksOff: left.webhooksOff,
      silent: rows.filter((row) => !isHeard(row, now)).map(({ id, seenAt }) => ({ id, seenAt: seenAt.toISOString() })),
      patience: Object.fromEntries(
        reports.flatMap(({ jobs }) => jobs.map(({ name, patienceMs }) => [name, patienceMs])),
      ),
    }
    return toldState(evidence)
  }

  async #databaseOf(q: Queryable, migrated: boolean): Promise<SystemState['database']> {
    const now = performance.now()
    if (!this.#database || now - this.#database.at > slowFreshMs)
      this.#database = { at: now, value: await readDatabase(q, { dataDir: this.#parts.config.dataDir, migrated }) }
    return { ...this.#database.value, migrated }
  }
}

/** What is shown of the evidence, with the judgement on it. */
function toldState(evidence: Evidence): SystemState {
  const {
    disagreesSince: _a,
    disagreeing: _b,
    unclearPayments: _c,
    webhooksOff: _d,
    silent: _e,
    patience: _f,
    ...shown
  } = evidence
  return { ...shown, ...judge(evidence) }
}

function processOf(
  { id, kind, version, startedAt, seenAt, report }: ProcessRow,
  ownId: string,
): SystemState['processes'][number] {
  const { memoryBytes, busy, listeners, works } = report
  return {
    id,
    kind,
    version,
    startedAt: startedAt.toISOString(),
    seenAt: seenAt.toISOString(),
    memoryBytes,
    busy,
    listeners,
    works,
    isThis: id === ownId,
  }
}

/** Each process looks after itself: load is shed when one of them does, since the first of them began. */
function sheddingOf(rows: readonly ProcessRow[]): SystemState['shedding'] {
  const all = rows.flatMap(({ report }) => report.shedding ?? [])
  if (all.length === 0) return null
  const begun = all.flatMap(({ since }) => since ?? []).toSorted()
  return {
    active: all.some(({ active }) => active),
    since: begun[0] ?? null,
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
  }
}
