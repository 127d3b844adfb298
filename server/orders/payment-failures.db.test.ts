import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDuePayments, findPayment, sendDueRefunds, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { receiveWebhook } from '../payments/webhook.ts'
import { verify } from '../verify/index.ts'
import { dropStalePayments } from './jobs.ts'
import { lapseDrafts } from './lapse-draft.ts'
import { findOrderRow } from './order-rows.ts'
import { confirmPayment } from './pay-order.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, anArticle, aShop, place, testUrl, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
/** Notices arrive here in the order the network chose; the test hands them on when it wants. */
let notices: { headers: Record<string, string | undefined>; body: Buffer }[] = []
let inbox: { url: string; stop(): Promise<void> }

beforeAll(async () => {
  t = await testDatabase()
  inbox = await startInbox()
  simulator = await startSimulator({
    timeoutMs: 400,
    slowMs: 1000,
    seed: 7,
    webhookUrl: () => inbox.url,
    faults: { repeat: 0.5, delayMsMax: 30 },
  })
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 40 })
})
afterAll(async () => {
  await simulator?.stop()
  await inbox?.stop()
  await t?.close()
})

async function startInbox() {
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      notices.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(parts) })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
      }),
  }
}

const online = (cardToken?: string) => ({
  cardToken,
  returnUrl: (id: string) => `${testUrl}/checkout/return?payment=${id}`,
})

async function pickupCart(variantId = shop.shirt) {
  return aCart(t.db, t.clock, { lines: [{ variantId }], delivery: { kind: 'pickup', locationId: shop.valencia } })
}
async function statusOf(orderId: string) {
  const order = await findOrderRow(t.db, orderId)
  return order && { status: order.status, paymentStatus: order.paymentStatus }
}
async function paymentId(placed: object): Promise<string> {
  if (!('paymentId' in placed) || typeof placed.paymentId !== 'string') throw new Error('not paid online')
  return placed.paymentId
}

describe('answers that get lost', () => {
  test('a charge whose answer was lost is asked for again and places the order, with one charge', async () => {
    const before = simulator.book.totals()
    const placed = await place(t.db, t.clock, await pickupCart(), { online: online('tok_lost_answer') })
    expect(placed.status).toBe('checking')
    t.clock.advance(10_000)
    expect(await checkDuePayments(t.db, t.clock)).toBe(1)
    await t.drain(ordersSubscribers)
    expect(await statusOf(placed.orderId)).toEqual({ status: 'placed', paymentStatus: 'paid' })
    expect(simulator.book.totals().capturedMinor - before.capturedMinor).toBe(2500)
  })

  test('a slow provider is not charged twice by an impatient buyer', async () => {
    const before = simulator.book.totals()
    const cartId = await pickupCart()
    const first = await place(t.db, t.clock, cartId, { online: online('tok_slow') })
    expect(first.status).toBe('checking')
    const again = await place(t.db, t.clock, cartId, { expectedTotalMinor: 2500, online: online('tok_ok') })
    expect(again).toMatchObject({ status: 'checking', orderId: first.orderId, paymentId: await paymentId(first) })
    const confirmed = await confirmPayment(t.db, t.clock, { paymentId: await paymentId(first), publicUrl: testUrl })
    expect(confirmed.status).toBe('placed')
    expect(simulator.book.totals().payments - before.payments).toBe(1)
  })

  test('a request that never arrived charged nothing; the buyer may try again on the same order', async () => {
    const cartId = await pickupCart()
    const first = await place(t.db, t.clock, cartId, { online: online('tok_never_arrives') })
    expect(first.status).toBe('checking')
    await expect(
      confirmPayment(t.db, t.clock, { paymentId: await paymentId(first), publicUrl: testUrl }),
    ).rejects.toMatchObject({
      code: 'payments.declined',
      data: { declineCode: 'never_arrived' },
    })
    const second = await place(t.db, t.clock, cartId, { expectedTotalMinor: 2500 })
    expect(second).toMatchObject({ status: 'placed', orderId: first.orderId })
  })

  test('a lost decline is learned by asking', async () => {
    const placed = await place(t.db, t.clock, await pickupCart(), { online: online('tok_lost_decline') })
    await expect(
      confirmPayment(t.db, t.clock, { paymentId: await paymentId(placed), publicUrl: testUrl }),
    ).rejects.toMatchObject({
      code: 'payments.declined',
    })
  })
})

