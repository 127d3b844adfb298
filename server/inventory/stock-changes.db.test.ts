import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { allocate, sellUnknown } from './allocate.ts'
import { allocationsOf, releaseAllocations } from './allocations.ts'
import { availability } from './availability.ts'
import { findConflict, listConflicts, settleConflict } from './conflicts.ts'
import { reserve } from './reserve.ts'
import { changeStock, countStock, setSafetyStock } from './stock-changes.ts'
import { aPlace, brokenLevels, levelOf, someStock } from './testing.ts'
import {
  cancelTransfersOf,
  findTransfer,
  openTransfersOf,
  receiveTransfer,
  requestTransfer,
  sendTransfer,
} from './transfers.ts'

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
  await t.close()
})

const actorId = 'mbr_1'
let made = 0
const aVariant = () => `var_s${(made += 1)}`
const promise = (orderId: string, variantId: string, units: number, orderLineId = 'lin_1') =>
  t.db.transaction((tx) =>
    allocate(tx, t.clock, { orderId, lines: [{ orderLineId, variantId, locationId: shop, units }] }),
  )
const change = (items: Parameters<typeof changeStock>[2]['items'], more: object = {}) =>
  t.db.transaction((tx) => changeStock(tx, t.clock, { items, actorId, ...more }))
const count = (items: Parameters<typeof countStock>[2]['items']) =>
  t.db.transaction((tx) => countStock(tx, t.clock, { items, actorId }))
const settle = (conflictId: string, how: 'found' | 'cleared', note = '') =>
  t.db.transaction((tx) => settleConflict(tx, t.clock, { conflictId, how, note, actorId }))
const ledger = (variantId: string) =>
  t.db.many(sql`select kind, quantity, reason, reference, location_id = ${shop} as "atShop" from inventory.stock_movement
                 where variant_id = ${variantId} order by id`)
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error : String(error)),
  )

