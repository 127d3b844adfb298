import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

/** Which of these persons are here: files name people by the ids that Hilo's own customer file keeps. */
export async function knownPersons(q: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q.many<{ id: string }>(sql`
    select id from customers.person where id = any (${[...new Set(ids)]}::text[]) and erased_at is null`)
  return new Set(rows.map(({ id }) => id))
}
