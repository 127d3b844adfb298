import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import type { Subscriber } from '#platform/subscribers'
import { findDuplicates } from './duplicates.ts'
import { threadSubscriber } from './thread.ts'

/** Drops sessions that are over and codes older than a day. */
export async function cleanCustomers(db: Db, clock: Clock): Promise<void> {
  const now = clock.now()
  await db.run(sql`delete from customers.session where expires_at < ${now}`)
  await db.run(sql`delete from customers.login_code where created_at < ${new Date(now.getTime() - 86_400_000)}`)
}

export const customersJobs: readonly PeriodicJob[] = [
  { name: 'customers-clean', everyMs: 600_000, run: ({ db, clock }) => cleanCustomers(db, clock) },
  {
    name: 'customers-duplicates',
    everyMs: 86_400_000,
    run: async ({ db, clock }) => void (await findDuplicates(db, clock)),
  },
]

export const customersSubscribers: readonly Subscriber[] = [threadSubscriber]
