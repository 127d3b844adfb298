import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, sendDueRefunds, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { applyShortageChoice } from '../fulfillment/choose-shortage.ts'
import { reportShort } from '../fulfillment/shortages.ts'
import { fulfillmentSubscribers } from '../fulfillment/subscribers.ts'
import { fulfillmentOf } from '../fulfillment/views.ts'
import { handOverRow, pick, setAside } from '../fulfillment/work.ts'
import { verify } from '../verify/index.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, aShop, place } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

test('the customer takes the money for a missing unit and collects the other one before anybody was told: the money comes all the same', async () => {
  const shop = await aShop(t.db, t.clock, { units: 2 })
  const delivery = { kind: 'pickup', locationId: shop.valencia } as const
  const { orderId } = await place(
    t.db,
    t.clock,
    await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 2 }], delivery }),
  )
  await t.drain(ordersSubscribers)
  const [work] = await fulfillmentOf(t.db, orderId)
  const id = work?.id ?? ''
  const orderLineId = work?.lines[0]?.orderLineId ?? ''
  const actorId = 'mbr_1'
  const shortageId = await t.db.transaction((tx) => reportShort(tx, t.clock, { id, orderLineId, units: 1, actorId }))
  await t.db.transaction((tx) =>
    applyShortageChoice(tx, t.clock, { shortageId, optionId: 'refund', chosenBy: 'customer' }),
  )
  await t.db.transaction((tx) => pick(tx, t.clock, { id, what: { orderLineId, units: 1 } }))
  await t.db.transaction((tx) => setAside(tx, t.clock, { id, bin: 'A', actorId }))
  await t.db.transaction((tx) => handOverRow(tx, t.clock, { id, handedOverTo: '', actorId }))
  // Completion is among the first to hear: the order is complete when the choice is heard of.
  await t.drain([...ordersSubscribers, ...fulfillmentSubscribers])
  await sendDueRefunds(t.db, t.clock)
  expect(await balanceOf(t.db, orderId)).toMatchObject({ capturedMinor: 5000, refundedMinor: 2500 })
  const order = await t.db.one(sql`
    select o.status, o.payment_status as money, l.canceled_units as canceled
      from orders.customer_order o join orders.order_line l on l.order_id = o.id where o.id = ${orderId}`)
  expect(order).toEqual({ status: 'completed', money: 'part_refunded', canceled: 1 })
  expect((await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)).toEqual([])
})
