import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { levelOf, someStock } from '../inventory/testing.ts'
import { createFulfillment } from './create.ts'
import { aWorkshop, owner, type Workshop } from './testing.ts'
import { fulfillmentOf } from './views.ts'

let t: TestDatabase
let w: Workshop
beforeAll(async () => {
  t = await testDatabase()
  w = await aWorkshop(t)
})
afterAll(async () => {
  await w?.app.close()
  await t?.close()
})

async function picked(units = 2) {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.one, units })
  const order = await w.anOrder(variantId, { units })
  const code = `SKU-${w.made}`
  for (let unit = 0; unit < units; unit++) expect((await w.work(order.id, 'pick', { code })).status).toBe(200)
  return { ...order, variantId, code }
}

describe('S26 a slip is put right without a developer', () => {
  test('a unit that was picked by mistake goes back to its shelf by one scan, and the record says who did it', async () => {
    const { id, code, variantId } = await picked()
    const before = await levelOf(t.db, variantId, w.one)
    const back = await w.work(id, 'unpick', { code })
    expect(back.body).toMatchObject({ status: 'picking', lines: [{ pickedUnits: 1 }] })
    expect((await w.work(id, 'set-aside', { bin: 'A' })).body).toMatchObject({ code: 'fulfillment.not_all_picked' })
    expect(await levelOf(t.db, variantId, w.one)).toEqual(before)
    expect(
      await t.db.many(sql`select actor_id as who, action, data from staff.audit_entry where subject_id = ${id}`),
    ).toMatchObject([{ who: owner.memberId, action: 'fulfillment.unpicked', data: { units: 1 } }])
    await w.work(id, 'pick', { code })
    expect((await w.work(id, 'set-aside', { bin: 'A' })).body).toMatchObject({ status: 'ready' })
  })

  test('a miscount is put right by hand; no more goes back than was picked', async () => {
    const { id, orderId } = await picked(3)
    const orderLineId = (await w.viewOf(orderId))[0]?.lines[0]?.orderLineId ?? ''
    expect((await w.work(id, 'unpick', { orderLineId, units: 4 })).body).toMatchObject({
      code: 'fulfillment.not_picked',
      available: 3,
    })
    expect((await w.work(id, 'unpick', { orderLineId, units: 2 })).body).toMatchObject({ lines: [{ pickedUnits: 1 }] })
  })

  test('what was told to be ready is not taken apart in silence, and another shop may not do it', async () => {
    const { id, code } = await picked(1)
    w.actor = { ...owner, role: 'counter', allPlaces: false, locationIds: [w.two] }
    expect((await w.work(id, 'unpick', { code })).status).toBe(403)
    w.actor = owner
    await w.work(id, 'set-aside', { bin: 'A' })
    expect((await w.work(id, 'unpick', { code })).body).toMatchObject({ code: 'fulfillment.state' })
  })
})

async function aParcel(): Promise<{ id: string; variantId: string }> {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
  const pickup = await w.anOrder(variantId)
  const [work] = await fulfillmentOf(t.db, pickup.orderId)
  const line = work?.lines[0]?.orderLineId ?? ''
  // The same goods as a parcel of the same order.
  await t.db.run(sql`delete from fulfillment.promise where order_id = ${pickup.orderId}`)
  await t.db.run(sql`delete from fulfillment.fulfillment_line where fulfillment_order_id = ${pickup.id}`)
  await t.db.run(sql`delete from fulfillment.fulfillment_order where id = ${pickup.id}`)
  const [id = ''] = await t.db.transaction((tx) =>
    createFulfillment(tx, t.clock, {
      order: {
        id: pickup.orderId,
        number: `H-${w.made}`,
        personId: null,
        contact: { name: 'Ana Gil', email: 'ana@correo.es' },
        language: 'es',
      },
      plan: {
        feasible: true,
        groups: [
          {
            kind: 'delivery',
            locationId: w.one,
            dueAt: '2026-11-24T18:00:00Z',
            lines: [{ lineId: line, variantId, units: 1, fromLocationId: w.one }],
            transferFrom: null,
          },
        ],
        reason: { es: '', en: '' },
        alternatives: [],
        shortages: [],
      },
      lines: {},
      address: {
        name: 'Ana Gil',
        line1: 'Calle Mayor, 3',
        line2: '',
        postalCode: '46001',
        city: 'Valencia',
        province: 'Valencia',
        country: 'ES',
        phone: '',
      },
    }),
  )
  return { id, variantId }
}

describe('a parcel', () => {
  test('once the carrier has it, the customer is told once what is in it, where it goes and how to follow it', async () => {
    const { id } = await aParcel()
    await w.work(id, 'pick', { code: `SKU-${w.made}` })
    await w.work(id, 'pack')
    expect(await w.mails(`shipped:${id}`)).toEqual([])
    const tracking = { carrier: 'Correos', number: 'PK123', url: 'https://correos.example/PK123?a=1&b=2' }
    expect((await w.work(id, 'ship', { tracking })).body).toMatchObject({ status: 'shipped', tracking })
    const [mail, ...more] = await w.mails(`shipped:${id}`)
    expect(more).toEqual([])
    expect(mail?.subject).toBe(`Tu pedido H-${w.made} va de camino`)
    for (const part of [`1 × Camisa ${w.made}`, 'Calle Mayor, 3, 46001 Valencia', 'Correos: PK123', tracking.url])
      expect(mail?.text).toContain(part)
    expect(mail?.html).toContain('href="https://correos.example/PK123?a=1&#38;b=2"')
  })

  test('a packed parcel is opened again when a wrong unit is in it', async () => {
    const { id } = await aParcel()
    const code = `SKU-${w.made}`
    await w.work(id, 'pick', { code })
    await w.work(id, 'pack')
    expect((await w.work(id, 'unpick', { code })).body).toMatchObject({
      status: 'picking',
      lines: [{ pickedUnits: 0 }],
    })
    expect((await w.work(id, 'ship')).body).toMatchObject({ code: 'fulfillment.state' })
  })
})
