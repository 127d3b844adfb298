import type { Cart, PlaceAnswer } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerOrdersRoutes } from '#orders'
import { checkDuePayments, livePaymentsOf, registerPaymentsRoutes, sendDueRefunds, usePaymentProvider } from '#payments'
import { createBase } from '#platform/app-base'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { seeded } from '../connectors/payment-simulator/random.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { verify } from '../verify/index.ts'
import { dropStalePayments } from './jobs.ts'
import { lapseDrafts } from './lapse-draft.ts'
import { ordersSubscribers } from './subscribers.ts'
import { anArticle, anna, aShop, testSecret, testUrl } from './testing.ts'

/**
 * A bad day of the payment provider, over HTTP: answers lost, late or never sent, notices lost, repeated, delayed and out of order,
 * buyers who click twice, repeat, wander off or come back; and fewer units than buyers.
 */
const buyers = 100
const units = 80
const priceMinor = 2500
const atOnce = 10
const random = seeded(20_261_120)
/** What each buyer's card does; undefined: the provider's own page. */
const cards = [
  'tok_ok',
  'tok_lost_answer',
  undefined,
  'tok_never_arrives',
  'tok_slow',
  'tok_lost_decline',
  undefined,
  'tok_declined',
  'tok_challenge',
  'tok_ok',
]

let t: TestDatabase
let app: FastifyInstance
let simulator: RunningSimulator
let base: string
let shop: string
let article: string

beforeAll(async () => {
  t = await testDatabase()
  shop = (await aShop(t.db, t.clock, { units: 0 })).valencia
  article = await anArticle(t.db, t.clock, { priceMinor })
  await someStock(t.db, t.clock, { variantId: article, locationId: shop, units })
  app = await createBase({ logLevel: 'silent', trustProxy: false, publicUrl: testUrl, ratePerMinute: 100_000 })
  app.addHook('onRequest', async (request) => {
    request.actor = { kind: 'public' }
    request.cartToken = request.headers['x-cart-token'] as string | undefined
    authorize(request.actor, request.routeOptions.config.action ?? '')
  })
  const context = { db: t.db, clock: t.clock, authorize }
  registerPaymentsRoutes(app, context)
  registerOrdersRoutes(app, context, { publicUrl: testUrl, secret: testSecret } as Parameters<
    typeof registerOrdersRoutes
  >[2])
  base = await app.listen({ host: '127.0.0.1', port: 0 })
  simulator = await startSimulator({
    seed: 11,
    timeoutMs: 400,
    slowMs: 900,
    webhookUrl: () => `${base}/api/payments/webhooks/simulator`,
    faults: { lose: 0.2, repeat: 0.5, delayMsMax: 150 },
  })
  usePaymentProvider(simulator.provider)
})
afterAll(async () => {
  await simulator?.notices.idle()
  await simulator?.stop()
  await app?.close()
  await t?.close()
})

