import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fulfillmentOf } from '#fulfillment'
import { sendDueRefunds, usePaymentProvider } from '#payments'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { lapseReservations, releaseReservations, reservationsOf } from '../inventory/reserve.ts'
import { changeStock } from '../inventory/stock-changes.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { aPayment } from '../payments/testing.ts'
import { meeting } from '../platform/testing/lock-waits.ts'
import { verify } from '../verify/index.ts'
import { abandonCarts, lapseDraft, lapseDrafts } from './lapse-draft.ts'
import { findOrderRow } from './order-rows.ts'
import { confirmPayment } from './pay-order.ts'
import { settleDraft } from './settle-payment.ts'
import { aCart, anArticle, aPromotion, aShop, place, testUrl, toAnna, type World } from './testing.ts'

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
  await sendDueRefunds(t.db, t.clock)
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
const versionOf = async (orderId: string) =>
  (await t.db.one<{ version: number }>(sql`select version from orders.customer_order where id = ${orderId}`)).version
/** A shirt that is paid and waits in Valencia. */
async function placed() {
  const lines = [{ variantId: shop.shirt }]
  const cartId = await aCart(t.db, t.clock, { lines, delivery: { kind: 'pickup', locationId: shop.valencia } })
  return { orderId: (await place(t.db, t.clock, cartId)).orderId, cartId }
}
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? { code: error.code, data: error.data } : String(error)),
  )

describe('a draft that is not paid', () => {
  /** A draft whose charge got lost on the way. */
  async function draft() {
    const lines = [{ variantId: shop.shirt }]
    const cartId = await aCart(t.db, t.clock, { lines, delivery: { kind: 'pickup', locationId: shop.valencia } })
    const { orderId } = await place(t.db, t.clock, cartId, {
      online: { cardToken: 'tok_never_arrives', returnUrl: (id) => `${testUrl}/checkout/return?payment=${id}` },
    })
    return { orderId, cartId }
  }
  const cartOf = (cartId: string) =>
    t.db.one<{ status: string; version: number }>(
      sql`select status, held, held_until as "heldUntil", version from orders.cart where id = ${cartId}`,
    )

  test('ends once: goods and cart are free again, and nobody ends a placed one', async () => {
    const { orderId, cartId } = await draft()
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    expect(await cartOf(cartId)).toMatchObject({ status: 'placing' })
    const lapse = (id: string) => t.db.transaction((tx) => lapseDraft(tx, t.clock, { orderId: id }))
    const beside = await draft()
    const version = await versionOf(orderId)
    const cart = await cartOf(cartId)
    expect([await lapse(orderId), await lapse(orderId)]).toEqual([true, false])
    expect((await row(orderId)).status).toBe('lapsed')
    expect(await versionOf(orderId)).toBe(version + 1)
    expect((await row(beside.orderId)).status).toBe('draft')
    expect((await cartOf(beside.cartId)).status).toBe('placing')
    await lapse(beside.orderId)
    expect(await cartOf(cartId)).toEqual({ status: 'open', held: [], heldUntil: null, version: cart.version + 1 })
    expect((await levelOf(t.db, shop.shirt, shop.valencia)).reserved).toBe(before.reserved - 1)
    const other = await placed()
    expect(await lapse(other.orderId)).toBe(false)
    expect((await row(other.orderId)).status).toBe('placed')
  })

  test('past its time, not a moment before, and each on its own', async () => {
    const { orderId } = await draft()
    const { lapsesAt } = await row(orderId)
    if (!lapsesAt) throw new Error('a draft lapses')
    const at = (offsetMs: number) => ({ now: () => new Date(lapsesAt.getTime() + offsetMs) })
    expect(await lapseDrafts(t.db, at(-1))).toBe(0)
    expect((await row(orderId)).status).toBe('draft')
    expect(await lapseDrafts(t.db, at(0))).toBe(1)
    expect((await row(orderId)).status).toBe('lapsed')
    expect(await lapseDrafts(t.db, at(0))).toBe(0)
    // Those that ended before take no place of those that are due.
    const later = await draft()
    expect(await lapseDrafts(t.db, at(60_000), 1)).toBe(1)
    expect((await row(later.orderId)).status).toBe('lapsed')
  })

  test('whose shopper is at work on the basket this moment: who ends or settles it waits for the basket, before taking the order', async () => {
    const { orderId, cartId } = await draft()
    const { lapsesAt } = await row(orderId)
    const past = { now: () => new Date((lapsesAt?.getTime() ?? 0) + 1) }
    const settle = () =>
      t.db.transaction((tx) => settleDraft(tx, t.clock, { orderId, publicUrl: testUrl })).then(() => 'settled')
    for (const work of [settle, () => lapseDrafts(t.db, past)]) {
      const outcome = await meeting<unknown>(t.db, {
        first: (tx) => tx.run(sql`select 1 from orders.cart where id = ${cartId} for update`),
        second: work,
        meanwhile: async () => {
          const free = sql`select 1 from orders.customer_order where id = ${orderId} for update skip locked`
          expect(await t.db.many(free)).toHaveLength(1)
        },
      })
      expect(outcome.status).toBe('fulfilled')
    }
    expect((await row(orderId)).status).toBe('lapsed')
  })

  test('waits on while only a part of its money is there: it is neither placed nor paid back', async () => {
    const { orderId } = await draft()
    await aPayment(t.db, t.clock, { orderId, method: 'cash', provider: 'cash', status: 'captured', amountMinor: 10 })
    await t.db.transaction((tx) => settleDraft(tx, t.clock, { orderId, publicUrl: testUrl }))
    expect((await row(orderId)).status).toBe('draft')
    expect(await t.db.many(sql`select 1 from payments.refund where order_id = ${orderId}`)).toEqual([])
    await t.db.run(sql`delete from payments.payment where order_id = ${orderId} and method = 'cash'`)
    await t.db.transaction((tx) => lapseDraft(tx, t.clock, { orderId }))
  })

  test('that is given more time at the moment it is looked at does not end', async () => {
    const { orderId } = await draft()
    const { lapsesAt } = await row(orderId)
    const past = { now: () => new Date((lapsesAt?.getTime() ?? 0) + 1) }
    const outcome = await meeting(t.db, {
      first: (tx) =>
        tx.run(
          sql`update orders.customer_order set lapses_at = lapses_at + interval '10 minutes' where id = ${orderId}`,
        ),
      second: () => lapseDrafts(t.db, past),
    })
    expect(outcome).toEqual({ status: 'fulfilled', value: 0 })
    expect((await row(orderId)).status).toBe('draft')
  })

  test('a basket nobody touches for sixty days is put away; placed and touched ones stay', async () => {
    const open = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt }] })
    const { cartId } = await placed()
    const days = (count: number) => ({ now: () => new Date(t.clock.now().getTime() + count * 86_400_000) })
    expect(await abandonCarts(t.db, days(59))).toBe(0)
    expect(await abandonCarts(t.db, days(61))).toBeGreaterThan(0)
    expect([await cartOf(open), await cartOf(cartId)]).toMatchObject([{ status: 'abandoned' }, { status: 'placed' }])
  })
})

