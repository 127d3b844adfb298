import { isEan13 } from '@hilo/calc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { threadSubscriber } from '#customers'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { subscribers } from '../app.ts'
import { verify } from '../verify/index.ts'
import { loadDemo } from './load.ts'

let t: TestDatabase
let first: Awaited<ReturnType<typeof loadDemo>>
const progress: [number, number][] = []

beforeAll(async () => {
  t = await testDatabase()
  first = await loadDemo(t.db, { clock: t.clock, onProgress: (done, total) => progress.push([done, total]) })
})
afterAll(() => t.close())

const count = async (from: string): Promise<number> => {
  const { rows } = await t.db.pool.query<{ n: number }>(`select count(*)::int as n from ${from}`)
  return rows[0]?.n ?? 0
}

test('the whole retailer is there: six places, 74 products, 809 variants, 300 people, 120 days of orders', async () => {
  expect(first).toMatchObject({ status: 'loaded', products: 74, people: 300 })
  expect(await count('inventory.location')).toBe(6)
  expect(await count('catalog.variant')).toBe(809)
  expect(await count('customers.person')).toBe(300)
  expect(await count('orders.customer_order')).toBe(first.orders)
  expect(first.orders).toBeGreaterThan(1400)
  expect(await count('pricing.price')).toBe(809)
  expect(await count('catalog.search_document')).toBe(74)
  expect(progress.at(-1)).toEqual([8, 8])
  expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).toSorted((a, b) => a - b))
})

test('what is in the shop is what the law and the barcodes ask for: 21, 10 and 4 %, check digits, both channels', async () => {
  const rates = await t.db.many<{ taxClass: string; rateBp: number }>(sql`
    select distinct p.tax_class as "taxClass", l.tax_rate_bp as "rateBp"
      from orders.order_line l join catalog.variant v on v.id = l.variant_id join catalog.product p on p.id = v.product_id order by 2`)
  expect(rates).toEqual([
    { taxClass: 'super_reduced', rateBp: 400 },
    { taxClass: 'reduced', rateBp: 1000 },
    { taxClass: 'standard', rateBp: 2100 },
  ])
  const codes = await t.db.many<{ gtin: string }>(sql`select gtin from catalog.variant`)
  expect(codes.filter(({ gtin }) => !isEan13(gtin))).toEqual([])
  const [sold] = await t.db.many<{ web: number; pos: number; newest: Date; oldest: Date; future: number }>(sql`
    select count(*) filter (where channel_id = 'web')::int as web, count(*) filter (where channel_id = 'pos')::int as pos,
           max(placed_at) as newest, min(placed_at) as oldest, count(*) filter (where placed_at > ${t.clock.now()})::int as future
      from orders.customer_order`)
  expect(sold?.web).toBeGreaterThan(500)
  expect(sold?.pos).toBeGreaterThan(700)
  const day = 86_400_000
  expect(t.clock.now().getTime() - (sold?.newest.getTime() ?? 0)).toBeLessThan(day)
  expect((t.clock.now().getTime() - (sold?.oldest.getTime() ?? 0)) / day).toBeGreaterThan(118.5)
  expect(sold?.future).toBe(0)
})

test('every collection is announced by a picture of its own', async () => {
  const { n, all } = await t.db.one<{ n: number; all: number }>(
    sql`select count(distinct picture)::int as n, count(*)::int as all from catalog.collection`,
  )
  expect([n, all]).toEqual([8, 8])
})

test('every law holds on the data as loaded', async () => {
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count: wrong }) => wrong > 0)).toEqual([])
  expect(report.ok).toBe(true)
})

test('a second load changes nothing', async () => {
  const before = await t.db.one(sql`select count(*)::int as events, max(seq) as seq from platform.event`)
  const again = await loadDemo(t.db, { clock: t.clock })
  expect(again).toEqual({ ...first, status: 'already_loaded' })
  expect(await t.db.one(sql`select count(*)::int as events, max(seq) as seq from platform.event`)).toEqual(before)
})

