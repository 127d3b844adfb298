import type { PeriodicJob } from '#platform/jobs'
import { breakOverduePromises } from './promises.ts'

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
]
