import type { Db, Queryable, Tx } from '../../server/platform/db.ts'
import type { Dice } from './dice.ts'

/** The process is gone: nothing of what it was doing goes on. */
export class Crash extends Error {}

/**
 * A server process that may die at any moment it speaks to the database: before a transaction, before any statement of it, before its
 * commit, and after the commit but before anybody hears of it. Whoever is dead stays dead, so that no `catch` of the code outlives it.
 */
export type Mortal = { db: Db; died(): string | undefined }

/** @param inThousand how likely each such moment is the last */
export function mortal(db: Db, dice: Dice, inThousand: number): Mortal {
  let dead: string | undefined
  const live = (moment: string) => {
    if (dead === undefined && dice.below(1000) < inThousand) dead = moment
    if (dead !== undefined) throw new Crash(`died ${dead}`)
  }
  const queries = (q: Queryable): Queryable => ({
    facts: q.facts,
    many: (statement) => (live('before a read'), q.many(statement)),
    one: (statement) => (live('before a read'), q.one(statement)),
    maybeOne: (statement) => (live('before a read'), q.maybeOne(statement)),
    run: (statement) => (live('before a write'), q.run(statement)),
    together: (work) => q.together((reads) => work(queries(reads))),
  })
  const inside = (tx: Tx): Tx => ({
    ...queries(tx),
    together: (work) => work(inside(tx)),
    inTransaction: true,
    onCommit: (effect) => tx.onCommit(effect),
    later: (statement) => {
      live('before a write')
      tx.later(statement)
    },
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
