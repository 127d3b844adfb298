import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import { inLanes } from './lanes.ts'
import { checkPayment } from './online.ts'
import { sendDueRefunds } from './refund.ts'

/** Calls to providers that one process has under way at a time; shoppers need connections to the database, too. */
const atOnce = 6
/** One turn of the job ends after so many, so that it can be stopped; the next turn goes on. */
const perTurnMax = 3000

/**
 * Asks the provider about every open payment whose time has come, a few side by side, until it is captured, declined or voided, or
 * stands on the list of `attention.ts`. Several processes may do so together: each takes another part of what is due, and who
 * comes second to a payment finds it leased.
 * @param limit payments that are looked up together
 * @returns how many were asked
 */
export async function checkDuePayments(db: Db, clock: Clock, limit = 60): Promise<number> {
  let asked = 0
  for (;;) {
    const due = await db.many<{ id: string }>(sql`
      select id from (
        select id from payments.payment
         where status in ('pending', 'authorized', 'unknown') and next_check_at <= ${clock.now()}
           and (leased_until is null or leased_until <= ${clock.now()})
         order by next_check_at limit ${limit * 5}::int
      ) as longest order by random() limit ${limit}::int`)
    await inLanes(due, atOnce, async ({ id }) => void (await checkPayment(db, clock, { paymentId: id })))
    asked += due.length
    if (due.length < limit || asked >= perTurnMax) return asked
  }
}

/** Periodic work of payments; safe in several processes, each row is claimed with a lease. */
export function paymentsJobs(): PeriodicJob[] {
  return [
    { name: 'payments-check', everyMs: 2000, run: async ({ db, clock }) => void (await checkDuePayments(db, clock)) },
    {
      name: 'payments-refunds',
      everyMs: 1000,
      run: async ({ db, clock }) => void (await sendDueRefunds(db, clock, perTurnMax)),
    },
  ]
}
