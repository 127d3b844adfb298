import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usePaymentProvider } from '#payments'
import { importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { startSimulator } from '../../connectors/payment-simulator/index.ts'
import { verify } from '../../verify/index.ts'
import { cancelOrder } from '../cancel-order.ts'
import { aCart, aShop, place, toAnna } from '../testing.ts'
import { exportOrders } from './export-orders.ts'
import './hilo-csv.ts'
import './shopify-orders.ts'

let t: TestDatabase
let folder: string
beforeAll(async () => {
  t = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hilo-orders-'))
})
afterAll(async () => {
  await t?.close()
  if (folder) await rm(folder, { recursive: true })
})

async function exported(db: typeof t.db): Promise<string> {
  let text = ''
  for await (const piece of exportOrders(db)) text += piece
  return text
}

const fixtures = join(import.meta.dirname, '../../../../shared/data/shopify-admin-json')

describe.skipIf(!existsSync(fixtures))('Shopify’s own example orders (skipped where the fixtures are absent)', () => {
  test('the stated totals are kept, the mismatch is kept and flagged, and nothing of the answer is lost', async () => {
    const result = await importFile(t.db, t.clock, { kind: 'orders', path: join(fixtures, 'order/res/get.json') })
    expect(result).toMatchObject({ status: 'done', format: 'shopify-orders-json', rowsRefused: 0 })
    expect(result.issues.flagged).toBeGreaterThanOrEqual(1)
    const order = await t.db.one(sql`
      select external_ref as ref, total_minor as total, subtotal_minor as subtotal, tax_minor as tax, currency,
             source -> 'mismatch' as mismatch, source -> 'shopify' ->> 'reference' as reference,
             (select count(*)::int from orders.order_line l where l.order_id = o.id) as lines
        from orders.customer_order o`)
    expect(order).toEqual({
      ref: '450789469',
      total: 40_994,
      subtotal: 39_800,
      tax: 1194,
      currency: 'USD',
      mismatch: { statedMinor: 40_994, partsMinor: 60_894 },
      reference: 'fhwdgads',
      lines: 3,
    })
    const back = await t.db.one(
      sql`select order_id is not null as linked, external_ref as ref from orders.customer_return`,
    )
    expect(back).toEqual({ linked: true, ref: 'refund-509562969' })
    // The refund names the lines of the order that came back, by Shopify's own ids.
    const lines = await t.db.many(sql`
      select l.line_no as "lineNo", l.sku, l.units, l.returned_units as returned,
             (select sum(r.units)::int from orders.customer_return_line r where r.order_line_id = l.id) as back
        from orders.order_line l order by l.line_no`)
    expect(lines).toEqual([
      { lineNo: 1, sku: 'IPOD2008GREEN', units: 1, returned: 1, back: 1 },
      { lineNo: 2, sku: 'IPOD2008RED', units: 1, returned: 0, back: null },
      { lineNo: 3, sku: 'IPOD2008BLACK', units: 1, returned: 1, back: 1 },
    ])
  })

  test('every example is taken, and the same order comes in once', async () => {
    for (const name of ['list', 'cancel', 'close', 'open', 'update', 'create']) {
      const result = await importFile(t.db, t.clock, { kind: 'orders', path: join(fixtures, `order/res/${name}.json`) })
      expect({ name, status: result.status, refused: result.rowsRefused }).toEqual({ name, status: 'done', refused: 0 })
    }
    const { orders } = await t.db.one<{ orders: number }>(
      sql`select count(*)::int as orders from orders.customer_order where external_ref = '450789469'`,
    )
    expect(orders).toBe(1)
  })
})

test('orders go out as CSV, come back without change, and make the same orders in an empty shop', async () => {
  const simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  const shop = await aShop(t.db, t.clock)
  const contact = { name: '=Ana, "la" de Gil', email: 'ana@correo.es', phone: '' }
  await place(
    t.db,
    t.clock,
    await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt, units: 2 }, { variantId: shop.mug }],
      contact,
      delivery: toAnna,
    }),
  )
  const canceled = await place(
    t.db,
    t.clock,
    await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], delivery: toAnna }),
  )
  await t.db.transaction((tx) =>
    cancelOrder(tx, t.clock, {
      orderId: canceled.orderId,
      reason: 'x',
      actorId: 'mbr_1',
      publicUrl: 'http://shop.test',
    }),
  )
  const sold = { kind: 'carry_out', locationId: shop.valencia } as const
  await place(
    t.db,
    t.clock,
    await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      lines: [{ variantId: shop.mug }],
      delivery: sold,
    }),
    {
      online: undefined,
      tenders: [{ method: 'cash', amountMinor: 990, tenderedMinor: 1000 }],
    },
  )
  await simulator.stop()
  const csv = await exported(t.db)
  expect(csv).toContain(`"'=Ana, ""la"" de Gil"`)
  const path = join(folder, 'orders.csv')
  await writeFile(path, csv)
  const same = await importFile(t.db, t.clock, { kind: 'orders', path })
  expect(same).toMatchObject({ status: 'done', format: 'hilo-orders-csv', rowsTaken: 0, rowsRefused: 0 })
  const empty = await testDatabase()
  try {
    const [sku = ''] = csv.match(/SKU-\d+/) ?? []
    await empty.db.run(
      sql`insert into catalog.product (id, handle, title) values ('prd_1', 'camisa', '{"es":"Camisa"}')`,
    )
    await empty.db.run(
      sql`insert into catalog.variant (id, product_id, sku) values ('var_1', 'prd_1', ${sku.toLowerCase()})`,
    )
    await importFile(empty.db, empty.clock, { kind: 'orders', path })
    const facts = (db: typeof t.db) =>
      db.many(sql`
        select number, channel_id, status, total_minor, tax_minor, taxes, contact ->> 'name' as name, placed_at,
               (select jsonb_agg(jsonb_build_array(sku, units, total_minor, tax_minor) order by line_no) from orders.order_line l where l.order_id = o.id) as lines
          from orders.customer_order o where status <> 'draft' order by number`)
    expect(await facts(empty.db)).toEqual(await facts(t.db))
    const states = new Set((await facts(empty.db)).map((order) => (order as { status: string }).status))
    expect(states).toEqual(new Set(['placed', 'completed', 'canceled']))
    const linked = await empty.db.many(sql`
      select distinct l.variant_id as variant, l.sku = ${sku} as named from orders.order_line l order by named`)
    expect(linked).toEqual([
      { variant: null, named: false },
      { variant: 'var_1', named: true },
    ])
    expect((await verify(empty.db, { clock: empty.clock })).checks.filter(({ count }) => count > 0)).toEqual([])
    expect((await exported(empty.db)).split('\r\n').length).toBe(csv.split('\r\n').length)
  } finally {
    await empty.close()
  }
})
