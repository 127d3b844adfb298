import type { Cart, PlaceAnswer } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerOrdersRoutes } from '#orders'
import { registerPaymentsRoutes, usePaymentProvider } from '#payments'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { createMember } from '#staff'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { anna, aShop, testSecret, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let simulator: RunningSimulator
let shop: World
let actor: Actor = { kind: 'public' }

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 50 })
  app = await createBase({ logLevel: 'silent', trustProxy: false, publicUrl: testUrl, ratePerMinute: 10_000 })
  app.addHook('onRequest', async (request) => {
    request.actor = actor
    request.cartToken = (request.headers['x-cart-token'] as string | undefined) ?? request.cookies['hilo_cart']
    authorize(actor, request.routeOptions.config.action ?? '')
  })
  const context = { db: t.db, clock: t.clock, authorize }
  registerPaymentsRoutes(app, context)
  registerOrdersRoutes(app, context, { publicUrl: testUrl, secret: testSecret } as Parameters<
    typeof registerOrdersRoutes
  >[2])
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  simulator = await startSimulator({ webhookUrl: () => `http://127.0.0.1:${port}/api/payments/webhooks/simulator` })
  usePaymentProvider(simulator.provider)
})
afterAll(async () => {
  await simulator?.notices.idle()
  await simulator?.stop()
  await app?.close()
  await t?.close()
})

async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({ method, url, payload, headers })
  return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T, cookies: answer.cookies }
}

describe('a shopper over HTTP', () => {
  test('three calls are enough: cart with lines, delivery and contact, pay and place', async () => {
    const opened = await call<Cart>('POST', '/api/store/carts', { lines: [{ variantId: shop.shirt, units: 2 }] })
    expect(opened.status).toBe(201)
    expect(opened.cookies[0]).toMatchObject({ name: 'hilo_cart', httpOnly: true, sameSite: 'Lax' })
    const token = { 'x-cart-token': opened.body.token ?? '' }
    expect(opened.body.problems.map(({ code }) => code)).toEqual(['orders.delivery_missing', 'orders.contact_missing'])
    const chosen = await call<Cart>('PATCH', '/api/store/carts/current', { contact: anna, delivery: toAnna }, token)
    expect(chosen.body).toMatchObject({ ready: true, totalMinor: 5495, deliveryMinor: 495 })
    expect(chosen.body.plan?.feasible).toBe(true)
    const key = { ...token, 'idempotency-key': 'order-1' }
    const body = { expectedTotalMinor: 5495, payment: { cardToken: 'tok_ok' } }
    const placed = await call<PlaceAnswer>('POST', `/api/store/carts/${opened.body.id}/place`, body, key)
    expect(placed.status).toBe(200)
    expect(placed.body.status).toBe('placed')
    if (placed.body.status !== 'placed') return
    const again = await call<PlaceAnswer>('POST', `/api/store/carts/${opened.body.id}/place`, body, key)
    expect(again.body).toEqual(placed.body)
    const other = await call(
      'POST',
      `/api/store/carts/${opened.body.id}/place`,
      { ...body, expectedTotalMinor: 1 },
      key,
    )
    expect(other.status).toBe(422)
    const page = await call<{ number: string }>('GET', `/api/store/orders/${placed.body.order.token}`)
    expect(page.body.number).toBe(placed.body.order.number)
    const guest = await call('GET', `/api/store/orders?number=${placed.body.order.number}&email=ana@correo.es`)
    expect(guest.status).toBe(200)
    expect(
      (await call('GET', `/api/store/orders?number=${placed.body.order.number}&email=otra@correo.es`)).status,
    ).toBe(404)
  })

  test('lines are added by scan, set, and removed; a wrong code names the field', async () => {
    const { sku } = await t.db.one<{ sku: string }>(sql`select sku from catalog.variant where id = ${shop.mug}`)
    const { body } = await call<Cart>('POST', '/api/store/carts', { lines: [{ code: sku }] })
    const token = { 'x-cart-token': body.token ?? '' }
    const more = await call<Cart>('POST', '/api/store/carts/current/lines', { variantId: shop.mug, units: 2 }, token)
    expect(more.body.lines.map(({ units }) => units)).toEqual([3])
    const line = more.body.lines[0]?.id ?? ''
    expect((await call<Cart>('PUT', `/api/store/carts/current/lines/${line}`, { units: 5 }, token)).body.units).toBe(5)
    expect((await call<Cart>('DELETE', `/api/store/carts/current/lines/${line}`, undefined, token)).body.lines).toEqual(
      [],
    )
    const wrong = await call<{ code: string; parameter: string }>(
      'POST',
      '/api/store/carts/current/lines',
      { code: 'NADA' },
      token,
    )
    expect(wrong).toMatchObject({ status: 422, body: { code: 'orders.variant_unknown', parameter: 'code' } })
  })

  test('nobody opens a cart without its token, nor by its id', async () => {
    const { body } = await call<Cart>('POST', '/api/store/carts', { lines: [] })
    expect((await call('GET', `/api/store/carts/${body.id}`)).status).toBe(404)
    const stranger = await call<Cart>('POST', '/api/store/carts', { lines: [] })
    expect(
      (await call('GET', `/api/store/carts/${body.id}`, undefined, { 'x-cart-token': stranger.body.token ?? '' }))
        .status,
    ).toBe(404)
  })

  test('an unknown coupon is answered with its reason, not refused', async () => {
    const { body } = await call<Cart>('POST', '/api/store/carts', { lines: [{ variantId: shop.mug }] })
    const answer = await call<Cart>(
      'POST',
      '/api/store/carts/current/coupons',
      { code: 'nada' },
      { 'x-cart-token': body.token ?? '' },
    )
    expect(answer.body.coupons).toMatchObject([{ code: 'NADA', state: 'unknown' }])
  })
})

