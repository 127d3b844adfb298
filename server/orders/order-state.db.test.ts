import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fulfillmentOf } from '#fulfillment'
import { sendDueRefunds, usePaymentProvider } from '#payments'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { handOver, pick, setAside } from '../fulfillment/work.ts'
import { levelOf } from '../inventory/testing.ts'
import { verify } from '../verify/index.ts'
import { type CancelOrder, cancelOrder } from './cancel-order.ts'
import { completeWhenDone } from './complete-order.ts'
import { findOrderRow } from './order-rows.ts'
import { takePayment } from './pay-order.ts'
import { type ReturnOrder, returnOrder } from './return-order.ts'
import { aCart, anArticle, anna, aPromotion, aShop, place, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const actorId = 'mbr_1'
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator({ timeoutMs: 400 })
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 100 })
})
afterAll(async () => {
  const disagree = (await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)
  await simulator?.stop()
  await t?.close()
  expect(disagree).toEqual([])
})

const row = async (orderId: string) => {
  const order = await findOrderRow(t.db, orderId)
  if (!order) throw new Error('no order')
  return order
}
/** An order of the web: shirts (25,00) and mugs (9,90), paid, to be collected in Valencia unless it says otherwise. */
async function placed({ shirts = 2, mugs = 0, parcel = false, coupon = '' } = {}) {
  const lines = [
    { variantId: shop.shirt, units: shirts },
    { variantId: shop.mug, units: mugs },
  ].filter(({ units }) => units > 0)
  const delivery = parcel ? toAnna : ({ kind: 'pickup', locationId: shop.valencia } as const)
  const cartId = await aCart(t.db, t.clock, { lines, delivery, ...(coupon === '' ? {} : { couponCodes: [coupon] }) })
  const { orderId } = await place(t.db, t.clock, cartId)
  const order = await row(orderId)
  const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id ?? ''
  return { orderId, cartId, shirt: lineOf(shop.shirt), mug: lineOf(shop.mug) }
}
async function handedOver(orderId: string) {
  const [work] = await fulfillmentOf(t.db, orderId)
  if (!work) throw new Error('no work')
  await t.db.transaction(async (tx) => {
    for (const { orderLineId, units } of work.lines)
      await pick(tx, t.clock, { id: work.id, what: { orderLineId, units } })
    await setAside(tx, t.clock, { id: work.id, bin: 'A1', actorId })
    const { pickupCode: code } = work
    await handOver(tx, t.clock, { locationId: shop.valencia, code: code ?? '', handedOverTo: 'Ana', actorId })
    await completeWhenDone(tx, t.clock, { orderId })
  })
}
const cancel = (orderId: string, more: Partial<CancelOrder> = {}) =>
  t.db.transaction((tx) => cancelOrder(tx, t.clock, { orderId, reason: 'Ya no', actorId, publicUrl: testUrl, ...more }))
const giveBack = (orderId: string, lines: ReturnOrder['lines'], more: Partial<ReturnOrder> = {}) =>
  t.db.transaction((tx) =>
    returnOrder(tx, t.clock, {
      orderId,
      lines,
      locationId: shop.madrid,
      reason: 'Talla',
      refundMethod: 'original',
      actorId,
      publicUrl: testUrl,
      ...more,
    }),
  )
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? { code: error.code, data: error.data } : String(error)),
  )
const events = (orderId: string, type: string) =>
  t.db
    .many<{ payload: object }>(
      sql`select payload from platform.outbox where type = ${type} and subject_id = ${orderId} order by id`,
    )
    .then((rows) => rows.map(({ payload }) => payload))
const versionOf = async (orderId: string) =>
  (await t.db.one<{ version: number }>(sql`select version from orders.customer_order where id = ${orderId}`)).version
const mails = (orderId: string, kind: string) =>
  t.db.many(sql`select 1 from platform.mail_message where dedupe_key like ${`${kind}:${orderId}%`}`)

