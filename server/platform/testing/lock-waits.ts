import { expect } from 'vitest'
import type { Db, Tx } from '../db.ts'
import { sql } from '../sql.ts'

/** Waits until so many sessions of the test's database stand before a lock that another one holds. */
export async function untilWaiting(db: Db, count = 1): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(() => db.many(waiting), { timeout: 5_000 }).toHaveLength(count)
}

/**
 * Two pieces of work that meet for certain: the first is done and holds its locks; the second begins, has to wait, and goes on when the
 * first has committed. Fails when the second does not wait.
 * @param meanwhile looked at while the second one waits
 * @returns what became of the second, its refusal included
 */
export async function meeting<T>(
  db: Db,
  {
    first,
    second,
    meanwhile,
  }: { first: (tx: Tx) => Promise<unknown>; second: () => Promise<T>; meanwhile?: () => Promise<void> },
): Promise<PromiseSettledResult<T>> {
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const held = db.transaction(async (tx) => {
    await first(tx)
    // What was written without waiting is sent with the next statement.
    await tx.run(sql`select 1`)
    done()
    await mayEnd
  })
  try {
    await Promise.race([isDone, held])
    const waiting = Promise.allSettled([second()])
    await untilWaiting(db)
    await meanwhile?.()
    end()
    const [outcome] = await waiting
    return outcome
  } finally {
    end()
    await held
  }
}