describe('money that arrives late', () => {
  const online = { returnUrl: (id: string) => `${testUrl}/checkout/return?payment=${id}` }
  /** A draft that waits for its buyer on the provider's page. */
  async function waiting(variantId: string, { coupon = '', parcel = false } = {}) {
    const delivery = parcel ? toAnna : ({ kind: 'pickup', locationId: shop.valencia } as const)
    const couponCodes = coupon === '' ? {} : { couponCodes: [coupon] }
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId }], delivery, ...couponCodes })
    const answer = await place(t.db, t.clock, cartId, { online })
    if (answer.status !== 'payment_needed') throw new Error(`the order is ${answer.status}`)
    return { cartId, orderId: answer.orderId, paymentId: answer.paymentId }
  }
  const lapseAll = async () => {
    t.clock.advance(21 * 60_000)
    await lapseDrafts(t.db, t.clock)
  }
  const pays = (paymentId: string) => {
    simulator.book.decide(paymentId, true)
    return confirmPayment(t.db, t.clock, { paymentId, publicUrl: testUrl })
  }
  const coupons = (code: string) =>
    t.db
      .one<{ used: number }>(sql`select coupon_uses as used from pricing.promotion where coupon_code = ${code}`)
      .then(({ used }) => used)

  test('goes back when the same basket was bought again meanwhile, and that other order stands', async () => {
    const first = await waiting(shop.mug)
    await lapseAll()
    const second = await place(t.db, t.clock, first.cartId)
    expect(second.status).toBe('placed')
    expect(await told(pays(first.paymentId))).toMatchObject({ code: 'orders.hold_lapsed' })
    expect(await row(first.orderId)).toMatchObject({ status: 'lapsed', paymentStatus: 'refunded' })
    expect(await row(second.orderId)).toMatchObject({ status: 'placed', paymentStatus: 'paid' })
  })

  test('revives the order with its coupon, which was free again in between', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'TARDE', couponLimit: 1 })
    const { orderId, paymentId } = await waiting(shop.mug, { coupon: 'TARDE' })
    const version = await versionOf(orderId)
    expect(await coupons('TARDE')).toBe(1)
    await lapseAll()
    expect(await coupons('TARDE')).toBe(0)
    expect((await pays(paymentId)).status).toBe('placed')
    expect(await coupons('TARDE')).toBe(1)
    expect(await versionOf(orderId)).toBeGreaterThan(version + 1)
  })

  test('goes back when the coupon was used up by somebody else', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'ULTIMO', couponLimit: 1 })
    const { orderId, paymentId } = await waiting(shop.mug, { coupon: 'ULTIMO' })
    await lapseAll()
    await waiting(shop.mug, { coupon: 'ULTIMO' })
    expect(await told(pays(paymentId))).toMatchObject({ code: 'orders.hold_lapsed' })
    expect(await row(orderId)).toMatchObject({ status: 'lapsed', paymentStatus: 'refunded' })
    expect(await coupons('ULTIMO')).toBe(1)
  })

  test('goes back when its goods are nowhere any more, though the draft still stood; its basket is open again', async () => {
    const article = await anArticle(t.db, t.clock)
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 1 })
    const { orderId, cartId, paymentId } = await waiting(article)
    await t.db.transaction(async (tx) => {
      await releaseReservations(tx, t.clock, { holderId: cartId })
      const items = [{ variantId: article, locationId: shop.valencia, quantity: -1 }]
      await changeStock(tx, t.clock, { items, actorId, reason: 'broken' })
    })
    expect(await told(pays(paymentId))).toMatchObject({ code: 'orders.hold_lapsed' })
    expect(await row(orderId)).toMatchObject({ status: 'lapsed', paymentStatus: 'refunded' })
    const refunds = sql`select amount_minor as minor, reason, actor_id as "by" from payments.refund where order_id = ${orderId}`
    expect(await t.db.many(refunds)).toEqual([{ minor: 2500, reason: 'hold_lapsed', by: 'system:orders' }])
    expect(await t.db.one(sql`select status from orders.cart where id = ${cartId}`)).toEqual({ status: 'open' })
  })

  test('goes back, and the draft ends, when nobody knows any more where its goods were to come from', async () => {
    const { orderId, cartId, paymentId } = await waiting(shop.mug)
    await t.db.run(sql`update orders.customer_order set plan = null where id = ${orderId}`)
    expect(await told(pays(paymentId))).toMatchObject({ code: 'orders.hold_lapsed' })
    expect(await row(orderId)).toMatchObject({ status: 'lapsed', paymentStatus: 'refunded' })
    expect(await reservationsOf(t.db, cartId)).toEqual([])
  })

  test('finds all its goods anew when one of them is gone: what was held before is free again, and its coupon counts once', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'OTRAVEZ', couponLimit: 1 })
    const [gone, kept] = [await anArticle(t.db, t.clock), await anArticle(t.db, t.clock)]
    for (const variantId of [gone, kept])
      for (const locationId of [shop.valencia, shop.madrid])
        await someStock(t.db, t.clock, { variantId, locationId, units: 1 })
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: gone }, { variantId: kept }],
      delivery: toAnna,
      couponCodes: ['OTRAVEZ'],
    })
    const answer = await place(t.db, t.clock, cartId, { online })
    if (answer.status !== 'payment_needed') throw new Error(`the order is ${answer.status}`)
    const from = (await reservationsOf(t.db, cartId)).find(({ variantId }) => variantId === gone)?.locationId ?? ''
    await t.db.run(sql`
      update inventory.reservation set expires_at = ${t.clock.now()} where holder_id = ${cartId} and variant_id = ${gone}`)
    t.clock.advance(1)
    const broken = [{ variantId: gone, locationId: from, quantity: -1 }]
    await lapseReservations(t.db, t.clock)
    await t.db.transaction((tx) => changeStock(tx, t.clock, { items: broken, actorId, reason: 'broken' }))
    expect((await pays(answer.paymentId)).status).toBe('placed')
    expect(await coupons('OTRAVEZ')).toBe(1)
    expect(await reservationsOf(t.db, cartId)).toEqual([])
    const levels = await Promise.all([shop.valencia, shop.madrid].map((place) => levelOf(t.db, kept, place)))
    expect(levels.map(({ reserved }) => reserved)).toEqual([0, 0])
    expect(levels.map(({ allocated }) => allocated).toSorted()).toEqual([0, 1])
  })

  test('finds its goods at another place when those it held are gone', async () => {
    const article = await anArticle(t.db, t.clock)
    for (const locationId of [shop.valencia, shop.madrid])
      await someStock(t.db, t.clock, { variantId: article, locationId, units: 1 })
    const { orderId, cartId, paymentId } = await waiting(article, { parcel: true })
    const [held] = await reservationsOf(t.db, cartId)
    await t.db.transaction(async (tx) => {
      await releaseReservations(tx, t.clock, { holderId: cartId })
      const items = [{ variantId: article, locationId: held?.locationId ?? '', quantity: -1 }]
      await changeStock(tx, t.clock, { items, actorId, reason: 'broken' })
    })
    expect((await pays(paymentId)).status).toBe('placed')
    const [work, ...more] = await fulfillmentOf(t.db, orderId)
    expect(more).toEqual([])
    expect([shop.valencia, shop.madrid]).toContain(work?.locationId)
    expect(work?.locationId).not.toBe(held?.locationId)
    expect(work?.lines).toMatchObject([{ units: 1 }])
  })
})
