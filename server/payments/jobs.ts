import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import { checkPayment } from './online.ts'
import { sendDueRefunds } from './refund.ts'

/**
 * Asks the provider about every open payment whose time has come, until it is captured, declined or voided, or stands on the list
 * of `attention.ts`.
 * @returns how many were asked
 */
export async function checkDuePayments(db: Db, clock: Clock, limit = 20): Promise<number> {
  const due = await db.many<{ id: string }>(sql`
    select id from payments.payment
     where status in ('pending', 'authorized', 'unknown') and next_check_at <= ${clock.now()}
     order by next_check_at limit ${limit}::int`)
  for (const { id } of due) await checkPayment(db, clock, { paymentId: id })
  return due.length
}

/** Periodic work of payments; safe in several processes, each row is claimed with a lease. */
export function paymentsJobs(): PeriodicJob[] {
  return [
    { name: 'payments-check', everyMs: 2000, run: async ({ db, clock }) => void (await checkDuePayments(db, clock)) },
    { name: 'payments-refunds', everyMs: 1000, run: async ({ db, clock }) => void (await sendDueRefunds(db, clock)) },
  ]
}