test('a visitor finds things to do: pickups to pick, some ready, a missing unit, a parcel under way, baskets with codes, a fresh return', async () => {
  expect(await count(`fulfillment.fulfillment_order where kind = 'pickup' and status = 'open'`)).toBeGreaterThanOrEqual(
    3,
  )
  const ready = await t.db.many<{ code: string }>(sql`
    select distinct l.code from fulfillment.fulfillment_order f join inventory.location l on l.id = f.location_id
     where f.status = 'ready' and f.set_aside_at is not null`)
  expect(ready.map(({ code }) => code)).toEqual(expect.arrayContaining(['VLC', 'BIO']))
  expect(await count(`fulfillment.fulfillment_order where status = 'shipped'`)).toBeGreaterThanOrEqual(1)
  expect(await count(`fulfillment.shortage where status = 'asked' and jsonb_array_length(options) > 0`)).toBe(1)
  expect(await count(`orders.cart where status = 'open' and code is not null`)).toBe(2)
  expect(await count(`orders.customer_return where at > '2026-11-19T09:00:00Z'`)).toBeGreaterThanOrEqual(1)
  const overdue = await t.db.one<{ n: number }>(
    sql`select count(*)::int as n from fulfillment.promise where status = 'made' and due_at <= ${t.clock.now()}`,
  )
  expect(overdue.n).toBe(0)
})

test('everybody who follows the log has seen the past: no mail and no settlement comes of it', async () => {
  await t.drain(subscribers)
  const known = await t.db.many<{ name: string; failures: number }>(
    sql`select name, failures from platform.subscriber order by name`,
  )
  expect(known.map(({ name }) => name)).toEqual([...new Set(subscribers.map(({ name }) => name))].toSorted())
  expect(known.every(({ failures }) => failures === 0)).toBe(true)
  // The shortage asks its buyer; nothing else is written to anybody.
  expect(await count('platform.mail_message')).toBe(1)
  expect((await verify(t.db, { clock: t.clock })).ok).toBe(true)
})

test('the thread is what the module of customers would have made of the same events', async () => {
  const entries = sql`select person_id, at, seq, kind, channel, subject_id, data from customers.thread_entry order by seq, kind`
  const loaded = await t.db.many(entries)
  expect(loaded.length).toBeGreaterThan(3000)
  await t.db.run(sql`delete from customers.thread_entry`)
  await t.db.run(sql`update platform.subscriber set last_seq = 0 where name = ${threadSubscriber.name}`)
  await t.drain([threadSubscriber])
  expect(await t.db.many(entries)).toEqual(loaded)
})

test('a database that sells other goods is left alone', async () => {
  const other = await testDatabase()
  await other.db.run(
    sql`insert into catalog.product (id, handle, title) values ('prd_x', 'otra-cosa', '{"es":"Otra cosa","en":"Other"}')`,
  )
  await expect(loadDemo(other.db, { clock: other.clock })).rejects.toThrow(/needs an empty database/)
  expect(await other.db.one(sql`select count(*)::int as n from inventory.location`)).toEqual({ n: 0 })
  await other.close()
})

test('same seed, same moment, same shop; only pickup codes are drawn anew', async () => {
  const other = await testDatabase()
  await loadDemo(other.db, { clock: other.clock })
  const digest = sql`
    select md5(string_agg(o.id || o.number || coalesce(o.person_id, '') || o.total_minor || o.status, ',' order by o.id)) as orders,
           (select md5(string_agg(m.id || m.variant_id || m.quantity, ',' order by m.id)) from inventory.stock_movement m where m.kind <> 'adjusted') as movements,
           (select md5(string_agg(p.id || p.name, ',' order by p.id)) from customers.person p) as people,
           (select md5(string_agg(v.id || v.sku, ',' order by v.id)) from catalog.variant v) as variants
      from orders.customer_order o`
  expect(await other.db.one(digest)).toEqual(await t.db.one(digest))
  const codes = sql`select md5(string_agg(pickup_code, ',' order by id)) as codes from fulfillment.fulfillment_order`
  expect(await other.db.one(codes)).not.toEqual(await t.db.one(codes))
  await other.close()
})

test('loaded in the first minutes of a year, with every shop closed, the laws hold just as well', async () => {
  const other = await testDatabase()
  other.clock.set('2027-01-01T00:05:00Z')
  const loaded = await loadDemo(other.db, { clock: other.clock })
  expect(loaded.orders).toBeGreaterThan(1400)
  const report = await verify(other.db, { clock: other.clock })
  expect(report.checks.filter(({ count: wrong }) => wrong > 0)).toEqual([])
  const future = await other.db.one<{ n: number }>(
    sql`select count(*)::int as n from orders.customer_order where placed_at > ${other.clock.now()}`,
  )
  expect(future.n).toBe(0)
  await other.close()
})

test('two loads at once make one shop', async () => {
  const other = await testDatabase()
  const results = await Promise.all([
    loadDemo(other.db, { clock: other.clock }),
    loadDemo(other.db, { clock: other.clock }),
  ])
  expect(results.map(({ status }) => status).toSorted()).toEqual(['already_loaded', 'loaded'])
  expect(await other.db.one(sql`select count(*)::int as n from inventory.location`)).toEqual({ n: 6 })
  await other.close()
})
