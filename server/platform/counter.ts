import type { Tx } from './db.ts'
import { type Sql, sql } from './sql.ts'

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

/**
 * The same without waiting for the answer, so that the row is locked only while the rest of the transaction is sent: nobody else
 * waits for this process to come round. Write everything else first.
 * @returns what stands for the number, as `prefix` and at least so many digits, in the statements that follow
 */
export function numberLater(
  tx: Tx,
  series: string,
  { start, prefix, digits }: { start: number; prefix: string; digits: number },
): Sql {
  const setting = `hilo.${series}`
  tx.later(sql`
    with taken as (
      insert into platform.counter (name, value) values (${series}, ${start})
      on conflict (name) do update set value = platform.counter.value + 1
      returning value::text as value
    )
    select set_config(${setting}, ${prefix}::text || lpad(value, greatest(${digits}::int, length(value)), '0'), true) from taken`)
  return sql`current_setting(${setting}::text)`
}
