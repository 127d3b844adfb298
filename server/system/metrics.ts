/** /metrics: the figures as Prometheus reads them (text exposition format 0.0.4). Units are seconds and bytes; labels come from closed sets. */
import type { SystemState } from '@hilo/contract'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Db } from '#platform/db'
import type { JobState } from '#platform/jobs'
import { bucketSeconds, type Meter, type RouteMeter, statusClasses } from '#platform/meter'
import type { ProcessRow } from './processes.ts'

type Kind = 'counter' | 'gauge' | 'histogram'
type Labels = Record<string, string>
type Sample = { value: number; labels?: Labels; metricName?: string }

/** Gives a scrape its families; text and escaping are the library's. */
class Page {
  readonly registry = new Registry()

  family(type: Kind, name: string, help: string, samples: readonly Sample[]): void {
    const values = samples.map((sample) => ({ labels: {}, ...sample }))
    const family = { name, help, type, aggregator: 'sum', values }
    // The library's own metrics hash their labels with every request; ours are counted elsewhere and only written out here.
    this.registry.registerMetric({ ...family, get: async () => family, reset: () => undefined } as never)
  }

  gauge(name: string, help: string, value: number | null | undefined): void {
    if (value !== null && value !== undefined) this.family('gauge', name, help, [{ value }])
  }
}

let runtime: Registry | undefined

/** Processor, memory, descriptors and garbage collection of this process; watched from the first scrape on. */
function runtimeOf(): Registry {
  if (!runtime) {
    runtime = new Registry()
    collectDefaultMetrics({ register: runtime })
  }
  return runtime
}

export type Scrape = {
  version: string
  meter: Meter
  db: Pick<Db, 'pool'>
  own: ProcessRow
  jobs: readonly JobState[]
  /** Null while the database is away: what the process knows by itself is told all the same. */
  state: SystemState | null
}

/** The answer to one scrape. Figures of the whole shop are the same at every server; their help says so. */
export async function metricsText({ version, meter, db, own, jobs, state }: Scrape): Promise<string> {
  const page = new Page()
  page.family('gauge', 'hilo_build_info', 'Always 1; the version is its label.', [{ value: 1, labels: { version } }])
  requests(page, meter.routes)
  work(page, jobs)
  const { pool } = db
  page.family('gauge', 'hilo_database_pool_connections', 'Connections of this process to the database.', [
    { value: pool.totalCount - pool.idleCount, labels: { state: 'busy' } },
    { value: pool.idleCount, labels: { state: 'idle' } },
  ])
  page.gauge('hilo_database_pool_waiting', 'Statements of this process that wait for a connection.', pool.waitingCount)
  page.gauge('hilo_live_listeners', 'Screens that listen to live events at this process.', own.report.listeners)
  const { shedding } = own.report
  page.gauge(
    'hilo_load_shedding',
    '1 while this process refuses requests because of the load.',
    shedding && Number(shedding.active),
  )
  page.gauge(
    'hilo_load_refused',
    'Requests that this process refused because of the load, in the last 15 minutes.',
    shedding?.refused,
  )
  page.gauge('hilo_database_up', '1 when the database answered this scrape.', state === null ? 0 : 1)
  if (state) shop(page, state)
  // The library writes a figure that is not there yet as "Nan", the format knows "NaN".
  const ofRuntime = (await runtimeOf().metrics()).replaceAll(/ Nan$/gm, ' NaN')
  return `${await page.registry.metrics()}\n${ofRuntime}`
}

function requests(page: Page, routes: readonly RouteMeter[]): void {
  const name = 'hilo_http_request_duration_seconds'
  const samples: Sample[] = []
  const streams: Sample[] = []
  for (const { method, route, isStream, classes } of byLabels(routes)) {
    for (const [at, counted] of classes.entries()) {
      if (!counted) continue
      const labels = { method, route, status: statusClasses[at] ?? 'gone' }
      if (isStream) {
        streams.push({ value: counted.count, labels })
        continue
      }
      let below = 0
      for (const [bucket, le] of bucketSeconds.entries()) {
        below += counted.buckets[bucket] ?? 0
        samples.push({ metricName: `${name}_bucket`, labels: { le: String(le), ...labels }, value: below })
      }
      samples.push({ metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: counted.count })
      samples.push({ metricName: `${name}_sum`, labels, value: counted.sumMs / 1000 })
      samples.push({ metricName: `${name}_count`, labels, value: counted.count })
    }
  }
  page.family(
    'histogram',
    name,
    'Requests to this process by route pattern, and how long they took until the answer was sent.',
    samples,
  )
  page.family(
    'counter',
    'hilo_http_streams_total',
    'Event streams of this process that have ended, by route pattern.',
    streams,
  )
}

/** Routes that are told by the same labels are one: a path that was registered for two kinds of content. */
function byLabels(routes: readonly RouteMeter[]): RouteMeter[] {
  const merged = new Map<string, RouteMeter>()
  for (const meter of routes) {
    if (meter.classes.length === 0) continue
    const key = `${meter.method} ${meter.route}`
    const known = merged.get(key)
    if (!known) {
      merged.set(key, {
        ...meter,
        classes: meter.classes.map((counted) => counted && { ...counted, buckets: [...counted.buckets] }),
      })
      continue
    }
    for (const [at, counted] of meter.classes.entries()) {
      if (!counted) continue
      const into = (known.classes[at] ??= { buckets: counted.buckets.map(() => 0), count: 0, sumMs: 0 })
      into.count += counted.count
      into.sumMs += counted.sumMs
      for (const [bucket, count] of counted.buckets.entries())
        into.buckets[bucket] = (into.buckets[bucket] ?? 0) + count
    }
  }
  return [...merged.values()]
}

