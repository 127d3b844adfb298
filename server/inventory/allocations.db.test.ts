import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tx } from '#platform/db'
import { eventsPiece } from '#platform/outbox'
import { Problem } from '#platform/problems'
import { sql, writeAll } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { meeting } from '../platform/testing/lock-waits.ts'
import { allocate, allocateReserved } from './allocate.ts'
import {
  type AllocatedLine,
  allocationsOf,
  lockParts,
  moveAllocation,
  releaseAllocations,
  shipAllocated,
  writeOffMissing,
} from './allocations.ts'
import { claimStock } from './claim.ts'
import { extendReservations, lapseReservations, releaseReservations, reservationsOf, reserve } from './reserve.ts'
import { aPlace, brokenLevels, levelOf, someStock } from './testing.ts'
import { requestTransfer, sendTransfer } from './transfers.ts'

let t: TestDatabase
let shop: string
let other: string
beforeAll(async () => {
  t = await testDatabase()
  shop = (await aPlace(t.db)).id
  other = (await aPlace(t.db)).id
})
afterAll(async () => {
  expect(await brokenLevels(t.db)).toEqual([])
  expect(await t.db.many(sql`select id from inventory.allocation where units < 1`)).toEqual([])
  await t.close()
})

let made = 0
const actorId = 'mbr_1'
/** A new article with so many units at the shop, and what an order of it is called. */
async function anArticle(units: number, safetyStock = 0): Promise<{ variantId: string; orderId: string }> {
  made += 1
  const variantId = `var_p${made}`
  if (units > 0) await someStock(t.db, t.clock, { variantId, locationId: shop, units, safetyStock })
  return { variantId, orderId: `ord_p${made}` }
}
const promise = (orderId: string, variantId: string, units: number, orderLineId = 'lin_1', locationId = shop) =>
  t.db.transaction((tx) => allocate(tx, t.clock, { orderId, lines: [{ orderLineId, variantId, locationId, units }] }))
const ship = (orderId: string, lines: AllocatedLine[]) =>
  t.db.transaction((tx) => shipAllocated(tx, t.clock, { orderId, lines, kind: 'shipped', actorId }))
const release = (orderId: string, lines?: AllocatedLine[]) =>
  t.db.transaction((tx) => releaseAllocations(tx, t.clock, { orderId, ...(lines && { lines }) }))
const hold = (holderId: string, variantId: string, units: number, minutes = 15) =>
  t.db.transaction((tx) =>
    reserve(tx, t.clock, { holderId, items: [{ variantId, locationId: shop, units }], expiresAt: inMinutes(minutes) }),
  )
const inMinutes = (minutes: number) => new Date(t.clock.now().getTime() + minutes * 60_000)
const open = async (orderId: string) =>
  (await allocationsOf(t.db, orderId)).map(({ orderLineId, locationId, units }) => ({ orderLineId, locationId, units }))
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error : String(error)),
  )
const lastLevelEvent = async (variantId: string) =>
  (
    await t.db.one<{ payload: object }>(sql`
      select payload from platform.outbox where type = 'inventory.level_changed' and subject_id = ${variantId} order by id desc limit 1`)
  ).payload

