import type { Tx } from './db.ts'
import { sql } from './sql.ts'

/**
 * The next number of a gapless series. It is taken in the transaction that uses it: rolled back with it, so no gap; the row is
 * locked until the commit, so take it last.
 */
export async function nextNumber(tx: Tx, series: string, start = 1): Promise<number> {
  const { value } = await tx.one<{ value: number }>(sql`
    insert into platform.counter (name, value) values (${series}, ${start})
    on conflict (name) do update set value = platform.counter.value + 1
    returning value`)
  return value
}
