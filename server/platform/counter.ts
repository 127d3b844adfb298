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

/**
 * So many next numbers of several gapless series, in one statement; rows are locked in name order.
 * @param wanted how many of each series, and where it begins
 * @returns the numbers of each series, ascending
 */
export async function takeNumbers(
  tx: Tx,
  wanted: ReadonlyMap<string, { count: number; start?: number }>,
): Promise<Map<string, number[]>> {
  const series = [...wanted].filter(([, { count }]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1))
  if (series.length === 0) return new Map()
  const rows = await tx.many<{ name: string; last: number; count: number }>(sql`
    with asked as (
      select * from unnest(${series.map(([name]) => name)}::text[], ${series.map(([, { count }]) => count)}::bigint[],
                           ${series.map(([, { start = 1 }]) => start)}::bigint[]) as a (name, count, start) order by name)
    , taken as (
      insert into platform.counter (name, value) select name, start + count - 1 from asked
      on conflict (name) do update
         set value = platform.counter.value + (select a.count from asked a where a.name = excluded.name)
      returning name, value)
    select t.name, t.value as last, a.count from taken t join asked a on a.name = t.name`)
  return new Map(
    rows.map(({ name, last, count }) => [name, Array.from({ length: count }, (_, at) => last - count + 1 + at)]),
  )
}

/** Numbers that came from elsewhere are taken: each series goes on behind them. Lower ones change nothing. */
export async function raiseNumbers(tx: Tx, highest: ReadonlyMap<string, number>): Promise<void> {
  const series = [...highest].filter(([, value]) => value > 0).sort(([a], [b]) => (a < b ? -1 : 1))
  if (series.length === 0) return
  await tx.run(sql`
    insert into platform.counter (name, value)
    select * from unnest(${series.map(([name]) => name)}::text[], ${series.map(([, value]) => value)}::bigint[]) as n (name, value) order by name
    on conflict (name) do update set value = greatest(platform.counter.value, excluded.value)`)
}
