import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { orThrow } from '#platform/together'
import { verify } from '../verify/index.ts'
import { findOrderRow } from './order-rows.ts'
import { viewOrder } from './order-view.ts'
import { placeChannelOrders } from './place-channel-order.ts'
import { retrying } from './place-order.ts'
import { ordersSubscribers } from './subscribers.ts'
import { anna, aShop, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let shop: World

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 30 })
})
afterAll(() => t?.close())

async function orderOf({ orderId }: { orderId: string }) {
  const row = await findOrderRow(t.db, orderId)
  if (!row) throw new Error('no order')
  return viewOrder(t.db, row)
}

describe('a trusted channel', () => {
  const asked = (externalRef: string, units = 1) => ({
    channelId: 'mercado',
    externalRef,
    lines: [{ variantId: shop.shirt, units }],
    contact: anna,
    delivery: toAnna,
    couponCodes: [],
    language: 'es' as const,
    note: '',
    paymentReference: 'MKT-PAY-1',
    actorId: 'apk_1',
    publicUrl: testUrl,
  })
  const bringAll = (orders: ReturnType<typeof asked>[]) =>
    retrying(() => t.db.transaction(async (tx) => orThrow(await placeChannelOrders(tx, t.clock, orders))))
  const bring = async (externalRef: string, units = 1) => {
    const [outcome] = await bringAll([asked(externalRef, units)])
    if (!outcome?.ok) throw outcome?.error
    return outcome.value
  }

  test('one call brings the whole order, a repeat answers the same one, other goods under its number are refused', async () => {
    const tries = await Promise.all([bring('M-1'), bring('M-1'), bring('M-1')])
    expect(new Set(tries.map(({ orderId }) => orderId)).size).toBe(1)
    expect((await bring('M-1')).placed).toBeUndefined()
    const order = await orderOf(tries[0] ?? { orderId: '' })
    expect(order).toMatchObject({ channelId: 'mercado', externalRef: 'M-1', paymentStatus: 'paid', status: 'placed' })
    expect(order.payments[0]).toMatchObject({ method: 'elsewhere', provider: 'mercado', reference: 'MKT-PAY-1' })
    await expect(bring('M-1', 2)).rejects.toMatchObject({ code: 'orders.external_ref_differs' })
  })

  test('orders that arrive together commit together, and the one that cannot be had fails no other', async () => {
    const outcomes = await bringAll([asked('B-1'), asked('B-2', 900), asked('M-1', 2), asked('B-1'), asked('B-3')])
    const codes = outcomes.map((one) =>
      one.ok ? 'placed' : ((one.error as { code?: string }).code ?? String(one.error)),
    )
    expect(codes).toEqual([
      'placed',
      'orders.out_of_stock',
      'orders.external_ref_differs',
      expect.stringContaining('twice'),
      'placed',
    ])
    const numbers = await Promise.all(
      outcomes.flatMap((one) => (one.ok ? [orderOf(one.value)] : [])).map(async (order) => (await order).number),
    )
    expect(new Set(numbers).size).toBe(2)
    const left = await t.db.many(sql`select 1 from orders.customer_order where external_ref = 'B-2'`)
    expect(left).toEqual([])
  })

  test('a channel that is not trusted may not', async () => {
    await t.db.run(sql`update catalog.channel set trusted = false where id = 'mercado'`)
    await expect(bring('M-2')).rejects.toMatchObject({ code: 'orders.channel_not_trusted' })
    await t.db.run(sql`update catalog.channel set trusted = true where id = 'mercado'`)
  })
})

test('after all of it every law holds', async () => {
  await t.drain(ordersSubscribers)
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
})
