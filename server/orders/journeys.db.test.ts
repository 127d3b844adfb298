import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fulfillmentOf } from '#fulfillment'
import { sendDueRefunds, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { verify } from '../verify/index.ts'
import { cancelOrder } from './cancel-order.ts'
import { holdCart } from './cart-hold.ts'
import { addLines, setLine } from './cart-lines.ts'
import { findCart } from './cart-rows.ts'
import { openSharedCart, shareCart } from './cart-share.ts'
import { viewCart } from './cart-view.ts'
import { claimCart, findCounterCarts, sendCart } from './counter-carts.ts'
import { findOrderRow } from './order-rows.ts'
import { viewOrder } from './order-view.ts'
import { payRest } from './pay-order.ts'
import { quoteReturn, returnOrder } from './return-order.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, anArticle, anna, aPromotion, aShop, place, testUrl, toAnna, totalOf, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const staff = { actorId: 'mbr_1', publicUrl: testUrl }

beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator({ timeoutMs: 1000 })
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 30 })
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

async function orderOf({ orderId }: { orderId: string }) {
  const row = await findOrderRow(t.db, orderId)
  if (!row) throw new Error('no order')
  return viewOrder(t.db, row)
}
/** A sale over the counter, goods in hand. */
async function sell(units = 1, tenders?: Parameters<typeof place>[3]) {
  const cartId = await aCart(t.db, t.clock, {
    channelId: 'pos',
    locationId: shop.valencia,
    staffId: 'mbr_1',
    lines: [{ variantId: shop.shirt, units }],
    delivery: { kind: 'carry_out', locationId: shop.valencia },
  })
  return place(t.db, t.clock, cartId, { online: undefined, ...staff, ...tenders })
}

