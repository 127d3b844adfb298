/** What waits, and since when, asked of the tables of every module; reading only. Counts stop at a limit, so that a flood is cheap to see. */
import { statfs } from 'node:fs/promises'
import type { SystemQueue, SystemState } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { minutesKept } from '#platform/meter'
import { type Sql, sql } from '#platform/sql'

/** Nobody acts differently on more than this. */
const countMax = 100_000
const dayMs = 86_400_000

export type Events = SystemState['events']
export type SubscriberRow = {
  name: string
  behind: number
  oldestUnreadAt: Date | null
  failures: number
  lastError: string | null
  retryAt: Date | null
}

/** The event log, what waits to enter it, and how far each follower has come. */
export async function readEvents(q: Queryable): Promise<{ events: Events; subscribers: SubscriberRow[] }> {
  const [outbox, subscribers] = await Promise.all([
    q.one<{ total: number; waiting: number; oldest: Date | null }>(sql`
      select (select coalesce(max(seq), 0) from platform.event) as total,
             (select count(*)::int from (select 1 from platform.outbox limit ${countMax}::int) as few) as waiting,
             (select occurred_at from platform.outbox order by id limit 1) as oldest`),
    q.many<SubscriberRow>(sql`
      select s.name, greatest(newest.seq - s.last_seq, 0) as behind, unread.relayed_at as "oldestUnreadAt",
             s.failures, s.last_error as "lastError", s.retry_at as "retryAt"
        from platform.subscriber s
       cross join (select coalesce(max(seq), 0) as seq from platform.event) newest
        left join lateral (select e.relayed_at from platform.event e where e.seq > s.last_seq order by e.seq limit 1) unread on true
       order by s.name`),
  ])
  const { total, waiting, oldest } = outbox
  return { events: { total, waiting, oldestAt: oldest?.toISOString() ?? null }, subscribers }
}

/** One queue: which rows wait, which of them should have been done, and what was given up within a day. */
function queue(name: SystemQueue['name'], now: Date, from: { waiting: Sql; failed?: Sql }): Sql {
  return sql`
    select ${name}::text as name, count(*)::int as waiting, count(*) filter (where due_at <= ${now})::int as due,
           min(due_at) filter (where due_at <= ${now}) as "oldestDueAt",
           ${from.failed ?? sql`0`}::int as failed
      from (${from.waiting} limit ${countMax}::int) as waits`
}

/** What is to be done by background work, by kind; due is what a healthy system has done a moment later. */
export async function readQueues(q: Queryable, now: Date): Promise<SystemQueue[]> {
  const dayAgo = new Date(now.getTime() - dayMs)
  const queues = [
    queue('payments', now, {
      waiting: sql`select next_check_at as due_at from payments.payment where status in ('pending', 'authorized', 'unknown') and next_check_at is not null`,
    }),
    queue('refunds', now, {
      waiting: sql`select next_check_at as due_at from payments.refund where status = 'pending' and next_check_at is not null`,
    }),
    queue('webhooks', now, {
      waiting: sql`
        select d.next_attempt_at as due_at from platform.webhook_delivery d join platform.webhook_endpoint e on e.id = d.endpoint_id
         where d.status = 'pending' and e.status = 'enabled'`,
      failed: sql`(select count(*) from platform.webhook_delivery where status = 'failed' and created_at > ${new Date(now.getTime() - 4 * dayMs)}
        and exists (select 1 from platform.webhook_attempt a where a.delivery_id = id and a.attempt = attempts and a.at > ${dayAgo}))`,
    }),
    queue('mails', now, {
      waiting: sql`select coalesce(next_attempt_at, created_at) as due_at from platform.mail_message where status = 'queued'`,
      failed: sql`(select count(*) from (select 1 from platform.mail_message where status = 'failed' and created_at > ${dayAgo} limit ${countMax}::int) as few)`,
    }),
    queue('pictures', now, {
      waiting: sql`select case when next_attempt_at > '-infinity' then next_attempt_at else ${now}::timestamptz end as due_at from catalog.media where status = 'pending'`,
    }),
    queue('imports', now, {
      waiting: sql`select started_at as due_at from platform.import_run where status = 'running' and stored_as is not null`,
      failed: sql`(select count(*) from platform.import_run where status = 'failed' and finished_at > ${dayAgo})`,
    }),
    queue('drafts', now, {
      waiting: sql`select lapses_at as due_at from orders.customer_order where status = 'draft' and lapses_at is not null`,
    }),
  ]
  const rows = await Promise.all(
    queues.map((statement) => q.one<Omit<SystemQueue, 'oldestDueAt'> & { oldestDueAt: Date | null }>(statement)),
  )
  return rows.map((row) => ({ ...row, oldestDueAt: row.oldestDueAt?.toISOString() ?? null }))
}