describe('the counter over HTTP', () => {
  test('sells for cash and prints the receipt; another shop’s till may not touch the basket', async () => {
    const place = { allPlaces: false, locationIds: [shop.valencia] }
    const { member } = await t.db.transaction((tx) =>
      createMember(
        tx,
        t.clock,
        { kind: 'system', name: 'test' },
        { name: 'Luz', email: 'luz@linoysal.example', role: 'counter', ...place },
      ),
    )
    actor = {
      kind: 'staff',
      memberId: member.id,
      name: 'Luz',
      role: 'counter',
      allPlaces: false,
      locationIds: [shop.valencia],
      language: 'es',
    }
    const opened = await call<Cart>('POST', '/api/pos/carts', {
      locationId: shop.valencia,
      lines: [{ variantId: shop.shirt }],
    })
    expect(opened.status).toBe(201)
    expect(opened.body.lines[0]?.stock.heldUntil).not.toBeNull()
    const elsewhere = await call('POST', '/api/pos/carts', { locationId: shop.madrid, lines: [] })
    expect(elsewhere.status).toBe(403)
    const sold = await call<PlaceAnswer>('POST', `/api/pos/carts/${opened.body.id}/place`, {
      expectedTotalMinor: 2500,
      tenders: [{ method: 'cash', amountMinor: 2500, tenderedMinor: 5000 }],
    })
    expect(sold).toMatchObject({ status: 200, body: { status: 'placed', changeMinor: 2500 } })
    if (sold.body.status !== 'placed') return
    const receipt = await call<{ tenders: object[]; staffName: string }>(
      'GET',
      `/api/pos/orders/${sold.body.order.id}/receipt`,
    )
    expect(receipt.body).toMatchObject({ staffName: 'Luz', tenders: [{ method: 'cash', changeMinor: 2500 }] })
    actor = { ...actor, locationIds: [shop.madrid] }
    expect((await call('GET', `/api/pos/carts/${opened.body.id}`)).status).toBe(403)
    const line = sold.body.order.lines[0]?.id ?? ''
    const returned = await call<{ returns: object[] }>('POST', `/api/pos/orders/${sold.body.order.id}/returns`, {
      locationId: shop.madrid,
      reason: 'Talla',
      lines: [{ orderLineId: line, units: 1 }],
    })
    expect(returned).toMatchObject({ status: 201, body: { returns: [{ refundMinor: 2500 }] } })
    actor = { kind: 'public' }
    expect((await call('GET', `/api/pos/orders/${sold.body.order.id}/receipt`)).status).toBe(401)
  })

  test('the list finds orders by number, mail and state, page by page', async () => {
    actor = {
      kind: 'staff',
      memberId: 'mbr_1',
      name: 'Luz',
      role: 'manager',
      allPlaces: true,
      locationIds: [],
      language: 'es',
    }
    const first = await call<{ items: { number: string }[]; next: string | null }>('GET', '/api/admin/orders?limit=1')
    expect(first.body.items).toHaveLength(1)
    const second = await call<{ items: { number: string }[] }>(
      'GET',
      `/api/admin/orders?limit=1&cursor=${encodeURIComponent(first.body.next ?? '')}`,
    )
    expect(second.body.items[0]?.number).not.toBe(first.body.items[0]?.number)
    const byMail = await call<{ items: object[] }>('GET', '/api/admin/orders?q=ana@correo.es')
    expect(byMail.body.items).toHaveLength(1)
    expect((await call('GET', '/api/admin/payments/attention')).body).toMatchObject({ items: [] })
    actor = { kind: 'public' }
  })
})

