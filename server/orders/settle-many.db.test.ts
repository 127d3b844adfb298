/** Money that arrives for many orders at once: settled together, and none waits for another one's trouble. */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { releaseReservations } from '#inventory'
import { checkDuePayments, useCaptureWriter, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { verify } from '../verify/index.ts'
import { lapseDraft } from './lapse-draft.ts'
import { placeWithCapture } from './place-with-capture.ts'
import { settleLater } from './settle-many.ts'
import { ordersSubscribers } from './subscribers.ts'
import { aCart, anArticle, aShop, place, testUrl, toAnna } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: string
let article: string
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator({ webhookUrl: () => 'http://127.0.0.1:9/', faults: { lose: 1 } })
  usePaymentProvider(simulator.provider)
  shop = (await aShop(t.db, t.clock)).valencia
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})
beforeEach(async () => {
  article = await anArticle(t.db, t.clock)
  await someStock(t.db, t.clock, { variantId: article, locationId: shop, units: 100 })
})

/** Captures are written down alone, as when the process that learnt of them died right after. */
function writtenAlone(): void {
  useCaptureWriter(async () => {
    throw new Error('nobody here')
  })
}

/** Buyers who have paid at the provider's page and closed the window. @returns ids of their orders */
async function paidAtThePage(count: number): Promise<string[]> {
  const orderIds: string[] = []
  for (let n = 0; n < count; n++) {
    const cartId = await aCart(t.db, t.clock, {
      lines: [{ variantId: article, units: 1 }],
      contact: { name: 'Ana Gil', email: `ana${n}@correo.es`, phone: '' },
      delivery: toAnna,
    })
    const placed = await place(t.db, t.clock, cartId, { online: { returnUrl: () => testUrl } })
    if (placed.status !== 'payment_needed') throw new Error(placed.status)
    simulator.book.decide(placed.paymentId, true)
    orderIds.push(placed.orderId)
  }
  t.clock.advance(60_000)
  return orderIds
}

async function statusesOf(orderIds: readonly string[]): Promise<Record<string, number>> {
  const rows = await t.db.many<{ status: string; n: number }>(sql`
    select status || ' ' || payment_status as status, count(*)::int as n from orders.customer_order
     where id = any(${[...orderIds]}::text[]) group by 1`)
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
}

async function statements(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return spy.mock.calls.length
  } finally {
    spy.mockRestore()
  }
}

const noLawBroken = async () =>
  expect((await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)).toEqual([])

test('forty orders whose money is found out together are placed together, with the capture: a few statements each', async () => {
  const orderIds = await paidAtThePage(40)
  placeWithCapture()
  const count = await statements(() => checkDuePayments(t.db, t.clock))
  expect(await statusesOf(orderIds)).toEqual({ 'placed paid': 40 })
  expect(await levelOf(t.db, article, shop)).toMatchObject({ allocated: 40, reserved: 0 })
  const after = await statements(() => t.drain(ordersSubscribers))
  // Alone, each takes some thirty statements.
  expect((count + after) / 40).toBeLessThan(8)
  await noLawBroken()
})

/** @returns how often the provider was asked, by payment */
async function checkedWith(isLost: (asked: number) => boolean): Promise<number[]> {
  const asked = new Map<string, number>()
  let all = 0
  usePaymentProvider({
    ...simulator.provider,
    status: async (about) => {
      asked.set(about.key, (asked.get(about.key) ?? 0) + 1)
      const state = await simulator.provider.status(about)
      if (isLost(++all)) throw new Error('the answer was lost')
      return state
    },
  })
  try {
    await checkDuePayments(t.db, t.clock)
  } finally {
    usePaymentProvider(simulator.provider)
  }
  return [...asked.values()]
}

test('an answer that is lost while others arrive is asked for again at once, not half a minute later', async () => {
  const orderIds = await paidAtThePage(40)
  placeWithCapture()
  // The first sixteen are asked side by side: from then on the line is known to be up.
  const asked = await checkedWith((n) => n > 16 && n % 4 === 0)
  expect(await statusesOf(orderIds)).toEqual({ 'placed paid': 40 })
  expect(Math.max(...asked)).toBeGreaterThan(1)
})

test('while the line is down each payment is asked about once and waits for its next time', async () => {
  const orderIds = await paidAtThePage(5)
  const asked = await checkedWith(() => true)
  expect(asked).toEqual([1, 1, 1, 1, 1])
  expect(await statusesOf(orderIds)).toEqual({ 'draft unpaid': 5 })
  t.clock.advance(60_000)
  placeWithCapture()
  await checkDuePayments(t.db, t.clock)
  expect(await statusesOf(orderIds)).toEqual({ 'placed paid': 5 })
})