describe('what lies on the shelves', () => {
  test('moves by what each item says, at its own place, each with its own kind and reason', async () => {
    const variantId = aVariant()
    const conflicts = await change(
      [
        { variantId, locationId: shop, quantity: 5 },
        { variantId, locationId: other, quantity: 3, kind: 'received', reason: 'delivery note 7' },
        { variantId, locationId: shop, quantity: -1 },
      ],
      { reason: 'moved', reference: 'doc_1' },
    )
    expect(conflicts).toEqual([])
    expect([await levelOf(t.db, variantId, shop), await levelOf(t.db, variantId, other)]).toMatchObject([
      { onHand: 4 },
      { onHand: 3 },
    ])
    const common = { reference: 'doc_1' }
    expect(await ledger(variantId)).toEqual([
      { ...common, kind: 'adjusted', quantity: 5, reason: 'moved', atShop: true },
      { ...common, kind: 'adjusted', quantity: -1, reason: 'moved', atShop: true },
      { ...common, kind: 'received', quantity: 3, reason: 'delivery note 7', atShop: false },
    ])
  })

  test('fewer than were promised: true, and a conflict for exactly the missing units, once', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 5 })
    await promise('ord_s1', variantId, 4)
    expect(await change([{ variantId, locationId: shop, quantity: -1 }])).toEqual([])
    const [conflictId = ''] = await change([{ variantId, locationId: shop, quantity: -2 }], { reference: 'doc_2' })
    expect(await findConflict(t.db, conflictId)).toMatchObject({
      units: 2,
      reference: 'doc_2',
      actorId,
      settledAt: null,
    })
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 2, allocated: 4, reserved: 0, conflicted: 2 })
    const opened = await t.db.many(
      sql`select payload from platform.outbox where type = 'inventory.conflict_opened' and subject_id = ${conflictId}`,
    )
    expect(opened).toEqual([{ payload: { conflictId, variantId, locationId: shop, units: 2 } }])
    // What is missing already is no second conflict.
    const [second = ''] = await change([{ variantId, locationId: shop, quantity: -1 }])
    expect(await findConflict(t.db, second)).toMatchObject({ units: 1, reference: 'adjusted' })
    expect(await change([{ variantId, locationId: shop, quantity: 1 }])).toEqual([])
  })

  test('counted: the last count of an article is the one that holds; what agrees is not written', async () => {
    const [a, b] = [aVariant(), aVariant()]
    await someStock(t.db, t.clock, { variantId: a, locationId: shop, units: 3 })
    await someStock(t.db, t.clock, { variantId: b, locationId: shop, units: 3 })
    const at = (variantId: string, counted: number) => ({ variantId, locationId: shop, counted })
    const first = await count([at(a, 9), at(b, 3), at(a, 2)])
    expect(first.differences).toEqual([{ variantId: a, locationId: shop, quantity: -1 }])
    expect(await ledger(b)).toHaveLength(1)
    expect(await levelOf(t.db, a, shop)).toMatchObject({ onHand: 2 })
    expect(await count([at(a, 2)])).toEqual({ differences: [], conflictIds: [] })
    expect((await count([at(aVariant(), 4)])).differences).toMatchObject([{ quantity: 4 }])
  })

  test('kept back: only the article and place that were named, the last figure of two, and it can be taken back', async () => {
    const [a, b] = [aVariant(), aVariant()]
    for (const variantId of [a, b])
      for (const locationId of [shop, other]) await someStock(t.db, t.clock, { variantId, locationId, units: 5 })
    const keep = (items: { variantId: string; locationId: string; safetyStock: number }[]) =>
      t.db.transaction((tx) => setSafetyStock(tx, t.clock, { items }))
    const kept = async () =>
      (
        await t.db.many<{ safety: number }>(sql`
          select safety_stock as safety from inventory.stock_level where variant_id in (${a}, ${b}) order by variant_id = ${b}, location_id = ${other}`)
      ).map(({ safety }) => safety)
    await keep([
      { variantId: a, locationId: shop, safetyStock: 4 },
      { variantId: b, locationId: other, safetyStock: 1 },
      { variantId: a, locationId: shop, safetyStock: 2 },
    ])
    expect(await kept()).toEqual([2, 0, 0, 1])
    await keep([{ variantId: a, locationId: shop, safetyStock: 0 }])
    expect(await kept()).toEqual([0, 0, 0, 1])
    await keep([{ variantId: aVariant(), locationId: shop, safetyStock: 3 }])
  })
})

