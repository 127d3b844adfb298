import { afterAll, beforeAll, expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { allocate, allocateReserved, sellUnknown } from './allocate.ts'
import { allocationsOf, releaseAllocations, shipAllocated } from './allocations.ts'
import { availability } from './availability.ts'
import { lapseReservations, releaseReservations, reserve } from './reserve.ts'
import { changeStock, countStock } from './stock-changes.ts'
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

const soon = () => new Date(t.clock.now().getTime() + 15 * 60_000)
/** 32-bit generator (mulberry32): the same seed gives the same run. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) % below
  }
}

test('two tills and the web race for the last unit: exactly one gets it, the others are told none is left', async () => {
  for (let round = 0; round < 20; round++) {
    const variantId = `var_last${round.toString().padStart(3, '0')}`
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 1 })
    const line = { variantId, locationId: shop, units: 1 }
    const results = await Promise.allSettled([
      t.db.transaction((tx) =>
        allocate(tx, t.clock, {
          orderId: 'ord_till1',
          lines: [{ ...line, orderLineId: 'lin_1' }],
          ignoreSafetyStock: true,
        }),
      ),
      t.db.transaction((tx) =>
        allocate(tx, t.clock, {
          orderId: 'ord_till2',
          lines: [{ ...line, orderLineId: 'lin_1' }],
          ignoreSafetyStock: true,
        }),
      ),
      t.db.transaction((tx) => reserve(tx, t.clock, { holderId: 'crt_web', items: [line], expiresAt: soon() })),
    ])
    const lost = results.filter((result) => result.status === 'rejected').map((result) => result.reason as Problem)
    expect(lost).toHaveLength(2)
    for (const problem of lost)
      expect(problem.data['shortages']).toMatchObject([{ variantId, locationId: shop, requested: 1, available: 0 }])
    const level = await levelOf(t.db, variantId, shop)
    expect(level.allocated + level.reserved).toBe(1)
  }
})

test('200 baskets at once on 50 units: exactly 50 hold one', async () => {
  const variantId = 'var_hot001'
  await someStock(t.db, t.clock, { variantId, locationId: shop, units: 50 })
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) =>
      t.db.transaction((tx) =>
        reserve(tx, t.clock, {
          holderId: `crt_h${i}`,
          items: [{ variantId, locationId: shop, units: 1 }],
          expiresAt: soon(),
        }),
      ),
    ),
  )
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(50)
  expect(
    results.filter(
      (result) => result.status === 'rejected' && (result.reason as Problem).code === 'inventory.atp_short',
    ),
  ).toHaveLength(150)
  expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 50, reserved: 50 })
})

test('baskets with the same goods in opposite order never deadlock', async () => {
  const variantIds = Array.from({ length: 8 }, (_, i) => `var_dead${i.toString().padStart(3, '0')}`)
  for (const variantId of variantIds)
    for (const locationId of [shop, other]) await someStock(t.db, t.clock, { variantId, locationId, units: 1000 })
  const keys = variantIds.flatMap((variantId) =>
    [shop, other].map((locationId) => ({ variantId, locationId, units: 1 })),
  )
  const results = await Promise.allSettled(
    Array.from({ length: 80 }, (_, i) =>
      t.db.transaction((tx) =>
        reserve(tx, t.clock, {
          holderId: `crt_d${i}`,
          items: i % 2 === 0 ? keys : keys.toReversed(),
          expiresAt: soon(),
        }),
      ),
    ),
  )
  expect(results.filter((result) => result.status === 'rejected')).toEqual([])
  expect((await levelOf(t.db, 'var_dead000', other)).reserved).toBe(80)
})

test('a five-line order takes two statements to hold and three to promise', async () => {
  const items = Array.from({ length: 5 }, (_, i) => ({ variantId: `var_five${i}`, locationId: shop, units: 1 }))
  for (const item of items) await someStock(t.db, t.clock, item)
  const counts: number[] = []
  const counted = async (work: (tx: Parameters<Parameters<typeof t.db.transaction>[0]>[0]) => Promise<unknown>) => {
    let n = 0
    await t.db.transaction(async (tx) => {
      const spy = new Proxy(tx, {
        get: (target, name) => {
          const member = Reflect.get(target, name) as unknown
          if (typeof member !== 'function' || name === 'onCommit') return member
          return (...args: unknown[]) => {
            n += 1
            return Reflect.apply(member, target, args) as unknown
          }
        },
      })
      await work(spy)
    })
    counts.push(n)
  }
  await counted((tx) => reserve(tx, t.clock, { holderId: 'crt_five', items, expiresAt: soon() }))
  const lines = items.map((item, i) => ({ ...item, orderLineId: `lin_${i}` }))
  await counted((tx) => allocateReserved(tx, t.clock, { holderId: 'crt_five', orderId: 'ord_five', lines }))
  await counted((tx) =>
    shipAllocated(tx, t.clock, {
      orderId: 'ord_five',
      lines: lines.map((l) => ({ orderLineId: l.orderLineId, units: 1 })),
      kind: 'sold',
      actorId: 'mbr_1',
    }),
  )
  expect(counts).toEqual([2, 3, 3])
})

test('law 1: after 600 random commands by 12 hands at once, every sum equals its ledger and nothing was oversold', async () => {
  const variantIds = Array.from({ length: 4 }, (_, i) => `var_mix${i}`)
  for (const variantId of variantIds)
    for (const locationId of [shop, other]) await someStock(t.db, t.clock, { variantId, locationId, units: 12 })
  const next = seeded(20261120)
  const commands = Array.from({ length: 600 }, (_, i) => ({
    i,
    kind: next(9),
    holder: `crt_m${next(12)}`,
    order: `ord_m${next(40)}`,
    keys: [next(8), next(8)].map((k) => ({
      variantId: `var_mix${k % 4}`,
      locationId: k < 4 ? shop : other,
      units: 1 + next(2),
    })),
    ms: next(4) * 120_000,
  }))
  const run = (c: (typeof commands)[number]) => {
    const lines = c.keys.map((key, n) => ({ ...key, orderLineId: `lin_${c.i}_${n}` }))
    return t.db.transaction(async (tx) => {
      switch (c.kind) {
        case 0:
        case 1:
          return reserve(tx, t.clock, {
            holderId: c.holder,
            items: c.keys,
            expiresAt: new Date(t.clock.now().getTime() + c.ms),
          })
        case 2:
          return reserve(tx, t.clock, { holderId: c.holder, items: c.keys.slice(1), expiresAt: soon(), replace: true })
        case 3:
          return releaseReservations(tx, t.clock, { holderId: c.holder })
        case 4:
          return allocateReserved(tx, t.clock, { holderId: c.holder, orderId: c.order, lines })
        case 5:
          return releaseAllocations(tx, t.clock, { orderId: c.order })
        case 6:
          return shipAllocated(tx, t.clock, {
            orderId: c.order,
            lines: (await allocationsOf(tx, c.order)).map((a) => ({ orderLineId: a.orderLineId, units: 1 })),
            kind: 'shipped',
            actorId: 'mbr_1',
          })
        case 7:
          return c.i % 3 === 0
            ? sellUnknown(tx, t.clock, { orderId: c.order, lines, actorId: 'mbr_1' })
            : allocate(tx, t.clock, { orderId: c.order, lines })
        default:
          return c.i % 2 === 0
            ? changeStock(tx, t.clock, {
                items: [{ ...(c.keys[0] ?? { variantId: 'var_mix0', locationId: shop }), quantity: c.ms > 0 ? 2 : -2 }],
                kind: 'adjusted',
                actorId: 'mbr_1',
              })
            : countStock(tx, t.clock, {
                items: c.keys.map((key) => ({ ...key, counted: 6 + key.units })),
                actorId: 'mbr_1',
              })
      }
    })
  }
  const queue = [...commands]
  const unexpected: unknown[] = []
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      for (let command = queue.shift(); command; command = queue.shift()) {
        if (command.i % 50 === 0) {
          t.clock.advance(60_000)
          await lapseReservations(t.db, t.clock)
        }
        await run(command).catch((error: unknown) => {
          if (!(error instanceof Problem)) unexpected.push(error)
        })
      }
    }),
  )
  expect(unexpected).toEqual([])
  expect(await brokenLevels(t.db)).toEqual([])
  const { done } = await t.db.one<{ done: number }>(
    sql`select count(*)::int as done from inventory.allocation where order_id like 'ord\_m%'`,
  )
  expect(done).toBeGreaterThan(50)
})

test('the recomputation finds a planted difference', async () => {
  await t.db.run(sql`update inventory.stock_level set on_hand = on_hand + 1 where variant_id = 'var_five0'`)
  expect(await brokenLevels(t.db)).toHaveLength(1)
  await t.db.run(sql`update inventory.stock_level set on_hand = on_hand - 1 where variant_id = 'var_five0'`)
})

test('S45 S12 the figure over any set of places is one statement, and moves with every hold', async () => {
  const variantId = 'var_sum001'
  await someStock(t.db, t.clock, { variantId, locationId: shop, units: 3, safetyStock: 1 })
  await someStock(t.db, t.clock, { variantId, locationId: other, units: 4 })
  const read = async (locationIds?: string[]) =>
    (await availability(t.db, { variantIds: [variantId], locationIds })).get(variantId)
  expect(await read()).toEqual({
    total: 6,
    places: [
      { locationId: shop, atp: 2, onShelf: 3 },
      { locationId: other, atp: 4, onShelf: 4 },
    ],
  })
  await t.db.transaction((tx) =>
    reserve(tx, t.clock, {
      holderId: 'crt_sum',
      items: [{ variantId, locationId: other, units: 4 }],
      expiresAt: soon(),
    }),
  )
  expect(await read()).toEqual({ total: 2, places: [{ locationId: shop, atp: 2, onShelf: 3 }] })
  expect(await read([other])).toEqual({ total: 0, places: [] })
})