describe('the provider’s page', () => {
  test('the buyer approves and never comes back; the notice alone places the order, once, however often it comes', async () => {
    await simulator.notices.idle()
    notices = []
    const placed = await place(t.db, t.clock, await pickupCart(), { online: online() })
    expect(placed.status).toBe('payment_needed')
    if (placed.status !== 'payment_needed') return
    const page = await fetch(placed.redirectUrl)
    expect(await page.text()).toContain('25,00')
    const answer = await fetch(placed.redirectUrl, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'decision=approve',
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${testUrl}/checkout/return?payment=${placed.paymentId}`)
    await simulator.notices.idle()
    const fresh: boolean[] = []
    for (const notice of [...notices, ...notices, ...notices]) {
      fresh.push((await receiveWebhook(t.db, t.clock, { provider: 'simulator', ...notice })).fresh)
    }
    expect(fresh.filter(Boolean)).toHaveLength(1)
    await t.drain(ordersSubscribers)
    expect(await statusOf(placed.orderId)).toEqual({ status: 'placed', paymentStatus: 'paid' })
    const captures = await t.db.many(sql`select 1 from payments.ledger_entry where order_id = ${placed.orderId}`)
    expect(captures).toHaveLength(1)
  })

  test('a notice with a wrong signature is refused and stored nowhere', async () => {
    const [notice] = notices
    if (!notice) throw new Error('no notice')
    const forged = {
      headers: notice.headers,
      body: Buffer.from(notice.body.toString().replace('captured', 'refunded')),
    }
    await expect(receiveWebhook(t.db, t.clock, { provider: 'simulator', ...forged })).rejects.toMatchObject({
      code: 'payments.signature_wrong',
    })
  })

  test('declined on the page: the return says so and the goods stay held until the draft lapses', async () => {
    const article = await anArticle(t.db, t.clock)
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 2 })
    const before = await levelOf(t.db, article, shop.valencia)
    const placed = await place(t.db, t.clock, await pickupCart(article), { online: online() })
    simulator.book.decide(await paymentId(placed), false)
    await expect(
      confirmPayment(t.db, t.clock, { paymentId: await paymentId(placed), publicUrl: testUrl }),
    ).rejects.toMatchObject({
      code: 'payments.declined',
      data: { declineCode: 'buyer_declined' },
    })
    expect((await levelOf(t.db, article, shop.valencia)).reserved).toBe(before.reserved + 1)
    t.clock.advance(21 * 60_000)
    expect(await lapseDrafts(t.db, t.clock)).toBeGreaterThanOrEqual(1)
    expect(await levelOf(t.db, article, shop.valencia)).toEqual(before)
    expect((await statusOf(placed.orderId))?.status).toBe('lapsed')
  })
})

test('a server that died between hold and charge: the repeat charges in its place, once', async () => {
  const cartId = await pickupCart()
  usePaymentProvider({
    ...simulator.provider,
    create: async () => {
      throw new Error('died before it asked')
    },
  })
  expect((await place(t.db, t.clock, cartId, { online: online('tok_ok') })).status).toBe('checking')
  usePaymentProvider(simulator.provider)
  // Without the same key nobody knows whether the first one is still at work.
  expect((await place(t.db, t.clock, cartId, { online: online('tok_ok') })).status).toBe('checking')
  const again = await Promise.all(
    [1, 2].map(() => place(t.db, t.clock, cartId, { online: online('tok_ok'), resumes: true })),
  )
  expect(again.map(({ status }) => status)).toEqual(['placed', 'placed'])
  const charges = await t.db.many(sql`select 1 from payments.payment where order_id = ${again[0]?.orderId}`)
  expect(charges).toHaveLength(1)
})

describe('money that arrives after the hold lapsed', () => {
  async function lapsed(variantId: string) {
    const placed = await place(t.db, t.clock, await pickupCart(variantId), { online: online() })
    t.clock.advance(21 * 60_000)
    await lapseDrafts(t.db, t.clock)
    expect((await statusOf(placed.orderId))?.status).toBe('lapsed')
    return { orderId: placed.orderId, paymentId: await paymentId(placed) }
  }

  test('revives the order while the goods are still to be had', async () => {
    const { orderId, paymentId: id } = await lapsed(shop.mug)
    simulator.book.decide(id, true)
    const confirmed = await confirmPayment(t.db, t.clock, { paymentId: id, publicUrl: testUrl })
    expect(confirmed.status).toBe('placed')
    expect(await statusOf(orderId)).toEqual({ status: 'placed', paymentStatus: 'paid' })
  })

  test('goes back to the cent when they are gone', async () => {
    const article = await anArticle(t.db, t.clock)
    await someStock(t.db, t.clock, { variantId: article, locationId: shop.valencia, units: 1 })
    const { orderId, paymentId: id } = await lapsed(article)
    expect((await place(t.db, t.clock, await pickupCart(article))).status).toBe('placed')
    simulator.book.decide(id, true)
    await expect(confirmPayment(t.db, t.clock, { paymentId: id, publicUrl: testUrl })).rejects.toMatchObject({
      code: 'orders.hold_lapsed',
    })
    await sendDueRefunds(t.db, t.clock)
    expect(await statusOf(orderId)).toEqual({ status: 'lapsed', paymentStatus: 'refunded' })
    expect(simulator.book.find(id)).toMatchObject({ refundedMinor: 2500 })
    expect(await levelOf(t.db, article, shop.valencia)).toMatchObject({ allocated: 1, reserved: 0 })
  })

  test('goes back when it is only a part: nobody is left to pay the rest', async () => {
    const { orderId, paymentId: id } = await lapsed(shop.mug)
    const there = simulator.book.find(id)
    if (!there) throw new Error('no payment')
    there.amountMinor -= 100
    simulator.book.decide(id, true)
    await expect(confirmPayment(t.db, t.clock, { paymentId: id, publicUrl: testUrl })).rejects.toMatchObject({
      code: 'orders.hold_lapsed',
    })
    await sendDueRefunds(t.db, t.clock)
    expect(await statusOf(orderId)).toEqual({ status: 'lapsed', paymentStatus: 'refunded' })
    expect(simulator.book.find(id)?.refundedMinor).toBe(there.amountMinor)
  })

  test('a page that is still open is closed at the provider', async () => {
    const { paymentId: id } = await lapsed(shop.mug)
    t.clock.advance(30_000)
    expect(await dropStalePayments(t.db, t.clock, [id])).toBe(1)
    expect(simulator.book.find(id)?.status).toBe('voided')
    expect((await findPayment(t.db, id))?.status).toBe('voided')
  })
})

test('a provider that stays silent ends on the list a person works through', async () => {
  const placed = await place(t.db, t.clock, await pickupCart(), { online: online('tok_pending') })
  const id = await paymentId(placed)
  usePaymentProvider({
    ...simulator.provider,
    status: async () => {
      throw new Error('no answer')
    },
  })
  for (let round = 0; round < 40; round++) {
    t.clock.advance(3_700_000)
    await checkDuePayments(t.db, t.clock)
  }
  usePaymentProvider(simulator.provider)
  expect(await findPayment(t.db, id)).toMatchObject({ nextCheckAt: null, status: 'pending' })
  const told = await t.db.many(
    sql`select payload ->> 'reason' as reason from platform.outbox where type = 'payments.attention' and payload ->> 'paymentId' = ${id}`,
  )
  expect(told).toEqual([{ reason: 'provider_silent' }])
})

test('after all of it every law holds, and the provider’s books agree with ours', async () => {
  await t.drain(ordersSubscribers)
  await sendDueRefunds(t.db, t.clock)
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
  const ours = await t.db.one<{ captured: number; refunded: number }>(sql`
    select coalesce(sum(amount_minor) filter (where kind = 'capture'), 0)::bigint as captured,
           coalesce(sum(amount_minor) filter (where kind = 'refund'), 0)::bigint as refunded from payments.ledger_entry`)
  const theirs = simulator.book.totals()
  expect(ours).toEqual({ captured: theirs.capturedMinor, refunded: theirs.refundedMinor })
})
