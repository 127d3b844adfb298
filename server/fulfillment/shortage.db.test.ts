import type { ShortageOption, StoreShortage } from '@hilo/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allocate, receiveTransfer, sendTransfer } from '#inventory'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { brokenLevels, levelOf, someStock } from '../inventory/testing.ts'
import { settleShortage } from './shortages.ts'
import { fulfillmentSubscribers } from './subscribers.ts'
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

describe('S25', () => {
  test('unit only in shop 3, collected in shop 1: it waits for the van, opens on arrival, and no message goes before it is set aside', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.three, units: 1 })
    const { id, orderId } = await w.anOrder(variantId)
    const [waiting] = await w.viewOf(orderId)
    expect(waiting).toMatchObject({
      status: 'waiting',
      locationId: w.one,
      dueAt: '2026-11-21T10:00:00.000Z',
      transfers: [{ fromLocationId: w.three, status: 'requested' }],
    })
    expect(waiting?.promises[0]?.text.es).toBe('Listo en Tienda 1 mañana, sábado 21 desde las 11:00.')
    expect((await w.work(id, 'pick', { code: `SKU-${w.made}` })).body).toMatchObject({ code: 'fulfillment.state' })
    const transferId = waiting?.transfers[0]?.id ?? ''
    await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId: 'mbr_3' }))
    await t.drain(fulfillmentSubscribers)
    expect((await w.viewOf(orderId))[0]?.status).toBe('waiting')
    await t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId, actorId: 'mbr_1' }))
    await t.drain(fulfillmentSubscribers)
    expect((await w.viewOf(orderId))[0]?.status).toBe('open')
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    expect(await w.mails(`pickup_ready:${id}%`)).toHaveLength(0)
    await w.work(id, 'set-aside', { bin: 'D' })
    expect(await w.mails(`pickup_ready:${id}%`)).toHaveLength(1)
  })

  async function short(
    variantId: string,
    units = 1,
  ): Promise<{
    orderId: string
    id: string
    shortageId: string
    token: string
    view: StoreShortage
    choose(kind: ShortageOption['kind'], more?: object): Promise<{ status: number; body: Record<string, unknown> }>
  }> {
    const { orderId, id } = await w.anOrder(variantId, { units })
    const asked = await w.work(id, 'short', { orderLineId: `lin_${orderId}`, units: 1 })
    expect(asked.status).toBe(200)
    const shortageId = asked.body.id
    const [mail] = await w.mails(`shortage:${shortageId}`)
    const token = /https:\/\/tienda\.test\/shortages\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    w.actor = { kind: 'public' }
    const view = (await w.app.inject(`/api/store/shortages/${token}`)).json<StoreShortage>()
    const choose = async (kind: ShortageOption['kind'], more: object = {}) => {
      const optionId = view.options.find((option) => option.kind === kind)?.id ?? `missing ${kind}`
      return w.post(`/api/store/shortages/${token}`, { optionId, ...more })
    }
    return { orderId, id, shortageId, token, view, choose }
  }
  const address = {
    name: 'Ana Gil',
    line1: 'Calle Mayor, 1',
    line2: '',
    postalCode: '46001',
    city: 'Valencia',
    province: '',
    country: 'ES',
    phone: '',
  }

  test('missing at shop 1: the figure is corrected at once and the holder is asked with true times, before leaving home', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: w.three, units: 2 })
    const { view, id } = await short(variantId)
    expect(await levelOf(t.db, variantId, w.one)).toMatchObject({ onHand: 0, allocated: 0 })
    expect(view).toMatchObject({
      status: 'asked',
      units: 1,
      locationName: 'Tienda 1',
      title: { es: `Camisa ${w.made}` },
    })
    expect(view.options.map(({ kind, text }) => [kind, text.es])).toEqual([
      ['other_shop', 'Recógelo en Tienda 3 hoy desde las 11:00.'],
      ['transfer', 'Lo traemos a Tienda 1: mañana, sábado 21 desde las 11:00.'],
      ['delivery', 'Te lo enviamos sin coste. En tu casa, como tarde el martes 24 de noviembre.'],
      ['refund', 'Te devolvemos el importe de lo que falta.'],
    ])
    expect(Object.keys(view)).not.toContain('orderId')
    expect(await w.mails(`pickup_ready:${id}%`)).toEqual([])
    w.actor = owner
    expect((await w.work(id, 'set-aside', { bin: 'E' })).body).toMatchObject({ code: 'fulfillment.shortage_open' })
  })

  test('chosen: another shop. The promise there holds the unit, the one here is withdrawn, a second choice is refused', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: w.three, units: 1 })
    const { orderId, choose } = await short(variantId)
    expect((await choose('other_shop')).body).toMatchObject({ status: 'settled', choice: { kind: 'other_shop' } })
    expect((await choose('refund')).body).toMatchObject({ code: 'fulfillment.shortage_settled' })
    const [old, now] = await w.viewOf(orderId)
    expect(old).toMatchObject({ status: 'canceled', locationId: w.one, promises: [{ status: 'withdrawn' }] })
    expect(now).toMatchObject({
      status: 'open',
      locationId: w.three,
      lines: [{ units: 1 }],
      promises: [{ status: 'made', locationId: w.three }],
    })
    expect(await levelOf(t.db, variantId, w.three)).toMatchObject({ onHand: 1, allocated: 1 })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('chosen: bring it here. The work waits, a new promise replaces the old; what the van loses is asked about anew', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 2 })
    await someStock(t.db, t.clock, { variantId, locationId: w.three, units: 1 })
    const { orderId, choose } = await short(variantId, 2)
    await choose('transfer')
    const [row] = await w.viewOf(orderId)
    expect(row).toMatchObject({
      status: 'waiting',
      lines: [{ units: 2, shortUnits: 0 }],
      promises: [{ status: 'withdrawn' }, { status: 'made', dueAt: '2026-11-21T10:00:00.000Z' }],
    })
    const transferId = row?.transfers[0]?.id ?? ''
    await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId: 'mbr_3' }))
    await t.db.transaction((tx) =>
      receiveTransfer(tx, t.clock, {
        transferId,
        lines: [{ lineNo: 1, receivedUnits: 0, damagedUnits: 1 }],
        actorId: 'mbr_1',
      }),
    )
    await t.drain(fulfillmentSubscribers)
    expect((await w.viewOf(orderId))[0]).toMatchObject({
      status: 'open',
      lines: [{ units: 2, shortUnits: 1 }],
      shortages: [{ status: 'settled' }, { status: 'asked' }],
    })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('chosen: delivery needs an address when the order has none, then goes out from the place that has it', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: w.two, units: 1 })
    const { orderId, choose } = await short(variantId)
    expect(await choose('delivery')).toMatchObject({ status: 422, body: { code: 'fulfillment.address_needed' } })
    expect((await choose('delivery', { address })).status).toBe(200)
    const parcel = (await w.viewOf(orderId)).find(({ kind }) => kind === 'delivery')
    expect(parcel).toMatchObject({ status: 'open', locationId: w.two, address: { city: 'Valencia' } })
    w.actor = owner
    await w.work(parcel?.id ?? '', 'pick', { orderLineId: `lin_${orderId}`, units: 1 })
    expect((await w.work(parcel?.id ?? '', 'ship')).body).toMatchObject({ code: 'fulfillment.state' })
    await w.work(parcel?.id ?? '', 'pack')
    const tracking = { carrier: 'Correos', number: 'PX1' }
    expect((await w.work(parcel?.id ?? '', 'ship', { tracking })).body).toMatchObject({ status: 'shipped', tracking })
    expect((await w.work(parcel?.id ?? '', 'delivered')).body).toMatchObject({
      status: 'delivered',
      promises: [{ status: 'kept' }],
    })
    expect(await levelOf(t.db, variantId, w.two)).toMatchObject({ onHand: 0, allocated: 0 })
  })

  test('chosen: refund. The units leave the work, the order hears which and how many, and settles it', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 2 })
    const { orderId, shortageId, view, choose } = await short(variantId, 2)
    expect(view.options.map(({ kind }) => kind)).toEqual(['refund'])
    await choose('refund')
    expect((await w.viewOf(orderId))[0]).toMatchObject({
      status: 'open',
      lines: [{ units: 1, shortUnits: 0 }],
      shortages: [{ status: 'chosen' }],
    })
    const told = await t.db.many<{ payload: object }>(sql`
      select payload from platform.outbox where type = 'fulfillment.shortage_chosen' and subject_id = ${shortageId}`)
    expect(told).toEqual([
      { payload: { shortageId, orderId, choice: 'refund', orderLineId: `lin_${orderId}`, units: 1 } },
    ])
    await t.db.transaction((tx) => settleShortage(tx, { shortageId }))
    expect((await w.viewOf(orderId))[0]?.shortages).toMatchObject([{ status: 'settled' }])
  })

  test('the last unit elsewhere was sold while the customer thought: the choice is refused with what is possible now', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: w.three, units: 1 })
    const { choose } = await short(variantId)
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId: newId('ord'),
        lines: [{ orderLineId: 'lin_x', variantId, locationId: w.three, units: 1 }],
      }),
    )
    expect((await choose('other_shop')).body).toMatchObject({
      code: 'fulfillment.option_gone',
      options: [{ kind: 'refund' }],
    })
  })

  test('a unit already set aside turns out to be lost: ready is taken back and the holder is asked', async () => {
    const variantId = await w.anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
    const { id, orderId } = await w.anOrder(variantId)
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    await w.work(id, 'set-aside', { bin: 'F' })
    await w.work(id, 'short', { orderLineId: `lin_${orderId}`, units: 1 })
    expect((await w.viewOf(orderId))[0]).toMatchObject({
      status: 'picking',
      readyAt: null,
      setAsideAt: null,
      shortages: [{ status: 'asked' }],
    })
  })
})