describe('a cancellation', () => {
  test('of some units: these go back to sale and their money to the buyer; the rest of the order stands', async () => {
    const { orderId, shirt } = await placed({ shirts: 3, mugs: 1 })
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const version = await versionOf(orderId)
    const lines = [
      { orderLineId: shirt, units: 1 },
      { orderLineId: shirt, units: 1 },
    ]
    expect(await cancel(orderId, { lines })).toEqual({ refundMinor: 5000, whole: false })
    const order = await row(orderId)
    expect(order).toMatchObject({ status: 'placed', paymentStatus: 'part_refunded' })
    expect(await versionOf(orderId)).toBeGreaterThan(version)
    expect(order.lines.map(({ canceledUnits }) => canceledUnits)).toEqual([2, 0])
    expect((await levelOf(t.db, shop.shirt, shop.valencia)).allocated).toBe(before.allocated - 2)
    expect(await events(orderId, 'orders.canceled')).toEqual([
      { orderId, number: order.number, reason: 'Ya no', whole: false, refundMinor: 5000 },
    ])
    expect(await mails(orderId, 'order_canceled')).toHaveLength(1)
  })

  test('of more units than are left: refused with the figures, and nothing has changed', async () => {
    const { orderId, shirt } = await placed()
    await cancel(orderId, { lines: [{ orderLineId: shirt, units: 1 }] })
    const before = await row(orderId)
    const two = cancel(orderId, { lines: [{ orderLineId: shirt, units: 2 }] })
    expect(await told(two)).toMatchObject({
      code: 'orders.cannot_cancel',
      data: { orderLineId: shirt, requested: 2, available: 1 },
    })
    const unknown = cancel(orderId, { lines: [{ orderLineId: 'lin_other', units: 1 }] })
    expect(await told(unknown)).toMatchObject({ data: { requested: 1, available: 0 } })
    expect(await row(orderId)).toEqual(before)
  })

  test('that leaves no unit cancels the whole order, delivery and coupon included; a second one is refused', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'DIEZ', couponLimit: 1 })
    const { orderId, shirt, mug } = await placed({ shirts: 1, mugs: 1, parcel: true, coupon: 'DIEZ' })
    const { totalMinor } = await row(orderId)
    const used = () => t.db.one(sql`select coupon_uses as used from pricing.promotion where coupon_code = 'DIEZ'`)
    expect(await used()).toEqual({ used: 1 })
    const first = await cancel(orderId, { lines: [{ orderLineId: mug, units: 1 }] })
    expect(first.whole).toBe(false)
    const version = await versionOf(orderId)
    const second = await cancel(orderId, { lines: [{ orderLineId: shirt, units: 1 }] })
    expect(second.whole).toBe(true)
    expect(await versionOf(orderId)).toBeGreaterThan(version)
    expect(first.refundMinor + second.refundMinor).toBe(totalMinor)
    expect(await row(orderId)).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' })
    expect(await used()).toEqual({ used: 0 })
    expect(
      await t.db.one(
        sql`select canceled_at as at, cancel_reason as reason from orders.customer_order where id = ${orderId}`,
      ),
    ).toEqual({ at: t.clock.now(), reason: 'Ya no' })
    expect(await told(cancel(orderId))).toMatchObject({ code: 'orders.cannot_cancel', data: { status: 'canceled' } })
    expect((await fulfillmentOf(t.db, orderId)).map(({ status }) => status)).toEqual(['canceled'])
  })

  test('of the last paid unit takes the gift with it', async () => {
    await aPromotion(t.db, t.clock, { kind: 'gift', giftVariantId: shop.mug, couponCode: 'REGALO' })
    const { orderId, shirt } = await placed({ shirts: 2, coupon: 'REGALO' })
    expect((await row(orderId)).lines.map(({ gift, units }) => [gift, units])).toEqual([
      [false, 2],
      [true, 1],
    ])
    const one = [{ orderLineId: shirt, units: 1 }]
    expect((await cancel(orderId, { lines: one })).whole).toBe(false)
    expect((await cancel(orderId, { lines: one })).whole).toBe(true)
    expect((await row(orderId)).lines.map(({ canceledUnits }) => canceledUnits)).toEqual([2, 1])
  })

  test('of all that is left, without naming it', async () => {
    const { orderId, shirt } = await placed({ shirts: 3 })
    await cancel(orderId, { lines: [{ orderLineId: shirt, units: 1 }] })
    expect(await cancel(orderId)).toEqual({ refundMinor: 5000, whole: true })
    expect((await row(orderId)).lines[0]?.canceledUnits).toBe(3)
  })

  test('of what the customer has already: refused; only units that are gone may end a completed order', async () => {
    const { orderId } = await placed()
    await handedOver(orderId)
    expect((await row(orderId)).status).toBe('completed')
    expect(await told(cancel(orderId))).toMatchObject({ code: 'orders.cannot_cancel', data: { status: 'completed' } })
  })

  test('of an order of which units came back: refused, what is with the customer comes back by a return', async () => {
    const { orderId, shirt } = await placed({ shirts: 2, mugs: 1 })
    await handedOver(orderId)
    await giveBack(orderId, [{ orderLineId: shirt, units: 1, disposition: 'restock' }])
    const rest = cancel(orderId, { lines: [{ orderLineId: shirt, units: 1 }] })
    expect(await told(rest)).toMatchObject({ code: 'orders.cannot_cancel', data: { status: 'completed' } })
    expect(await row(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'part_refunded' })
  })
})

