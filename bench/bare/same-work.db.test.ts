/** The bench's "same work" stays the same work: what one call of it leaves is held against what one real order leaves, table by table. */
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, subscribers } from '../../server/app.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { sql } from '../../server/platform/sql.ts'
import { type TestDatabase, testDatabase } from '../../server/platform/testing.ts'
import { createApiKey } from '../../server/staff/index.ts'
import { verify } from '../../server/verify/index.ts'
import { loadBenchCatalog } from '../lib/catalog.ts'
import { channelOrder, shopperFlow } from '../lib/flows.ts'
import { LoadClient } from '../lib/load.ts'
import { sameWorkChannelOrder, sameWorkOrder } from '../lib/same-work.ts'
import { registerSameWork } from './same-work.ts'

/** What differs by intent, and why. Everything else is the same number of rows, inserted and updated. */
const differs: Record<string, string> = {
  'insert platform.outbox': 'the function gives its events their place in the log itself',
  'delete platform.outbox': 'nothing waits there, so nothing is taken out',
  'update platform.subscriber':
    'the positions of those who follow the log, once a batch; the function writes the thread itself',
}

type Written = { what: string; rows: number; bytes: number }

let t: TestDatabase
let hilo: FastifyInstance
let bare: FastifyInstance
let hiloClient: LoadClient
let bareClient: LoadClient
let flow: { hilo: Written[]; same: Written[] }
let channel: { hilo: Written[]; same: Written[] }

beforeAll(async () => {
  t = await testDatabase()
  const { variantIds, locationIds } = await loadBenchCatalog(t.db, { products: 3, places: 3 })
  await t.db.script(await readFile(join(import.meta.dirname, 'same-work.sql'), 'utf8'))
  const { key } = await t.db.transaction((tx) =>
    createApiKey(
      tx,
      t.clock,
      { kind: 'system', name: 'bench' },
      { name: 'bench', channelId: 'marketplace', scopes: ['orders:write'], expiresAt: null },
    ),
  )
  await watchEveryTable()
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000' }, { readOnly: true })
  hilo = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  bare = Fastify({ logger: false })
  registerSameWork(bare, t.url)
  hiloClient = new LoadClient(await listening(hilo), 2)
  bareClient = new LoadClient(await listening(bare), 2)
  const variantId = variantIds[5] ?? ''
  const locationId = locationIds[1] ?? ''
  const hiloFlow = await writtenBy(() => shopperFlow(hiloClient, variantId, 1), followed)
  const hiloChannel = await writtenBy(() => channelOrder(hiloClient, { variantId, locationId, key }, 1), followed)
  flow = { hilo: hiloFlow, same: await writtenBy(() => sameWorkOrder(bareClient, variantId, 2)) }
  channel = {
    hilo: hiloChannel,
    same: await writtenBy(() => sameWorkChannelOrder(bareClient, { variantId, locationId }, 2)),
  }
})
afterAll(async () => {
  await hiloClient?.close()
  await bareClient?.close()
  await hilo?.close()
  await bare?.close()
  await t?.close()
})

async function listening(app: FastifyInstance): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** Every table notes each row that is inserted, updated or deleted, and how long it is as text. */
async function watchEveryTable(): Promise<void> {
  await t.db.script(`
    create schema watch;
    create table watch.change (what text not null, bytes int not null);
    create function watch.note() returns trigger language plpgsql as $f$
    begin
      insert into watch.change values (lower(tg_op) || ' ' || tg_table_schema || '.' || tg_table_name,
        length(case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end::text));
      return null;
    end $f$;
    -- Schema "system" is no order's: processes write there by the clock.
    do $$ declare r record; begin
      for r in select schemaname, tablename from pg_tables
                where schemaname not in ('watch', 'same_work', 'system', 'information_schema', 'pg_catalog') loop
        execute format('create trigger watch_rows after insert or update or delete on %I.%I for each row execute function watch.note()',
          r.schemaname, r.tablename);
      end loop;
    end $$;`)
}