type Answer<T> = { status: number; body: T & { code?: string } }
async function call<T>(url: string, body: object, headers: Record<string, string>): Promise<Answer<T>> {
  const answer = await fetch(`${base}${url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Answer<T>['body'] }
}

/** One buyer's whole visit. @returns codes of the refusals they read */
async function buys(who: number): Promise<string[]> {
  const opened = await call<Cart>(
    '/api/store/carts',
    {
      lines: [{ variantId: article, units: 1 }],
      contact: { ...anna, email: `buyer${who}@correo.es` },
      delivery: { kind: 'pickup', locationId: shop },
    },
    {},
  )
  const card = cards[who % cards.length]
  const token = { 'x-cart-token': opened.body.token ?? '' }
  const pay = (key: string, cardToken = card) =>
    call<PlaceAnswer>(
      `/api/store/carts/${opened.body.id}/place`,
      { expectedTotalMinor: priceMinor, payment: cardToken === undefined ? {} : { cardToken } },
      { ...token, 'idempotency-key': key },
    )
  // A double click, and the same request once more because the first answer never came.
  const answers = await Promise.all([pay(`${who}-a`), pay(`${who}-b`), pay(`${who}-a`)])
  for (const { body } of answers) if (body.status === 'payment_needed') await decide(body.next.redirectUrl, who)
  // Half of them come back and ask; of those that were declined some try again with a card that works.
  const paymentId = answers.map(({ body }) => pendingOf(body)).find((id) => id !== undefined)
  if (paymentId !== undefined && random() < 0.5) {
    answers.push(
      await call<PlaceAnswer>(`/api/store/payments/${paymentId}/confirm`, {}, { 'idempotency-key': `${who}-c` }),
    )
  }
  if (answers.some(({ body }) => body.code === 'payments.declined') && random() < 0.7)
    answers.push(await pay(`${who}-d`, 'tok_ok'))
  expect(answers.filter(({ status }) => status >= 500)).toEqual([])
  return answers.flatMap(({ body: { code } }) => (code === undefined ? [] : [code]))
}

function pendingOf(answer: PlaceAnswer): string | undefined {
  if (answer.status === 'payment_needed') return answer.next.paymentId
  return answer.status === 'checking' ? answer.paymentId : undefined
}

/** On the provider's page most approve, some decline, some close the window. */
async function decide(page: string, who: number): Promise<void> {
  const choice = who % 7
  if (choice === 3) return
  await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `decision=${choice === 5 ? 'decline' : 'approve'}`,
  })
}

/** Hours go by: what is pending is asked for, drafts lapse, money that came too late goes back. */
async function calmDown(): Promise<void> {
  await simulator.notices.idle()
  for (let round = 0; round < 12; round++) {
    t.clock.advance(10 * 60_000)
    await checkDuePayments(t.db, t.clock, 200)
    await t.drain(ordersSubscribers)
    await lapseDrafts(t.db, t.clock, 200)
    const ended = await t.db.many<{ id: string }>(
      sql`select id from orders.customer_order where status in ('lapsed', 'canceled')`,
    )
    const open = await livePaymentsOf(
      t.db,
      ended.map(({ id }) => id),
    )
    await dropStalePayments(t.db, t.clock, open)
    await t.drain(ordersSubscribers)
    await sendDueRefunds(t.db, t.clock)
    await simulator.notices.idle()
  }
}

test('100 buyers on a bad day: one order and one charge each at most, no draft left, the books equal the provider’s, every law kept', {
  timeout: 240_000,
}, async () => {
  const refusals: string[] = []
  for (let from = 0; from < buyers; from += atOnce) {
    const visits = await Promise.all(Array.from({ length: atOnce }, (_, at) => buys(from + at)))
    refusals.push(...visits.flat())
    await t.drain(ordersSubscribers)
    t.clock.advance(45_000)
    await checkDuePayments(t.db, t.clock)
  }
  await calmDown()

  // Each buyer is one cart; what the provider kept of it is the price of its one order, or nothing.
  const carts = await t.db.many<{ cartId: string; orders: number; payments: string[] }>(sql`
    select o.cart_id as "cartId", count(distinct o.id) filter (where o.status = 'placed')::int as orders,
           coalesce(array_agg(p.id) filter (where p.id is not null), '{}') as payments
      from orders.customer_order o left join payments.payment p on p.order_id = o.id group by o.cart_id`)
  for (const { orders, payments } of carts) {
    expect(orders).toBeLessThanOrEqual(1)
    const kept = payments
      .map((id) => simulator.book.find(id))
      .reduce(
        (sum, payment) => sum + (payment?.status === 'captured' ? payment.amountMinor - payment.refundedMinor : 0),
        0,
      )
    expect(kept).toBe(orders * priceMinor)
  }
  const placed = carts.reduce((sum, { orders }) => sum + orders, 0)
  expect(placed).toBeGreaterThan(40)
  expect(placed).toBeLessThanOrEqual(units)
  expect(await levelOf(t.db, article, shop)).toMatchObject({ onHand: units, allocated: placed, reserved: 0 })
  const allowed = [
    'payments.declined',
    'orders.out_of_stock',
    'orders.hold_lapsed',
    'platform.key_in_use',
    'inventory.atp_short',
  ]
  expect(refusals.filter((code) => !allowed.includes(code))).toEqual([])

  const left = await t.db.one(sql`
    select (select count(*)::int from orders.customer_order where status = 'draft') as drafts,
           (select count(*)::int from payments.payment where status in ('pending', 'authorized', 'unknown')) as open,
           (select count(*)::int from payments.refund where status <> 'done') as refunds`)
  expect(left).toEqual({ drafts: 0, open: 0, refunds: 0 })
  const ours = await t.db.one(sql`
    select coalesce(sum(amount_minor) filter (where kind = 'capture'), 0)::bigint as captured,
           coalesce(sum(amount_minor) filter (where kind = 'refund'), 0)::bigint as refunded from payments.ledger_entry`)
  const theirs = simulator.book.totals()
  expect(ours).toEqual({ captured: theirs.capturedMinor, refunded: theirs.refundedMinor })
  expect(simulator.notices.sent).toBeGreaterThan(placed)
  expect((await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)).toEqual([])
})
