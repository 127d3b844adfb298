import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customersSubscribers, erasePerson, findPerson, groupOf, resolvePerson, visitorIdentity } from '#customers'
import { fulfillmentOf, fulfillmentSubscribers } from '#fulfillment'
import { usePaymentProvider } from '#payments'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { deliver, handOver, pack, pick, setAside, ship } from '../fulfillment/work.ts'
import { verify } from '../verify/index.ts'
import { createCart } from './cart-commands.ts'
import { findOrderRow } from './order-rows.ts'
import { returnOrder } from './return-order.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, anna, aShop, place, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const subscribers = [...customersSubscribers, ...fulfillmentSubscribers, ...ordersSubscribers]
const actor = { kind: 'system', name: 'test' } as const
const actorId = 'mbr_1'
const zenobia = { name: 'Zenobia Quirós', email: 'zenobia@correo.es', phone: '+34611222333' }
const words = ['zenobia', 'Quirós', '611222333', 'Calle Única']
const home = {
  ...toAnna,
  address: { ...addressOf(), name: zenobia.name, line1: 'Calle Única, 7', phone: zenobia.phone },
}

function addressOf() {
  if (toAnna.kind !== 'delivery') throw new Error('Ana has no address')
  return toAnna.address
}

beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 50 })
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

/** Tables that hold any of these words in any column, by looking at every row of every table. */
async function mentions(): Promise<string[]> {
  const tables = await t.db.many<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`)
  const found = []
  for (const { name } of tables) {
    const { rows } = await t.db.pool.query(
      `select 1 from ${name} x where exists (select 1 from unnest($1::text[]) w where to_jsonb(x)::text ilike '%' || w || '%') limit 1`,
      [words],
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}

async function ordered(overrides: Partial<Parameters<typeof aCart>[2]> = {}) {
  const lines = [{ variantId: shop.shirt, units: 2 }]
  const cartId = await aCart(t.db, t.clock, {
    lines,
    contact: zenobia,
    delivery: home,
    note: 'Para Zenobia',
    ...overrides,
  })
  const { orderId } = await place(t.db, t.clock, cartId)
  const [work] = await fulfillmentOf(t.db, orderId)
  const order = await findOrderRow(t.db, orderId)
  if (!work || !order) throw new Error('no work')
  return { order, work, orderLineId: order.lines[0]?.id ?? '' }
}

async function shipped({ work, orderLineId }: Awaited<ReturnType<typeof ordered>>) {
  await t.db.transaction(async (tx) => {
    await pick(tx, t.clock, { id: work.id, what: { orderLineId, units: 2 } })
    await pack(tx, t.clock, { id: work.id })
    await ship(tx, t.clock, { id: work.id, tracking: { carrier: 'Correo', number: 'X1' }, actorId })
  })
}

const figures = () =>
  t.db.many(sql`
    select number, status, payment_status, subtotal_minor, total_minor, tax_minor, taxes, placed_at, delivery #>> '{address,city}' as city,
           left(delivery #>> '{address,postalCode}', 3) as postal,
           (select jsonb_agg(jsonb_build_array(sku, units, returned_units, total_minor) order by line_no) from orders.order_line l where l.order_id = o.id) as lines,
           (select sum(amount_minor) from payments.ledger_entry e where e.order_id = o.id) as moved
      from orders.customer_order o where number is not null order by number`)

describe('S50 a person asks to be forgotten', () => {
  test('nothing in the whole database names them any more, and the accounts are as they were', async () => {
    const delivered = await ordered()
    await shipped(delivered)
    await t.db.transaction((tx) => deliver(tx, t.clock, { id: delivered.work.id }))
    const pickup = await ordered({ delivery: { kind: 'pickup', locationId: shop.valencia } })
    await t.db.transaction(async (tx) => {
      await pick(tx, t.clock, { id: pickup.work.id, what: { orderLineId: pickup.orderLineId, units: 2 } })
      await setAside(tx, t.clock, { id: pickup.work.id, bin: 'A3', actorId })
      const code = pickup.work.pickupCode ?? ''
      await handOver(tx, t.clock, { locationId: shop.valencia, code, handedOverTo: 'Zenobia', actorId })
    })
    await t.db.transaction((tx) =>
      returnOrder(tx, t.clock, {
        orderId: pickup.order.id,
        locationId: shop.madrid,
        reason: 'Talla',
        refundMethod: 'original',
        lines: [{ orderLineId: pickup.orderLineId, units: 1, disposition: 'restock' }],
        actorId,
        publicUrl: testUrl,
      }),
    )
    // A basket that was never placed and names nobody but by the mail that was typed in; a payment that was begun; a refused row.
    const open = await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], contact: zenobia, delivery: home })
    const begun = await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], contact: zenobia, delivery: home })
    await place(t.db, t.clock, begun, { online: { cardToken: undefined, returnUrl: () => testUrl } })
    await t.db.run(sql`
      insert into platform.import_run (id, kind, format, file_name, file_sha256, status) values ('imp_1', 'orders', 'x', 'x', 'x', 'done')`)
    await t.db.run(sql`
      insert into platform.import_issue (run_id, line, field, severity, code, value, remedy_es, remedy_en)
      values ('imp_1', 2, 'email', 'refused', 'x', 'Zenobia Quirós <zenobia@correo.es>', '', '')`)
    await t.db.run(sql`
      insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
      values ('public', 'k1', 'f', 200, '{"email":"zenobia@correo.es"}', ${t.clock.now()})`)
    await t.db.run(sql`
      update orders.customer_order set source = '{"format":"x","shopify":{"name":"Zenobia Quirós"}}' where id = ${delivered.order.id}`)
    await t.drain(subscribers)
    const before = await figures()
    const person = delivered.order.personId ?? ''
    expect((await mentions()).length).toBeGreaterThanOrEqual(8)

    await t.db.transaction((tx) => erasePerson(tx, t.clock, actor, person, 'Lo pide la persona'))
    expect(await mentions()).toEqual([])
    await t.drain(subscribers)
    expect(await mentions()).toEqual([])
    expect(await figures()).toEqual(before)
    expect(before[0]).toMatchObject({ status: 'completed', city: 'Valencia', postal: '460' })
    expect((await findOrderRow(t.db, delivered.order.id))?.personId).toBe(person)
    const draft = await t.db.one(sql`select status, plan from orders.customer_order where cart_id = ${begun}`)
    expect(draft).toEqual({ status: 'lapsed', plan: null })
    expect(await t.db.one(sql`select delivery, contact from orders.cart where id = ${open}`)).toEqual({
      delivery: {},
      contact: {},
    })
    expect((await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)).toEqual([])
  })

  test('a parcel that is still to leave keeps its address until the carrier has it, and no longer', async () => {
    const order = await ordered()
    await t.db.transaction((tx) => erasePerson(tx, t.clock, actor, order.order.personId ?? '', 'Lo pide la persona'))
    expect(await mentions()).toEqual(['fulfillment.fulfillment_order'])
    await shipped(order)
    expect(await mentions()).toEqual([])
    const { town } = await t.db.one<{ town: string }>(
      sql`select address ->> 'city' as town from fulfillment.fulfillment_order where id = ${order.work.id}`,
    )
    expect(town).toBe('Valencia')
  })

  test('an order that commits while its person is being forgotten is forgotten, too', async () => {
    const order = await ordered()
    // As if it had been under way: the person is gone, the order still names them.
    await t.db.transaction((tx) =>
      emit(tx, t.clock, 'customers.person_erased', {
        subjectId: order.order.personId ?? '',
        payload: { personIds: [order.order.personId ?? ''] },
      }),
    )
    await t.drain(subscribers)
    expect((await findOrderRow(t.db, order.order.id))?.contact).toEqual({ name: '', email: '', phone: '' })
  })
})

test('S21 S37 who looked around without a name and then buys is one person with what was seen before', async () => {
  const { cart, token } = await t.db.transaction((tx) =>
    createCart(tx, t.clock, {
      channelId: 'web',
      language: 'es',
      contact: { ...anna, email: 'nueva@correo.es' },
      delivery: toAnna,
      lines: [{ variantId: shop.mug }],
    }),
  )
  const visitor = await t.db.transaction((tx) =>
    resolvePerson(tx, t.clock, { identities: [visitorIdentity(token)], source: 'web' }),
  )
  await t.db.transaction((tx) =>
    emit(tx, t.clock, 'customers.visited', {
      subjectId: visitor.personId,
      personId: visitor.personId,
      payload: { channel: 'web', locationId: null, note: '' },
    }),
  )
  const { orderId } = await place(t.db, t.clock, cart.id)
  const personId = (await findOrderRow(t.db, orderId))?.personId ?? ''
  expect(await groupOf(t.db, personId)).toContain(visitor.personId)
  expect((await findPerson(t.db, personId)).anonymous).toBe(false)
})