describe('units promised to the lines of an order', () => {
  test('leave line by line and place by place; the other lines keep theirs', async () => {
    const { variantId, orderId } = await anArticle(5)
    await someStock(t.db, t.clock, { variantId, locationId: other, units: 5 })
    await promise(orderId, variantId, 2, 'lin_1')
    await promise(orderId, variantId, 2, 'lin_1', other)
    await promise(orderId, variantId, 1, 'lin_2')
    await ship(orderId, [{ orderLineId: 'lin_1', units: 2, locationId: other }])
    expect(await open(orderId)).toEqual([
      { orderLineId: 'lin_1', locationId: shop, units: 2 },
      { orderLineId: 'lin_2', locationId: shop, units: 1 },
    ])
    await ship(orderId, [{ orderLineId: 'lin_2', units: 1 }])
    expect(await open(orderId)).toEqual([{ orderLineId: 'lin_1', locationId: shop, units: 2 }])
    expect([await levelOf(t.db, variantId, shop), await levelOf(t.db, variantId, other)]).toMatchObject([
      { onHand: 4, allocated: 2 },
      { onHand: 3, allocated: 0 },
    ])
    const nowhere = await told(ship(orderId, [{ orderLineId: 'lin_1', units: 1, locationId: other }]))
    expect(nowhere).toMatchObject({ code: 'inventory.not_allocated', data: { requested: 1, available: 0 } })
  })

  test('named twice in one call count together, and not a unit more leaves than was promised', async () => {
    const { variantId, orderId } = await anArticle(5)
    await promise(orderId, variantId, 3)
    const one = { orderLineId: 'lin_1', units: 1 }
    const two = { orderLineId: 'lin_1', units: 2 }
    expect(await told(ship(orderId, [two, two]))).toMatchObject({ data: { requested: 2, available: 1 } })
    await ship(orderId, [one, one])
    expect(await open(orderId)).toEqual([{ orderLineId: 'lin_1', locationId: shop, units: 1 }])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 3, allocated: 1 })
  })

  test('taken in part: the rest stays promised in a row of its own, and the end of the part is dated', async () => {
    const { variantId, orderId } = await anArticle(4)
    await promise(orderId, variantId, 4)
    await ship(orderId, [{ orderLineId: 'lin_1', units: 3 }])
    await ship(orderId, [{ orderLineId: 'lin_1', units: 1 }])
    const rows = await t.db.many(sql`
      select units, status, closed_at is not null as closed from inventory.allocation where order_id = ${orderId} order by id`)
    expect(rows).toEqual([
      { units: 3, status: 'shipped', closed: true },
      { units: 1, status: 'shipped', closed: true },
    ])
    expect(await told(ship(orderId, [{ orderLineId: 'lin_1', units: 1 }]))).toMatchObject({ data: { available: 0 } })
    expect(
      await t.db.many(sql`select kind, quantity, reference, actor_id as "actorId" from inventory.stock_movement
                           where variant_id = ${variantId} and kind <> 'received' order by id`),
    ).toEqual([
      { kind: 'shipped', quantity: -3, reference: orderId, actorId },
      { kind: 'shipped', quantity: -1, reference: orderId, actorId },
    ])
  })

  test('given back: only the named ones, then the rest; a second time there is nothing to give', async () => {
    const { variantId, orderId } = await anArticle(3)
    await promise(orderId, variantId, 2, 'lin_1')
    await promise(orderId, variantId, 1, 'lin_2')
    await release(orderId, [{ orderLineId: 'lin_1', units: 1 }])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 3, allocated: 2 })
    await release(orderId)
    await release(orderId)
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 3, allocated: 0 })
    expect(await open(orderId)).toEqual([])
  })

  test('not where they should be: written off and no longer promised, with who said so and why', async () => {
    const { variantId, orderId } = await anArticle(3)
    await promise(orderId, variantId, 2)
    await t.db.transaction((tx) =>
      writeOffMissing(tx, t.clock, {
        orderId,
        lines: [{ orderLineId: 'lin_1', units: 1 }],
        actorId,
        reason: 'empty box',
      }),
    )
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 2, allocated: 1 })
    expect(
      await t.db.one(sql`select quantity, reason, reference, actor_id as "actorId" from inventory.stock_movement
                          where variant_id = ${variantId} and kind = 'adjusted'`),
    ).toEqual({ quantity: -1, reason: 'empty box', reference: orderId, actorId })
  })

  test('under way to another place: given back after those on the shelf, and never shipped from where they are not', async () => {
    const { variantId, orderId } = await anArticle(3)
    await promise(orderId, variantId, 3)
    await t.db.transaction(async (tx) => {
      const transferId = await requestTransfer(tx, t.clock, {
        fromLocationId: shop,
        toLocationId: other,
        reference: orderId,
        expectedAt: inMinutes(600),
        actorId,
        lines: [{ variantId, units: 2, order: { orderId, orderLineId: 'lin_1' } }],
      })
      await sendTransfer(tx, t.clock, { transferId, actorId })
    })
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 1, allocated: 1 })
    expect(await told(ship(orderId, [{ orderLineId: 'lin_1', units: 2 }]))).toMatchObject({ data: { available: 1 } })
    await release(orderId, [{ orderLineId: 'lin_1', units: 2 }])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 1, allocated: 0 })
    expect(
      await t.db.many(
        sql`select units from inventory.allocation where order_id = ${orderId} and status = 'in_transit'`,
      ),
    ).toEqual([{ units: 1 }])
    await release(orderId)
    expect(
      await t.db.many(
        sql`select 1 from inventory.allocation where order_id = ${orderId} and status in ('open', 'in_transit')`,
      ),
    ).toEqual([])
  })

  test('moved to a place that keeps units for its counter: only when asked to', async () => {
    const { variantId, orderId } = await anArticle(1)
    await someStock(t.db, t.clock, { variantId, locationId: other, units: 1, safetyStock: 1 })
    await promise(orderId, variantId, 1)
    const lines = [{ orderLineId: 'lin_1', variantId, units: 1, fromLocationId: shop, toLocationId: other }]
    const move = (ignoreSafetyStock: boolean) =>
      t.db.transaction((tx) => moveAllocation(tx, t.clock, { orderId, lines, ignoreSafetyStock }))
    expect(await told(move(false))).toMatchObject({ code: 'inventory.atp_short' })
    await move(true)
    expect(await open(orderId)).toEqual([{ orderLineId: 'lin_1', locationId: other, units: 1 }])
  })
})