/** The rows that one more order writes, those of `afterwards` included; the first one makes what is made once. */
async function writtenBy(order: () => Promise<void>, afterwards = async () => {}): Promise<Written[]> {
  await order()
  await afterwards()
  await t.db.run(sql`truncate watch.change`)
  await order()
  await afterwards()
  return t.db.many<Written>(
    sql`select what, count(*)::int as rows, sum(bytes)::int as bytes from watch.change group by what order by what`,
  )
}

/** The provider's notice has come, which is on its own way, and everything that follows events has been done. */
async function followed(): Promise<void> {
  const waiting = () =>
    t.db.one<{ n: number }>(sql`
      select count(*)::int as n from payments.payment p
       where p.method = 'card_online' and not exists (select 1 from payments.provider_event e where e.payload -> 'data' ->> 'key' = p.id)`)
  const until = performance.now() + 10_000
  while ((await waiting()).n > 0) {
    if (performance.now() > until) throw new Error('the provider’s notice did not come')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await t.drain(subscribers)
}

const cases = [
  ["a shopper's purchase", () => flow],
  ["a trusted channel's order", () => channel],
] as const

describe.each(cases)('%s', (_name, figures) => {
  test('leaves as many rows in each table as the function of the same work', () => {
    const same = (list: Written[]) => list.filter(({ what }) => !(what in differs))
    const rowsOf = (list: Written[]) => Object.fromEntries(same(list).map(({ what, rows }) => [what, rows]))
    expect(rowsOf(figures().same)).toEqual(rowsOf(figures().hilo))
    expect(same(figures().hilo).length).toBeGreaterThan(12)
  })
  test('differs in nothing that is named as different without being so', () => {
    const named = figures()
      .hilo.filter(({ what }) => what in differs)
      .map(({ what }) => what)
    expect(named.sort()).toEqual(Object.keys(differs).sort())
    expect(figures().same.filter(({ what }) => what in differs)).toEqual([])
  })
  test('has rows of about the same size', () => {
    const real = new Map(figures().hilo.map(({ what, bytes }) => [what, bytes]))
    const unlike = figures().same.filter(({ what, bytes }) => Math.abs(bytes / (real.get(what) ?? bytes) - 1) > 0.1)
    expect(unlike.map(({ what, bytes }) => `${what}: ${bytes} instead of ${real.get(what)}`)).toEqual([])
  })
})

test('the events of both are the same, and in the same order', async () => {
  const told = await t.db.many<{ types: string[]; orders: number }>(sql`
    with asked as (select o.id, o.person_id, o.cart_id, o.number, o.channel_id from orders.customer_order o),
    mine as (
      select a.channel_id, a.number, array_agg(e.type order by e.seq) as types
        from asked a join platform.event e
          on e.subject_id in (a.id, a.person_id, a.cart_id) or e.payload ->> 'orderId' = a.id
       group by a.channel_id, a.number)
    select types, count(*)::int as orders from mine group by channel_id, types`)
  expect(told.map(({ orders }) => orders)).toEqual([4, 4])
})

test('what the function leaves agrees with every law that hilo verify recomputes', async () => {
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
})

test('goods that are gone are refused, and a channel that asks twice with its key gets the same order', async () => {
  const { db } = t
  const [variantId, locationId] = ['var_0000000000000000000005', 'loc_0000000000000000000002']
  const ask = () =>
    bareClient.call('POST', '/same-work/channel-order', {
      body: {
        externalRef: 'T-1',
        key: 'T-1',
        variantId,
        locationId,
        contact: { name: 'Eva', email: 'eva@example.com', phone: '' },
      },
    })
  const first = await ask()
  expect(first.status).toBe(200)
  expect((await ask()).body).toEqual(first.body)
  await db.run(sql`update inventory.stock_level set safety_stock = on_hand where variant_id = ${variantId}`)
  await expect(sameWorkChannelOrder(bareClient, { variantId, locationId }, 9)).rejects.toThrow('409')
  await expect(sameWorkOrder(bareClient, variantId, 9)).rejects.toThrow('409')
})