describe('the counter', () => {
  test('cash with change: receipt, order complete, units off the shelf', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const placed = await sell(2, { tenders: [{ method: 'cash', amountMinor: 5000, tenderedMinor: 6000 }] })
    expect(placed).toMatchObject({ status: 'placed', changeMinor: 1000 })
    const order = await orderOf(placed)
    expect(order).toMatchObject({ status: 'completed', paymentStatus: 'paid', totalMinor: 5000 })
    expect(order.receiptNumber).toMatch(/^VLC-\d{6}$/)
    expect(await levelOf(t.db, shop.shirt, shop.valencia)).toMatchObject({
      onHand: before.onHand - 2,
      allocated: before.allocated,
    })
  })

  test('cash and card together must make the total; less is refused and sells nothing', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    await expect(sell(1, { tenders: [{ method: 'cash', amountMinor: 1000 }] })).rejects.toMatchObject({
      code: 'payments.tenders_do_not_match',
    })
    expect(await levelOf(t.db, shop.shirt, shop.valencia)).toEqual(before)
    const placed = await sell(1, {
      tenders: [
        { method: 'cash', amountMinor: 1000 },
        { method: 'card_present', amountMinor: 1500, reference: 'TPV-77' },
      ],
    })
    expect((await orderOf(placed)).payments.map(({ method, reference }) => [method, reference])).toEqual([
      ['cash', ''],
      ['card_present', 'TPV-77'],
    ])
  })

  test('a unit the system does not know is sold knowingly and becomes a named conflict', async () => {
    const article = await anArticle(t.db, t.clock, { priceMinor: 1000 })
    const cartId = await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      lines: [{ variantId: article }],
      delivery: { kind: 'carry_out', locationId: shop.valencia },
    })
    const tenders = [{ method: 'cash' as const, amountMinor: 1000 }]
    await expect(place(t.db, t.clock, cartId, { online: undefined, tenders, ...staff })).rejects.toMatchObject({
      code: 'orders.out_of_stock',
    })
    const placed = await place(t.db, t.clock, cartId, {
      online: undefined,
      tenders,
      acceptUnknownStock: true,
      ...staff,
    })
    expect(placed.status).toBe('placed')
    const conflicts = await t.db.many(sql`select units from inventory.stock_conflict where variant_id = ${article}`)
    expect(conflicts).toEqual([{ units: 1 }])
  })

  test('a code, a mail or a number that no basket has finds none, not one whose customer is not known yet', async () => {
    await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt }],
      contact: { name: '', email: '', phone: '' },
      delivery: { kind: 'pickup', locationId: shop.madrid },
    })
    for (const text of ['ZZZZ9999', 'nadie@example.es', '600999888', '12345678', '-'])
      expect(await findCounterCarts(t.db, t.clock, { text, locationId: undefined, limit: 10 }), text).toEqual([])
  })

  test('S11 a web basket is found by telephone at the till, one article swapped, part paid, the rest paid online; its units stay held', async () => {
    const scarce = await anArticle(t.db, t.clock, { priceMinor: 3000 })
    await someStock(t.db, t.clock, { variantId: scarce, locationId: shop.madrid, units: 1 })
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: scarce }, { variantId: shop.shirt }],
      contact: { ...anna, phone: '600 111 222' },
      delivery: { kind: 'pickup', locationId: shop.madrid },
    })
    const found = await findCounterCarts(t.db, t.clock, { text: '600111222', locationId: undefined, limit: 10 })
    expect(found.map(({ id }) => id)).toEqual([cartId])
    await t.db.transaction((tx) => claimCart(tx, t.clock, { cartId, locationId: shop.madrid, staffId: 'mbr_1' }))
    expect(await levelOf(t.db, scarce, shop.madrid)).toMatchObject({ reserved: 1 })
    // Somebody on the web wants the same last unit: it is held.
    const rival = await aCart(t.db, t.clock, {
      lines: [{ variantId: scarce }],
      delivery: { kind: 'pickup', locationId: shop.madrid },
    })
    await expect(place(t.db, t.clock, rival, { expectedTotalMinor: 3000 })).rejects.toMatchObject({
      code: 'orders.out_of_stock',
    })
    // The shirt is swapped for a mug.
    const cart = await findCart(t.db, cartId)
    const shirtLine = cart?.lines.find(({ variantId }) => variantId === shop.shirt)
    await t.db.transaction(async (tx) => {
      await setLine(tx, t.clock, { cartId, lineId: shirtLine?.id ?? '', units: 0 })
      await holdCart(tx, t.clock, await addLines(tx, t.clock, { cartId, lines: [{ variantId: shop.mug }] }))
    })
    const row = await findCart(t.db, cartId)
    if (!row) throw new Error('no cart')
    const view = await viewCart(t.db, t.clock, row)
    expect(view.ready).toBe(true)
    expect(view.lines.map(({ stock }) => stock.heldUntil !== null)).toEqual([true, true])
    expect(view.totalMinor).toBe(3990)
    const placed = await place(t.db, t.clock, cartId, {
      online: undefined,
      restOnline: true,
      tenders: [{ method: 'cash', amountMinor: 2000, tenderedMinor: 2000 }],
      ...staff,
    })
    expect(await levelOf(t.db, scarce, shop.madrid)).toMatchObject({ reserved: 0, allocated: 1 })
    const part = await orderOf(placed)
    expect(part).toMatchObject({ paymentStatus: 'part_paid', dueMinor: 1990, status: 'placed' })
    const orderRow = await findOrderRow(t.db, placed.orderId)
    if (!orderRow) throw new Error('no order')
    await payRest(t.db, t.clock, { order: orderRow, cardToken: 'tok_ok', publicUrl: testUrl })
    expect(await orderOf(placed)).toMatchObject({ paymentStatus: 'paid', dueMinor: 0, paidMinor: 3990 })
    await expect(
      payRest(t.db, t.clock, { order: orderRow, cardToken: 'tok_ok', publicUrl: testUrl }),
    ).rejects.toMatchObject({
      code: 'payments.nothing_due',
    })
  })

  test('S37 a basket begun at the till goes on on the customer’s own phone by a code that works once', async () => {
    const cartId = await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      lines: [{ variantId: shop.shirt }],
      contact: anna,
      delivery: { kind: 'carry_out', locationId: shop.valencia },
    })
    const sent = await t.db.transaction((tx) => sendCart(tx, t.clock, { cartId, publicUrl: testUrl }))
    expect(sent.mailedTo).toBe('ana@correo.es')
    expect(sent.qr).toContain(sent.code.replace('-', ''))
    const opened = await t.db.transaction((tx) =>
      openSharedCart(tx, t.clock, { code: sent.code, ownCartId: undefined, personId: null }),
    )
    expect(opened.cart).toMatchObject({ id: cartId, channelId: 'web', delivery: null })
    await expect(
      t.db.transaction((tx) => openSharedCart(tx, t.clock, { code: sent.code, ownCartId: undefined, personId: null })),
    ).rejects.toMatchObject({ code: 'orders.code_wrong' })
  })

  test('a device that has a cart of its own joins it to the one it opens; a code lapses after its time', async () => {
    const first = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 2 }] })
    const own = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt }, { variantId: shop.mug }] })
    const share = await t.db.transaction((tx) => shareCart(tx, t.clock, { cartId: first, publicUrl: testUrl }))
    const { cart } = await t.db.transaction((tx) =>
      openSharedCart(tx, t.clock, { code: share.code.toLowerCase(), ownCartId: own, personId: null }),
    )
    expect(cart.lines.map(({ variantId, units }) => [variantId, units])).toEqual([
      [shop.shirt, 3],
      [shop.mug, 1],
    ])
    expect((await findCart(t.db, own))?.status).toBe('merged')
    const late = await t.db.transaction((tx) => shareCart(tx, t.clock, { cartId: first, publicUrl: testUrl }))
    t.clock.advance(31 * 60_000)
    await expect(
      t.db.transaction((tx) => openSharedCart(tx, t.clock, { code: late.code, ownCartId: undefined, personId: null })),
    ).rejects.toMatchObject({ code: 'orders.code_wrong' })
  })
})

