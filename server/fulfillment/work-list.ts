import type { FulfillmentOrderBody } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { join, type Sql, sql } from '#platform/sql'
import { readRows } from './rows.ts'
import { toViews } from './views.ts'
import { normalizePickupCode } from './work.ts'

const workStatuses = ['waiting', 'open', 'picking', 'packed']
export type WorkFilter = {
  location?: string | undefined
  kind?: string | undefined
  status: string
  overdue?: boolean | undefined
  q?: string | undefined
  /** Only these places: where the asking person works. */
  places?: readonly string[] | undefined
}

/**
 * What a place has to do, the most urgent first; or what waits to be collected, or the history, newest first. Pickup codes are not in
 * it: the customer brings the code.
 */
export async function listWork(
  q: Queryable,
  clock: Clock,
  { filter, cursor, limit }: { filter: WorkFilter; cursor?: string | undefined; limit: number },
): Promise<{ items: FulfillmentOrderBody[]; next: string | null }> {
  const urgentFirst = filter.status === 'work' || filter.status === 'collect'
  const [at, id] = cursor?.split('|') ?? []
  const key = urgentFirst ? sql`coalesce(f.due_at, f.created_at)` : sql`f.created_at`
  const conditions = conditionsOf(clock, filter)
  if (at && id)
    conditions.push(
      urgentFirst
        ? sql`(${key}, f.id) > (${at}::timestamptz, ${id})`
        : sql`(${key}, f.id) < (${at}::timestamptz, ${id})`,
    )
  const order = urgentFirst ? sql`order by ${key}, f.id` : sql`order by ${key} desc, f.id desc`
  const rows = await readRows(q, join(conditions, sql` and `), sql`${order} limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const lastAt = last && (urgentFirst ? (last.dueAt ?? last.createdAt) : last.createdAt)
  return {
    items: await toViews(q, shown, { clock }),
    next: rows.length > limit && last && lastAt ? `${lastAt.toISOString()}|${last.id}` : null,
  }
}

function conditionsOf(clock: Clock, filter: WorkFilter): Sql[] {
  const conditions: Sql[] = [sql`f.kind <> 'carry_out'`]
  if (filter.location) conditions.push(sql`f.location_id = ${filter.location}`)
  if (filter.places) conditions.push(sql`f.location_id = any(${filter.places}::text[])`)
  if (filter.kind) conditions.push(sql`f.kind = ${filter.kind}`)
  if (filter.status === 'work') conditions.push(sql`f.status = any(${workStatuses}::text[])`)
  else if (filter.status === 'collect') conditions.push(sql`f.status = 'ready'`)
  else if (filter.status !== 'all') conditions.push(sql`f.status = ${filter.status}`)
  if (filter.overdue) conditions.push(sql`f.due_at < ${clock.now()} and f.status = any(${workStatuses}::text[])`)
  if (filter.q) {
    const text = filter.q.trim()
    conditions.push(
      sql`(f.order_number ilike ${`%${likeText(text)}`} or f.contact->>'name' ilike ${`%${likeText(text)}%`} or f.pickup_code = ${normalizePickupCode(text)})`,
    )
  }
  return conditions
}

/** A text as it stands, inside a LIKE pattern. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
