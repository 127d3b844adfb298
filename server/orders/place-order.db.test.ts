import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usePaymentProvider } from '#payments'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { brokenLevels, levelOf, someStock } from '../inventory/testing.ts'
import { findOrderRow } from './order-rows.ts'
import { viewOrder } from './order-view.ts'
import { aCart, anArticle, anna, aPromotion, aShop, place, testUrl, toAnna, totalOf, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World

beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator({ slowMs: 50, timeoutMs: 1000 })
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock)
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

async function orderOf(placed: { orderId: string }) {
  const row = await findOrderRow(t.db, placed.orderId)
  if (!row) throw new Error('no order')
  return viewOrder(t.db, row)
}

describe('placing a web order', () => {
  test('a pickup order holds the goods in the named shop and promises a time', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt, units: 2 }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const placed = await place(t.db, t.clock, cartId)
    expect(placed.status).toBe('placed')
    const order = await orderOf(placed)
    expect(order.number).toMatch(/^H-1\d{5}$/)
    expect(order).toMatchObject({
      status: 'placed',
      paymentStatus: 'paid',
      totalMinor: 5000,
      paidMinor: 5000,
      dueMinor: 0,
    })
    expect(order.fulfillments).toHaveLength(1)
    expect(order.fulfillments[0]).toMatchObject({ kind: 'pickup', locationId: shop.valencia, status: 'open' })
    expect(order.promises).toHaveLength(1)
    const after = await levelOf(t.db, shop.shirt, shop.valencia)
    expect(after).toMatchObject({ onHand: before.onHand, allocated: before.allocated + 2, reserved: 0 })
  })

  test('a delivery order adds the delivery price with its tax and sends a confirmation once', async () => {
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], delivery: toAnna })
    expect(await totalOf(t.db, t.clock, cartId)).toBe(990 + 495)
    const order = await orderOf(await place(t.db, t.clock, cartId))
    expect(order).toMatchObject({ subtotalMinor: 990, deliveryMinor: 495, totalMinor: 1485 })
    expect(order.taxes.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0)).toBe(1485)
    const mails = await t.db.many(
      sql`select 1 from platform.mail_message where dedupe_key = ${`order_placed:${order.id}`}`,
    )
    expect(mails).toHaveLength(1)
  })

  test('a total that changed since the buyer saw it is refused, and nothing is held', async () => {
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], delivery: toAnna })
    const before = await levelOf(t.db, shop.mug, shop.valencia)
    await expect(place(t.db, t.clock, cartId, { expectedTotalMinor: 1 })).rejects.toMatchObject({
      code: 'orders.total_changed',
      data: { expectedMinor: 1, totalMinor: 1485 },
    })
    expect(await levelOf(t.db, shop.mug, shop.valencia)).toEqual(before)
  })

  test('a double click and a repeat make one order and one charge', async () => {
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const before = simulator.book.totals()
    const tries = await Promise.all([1, 2, 3, 4].map(() => place(t.db, t.clock, cartId, { expectedTotalMinor: 2500 })))
    tries.push(await place(t.db, t.clock, cartId, { expectedTotalMinor: 2500 }))
    expect(new Set(tries.map(({ orderId }) => orderId)).size).toBe(1)
    expect(tries.at(-1)?.status).toBe('placed')
    expect(simulator.book.totals().capturedMinor - before.capturedMinor).toBe(2500)
    const orders = await t.db.many(sql`select 1 from orders.customer_order where cart_id = ${cartId}`)
    expect(orders).toHaveLength(1)
  })

  test('a declined card keeps the draft, and a second card pays the same order', async () => {
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const online = { returnUrl: () => testUrl }
    await expect(
      place(t.db, t.clock, cartId, { online: { ...online, cardToken: 'tok_declined' } }),
    ).rejects.toMatchObject({
      code: 'payments.declined',
      data: { declineCode: 'card_declined' },
    })
    const placed = await place(t.db, t.clock, cartId, { expectedTotalMinor: 2500 })
    expect(placed.status).toBe('placed')
    const order = await orderOf(placed)
    expect(order.payments.map(({ status }) => status)).toEqual(['declined', 'captured'])
  })

  test('a gift comes out of the stock, and a gift that ran out does not stop the sale', async () => {
    const article = await anArticle(t.db, t.clock, { priceMinor: 4000 })
    const gift = await anArticle(t.db, t.clock, { priceMinor: 500 })
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 5 })
    await someStock(t.db, t.clock, { variantId: gift, locationId: shop.valencia, units: 1 })
    await aPromotion(t.db, t.clock, { kind: 'gift', giftVariantId: gift, couponCode: 'REGALO' })
    const buy = async () =>
      orderOf(
        await place(
          t.db,
          t.clock,
          await aCart(t.db, t.clock, {
            lines: [{ variantId: article }],
            couponCodes: ['regalo'],
            delivery: { kind: 'pickup', locationId: shop.valencia },
          }),
        ),
      )
    const first = await buy()
    expect(
      first.lines.map(({ variantId, units, totalMinor, gift: free }) => ({ variantId, units, totalMinor, free })),
    ).toEqual([
      { variantId: article, units: 1, totalMinor: 4000, free: false },
      { variantId: gift, units: 1, totalMinor: 0, free: true },
    ])
    expect(await levelOf(t.db, gift, shop.valencia)).toMatchObject({ allocated: 1 })
    const second = await buy()
    expect(second.lines.map(({ variantId }) => variantId)).toEqual([article])
  })

  test('the last use of a coupon goes to one order; the other hears it before paying', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'UNAVEZ', couponLimit: 1 })
    const carts = await Promise.all(
      [1, 2].map(() =>
        aCart(t.db, t.clock, {
          lines: [{ variantId: shop.shirt }],
          couponCodes: ['UNAVEZ'],
          delivery: { kind: 'pickup', locationId: shop.madrid },
        }),
      ),
    )
    const results = await Promise.allSettled(
      carts.map((cartId) => place(t.db, t.clock, cartId, { expectedTotalMinor: 2250 })),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toBeInstanceOf(Problem)
    const code = refused?.reason instanceof Problem ? refused.reason.code : ''
    expect(['pricing.coupon_used_up', 'orders.total_changed']).toContain(code)
  })

  test('what no shop has is refused with the figures and what else is possible', async () => {
    const article = await anArticle(t.db, t.clock)
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.madrid, units: 1 })
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: article, units: 2 }], delivery: toAnna })
    await expect(place(t.db, t.clock, cartId)).rejects.toMatchObject({
      code: 'orders.out_of_stock',
      data: { shortages: [{ variantId: article, requested: 2, available: 1 }] },
    })
    expect(await t.db.many(sql`select 1 from orders.customer_order where cart_id = ${cartId}`)).toEqual([])
  })

  test('a buyer without name or address to be told is refused by field', async () => {
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt }],
      contact: { ...anna, email: '' },
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    await expect(place(t.db, t.clock, cartId)).rejects.toMatchObject({
      code: 'orders.contact_missing',
      data: { parameter: 'contact.email' },
    })
  })
})

test('two buyers and a shop of one: one order, one clear refusal', async () => {
  const article = await anArticle(t.db, t.clock)
  await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 1 })
  const carts = await Promise.all(
    [1, 2, 3, 4, 5].map(() =>
      aCart(t.db, t.clock, {
        lines: [{ variantId: article }],
        delivery: { kind: 'pickup', locationId: shop.valencia },
      }),
    ),
  )
  const results = await Promise.allSettled(
    carts.map((cartId) => place(t.db, t.clock, cartId, { expectedTotalMinor: 2500 })),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Problem).code] : []))
  expect(new Set(codes)).toEqual(new Set(['orders.out_of_stock']))
  expect(await levelOf(t.db, article, shop.valencia)).toMatchObject({ onHand: 1, allocated: 1, reserved: 0 })
})

test('after all of this the stock laws hold and numbers have no gap', async () => {
  expect(await brokenLevels(t.db)).toEqual([])
  const { gaps } = await t.db.one<{ gaps: number }>(sql`
    select (max(n) - min(n) + 1 - count(*))::int as gaps
      from (select substr(number, 3)::int as n from orders.customer_order where number is not null) as numbers`)
  expect(gaps).toBe(0)
})