test('S27 twenty per cent on the web, a mug from the shop’s own stock at the till, each said honestly on the other', async () => {
  const article = await anArticle(t.db, t.clock, { priceMinor: 10_000 })
  await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 5 })
  await aPromotion(t.db, t.clock, { valueBp: 2000, channelIds: ['web'], variantIds: [article] })
  await aPromotion(t.db, t.clock, { kind: 'gift', giftVariantId: shop.mug, channelIds: ['pos'], variantIds: [article] })
  const web = await aCart(t.db, t.clock, {
    lines: [{ variantId: article }],
    delivery: { kind: 'pickup', locationId: shop.valencia },
  })
  const webRow = await findCart(t.db, web)
  if (!webRow) throw new Error('no cart')
  const seen = await viewCart(t.db, t.clock, webRow)
  expect(seen.totalMinor).toBe(8000)
  expect(seen.elsewhere.map(({ channelIds }) => channelIds)).toEqual([['pos']])
  const mugs = await levelOf(t.db, shop.mug, shop.valencia)
  const till = await aCart(t.db, t.clock, {
    channelId: 'pos',
    locationId: shop.valencia,
    lines: [{ variantId: article }],
    delivery: { kind: 'carry_out', locationId: shop.valencia },
  })
  expect(await totalOf(t.db, t.clock, till)).toBe(10_000)
  const placed = await place(t.db, t.clock, till, {
    online: undefined,
    tenders: [{ method: 'cash', amountMinor: 10_000 }],
    ...staff,
  })
  expect((await orderOf(placed)).lines.map(({ gift }) => gift)).toEqual([false, true])
  expect((await levelOf(t.db, shop.mug, shop.valencia)).onHand).toBe(mugs.onHand - 1)
})

