import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { sql } from '#platform/sql'
import { staffProblems } from './problems.ts'

const windowMinutes = 15
/** Failures allowed in a window. An address may be a whole shop behind one router, so it gets more than one account does. */
const limits = { account: 5, ip: 20 }

export type Attempt = { subjects: string[]; at: Date }

/**
 * Counts an attempt as failed before the proof is looked at, in a transaction of its own; `succeeded` takes it back. A thousand
 * guesses at once therefore get exactly the allowed number of answers: the lock makes them count one after another.
 * @param account what is guessed at: `email:…`, `otp:mbr_…`
 * @throws Problem staff.too_many_attempts with the seconds to wait
 */
export async function claimAttempt(
  db: Db,
  clock: Clock,
  { account, ip }: { account: string; ip: string },
): Promise<Attempt> {
  const at = clock.now()
  const subjects = [`account:${account}`, `ip:${ip}`]
  const since = new Date(at.getTime() - windowMinutes * 60_000)
  await db.transaction(async (tx) => {
    for (const [subject, limit] of [
      [subjects[0], limits.account],
      [subjects[1], limits.ip],
    ] as const) {
      await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 7))`)
      const { failures, oldest } = await tx.one<{ failures: number; oldest: Date | null }>(sql`
        select count(*)::int as failures, min(at) as oldest from staff.login_attempt
         where subject = ${subject} and at > ${since} and not succeeded`)
      if (failures >= limit) {
        const wait = ((oldest ?? at).getTime() + windowMinutes * 60_000 - at.getTime()) / 1000
        throw staffProblems.too_many_attempts({ retryAfterSeconds: Math.max(1, Math.ceil(wait)) })
      }
      await tx.run(sql`insert into staff.login_attempt (subject, at, succeeded) values (${subject}, ${at}, false)`)
    }
  })
  return { subjects, at }
}

/** The proof was right: the account starts anew, and this attempt no longer counts against its address. */
export async function succeeded(db: Db, { subjects: [account, ip], at }: Attempt): Promise<void> {
  await db.run(sql`
    update staff.login_attempt set succeeded = true
     where not succeeded and (subject = ${account} or ctid in (
       select ctid from staff.login_attempt where subject = ${ip} and at = ${at} and not succeeded limit 1))`)
}
