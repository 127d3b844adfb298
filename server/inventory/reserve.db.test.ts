import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { allocate, allocateReserved, sellUnknown } from './allocate.ts'
import { moveAllocation, releaseAllocations, shipAllocated } from './allocations.ts'
import { extendReservations, lapseReservations, releaseReservations, reserve } from './reserve.ts'
import { aPlace, brokenLevels, levelOf, someStock } from './testing.ts'

let t: TestDatabase
let shop: string
let other: string
beforeAll(async () => {
  t = await testDatabase()
  shop = (await aPlace(t.db)).id
  other = (await aPlace(t.db)).id
})
afterAll(() => t.close())

const inMinutes = (minutes: number) => new Date(t.clock.now().getTime() + minutes * 60_000)
let variants = 0
const aVariant = () => `var_${(variants += 1).toString().padStart(6, '0')}`
const hold = (holderId: string, items: { variantId: string; locationId: string; units: number }[], more: object = {}) =>
  t.db.transaction((tx) => reserve(tx, t.clock, { holderId, items, expiresAt: inMinutes(15), ...more }))
const refusal = async (work: Promise<unknown>): Promise<Problem> => {
  const error = await work.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  if (!(error instanceof Problem)) throw new Error(`expected a refusal, got ${String(error)}`)
  return error
}

describe('reserve', () => {
  test('a basket holds units; they count as reserved and are told as a level change', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 5, safetyStock: 1 })
    await hold('crt_a', [
      { variantId, locationId: shop, units: 2 },
      { variantId, locationId: shop, units: 1 },
    ])
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 5, allocated: 0, reserved: 3, conflicted: 0 })
    const told = await t.db.many<{ payload: object }>(sql`
      select payload from platform.outbox where type = 'inventory.level_changed' and subject_id = ${variantId} order by id desc limit 1`)
    expect(told[0]?.payload).toEqual({ variantId, locationId: shop, onHand: 5, allocated: 0, reserved: 3, atp: 1 })
  })

  test('a short item refuses all items at once, with figures and until when others hold theirs, and changes nothing', async () => {
    const [a, b, c] = [aVariant(), aVariant(), aVariant()]
    for (const variantId of [a, b]) await someStock(t.db, t.clock, { variantId, locationId: shop, units: 2 })
    await hold('crt_first', [{ variantId: a, locationId: shop, units: 1 }])
    const wanted = [a, b, c].map((variantId) => ({ variantId, locationId: shop, units: 2 }))
    const problem = await refusal(hold('crt_second', wanted))
    expect(problem.code).toBe('inventory.atp_short')
    expect(problem.data['shortages']).toEqual([
      {
        variantId: a,
        locationId: shop,
        requested: 2,
        available: 1,
        reservedUntil: inMinutes(15).toISOString(),
        locationName: expect.any(String),
      },
      {
        variantId: c,
        locationId: shop,
        requested: 2,
        available: 0,
        reservedUntil: undefined,
        locationName: expect.any(String),
      },
    ])
    expect(await levelOf(t.db, b, shop)).toMatchObject({ reserved: 0 })
  })

  test('safety stock is kept from the web and free for the till', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1, safetyStock: 1 })
    expect((await refusal(hold('crt_web', [{ variantId, locationId: shop, units: 1 }]))).code).toBe(
      'inventory.atp_short',
    )
    await hold('crt_till', [{ variantId, locationId: shop, units: 1 }], { ignoreSafetyStock: true })
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ reserved: 1 })
  })

  test('S11 one item of a held basket is swapped: the rest stays held all the time', async () => {
    const [kept, away, instead] = [aVariant(), aVariant(), aVariant()]
    for (const variantId of [kept, away, instead])
      await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    await hold(
      'crt_swap',
      [kept, away].map((variantId) => ({ variantId, locationId: shop, units: 1 })),
    )
    await hold(
      'crt_swap',
      [kept, instead].map((variantId) => ({ variantId, locationId: shop, units: 1 })),
      { replace: true },
    )
    expect(
      [await levelOf(t.db, kept, shop), await levelOf(t.db, away, shop), await levelOf(t.db, instead, shop)].map(
        (l) => l.reserved,
      ),
    ).toEqual([1, 0, 1])
    // A swap that cannot be had leaves the basket as it was.
    expect(
      (await refusal(hold('crt_swap', [{ variantId: aVariant(), locationId: shop, units: 1 }], { replace: true })))
        .code,
    ).toBe('inventory.atp_short')
    expect((await levelOf(t.db, kept, shop)).reserved).toBe(1)
  })

  test('a hold past its time lapses when somebody wants the unit, and by the job; an extended one stays', async () => {
    const [touched, swept, extended] = [aVariant(), aVariant(), aVariant()]
    for (const variantId of [touched, swept, extended])
      await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    await hold(
      'crt_old',
      [touched, swept].map((variantId) => ({ variantId, locationId: shop, units: 1 })),
    )
    await hold('crt_long', [{ variantId: extended, locationId: shop, units: 1 }])
    await t.db.transaction((tx) => extendReservations(tx, t.clock, { holderId: 'crt_long', expiresAt: inMinutes(60) }))
    t.clock.advance(16 * 60_000)
    await hold('crt_new', [{ variantId: touched, locationId: shop, units: 1 }])
    expect(await levelOf(t.db, touched, shop)).toMatchObject({ reserved: 1 })
    expect(await lapseReservations(t.db, t.clock)).toBeGreaterThanOrEqual(1)
    expect(await levelOf(t.db, swept, shop)).toMatchObject({ reserved: 0 })
    expect(await levelOf(t.db, extended, shop)).toMatchObject({ reserved: 1 })
    expect(await lapseReservations(t.db, t.clock)).toBe(0)
    expect(await t.db.transaction((tx) => releaseReservations(tx, t.clock, { holderId: 'crt_long' }))).toBe(1)
    expect(await levelOf(t.db, extended, shop)).toMatchObject({ reserved: 0 })
    expect(await brokenLevels(t.db)).toEqual([])
  })
})

