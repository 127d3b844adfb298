import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { eventRows, wakeAfter } from '#platform/outbox'
import { sql } from '#platform/sql'
import { breakOverduePromises } from './promises.ts'
import { remindShortages } from './remind-shortages.ts'

/** What fulfillment does by itself as time goes by. */
export const fulfillmentJobs: readonly PeriodicJob[] = [
  {
    name: 'fulfillment.overdue_promises',
    everyMs: 15_000,
    run: async ({ db, clock, log }) => {
      const broken = await breakOverduePromises(db, clock)
      if (broken > 0) log.info({ broken }, 'promises are overdue')
    },
  },
  {
    name: 'fulfillment.unanswered_shortages',
    everyMs: 600_000,
    run: async ({ db, clock, log }) => {
      const reminded = await remindShortages(db, clock)
      if (reminded > 0) log.info({ reminded }, 'customers were asked again about missing units')
    },
  },
  {
    name: 'fulfillment.expired_holds',
    everyMs: 60_000,
    run: async ({ db, clock, log }) => {
      const expired = await expireHolds(db, clock)
      if (expired > 0) log.info({ expired }, 'pickups were not collected in time')
    },
  },
]

/**
 * Marks pickups that were not collected in time and tells it once. The goods stay aside: a person extends the hold or cancels the
 * order, since money goes back with it.
 * @returns how many
 */
export async function expireHolds(db: Db, clock: Clock): Promise<number> {
  return db.transaction(async (tx) => {
    const { expired } = await tx.one<{ expired: number }>(sql`
      with done as (
        update fulfillment.fulfillment_order set hold_expired_at = ${clock.now()}::timestamptz
         where id in (select id from fulfillment.fulfillment_order
                       where status = 'ready' and hold_until < ${clock.now()}::timestamptz and hold_expired_at is null
                       order by hold_until limit 500 for update skip locked)
        returning id, order_id, person_id, location_id, hold_until
      ), told as (${eventRows(
        clock,
        'fulfillment.hold_expired',
        sql`select id as subject_id, person_id, jsonb_build_object('fulfillmentOrderId', id, 'orderId', order_id, 'locationId', location_id,
              'holdUntil', to_char(hold_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as payload from done`,
      )})
      select count(*)::int as expired from done`)
    if (expired > 0) wakeAfter(tx)
    return expired
  })
}
