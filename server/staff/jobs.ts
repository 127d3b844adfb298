import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import type { Subscriber } from '#platform/subscribers'

/** Drops sessions and challenges that are over, and attempts older than a month. */
export async function cleanStaff(db: Db, clock: Clock): Promise<void> {
  const now = clock.now()
  await db.run(sql`delete from staff.session where expires_at < ${now}`)
  await db.run(sql`delete from staff.challenge where expires_at < ${now}`)
  await db.run(sql`delete from staff.login_attempt where at < ${new Date(now.getTime() - 30 * 86_400_000)}`)
}

export const staffJobs: readonly PeriodicJob[] = [
  { name: 'staff-clean', everyMs: 600_000, run: ({ db, clock }) => cleanStaff(db, clock) },
]

/** Staff follows no events. */
export const staffSubscribers: readonly Subscriber[] = []
