import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import type { BadDay } from './bad-day.ts'

/** A session that sat in an open transaction while the provider was thinking. */
export type Offence = { call: string; idleMs: number; locks: number; lastStatement: string }
export type Watched = { looks: number; calls: string[]; offences: Offence[] }

/** A transaction idle for so long, on a quiet system, waits for something outside the database. */
const idleMsMax = 150
const lookMs = 40
/** So often one call must be looked at to count, and so long it must have been thinking before the first look. */
const looksMin = 3
const thinkingMs = 300

type Session = Omit<Offence, 'call'> & { transaction: string }
type Look = { what: string; looks: number; sessions: Map<string, Session> }

/**
 * Looks, while `work` goes on, at every session of the servers whenever the provider has been thinking for a while. One that sits in the
 * same open transaction at each look during a call is an offence; a process that was only slow to be scheduled is not. To be used on
 * a quiet system with a slow provider.
 */
export async function watchTransactions(db: Db, day: BadDay, work: () => Promise<void>): Promise<Watched> {
  const seen = new Map<object, Look>()
  const watch = { isOver: false }
  const watching = (async () => {
    while (!watch.isOver) {
      const thinking = [...day.underWay].filter(({ since }) => performance.now() - since > thinkingMs)
      if (thinking.length > 0) {
        const idle = new Map((await findIdle(db)).map((session) => [session.transaction, session]))
        for (const call of thinking) seen.set(call, lookAt(seen.get(call), call.what, idle))
      }
      await pause(lookMs)
    }
  })()
  try {
    await work()
  } finally {
    watch.isOver = true
    await watching
  }
  const looked = [...seen.values()].filter(({ looks }) => looks >= looksMin)
  return {
    looks: looked.reduce((sum, { looks }) => sum + looks, 0),
    calls: [...new Set(looked.map(({ what }) => what))].sort(),
    offences: looked.flatMap(({ what, sessions }) =>
      [...sessions.values()].map(({ idleMs, locks, lastStatement }) => ({ call: what, idleMs, locks, lastStatement })),
    ),
  }
}

/** What this look leaves of the sessions that were idle at all looks before. */
function lookAt(before: Look | undefined, what: string, idle: Map<string, Session>): Look {
  if (!before) return { what, looks: 1, sessions: idle }
  const still = [...idle].filter(([transaction]) => before.sessions.has(transaction))
  return { what, looks: before.looks + 1, sessions: new Map(still) }
}

async function findIdle(db: Db): Promise<Session[]> {
  return db.many(sql`
    select a.pid || ' ' || a.xact_start as transaction, left(a.query, 200) as "lastStatement",
           round(extract(epoch from clock_timestamp() - a.state_change) * 1000)::int as "idleMs",
           (select count(*)::int from pg_locks l where l.pid = a.pid and l.granted and l.locktype in ('relation', 'tuple', 'transactionid')) as locks
      from pg_stat_activity a
     where a.application_name = 'hilo-api' and a.state like 'idle in transaction%'
       and a.state_change < clock_timestamp() - ${idleMsMax}::int * interval '1 millisecond'`)
}
