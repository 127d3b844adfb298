import type { Tx } from '#platform/db'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { done, type Outcome, refused } from '#platform/together'

/**
 * Tries a part of a transaction: when it is refused with one of these codes, everything it did is undone and the rest of the
 * transaction goes on. Needed where a refusal has its own next step (another place, money back) that must commit.
 * @returns what the part gave, or undefined when it was refused
 */
export async function attempt<T>(tx: Tx, codes: readonly string[], part: () => Promise<T>): Promise<T | undefined> {
  const outcome = await apart(tx, part)
  if (outcome.ok) return outcome.value
  if (outcome.error instanceof Problem && codes.includes(outcome.error.code)) return undefined
  throw outcome.error
}

/** The same for a part whose refusal is its own outcome and nobody else's; only a Problem is one. */
export async function apart<T>(tx: Tx, part: () => Promise<T>): Promise<Outcome<T>> {
  await tx.run(sql`savepoint part`)
  try {
    const result = await part()
    await tx.run(sql`release savepoint part`)
    return done(result)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await tx.run(sql`rollback to savepoint part`)
    return refused(error)
  }
}
