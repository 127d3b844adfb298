import type { FulfillmentOrderBody, ShortageOption, StoreShortage } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allocate, receiveTransfer, sendTransfer } from '#inventory'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, brokenLevels, levelOf, someStock } from '../inventory/testing.ts'
import { cancelFulfillment } from './cancel.ts'
import { completeCarryOut } from './carry-out.ts'
import { createFulfillment } from './create.ts'
import { expireHolds } from './jobs.ts'
import { planSourcing } from './plan-sourcing.ts'
import { breakOverduePromises } from './promises.ts'
import { registerFulfillmentRoutes } from './routes.ts'
import { settleShortage } from './shortages.ts'
import { fulfillmentSubscribers } from './subscribers.ts'
import { fulfillmentOf } from './views.ts'

let t: TestDatabase
let app: FastifyInstance
let actor: Actor
let one: string
let two: string
let three: string
const owner: Actor = {
  kind: 'staff',
  memberId: 'mbr_1',
  name: 'Eva',
  role: 'owner',
  allPlaces: true,
  locationIds: [],
  language: 'es',
}

beforeAll(async () => {
  t = await testDatabase()
  one = (await aPlace(t.db, { name: 'Tienda 1', latitude: 39.47, longitude: -0.37 })).id
  two = (await aPlace(t.db, { name: 'Tienda 2', latitude: 39.98, longitude: -0.04 })).id
  three = (await aPlace(t.db, { name: 'Tienda 3', latitude: 37.39, longitude: -5.99 })).id
  app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'https://tienda.test',
    ratePerMinute: 100_000,
  })
  app.addHook('onRequest', async (request) => {
    request.actor = actor
  })
  registerFulfillmentRoutes(app, { db: t.db, clock: t.clock, authorize }, { publicUrl: 'https://tienda.test' })
})
afterAll(async () => {
  await app.close()
  await t.close()
})
beforeEach(() => {
  actor = owner
  t.clock.set('2026-11-20T09:00:00Z')
})

let made = 0
async function anArticle(): Promise<string> {
  made += 1
  const variantId = newId('var')
  const title = JSON.stringify({ es: `Camisa ${made}`, en: `Shirt ${made}` })
  await t.db.run(
    sql`insert into catalog.product (id, handle, title) values (${`prd_${made}`}, ${`camisa-${made}`}, ${title}::jsonb)`,
  )
  await t.db.run(
    sql`insert into catalog.variant (id, product_id, sku) values (${variantId}, ${`prd_${made}`}, ${`SKU-${made}`})`,
  )
  return variantId
}

/** A placed order of one article for pickup: planned, allocated and put to work as the orders module does it. */
async function anOrder(
  variantId: string,
  { shop = one, units = 1, email = 'ana@correo.es' } = {},
): Promise<{ orderId: string; id: string; code: string }> {
  const orderId = newId('ord')
  const line = { lineId: `lin_${orderId}`, variantId, units }
  await t.db.transaction(async (tx) => {
    const plan = await planSourcing(tx, {
      clock: t.clock,
      channelId: 'web',
      lines: [line],
      delivery: { kind: 'pickup', locationId: shop },
    })
    expect(plan.feasible).toBe(true)
    const lines = plan.groups.flatMap((group) =>
      group.lines.map((l) => ({ orderLineId: l.lineId, variantId, units: l.units, locationId: l.fromLocationId })),
    )
    await allocate(tx, t.clock, { orderId, lines })
    await createFulfillment(tx, t.clock, {
      order: { id: orderId, number: `H-${made}`, personId: null, contact: { name: 'Ana Gil', email }, language: 'es' },
      plan,
      lines: {},
    })
  })
  const [view] = await fulfillmentOf(t.db, orderId)
  return { orderId, id: view?.id ?? '', code: view?.pickupCode ?? '' }
}
const post = async (
  url: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> & FulfillmentOrderBody }> => {
  const reply = await app.inject({ method: 'POST', url, payload: body })
  return { status: reply.statusCode, body: reply.json() }
}
const work = (id: string, what: string, body: object = {}) => post(`/api/admin/fulfillment/${id}/${what}`, body)
const mails = (like: string) =>
  t.db.many<{ subject: string; text: string; html: string }>(sql`
  select subject, text_body as text, html_body as html from platform.mail_message where dedupe_key like ${like} order by created_at, id`)