test('a trusted channel places a whole order in one call with its key', async () => {
  actor = {
    kind: 'api_key',
    keyId: 'apk_1',
    name: 'Mercado',
    channelId: 'mercado',
    scopes: ['orders:write', 'orders:read'],
  }
  const body = {
    externalRef: 'X-1',
    lines: [{ variantId: shop.mug, units: 2 }],
    contact: anna,
    delivery: toAnna,
    expectedTotalMinor: 2475,
  }
  expect(await call('POST', '/api/channel/orders', body)).toMatchObject({
    status: 201,
    body: { totalMinor: 2475, paymentStatus: 'paid' },
  })
  expect((await call('POST', '/api/channel/orders', body)).status).toBe(200)
  expect(await call('GET', '/api/channel/orders/X-1')).toMatchObject({ status: 200, body: { externalRef: 'X-1' } })
  actor = { ...actor, scopes: [] }
  expect((await call('POST', '/api/channel/orders', { ...body, externalRef: 'X-2' })).status).toBe(403)
  actor = { kind: 'public' }
})

test('the provider’s signed notice arrives over HTTP, a forged one is refused', async () => {
  const opened = await call<Cart>('POST', '/api/store/carts', {
    lines: [{ variantId: shop.mug }],
    contact: anna,
    delivery: toAnna,
  })
  const token = { 'x-cart-token': opened.body.token ?? '' }
  const placing = await call<PlaceAnswer>('POST', '/api/store/carts/current/place', { expectedTotalMinor: 1485 }, token)
  expect(placing.body.status).toBe('payment_needed')
  if (placing.body.status !== 'payment_needed') return
  simulator.book.decide(placing.body.next.paymentId, true)
  await simulator.notices.idle()
  const { status } = await t.db.one<{ status: string }>(
    sql`select status from payments.payment where id = ${placing.body.next.paymentId}`,
  )
  expect(status).toBe('captured')
  const forged = await call(
    'POST',
    '/api/payments/webhooks/simulator',
    { type: 'payment.captured' },
    { 'webhook-id': 'evt_x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,xxxx' },
  )
  expect(forged.status).toBe(401)
  const confirmed = await call<PlaceAnswer>('POST', `/api/store/payments/${placing.body.next.paymentId}/confirm`)
  expect(confirmed.body.status).toBe('placed')
})
