import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from './db.ts'
import { keepAnswer, takeKey } from './idempotency.ts'
import { isFinish, migrate, migrationsOf, readMigrations, SchemaMismatch } from './migrate.ts'
import { emit, eventsAfter, type HiloEvent, relayOnce } from './outbox.ts'
import { eachByKey, type Sql, sql } from './sql.ts'
import { advance, advanceTogether, type Subscriber } from './subscribers.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
let db: Db
beforeAll(async () => {
  t = await testDatabase()
  db = t.db
})
afterAll(() => t.close())

const said = (n: number) =>
  db.transaction((tx) =>
    emit(tx, t.clock, 'customers.person_changed', { subjectId: `per_${n}`, payload: { personId: `per_${n}` } }),
  )

test('migrations run once; a database newer than the code or with an edited migration is refused', async () => {
  expect(await migrate(db)).toEqual([])
  const known = await readMigrations()
  await expect(migrate(db, known.slice(0, -1))).rejects.toThrowError(SchemaMismatch)
  const edited = known.map((m, i) => (i === 0 ? { ...m, checksum: 'other' } : m))
  await expect(migrate(db, edited)).rejects.toMatchObject({ kind: 'edited' })
})

test('what finishes an upgrade waits until it is asked for; an empty database has no older server and needs not wait', async () => {
  const extra = (version: number, name: string, text: string) => ({ version, name, text, checksum: 'x' })
  const later = [
    ...(await readMigrations()),
    extra(9990, '9990_expand.sql', 'create table platform.expanded (id int)'),
    extra(9991, '9991_things_finish.sql', 'create table platform.finished (id int)'),
  ]
  const recorded = () =>
    db.many<{ version: number; beside: boolean }>(sql`
      select version, beside from (select version, false as beside from public.hilo_migration
        union all select version, true from public.hilo_expansion) m where version > 9000 order by 1`)
  expect(await migrate(db, later)).toEqual(['9990_expand.sql'])
  // A server of the first release counts the rows of hilo_migration: what it need not know does not stand there.
  expect(await recorded()).toEqual([{ version: 9990, beside: true }])
  expect(await migrate(db, later, { finish: true })).toEqual(['9991_things_finish.sql'])
  expect(await recorded()).toEqual([
    { version: 9990, beside: true },
    { version: 9991, beside: false },
  ])
  await expect(migrate(db)).rejects.toMatchObject({ kind: 'newer' })
  await db.script(`drop table platform.expanded; drop table platform.finished;
    delete from public.hilo_migration where version > 9000; delete from public.hilo_expansion where version > 9000`)
  // The template of the tests was an empty database once.
  const finishing = (await readMigrations()).filter(isFinish).map(({ name }) => name)
  const ran = (await migrationsOf(db)).map(({ name }) => name)
  expect([finishing.length > 0, finishing.every((name) => ran.includes(name))]).toEqual([true, true])
})

test('the relay gives gapless numbers in the order of commits, also with many writers and several relays', async () => {
  await Promise.all(Array.from({ length: 60 }, (_, n) => said(n)))
  const moved = await Promise.all([relayOnce(db), relayOnce(db), relayOnce(db)])
  moved.push(await relayOnce(db))
  const events = await eventsAfter(db, 0, 1000)
  // What a relay says it moved is what stands in the log.
  expect(moved.flatMap((one) => one ?? []).toSorted((a, b) => a.seq - b.seq)).toEqual(events)
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(new Set(events.map(({ subjectId }) => subjectId)).size).toBe(60)
})