describe('what is told of a level', () => {
  test('is what can be promised: without what is promised, held and kept, and never below zero', async () => {
    const { variantId, orderId } = await anArticle(6, 1)
    await hold('crt_told', variantId, 1)
    await promise(orderId, variantId, 2)
    const figures = { variantId, locationId: shop, onHand: 6, allocated: 2, reserved: 1 }
    expect(await lastLevelEvent(variantId)).toEqual({ ...figures, atp: 2 })
    await ship(orderId, [{ orderLineId: 'lin_1', units: 1 }])
    expect(await lastLevelEvent(variantId)).toEqual({ ...figures, onHand: 5, allocated: 1, atp: 2 })
    await t.db.transaction((tx) => releaseReservations(tx, t.clock, { holderId: 'crt_told' }))
    expect(await lastLevelEvent(variantId)).toEqual({ ...figures, onHand: 5, allocated: 1, reserved: 0, atp: 3 })
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId,
        ignoreSafetyStock: true,
        lines: [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 4 }],
      }),
    )
    expect(await lastLevelEvent(variantId)).toMatchObject({ allocated: 5, atp: 0 })
  })
})

describe('what baskets hold', () => {
  test('longer when asked to, until exactly then, and only its own', async () => {
    const { variantId } = await anArticle(4)
    await hold('crt_long', variantId, 1)
    await hold('crt_long', variantId, 2, 5)
    await hold('crt_short', variantId, 1)
    const extended = await t.db.transaction((tx) =>
      extendReservations(tx, t.clock, { holderId: 'crt_long', expiresAt: inMinutes(30) }),
    )
    expect(extended).toBe(3)
    expect(await reservationsOf(t.db, 'crt_long')).toMatchObject([
      { units: 1, expiresAt: inMinutes(30) },
      { units: 2, expiresAt: inMinutes(30) },
    ])
    t.clock.advance(15 * 60_000)
    expect(await lapseReservations(t.db, t.clock)).toBe(1)
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ reserved: 3 })
    t.clock.advance(15 * 60_000)
    expect(await lapseReservations(t.db, t.clock)).toBe(2)
    expect(await reservationsOf(t.db, 'crt_long')).toEqual([])
    const nothing = t.db.transaction((tx) =>
      extendReservations(tx, t.clock, { holderId: 'crt_long', expiresAt: inMinutes(30) }),
    )
    expect(await nothing).toBe(0)
  })

  test('is given back once; what was given back no longer counts for whoever held it', async () => {
    const { variantId, orderId } = await anArticle(2)
    await hold('crt_once', variantId, 2)
    const giveBack = () => t.db.transaction((tx) => releaseReservations(tx, t.clock, { holderId: 'crt_once' }))
    expect([await giveBack(), await giveBack()]).toEqual([2, 0])
    await hold('crt_next', variantId, 2)
    const lines = [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 1 }]
    const late = t.db.transaction((tx) => allocateReserved(tx, t.clock, { holderId: 'crt_once', orderId, lines }))
    expect(await told(late)).toMatchObject({ code: 'inventory.atp_short' })
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ reserved: 2, allocated: 0 })
  })

  test('past its time goes to who wants it, on this article only; what is not past stays', async () => {
    const [wanted, untouched] = [await anArticle(3), await anArticle(1)]
    await hold('crt_late', wanted.variantId, 1, 10)
    await hold('crt_late', untouched.variantId, 1, 10)
    await hold('crt_fresh', wanted.variantId, 1, 20)
    t.clock.advance(10 * 60_000)
    expect(await told(hold('crt_now', wanted.variantId, 3))).toMatchObject({
      data: { shortages: [{ requested: 3, available: 2 }] },
    })
    await hold('crt_now', wanted.variantId, 2)
    expect(await levelOf(t.db, wanted.variantId, shop)).toMatchObject({ reserved: 3 })
    expect(await levelOf(t.db, untouched.variantId, shop)).toMatchObject({ reserved: 1 })
    await lapseReservations(t.db, t.clock)
  })

  test('until when: the refusal names the earliest that may be free, at that very place', async () => {
    const { variantId } = await anArticle(2)
    await someStock(t.db, t.clock, { variantId, locationId: other, units: 1 })
    await hold('crt_gone', variantId, 1, 1)
    await t.db.transaction((tx) => releaseReservations(tx, t.clock, { holderId: 'crt_gone' }))
    await hold('crt_later', variantId, 1, 40)
    await hold('crt_sooner', variantId, 1, 20)
    await t.db.transaction((tx) =>
      reserve(tx, t.clock, {
        holderId: 'crt_elsewhere',
        items: [{ variantId, locationId: other, units: 1 }],
        expiresAt: inMinutes(5),
      }),
    )
    expect(await told(hold('crt_asks', variantId, 1))).toMatchObject({
      data: { shortages: [{ available: 0, reservedUntil: inMinutes(20).toISOString() }] },
    })
  })
})

