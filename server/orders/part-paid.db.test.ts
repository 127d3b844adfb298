import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fulfillmentOf } from '#fulfillment'
import { usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { handOver, pack, pick, setAside, ship } from '../fulfillment/work.ts'
import { verify } from '../verify/index.ts'
import { cancelOrder } from './cancel-order.ts'
import { listOrders } from './order-list.ts'
import { findOrderRow } from './order-rows.ts'
import { payRest, takePayment } from './pay-order.ts'
import { remindDue } from './remind-due.ts'
import { aCart, anna, aShop, place, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const actorId = 'mbr_1'
beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 50 })
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

/** Two shirts (50 €) sold at a till in Valencia, 20 € in cash and the rest to be paid. */
async function partPaid(delivery: Parameters<typeof aCart>[2]['delivery']) {
  const cartId = await aCart(t.db, t.clock, {
    channelId: 'pos',
    locationId: shop.valencia,
    staffId: actorId,
    contact: anna,
    lines: [{ variantId: shop.shirt, units: 2 }],
    delivery,
  })
  const { orderId } = await place(t.db, t.clock, cartId, {
    online: undefined,
    restOnline: true,
    tenders: [{ method: 'cash', amountMinor: 2000, tenderedMinor: 2000 }],
    actorId,
  })
  const [work] = await fulfillmentOf(t.db, orderId)
  const order = await findOrderRow(t.db, orderId)
  if (!work || !order) throw new Error('no work')
  return { orderId, order, id: work.id, code: work.pickupCode ?? '', orderLineId: order.lines[0]?.id ?? '' }
}
type Part = Awaited<ReturnType<typeof partPaid>>

const pickAll = ({ id, orderLineId }: Part) =>
  t.db.transaction(async (tx) => {
    const [work] = await fulfillmentOf(tx, (await orderIdOf(id)) ?? '')
    const units = work?.lines.find((line) => line.orderLineId === orderLineId)?.units ?? 0
    await pick(tx, t.clock, { id, what: { orderLineId, units } })
  })
const orderIdOf = async (id: string) =>
  (await t.db.maybeOne<{ id: string }>(sql`select order_id as id from fulfillment.fulfillment_order where id = ${id}`))
    ?.id
const handing = ({ code }: Part) =>
  t.db.transaction((tx) => handOver(tx, t.clock, { locationId: shop.valencia, code, handedOverTo: '', actorId }))
const clean = async () => (await verify(t.db, { clock: t.clock })).checks.filter(({ count }) => count > 0)

describe('what is not paid for does not leave', () => {
  test('a pickup is refused with the amount that is due, and goes once the rest is taken at the counter', async () => {
    const part = await partPaid({ kind: 'pickup', locationId: shop.valencia })
    await pickAll(part)
    await t.db.transaction((tx) => setAside(tx, t.clock, { id: part.id, bin: 'A1', actorId }))
    const refused = handing(part)
    await expect(refused).rejects.toMatchObject({
      code: 'fulfillment.payment_due',
      data: { dueMinor: 3000, currency: 'EUR' },
    })
    await expect(refused).rejects.toThrow(/30\.00/)
    expect(await clean()).toEqual([])
    const tenders = [{ method: 'card_present' as const, amountMinor: 3000, reference: 'T-1' }]
    await t.db.transaction((tx) =>
      takePayment(tx, t.clock, {
        orderId: part.orderId,
        tenders,
        locationId: shop.valencia,
        actorId,
        publicUrl: testUrl,
      }),
    )
    await handing(part)
    expect((await fulfillmentOf(t.db, part.orderId))[0]).toMatchObject({ status: 'handed_over', dueMinor: 0 })
    expect(await clean()).toEqual([])
  })

  test('a parcel waits for the rest, which its buyer pays online', async () => {
    const part = await partPaid(toAnna)
    await pickAll(part)
    const parcel = { id: part.id, actorId }
    await t.db.transaction((tx) => pack(tx, t.clock, parcel))
    await expect(t.db.transaction((tx) => ship(tx, t.clock, parcel))).rejects.toMatchObject({
      code: 'fulfillment.payment_due',
      data: { dueMinor: 3495 },
    })
    await payRest(t.db, t.clock, { order: part.order, cardToken: 'tok_ok', publicUrl: testUrl })
    await t.db.transaction((tx) => ship(tx, t.clock, parcel))
    expect((await fulfillmentOf(t.db, part.orderId))[0]?.status).toBe('shipped')
  })

  test('canceling a unit lowers what is due in the same moment', async () => {
    const part = await partPaid({ kind: 'pickup', locationId: shop.valencia })
    await t.db.transaction((tx) =>
      cancelOrder(tx, t.clock, {
        orderId: part.orderId,
        reason: 'Solo una',
        lines: [{ orderLineId: part.orderLineId, units: 1 }],
        actorId,
        publicUrl: testUrl,
      }),
    )
    await pickAll(part)
    await t.db.transaction((tx) => setAside(tx, t.clock, { id: part.id, bin: 'A1', actorId }))
    await expect(handing(part)).rejects.toMatchObject({ data: { dueMinor: 500 } })
  })
})

test('a payment whose answer was lost with its server is answered again, not refused and not made twice', async () => {
  const { order, orderId } = await partPaid({ kind: 'pickup', locationId: shop.valencia })
  const first = await payRest(t.db, t.clock, { order, cardToken: 'tok_ok', publicUrl: testUrl })
  const again = { order: (await findOrderRow(t.db, orderId)) ?? order, cardToken: 'tok_ok', publicUrl: testUrl }
  expect(await payRest(t.db, t.clock, { ...again, resumes: true })).toEqual(first)
  await expect(payRest(t.db, t.clock, again)).rejects.toMatchObject({ code: 'payments.nothing_due' })
  const { charges } = await t.db.one<{ charges: number }>(sql`
    select count(*)::int as charges from payments.payment where order_id = ${orderId} and method = 'card_online'`)
  expect(charges).toBe(1)
})

test('after a day the buyer is reminded once, with the link to pay; the order stays and is listed', async () => {
  const part = await partPaid({ kind: 'pickup', locationId: shop.valencia })
  const paid = await partPaid({ kind: 'pickup', locationId: shop.valencia })
  await payRest(t.db, t.clock, { order: paid.order, cardToken: 'tok_ok', publicUrl: testUrl })
  const mails = () =>
    t.db.many<{ text: string; language: string }>(sql`
      select text_body as text, language from platform.mail_message where dedupe_key like ${`order_due:${part.orderId}`}`)
  await remindDue(t.db, t.clock, { publicUrl: testUrl })
  expect(await mails()).toEqual([])
  t.clock.advance(25 * 3_600_000)
  expect(await remindDue(t.db, t.clock, { publicUrl: testUrl })).toBeGreaterThan(0)
  expect(await remindDue(t.db, t.clock, { publicUrl: testUrl })).toBe(0)
  const [mail, ...more] = await mails()
  expect(more).toEqual([])
  expect(mail?.text).toMatch(/30,00\s€/)
  expect(mail?.text).toContain(`${testUrl}/orders/${part.order.token}`)
  expect((await findOrderRow(t.db, part.orderId))?.status).toBe('placed')
  const { items } = await listOrders(t.db, { filter: { due: true }, limit: 50 })
  expect(items.map(({ id }) => id)).toContain(part.orderId)
  expect(items.map(({ id }) => id)).not.toContain(paid.orderId)
})
