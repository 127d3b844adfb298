/** Staff of one shop, over HTTP, on things of another that they only know by id: every route that is limited to places. */
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '#app'
import type { Role } from '#platform/actor'
import { loadConfig } from '#platform/config'
import { allActions } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { placeless } from './authorization.ts'
import { aPlace, someStock } from './inventory/testing.ts'
import { anna, aShop, type World } from './orders/testing.ts'
import { aStaffCookie } from './staff/testing.ts'

type Answer = { status: number; body: { id: string; code?: string; locationId?: string } & Record<string, unknown> }
/** A thing of Madrid: its id, and a body that the route takes. */
type Thing = { id: () => Promise<string>; body?: object }

let t: TestDatabase
let app: FastifyInstance
let shop: World
let third: string
let owner: string
/** Routes of rows limited to places whose place is neither in the body nor in the query. */
const routes: { route: string; role: Role }[] = []

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 100 })
  third = (await aPlace(t.db, { code: 'SVQ', name: 'Sevilla', latitude: 37.39, longitude: -5.99 })).id
  await someStock(t.db, t.clock, { variantId: shop.shirt, locationId: third, units: 9 })
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '100000' }, { readOnly: true })
  app = await buildApp(
    { config, db: t.db, clock: t.clock },
    {
      frontEnds: false,
      onRoute: ({ method, url, config: { action } = {}, schema }) => {
        const row = allActions().get(action ?? '')
        const [role] = row?.staff ?? []
        const shapes = [schema?.body, schema?.querystring].map(
          (part) => (part as { shape?: object } | undefined)?.shape,
        )
        const named = shapes.some((shape) => shape !== undefined && ('locationId' in shape || 'location' in shape))
        const route = `${String(method)} ${url}`
        if (method !== 'HEAD' && row?.place === 'own' && role && !named && !(route in placeless))
          routes.push({ route, role })
      },
    },
  )
  await app.ready()
  owner = (await aStaffCookie(t.db, t.clock, 'owner')).cookie
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

async function send(cookie: string, route: string, payload?: object): Promise<Answer> {
  const [method, url] = route.split(' ') as ['POST', string]
  const answer = await app.inject({ method, url, headers: { cookie }, payload })
  return { status: answer.statusCode, body: answer.json() }
}

async function made(route: string, payload: object): Promise<Answer['body']> {
  const { status, body } = await send(owner, route, payload)
  expect(status, `${route}: ${JSON.stringify(body)}`).toBeLessThan(300)
  return body
}

const cart = async () =>
  (
    await made('POST /api/pos/carts', {
      locationId: shop.madrid,
      lines: [{ variantId: shop.mug, units: 1 }],
      contact: anna,
      delivery: { kind: 'pickup', locationId: shop.madrid },
    })
  ).id

/** A pickup that waits to be picked in Madrid, and the line of its order. */
async function pickup(): Promise<{ id: string; orderLineId: string }> {
  const id = await cart()
  const { totalMinor } = (await send(owner, `GET /api/pos/carts/${id}`)).body
  const tenders = [{ method: 'cash', amountMinor: totalMinor }]
  const { order } = (await made(`POST /api/pos/carts/${id}/place`, { expectedTotalMinor: totalMinor, tenders })) as {
    order?: { fulfillments: { id: string; lines: { orderLineId: string }[] }[] }
  }
  const [work] = order?.fulfillments ?? []
  return { id: work?.id ?? '', orderLineId: work?.lines[0]?.orderLineId ?? '' }
}

async function missingUnit(): Promise<string> {
  const { id, orderLineId } = await pickup()
  return (await made(`POST /api/admin/fulfillment/${id}/short`, { orderLineId, units: 1 })).id
}

async function transfer(from: string, to: string): Promise<string> {
  const lines = [{ variantId: shop.shirt, units: 1 }]
  return (await made('POST /api/admin/transfers', { fromLocationId: from, toLocationId: to, lines })).id
}

async function conflict(): Promise<string> {
  await t.db.run(sql`
    insert into inventory.stock_conflict (id, variant_id, location_id, units, reference, actor_id, at)
    values ('act_conflict1', ${shop.shirt}, ${shop.madrid}, 1, 'ord_x', 'mbr_x', ${t.clock.now()})`)
  await t.db.run(
    sql`update inventory.stock_level set conflicted = 1 where (variant_id, location_id) = (${shop.shirt}, ${shop.madrid})`,
  )
  return 'act_conflict1'
}

