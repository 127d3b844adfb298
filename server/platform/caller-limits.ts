import type { Clock } from './clock.ts'
import type { Queryable } from './db.ts'
import { hashToken } from './secrets.ts'
import { sql } from './sql.ts'

/** What is counted, and whose: a name of ours, and the caller's address as `callerKey` gives it. */
export type Counted = { name: string; caller: string }
export type Count = { used: number; msLeft: number }

/** The address is not kept: the row tells callers apart, it need not tell who they are. */
function keyOf({ name, caller }: Counted): string {
  return hashToken(`${name} ${caller}`)
}

/**
 * Counts calls of one caller over all processes, in windows that begin with the first call. Not inside another transaction, which
 * would keep the caller's row locked until its end.
 * @returns how many there are in this window, these included, and how long it lasts yet
 */
export async function countCalls(
  q: Queryable,
  clock: Clock,
  { units = 1, windowMs, ...what }: Counted & { units?: number; windowMs: number },
): Promise<Count> {
  const now = clock.now()
  const { used, endsAt } = await q.one<{ used: number; endsAt: Date }>(sql`
    insert into platform.caller_limit as l (key, used, ends_at)
    values (${keyOf(what)}, ${units}, ${new Date(now.getTime() + windowMs)})
    on conflict (key) do update
      set used = case when l.ends_at > ${now} then l.used else 0 end + excluded.used,
          ends_at = case when l.ends_at > ${now} then l.ends_at else excluded.ends_at end
    returning used, ends_at as "endsAt"`)
  return { used, msLeft: endsAt.getTime() - now.getTime() }
}

/** Takes counted calls back that turned out to be harmless. */
export async function uncountCalls(q: Queryable, { units, ...what }: Counted & { units: number }): Promise<void> {
  await q.run(sql`update platform.caller_limit set used = greatest(0, used - ${units}::int) where key = ${keyOf(what)}`)
}

/** Drops windows that are over. @returns how many */
export async function cleanCallerLimits(q: Queryable, clock: Clock): Promise<number> {
  return q.run(sql`delete from platform.caller_limit where ends_at <= ${clock.now()}`)
}