test('an event of a transaction that was rolled back never appears', async () => {
  const before = await db.one<{ n: number }>(sql`select count(*)::int as n from platform.outbox`)
  await expect(
    db.transaction(async (tx) => {
      await emit(tx, t.clock, 'customers.person_changed', { subjectId: 'per_x', payload: { personId: 'per_x' } })
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  expect(await db.one(sql`select count(*)::int as n from platform.outbox`)).toEqual(before)
})

test('a failing subscriber waits alone and later gets every event once; the others go on', async () => {
  const seen: number[] = []
  const healthy: number[] = []
  let broken = true
  const fragile: Subscriber = {
    name: 'fragile',
    types: '*',
    handle: async (_context, event: HiloEvent) => {
      if (broken && event.seq === 30) throw new Error('cannot now')
      seen.push(event.seq)
    },
  }
  const sound: Subscriber = { name: 'sound', types: '*', handle: async (_c, event) => void healthy.push(event.seq) }
  expect(await advance(db, t.clock, fragile)).toBe(0)
  expect(await advance(db, t.clock, sound)).toBe(60)
  const row = await db.one<{ lastError: string; lastSeq: number }>(
    sql`select last_error as "lastError", last_seq as "lastSeq" from platform.subscriber where name = 'fragile'`,
  )
  expect(row).toEqual({ lastError: 'Error: cannot now', lastSeq: 0 })
  expect(await advance(db, t.clock, fragile)).toBe(0)
  broken = false
  seen.length = 0
  t.clock.advance(10_000)
  expect(await advance(db, t.clock, fragile)).toBe(60)
  expect(seen).toEqual(healthy)
})

test('subscribers move together; one that fails waits alone, and what the others did is done once', async () => {
  const note = (name: string): Subscriber => ({
    name,
    types: '*',
    handle: async ({ tx }, { seq, subjectId }) => {
      if (subjectId === 'bad' && name === 'second') throw new Error('cannot now')
      await tx.run(sql`insert into public.followed (name, seq) values (${name}, ${seq})`)
    },
  })
  const three = ['first', 'second', 'third'].map(note)
  const followed = () =>
    db.many<{ name: string; n: number }>(
      sql`select name, count(distinct seq)::int as n, count(*)::int as rows from public.followed group by name order by name`,
    )
  await db.script('create table public.followed (name text, seq bigint)')
  // Those who are new begin at the first event, each for itself; from then on they stand at the end.
  for (const subscriber of three) await advance(db, t.clock, subscriber)
  await Promise.all([said(100), said(101)])
  expect(await advanceTogether(db, t.clock, three, (await relayOnce(db)) ?? [])).toBe(6)
  expect(await followed()).toEqual(['first', 'second', 'third'].map((name) => ({ name, n: 62, rows: 62 })))
  // A busy turn, larger than what one who is behind reads at a time, moves all of them in one transaction, too.
  await db.transaction(async (tx) => {
    for (let n = 0; n < 450; n++)
      await emit(tx, t.clock, 'orders.placed', { subjectId: `busy_${n}`, payload: {} as never })
  })
  expect(await advanceTogether(db, t.clock, three, (await relayOnce(db)) ?? [])).toBe(3 * 450)
  expect(await followed()).toEqual(['first', 'second', 'third'].map((name) => ({ name, n: 512, rows: 512 })))
  const { writers } = await db.one<{ writers: number }>(sql`
    select count(distinct xmin::text)::int as writers from platform.subscriber where name = any(${three.map(({ name }) => name)}::text[])`)
  expect(writers).toBe(1)
  await db.transaction((tx) => emit(tx, t.clock, 'orders.placed', { subjectId: 'bad', payload: {} as never }))
  expect(await advanceTogether(db, t.clock, three, (await relayOnce(db)) ?? [])).toBe(2)
  expect(await followed()).toEqual([513, 512, 513].map((n, at) => ({ name: three[at]?.name, n, rows: n })))
  await db.script('drop table public.followed')
  await db.run(sql`delete from platform.subscriber where name = any(${three.map(({ name }) => name)}::text[])`)
})

test('a lookup by key that was planned while its table was empty does not read the whole table later', async () => {
  await db.script(
    'create table public.looked_up (scope text, key text, primary key (scope, key)); analyze public.looked_up',
  )
  const byKey = sql`k.scope = n.scope and k.key = n.key`
  const planOf = (joined: Sql) =>
    db.transaction(
      async (tx) => {
        const rows = await tx.many<Record<string, string>>(
          sql`explain select k.key from unnest(${['a', 'b']}::text[], ${['1', '2']}::text[]) as n (scope, key) ${joined}`,
        )
        return rows.map((row) => Object.values(row)[0]).join('\n')
      },
      { byKey: true },
    )
  // Where this says something else, the planner has learnt and the helper can go.
  expect(await planOf(sql`join public.looked_up k on ${byKey}`)).toContain('Join Filter')
  const each = eachByKey(sql`select * from public.looked_up k where ${byKey}`)
  expect(await planOf(sql`${each} k`)).toContain('Index Cond: ((scope = n.scope) AND (key = n.key))')
  await db.script('drop table public.looked_up')
})

test('the same key at the same moment does the work once and answers the same twice', async () => {
  const key = { scope: 'test', key: 'k1', fingerprint: 'f' }
  let runs = 0
  const request = () =>
    db.transaction(async (tx) => {
      const kept = await takeKey(tx, t.clock, key)
      if (kept) return kept
      runs += 1
      const answer = { status: 200, body: { run: runs } }
      keepAnswer(tx, key, answer)
      return answer
    })
  const answers = await Promise.all([request(), request(), request(), request()])
  expect(runs).toBe(1)
  for (const answer of answers) expect(answer).toEqual({ status: 200, body: { run: 1 } })
  await expect(db.transaction((tx) => takeKey(tx, t.clock, { ...key, fingerprint: 'other' }))).rejects.toMatchObject({
    code: 'platform.key_reused',
  })
})

test('a crash between the work and the answer leaves neither: the repeat does the work', async () => {
  const key = { scope: 'test', key: 'k2', fingerprint: 'f' }
  await expect(
    db.transaction(async (tx) => {
      await takeKey(tx, t.clock, key)
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
  expect(await db.transaction((tx) => takeKey(tx, t.clock, key))).toBeUndefined()
})

test('a migration that meets live traffic steps back and tries again instead of holding everybody up', async () => {
  const holder = await t.db.pool.connect()
  await holder.query('begin; lock table platform.outbox in row exclusive mode')
  const version = 9998
  const migration = {
    version,
    name: '9998_lock.sql',
    checksum: 'x',
    text: 'alter table platform.outbox add column tried int',
  }
  const running = migrate(t.db, [...(await readMigrations()), migration])
  await new Promise((resolve) => setTimeout(resolve, 1500))
  // Others are not stuck behind it for long, though it waits for its lock.
  const begun = performance.now()
  await t.db.many(sql`select 1 from platform.outbox limit 1`)
  expect(performance.now() - begun).toBeLessThan(1500)
  await holder.query('commit')
  holder.release()
  expect(await running).toEqual(['9998_lock.sql'])
  await t.db.script(
    `alter table platform.outbox drop column tried; delete from public.hilo_expansion where version = ${version}`,
  )
})