const work = async () => (await pickup()).id
const line = { orderLineId: 'lin_x', units: 1 }
const atCart = (body?: object): Thing => ({ id: cart, ...(body ? { body } : {}) })
const things: Readonly<Record<string, () => Thing>> = {
  'GET /api/pos/carts/:id': () => atCart(),
  'PATCH /api/pos/carts/:id': () => atCart({ note: 'x' }),
  'PUT /api/pos/carts/:id/customer': () => atCart({ nobody: true }),
  'POST /api/pos/carts/:id/lines': () => atCart({ variantId: shop.mug }),
  'PUT /api/pos/carts/:id/lines/:lineId': () => atCart({ units: 2 }),
  'POST /api/pos/carts/:id/coupons': () => atCart({ code: 'NADA' }),
  'POST /api/pos/carts/:id/send': () => atCart({ email: 'ana@correo.es' }),
  'POST /api/pos/carts/:id/place': () => atCart({ expectedTotalMinor: 1, tenders: [] }),
  'POST /api/admin/fulfillment/:id/pick': () => ({ id: work, body: line }),
  'POST /api/admin/fulfillment/:id/unpick': () => ({ id: work, body: line }),
  'POST /api/admin/fulfillment/:id/set-aside': () => ({ id: work, body: { bin: 'A' } }),
  'POST /api/admin/fulfillment/:id/pack': () => ({ id: work, body: {} }),
  'POST /api/admin/fulfillment/:id/ship': () => ({ id: work, body: {} }),
  'POST /api/admin/fulfillment/:id/delivered': () => ({ id: work, body: {} }),
  'POST /api/admin/fulfillment/:id/short': () => ({ id: work, body: line }),
  'POST /api/admin/shortages/:id/choose': () => ({ id: missingUnit, body: { optionId: 'none' } }),
  'POST /api/pos/pickups/:id/hand-over': () => ({ id: work, body: { handedOverTo: 'Ana' } }),
  'POST /api/pos/pickups/:id/extend-hold': () => ({ id: work, body: { days: 1 } }),
  'POST /api/admin/transfers/:id/send': () => ({ id: () => transfer(shop.madrid, third), body: {} }),
  'POST /api/admin/transfers/:id/receive': () => ({ id: () => transfer(third, shop.madrid), body: {} }),
  'POST /api/admin/transfers/:id/cancel': () => ({ id: () => transfer(shop.madrid, third) }),
  'POST /api/admin/stock-conflicts/:id/settle': () => ({ id: conflict, body: { how: 'cleared' } }),
  'PATCH /api/admin/locations/:id': () => ({ id: async () => shop.madrid, body: { name: 'Madrid' } }),
}

describe('things of another place', () => {
  test('there is one here for every route that is limited to places and is told an id only', () => {
    const limited = routes.map(({ route }) => route).filter((route) => route !== 'POST /api/admin/transfers')
    expect(limited.filter((route) => !(route in things))).toEqual([])
    expect(Object.keys(things).filter((route) => !limited.includes(route))).toEqual([])
  })

  test.each(Object.keys(things))('%s: refused to Valencia, not to Madrid', async (route) => {
    const role = routes.find((known) => known.route === route)?.role ?? 'manager'
    const thing = things[route]?.() as Thing
    const address = route.replace(':id', await thing.id()).replace(':lineId', 'lin_x')
    const valencia = await send((await aStaffCookie(t.db, t.clock, role, [shop.valencia])).cookie, address, thing.body)
    expect([valencia.status, valencia.body.code, valencia.body.locationId]).toEqual([
      403,
      'platform.forbidden',
      shop.madrid,
    ])
    const madrid = await send((await aStaffCookie(t.db, t.clock, role, [shop.madrid])).cookie, address, thing.body)
    expect([401, 403, 500].includes(madrid.status), JSON.stringify(madrid)).toBe(false)
    if (madrid.status === 422) expect(madrid.body.code, JSON.stringify(madrid)).not.toBe('platform.invalid')
  })

  test('baskets of another shop are not listed either', async () => {
    const { cookie } = await aStaffCookie(t.db, t.clock, 'counter', [shop.valencia])
    expect((await send(cookie, `GET /api/pos/carts?location=${shop.madrid}`)).status).toBe(403)
    expect((await send(cookie, `GET /api/pos/carts?location=${shop.valencia}`)).status).toBe(200)
    await cart()
    const { items } = (await send(cookie, 'GET /api/pos/carts')).body as unknown as { items: { locationId: string }[] }
    expect(items.filter(({ locationId }) => locationId !== shop.valencia)).toEqual([])
  })

  test('who works at neither end asks for no goods', async () => {
    const { cookie } = await aStaffCookie(t.db, t.clock, 'stock', [shop.valencia])
    const lines = [{ variantId: shop.shirt, units: 1 }]
    const body = { fromLocationId: shop.madrid, toLocationId: third, lines }
    expect((await send(cookie, 'POST /api/admin/transfers', body)).status).toBe(403)
  })
})

describe('cash that goes back', () => {
  async function orderPaidInCash(): Promise<string> {
    const { id } = await pickup()
    return String((await send(owner, `GET /api/admin/fulfillment/${id}`)).body['orderId'])
  }
  const cancel = async (locations: string[] | undefined, orderId: string, more: object) =>
    send((await aStaffCookie(t.db, t.clock, 'counter', locations)).cookie, `POST /api/admin/orders/${orderId}/cancel`, {
      reason: 'Se arrepiente',
      ...more,
    })

  test('comes out of a named drawer, also when it goes back the way it was paid', async () => {
    const orderId = await orderPaidInCash()
    for (const refundMethod of ['cash', 'original']) {
      const { status, body } = await cancel([shop.valencia], orderId, { refundMethod })
      expect([status, body.code, body['parameter']]).toEqual([422, 'orders.drawer_missing', 'locationId'])
    }
    const foreign = await cancel([shop.valencia], orderId, { locationId: shop.madrid })
    expect([foreign.status, foreign.body.code]).toEqual([403, 'platform.forbidden'])
    const { n } = await t.db.one<{ n: number }>(
      sql`select count(*)::int as n from payments.refund where order_id = ${orderId}`,
    )
    expect(n).toBe(0)
    const own = await cancel([shop.valencia], orderId, { locationId: shop.valencia })
    expect([own.status, own.body['status']]).toEqual([200, 'canceled'])
    const refunds = await t.db.many(
      sql`select method, location_id as place from payments.refund where order_id = ${orderId}`,
    )
    expect(refunds).toEqual([{ method: 'cash', place: shop.valencia }])
  })
})