function work(page: Page, jobs: readonly JobState[]): void {
  const turns = jobs.flatMap(({ name: job, turns: all, failedTurns }) => [
    { value: all - failedTurns, labels: { job, outcome: 'done' } },
    { value: failedTurns, labels: { job, outcome: 'failed' } },
  ])
  page.family('counter', 'hilo_job_turns_total', 'Turns of the background work of this process.', turns)
  const seconds = jobs.map(({ name: job, totalMs }) => ({ value: totalMs / 1000, labels: { job } }))
  page.family('counter', 'hilo_job_seconds_total', 'Time that the background work of this process took.', seconds)
  const failing = jobs.map(({ name: job, failures }) => ({ value: failures, labels: { job } }))
  page.family('gauge', 'hilo_job_failures', 'Failed turns in a row; 0 is well.', failing)
}

const whole = 'Of the whole shop, the same at every server.'

function shop(page: Page, state: SystemState): void {
  const now = Date.parse(state.at)
  const age = (at: string | null) => (at === null ? 0 : Math.max(0, now - Date.parse(at)) / 1000)
  const moment = (at: string | null | undefined) => (at ? Date.parse(at) / 1000 : undefined)
  const { orders, events, subscribers, queues, holds, checks, backups, database, processes, findings } = state
  page.gauge('hilo_orders_placed_last_minute', `Orders placed in the last 60 seconds. ${whole}`, orders.lastMinute)
  page.family('counter', 'hilo_events_total', `Events in the log. ${whole}`, [{ value: events.total }])
  page.gauge('hilo_outbox_waiting', `Events that wait to enter the log. ${whole}`, events.waiting)
  page.gauge(
    'hilo_outbox_oldest_age_seconds',
    `Age of the oldest of them; 0 when none waits. ${whole}`,
    age(events.oldestAt),
  )
  const ofSubscriber = (value: (each: (typeof subscribers)[number]) => number) =>
    subscribers.map((each) => ({ value: value(each), labels: { subscriber: each.name } }))
  page.family(
    'gauge',
    'hilo_subscriber_behind_events',
    `Events that a follower has not read yet. ${whole}`,
    ofSubscriber(({ behind }) => behind),
  )
  page.family(
    'gauge',
    'hilo_subscriber_oldest_unread_age_seconds',
    `Age of the oldest of them. ${whole}`,
    ofSubscriber(({ oldestUnreadAt }) => age(oldestUnreadAt)),
  )
  page.family(
    'gauge',
    'hilo_subscriber_failures',
    `Failed attempts in a row; 0 is well. ${whole}`,
    ofSubscriber(({ failures }) => failures),
  )
  const ofQueue = (value: (each: (typeof queues)[number]) => number) =>
    queues.map((each) => ({ value: value(each), labels: { queue: each.name } }))
  page.family(
    'gauge',
    'hilo_queue_waiting',
    `What background work has before it. ${whole}`,
    ofQueue(({ waiting }) => waiting),
  )
  page.family(
    'gauge',
    'hilo_queue_due',
    `What of it should have been done by now. ${whole}`,
    ofQueue(({ due }) => due),
  )
  page.family(
    'gauge',
    'hilo_queue_oldest_due_age_seconds',
    `How late the oldest of it is. ${whole}`,
    ofQueue(({ oldestDueAt }) => age(oldestDueAt)),
  )
  page.family(
    'gauge',
    'hilo_queue_failed',
    `What was given up in the last 24 hours. ${whole}`,
    ofQueue(({ failed }) => failed),
  )
  page.gauge('hilo_holds_live', `Reservations of baskets. ${whole}`, holds.live)
  page.gauge('hilo_holds_overdue', `Reservations that lapsed and were not given back yet. ${whole}`, holds.overdue)
  const { last } = checks
  page.gauge(
    'hilo_law_check_last_end_timestamp_seconds',
    `When the law checks ended last. ${whole}`,
    moment(last?.finishedAt),
  )
  page.gauge(
    'hilo_law_check_duration_seconds',
    `How long they took. ${whole}`,
    last?.ms === null || last === null ? null : last.ms / 1000,
  )
  page.gauge('hilo_law_check_disagreements', `Rows that disagree; 0 is well. ${whole}`, last?.disagreements)
  page.gauge(
    'hilo_backup_last_timestamp_seconds',
    `When the last hilo backup was complete. ${whole}`,
    moment(backups.last?.at),
  )
  page.gauge(
    'hilo_archive_up_to_timestamp_seconds',
    `The archive reaches until then. ${whole}`,
    moment(backups.archive?.upTo),
  )
  page.gauge('hilo_database_size_bytes', `Size of the database. ${whole}`, database.bytes)
  page.gauge('hilo_database_connections', `Connections to the database server. ${whole}`, database.connections)
  page.gauge('hilo_database_connections_max', `Connections that it takes. ${whole}`, database.connectionsMax)
  page.gauge('hilo_disk_free_bytes', 'Free on the disk with the data folder of this process.', database.diskFreeBytes)
  const kinds = ['server', 'worker'].map((kind) => ({
    value: processes.filter((each) => each.kind === kind).length,
    labels: { kind },
  }))
  page.family('gauge', 'hilo_processes', `Processes that gave a sign of life in the last 30 seconds. ${whole}`, kinds)
  const wrong = Map.groupBy(findings, ({ code, tone }) => `${code} ${tone}`)
  const samples = [...wrong.values()].map((same) => ({
    value: same.length,
    labels: { code: same[0]?.code ?? '', tone: same[0]?.tone ?? '' },
  }))
  page.family('gauge', 'hilo_findings', `What the system screen says is wrong; no sample is well. ${whole}`, samples)
}
