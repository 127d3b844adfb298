import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cancelOrder, ordersSubscribers, returnOrder } from '#orders'
import { sendDueRefunds, usePaymentProvider } from '#payments'
import { type Db, openDb } from '#platform/db'
import { drainEvents } from '#platform/subscribers'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { findOrderRow } from '../orders/order-rows.ts'
import { aCart, aPromotion, aShop, place, testUrl, toAnna } from '../orders/testing.ts'
import { checkNames, verify, verifyIn } from './index.ts'
import { corruptions } from './testing.ts'

/**
 * A day in a small shop, then one corruption after another, each in a transaction of its own that is never kept. Ledgers refuse
 * updates and deletes by rule, so a corruption takes the rule or the constraint away first, as somebody with a database console could.
 */
let t: TestDatabase
let simulator: RunningSimulator
const ids: Record<string, string> = {}
/** Corruptions take rules and constraints away, which prepared statements of other tests must not meet. */
let unprepared: Db

beforeAll(async () => {
  t = await testDatabase()
  unprepared = openDb(t.url, { poolSize: 1, prepared: false })
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  const shop = await aShop(t.db, t.clock)
  await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'DIEZ', couponLimit: 5 })
  const by = { actorId: 'mbr_1', publicUrl: testUrl }
  const pickup = await aCart(t.db, t.clock, {
    lines: [{ variantId: shop.shirt, units: 2 }],
    couponCodes: ['DIEZ'],
    delivery: { kind: 'pickup', locationId: shop.valencia },
  })
  ids['pickup'] = (await place(t.db, t.clock, pickup)).orderId
  ids['parcel'] = (
    await place(t.db, t.clock, await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], delivery: toAnna }))
  ).orderId
  for (const name of ['sale', 'sale2']) {
    const till = await aCart(t.db, t.clock, {
      channelId: 'pos',
      locationId: shop.valencia,
      lines: [{ variantId: shop.shirt }],
      delivery: { kind: 'carry_out', locationId: shop.valencia },
    })
    const tenders = [{ method: 'cash' as const, amountMinor: 2500 }]
    ids[name] = (await place(t.db, t.clock, till, { online: undefined, tenders, ...by })).orderId
  }
  const canceled = await place(
    t.db,
    t.clock,
    await aCart(t.db, t.clock, { lines: [{ variantId: shop.mug }], delivery: toAnna }),
  )
  ids['canceled'] = canceled.orderId
  await t.db.transaction((tx) => cancelOrder(tx, t.clock, { orderId: canceled.orderId, reason: 'no', ...by }))
  const line = (await findOrderRow(t.db, ids['sale'] ?? ''))?.lines[0]?.id ?? ''
  await t.db.transaction((tx) =>
    returnOrder(tx, t.clock, {
      orderId: ids['sale'] ?? '',
      locationId: shop.madrid,
      reason: 'talla',
      refundMethod: 'original',
      lines: [{ orderLineId: line, units: 1, disposition: 'restock' }],
      ...by,
    }),
  )
  await sendDueRefunds(t.db, t.clock)
  await drainEvents(t.db, t.clock, ordersSubscribers)
})
afterAll(async () => {
  await simulator?.stop()
  await unprepared?.close()
  await t?.close()
})

test('a day of sales, returns and cancellations disagrees with nothing', async () => {
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
  expect(report.ok).toBe(true)
  expect(report.checks.map(({ name }) => name)).toEqual(checkNames)
})

const planted = corruptions({}).map(([what, check]) => [what, check] as const)

describe('each planted corruption is found and named', () => {
  test('every check has at least one corruption planted against it', () => {
    expect(checkNames.filter((name) => !planted.some(([, check]) => check === name))).toEqual([])
  })

  test.for(planted)('%s → %s', async ([what, check]) => {
    const corruption = corruptions(ids).find(([name]) => name === what)
    if (!corruption) throw new Error(what)
    const undone = new Error('undone')
    const work = unprepared.transaction(async (tx) => {
      for (const statement of corruption[2]) await tx.run(statement)
      const report = await verifyIn(tx, { clock: t.clock })
      expect(report.ok).toBe(false)
      const found = report.checks.find((result) => result.name === check)
      expect(found?.count).toBeGreaterThan(0)
      expect(found?.rows[0]?.subject).toBeTruthy()
      throw undone
    })
    await expect(work).rejects.toBe(undone)
  })

  test('and none of them was kept', async () => {
    expect((await verify(t.db, { clock: t.clock })).ok).toBe(true)
  })
})
