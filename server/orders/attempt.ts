import type { Tx } from '#platform/db'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'

/**
 * Tries a part of a transaction: when it is refused with one of these codes, everything it did is undone and the rest of the
 * transaction goes on. Needed where a refusal has its own next step (another place, money back) that must commit.
 * @returns what the part gave, or undefined when it was refused
 */
export async function attempt<T>(tx: Tx, codes: readonly string[], part: () => Promise<T>): Promise<T | undefined> {
  await tx.run(sql`savepoint attempt`)
  try {
    const result = await part()
    await tx.run(sql`release savepoint attempt`)
    return result
  } catch (error) {
    if (!(error instanceof Problem) || !codes.includes(error.code)) throw error
    await tx.run(sql`rollback to savepoint attempt`)
    return undefined
  }
}