const viewOf = async (orderId: string) => fulfillmentOf(t.db, orderId, { clock: t.clock })

describe('pickup', () => {
  test('S35 picked by scan, set aside, and only then ready: the mail names the shop, the code opens it', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 3 })
    const { id, orderId, code } = await anOrder(variantId, { units: 2 })
    expect(await work(id, 'set-aside', { bin: 'A1' })).toMatchObject({
      status: 409,
      body: { code: 'fulfillment.not_all_picked', missing: 2 },
    })
    expect((await work(id, 'pick', { code: `sku-${made}` })).body).toMatchObject({
      status: 'picking',
      lines: [{ pickedUnits: 1 }],
    })
    expect(await mails(`pickup_ready:${id}%`)).toEqual([])
    await work(id, 'pick', { code: `SKU-${made}` })
    expect(await work(id, 'pick', { code: `SKU-${made}` })).toMatchObject({
      status: 409,
      body: { code: 'fulfillment.already_picked' },
    })
    expect((await work(id, 'set-aside', { bin: 'A1' })).body).toMatchObject({
      status: 'ready',
      setAsideBin: 'A1',
      pickupCode: null,
      promises: [{ status: 'kept' }],
    })
    const [mail] = await mails(`pickup_ready:${id}%`)
    expect(mail?.subject).toBe(`Tu pedido H-${made} te espera en Tienda 1`)
    expect(mail?.text).toContain(`${code.slice(0, 4)}-${code.slice(4)}`)
    expect(mail?.text).toContain('Hola, Ana:')
    const done = await post('/api/pos/pickups/hand-over', { locationId: one, code: `HILO:P:${code}` })
    expect(done).toMatchObject({ status: 200, body: { status: 'handed_over', handedOverTo: 'Ana Gil' } })
    expect(await levelOf(t.db, variantId, one)).toEqual({ onHand: 1, allocated: 0, reserved: 0, conflicted: 0 })
    expect((await viewOf(orderId))[0]).toMatchObject({ status: 'handed_over', overdue: false })
  })

  test('every wrong hand-over has its own refusal: no such code, other shop, not ready yet, collected already', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    const { id, code } = await anOrder(variantId)
    const hand = async (locationId: string, text: string) =>
      (await post('/api/pos/pickups/hand-over', { locationId, code: text })).body
    expect(await hand(one, 'ZZZZ-ZZZZ')).toMatchObject({ code: 'fulfillment.wrong_code' })
    expect(await hand(two, code)).toMatchObject({ code: 'fulfillment.wrong_shop', detail: 'Espera en Tienda 1.' })
    expect(await hand(one, code)).toMatchObject({ code: 'fulfillment.not_ready' })
    await work(id, 'pick', { code: `SKU-${made}` })
    await work(id, 'set-aside', { bin: 'B' })
    await hand(one, `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase())
    expect(await hand(one, code)).toMatchObject({ code: 'fulfillment.already_collected' })
  })

  test('S26 a wrong scan is refused with what it is; an unknown code says so', async () => {
    const other = await anArticle()
    const otherSku = `SKU-${made}`
    const variantId = await anArticle()
    for (const each of [other, variantId])
      await someStock(t.db, t.clock, { variantId: each, locationId: one, units: 1 })
    const { id, orderId } = await anOrder(variantId)
    expect((await work(id, 'pick', { code: otherSku })).body).toMatchObject({
      code: 'fulfillment.wrong_item',
      scanned: { sku: otherSku },
      wanted: [`SKU-${made}`],
      detail: `Esto es Camisa ${made - 1} (${otherSku}).`,
    })
    expect((await work(id, 'pick', { code: '0000' })).body).toMatchObject({ code: 'fulfillment.unknown_code' })
    expect((await viewOf(orderId))[0]).toMatchObject({ status: 'open', lines: [{ pickedUnits: 0 }] })
  })

  test('a clerk of another shop may not set it aside, and sees only the work of their own', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    const { id } = await anOrder(variantId)
    actor = { ...owner, role: 'counter', allPlaces: false, locationIds: [two] }
    expect((await work(id, 'pick', { code: `SKU-${made}` })).status).toBe(403)
    const list = (await app.inject('/api/admin/fulfillment?status=all')).json<{ items: FulfillmentOrderBody[] }>()
    expect(list.items.every(({ locationId }) => locationId === two)).toBe(true)
    actor = owner
    const all = (await app.inject(`/api/pos/pickups?location=${one}&status=work&q=gil`)).json<{
      items: FulfillmentOrderBody[]
    }>()
    expect(all.items.map((item) => item.id)).toContain(id)
  })

  test('a promise past its time is broken and told once; kept late it stays broken', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    const { id, orderId } = await anOrder(variantId)
    t.clock.set('2026-11-20T10:30:00Z')
    expect(await breakOverduePromises(t.db, t.clock)).toBeGreaterThan(0)
    expect(await breakOverduePromises(t.db, t.clock)).toBe(0)
    expect((await viewOf(orderId))[0]).toMatchObject({ overdue: true, promises: [{ status: 'broken' }] })
    await work(id, 'pick', { code: `SKU-${made}` })
    await work(id, 'set-aside', { bin: 'C' })
    expect((await viewOf(orderId))[0]?.promises).toMatchObject([{ status: 'broken' }])
    t.clock.set('2026-11-28T10:00:00Z')
    expect(await expireHolds(t.db, t.clock)).toBeGreaterThan(0)
    expect((await viewOf(orderId))[0]?.holdExpired).toBe(true)
    expect((await post(`/api/pos/pickups/${id}/extend-hold`, { days: 3 })).body).toMatchObject({
      holdExpired: false,
      holdUntil: '2026-12-01T10:00:00.000Z',
    })
  })
})

describe('S25', () => {
  test('unit only in shop 3, collected in shop 1: it waits for the van, opens on arrival, and no message goes before it is set aside', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: three, units: 1 })
    const { id, orderId } = await anOrder(variantId)
    const [waiting] = await viewOf(orderId)
    expect(waiting).toMatchObject({
      status: 'waiting',
      locationId: one,
      dueAt: '2026-11-21T10:00:00.000Z',
      transfers: [{ fromLocationId: three, status: 'requested' }],
    })
    expect(waiting?.promises[0]?.text.es).toBe('Listo en Tienda 1 mañana, sábado 21 desde las 11:00.')
    expect((await work(id, 'pick', { code: `SKU-${made}` })).body).toMatchObject({ code: 'fulfillment.state' })
    const transferId = waiting?.transfers[0]?.id ?? ''
    await t.db.transaction((tx) => sendTransfer(tx, t.clock, { transferId, actorId: 'mbr_3' }))
    await t.drain(fulfillmentSubscribers)
    expect((await viewOf(orderId))[0]?.status).toBe('waiting')
    await t.db.transaction((tx) => receiveTransfer(tx, t.clock, { transferId, actorId: 'mbr_1' }))
    await t.drain(fulfillmentSubscribers)
    expect((await viewOf(orderId))[0]?.status).toBe('open')
    await work(id, 'pick', { code: `SKU-${made}` })
    expect(await mails(`pickup_ready:${id}%`)).toHaveLength(0)
    await work(id, 'set-aside', { bin: 'D' })
    expect(await mails(`pickup_ready:${id}%`)).toHaveLength(1)
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
    const { orderId, id } = await anOrder(variantId, { units })
    const asked = await work(id, 'short', { orderLineId: `lin_${orderId}`, units: 1 })
    expect(asked.status).toBe(200)
    const shortageId = asked.body.id
    const [mail] = await mails(`shortage:${shortageId}`)
    const token = /https:\/\/tienda\.test\/shortages\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    actor = { kind: 'public' }
    const view = (await app.inject(`/api/store/shortages/${token}`)).json<StoreShortage>()
    const choose = async (kind: ShortageOption['kind'], more: object = {}) => {
      const optionId = view.options.find((option) => option.kind === kind)?.id ?? `missing ${kind}`
      return post(`/api/store/shortages/${token}`, { optionId, ...more })
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
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: three, units: 2 })
    const { view, id } = await short(variantId)
    expect(await levelOf(t.db, variantId, one)).toMatchObject({ onHand: 0, allocated: 0 })
    expect(view).toMatchObject({ status: 'asked', units: 1, locationName: 'Tienda 1', title: { es: `Camisa ${made}` } })
    expect(view.options.map(({ kind, text }) => [kind, text.es])).toEqual([
      ['other_shop', 'Recógelo en Tienda 3 hoy desde las 11:00.'],
      ['transfer', 'Lo traemos a Tienda 1: mañana, sábado 21 desde las 11:00.'],
      ['delivery', 'Te lo enviamos sin coste. En tu casa, como tarde el martes 24 de noviembre.'],
      ['refund', 'Te devolvemos el importe de lo que falta.'],
    ])
    expect(Object.keys(view)).not.toContain('orderId')
    expect(await mails(`pickup_ready:${id}%`)).toEqual([])
    actor = owner
    expect((await work(id, 'set-aside', { bin: 'E' })).body).toMatchObject({ code: 'fulfillment.shortage_open' })
  })

  test('chosen: another shop. The promise there holds the unit, the one here is withdrawn, a second choice is refused', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: three, units: 1 })
    const { orderId, choose } = await short(variantId)
    expect((await choose('other_shop')).body).toMatchObject({ status: 'settled', choice: { kind: 'other_shop' } })
    expect((await choose('refund')).body).toMatchObject({ code: 'fulfillment.shortage_settled' })
    const [old, now] = await viewOf(orderId)
    expect(old).toMatchObject({ status: 'canceled', locationId: one, promises: [{ status: 'withdrawn' }] })
    expect(now).toMatchObject({
      status: 'open',
      locationId: three,
      lines: [{ units: 1 }],
      promises: [{ status: 'made', locationId: three }],
    })
    expect(await levelOf(t.db, variantId, three)).toMatchObject({ onHand: 1, allocated: 1 })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('chosen: bring it here. The work waits, a new promise replaces the old; what the van loses is asked about anew', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 2 })
    await someStock(t.db, t.clock, { variantId, locationId: three, units: 1 })
    const { orderId, choose } = await short(variantId, 2)
    await choose('transfer')
    const [row] = await viewOf(orderId)
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
    expect((await viewOf(orderId))[0]).toMatchObject({
      status: 'open',
      lines: [{ units: 2, shortUnits: 1 }],
      shortages: [{ status: 'settled' }, { status: 'asked' }],
    })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('chosen: delivery needs an address when the order has none, then goes out from the place that has it', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: two, units: 1 })
    const { orderId, choose } = await short(variantId)
    expect(await choose('delivery')).toMatchObject({ status: 422, body: { code: 'fulfillment.address_needed' } })
    expect((await choose('delivery', { address })).status).toBe(200)
    const parcel = (await viewOf(orderId)).find(({ kind }) => kind === 'delivery')
    expect(parcel).toMatchObject({ status: 'open', locationId: two, address: { city: 'Valencia' } })
    actor = owner
    await work(parcel?.id ?? '', 'pick', { orderLineId: `lin_${orderId}`, units: 1 })
    expect((await work(parcel?.id ?? '', 'ship')).body).toMatchObject({ code: 'fulfillment.state' })
    await work(parcel?.id ?? '', 'pack')
    const tracking = { carrier: 'Correos', number: 'PX1' }
    expect((await work(parcel?.id ?? '', 'ship', { tracking })).body).toMatchObject({ status: 'shipped', tracking })
    expect((await work(parcel?.id ?? '', 'delivered')).body).toMatchObject({
      status: 'delivered',
      promises: [{ status: 'kept' }],
    })
    expect(await levelOf(t.db, variantId, two)).toMatchObject({ onHand: 0, allocated: 0 })
  })

  test('chosen: refund. The units leave the work, the order hears which and how many, and settles it', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 2 })
    const { orderId, shortageId, view, choose } = await short(variantId, 2)
    expect(view.options.map(({ kind }) => kind)).toEqual(['refund'])
    await choose('refund')
    expect((await viewOf(orderId))[0]).toMatchObject({
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
    expect((await viewOf(orderId))[0]?.shortages).toMatchObject([{ status: 'settled' }])
  })

  test('the last unit elsewhere was sold while the customer thought: the choice is refused with what is possible now', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: three, units: 1 })
    const { choose } = await short(variantId)
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId: newId('ord'),
        lines: [{ orderLineId: 'lin_x', variantId, locationId: three, units: 1 }],
      }),
    )
    expect((await choose('other_shop')).body).toMatchObject({
      code: 'fulfillment.option_gone',
      options: [{ kind: 'refund' }],
    })
  })

  test('a unit already set aside turns out to be lost: ready is taken back and the holder is asked', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
    const { id, orderId } = await anOrder(variantId)
    await work(id, 'pick', { code: `SKU-${made}` })
    await work(id, 'set-aside', { bin: 'F' })
    await work(id, 'short', { orderLineId: `lin_${orderId}`, units: 1 })
    expect((await viewOf(orderId))[0]).toMatchObject({
      status: 'picking',
      readyAt: null,
      setAsideAt: null,
      shortages: [{ status: 'asked' }],
    })
  })
})

describe('cancel', () => {
  test('S44 whole: units for sale again, promise withdrawn, transfer called off', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: two, units: 1 })
    const { orderId } = await anOrder(variantId)
    await t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId, reason: 'changed my mind' }))
    expect((await viewOf(orderId))[0]).toMatchObject({
      status: 'canceled',
      transfers: [],
      promises: [{ status: 'withdrawn', settledReason: 'changed my mind' }],
    })
    expect(await levelOf(t.db, variantId, two)).toMatchObject({ onHand: 1, allocated: 0 })
  })

  test('one unit of two: the rest goes on; what has left cannot be canceled', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: one, units: 2 })
    const { orderId, id, code } = await anOrder(variantId, { units: 2 })
    const cancel = (lines?: { orderLineId: string; units: number }[]) =>
      t.db.transaction((tx) => cancelFulfillment(tx, t.clock, { orderId, lines, reason: 'x' }))
    await cancel([{ orderLineId: `lin_${orderId}`, units: 1 }])
    expect(await levelOf(t.db, variantId, one)).toMatchObject({ onHand: 2, allocated: 1 })
    await work(id, 'pick', { code: `SKU-${made}` })
    await work(id, 'set-aside', { bin: 'G' })
    await post('/api/pos/pickups/hand-over', { locationId: one, code })
    await expect(cancel()).rejects.toMatchObject({ code: 'fulfillment.already_left' })
    await expect(cancel([{ orderLineId: `lin_${orderId}`, units: 1 }])).rejects.toMatchObject({
      code: 'fulfillment.already_left',
    })
  })
})

test('S44 with a stock of its own the web never takes from the shop; in the shared pool its order reserves there and the till is refused', async () => {
  const variantId = await anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: one, units: 1 })
  const warehouse = (await aPlace(t.db, { kind: 'warehouse', name: 'Almacén', pickup: false })).id
  const plan = () =>
    planSourcing(t.db, {
      clock: t.clock,
      channelId: 'web',
      lines: [{ lineId: 'l', variantId, units: 1 }],
      delivery: { kind: 'pickup', locationId: one },
    })
  await t.db.run(sql`insert into inventory.channel_location values ('web', ${warehouse})`)
  expect(await plan()).toMatchObject({ feasible: false, shortages: [{ requested: 1, available: 0 }] })
  await t.db.run(sql`delete from inventory.channel_location`)
  expect((await plan()).groups[0]).toMatchObject({ locationId: one, transferFrom: null })
  await anOrder(variantId)
  const till = t.db.transaction((tx) =>
    allocate(tx, t.clock, {
      orderId: newId('ord'),
      lines: [{ orderLineId: 'lin_t', variantId, locationId: one, units: 1 }],
      ignoreSafetyStock: true,
    }),
  )
  await expect(till).rejects.toMatchObject({ code: 'inventory.atp_short' })
})

test('carried out: handed over at once, sold in the ledger', async () => {
  const variantId = await anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: one, units: 1, safetyStock: 1 })
  const orderId = newId('ord')
  await t.db.transaction(async (tx) => {
    const plan = await planSourcing(tx, {
      clock: t.clock,
      channelId: 'pos',
      lines: [{ lineId: 'lin_c', variantId, units: 1 }],
      delivery: { kind: 'carry_out', locationId: one },
    })
    await allocate(tx, t.clock, {
      orderId,
      lines: [{ orderLineId: 'lin_c', variantId, locationId: one, units: 1 }],
      ignoreSafetyStock: true,
    })
    await createFulfillment(tx, t.clock, {
      order: { id: orderId, number: 'H-9', personId: null, contact: {}, language: 'es' },
      plan,
      lines: new Map(),
    })
    await completeCarryOut(tx, t.clock, { orderId, actorId: 'mbr_1' })
  })
  expect((await viewOf(orderId))[0]).toMatchObject({ kind: 'carry_out', status: 'handed_over', promises: [] })
  expect(
    await t.db.many(sql`select kind, quantity from inventory.stock_movement where reference = ${orderId}`),
  ).toEqual([{ kind: 'sold', quantity: -1 }])
})
