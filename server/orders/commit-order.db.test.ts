/** What stands there once an order is placed: goods, numbers, person, mails, events; and when it is complete. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolvePerson } from '#customers'
import { fulfillmentOf } from '#fulfillment'
import { checkPayment, usePaymentProvider } from '#payments'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { levelOf, someStock } from '../inventory/testing.ts'
import { attempt } from './attempt.ts'
import { completeWhenDone } from './complete-order.ts'
import { findOrderRow } from './order-rows.ts'
import { payRest } from './pay-order.ts'
import { orderProblems } from './problems.ts'
import { settleTogether } from './settle-together.ts'
import { aCart, anArticle, aShop, place, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const actorId = 'mbr_1'
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator({ timeoutMs: 400 })
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 100 })
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

let buyers = 0
const aBuyer = () => ({ name: 'Pau Soler', email: `pau${(buyers += 1)}@correo.es`, phone: '' })
const row = async (orderId: string) => {
  const order = await findOrderRow(t.db, orderId)
  if (!order) throw new Error('no order')
  return order
}
type Cart = Partial<Parameters<typeof aCart>[2]>
type How = NonNullable<Parameters<typeof place>[3]>
/** Two shirts (50,00) bought on the web, to be collected in Valencia. */
async function web(cart: Cart = {}, how: How = {}) {
  const lines = [{ variantId: shop.shirt, units: 2 }]
  const delivery = { kind: 'pickup', locationId: shop.valencia } as const
  return place(t.db, t.clock, await aCart(t.db, t.clock, { lines, delivery, contact: aBuyer(), ...cart }), how)
}
/** The same at a till in Valencia, paid in cash and carried out. */
async function till(cart: Cart = {}, how: How = {}) {
  const delivery = { kind: 'carry_out', locationId: shop.valencia } as const
  const tenders = [{ method: 'cash' as const, amountMinor: 5000, tenderedMinor: 5000 }]
  const at = { channelId: 'pos', locationId: shop.valencia, staffId: actorId }
  return web({ ...at, delivery, ...cart }, { online: undefined, tenders, actorId, ...how })
}
const committedOf = (placed: Awaited<ReturnType<typeof web>>) => {
  if (placed.status !== 'placed' || !placed.committed) throw new Error(`the order is ${placed.status}`)
  return placed.committed
}
const eventsOf = async (orderId: string) =>
  (
    await t.db.many<{ type: string }>(
      sql`select type from platform.outbox where subject_id = ${orderId} and type like 'orders.%' order by id`,
    )
  ).map(({ type }) => type)
const mailsTo = (email: string) => t.db.many(sql`select 1 from platform.mail_message where to_address = ${email}`)
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? { code: error.code, data: error.data } : String(error)),
  )

describe('an order that is placed', () => {
  test('carried out: the units are off the shelf, it is complete, has a receipt, and nobody is mailed', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const contact = aBuyer()
    const { orderId } = await till({ contact })
    const after = await levelOf(t.db, shop.shirt, shop.valencia)
    expect(after).toMatchObject({ onHand: before.onHand - 2, allocated: before.allocated, reserved: before.reserved })
    const now = t.clock.now()
    const order = await row(orderId)
    expect(order).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
      placedAt: now,
      completedAt: now,
      lapsesAt: null,
    })
    expect(order.receiptNumber).toMatch(/VLC/)
    expect(await eventsOf(orderId)).toEqual(['orders.placed', 'orders.completed'])
    expect((await fulfillmentOf(t.db, orderId)).map(({ status }) => status)).toEqual(['handed_over'])
    expect(await mailsTo(contact.email)).toEqual([])
  })

  test('to be collected: the units are promised and still there, it is open, has no receipt, and its buyer is told', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const contact = aBuyer()
    const { orderId } = await web({ contact })
    const after = await levelOf(t.db, shop.shirt, shop.valencia)
    expect(after).toMatchObject({ onHand: before.onHand, allocated: before.allocated + 2, reserved: before.reserved })
    const order = await row(orderId)
    expect(order).toMatchObject({
      status: 'placed',
      placedAt: t.clock.now(),
      completedAt: null,
      lapsesAt: null,
      receiptNumber: null,
    })
    expect(await eventsOf(orderId)).toEqual(['orders.placed'])
    expect(await mailsTo(contact.email)).toHaveLength(1)
    expect(await t.db.one(sql`select status, held, code from orders.cart where id = ${order.cartId}`)).toEqual({
      status: 'placed',
      held: [],
      code: null,
    })
  })

  test('carried out and not paid in full: refused with what is missing, and nothing has left', async () => {
    const before = await levelOf(t.db, shop.shirt, shop.valencia)
    const tenders = [{ method: 'cash' as const, amountMinor: 2000, tenderedMinor: 2000 }]
    expect(await told(till({}, { tenders, restOnline: true }))).toMatchObject({
      code: 'orders.must_be_paid',
      data: { dueMinor: 3000 },
    })
    expect(await levelOf(t.db, shop.shirt, shop.valencia)).toEqual(before)
  })

  test('with a unit in hand that the figures do not know: carried out it is handed over, to be collected it waits', async () => {
    const unknown = await anArticle(t.db, t.clock)
    const lines = [{ variantId: unknown, units: 2 }]
    const out = committedOf(await till({ lines }, { acceptUnknownStock: true }))
    expect([out.order.status, out.readAgain]).toEqual(['completed', true])
    expect((await fulfillmentOf(t.db, out.order.id)).map(({ status }) => status)).toEqual(['handed_over'])
    const delivery = { kind: 'pickup', locationId: shop.valencia } as const
    const known = committedOf(await till({ delivery }, { acceptUnknownStock: true }))
    expect([known.order.status, known.readAgain]).toEqual(['placed', false])
    expect((await fulfillmentOf(t.db, known.order.id)).map(({ status }) => status)).toEqual(['open'])
  })

  test('of goods that lie elsewhere is read again to show their journey; of goods on the spot it is not', async () => {
    const far = await anArticle(t.db, t.clock)
    await someStock(t.db, t.clock, { variantId: far, locationId: shop.madrid, units: 5 })
    const travels = committedOf(await web({ lines: [{ variantId: far, units: 2 }] }))
    expect(travels.readAgain).toBe(true)
    expect((await fulfillmentOf(t.db, travels.order.id)).map(({ status }) => status)).toEqual(['waiting'])
    expect([committedOf(await web()).readAgain, committedOf(await till()).readAgain]).toEqual([false, false])
  })
})