describe('a named conflict', () => {
  /** Units sold over the counter that the system did not know. */
  async function aConflict(units: number, known = 0) {
    const variantId = aVariant()
    if (known > 0) await someStock(t.db, t.clock, { variantId, locationId: shop, units: known })
    const orderId = `ord_c${made}`
    const lines = [{ orderLineId: 'lin_1', variantId, locationId: shop, units: units + known }]
    const [conflictId = ''] = await t.db.transaction((tx) => sellUnknown(tx, t.clock, { orderId, lines, actorId }))
    return { conflictId, variantId, orderId }
  }

  test('found uncounted: the ledger gets the units, the conflict ends, and cannot be settled again', async () => {
    const { conflictId, variantId, orderId } = await aConflict(2, 1)
    expect(await settle(conflictId, 'found')).toMatchObject({ settlement: 'found', settledBy: actorId, units: 2 })
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 3, allocated: 3, reserved: 0, conflicted: 0 })
    expect((await ledger(variantId)).at(-1)).toMatchObject({
      kind: 'adjusted',
      quantity: 2,
      reason: 'found uncounted',
      reference: orderId,
    })
    expect(await told(settle(conflictId, 'found'))).toMatchObject({ code: 'inventory.conflict_settled' })
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 3 })
    expect(await told(settle('con_nobody', 'found'))).toMatchObject({ code: 'inventory.conflict_not_found' })
  })

  test('cleared: only once the figures bear it, with the orders that hold the units; the note is kept', async () => {
    const { conflictId, variantId, orderId } = await aConflict(2)
    expect(await told(settle(conflictId, 'cleared'))).toMatchObject({
      code: 'inventory.conflict_still_open',
      data: { missing: 2, orders: [orderId] },
    })
    await change([{ variantId, locationId: shop, quantity: 1 }])
    expect(await told(settle(conflictId, 'cleared'))).toMatchObject({ data: { missing: 1 } })
    await change([{ variantId, locationId: shop, quantity: 1 }])
    expect(await settle(conflictId, 'cleared', 'van came')).toMatchObject({ settlement: 'cleared: van came' })
    expect(await levelOf(t.db, variantId, shop)).toEqual({ onHand: 2, allocated: 2, reserved: 0, conflicted: 0 })
    expect((await ledger(variantId)).map((row) => (row as { quantity: number }).quantity)).toEqual([1, 1])
    const noted = await aConflict(1)
    await settle(noted.conflictId, 'found', 'under the counter')
    expect((await ledger(noted.variantId)).at(-1)).toMatchObject({ reason: 'under the counter' })
  })

  test('is listed, newest first, open or settled, by place, page by page', async () => {
    const place = (await aPlace(t.db)).id
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      const lines = [{ orderLineId: 'lin_1', variantId: aVariant(), locationId: place, units: 1 }]
      ids.unshift(
        ...(await t.db.transaction((tx) => sellUnknown(tx, t.clock, { orderId: `ord_l${i}`, lines, actorId }))),
      )
    }
    const list = async (more: { settled?: boolean; cursor?: string; limit?: number; location?: string } = {}) => {
      const { items, next } = await listConflicts(t.db, { location: place, settled: false, limit: 10, ...more })
      return { ids: items.map((item) => (item as { id: string }).id), next }
    }
    expect(await list()).toEqual({ ids, next: null })
    expect(await list({ limit: 2 })).toEqual({ ids: ids.slice(0, 2), next: ids[1] })
    expect(await list({ limit: 3 })).toEqual({ ids, next: null })
    expect(await list({ limit: 2, cursor: ids[1] ?? '' })).toEqual({ ids: ids.slice(2), next: null })
    await settle(ids[1] ?? '', 'found')
    expect((await list()).ids).toEqual([ids[0], ids[2]])
    expect((await list({ settled: true })).ids).toEqual([ids[1]])
    const everywhere = await listConflicts(t.db, { settled: true, limit: 50 })
    expect(everywhere.items.length).toBeGreaterThan(1)
  })
})

