import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyShortageChoice, fulfillmentOf, reportShort } from '#fulfillment'
import { sendDueRefunds, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { handOver, pick, setAside } from '../fulfillment/work.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { verify } from '../verify/index.ts'
import { findOrderRow } from './order-rows.ts'
import { viewOrder } from './order-view.ts'
import { receiptOfReturn } from './receipt.ts'
import { returnOrder } from './return-order.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, anArticle, aShop, place, testUrl, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock)
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

const actorId = 'mbr_1'
async function orderOf(orderId: string) {
  const row = await findOrderRow(t.db, orderId)
  if (!row) throw new Error('no order')
  return viewOrder(t.db, row)
}
async function pickupOrder(units = 2) {
  const lines = [{ variantId: shop.shirt, units }]
  const cartId = await aCart(t.db, t.clock, { lines, delivery: { kind: 'pickup', locationId: shop.valencia } })
  const { orderId } = await place(t.db, t.clock, cartId)
  const [work] = await fulfillmentOf(t.db, orderId)
  const order = await orderOf(orderId)
  return { orderId, id: work?.id ?? '', code: work?.pickupCode ?? '', orderLineId: order.lines[0]?.id ?? '' }
}

test('S08 bought on the web, collected in Valencia, one of two given back in Madrid: one order, one history, money right to the cent', async () => {
  const { orderId, id, code, orderLineId } = await pickupOrder()
  await t.db.transaction(async (tx) => {
    await pick(tx, t.clock, { id, what: { orderLineId, units: 2 } })
    await setAside(tx, t.clock, { id, bin: 'A3', actorId })
    await handOver(tx, t.clock, { locationId: shop.valencia, code, handedOverTo: 'Ana', actorId })
  })
  await t.drain(ordersSubscribers)
  expect(await orderOf(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' })
  const before = await levelOf(t.db, shop.shirt, shop.madrid)
  await t.db.transaction((tx) =>
    returnOrder(tx, t.clock, {
      orderId,
      locationId: shop.madrid,
      reason: 'Talla',
      refundMethod: 'original',
      lines: [{ orderLineId, units: 1, disposition: 'restock' }],
      actorId,
      publicUrl: testUrl,
    }),
  )
  await sendDueRefunds(t.db, t.clock)
  const order = await orderOf(orderId)
  expect(order).toMatchObject({
    status: 'completed',
    paymentStatus: 'part_refunded',
    paidMinor: 5000,
    refundedMinor: 2500,
    dueMinor: 0,
  })
  expect(order.lines[0]).toMatchObject({ returnedUnits: 1, returnableUnits: 1 })
  expect(await levelOf(t.db, shop.shirt, shop.madrid)).toMatchObject({ onHand: before.onHand + 1 })
  const row = await findOrderRow(t.db, orderId)
  if (!row) throw new Error('no order')
  const receipt = await receiptOfReturn(t.db, { order: row, returnId: order.returns[0]?.id ?? '' })
  expect(receipt).toMatchObject({
    orderNumber: order.number,
    locationName: 'Madrid',
    staffName: '',
    refundMinor: 2500,
    lines: [{ units: 1, refundMinor: 2500 }],
    taxes: [{ rateBp: 2100, netMinor: 2066, taxMinor: 434 }],
  })
  expect(receipt.number).toMatch(/^D-MAD-\d{6}$/)
  await expect(receiptOfReturn(t.db, { order: row, returnId: 'ret_other' })).rejects.toMatchObject({
    code: 'orders.not_found',
  })
  const mails = await t.db.many(
    sql`select 1 from platform.mail_message where dedupe_key = ${`returned:${receipt.number}`}`,
  )
  expect(mails).toHaveLength(1)
})

describe('S25 a unit is not on the shelf after the sale', () => {
  test('the customer takes the money: only that unit is canceled and paid back, the other is still promised', async () => {
    const { orderId, id, orderLineId } = await pickupOrder()
    const shortageId = await t.db.transaction((tx) => reportShort(tx, t.clock, { id, orderLineId, units: 1, actorId }))
    await t.db.transaction((tx) =>
      applyShortageChoice(tx, t.clock, { shortageId, optionId: 'refund', chosenBy: 'customer' }),
    )
    await t.drain(ordersSubscribers)
    await sendDueRefunds(t.db, t.clock)
    const order = await orderOf(orderId)
    expect(order).toMatchObject({ status: 'placed', paymentStatus: 'part_refunded', refundedMinor: 2500, dueMinor: 0 })
    expect(order.lines[0]).toMatchObject({ units: 2, canceledUnits: 1 })
    expect(order.promises.filter(({ status }) => status === 'made')).toHaveLength(1)
  })

  test('the only unit is missing and the money is chosen: the order is canceled as a whole', async () => {
    const { orderId, id, orderLineId } = await pickupOrder(1)
    const shortageId = await t.db.transaction((tx) => reportShort(tx, t.clock, { id, orderLineId, units: 1, actorId }))
    await t.db.transaction((tx) =>
      applyShortageChoice(tx, t.clock, { shortageId, optionId: 'refund', chosenBy: 'customer' }),
    )
    await t.drain(ordersSubscribers)
    await t.drain(ordersSubscribers)
    await sendDueRefunds(t.db, t.clock)
    expect(await orderOf(orderId)).toMatchObject({ status: 'canceled', paymentStatus: 'refunded', refundedMinor: 2500 })
  })
})

test('two tills and the web race for the last unit: one order, two clear refusals', async () => {
  const article = await anArticle(t.db, t.clock)
  await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 1 })
  const lines = [{ variantId: article }]
  const web = await aCart(t.db, t.clock, { lines, delivery: { kind: 'pickup', locationId: shop.valencia } })
  const tills = await Promise.all(
    [1, 2].map(() =>
      aCart(t.db, t.clock, {
        channelId: 'pos',
        locationId: shop.valencia,
        lines,
        delivery: { kind: 'carry_out', locationId: shop.valencia },
      }),
    ),
  )
  const tenders = [{ method: 'cash' as const, amountMinor: 2500 }]
  const results = await Promise.allSettled([
    place(t.db, t.clock, web, { expectedTotalMinor: 2500 }),
    ...tills.map((cartId) =>
      place(t.db, t.clock, cartId, { expectedTotalMinor: 2500, online: undefined, tenders, actorId }),
    ),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(
    results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code: string }).code] : [])),
  ).toEqual(['orders.out_of_stock', 'orders.out_of_stock'])
})

test('after all of it every law holds', async () => {
  await t.drain(ordersSubscribers)
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
})
