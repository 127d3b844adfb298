import type { PeriodicJob } from '#platform/jobs'
import { checkDuePayments } from './check-due.ts'
import { sendDueRefunds } from './refund.ts'

/** One turn of the job ends after so many, so that it can be stopped; the next turn goes on. */
const refundsPerTurn = 3000

/** Periodic work of payments; safe in several processes, each row is claimed with a lease. */
export function paymentsJobs(): PeriodicJob[] {
  return [
    // A look costs one statement; whoever waits for a payment whose answer got lost waits for this.
    { name: 'payments-check', everyMs: 500, run: async ({ db, clock }) => void (await checkDuePayments(db, clock)) },
    {
      name: 'payments-refunds',
      everyMs: 1000,
      run: async ({ db, clock }) => void (await sendDueRefunds(db, clock, refundsPerTurn)),
    },
  ]
}
