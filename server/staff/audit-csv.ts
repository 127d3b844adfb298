import type { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { safeCell, through } from '#platform/csv'
import type { Queryable } from '#platform/db'
import { type AuditFilter, listAudit } from './audit-list.ts'

const columns = [
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'subject_id',
  'location_id',
  'data',
  'request_id',
]

/** The audit as CSV, streamed page by page in the order of the list, safe to open in a spreadsheet. */
export function auditCsv(q: Queryable, filter: Omit<AuditFilter, 'limit' | 'cursor'>): Readable {
  return through(rows(q, filter), stringify({ header: true, columns }))
}

async function* rows(q: Queryable, filter: Omit<AuditFilter, 'limit' | 'cursor'>): AsyncGenerator<string[]> {
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await listAudit(q, { ...filter, cursor, limit: 500 })
    for (const entry of page.items) {
      const { at, actorKind, actorId, actorName, action, subjectId, locationId, data, requestId } = entry
      const text = [
        actorKind,
        actorId,
        actorName,
        action,
        subjectId ?? '',
        locationId ?? '',
        JSON.stringify(data),
        requestId ?? '',
      ]
      yield [at.toISOString(), ...text.map((cell) => safeCell(cell))]
    }
    cursor = page.next
  }
}