/** What baskets hold, and what should have been given back already. */
export async function readHolds(q: Queryable, now: Date): Promise<SystemState['holds']> {
  const row = await q.one<{ live: number; overdue: number; oldest: Date | null }>(sql`
    select count(*)::int as live, count(*) filter (where expires_at <= ${now})::int as overdue, min(expires_at) filter (where expires_at <= ${now}) as oldest
      from (select expires_at from inventory.reservation where status = 'live' order by expires_at limit ${countMax}::int) as held`)
  return { live: row.live, overdue: row.overdue, oldestOverdueAt: row.oldest?.toISOString() ?? null }
}

/** Payments and refunds that only a person can settle, and webhook receivers that were switched off because they kept failing. */
export async function readLeftToPeople(
  q: Queryable,
): Promise<{ payments: number; paymentsSince: Date | null; webhooksOff: number }> {
  return q.one(sql`
    select (select count(*)::int from payments.payment where status in ('pending', 'authorized', 'unknown') and next_check_at is null)
         + (select count(*)::int from payments.refund where status = 'failed' or (status = 'pending' and next_check_at is null)) as payments,
           (select min(created_at) from payments.payment where status in ('pending', 'authorized', 'unknown') and next_check_at is null) as "paymentsSince",
           (select count(*)::int from platform.webhook_endpoint where status = 'disabled' and disabled_reason is not null) as "webhooksOff"`)
}

type Database = SystemState['database']

/** The database itself. @param dataDir whose disk is looked at */
export async function readDatabase(
  q: Queryable,
  { dataDir, migrated }: { dataDir: string; migrated: boolean },
): Promise<Database> {
  const [row, disk] = await Promise.all([
    q.one<Pick<Database, 'version' | 'bytes' | 'connections' | 'active' | 'connectionsMax'> & { startedAt: Date }>(sql`
      select current_setting('server_version') as version, pg_postmaster_start_time() as "startedAt",
             pg_database_size(current_database()) as bytes, count(*)::int as connections,
             count(*) filter (where state = 'active')::int as active, current_setting('max_connections')::int as "connectionsMax"
        from pg_stat_activity where datname is not null`),
    statfs(dataDir).catch(() => null),
  ])
  return {
    ...row,
    // Distributions add their package's name.
    version: row.version.split(' ')[0] ?? row.version,
    startedAt: row.startedAt.toISOString(),
    diskFreeBytes: disk ? disk.bavail * disk.bsize : null,
    diskBytes: disk ? disk.blocks * disk.bsize : null,
    migrated,
  }
}

const minuteMs = 60_000

/** Orders a minute. A minute that is over is counted once and remembered; only the running one is counted again and again. */
export class OrderMinutes {
  readonly #counted = new Map<number, number>()

  /** @returns the last 60 seconds, and the last hour by minute, oldest first; the last one runs */
  async read(q: Queryable, clock: Clock): Promise<SystemState['orders']> {
    const now = clock.now()
    const running = Math.floor(now.getTime() / minuteMs)
    // A commit may come a moment after the time it bears: the minute before the running one is not over yet.
    const settled = running - 1
    const first = running - minutesKept + 1
    for (const minute of this.#counted.keys()) if (minute < first) this.#counted.delete(minute)
    let from = first
    while (from < settled && this.#counted.has(from)) from += 1
    const rows = await q.many<{ minute: number; orders: number; lately: number }>(sql`
      select floor(extract(epoch from placed_at) / 60)::bigint as minute, count(*)::int as orders,
             count(*) filter (where placed_at > ${new Date(now.getTime() - minuteMs)})::int as lately
        from orders.customer_order
       where placed_at >= ${new Date(from * minuteMs)} and placed_at <= ${now} and status <> 'draft' and not imported group by 1`)
    const found = new Map(rows.map(({ minute, orders }) => [minute, orders]))
    for (let minute = from; minute < settled; minute++) this.#counted.set(minute, found.get(minute) ?? 0)
    return {
      lastMinute: rows.reduce((sum, { lately }) => sum + lately, 0),
      minutes: Array.from({ length: minutesKept }, (_, index) => {
        const minute = first + index
        return this.#counted.get(minute) ?? found.get(minute) ?? 0
      }),
    }
  }
}