describe('several claims in one transaction', () => {
  test('each for itself: what the short one wanted is not written, an unknown article gets its level, a sale leaves at once', async () => {
    const [a, b] = [await anArticle(2), await anArticle(0)]
    const of = (orderId: string, variantId: string, units: number) => ({
      orderId,
      lines: [{ orderLineId: 'lin_1', variantId, locationId: shop, units }],
    })
    await hold('crt_sells', a.variantId, 1)
    const { outcomes } = await t.db.transaction(async (tx) => {
      const claimed = await claimStock(tx, t.clock, [
        { kind: 'sell', ...of('ord_q1', a.variantId, 1), holderId: 'crt_sells', actorId },
        { kind: 'allocate', ...of('ord_q2', a.variantId, 2) },
        { kind: 'allocate', ...of('ord_q3', b.variantId, 1), unknownBy: actorId },
      ])
      tx.later(writeAll([...claimed.writes, eventsPiece(t.clock, claimed.events)]))
      return claimed
    })
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true])
    expect(
      await t.db.many(sql`select order_id as "orderId", status, closed_at as "closedAt" from inventory.allocation
                           where order_id in ('ord_q1', 'ord_q2', 'ord_q3') order by order_id`),
    ).toEqual([
      { orderId: 'ord_q1', status: 'shipped', closedAt: t.clock.now() },
      { orderId: 'ord_q3', status: 'open', closedAt: null },
    ])
    expect(await levelOf(t.db, a.variantId, shop)).toEqual({ onHand: 1, allocated: 0, reserved: 0, conflicted: 0 })
    expect(await levelOf(t.db, b.variantId, shop)).toEqual({ onHand: 0, allocated: 1, reserved: 0, conflicted: 1 })
    expect(
      await t.db.one(
        sql`select quantity, reference from inventory.stock_movement where variant_id = ${a.variantId} and kind = 'sold'`,
      ),
    ).toEqual({ quantity: -1, reference: 'ord_q1' })
  })

  test('a basket that wants nothing any more gives everything back, and one that has nothing may say so, too', async () => {
    const { variantId } = await anArticle(2)
    await hold('crt_empty', variantId, 2)
    const nothing = (holderId: string, replace: boolean) =>
      t.db.transaction((tx) => reserve(tx, t.clock, { holderId, items: [], expiresAt: inMinutes(15), replace }))
    await nothing('crt_empty', false)
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ reserved: 2 })
    await nothing('crt_empty', true)
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ reserved: 0 })
    await nothing('crt_empty', true)
  })
})

describe('two at the same unit at the same moment', () => {
  /** Starts the second while the first is not committed; it must wait, then see what the first did. */
  const second = async (first: (tx: Tx) => Promise<unknown>, then: () => Promise<unknown>) =>
    meeting(t.db, { first, second: () => told(then()) }).then((one) =>
      one.status === 'fulfilled' ? one.value : one.reason,
    )
  const line = { orderLineId: 'lin_1', units: 1 }

  test('in two baskets: the second waits, and is told that it is held', async () => {
    const { variantId } = await anArticle(1)
    const items = [{ variantId, locationId: shop, units: 1 }]
    const first = { holderId: 'crt_first', items, expiresAt: inMinutes(15) }
    const answer = await second(
      (tx) => reserve(tx, t.clock, first),
      () => hold('crt_second', variantId, 1),
    )
    expect(answer).toMatchObject({ code: 'inventory.atp_short', data: { shortages: [{ available: 0 }] } })
  })

  test('shipped twice: the second waits, and is told that nothing is left on the line', async () => {
    const { variantId, orderId } = await anArticle(2)
    await promise(orderId, variantId, 1)
    const how = { orderId, lines: [line], kind: 'shipped' as const, actorId }
    const answer = await second(
      (tx) => shipAllocated(tx, t.clock, how),
      () => ship(orderId, [line]),
    )
    expect(answer).toMatchObject({ code: 'inventory.not_allocated', data: { available: 0 } })
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 1, allocated: 0 })
  })

  test('given back while somebody looks at what is promised: the second waits', async () => {
    const { variantId, orderId } = await anArticle(1)
    await promise(orderId, variantId, 1)
    const answer = await second(
      (tx) => lockParts(tx, orderId, undefined),
      () => release(orderId),
    )
    expect(answer).toBe('done')
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ allocated: 0 })
  })
})
