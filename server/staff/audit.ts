import { AsyncLocalStorage } from 'node:async_hooks'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'

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

/**
 * Writes who did what, in the transaction of the deed. Shoppers are not audited: their carts and orders are their own record.
 */
export async function audit(
  tx: Queryable,
  clock: Clock,
  actor: Actor,
  { action, subjectId = null, locationId = null, data = {} }: AuditFact,
): Promise<void> {
  if (actor.kind === 'public') return
  const scope = auditScope.getStore()
  const name = actor.kind === 'customer' ? '' : actor.name
  await tx.run(sql`
    insert into staff.audit_entry (id, at, actor_kind, actor_id, actor_name, action, subject_id, location_id, data, request_id)
    values (${newId('aud')}, ${clock.now()}, ${actor.kind}, ${actorId(actor)}, ${name}, ${action}, ${subjectId}, ${locationId},
            ${JSON.stringify(data)}::jsonb, ${scope?.requestId ?? null})`)
  if (scope) scope.written = true
}