describe('canceling', () => {
  test('a whole order: stock back, promise withdrawn, coupon free, every cent back', async () => {
    const coupon = await aPromotion(t.db, t.clock, {
      valueMinor: 500,
      kind: 'amount',
      couponCode: 'CINCO',
      couponLimit: 1,
    })
    const before = await levelOf(t.db, shop.shirt, shop.madrid)
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt, units: 2 }],
      couponCodes: ['CINCO'],
      delivery: { kind: 'pickup', locationId: shop.madrid },
    })
    const placed = await place(t.db, t.clock, cartId)
    const done = await t.db.transaction((tx) =>
      cancelOrder(tx, t.clock, { orderId: placed.orderId, reason: 'Ya no', ...staff }),
    )
    expect(done).toEqual({ refundMinor: 4500, whole: true })
    await sendDueRefunds(t.db, t.clock)
    const order = await orderOf(placed)
    expect(order).toMatchObject({ status: 'canceled', paymentStatus: 'refunded', refundedMinor: 4500 })
    expect(order.payments[0]?.refunds[0]?.status).toBe('done')
    expect(order.promises.map(({ status }) => status)).toEqual(['withdrawn'])
    expect(await levelOf(t.db, shop.shirt, shop.madrid)).toEqual(before)
    const { uses } = await t.db.one<{ uses: number }>(
      sql`select coupon_uses as uses from pricing.promotion where id = ${coupon}`,
    )
    expect(uses).toBe(0)
    await expect(
      t.db.transaction((tx) => cancelOrder(tx, t.clock, { orderId: placed.orderId, reason: 'otra vez', ...staff })),
    ).rejects.toMatchObject({ code: 'orders.cannot_cancel' })
  })

  test('one unit of three: a third of the money, two units still promised', async () => {
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 3 }], delivery: toAnna })
    const placed = await place(t.db, t.clock, cartId)
    const line = (await orderOf(placed)).lines[0]
    const done = await t.db.transaction((tx) =>
      cancelOrder(tx, t.clock, {
        orderId: placed.orderId,
        reason: 'uno menos',
        lines: [{ orderLineId: line?.id ?? '', units: 1 }],
        ...staff,
      }),
    )
    expect(done).toEqual({ refundMinor: 2500, whole: false })
    const order = await orderOf(placed)
    expect(order).toMatchObject({ status: 'placed', paymentStatus: 'part_refunded' })
    expect(order.lines[0]).toMatchObject({ units: 3, canceledUnits: 1 })
    const open = await t.db.one<{ units: number }>(sql`
      select sum(units)::int as units from inventory.allocation where order_id = ${placed.orderId} and status = 'open'`)
    expect(open.units).toBe(2)
  })

  test('what was carried out cannot be canceled', async () => {
    const placed = await sell(1, { tenders: [{ method: 'cash', amountMinor: 2500 }] })
    await expect(
      t.db.transaction((tx) => cancelOrder(tx, t.clock, { orderId: placed.orderId, reason: 'no', ...staff })),
    ).rejects.toMatchObject({ code: 'orders.cannot_cancel', data: { status: 'completed' } })
  })
})

describe('S08 returning', () => {
  test('three shirts for ten euros less one cent come back one by one in another shop and sum to the cent', async () => {
    const article = await anArticle(t.db, t.clock, { priceMinor: 333 })
    await aPromotion(t.db, t.clock, { kind: 'amount', valueMinor: 100, couponCode: 'MENOS' })
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 3 })
    const cartId = await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      lines: [{ variantId: article, units: 3 }],
      couponCodes: ['MENOS'],
      delivery: { kind: 'carry_out', locationId: shop.valencia },
    })
    const placed = await place(t.db, t.clock, cartId, {
      online: undefined,
      tenders: [{ method: 'cash', amountMinor: 899 }],
      ...staff,
    })
    const orderLineId = (await orderOf(placed)).lines[0]?.id ?? ''
    const refunds: number[] = []
    for (const disposition of ['restock', 'repair', 'restock'] as const) {
      const lines = [{ orderLineId, units: 1, disposition }]
      const quoted = await quoteReturn(t.db, { orderId: placed.orderId, lines })
      const done = await t.db.transaction((tx) =>
        returnOrder(tx, t.clock, {
          orderId: placed.orderId,
          locationId: shop.madrid,
          reason: 'No me queda bien',
          refundMethod: 'original',
          lines,
          ...staff,
        }),
      )
      expect(done.refundMinor).toBe(quoted.refundMinor)
      expect(done.number).toMatch(/^D-MAD-\d{6}$/)
      refunds.push(done.refundMinor)
    }
    expect(refunds.reduce((sum, minor) => sum + minor, 0)).toBe(899)
    expect(await levelOf(t.db, article, shop.madrid)).toMatchObject({ onHand: 2 })
    expect(await orderOf(placed)).toMatchObject({ paymentStatus: 'refunded', refundedMinor: 899 })
    await expect(
      quoteReturn(t.db, { orderId: placed.orderId, lines: [{ orderLineId, units: 1, disposition: 'scrap' }] }),
    ).rejects.toMatchObject({
      code: 'orders.cannot_return',
      data: { requested: 1, available: 0 },
    })
  })

  test('goods that were not handed over yet cannot come back', async () => {
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: shop.shirt }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const placed = await place(t.db, t.clock, cartId)
    const orderLineId = (await orderOf(placed)).lines[0]?.id ?? ''
    await expect(
      quoteReturn(t.db, { orderId: placed.orderId, lines: [{ orderLineId, units: 1, disposition: 'restock' }] }),
    ).rejects.toMatchObject({
      code: 'orders.cannot_return',
    })
  })
})

test('after all of it every law holds', async () => {
  await t.drain(ordersSubscribers)
  await sendDueRefunds(t.db, t.clock)
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
  expect((await fulfillmentOf(t.db, 'ord_none')).length).toBe(0)
})