describe('who bought it', () => {
  const identityOf = (value: string) =>
    t.db.maybeOne(sql`select person_id as "personId", proof, source from customers.identity where value = ${value}`)

  test('is found by what they said, and how sure that is depends on who heard it', async () => {
    const [said, shown] = [aBuyer(), aBuyer()]
    const { personId } = await row((await web({ contact: said })).orderId)
    expect(personId).toMatch(/^per_/)
    expect(await identityOf(said.email)).toEqual({ personId, proof: 'claimed', source: 'web checkout' })
    const sold = await row((await till({ contact: shown })).orderId)
    expect(await identityOf(shown.email)).toEqual({
      personId: sold.personId,
      proof: 'staff',
      source: `counter ${shop.valencia}`,
    })
    const called = { name: 'Luz', email: '', phone: '+34600111222' }
    expect((await row((await till({ contact: called })).orderId)).personId).toBe(
      ((await identityOf(called.phone)) as { personId: string }).personId,
    )
    const nobody = { name: '', email: '', phone: '' }
    expect((await row((await till({ contact: nobody })).orderId)).personId).toBeNull()
  })

  test('stays who they are when signed in, whatever address they give this time', async () => {
    const own = { kind: 'email' as const, value: 'propia@correo.es', proof: 'code' as const }
    const { personId } = await t.db.transaction((tx) =>
      resolvePerson(tx, t.clock, { identities: [own], source: 'test' }),
    )
    const contact = aBuyer()
    const order = await row((await web({ personId, contact })).orderId)
    expect(order.personId).toBe(personId)
    expect(await identityOf(contact.email)).toBeUndefined()
  })

  test('and what they allowed is kept with its wording and the order that proves it', async () => {
    const consent = {
      purpose: 'marketing',
      channel: 'email',
      granted: true,
      wording: 'Sí, quiero novedades',
      wordingVersion: '1',
    } as const
    const { orderId } = await web({}, { consents: [consent] })
    const { personId } = await row(orderId)
    const kept = sql`select purpose, channel, granted, wording, source, proof from customers.consent where person_id = ${personId}`
    const { wordingVersion: _, ...said } = consent
    expect(await t.db.many(kept)).toEqual([{ ...said, source: 'web checkout', proof: { orderId } }])
  })
})

describe('a part of an order that is tried', () => {
  const note = (orderId: string, part: () => Problem | Error) =>
    t.db.transaction((tx) =>
      attempt(tx, ['orders.out_of_stock'], async () => {
        await tx.run(sql`update orders.customer_order set note = 'tried' where id = ${orderId}`)
        throw part()
      }),
    )

  test('is undone by the refusals that have a next step; any other one is told', async () => {
    const { orderId } = await web()
    expect(await note(orderId, () => orderProblems.out_of_stock())).toBeUndefined()
    await expect(note(orderId, () => orderProblems.cart_empty())).rejects.toMatchObject({ code: 'orders.cart_empty' })
    await expect(note(orderId, () => new Error('a defect'))).rejects.toThrow('a defect')
    expect((await row(orderId)).note).toBe('')
    expect(await t.db.transaction((tx) => attempt(tx, [], async () => 'done'))).toBe('done')
  })
})