describe('a return', () => {
  test('of nothing that is with the customer: refused, and nothing has changed', async () => {
    const { orderId, shirt } = await placed()
    const back = giveBack(orderId, [{ orderLineId: shirt, units: 1, disposition: 'restock' }])
    expect(await told(back)).toMatchObject({ code: 'orders.cannot_return', data: { requested: 1, available: 0 } })
    await cancel(orderId)
    expect(await told(giveBack(orderId, [{ orderLineId: shirt, units: 1, disposition: 'restock' }]))).toMatchObject({
      code: 'orders.cannot_return',
    })
  })

  test('unit by unit: to the shelf only what can be sold again, exact money, and never more than was handed over', async () => {
    const { orderId, shirt, mug } = await placed({ shirts: 2, mugs: 1 })
    await handedOver(orderId)
    const [shirts, mugs] = [await levelOf(t.db, shop.shirt, shop.madrid), await levelOf(t.db, shop.mug, shop.madrid)]
    const first = await giveBack(orderId, [
      { orderLineId: shirt, units: 1, disposition: 'restock' },
      { orderLineId: mug, units: 1, disposition: 'scrap' },
    ])
    expect(first.refundMinor).toBe(3490)
    expect((await levelOf(t.db, shop.shirt, shop.madrid)).onHand).toBe(shirts.onHand + 1)
    expect((await levelOf(t.db, shop.mug, shop.madrid)).onHand).toBe(mugs.onHand)
    const { number } = await row(orderId)
    expect(await events(orderId, 'orders.returned')).toEqual([
      { orderId, number, returnId: first.returnId, locationId: shop.madrid, refundMinor: 3490, currency: 'EUR' },
    ])
    expect(
      await t.db.many(sql`select line_no as "no", units, disposition, refund_minor as refund, tax_minor as tax
                            from orders.customer_return_line where return_id = ${first.returnId} order by line_no`),
    ).toEqual([
      { no: 1, units: 1, disposition: 'restock', refund: 2500, tax: 434 },
      { no: 2, units: 1, disposition: 'scrap', refund: 990, tax: 90 },
    ])
    const twice = giveBack(orderId, [
      { orderLineId: shirt, units: 1, disposition: 'restock' },
      { orderLineId: shirt, units: 1, disposition: 'restock' },
    ])
    expect(await told(twice)).toMatchObject({ code: 'orders.cannot_return', data: { available: 1 } })
    const second = await giveBack(orderId, [{ orderLineId: shirt, units: 1, disposition: 'repair' }])
    expect(second.refundMinor).toBe(2500)
    expect(second.number).not.toBe(first.number)
    const third = giveBack(orderId, [{ orderLineId: shirt, units: 1, disposition: 'restock' }])
    expect(await told(third)).toMatchObject({ data: { requested: 1, available: 0 } })
    expect(await row(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'refunded' })
    await sendDueRefunds(t.db, t.clock)
  })
})

