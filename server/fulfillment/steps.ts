import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { eventRows, wakeAfter } from '#platform/outbox'
import { empty, type Sql, sql } from '#platform/sql'
import { changedEvents } from './create.ts'
import { addressOnceDone } from './forget.ts'
import type { FulfillmentRow } from './rows.ts'
import { nextStatus, type Step } from './states.ts'

export type StepDetail = {
  actorId?: string
  bin?: string
  holdUntil?: Date
  handedOverTo?: string
  tracking?: FulfillmentRow['tracking']
  dueAt?: string
}

/**
 * Moves a locked fulfillment order along the state table and tells it, in one statement. A step that stays in its state (the second
 * unit picked) writes nothing.
 * @returns the new state
 * @throws Problem fulfillment.state
 */
export async function step(
  tx: Tx,
  clock: Clock,
  row: FulfillmentRow,
  name: Step,
  detail: StepDetail = {},
): Promise<FulfillmentRow['status']> {
  const status = nextStatus(row, name)
  if (status === row.status) return status
  tx.later(sql`
    with done as (
      update fulfillment.fulfillment_order
         set status = ${status}, version = version + 1 ${written(clock, name, detail)}
       where id = ${row.id} returning id, order_id, person_id, location_id, kind, status, tracking, hold_until
    ), told as (${changedEvents(clock, sql`done`)})${told(clock, name)} select 1`)
  wakeAfter(tx)
  return status
}

function written(clock: Clock, name: Step, detail: StepDetail): Sql {
  const now = clock.now()
  switch (name) {
    case 'set_aside':
      return sql`, set_aside_at = ${now}, set_aside_by = ${detail.actorId ?? ''}, set_aside_bin = ${detail.bin ?? ''}, ready_at = ${now},
        hold_until = ${detail.holdUntil ?? null}, hold_expired_at = null`
    case 'short':
      return sql`, set_aside_at = null, set_aside_by = null, set_aside_bin = null, ready_at = null, hold_until = null`
    case 'hand_over':
      return sql`, handed_over_at = ${now}, handed_over_by = ${detail.actorId ?? ''}, handed_over_to = ${detail.handedOverTo ?? ''}`
    case 'ship':
      return sql`, shipped_at = ${now}, tracking = ${detail.tracking ? JSON.stringify(detail.tracking) : null}::jsonb,
        ${addressOnceDone}`
    case 'deliver':
      return sql`, delivered_at = ${now}`
    case 'wait':
      return sql`, due_at = ${detail.dueAt ?? null}::timestamptz`
    default:
      return empty
  }
}

/** The event of its own that some steps have, beside `fulfillment.changed`. */
function told(clock: Clock, name: Step): Sql {
  const base = sql`'fulfillmentOrderId', id, 'orderId', order_id, 'locationId', location_id`
  const row = (more: Sql) =>
    sql`select id as subject_id, person_id, jsonb_build_object(${base}${more}) as payload from done`
  switch (name) {
    case 'set_aside': {
      const until = sql`, 'holdUntil', to_char(hold_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
      return sql`, told_step as (${eventRows(clock, 'fulfillment.ready', row(until))})`
    }
    case 'hand_over':
      return sql`, told_step as (${eventRows(clock, 'fulfillment.handed_over', row(empty))})`
    case 'ship':
      return sql`, told_step as (${eventRows(clock, 'fulfillment.shipped', row(sql`, 'tracking', tracking`))})`
    case 'deliver':
      return sql`, told_step as (${eventRows(clock, 'fulfillment.delivered', row(empty))})`
    default:
      return empty
  }
}
