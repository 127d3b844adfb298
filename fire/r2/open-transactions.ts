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

/**
 * Looks, while `work` goes on, at every session of the servers whenever the provider has been thinking for a while: none may be in an
 * open transaction. To be used on a quiet system with a slow provider.
 */
export async function watchTransactions(db: Db, day: BadDay, work: () => Promise<void>): Promise<Watched> {
  const calls = new Set<string>()
  const offences = new Map<string, Offence>()
  let looks = 0
  const watch = { isOver: false }
  const watching = (async () => {
    while (!watch.isOver) {
      const now = performance.now()
      const thinking = [...day.underWay].filter(({ since }) => now - since > idleMsMax * 2)
      if (thinking.length > 0) {
        looks += 1
        const what = thinking.map((call) => call.what).join(' and ')
        for (const call of thinking) calls.add(call.what)
        for (const found of await findIdle(db)) offences.set(`${found.pid} ${what}`, { call: what, ...found })
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
  return { looks, calls: [...calls].sort(), offences: [...offences.values()] }
}

async function findIdle(db: Db): Promise<(Omit<Offence, 'call'> & { pid: number })[]> {
  return db.many(sql`
    select a.pid, round(extract(epoch from clock_timestamp() - a.state_change) * 1000)::int as "idleMs", left(a.query, 200) as "lastStatement",
           (select count(*)::int from pg_locks l where l.pid = a.pid and l.granted and l.locktype in ('relation', 'tuple', 'transactionid')) as locks
      from pg_stat_activity a
     where a.application_name = 'hilo-api' and a.state like 'idle in transaction%'
       and a.state_change < clock_timestamp() - ${idleMsMax}::int * interval '1 millisecond'`)
}
