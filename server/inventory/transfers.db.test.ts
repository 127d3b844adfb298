import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tx } from '#platform/db'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { meeting } from '../platform/testing/lock-waits.ts'
import { allocate } from './allocate.ts'
import { allocationsOf, releaseAllocations } from './allocations.ts'
import { aPlace, brokenLevels, levelOf, someStock } from './testing.ts'
import { cancelTransfer, cancelTransfersOf, receiveTransfer, requestTransfer, sendTransfer } from './transfers.ts'

let t: TestDatabase
let from: string
let to: string
beforeAll(async () => {
  t = await testDatabase()
  from = (await aPlace(t.db)).id
  to = (await aPlace(t.db)).id
})
afterAll(() => t.close())

const expectedAt = new Date('2026-11-21T09:00:00Z')
const actorId = 'mbr_1'
async function ordered(variantId: string, orderId: string, units: number): Promise<string> {
  await someStock(t.db, t.clock, { variantId, locationId: from, units })
  return t.db.transaction(async (tx) => {
    await allocate(tx, t.clock, { orderId, lines: [{ orderLineId: 'lin_1', variantId, locationId: from, units }] })
    return requestTransfer(tx, t.clock, {
      fromLocationId: from,
      toLocationId: to,
      reference: orderId,
      expectedAt,
      actorId,
      lines: [{ variantId, units, order: { orderId, orderLineId: 'lin_1' } }],
    })
  })
}
const send = (transferId: string, missing?: { lineNo: number; units: number }[]) =>
  t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, missing, actorId }))
const receive = (transferId: string, lines?: { lineNo: number; receivedUnits: number; damagedUnits?: number }[]) =>
  t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId, lines, actorId }))
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )

test("an order's units stay promised at the sender, travel, and are promised again where they arrive", async () => {
  const id = await ordered('var_000001', 'ord_1', 3)
  expect(await levelOf(t.db, 'var_000001', from)).toMatchObject({ onHand: 3, allocated: 3 })
  await send(id)
  expect(await levelOf(t.db, 'var_000001', from)).toMatchObject({ onHand: 0, allocated: 0 })
  expect(await allocationsOf(t.db, 'ord_1')).toEqual([])
  const received = await receive(id, [{ lineNo: 1, receivedUnits: 1, damagedUnits: 1 }])
  expect(received.lines[0]).toMatchObject({ units: 3, sentUnits: 3, receivedUnits: 1, damagedUnits: 1 })
  expect(await levelOf(t.db, 'var_000001', to)).toMatchObject({ onHand: 1, allocated: 1 })
  expect(await allocationsOf(t.db, 'ord_1')).toMatchObject([{ locationId: to, units: 1 }])
  expect(await brokenLevels(t.db)).toEqual([])
})

test('a unit not found when the transfer is packed is written off at the sender and does not travel', async () => {
  const id = await ordered('var_000002', 'ord_2', 2)
  expect((await send(id, [{ lineNo: 1, units: 1 }])).lines[0]).toMatchObject({ units: 2, sentUnits: 1 })
  expect(await levelOf(t.db, 'var_000002', from)).toMatchObject({ onHand: 0, allocated: 0 })
  await receive(id)
  expect(await levelOf(t.db, 'var_000002', to)).toMatchObject({ onHand: 1, allocated: 1 })
  const ledger = await t.db.many(
    sql`select kind, quantity from inventory.stock_movement where variant_id = 'var_000002' order by id`,
  )
  expect(ledger).toEqual([
    { kind: 'received', quantity: 2 },
    { kind: 'adjusted', quantity: -1 },
    { kind: 'transfer_out', quantity: -1 },
    { kind: 'transfer_in', quantity: 1 },
  ])
})

