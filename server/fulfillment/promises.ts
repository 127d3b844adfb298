import type { LocalizedText } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { event, eventRows, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { type Sql, sql, writeAll } from '#platform/sql'

export type PromiseKind = 'pickup_ready' | 'delivered_by' | 'call_back' | 'refund_by'
export type NewPromise = {
  kind: PromiseKind
  personId: string | null
  orderId: string | null
  fulfillmentOrderId: string | null
  locationId: string | null
  /** Staff member or place that must keep it. */
  owner: string
  dueAt: string
  text: LocalizedText
  replaces?: string | null
  /** The message that told it. */
  messageId?: string | null
}

/** A promise as it is about to be written. */
export type MadePromise = NewPromise & { id: string }

/** The insert of promises; tell each with `promiseMade`. */
export function promisesPiece(clock: Clock, promises: readonly MadePromise[]): Sql {
  return sql`insert into fulfillment.promise (id, kind, person_id, order_id, fulfillment_order_id, location_id, owner, due_at, text, replaces, message_id, made_at)
    select p.id, p.kind, p."personId", p."orderId", p."fulfillmentOrderId", p."locationId", p.owner, p."dueAt", p.text, p.replaces, p."messageId",
           ${clock.now()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(promises)}::jsonb) as p (id text, kind text, "personId" text, "orderId" text,
        "fulfillmentOrderId" text, "locationId" text, owner text, "dueAt" timestamptz, text jsonb, replaces text, "messageId" text)`
}

/** What tells a promise. */
export function promiseMade({ id, kind, personId, orderId, locationId, dueAt, text }: MadePromise): NewEvent {
  return event('fulfillment.promise_made', {
    subjectId: id,
    personId,
    payload: { promiseId: id, orderId, kind, dueAt: new Date(dueAt).toISOString(), locationId, text },
  })
}

/** Makes promises on their own (a call back, a refund). @returns nothing; each is told as `fulfillment.promise_made` */
export async function makePromises(tx: Tx, clock: Clock, promises: readonly NewPromise[]): Promise<void> {
  if (promises.length === 0) return
  const made = promises.map((promise) => ({ ...promise, id: newId('pro') }))
  await tx.run(writeAll([promisesPiece(clock, made), eventsPiece(clock, made.map(promiseMade))]))
  wakeAfter(tx)
}

/**
 * Ends open promises: kept, broken (past their time) or withdrawn (replaced, or the order is gone). A broken one that is kept late
 * stays broken: the record says what was true.
 * @param which condition on `p`
 * @returns ids of those that were settled
 */
export async function settlePromises(
  tx: Tx,
  clock: Clock,
  { which, status, reason }: { which: Sql; status: 'kept' | 'broken' | 'withdrawn'; reason: string },
): Promise<string[]> {
  const rows = await tx.many<{ id: string }>(sql`
    with settled as (
      update fulfillment.promise p set status = ${status}::text, settled_at = ${clock.now()}::timestamptz, settled_reason = ${reason}::text
       where p.status = 'made' and ${which} returning p.id, p.kind, p.person_id, p.order_id
    ), told as (${eventRows(
      clock,
      'fulfillment.promise_settled',
      sql`select id as subject_id, person_id, jsonb_build_object('promiseId', id, 'orderId', order_id, 'kind', kind,
            'status', ${status}::text, 'reason', ${reason}::text) as payload from settled`,
    )})
    select id from settled`)
  if (rows.length > 0) wakeAfter(tx)
  return rows.map(({ id }) => id)
}

/** Marks what is past its time as broken and tells it; periodic, safe in several processes. @returns how many */
export async function breakOverduePromises(db: Db, clock: Clock): Promise<number> {
  return db.transaction(async (tx) => {
    const broken = await settlePromises(tx, clock, {
      which: sql`p.id in (select id from fulfillment.promise where status = 'made' and due_at < ${clock.now()}::timestamptz order by due_at limit 500 for update skip locked)`,
      status: 'broken',
      reason: 'the time has passed',
    })
    return broken.length
  })
}