describe('goods between two places', () => {
  const expectedAt = new Date('2026-11-21T09:00:00Z')
  const ask = (lines: Parameters<typeof requestTransfer>[2]['lines'], reference = '', at = expectedAt) => {
    const way = { fromLocationId: shop, toLocationId: other, reference, expectedAt: at, actorId, lines }
    return t.db.transaction((tx) => requestTransfer(tx, t.clock, way))
  }
  const statuses = (transferId: string) =>
    t.db
      .many<{ status: string }>(sql`
        select payload ->> 'status' as status from platform.outbox where type = 'inventory.transfer_changed' and subject_id = ${transferId} order by id`)
      .then((rows) => rows.map(({ status }) => status))

  test('to the same place: refused', async () => {
    const same = t.db.transaction((tx) =>
      requestTransfer(tx, t.clock, { fromLocationId: shop, toLocationId: shop, expectedAt, actorId, lines: [] }),
    )
    expect(await told(same)).toMatchObject({ code: 'inventory.same_location' })
  })

  test('of two orders and the shop itself in one van: each line its own, what is missing on one is missing on no other', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 6 })
    await promise('ord_t1', variantId, 2)
    await promise('ord_t2', variantId, 2)
    const id = await ask([
      { variantId, units: 2, order: { orderId: 'ord_t1', orderLineId: 'lin_1' } },
      { variantId, units: 2, order: { orderId: 'ord_t2', orderLineId: 'lin_1' } },
      { variantId, units: 2 },
    ])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 6, allocated: 6 })
    await t.db.transaction((tx) =>
      sendTransfer(tx, t.clock, {
        transferId: id,
        missing: [
          { lineNo: 2, units: 1 },
          { lineNo: 3, units: 5 },
        ],
        actorId,
      }),
    )
    expect((await findTransfer(t.db, id)).lines.map(({ sentUnits }) => sentUnits)).toEqual([2, 1, 0])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ onHand: 0, allocated: 0 })
    await t.db.transaction((tx) =>
      receiveTransfer(tx, t.clock, {
        transferId: id,
        lines: [{ lineNo: 1, receivedUnits: 1, damagedUnits: 1 }],
        actorId,
      }),
    )
    expect(await allocationsOf(t.db, 'ord_t1')).toMatchObject([{ locationId: other, units: 1 }])
    expect(await allocationsOf(t.db, 'ord_t2')).toMatchObject([{ locationId: other, units: 1 }])
    expect(await levelOf(t.db, variantId, other)).toMatchObject({ onHand: 2, allocated: 2 })
    expect(await statuses(id)).toEqual(['requested', 'sent', 'received'])
    expect(await findTransfer(t.db, id)).toMatchObject({
      status: 'received',
      sentAt: t.clock.now(),
      receivedAt: t.clock.now(),
    })
  })

  test('asked for by staff: units kept for the counter may travel; their lines are numbered and held by the van', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 2, safetyStock: 2 })
    const id = await ask([
      { variantId, units: 1 },
      { variantId, units: 1 },
    ])
    expect((await findTransfer(t.db, id)).lines).toMatchObject([
      { lineNo: 1, orderId: id, orderLineId: `${id}:1`, sentUnits: null },
      { lineNo: 2, orderId: id, orderLineId: `${id}:2`, sentUnits: null },
    ])
    expect(await levelOf(t.db, variantId, shop)).toMatchObject({ allocated: 2 })
  })

  test('on their way for an order, asked for or sent, soonest first; not those of others, nor what has arrived', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 4 })
    const later = new Date('2026-11-23T09:00:00Z')
    const late = await ask([{ variantId, units: 1 }], 'ord_t5', later)
    const [soon, arrived] = [
      await ask([{ variantId, units: 1 }], 'ord_t5'),
      await ask([{ variantId, units: 1 }], 'ord_t5'),
    ]
    await ask([{ variantId, units: 1 }], 'ord_t6')
    for (const transferId of [soon, arrived])
      await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId }))
    await t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId: arrived, actorId }))
    expect((await openTransfersOf(t.db, ['ord_t5'])).map((one) => one.id)).toEqual([soon, late])
  })

  test('an order that needs fewer: its van takes fewer, a line of nothing goes, lines of others stay', async () => {
    const [a, b] = [aVariant(), aVariant()]
    for (const variantId of [a, b]) await someStock(t.db, t.clock, { variantId, locationId: shop, units: 6 })
    await promise('ord_t3', a, 3, 'lin_1')
    await promise('ord_t3', b, 1, 'lin_2')
    const of = (orderLineId: string) => ({ orderId: 'ord_t3', orderLineId })
    const id = await ask(
      [
        { variantId: a, units: 3, order: of('lin_1') },
        { variantId: b, units: 1, order: of('lin_2') },
        { variantId: b, units: 2 },
      ],
      'ord_t3',
    )
    const cancel = (lines: { orderLineId: string; units: number }[]) =>
      t.db.transaction(async (tx) => {
        await releaseAllocations(tx, t.clock, { orderId: 'ord_t3', lines })
        await cancelTransfersOf(tx, t.clock, { orderId: 'ord_t3' })
      })
    const left = async () => (await findTransfer(t.db, id)).lines.map(({ lineNo, units }) => [lineNo, units])
    await cancel([{ orderLineId: 'lin_1', units: 1 }])
    expect(await left()).toEqual([
      [1, 2],
      [2, 1],
      [3, 2],
    ])
    await cancel([{ orderLineId: 'lin_2', units: 1 }])
    expect(await left()).toEqual([
      [1, 2],
      [3, 2],
    ])
    await cancel([{ orderLineId: 'lin_1', units: 2 }])
    expect(await left()).toEqual([[3, 2]])
    expect((await openTransfersOf(t.db, ['ord_t3'])).map((one) => one.id)).toEqual([id])
    expect(await statuses(id)).toEqual(['requested'])
  })

  test('called off with its order, told once, and no longer open', async () => {
    const variantId = aVariant()
    await someStock(t.db, t.clock, { variantId, locationId: shop, units: 2 })
    await promise('ord_t4', variantId, 2)
    const id = await ask([{ variantId, units: 2, order: { orderId: 'ord_t4', orderLineId: 'lin_1' } }], 'ord_t4')
    const beside = await ask([], 'ord_t7')
    await t.db.transaction(async (tx) => {
      await releaseAllocations(tx, t.clock, { orderId: 'ord_t4' })
      await cancelTransfersOf(tx, t.clock, { orderId: 'ord_t4' })
      await cancelTransfersOf(tx, t.clock, { orderId: 'ord_t4' })
    })
    expect(await openTransfersOf(t.db, ['ord_t4', 'ord_nobody'])).toEqual([])
    expect(await statuses(id)).toEqual(['requested', 'canceled'])
    expect((await findTransfer(t.db, beside)).status).toBe('requested')
    expect(await told(t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId: id, actorId })))).toMatchObject({
      code: 'inventory.transfer_state',
      data: { status: 'canceled', needed: 'requested' },
    })
    expect(await told(findTransfer(t.db, 'trf_nobody'))).toMatchObject({ code: 'inventory.transfer_not_found' })
  })
})

