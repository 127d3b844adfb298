import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { type Db, openDb } from '#platform/db'
import { sendQueued } from '#platform/mail-sender'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { allJobs } from './app.ts'

let t: TestDatabase
/** One connection, so that its counters can be asked for at once. */
let db: Db
const many = 20_000
/** Work that comes round every hour or day may read all there is. */
const oftenMs = 600_000

beforeAll(async () => {
  t = await testDatabase()
  db = openDb(t.url, { poolSize: 1 })
  await db.script(`
    set session_replication_role = replica;
    insert into platform.mail_message (id, to_address, subject, text_body, html_body, language, status, created_at)
      select 'msg_' || n, n || '@example.com', 's', 't', 'h', 'es', 'sent', now() - n * interval '1 minute' from generate_series(1, ${many}) n;
    insert into orders.customer_order (id, number, channel_id, status, payment_status, currency, subtotal_minor, discount_minor, tax_minor, total_minor, placed_at, created_at)
      select 'ord_' || n, 'H-' || n, 'web', 'completed', 'paid', 'EUR', 0, 0, 0, 0, now(), now() - n * interval '1 minute' from generate_series(1, ${many}) n;
    insert into orders.cart (id, channel_id, status, currency, created_at, updated_at)
      select 'crt_' || n, 'web', 'placed', 'EUR', now(), now() from generate_series(1, ${many}) n;
    insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, created_at, updated_at)
      select 'pay_' || n, 'ord_' || n, 'card_online', 'simulator', 1, 'EUR', 'captured', now(), now() from generate_series(1, ${many}) n;
    insert into fulfillment.fulfillment_order (id, order_id, location_id, kind, status, created_at)
      select 'ful_' || n, 'ord_' || n, 'loc_1', 'delivery', 'delivered', now() from generate_series(1, ${many}) n;
    insert into fulfillment.promise (id, kind, owner, due_at, status, text, made_at)
      select 'prm_' || n, 'delivered_by', 'shop', now() - interval '1 day', 'kept', '{}', now() from generate_series(1, ${many}) n;
    insert into inventory.reservation (id, holder_id, variant_id, location_id, units, status, expires_at, created_at)
      select 'res_' || n, 'crt_' || n, 'var_1', 'loc_1', 1, 'consumed', now() - interval '1 day', now() from generate_series(1, ${many}) n;
    insert into platform.event (seq, type, subject_id, payload, occurred_at)
      select n, 'orders.placed', 'ord_' || n, '{}', now() from generate_series(1, ${many}) n;
    set session_replication_role = origin;
    analyze;`)
})
afterAll(async () => {
  await db?.close()
  await t?.close()
})

/** Rows of history read so far, by reading a table from end to end or by walking along one of its indexes. */
async function rowsRead(): Promise<number> {
  await db.many(sql`select pg_stat_force_next_flush()`)
  await db.many(sql`select pg_stat_clear_snapshot()`)
  const { read } = await db.one<{ read: number }>(sql`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint as read from pg_stat_user_tables
     where relname in ('mail_message', 'customer_order', 'cart', 'payment', 'fulfillment_order', 'promise', 'reservation', 'event')`)
  return Number(read)
}

async function readBy(work: () => Promise<unknown>): Promise<number> {
  const before = await rowsRead()
  await work()
  return (await rowsRead()) - before
}

const quiet = { error: () => undefined, info: () => undefined, warn: () => undefined } as never
const config = loadConfig({ HILO_DATA: '/nonexistent/hilo', HILO_SECRET: 'jobs of a test need no secret of their own' })
const often = allJobs({ config, db: undefined as never, clock: systemClock }).filter(({ everyMs }) => everyMs < oftenMs)

test.each(often.map((job) => [job.name, job] as const))(
  'what %s looks for is found without reading all that ever happened',
  async (_name, job) => {
    expect(await readBy(() => job.run({ db, clock: systemClock, log: quiet }))).toBeLessThan(many / 10)
  },
)

test('mail to be sent is found without reading all that was sent', async () => {
  await db.run(sql`
    insert into platform.mail_message (id, to_address, subject, text_body, html_body, language, status, created_at)
    values ('msg_waits', 'ana@example.com', 's', 't', 'h', 'es', 'held', now())`)
  const sent: string[] = []
  const read = await readBy(() => sendQueued(db, systemClock, async ({ to }) => void sent.push(to)))
  expect([sent, read < many / 10]).toEqual([['ana@example.com'], true])
})
