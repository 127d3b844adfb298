import { AsyncLocalStorage } from 'node:async_hooks'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { type Sql, sql } from '#platform/sql'

export type AuditFact = {
  /** `orders.cancel`, `staff.member.disabled`: module, thing, what happened. */
  action: string
  subjectId?: string | null
  locationId?: string | null
  /** What changed, by field. Never a secret, and no data of customers: the audit outlives their erasure. */
  data?: Record<string, unknown>
}

/** The request being served, so that an entry can name it and the catch-all knows that the command wrote its own. */
export const auditScope: AsyncLocalStorage<{ requestId: string; written: boolean }> = new AsyncLocalStorage()

/** A row of the audit, with the id and the moment it keeps however often its writing is tried. */
export type AuditEntry = Readonly<{
  id: string
  at: Date
  actorKind: string
  actorId: string
  actorName: string
  fact: Required<AuditFact>
  requestId: string | null
}>

/** The entry for what this actor did now; undefined for shoppers, whose carts and orders are their own record. */
export function entryOf(clock: Clock, actor: Actor, fact: AuditFact): AuditEntry | undefined {
  if (actor.kind === 'public') return undefined
  return {
    id: newId('aud'),
    at: clock.now(),
    actorKind: actor.kind,
    actorId: actorId(actor),
    actorName: actor.kind === 'customer' ? '' : actor.name,
    fact: { subjectId: null, locationId: null, data: {}, ...fact },
    requestId: auditScope.getStore()?.requestId ?? null,
  }
}

/** The statement that writes an entry; a unique violation when it is there already. */
export function entryInsert(entry: AuditEntry): Sql {
  const { action, subjectId, locationId, data } = entry.fact
  return sql`
    insert into staff.audit_entry (id, at, actor_kind, actor_id, actor_name, action, subject_id, location_id, data, request_id)
    values (${entry.id}, ${entry.at}, ${entry.actorKind}, ${entry.actorId}, ${entry.actorName}, ${action}, ${subjectId}, ${locationId},
            ${JSON.stringify(data)}::jsonb, ${entry.requestId})`
}

/**
 * Writes who did what, in the transaction of the deed. Shoppers are not audited: their carts and orders are their own record.
 */
export async function audit(tx: Queryable, clock: Clock, actor: Actor, fact: AuditFact): Promise<void> {
  const entry = entryOf(clock, actor, fact)
  if (!entry) return
  await tx.run(entryInsert(entry))
  const scope = auditScope.getStore()
  if (scope) scope.written = true
}
