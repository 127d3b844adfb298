/** What the shop shows around an order before and after it is placed: true delivery prices, and a page that hears of changes. */
import { get as httpGet } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CartDelivery } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usePaymentProvider } from '#payments'
import { createBase } from '#platform/app-base'
import { Live } from '#platform/live'
import { emit, relayOnce } from '#platform/outbox'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { raiseVersion } from '#pricing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { findCart } from './cart-rows.ts'
import { deliveryPrices } from './delivery-prices.ts'
import { orderToken } from './order-link.ts'
import { registerOrderStream } from './order-stream.ts'
import { aCart, anna, aPromotion, aShop, place, testUrl, type World } from './testing.ts'

let t: TestDatabase
let shop: World
let app: FastifyInstance
let live: Live
let simulator: RunningSimulator

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 50 })
  live = new Live(t.db)
  app = await createBase({ logLevel: 'silent', trustProxy: false, publicUrl: testUrl, ratePerMinute: 10_000 })
  app.addHook('onRequest', async (request) => {
    request.actor = { kind: 'public' }
  })
  registerOrderStream(app, { db: t.db, clock: t.clock, authorize }, { live })
  await app.listen({ host: '127.0.0.1', port: 0 })
  live.start(20)
  simulator = await startSimulator({ webhookUrl: () => 'http://127.0.0.1:9/nobody' })
  usePaymentProvider(simulator.provider)
})
afterAll(async () => {
  live?.stop()
  await simulator?.stop()
  await app?.close()
  await t?.close()
})

/** What sending these units would cost, before anybody chose to have them sent. */
async function pricesFor(units: number): Promise<CartDelivery> {
  const cart = await findCart(t.db, await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units }] }))
  if (!cart) throw new Error('no cart')
  return deliveryPrices(t.db, t.clock, { cart, country: 'ES', postalCode: '28001' })
}

test('a parcel costs what the basket will pay for it, and the shopper learns from which value on it is free', async () => {
  const figures = ({ items, freeFromMinor }: CartDelivery) => ({
    amounts: items.map(({ listMinor, amountMinor, reason }) => [listMinor, amountMinor, reason?.es ?? null]),
    freeFromMinor,
  })
  expect(figures(await pricesFor(1))).toEqual({ amounts: [[495, 495, null]], freeFromMinor: null })
  const hidden = await aPromotion(t.db, t.clock, { kind: 'delivery_free', couponCode: 'ENVIO' })
  const ofOthers = await aPromotion(t.db, t.clock, { kind: 'delivery_free', channelIds: ['pos'] })
  const ofThings = await aPromotion(t.db, t.clock, { kind: 'delivery_free', variantIds: [shop.mug] })
  expect(figures(await pricesFor(1)).freeFromMinor, [hidden, ofOthers, ofThings].join()).toBeNull()
  const open = await aPromotion(t.db, t.clock, { kind: 'delivery_free' })
  await t.db.transaction(async (tx) => {
    await tx.run(sql`update pricing.promotion set min_subtotal_minor = 5000 where id = ${open}`)
    await raiseVersion(tx, t.clock)
  })
  expect(figures(await pricesFor(1))).toEqual({ amounts: [[495, 495, null]], freeFromMinor: 5000 })
  expect(figures(await pricesFor(2))).toEqual({ amounts: [[495, 0, 'Solo aquí']], freeFromMinor: 5000 })
  await t.db.transaction(async (tx) => {
    await tx.run(sql`update pricing.promotion set ends_at = ${t.clock.now()} where id = ${open}`)
    await raiseVersion(tx, t.clock)
  })
  expect(figures(await pricesFor(2))).toEqual({ amounts: [[495, 495, null]], freeFromMinor: null })
})

type Heard = { status: number; blocks: string[]; close: () => void }

/** Opens the stream of a page and keeps what it is told. */
function listen(token: string): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const path = `/api/store/orders/${token}/events`
    const request = httpGet({ port: (app.server.address() as AddressInfo).port, path, agent: false }, (response) => {
      const heard: Heard = { status: response.statusCode ?? 0, blocks: [], close: () => request.destroy() }
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        heard.blocks.push(...blocks.filter((block) => block.includes('event:')))
      })
      response.on('error', () => undefined)
      resolve(heard)
    })
    request.on('error', reject)
  })
}

async function happen(orderId: string): Promise<void> {
  await t.db.transaction((tx) =>
    emit(tx, t.clock, 'fulfillment.ready', {
      subjectId: 'ful_1',
      payload: { fulfillmentOrderId: 'ful_1', orderId, locationId: shop.valencia, holdUntil: null },
    }),
  )
  while ((await relayOnce(t.db))?.length);
  live.wake()
}

async function aPlacedOrder(): Promise<{ id: string }> {
  const cartId = await aCart(t.db, t.clock, {
    lines: [{ variantId: shop.shirt, units: 1 }],
    contact: anna,
    delivery: { kind: 'pickup', locationId: shop.valencia },
  })
  const placed = await place(t.db, t.clock, cartId)
  if (placed.status !== 'placed') throw new Error(`the order is ${placed.status}`)
  return t.db.one<{ id: string }>(sql`select id from orders.customer_order where cart_id = ${cartId}`)
}

test('an open order page hears that its own order moved, never what happened nor anything of other orders', async () => {
  const [mine, other] = [await aPlacedOrder(), await aPlacedOrder()]
  while ((await relayOnce(t.db))?.length);
  const heard = await listen(orderToken(mine.id))
  expect(heard.status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 150))
  await happen(other.id)
  await happen(mine.id)
  await expect.poll(() => heard.blocks.length, { timeout: 5000 }).toBe(1)
  const [block = ''] = heard.blocks
  expect(block).toMatch(/^id: \d+\nevent: changed\ndata: \{"at":"[^"]+"\}$/)
  heard.close()
})

test('a link that was not made with our key opens no stream', async () => {
  expect((await listen('x'.repeat(48))).status).toBe(404)
  expect((await listen('short')).status).toBe(422)
  expect(live.listeners).toBeLessThanOrEqual(1)
})
