import type { LocalizedText } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { eventRows, wakeAfter } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'

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

/** The pieces of a statement that make promises and tell each; see `eventRows`. */
export function promiseRows(clock: Clock, promises: readonly NewPromise[]): Sql {
  const column = (pick: (promise: NewPromise) => string | null | undefined) =>
    promises.map((promise) => pick(promise) ?? null)
  return sql`promised as (
    insert into fulfillment.promise (id, kind, person_id, order_id, fulfillment_order_id, location_id, owner, due_at, text, replaces, message_id, made_at)
    select n.id, n.kind, n.person, n.ord, n.ful, n.loc, n.owner, n.due, n.text, n.replaces, n.message, ${clock.now()}::timestamptz
      from unnest(${promises.map(() => newId('pro'))}::text[], ${column((p) => p.kind)}::text[], ${column((p) => p.personId)}::text[],
                  ${column((p) => p.orderId)}::text[], ${column((p) => p.fulfillmentOrderId)}::text[], ${column((p) => p.locationId)}::text[],
                  ${column((p) => p.owner)}::text[], ${column((p) => p.dueAt)}::timestamptz[],
                  ${column((p) => JSON.stringify(p.text))}::jsonb[], ${column((p) => p.replaces)}::text[], ${column((p) => p.messageId)}::text[])
             as n (id, kind, person, ord, ful, loc, owner, due, text, replaces, message)
    returning id, kind, person_id, order_id, location_id, due_at, text
  ), promised_told as (${eventRows(
    clock,
    'fulfillment.promise_made',
    sql`select id as subject_id, person_id, jsonb_build_object('promiseId', id, 'orderId', order_id, 'kind', kind,
          'dueAt', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'locationId', location_id, 'text', text) as payload
        from promised`,
  )})`
}

/** Makes promises on their own (a call back, a refund). @returns nothing; each is told as `fulfillment.promise_made` */
export async function makePromises(tx: Tx, clock: Clock, promises: readonly NewPromise[]): Promise<void> {
  if (promises.length === 0) return
  await tx.run(sql`with ${promiseRows(clock, promises)} select 1`)
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
