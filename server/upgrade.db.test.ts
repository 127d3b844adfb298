/** What servers of the version before write while they run beside today's. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rebuildSearch } from '#catalog'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aShop } from './orders/testing.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
  await aShop(t.db, t.clock)
  await t.db.transaction(rebuildSearch)
})
afterAll(() => t?.close())

test.each([
  ['a product', sql`update catalog.search_document set words_es = words_es`, sql`catalog.search_document`],
  ['a price', sql`update pricing.price set amount_minor = amount_minor`, sql`pricing.price`],
])('%s that a server of before writes is noted as changed, so today’s look again', async (_what, write, table) => {
  const { since } = await t.db.one<{ since: string }>(sql`select pg_current_xact_id()::text as since`)
  await t.db.run(write)
  const { rows, seen } = await t.db.one<{ rows: number; seen: number }>(
    sql`select count(*)::int as rows, count(*) filter (where touched > ${since}::xid8)::int as seen from ${table}`,
  )
  expect([rows > 0, seen]).toEqual([true, rows])
})
