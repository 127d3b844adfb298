import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { erasePerson } from '#customers'
import { usePaymentProvider } from '#payments'
import type { Actor } from '#platform/actor'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { cancelOrder } from './cancel-order.ts'
import './forget.ts'
import { addNote, listNotes, removeNote } from './order-notes.ts'
import { findOrderRow } from './order-rows.ts'
import { salesToday } from './sales-today.ts'
import { sendConfirmationAgain } from './send-confirmation-again.ts'
import { aCart, anna, aShop, place, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
const staff = (memberId: string, role: 'owner' | 'manager' | 'counter' | 'service'): Actor & { kind: 'staff' } => ({
  kind: 'staff',
  memberId,
  name: `Persona ${memberId}`,
  role,
  allPlaces: true,
  locationIds: [],
  language: 'es',
})
const rosa = staff('mbr_rosa', 'service')
const teo = staff('mbr_teo', 'counter')
const vera = staff('mbr_vera', 'manager')

beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock, { units: 500 })
})
afterAll(async () => {
  await simulator?.stop()
  await t?.close()
})

/** A paid web order of one shirt that goes to the customer's home. */
async function placed(contact: Partial<typeof anna> = {}, { db, clock } = t, world = shop): Promise<string> {
  const lines = [{ variantId: world.shirt, units: 1 }]
  const cartId = await aCart(db, clock, { lines, contact: { ...anna, ...contact }, delivery: toAnna })
  const answer = await place(db, clock, cartId)
  if (answer.status !== 'placed') throw new Error(`the order is ${answer.status}`)
  return answer.orderId
}
const note = (orderId: string, text: string, actor: Actor) =>
  t.db.transaction((tx) => addNote(tx, t.clock, { orderId, text, actor }))
const again = (orderId: string) =>
  t.db.transaction((tx) => sendConfirmationAgain(tx, t.clock, { orderId, actor: rosa, publicUrl: testUrl }))
const mailsTo = (address: string) =>
  t.db.many<{ subject: string; text: string; status: string }>(sql`
    select subject, text_body as text, status from platform.mail_message where to_address = ${address} order by id`)

describe('notes on an order', () => {
  test('stand in order with who and when; only the author or whoever runs the house takes one away', async () => {
    const orderId = await placed()
    await note(orderId, 'Llama a las 12, no antes', rosa)
    t.clock.advance(5 * 60_000)
    await note(orderId, 'Viene su hermana', teo)
    const seen = await listNotes(t.db, { orderId, reader: teo })
    expect(seen.map(({ text, authorName, removable }) => [text, authorName, removable])).toEqual([
      ['Llama a las 12, no antes', 'Persona mbr_rosa', false],
      ['Viene su hermana', 'Persona mbr_teo', true],
    ])
    const [first] = seen
    const remove = (actor: Actor) =>
      t.db.transaction((tx) => removeNote(tx, t.clock, { orderId, noteId: first?.id ?? '', actor }))
    await expect(remove(teo)).rejects.toMatchObject({ code: 'orders.note_not_yours' })
    await remove(vera)
    await expect(remove(vera)).rejects.toMatchObject({ code: 'orders.note_not_found' })
    expect((await listNotes(t.db, { orderId, reader: rosa })).map(({ text }) => text)).toEqual(['Viene su hermana'])
  })

  test('the audit says that a note was written, never what it says', async () => {
    const orderId = await placed()
    await note(orderId, 'Su madre está ingresada', rosa)
    const rows = await t.db.many<{ action: string; all: string }>(sql`
      select action, to_jsonb(a)::text as all from staff.audit_entry a where subject_id = ${orderId} and action like 'orders.note%'`)
    expect(rows.map(({ action }) => action)).toEqual(['orders.note.added'])
    expect(rows[0]?.all).not.toContain('ingresada')
  })

  test('go when the customer is forgotten', async () => {
    const orderId = await placed({ email: 'olvido@correo.es', name: 'Olvido Ruiz' })
    await note(orderId, 'Olvido tiene alergia a la lana', rosa)
    const order = await findOrderRow(t.db, orderId)
    await t.db.transaction((tx) => erasePerson(tx, t.clock, vera, order?.personId ?? '', 'asked for it'))
    expect(await listNotes(t.db, { orderId, reader: vera })).toEqual([])
  })
})

