import type { Db, Queryable, Tx } from '../../server/platform/db.ts'

/** The process is gone: nothing of what it was doing goes on. */
export class Crash extends Error {}

/**
 * A server process that may die when it speaks to the database: before a transaction, before any write of it, before its commit, and after the
 * commit but before anybody hears of it; a statement without a transaction has a moment before and one after it. Whoever is dead stays dead,
 * so that no `catch` of the code outlives it.
 */
export type Mortal = { db: Db; died(): string | undefined }

/** @param last which of those moments is its last, from 0; never when negative */
export function mortal(db: Db, last: number): Mortal {
  let dead: string | undefined
  let moments = 0
  const live = (moment: string) => {
    if (dead === undefined && moments === last) dead = moment
    moments += 1
    if (dead !== undefined) throw new Crash(`died ${dead}`)
  }
  // Reads are no moments: how many there are depends on what the process remembers, and dying before one is dying before the next write.
  const still = () => {
    if (dead !== undefined) throw new Crash(`died ${dead}`)
  }
  const inside = (tx: Tx): Tx => ({
    facts: tx.facts,
    many: (statement) => (still(), tx.many(statement)),
    one: (statement) => (still(), tx.one(statement)),
    maybeOne: (statement) => (still(), tx.maybeOne(statement)),
    run: (statement) => (live('before a write'), tx.run(statement)),
    together: (work) => work(inside(tx)),
    inTransaction: true,
    onCommit: (effect) => tx.onCommit(effect),
    later: (statement) => {
      live('before a write')
      tx.later(statement)
    },
  })
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    live('before a statement')
    const result = await work()
    live('after a statement')
    return result
  }
  const queries = (q: Queryable): Queryable => ({
    facts: q.facts,
    many: (statement) => (still(), q.many(statement)),
    one: (statement) => (still(), q.one(statement)),
    maybeOne: (statement) => alone(() => q.maybeOne(statement)),
    run: (statement) => alone(() => q.run(statement)),
    together: (work) => q.together((reads) => work(queries(reads))),
  })
  return {
    died: () => dead,
    db: {
      ...queries(db),
      pool: db.pool,
      script: (text) => db.script(text),
      close: () => Promise.resolve(),
      transaction: async (work, options) => {
        live('before a transaction')
        const result = await db.transaction(async (tx) => {
          const done = await work(inside(tx))
          live('before the commit')
          return done
        }, options)
        live('after the commit')
        return result
      },
    },
  }
}
