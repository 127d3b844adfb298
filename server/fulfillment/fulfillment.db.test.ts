import type { FulfillmentOrderBody } from '@hilo/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allocate } from '#inventory'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, levelOf, someStock } from '../inventory/testing.ts'
import { cancelFulfillment } from './cancel.ts'
import { completeCarryOut } from './carry-out.ts'
import { createFulfillment } from './create.ts'
import { expireHolds } from './jobs.ts'
import { planSourcing } from './plan-sourcing.ts'
import { breakOverduePromises } from './promises.ts'
import { aWorkshop, owner, type Workshop } from './testing.ts'

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
beforeEach(() => {
  w.actor = owner
  t.clock.set('2026-11-20T09:00:00Z')
})

describe('pickup', () => {
  test('S35 picked by scan, set aside, and only then ready: the mail names the shop, the code opens it', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 3 })
    const { id, orderId, code } = await w.anOrder(variantId, { units: 2 })
    expect(await w.work(id, 'set-aside', { bin: 'A1' })).toMatchObject({
      status: 409,
      body: { code: 'fulfillment.not_all_picked', missing: 2 },
    })
    expect((await w.work(id, 'pick', { code: `sku-${w.made}` })).body).toMatchObject({
      status: 'picking',
      lines: [{ pickedUnits: 1 }],
    })
    expect(await w.mails(`pickup_ready:${id}%`)).toEqual([])
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    expect(await w.work(id, 'pick', { code: `SKU-${w.made}` })).toMatchObject({
      status: 409,
      body: { code: 'fulfillment.already_picked' },
    })
    expect((await w.work(id, 'set-aside', { bin: 'A1' })).body).toMatchObject({
      status: 'ready',
      setAsideBin: 'A1',
      pickupCode: null,
      promises: [{ status: 'kept' }],
    })
    const [mail] = await w.mails(`pickup_ready:${id}%`)
    expect(mail?.subject).toBe(`Tu pedido H-${w.made} te espera en Tienda 1`)
    expect(mail?.text).toContain(`${code.slice(0, 4)}-${code.slice(4)}`)
    expect(mail?.text).toContain('Hola, Ana:')
    const done = await w.post('/api/pos/pickups/hand-over', { locationId: w.one, code: `HILO:P:${code}` })
    expect(done).toMatchObject({ status: 200, body: { status: 'handed_over', handedOverTo: 'Ana Gil' } })
    expect(await levelOf(t.db, variantId, w.one)).toEqual({ onHand: 1, allocated: 0, reserved: 0, conflicted: 0 })
    expect((await w.viewOf(orderId))[0]).toMatchObject({ status: 'handed_over', overdue: false })
  })

  test('every wrong hand-over has its own refusal: no such code, other shop, not ready yet, collected already', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    const { id, code } = await w.anOrder(variantId)
    const hand = async (locationId: string, text: string) =>
      (await w.post('/api/pos/pickups/hand-over', { locationId, code: text })).body
    expect(await hand(w.one, 'ZZZZ-ZZZZ')).toMatchObject({ code: 'fulfillment.wrong_code' })
    expect(await hand(w.two, code)).toMatchObject({ code: 'fulfillment.wrong_shop', detail: 'Espera en Tienda 1.' })
    expect(await hand(w.one, code)).toMatchObject({ code: 'fulfillment.not_ready' })
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    await w.work(id, 'set-aside', { bin: 'B' })
    await hand(w.one, `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase())
    expect(await hand(w.one, code)).toMatchObject({ code: 'fulfillment.already_collected' })
  })

  test('S26 a wrong scan is refused with what it is; an unknown code says so', async () => {
    const other = await w.anArticle()
    const otherSku = `SKU-${w.made}`
    const variantId = await w.anArticle()
    for (const each of [other, variantId])
      await someStock(t.db, t.clock, { variantId: each, locationId: w.one, units: 1 })
    const { id, orderId } = await w.anOrder(variantId)
    expect((await w.work(id, 'pick', { code: otherSku })).body).toMatchObject({
      code: 'fulfillment.wrong_item',
      scanned: { sku: otherSku },
      wanted: [`SKU-${w.made}`],
      detail: `Esto es Camisa ${w.made - 1} (${otherSku}).`,
    })
    expect((await w.work(id, 'pick', { code: '0000' })).body).toMatchObject({ code: 'fulfillment.unknown_code' })
    expect((await w.viewOf(orderId))[0]).toMatchObject({ status: 'open', lines: [{ pickedUnits: 0 }] })
  })

  test('a clerk of another shop may not set it aside, and sees only the work of their own', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    const { id } = await w.anOrder(variantId)
    w.actor = { ...owner, role: 'counter', allPlaces: false, locationIds: [w.two] }
    expect((await w.work(id, 'pick', { code: `SKU-${w.made}` })).status).toBe(403)
    const list = (await w.app.inject('/api/admin/fulfillment?status=all')).json<{ items: FulfillmentOrderBody[] }>()
    expect(list.items.every(({ locationId }) => locationId === w.two)).toBe(true)
    w.actor = owner
    const all = (await w.app.inject(`/api/pos/pickups?location=${w.one}&status=work&q=gil`)).json<{
      items: FulfillmentOrderBody[]
    }>()
    expect(all.items.map((item) => item.id)).toContain(id)
  })

  test('a promise past its time is broken and told once; kept late it stays broken', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    const { id, orderId } = await w.anOrder(variantId)
    t.clock.set('2026-11-20T10:30:00Z')
    expect(await breakOverduePromises(t.db, t.clock)).toBeGreaterThan(0)
    expect(await breakOverduePromises(t.db, t.clock)).toBe(0)
    expect((await w.viewOf(orderId))[0]).toMatchObject({ overdue: true, promises: [{ status: 'broken' }] })
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    await w.work(id, 'set-aside', { bin: 'C' })
    expect((await w.viewOf(orderId))[0]?.promises).toMatchObject([{ status: 'broken' }])
    t.clock.set('2026-11-28T10:00:00Z')
    expect(await expireHolds(t.db, t.clock)).toBeGreaterThan(0)
    expect((await w.viewOf(orderId))[0]?.holdExpired).toBe(true)
    expect((await w.post(`/api/pos/pickups/${id}/extend-hold`, { days: 3 })).body).toMatchObject({
      holdExpired: false,
      holdUntil: '2026-12-01T10:00:00.000Z',
    })
  })
})

describe('cancel', () => {
  test('S44 whole: units for sale again, promise withdrawn, transfer called off', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.two, units: 1 })
    const { orderId } = await w.anOrder(variantId)
    await t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId, reason: 'changed my mind' }))
    expect((await w.viewOf(orderId))[0]).toMatchObject({
      status: 'canceled',
      transfers: [],
      promises: [{ status: 'withdrawn', settledReason: 'changed my mind' }],
    })
    expect(await levelOf(t.db, variantId, w.two)).toMatchObject({ onHand: 1, allocated: 0 })
  })

  test('one unit of two: the rest goes on; what has left cannot be canceled', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 2 })
    const { orderId, id, code } = await w.anOrder(variantId, { units: 2 })
    const cancel = (lines?: { orderLineId: string; units: number }[]) =>
      t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId, lines, reason: 'x' }))
    await cancel([{ orderLineId: `lin_${orderId}`, units: 1 }])
    expect(await levelOf(t.db, variantId, w.one)).toMatchObject({ onHand: 2, allocated: 1 })
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    await w.work(id, 'set-aside', { bin: 'G' })
    await w.post('/api/pos/pickups/hand-over', { locationId: w.one, code })
    await expect(cancel()).rejects.toMatchObject({ code: 'fulfillment.already_left' })
    await expect(cancel([{ orderLineId: `lin_${orderId}`, units: 1 }])).rejects.toMatchObject({
      code: 'fulfillment.already_left',
    })
  })
})

test('S44 with a stock of its own the web never takes from the shop; in the shared pool its order reserves there and the till is refused', async () => {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
  const warehouse = (await aPlace(t.db, { kind: 'warehouse', name: 'Almacén', pickup: false })).id
  const plan = () =>
    planSourcing(t.db, {
      clock: t.clock,
      channelId: 'web',
      lines: [{ lineId: 'l', variantId, units: 1 }],
      delivery: { kind: 'pickup', locationId: w.one },
    })
  await t.db.run(sql`insert into inventory.channel_location values ('web', ${warehouse})`)
  expect(await plan()).toMatchObject({ feasible: false, shortages: [{ requested: 1, available: 0 }] })
  await t.db.run(sql`delete from inventory.channel_location`)
  expect((await plan()).groups[0]).toMatchObject({ locationId: w.one, transferFrom: null })
  await w.anOrder(variantId)
  const till = t.db.transaction((tx) =>
    allocate(tx, t.clock, {
      orderId: newId('ord'),
      lines: [{ orderLineId: 'lin_t', variantId, locationId: w.one, units: 1 }],
      ignoreSafetyStock: true,
    }),
  )
  await expect(till).rejects.toMatchObject({ code: 'inventory.atp_short' })
})

test('carried out: handed over at once, sold in the ledger', async () => {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1, safetyStock: 1 })
  const orderId = newId('ord')
  await t.db.transaction(async (tx) => {
    const plan = await planSourcing(tx, {
      clock: t.clock,
      channelId: 'pos',
      lines: [{ lineId: 'lin_c', variantId, units: 1 }],
      delivery: { kind: 'carry_out', locationId: w.one },
    })
    await allocate(tx, t.clock, {
      orderId,
      lines: [{ orderLineId: 'lin_c', variantId, locationId: w.one, units: 1 }],
      ignoreSafetyStock: true,
    })
    await createFulfillment(tx, t.clock, {
      order: { id: orderId, number: 'H-9', personId: null, contact: {}, language: 'es' },
      plan,
      lines: new Map(),
    })
    await completeCarryOut(tx, t.clock, { orderId, actorId: 'mbr_1' })
  })
  expect((await w.viewOf(orderId))[0]).toMatchObject({ kind: 'carry_out', status: 'handed_over', promises: [] })
  expect(
    await t.db.many(sql`select kind, quantity from inventory.stock_movement where reference = ${orderId}`),
  ).toEqual([{ kind: 'sold', quantity: -1 }])
})