describe('the confirmation once more', () => {
  test('is the very mail of then, and stands in the story with who sent it', async () => {
    const orderId = await placed({ email: 'otra.vez@correo.es' })
    await again(orderId)
    const [first, second, ...more] = await mailsTo('otra.vez@correo.es')
    expect(more).toEqual([])
    expect([second?.subject, second?.text, second?.status]).toEqual([first?.subject, first?.text, 'queued'])
    const story = await listNotes(t.db, { orderId, reader: vera })
    expect(story).toMatchObject([
      { kind: 'confirmation_sent', text: 'otra.vez@correo.es', authorName: 'Persona mbr_rosa', removable: false },
    ])
  })

  test('is made anew where the mail of then is gone: lines, total, promise and link', async () => {
    const orderId = await placed({ email: 'sin.copia@correo.es' })
    await t.db.run(sql`delete from platform.mail_message where to_address = 'sin.copia@correo.es'`)
    await again(orderId)
    const order = await findOrderRow(t.db, orderId)
    const [mail] = await mailsTo('sin.copia@correo.es')
    expect(mail?.subject).toBe(`Tu pedido ${order?.number}`)
    expect(mail?.text).toContain(order?.lines[0]?.sku)
    expect(mail?.text).toContain(`${testUrl}/orders/${order?.token}`)
    expect(mail?.text).toMatch(/Qué pasa ahora: (?!–)./)
  })

  test('is refused for a canceled order and for one without an address, and nothing is sent', async () => {
    const canceled = await placed({ email: 'cancelado@correo.es' })
    await t.db.transaction((tx) =>
      cancelOrder(tx, t.clock, { orderId: canceled, reason: 'No lo quiere', actorId: 'mbr_rosa', publicUrl: testUrl }),
    )
    const before = (await mailsTo('cancelado@correo.es')).length
    await expect(again(canceled)).rejects.toMatchObject({ code: 'orders.nothing_to_confirm' })
    expect(await mailsTo('cancelado@correo.es')).toHaveLength(before)
    const silent = await placed()
    await t.db.run(sql`update orders.customer_order set contact = contact || '{"email":""}' where id = ${silent}`)
    await expect(again(silent)).rejects.toMatchObject({ code: 'orders.no_address' })
    expect(await listNotes(t.db, { orderId: silent, reader: vera })).toEqual([])
  })
})

describe('sales of the day', () => {
  test('count from midnight in the shop’s own zone, beside the same weekday a week ago up to the same hour', async () => {
    const own = await testDatabase()
    const world = await aShop(own.db, own.clock, { units: 100 })
    const moved = (orderId: string, at: string) =>
      own.db.run(sql`update orders.customer_order set placed_at = ${at}::timestamptz where id = ${orderId}`)
    // The clock stands at 10:00 in Madrid on Friday 20 November.
    const [lastNight, earlier, today, weekAgoThen, weekAgoLater, canceled] = await Promise.all(
      Array.from({ length: 6 }, () => placed({}, own, world)),
    )
    await moved(lastNight ?? '', '2026-11-19T22:59:00Z')
    await moved(earlier ?? '', '2026-11-19T23:01:00Z')
    await moved(today ?? '', '2026-11-20T08:00:00Z')
    await moved(weekAgoThen ?? '', '2026-11-13T08:59:00Z')
    await moved(weekAgoLater ?? '', '2026-11-13T09:30:00Z')
    await own.db.transaction((tx) =>
      cancelOrder(tx, own.clock, { orderId: canceled ?? '', reason: 'No', actorId: 'mbr_rosa', publicUrl: testUrl }),
    )
    const each = (await findOrderRow(own.db, today ?? ''))?.totalMinor ?? 0
    expect(await salesToday(own.db, own.clock)).toEqual({
      on: '2026-11-20',
      timeZone: 'Europe/Madrid',
      sums: [
        {
          currency: 'EUR',
          orders: 2,
          units: 2,
          totalMinor: 2 * each,
          weekAgo: { orders: 1, totalMinor: each },
          channels: [{ channelId: 'web', orders: 2, totalMinor: 2 * each }],
        },
      ],
      returns: [],
    })
    await own.close()
  })
})
