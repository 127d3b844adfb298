import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDb } from '#platform/db'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { findCounterCarts } from './counter-carts.ts'
import { abandonCarts } from './lapse-draft.ts'

let t: TestDatabase
/** One connection, so that its counters can be asked for at once. */
let db: Db
const many = 20_000
const shown = { limit: 20, locationId: undefined }

// Most baskets that a shop has had were placed; a few hundred are open, two are being paid, three wait for these tests.
beforeAll(async () => {
  t = await testDatabase()
  db = openDb(t.url, { poolSize: 1 })
  await db.script(`
    set session_replication_role = replica;
    insert into orders.cart (id, channel_id, location_id, status, currency, contact, created_at, updated_at)
      select 'crt_' || n, 'web', case when n % 2 = 0 then 'loc_' || n % 40 end,
             case when n % 50 = 0 then 'open' when n % 5000 = 1 then 'placing' else 'placed' end, 'EUR',
             jsonb_build_object('name', 'N', 'email', n || '@Example.com', 'phone', '+346' || lpad(n::text, 8, '0')), now(), now()
        from generate_series(1, ${many}) n;
    insert into orders.cart (id, code, code_expires_at, channel_id, location_id, status, currency, contact, created_at, updated_at) values
      ('crt_shared', 'ABCD2345', '2030-01-01', 'web', null, 'open', 'EUR', '{}', now(), now()),
      ('crt_paying', null, null, 'web', null, 'placing', 'EUR', '{"email":"Paga@Example.com","phone":"+34612000001"}', now(), now()),
      ('crt_place', null, null, 'pos', 'loc_here', 'placing', 'EUR', '{}', now(), now());
    insert into orders.cart_line (id, cart_id, variant_id, units, position, created_at)
      select 'lin_' || id, id, 'var_1', 1, 1, now() from orders.cart;
    insert into orders.customer_order (id, number, cart_id, channel_id, status, currency, subtotal_minor, discount_minor, tax_minor, total_minor, contact, created_at, lapses_at)
      select 'ord_' || n, 'H-' || n, 'crt_' || n, 'web', 'placed', 'EUR', 0, 0, 0, 0, '{}'::jsonb, now(), null::timestamptz from generate_series(1, ${many}) n
      union all select 'ord_paying', null, 'crt_paying', 'web', 'draft', 'EUR', 0, 0, 0, 0, '{"email":"paga@example.com","phone":"+34612000001"}'::jsonb, now(), now();
    set session_replication_role = origin;
    analyze;`)
})
afterAll(async () => {
  await db?.close()
  await t?.close()
})

async function rowsRead(): Promise<number> {
  await db.many(sql`select pg_stat_force_next_flush()`)
  await db.many(sql`select pg_stat_clear_snapshot()`)
  const { read } = await db.one<{ read: number }>(sql`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint as read from pg_stat_user_tables
     where relname in ('cart', 'customer_order')`)
  return Number(read)
}

test.each([
  ['a short code', { text: 'abcd-2345' }, ['crt_shared']],
  ['a mail', { text: '150@example.COM' }, ['crt_150']],
  ['a telephone number', { text: '600 000 150' }, ['crt_150']],
  ['its number', { text: 'crt_150' }, ['crt_150']],
  ['the mail of a buyer who is paying', { text: 'PAGA@example.com' }, ['crt_paying']],
  ['the telephone of a buyer who is paying', { text: '612 000 001' }, ['crt_paying']],
  ['the place it is open at', { text: undefined, locationId: 'loc_here' }, ['crt_place']],
  ['the mail of one that was placed', { text: '151@example.com' }, []],
])('a basket is found by %s without reading all there ever were', async (_what, asked, expected) => {
  const before = await rowsRead()
  const found = await findCounterCarts(db, t.clock, { ...shown, ...asked })
  const read = (await rowsRead()) - before
  expect(found.map(({ id }) => id)).toEqual(expected)
  expect(read).toBeLessThan(many / 20)
})

test('old open baskets are put away without reading all there ever were', async () => {
  await db.run(sql`
    update orders.cart set created_at = ${t.clock.now()}::timestamptz - interval '61 days' where id = 'crt_100'`)
  await db.run(sql`
    update orders.cart set created_at = ${t.clock.now()}::timestamptz - interval '61 days',
           updated_at = ${t.clock.now()}::timestamptz - interval '61 days' where id = 'crt_200'`)
  const before = await rowsRead()
  expect(await abandonCarts(db, t.clock)).toBe(1)
  expect((await rowsRead()) - before).toBeLessThan(many / 20)
  const rows = await db.many<{ id: string; status: string }>(
    sql`select id, status from orders.cart where id in ('crt_100', 'crt_200') order by id`,
  )
  expect(rows.map(({ status }) => status)).toEqual(['open', 'abandoned'])
})