describe('money taken at a counter', () => {
  /** Two shirts (50,00), 20,00 in cash, the rest still due. */
  async function partPaid() {
    const cartId = await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      staffId: actorId,
      contact: anna,
      lines: [{ variantId: shop.shirt, units: 2 }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const tenders = [{ method: 'cash' as const, amountMinor: 2000, tenderedMinor: 2000 }]
    return (await place(t.db, t.clock, cartId, { online: undefined, restOnline: true, tenders, actorId })).orderId
  }
  const take = (orderId: string, amountMinor: number, tenderedMinor = amountMinor) =>
    t.db.transaction((tx) =>
      takePayment(tx, t.clock, {
        orderId,
        tenders: [{ method: 'cash', amountMinor, tenderedMinor }],
        locationId: shop.valencia,
        actorId,
        publicUrl: testUrl,
      }),
    )

  test('up to what is due and no cent more; part of it leaves the rest due; the change is told', async () => {
    const orderId = await partPaid()
    expect(await told(take(orderId, 3001))).toMatchObject({
      code: 'payments.tenders_do_not_match',
      data: { totalMinor: 3000, offeredMinor: 3001 },
    })
    expect((await row(orderId)).paymentStatus).toBe('part_paid')
    await take(orderId, 1000)
    expect((await row(orderId)).paymentStatus).toBe('part_paid')
    expect(await take(orderId, 2000, 5000)).toEqual({ changeMinor: 3000 })
    expect((await row(orderId)).paymentStatus).toBe('paid')
    expect(await told(take(orderId, 1))).toMatchObject({ code: 'payments.nothing_due' })
  })

  test('is asked for less once a unit is called off, and whoever read the order before has read an old one', async () => {
    const orderId = await partPaid()
    const [version, line] = [await versionOf(orderId), (await row(orderId)).lines[0]?.id ?? '']
    expect(await cancel(orderId, { lines: [{ orderLineId: line, units: 1 }] })).toEqual({
      refundMinor: 0,
      whole: false,
    })
    expect((await row(orderId)).paymentStatus).toBe('part_paid')
    expect(await versionOf(orderId)).toBeGreaterThan(version)
    expect(await told(take(orderId, 501))).toMatchObject({ data: { totalMinor: 500 } })
  })

  test('not for an order that was called off', async () => {
    const orderId = await partPaid()
    await cancel(orderId, { refundMethod: 'cash', locationId: shop.valencia })
    expect(await row(orderId)).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' })
    expect(await told(take(orderId, 100))).toMatchObject({ code: 'payments.nothing_due' })
  })
})

describe('an order of goods and of something without stock', () => {
  test('is canceled line by line, and as a whole', async () => {
    const service = await anArticle(t.db, t.clock, { stockTracked: false, priceMinor: 500 })
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: service, units: 2 }, { variantId: shop.shirt }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const { orderId } = await place(t.db, t.clock, cartId)
    const other = await aCart(t.db, t.clock, {
      lines: [{ variantId: service }, { variantId: shop.shirt }],
      delivery: { kind: 'pickup', locationId: shop.valencia },
    })
    const { orderId: kept } = await place(t.db, t.clock, other)
    const shirt = (await row(kept)).lines.find(({ variantId }) => variantId === shop.shirt)?.id ?? ''
    await cancel(kept, { lines: [{ orderLineId: shirt, units: 1 }] })
    expect((await row(kept)).status).toBe('placed')
    const line = (await row(orderId)).lines.find(({ variantId }) => variantId === service)?.id ?? ''
    const before = (await fulfillmentOf(t.db, orderId)).map(({ status, lines }) => [status, lines.length])
    expect(await cancel(orderId, { lines: [{ orderLineId: line, units: 1 }] })).toEqual({
      refundMinor: 500,
      whole: false,
    })
    expect((await fulfillmentOf(t.db, orderId)).map(({ status, lines }) => [status, lines.length])).toEqual(before)
    expect(await cancel(orderId)).toEqual({ refundMinor: 3000, whole: true })
    expect((await fulfillmentOf(t.db, orderId)).every(({ status }) => status === 'canceled')).toBe(true)
  })
})

test('a sale over the counter is complete at once: the unit has left the shelf, with its receipt and its change', async () => {
  const before = await levelOf(t.db, shop.shirt, shop.valencia)
  const cartId = await aCart(t.db, t.clock, {
    channelId: 'pos',
    locationId: shop.valencia,
    staffId: actorId,
    lines: [{ variantId: shop.shirt }],
    delivery: { kind: 'carry_out', locationId: shop.valencia },
  })
  const tenders = [{ method: 'cash' as const, amountMinor: 2500, tenderedMinor: 3000 }]
  const sold = await place(t.db, t.clock, cartId, { online: undefined, tenders, actorId })
  expect(sold).toMatchObject({ status: 'placed', changeMinor: 500 })
  expect(await row(sold.orderId)).toMatchObject({
    status: 'completed',
    paymentStatus: 'paid',
    completedAt: t.clock.now(),
  })
  expect((await row(sold.orderId)).receiptNumber).toContain('VLC')
  expect(await levelOf(t.db, shop.shirt, shop.valencia)).toEqual({ ...before, onHand: before.onHand - 1 })
  expect(await events(sold.orderId, 'orders.completed')).toHaveLength(1)
})

test('an order is complete once, when all of it is with the customer', async () => {
  const { orderId } = await placed()
  expect(await row(orderId)).toMatchObject({ placedAt: t.clock.now(), completedAt: null, lapsesAt: null, plan: null })
  const complete = () => t.db.transaction((tx) => completeWhenDone(tx, t.clock, { orderId }))
  expect(await complete()).toBe(false)
  const version = await versionOf(orderId)
  await handedOver(orderId)
  expect(await complete()).toBe(false)
  expect(await versionOf(orderId)).toBe(version + 1)
  expect(await row(orderId)).toMatchObject({ status: 'completed', completedAt: t.clock.now() })
  expect(await events(orderId, 'orders.completed')).toEqual([{ orderId, number: (await row(orderId)).number }])
})
