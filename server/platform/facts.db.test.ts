import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Db, openDb, type Queryable } from './db.ts'
import { foldFactChanges, keptById, keptList } from './facts.ts'
import { sql } from './sql.ts'
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
