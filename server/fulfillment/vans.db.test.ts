import { afterAll, beforeAll, expect, test } from 'vitest'
import { allocationsOf, openTransfersOf, receiveTransfer, sendTransfer } from '#inventory'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { brokenLevels, levelOf, someStock } from '../inventory/testing.ts'
import { cancelFulfillment } from './cancel.ts'
import { readShortages } from './shortages.ts'
import { fulfillmentSubscribers } from './subscribers.ts'
import { aWorkshop, type Workshop } from './testing.ts'

let t: TestDatabase
let w: Workshop
beforeAll(async () => {
  t = await testDatabase()
  w = await aWorkshop(t)
})
afterAll(async () => {
  await w.app.close()
  await t.close()
})

/** Units of one article for shop one: one lies in shop two, one in shop three. */
async function fromTwoShops(): Promise<{ orderId: string; id: string; variantId: string }> {
  const variantId = await w.anArticle()
  for (const locationId of [w.two, w.three]) await someStock(t.db, t.clock, { variantId, locationId, units: 1 })
  return { ...(await w.anOrder(variantId, { units: 2 })), variantId }
}

async function statusOf(orderId: string): Promise<string | undefined> {
  return (await w.viewOf(orderId))[0]?.status
}

test('two vans arrive before anybody hears of either, and the second one lost its unit: the work opens with what is there, and the customer is asked', async () => {
  const { orderId } = await fromTwoShops()
  const vans = await openTransfersOf(t.db, [orderId])
  expect(vans).toHaveLength(2)
  for (const { id: transferId } of vans)
    await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId: 'm' }))
  for (const [at, { id: transferId }] of vans.entries()) {
    const lines = at === 1 ? [{ lineNo: 1, receivedUnits: 0 }] : []
    await t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId, lines, actorId: 'm' }))
  }
  const [subscriber] = fulfillmentSubscribers
  if (!subscriber || !('handle' in subscriber)) throw new Error('no subscriber')
  const news = await t.db.many<{ payload: { transferId: string; status: string } }>(sql`
    select payload from platform.outbox where type = 'inventory.transfer_changed' and payload ->> 'status' = 'received' order by id`)
  const handle = (at: number) =>
    t.db.transaction((tx) => subscriber.handle({ tx, clock: t.clock } as never, news[at] as never))
  // The first news alone promises nothing that is not there.
  await handle(0)
  expect(await statusOf(orderId)).toBe('waiting')
  await handle(1)
  expect(await statusOf(orderId)).toBe('open')
  expect(await readShortages(t.db, sql`s.order_id = ${orderId}`)).toMatchObject([{ units: 1, status: 'asked' }])
  expect(await allocationsOf(t.db, orderId)).toMatchObject([{ locationId: w.one, units: 1 }])
})

test('a customer gives up the only unit that a van was to bring: what is here already is put to work', async () => {
  const here = await w.anArticle()
  await someStock(t.db, t.clock, { variantId: here, locationId: w.one, units: 1 })
  await someStock(t.db, t.clock, { variantId: here, locationId: w.two, units: 1 })
  const { orderId } = await w.anOrder(here, { units: 2 })
  expect(await statusOf(orderId)).toBe('waiting')
  const lines = [{ orderLineId: `lin_${orderId}`, units: 1 }]
  // The oldest promise is given up first: here the one at the sender.
  await t.db.run(sql`
    update inventory.allocation set id = 'alc_000' || right(id, 8) where order_id = ${orderId} and location_id = ${w.two}`)
  await t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId, reason: 'one is enough', lines }))
  expect(await openTransfersOf(t.db, [orderId])).toEqual([])
  expect(await statusOf(orderId)).toBe('open')
  expect(await brokenLevels(t.db)).toEqual([])
})

test('a customer gives up one of two units that a van is to bring: the van brings the other one', async () => {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.two, units: 2 })
  const { orderId } = await w.anOrder(variantId, { units: 2 })
  const orderLineId = `lin_${orderId}`
  await t.db.transaction((tx) =>
    cancelFulfillment(tx, t.clock, { orderId, reason: 'one is enough', lines: [{ orderLineId, units: 1 }] }),
  )
  const [van] = await openTransfersOf(t.db, [orderId])
  expect(van).toMatchObject({ status: 'requested', lines: [{ units: 1 }] })
  const transferId = van?.id ?? ''
  await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId: 'm' }))
  await t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId, actorId: 'm' }))
  await t.drain(fulfillmentSubscribers)
  expect(await statusOf(orderId)).toBe('open')
  expect(await levelOf(t.db, variantId, w.two)).toMatchObject({ onHand: 1, allocated: 0 })
  expect(await levelOf(t.db, variantId, w.one)).toMatchObject({ onHand: 1, allocated: 1 })
  // The last unit given up calls the next van off.
  const other = await w.anOrder(variantId, { units: 1, shop: w.three })
  await t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId: other.orderId, reason: 'no' }))
  expect(await openTransfersOf(t.db, [other.orderId])).toEqual([])
  expect(await brokenLevels(t.db)).toEqual([])
})
