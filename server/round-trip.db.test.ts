import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { customersCsv } from '#customers'
import { createLocation, exportStock, listLocations } from '#inventory'
import { ordersCsv } from '#orders'
import type { Db } from '#platform/db'
import { newId } from '#platform/ids'
import { type ImportKind, importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { exportProducts } from '#pricing'
import { loadDemo } from './demo/load.ts'
import './products-and-stock.ts'
import { verify } from './verify/index.ts'

/** In the order in which an empty shop is filled. */
const kinds = ['products', 'stock', 'customers', 'orders'] as const satisfies readonly ImportKind[]
let here: TestDatabase
let there: TestDatabase
let folder: string

async function textOf(pieces: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += String(piece)
  return text
}

async function exported(db: Db): Promise<Record<(typeof kinds)[number], string>> {
  return {
    products: await textOf(exportProducts(db, { format: 'hilo-csv' })),
    stock: await textOf(exportStock(db)),
    customers: await textOf(customersCsv(db)),
    orders: await textOf(ordersCsv(db)),
  }
}

/** What an owner sets up before any file: the same places, under ids of their own. */
async function setUp(db: Db): Promise<void> {
  for (const place of await listLocations(here.db))
    await db.transaction((tx) => createLocation(tx, { ...place, id: newId('loc') }))
  const channels = await here.db.many<object>(sql`select * from catalog.channel`)
  await db.run(sql`
    insert into catalog.channel select * from jsonb_populate_recordset(null::catalog.channel, ${JSON.stringify(channels)}::jsonb) on conflict do nothing`)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-round-trip-'))
  here = await testDatabase()
  there = await testDatabase()
  await loadDemo(here.db, { clock: here.clock })
  // What the demo does not have: a product put away, and collections within each other.
  await here.db.run(sql`
    update catalog.product set status = 'archived' where id = (select id from catalog.product order by handle limit 1)`)
  await here.db.run(sql`
    update catalog.collection set parent_id = (select id from catalog.collection where handle = 'rebajas') where handle in ('cama', 'hombre')`)
  await setUp(there.db)
}, 180_000)
afterAll(async () => {
  await there?.close()
  await here?.close()
  if (folder) await rm(folder, { recursive: true })
})

test('the demo retailer goes out as four files, into an empty shop, and out again: every file is the same to the byte, and every law holds', {
  timeout: 240_000,
}, async () => {
  const before = await exported(here.db)
  for (const kind of kinds) {
    const path = join(folder, `${kind}.csv`)
    await writeFile(path, before[kind])
    const result = await importFile(there.db, there.clock, { kind, path })
    const issues = await there.db.many(
      sql`select line, field, code, value from platform.import_issue where run_id = ${result.runId}`,
    )
    expect({ kind, status: result.status, refused: result.rowsRefused, issues }).toEqual({
      kind,
      status: 'done',
      refused: 0,
      issues: [],
    })
  }
  const after = await exported(there.db)
  for (const kind of kinds) expect(linesThatDiffer(before[kind], after[kind])).toEqual([])
  expect(after).toEqual(before)
  expect((await verify(there.db, { clock: there.clock })).checks.filter(({ count }) => count > 0)).toEqual([])
})

/** The first few, so that a failure can be read. */
function linesThatDiffer(before: string, after: string): [string, string | undefined][] {
  const other = after.split('\n')
  return before
    .split('\n')
    .flatMap((line, at): [string, string | undefined][] => (line === other[at] ? [] : [[line, other[at]]]))
    .slice(0, 3)
}

test('the files hold what matters: canceled units, returns with their lines, payments with what went back, work that is left, a product put away', async () => {
  const facts = (db: Db) =>
    db.one<Record<string, number>>(sql`
      select (select count(*)::int from catalog.product where status = 'archived') as archived,
             (select count(*)::int from catalog.collection where parent_id is not null) as within,
             (select sum(canceled_units)::int from orders.order_line) as canceled,
             (select sum(returned_units)::int from orders.order_line) as returned,
             (select count(*)::int from orders.customer_return_line where order_line_id is not null) as linked,
             (select sum(captured_minor)::bigint from payments.payment) as captured,
             (select sum(refunded_minor)::bigint from payments.payment) as refunded,
             (select count(*)::int from inventory.allocation where status = 'open') as promised,
             (select count(*)::int from fulfillment.fulfillment_order where status in ('open', 'ready', 'shipped')) as work,
             (select count(*)::int from fulfillment.shortage where status = 'asked') as asked,
             (select count(*)::int from orders.customer_order where location_id is not null) as counter`)
  const [one, two] = [await facts(here.db), await facts(there.db)]
  expect(two).toEqual(one)
  for (const value of Object.values(one)) expect(value).toBeGreaterThan(0)
})

test('the next order of the new shop goes on behind the numbers that came', async () => {
  const { last, next } = await there.db.one<{ last: string; next: string }>(sql`
    select (select max(number) from orders.customer_order where number ~ '^H-') as last,
           (select 'H-' || value from platform.counter where name = 'order_number') as next`)
  expect(next).toBe(last)
})

test('the same files a second time change nothing', { timeout: 240_000 }, async () => {
  for (const kind of kinds) {
    const result = await importFile(there.db, there.clock, { kind, path: join(folder, `${kind}.csv`) })
    expect({ kind, taken: result.rowsTaken, refused: result.rowsRefused }).toEqual({ kind, taken: 0, refused: 0 })
  }
})