describe('allocate', () => {
  test('a reservation becomes an allocation, ships in parts, and the rest is given back', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 5 })
    await hold('crt_o', [{ variantId, locationId: shop, units: 4 }])
    const lines = [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 4 }]
    await t.db.transaction((tx) => allocateReserved(tx, t.clock, { holderId: 'crt_o', orderId: 'ord_1', lines }))
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 5, allocated: 4, reserved: 0, conflicted: 0 })
    await t.db.transaction((tx) =>
      shipAllocated(tx, t.clock, {
        orderId: 'ord_1',
        lines: [{ orderLineId: 'lin_1', units: 1 }],
        kind: 'shipped',
        actorId: 'mbr_1',
      }),
    )
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 4, allocated: 3, reserved: 0, conflicted: 0 })
    const tooMany = t.db.transaction((tx) =>
      shipAllocated(tx, t.clock, {
        orderId: 'ord_1',
        lines: [{ orderLineId: 'lin_1', units: 4 }],
        kind: 'shipped',
        actorId: 'mbr_1',
      }),
    )
    expect((await refusal(tooMany)).data).toMatchObject({ requested: 4, available: 3 })
    await t.db.transaction((tx) => releaseAllocations(tx, t.clock, { orderId: 'ord_1' }))
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 4, allocated: 0, reserved: 0, conflicted: 0 })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('a hold that lapsed before the payment came is honored while the unit is free, and refused once it is not', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    await hold('crt_late', [{ variantId, locationId: shop, units: 1 }])
    t.clock.advance(20 * 60_000)
    await lapseReservations(t.db, t.clock)
    const lines = [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 1 }]
    await t.db.transaction((tx) => allocateReserved(tx, t.clock, { holderId: 'crt_late', orderId: 'ord_late', lines }))
    expect(
      (await refusal(t.db.transaction((tx) => allocate(tx, t.clock, { orderId: 'ord_later', lines })))).data[
        'shortages'
      ],
    ).toMatchObject([{ requested: 1, available: 0 }])
  })

  test('a counter sale of a unit the system did not know opens a named conflict for exactly the missing units', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    const lines = [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 3 }]
    const conflicts = await t.db.transaction(async (tx) => {
      const ids = await sellUnknown(tx, t.clock, { orderId: 'ord_till', lines, actorId: 'mbr_9' })
      await shipAllocated(tx, t.clock, {
        orderId: 'ord_till',
        lines: [{ orderLineId: 'lin_1', units: 3 }],
        kind: 'sold',
        actorId: 'mbr_9',
      })
      return ids
    })
    expect(conflicts).toHaveLength(1)
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: -2, allocated: 0, reserved: 0, conflicted: 2 })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('another place keeps the units: moved in one step, or not at all', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId: 'ord_m',
        lines: [{ orderLineId: 'lin_1', variantId, locationId: shop, units: 1 }],
      }),
    )
    const move = () =>
      t.db.transaction((tx) =>
        moveAllocation(tx, t.clock, {
          orderId: 'ord_m',
          lines: [{ orderLineId: 'lin_1', variantId, units: 1, fromLocationId: shop, toLocationId: other }],
        }),
      )
    expect((await refusal(move())).code).toBe('inventory.atp_short')
    expect((await levelOf(t.db, variantId, shop)).allocated).toBe(1)
    await someStock(t.db, t.clock, { variantId, locationId: other, units: 1 })
    await move()
    expect([
      (await levelOf(t.db, variantId, shop)).allocated,
      (await levelOf(t.db, variantId, other)).allocated,
    ]).toEqual([0, 1])
  })
})