describe('money that was written down before its order was placed', () => {
  test('is booked once', async () => {
    const placed = await web({}, { online: { returnUrl: (id) => `${testUrl}/checkout/return?payment=${id}` } })
    if (placed.status !== 'payment_needed') throw new Error(`the order is ${placed.status}`)
    const { orderId, paymentId } = placed
    simulator.book.decide(paymentId, true)
    const payment = await checkPayment(t.db, t.clock, { paymentId })
    expect([payment?.status, (await row(orderId)).status]).toEqual(['captured', 'draft'])
    const taken = { orderId, paymentId, ref: payment?.providerRef ?? '', amountMinor: 5000 }
    const settled = await settleTogether(t.db, { clock: t.clock, taken, publicUrl: testUrl })
    expect(settled.committed.order.status).toBe('placed')
    expect(await row(orderId)).toMatchObject({ status: 'placed', paymentStatus: 'paid' })
    const booked = sql`select kind, amount_minor as minor from payments.ledger_entry where order_id = ${orderId}`
    expect(await t.db.many(booked)).toEqual([{ kind: 'capture', minor: 5000 }])
  })
})

describe('money for the whole order that comes after it was placed', () => {
  test('makes it paid in the same moment', async () => {
    const delivery = { kind: 'pickup', locationId: shop.valencia } as const
    const { orderId } = await till({ delivery }, { tenders: [], restOnline: true })
    const order = await row(orderId)
    expect(order).toMatchObject({ status: 'placed', paymentStatus: 'unpaid' })
    const answer = await payRest(t.db, t.clock, { order, cardToken: 'tok_ok', publicUrl: testUrl })
    expect(answer.status).toBe('placed')
    expect((await row(orderId)).paymentStatus).toBe('paid')
  })
})

describe('an order is complete', () => {
  /** A paid order with work in these states. */
  async function withWork(...states: string[]): Promise<string> {
    const { orderId } = await web({ delivery: toAnna })
    const [work] = await fulfillmentOf(t.db, orderId)
    for (const [at, status] of states.entries()) {
      await t.db.run(sql`
        insert into fulfillment.fulfillment_order
        select (jsonb_populate_record(f, ${JSON.stringify({ id: `${work?.id}${at}`, status, pickup_code: null })}::jsonb)).*
          from fulfillment.fulfillment_order f where id = ${work?.id}`)
    }
    await t.db.run(sql`update fulfillment.fulfillment_order set status = 'canceled' where id = ${work?.id}`)
    return orderId
  }
  const complete = (orderId: string) => t.db.transaction((tx) => completeWhenDone(tx, t.clock, { orderId }))

  test.each([
    [['delivered'], true],
    [['handed_over', 'delivered', 'canceled'], true],
    [['handed_over', 'canceled'], true],
    [['delivered', 'shipped'], false],
    [['handed_over', 'picking'], false],
    [['canceled', 'canceled'], false],
    [['open'], false],
  ] as const)('when its goods are %j: %s', async (states, isComplete) => {
    const [orderId, beside] = [await withWork(...states), await withWork('delivered')]
    const versionOf = async () =>
      (await t.db.one<{ version: number }>(sql`select version from orders.customer_order where id = ${orderId}`))
        .version
    const version = await versionOf()
    expect(await complete(orderId)).toBe(isComplete)
    expect(await row(orderId)).toMatchObject(
      isComplete ? { status: 'completed', completedAt: t.clock.now() } : { status: 'placed', completedAt: null },
    )
    expect(await complete(orderId)).toBe(false)
    expect(await versionOf()).toBe(version + (isComplete ? 1 : 0))
    expect((await eventsOf(orderId)).filter((type) => type === 'orders.completed')).toHaveLength(isComplete ? 1 : 0)
    expect((await row(beside)).status).toBe('placed')
  })

  test('once its money is settled, however much of it went back', async () => {
    for (const [paid, isComplete] of [
      ['unpaid', false],
      ['part_paid', false],
      ['paid', true],
      ['part_refunded', true],
      ['refunded', true],
    ] as const) {
      const orderId = await withWork('delivered')
      await t.db.run(sql`update orders.customer_order set payment_status = ${paid} where id = ${orderId}`)
      expect([paid, await complete(orderId)]).toEqual([paid, isComplete])
    }
    const canceled = await withWork('delivered')
    await t.db.run(sql`update orders.customer_order set status = 'canceled' where id = ${canceled}`)
    expect(await complete(canceled)).toBe(false)
  })
})