describe('what can be promised', () => {
  test('is what is free, place by place in their order; what lies kept back is for the shop; empty places are left out', async () => {
    const [a, b] = [aVariant(), aVariant()]
    const third = (await aPlace(t.db, { position: 0 })).id
    await someStock(t.db, t.clock, { variantId: a, locationId: shop, units: 5, safetyStock: 1 })
    await someStock(t.db, t.clock, { variantId: a, locationId: other, units: 2 })
    await someStock(t.db, t.clock, { variantId: a, locationId: third, units: 1, safetyStock: 3 })
    await someStock(t.db, t.clock, { variantId: b, locationId: other, units: 1 })
    await promise('ord_a1', a, 2)
    const held = { holderId: 'crt_a', items: [{ variantId: a, locationId: other, units: 1 }] }
    await t.db.transaction((tx) => reserve(tx, t.clock, { ...held, expiresAt: new Date('2026-11-21T09:00:00Z') }))
    const ofB = { orderLineId: 'lin_1', variantId: b, locationId: other, units: 1 }
    await t.db.transaction((tx) => allocate(tx, t.clock, { orderId: 'ord_a2', lines: [ofB] }))
    const all = await availability(t.db, { variantIds: [a, b] })
    expect(all.get(a)).toEqual({
      total: 3,
      places: [
        { locationId: third, atp: 0, onShelf: 1 },
        { locationId: shop, atp: 2, onShelf: 3 },
        { locationId: other, atp: 1, onShelf: 1 },
      ],
    })
    expect(all.get(b)).toEqual({ total: 0, places: [] })
    const some = await availability(t.db, { variantIds: [a], locationIds: [other, third] })
    expect(some.get(a)?.places.map(({ locationId }) => locationId)).toEqual([third, other])
    // Inside a transaction its own writes count.
    const within = await t.db.transaction(async (tx) => {
      await changeStock(tx, t.clock, { items: [{ variantId: b, locationId: other, quantity: 4 }], actorId })
      return availability(tx, { variantIds: [b] })
    })
    expect(within.get(b)?.total).toBe(4)
  })
})