test('an order canceled while its unit is under way: the unit arrives as free stock', async () => {
  const id = await ordered('var_000003', 'ord_3', 1)
  await send(id)
  await t.db.transaction(async (tx) => {
    await cancelTransfersOf(tx, t.clock, { orderId: 'ord_3' })
    await releaseAllocations(tx, t.clock, { orderId: 'ord_3', lines: [{ orderLineId: 'lin_1', units: 1 }] })
  })
  await receive(id)
  expect(await levelOf(t.db, 'var_000003', to)).toMatchObject({ onHand: 1, allocated: 0 })
  expect(await brokenLevels(t.db)).toEqual([])
})

test('an order canceled before the van: the transfer is called off and the unit is for sale where it lies', async () => {
  const id = await ordered('var_000004', 'ord_4', 1)
  await t.db.transaction(async (tx) => {
    await releaseAllocations(tx, t.clock, { orderId: 'ord_4' })
    await cancelTransfersOf(tx, t.clock, { orderId: 'ord_4' })
  })
  expect(await code(send(id))).toBe('inventory.transfer_state')
  expect(await levelOf(t.db, 'var_000004', from)).toMatchObject({ onHand: 1, allocated: 0 })
})

test('goods that staff ask for are kept from sale until they leave; calling it off frees them', async () => {
  const variantId = 'var_000005'
  await someStock(t.db, t.clock, { variantId, locationId: from, units: 2 })
  const ask = (units: number) =>
    t.db.transaction((tx) =>
      requestTransfer(tx, t.clock, {
        fromLocationId: from,
        toLocationId: to,
        expectedAt,
        actorId,
        lines: [{ variantId, units }],
      }),
    )
  const id = await ask(2)
  expect(await code(ask(1))).toBe('inventory.atp_short')
  await t.db.transaction((tx) => cancelTransfer(tx, t.clock, { transferId: id }))
  const second = await ask(2)
  await send(second)
  expect(await code(receive(second, [{ lineNo: 1, receivedUnits: 3 }]))).toBe('inventory.transfer_received')
  await receive(second)
  expect(await code(receive(second))).toBe('inventory.transfer_state')
  expect(await levelOf(t.db, variantId, to)).toMatchObject({ onHand: 2, allocated: 0 })
  expect(await brokenLevels(t.db)).toEqual([])
})

test('a transfer a customer waits for is not called off behind their back', async () => {
  const id = await ordered('var_000006', 'ord_6', 1)
  expect(await code(t.db.transaction((tx) => cancelTransfer(tx, t.clock, { transferId: id })))).toBe(
    'inventory.transfer_serves_order',
  )
})

test('two people work on the same van at the same moment: the second waits, and is told that it is done', async () => {
  const variantId = 'var_000020'
  const late = { status: 'rejected', reason: { code: 'inventory.transfer_state' } }
  const id = await ordered(variantId, 'ord_20', 2)
  const sentTwice = await meeting(t.db, {
    first: (tx) => sendTransfer(tx, t.clock, { transferId: id, actorId }),
    second: () => send(id),
  })
  expect(sentTwice).toMatchObject(late)
  const receivedTwice = await meeting(t.db, {
    first: (tx) => receiveTransfer(tx, t.clock, { transferId: id, actorId }),
    second: () => receive(id),
  })
  expect(receivedTwice).toMatchObject(late)
  expect(await levelOf(t.db, variantId, to)).toMatchObject({ onHand: 2, allocated: 2 })
  const other = await asked('var_000021')
  const cancel = (tx: Tx) => cancelTransfer(tx, t.clock, { transferId: other })
  const canceledTwice = await meeting(t.db, { first: cancel, second: () => t.db.transaction(cancel) })
  expect(canceledTwice).toMatchObject(late)
  expect(await brokenLevels(t.db)).toEqual([])
})

/** One unit that staff ask for. */
async function asked(variantId: string): Promise<string> {
  await someStock(t.db, t.clock, { variantId, locationId: from, units: 1 })
  const lines = [{ variantId, units: 1 }]
  return t.db.transaction((tx) =>
    requestTransfer(tx, t.clock, { fromLocationId: from, toLocationId: to, expectedAt, actorId, lines }),
  )
}
