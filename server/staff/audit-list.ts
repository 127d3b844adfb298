import type { AuditEntry } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { type Sql, sql, where } from '#platform/sql'

export type AuditFilter = {
  actorId?: string
  action?: string
  subjectId?: string
  locationId?: string
  /** Only deeds at these places, or at none: what a manager of some places may see. */
  places?: readonly string[]
  from?: string
  to?: string
  cursor?: string
  limit: number
}
export type AuditRow = Omit<AuditEntry, 'at'> & { at: Date }

/** Entries newest first; `next` is the cursor of the following page, null at the end. An action ending in `.` takes all below it. */
export async function listAudit(
  q: Queryable,
  filter: AuditFilter,
): Promise<{ items: AuditRow[]; next: string | null }> {
  const conditions: Sql[] = []
  if (filter.actorId) conditions.push(sql`actor_id = ${filter.actorId}`)
  if (filter.action)
    conditions.push(
      filter.action.endsWith('.') ? sql`starts_with(action, ${filter.action})` : sql`action = ${filter.action}`,
    )
  if (filter.subjectId) conditions.push(sql`subject_id = ${filter.subjectId}`)
  if (filter.locationId) conditions.push(sql`location_id = ${filter.locationId}`)
  if (filter.places) conditions.push(sql`(location_id is null or location_id = any(${filter.places}::text[]))`)
  if (filter.from) conditions.push(sql`at >= ${filter.from}::timestamptz`)
  if (filter.to) conditions.push(sql`at < ${filter.to}::timestamptz`)
  // Ids of entries sort by time of writing, so the pair is a stable place in the list.
  if (filter.cursor) conditions.push(sql`(at, id) < (select at, id from staff.audit_entry where id = ${filter.cursor})`)
  const items = await q.many<AuditRow>(sql`
    select id, at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", action, subject_id as "subjectId",
           location_id as "locationId", data, request_id as "requestId"
      from staff.audit_entry ${where(conditions)} order by at desc, id desc limit ${filter.limit + 1}::int`)
  const more = items.length > filter.limit
  const shown = items.slice(0, filter.limit)
  return { items: shown, next: more ? (shown.at(-1)?.id ?? null) : null }
}
