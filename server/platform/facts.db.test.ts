import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Db, openDb, type Queryable } from './db.ts'
import { foldFactChanges, keptById, keptList } from './facts.ts'
import { writtenBy } from './facts-state.ts'
import { type Sql, sql } from './sql.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
let other: Db
let loads = 0

beforeAll(async () => {
  t = await testDatabase()
  // Another server process on the same database, with a memory of its own.
  other = openDb(t.url, { poolSize: 3 })
})
afterAll(async () => {
  await other.close()
  await t.close()
})
beforeEach(() => {
  loads = 0
})

const names = (q: Queryable) =>
  keptList(q, 'test.channel_names', async () => {
    loads += 1
    const rows = await q.many<{ name: string }>(sql`select name ->> 'es' as name from catalog.channel order by id`)
    return rows.map(({ name }) => name)
  })
const byId = (q: Queryable, ids: string[]) =>
  keptById(q, 'test.channel', ids, async (missing) => {
    loads += 1
    const rows = await q.many<{ id: string; name: string }>(
      sql`select id, name ->> 'es' as name from catalog.channel where id = any(${missing})`,
    )
    return new Map(rows.map(({ id, name }) => [id, name]))
  })
const rename = (q: Pick<Queryable, 'run'>, name: string) =>
  q.run(
    sql`update catalog.channel set name = jsonb_build_object('es', ${name}::text, 'en', ${name}::text) where id = 'web'`,
  )

test('a list is read once, and anew after any process changed it', async () => {
  await names(t.db)
  await names(t.db)
  expect(loads).toBe(1)
  await rename(other, 'Tienda en línea')
  expect(await names(t.db)).toContain('Tienda en línea')
  expect(loads).toBe(2)
})

test('a change that is rolled back was seen by its own transaction only, and is remembered by nobody', async () => {
  const before = await names(t.db)
  await expect(
    t.db.transaction(async (tx) => {
      await rename(tx, 'Nunca')
      expect(await names(tx)).toContain('Nunca')
      expect(await names(t.db)).toEqual(before)
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  expect(await names(t.db)).toEqual(before)
  expect(await names(other)).toEqual(before)
})

test('a transaction that read before it wrote sees its own change, also when it only wrote later', async () => {
  await t.db.transaction(async (tx) => {
    await names(tx)
    tx.later(sql`update catalog.channel set name = '{"es":"Después","en":"Later"}' where id = 'web'`)
    expect(await names(tx)).toContain('Después')
  })
  expect(await names(other)).toContain('Después')
})

test('rows by id: only the missing ones are read, and folding the counts forgets nothing', async () => {
  await byId(t.db, ['web'])
  await byId(t.db, ['web', 'pos'])
  await byId(t.db, ['pos', 'web', 'nobody'])
  expect(loads).toBe(3)
  await rename(other, 'Web')
  await t.db.transaction(foldFactChanges)
  expect((await byId(t.db, ['web'])).get('web')).toBe('Web')
  await t.db.transaction(foldFactChanges)
  const folded = loads
  await byId(t.db, ['web'])
  expect(loads).toBe(folded)
})

/** Tables with the trigger, by the database's own word. */
const hasTrigger = (oid: Sql) => sql`
  exists (select 1 from pg_trigger g join pg_proc p on p.oid = g.tgfoid where g.tgrelid = ${oid} and p.proname = 'note_fact_change')`
const ours = sql`('platform', 'staff', 'catalog', 'customers', 'pricing', 'inventory', 'payments', 'fulfillment', 'orders')`

test('every table with the trigger is known, however it is written, and no other', async () => {
  const tables = await t.db.many<{ schema: string; name: string; facts: boolean }>(sql`
    select n.nspname as schema, c.relname as name, ${hasTrigger(sql`c.oid`)} as facts
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ${ours}`)
  const ways = (table: string) => [
    `insert into ${table} (id) values ($1)`,
    `UPDATE ONLY ${table} set a = 1`,
    `with gone as (delete\n from ${table} returning 1) select 1`,
    `merge into ${table} t using x on true when matched then do nothing`,
    `truncate table ${table}`,
    `copy ${table} from stdin`,
  ]
  const wrong: string[] = []
  for (const { schema, name, facts } of tables) {
    for (const table of [`${schema}.${name}`, `"${schema}"."${name}"`]) {
      for (const way of ways(table)) {
        const written = writtenBy(way)
        // Of the catalog a few tables are not remembered; to ask once more after writing them is harmless.
        if (written.facts !== facts && schema !== 'catalog') wrong.push(way)
        if (facts && !written.facts) wrong.push(way)
        if (written.prices !== (schema === 'pricing')) wrong.push(way)
      }
      if (Object.values(writtenBy(`select * from ${table} for update`)).includes(true)) wrong.push(`reading ${table}`)
    }
  }
  expect(wrong).toEqual([])
  expect(tables.filter(({ facts }) => facts).length).toBeGreaterThan(8)
})

test('no remembered table is written behind the back of a statement, by a cascade or a function', async () => {
  const cascades = await t.db.many<{ written: string; by: string }>(sql`
    select conrelid::regclass::text as written, confrelid::regclass::text as by from pg_constraint
     where contype = 'f' and confdeltype in ('c', 'n', 'd') and ${hasTrigger(sql`conrelid`)} and not ${hasTrigger(sql`confrelid`)}`)
  expect(cascades.filter(({ by }) => !writtenBy(`delete from ${by}`).facts)).toEqual([])
  const functions = await t.db.many<{ name: string; source: string }>(sql`
    select p.proname as name, p.prosrc as source from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${ours}`)
  expect(functions.length).toBeGreaterThan(1)
  const writing = functions.filter(({ source }) => Object.values(writtenBy(source)).includes(true))
  expect(writing.map(({ name }) => name)).toEqual([])
})

test('what a write sent later refuses is thrown by the next statement, or by the commit, and nothing is kept', async () => {
  const refused = sql`insert into catalog.channel (id, name, kind, currency, country) values ('web', '{}', 'web', 'EUR', 'ES')`
  const note = (key: string) => sql`insert into platform.setting (key, value) values (${key}, '1')`
  await expect(
    t.db.transaction(async (tx) => {
      tx.later(note('a'))
      tx.later(refused)
      await tx.run(note('b'))
    }),
  ).rejects.toMatchObject({ code: '23505', constraint: 'channel_pkey' })
  await expect(
    t.db.transaction(async (tx) => {
      tx.later(note('c'))
      tx.later(refused)
    }),
  ).rejects.toMatchObject({ code: '23505' })
  expect(await t.db.many(sql`select key from platform.setting where key in ('a', 'b', 'c')`)).toEqual([])
})