test('an answer that is lost time and again is given up for now after three tries', async () => {
  const orderIds = await paidAtThePage(3)
  placeWithCapture()
  const asked = await checkedWith((n) => n > 1)
  expect(asked.toSorted((a, b) => a - b)).toEqual([1, 3, 3])
  expect(await statusesOf(orderIds)).toEqual({ 'draft unpaid': 2, 'placed paid': 1 })
})

test('forty orders whose captures were written alone are placed together by the subscriber', async () => {
  const orderIds = await paidAtThePage(40)
  writtenAlone()
  await checkDuePayments(t.db, t.clock)
  expect(await statusesOf(orderIds)).toEqual({ 'draft unpaid': 40 })
  const count = await statements(() => t.drain(ordersSubscribers))
  expect(await statusesOf(orderIds)).toEqual({ 'placed paid': 40 })
  expect(count / 40).toBeLessThan(4)
  await noLawBroken()
})

test('one that fails, one whose hold is gone and one that lapsed hold up none of their neighbours, and each gets its own end', async () => {
  const orderIds = await paidAtThePage(12)
  const [broken = '', gone = '', lapsed = ''] = orderIds
  writtenAlone()
  await checkDuePayments(t.db, t.clock)
  await t.db.script(`
    create function orders.plant() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;
    create trigger plant before update on orders.customer_order for each row
      when (new.id = '${broken}' and new.status = 'placed') execute function orders.plant();`)
  const { cartId } = await t.db.one<{ cartId: string }>(
    sql`select cart_id as "cartId" from orders.customer_order where id = ${gone}`,
  )
  await t.db.transaction(async (tx) => {
    await releaseReservations(tx, t.clock, { holderId: cartId })
    await lapseDraft(tx, t.clock, { orderId: lapsed })
  })
  await t.drain(ordersSubscribers)
  expect(await statusesOf(orderIds.slice(3))).toEqual({ 'placed paid': 9 })
  expect(await statusesOf([broken])).toEqual({ 'draft unpaid': 1 })
  expect(await statusesOf([gone, lapsed])).toEqual({ 'placed paid': 2 })
  expect(await t.db.many(sql`select order_id as id, failures from orders.settle_later`)).toEqual([
    { id: broken, failures: 1 },
  ])
  const { waits } = await t.db.one<{ waits: number }>(
    sql`select count(*)::int as waits from platform.subscriber where name = 'orders.payments' and failures > 0`,
  )
  expect(waits, 'the subscriber itself goes on').toBe(0)

  t.clock.advance(2000)
  await expect(settleLater(t.db, t.clock)).rejects.toThrow('planted')
  expect(await settleLater(t.db, t.clock), 'it waits longer each time').toBe(0)
  await t.db.script('drop trigger plant on orders.customer_order; drop function orders.plant()')
  t.clock.advance(60_000)
  const settled = await Promise.all([settleLater(t.db, t.clock), settleLater(t.db, t.clock)])
  expect(settled[0] + settled[1]).toBe(1)
  expect(await statusesOf([broken])).toEqual({ 'placed paid': 1 })
  expect(await t.db.many(sql`select 1 from orders.settle_later`)).toEqual([])
  await noLawBroken()
})

test('the same capture from the answer, a notice and the buyer’s way back at once places its order once', async () => {
  const orderIds = await paidAtThePage(3)
  placeWithCapture()
  await Promise.all([1, 2, 3, 4].map(() => checkDuePayments(t.db, t.clock)))
  const { settleTogether } = await import('./settle-together.ts')
  const payments = await t.db.many<{ orderId: string; paymentId: string; ref: string; amountMinor: number }>(sql`
    select order_id as "orderId", id as "paymentId", provider_ref as ref, amount_minor as "amountMinor" from payments.payment
     where order_id = any(${orderIds}::text[])`)
  const more = await paidAtThePage(1)
  const fresh = await t.db.one<(typeof payments)[number]>(sql`
    select order_id as "orderId", id as "paymentId", provider_ref as ref, amount_minor as "amountMinor" from payments.payment
     where order_id = ${more[0]}`)
  const asked = [fresh, fresh, fresh, ...payments]
  const answers = await Promise.allSettled(
    asked.map((taken) => settleTogether(t.db, { clock: t.clock, taken, publicUrl: testUrl })),
  )
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await statusesOf([...orderIds, ...more])).toEqual({ 'placed paid': 4 })
  expect(await levelOf(t.db, article, shop)).toMatchObject({ allocated: 4, reserved: 0 })
  await noLawBroken()
})
