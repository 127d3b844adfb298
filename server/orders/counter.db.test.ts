import type { Cart, Order, PlaceAnswer, Receipt, ReturnReceipt } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { erasePerson, personOfIdentity, readThread, resolvePerson, threadSubscriber } from '#customers'
import { registerOrdersRoutes } from '#orders'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { createMember } from '#staff'
import { someStock } from '../inventory/testing.ts'
import { claimCart } from './counter-carts.ts'
import { aCart, anArticle, aShop, testUrl, type World } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let shop: World
let eva: Extract<Actor, { kind: 'staff' }>
let actor: Actor

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 50 })
  const place = { allPlaces: false, locationIds: [shop.valencia] }
  const { member } = await t.db.transaction((tx) =>
    createMember(
      tx,
      t.clock,
      { kind: 'system', name: 'test' },
      { name: 'Eva Sanz', email: 'eva@linoysal.example', role: 'counter', ...place },
    ),
  )
  eva = { kind: 'staff', memberId: member.id, name: 'Eva Sanz', role: 'counter', language: 'es', ...place }
  actor = eva
  app = await createBase({ logLevel: 'silent', trustProxy: false, publicUrl: testUrl, ratePerMinute: 10_000 })
  app.addHook('onRequest', async (request) => {
    request.actor = actor
    authorize(actor, request.routeOptions.config.action ?? '')
  })
  const context = { db: t.db, clock: t.clock, authorize }
  registerOrdersRoutes(app, context, {
    publicUrl: testUrl,
    secret: 'a secret of the tests, 32 letters or more',
  } as Parameters<typeof registerOrdersRoutes>[2])
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

async function call<T>(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, key?: string) {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const answer = await app.inject({ method, url, payload, headers })
  return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T }
}

type Mail = { to: string; subject: string; text: string; html: string; language: string }
const mailsTo = (to: string) =>
  t.db.many<Mail>(sql`
    select to_address as "to", subject, text_body as text, html_body as html, language
      from platform.mail_message where to_address = ${to} order by created_at, id`)
const openCart = async (units = 2, variantId = shop.shirt) =>
  (
    await call<Cart>('POST', '/api/pos/carts', {
      locationId: shop.valencia,
      lines: [{ variantId, units }],
    })
  ).body
async function sell(units = 2, variantId = shop.shirt): Promise<Order> {
  const { id, totalMinor } = await openCart(units, variantId)
  const { body } = await call<PlaceAnswer>('POST', `/api/pos/carts/${id}/place`, {
    expectedTotalMinor: totalMinor,
    tenders: [{ method: 'cash', amountMinor: totalMinor, tenderedMinor: 10_000 }],
  })
  if (body.status !== 'placed') throw new Error(`the sale is ${body.status}`)
  return body.order
}
const receiptTo = (order: Order, email: string, key: string, more: object = {}) =>
  call<{ mailedTo: string }>(
    'POST',
    `/api/pos/orders/${order.id}/receipt/mail`,
    { locationId: shop.valencia, email, ...more },
    key,
  )

describe('a receipt by mail', () => {
  test('says to the cent what was bought, paid and given back, who sold it and in which shop', async () => {
    const order = await sell()
    expect(await receiptTo(order, 'rosa@correo.example', 'mail-1')).toEqual({
      status: 200,
      body: { mailedTo: 'rosa@correo.example' },
    })
    const [mail, ...more] = await mailsTo('rosa@correo.example')
    expect(more).toEqual([])
    expect(mail).toMatchObject({ language: 'es', subject: `Tu recibo ${order.receiptNumber} · Valencia` })
    const said = mail?.text.replaceAll('\u00a0', ' ') ?? ''
    for (const line of [
      'Te atendió Eva',
      'Total: 50,00 €',
      'IVA 21 % de 41,32 €: 8,68 €',
      'Efectivo: 100,00 €',
      'Cambio: 50,00 €',
    ])
      expect(said).toContain(line)
    expect(said).toContain(`${testUrl}/orders/${order.token}`)
    expect(mail?.html).toContain('<html lang="es">')
  })

  test('one request is one mail however often it is repeated; asking anew sends it again, in the language asked for', async () => {
    const order = await sell()
    await receiptTo(order, 'dos@correo.example', 'mail-2')
    await receiptTo(order, 'dos@correo.example', 'mail-2')
    expect(await mailsTo('dos@correo.example')).toHaveLength(1)
    t.clock.advance(400 * 86_400_000)
    await receiptTo(order, 'dos@correo.example', 'mail-3', { language: 'en' })
    const [, again] = await mailsTo('dos@correo.example')
    expect(again).toMatchObject({ language: 'en', subject: `Your receipt ${order.receiptNumber} · Valencia` })
    expect(again?.text).toContain('You were served by Eva')
  })

  test('an order that came by the web has no counter receipt, and another shop’s till cannot send in this shop’s name', async () => {
    const order = await sell()
    const foreign = await receiptTo(order, 'no@correo.example', 'mail-4', { locationId: shop.madrid })
    expect(foreign).toMatchObject({ status: 403, body: { locationId: shop.madrid } })
    const unknown = await call('POST', '/api/pos/orders/ord_none/receipt/mail', {
      locationId: shop.valencia,
      email: 'no@correo.example',
    })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'orders.not_found' } })
    expect((await receiptTo(order, 'nothing-at-all', 'mail-5')).status).toBe(422)
    expect(await mailsTo('no@correo.example')).toEqual([])
  })

  test('what a customer types into an article or a name is text in the mail, never markup', async () => {
    await t.db.run(sql`
      update catalog.product set title = '{"es":"<img src=x onerror=alert(1)> camisa","en":"shirt"}'::jsonb
       where id = (select product_id from catalog.variant where id = ${shop.mug})`)
    const { body: cart } = await call<Cart>('POST', '/api/pos/carts', {
      locationId: shop.valencia,
      lines: [{ variantId: shop.mug, units: 1 }],
    })
    const { body } = await call<PlaceAnswer>('POST', `/api/pos/carts/${cart.id}/place`, {
      expectedTotalMinor: cart.totalMinor,
      tenders: [{ method: 'card_present', amountMinor: cart.totalMinor, reference: '0042' }],
    })
    if (body.status !== 'placed') throw new Error(`the sale is ${body.status}`)
    await receiptTo(body.order, 'markup@correo.example', 'mail-6')
    const [mail] = await mailsTo('markup@correo.example')
    expect(mail?.html).not.toContain('<img')
    expect(mail?.text).toContain('Tarjeta 0042')
  })

  test('tells the piece by its size and colour in the reader’s words, on sale and return; the code comes after', async () => {
    const variantId = await anArticle(t.db, t.clock)
    await t.db.run(sql`
      update catalog.product
         set options = '[{"key":"size","name":{"es":"Talla","en":"Size"},"values":[{"value":"m","label":{"es":"M","en":"M"}}]},
           {"key":"color","name":{"es":"Color","en":"Colour"},"values":[{"value":"anil","label":{"es":"Añil","en":"Indigo"}}]}]'::jsonb
       where id = (select product_id from catalog.variant where id = ${variantId})`)
    await t.db.run(sql`update catalog.variant set option_values = '{m,anil}' where id = ${variantId}`)
    await someStock(t.db, t.clock, { variantId, locationId: shop.valencia, units: 5 })
    const order = await sell(1, variantId)
    const line = order.lines[0]
    const { body } = await call<Receipt>('GET', `/api/pos/orders/${order.id}/receipt`)
    expect(body.lines[0]?.optionLabels.map(({ en }) => en)).toEqual(['M', 'Indigo'])
    await receiptTo(order, 'color@correo.example', 'mail-color')
    await receiptTo(order, 'color@correo.example', 'mail-colour', { language: 'en' })
    const [es, en] = (await mailsTo('color@correo.example')).map(({ text }) => text.replaceAll('\u00a0', ' '))
    expect(es).toContain(`1 × ${line?.title.es}: 25,00 €\n  M · Añil\n  ${line?.sku}\n`)
    expect(en).toContain(`1 × ${line?.title.en}: €25.00\n  M · Indigo\n  ${line?.sku}\n`)

    const { body: after } = await call<Order>('POST', `/api/pos/orders/${order.id}/returns`, {
      locationId: shop.valencia,
      reason: 'Talla',
      refundMethod: 'cash',
      lines: [{ orderLineId: line?.id, units: 1 }],
    })
    const back = await call<ReturnReceipt>('GET', `/api/pos/orders/${order.id}/returns/${after.returns[0]?.id}/receipt`)
    expect(back.body.lines[0]?.optionLabels.map(({ es: said }) => said)).toEqual(['M', 'Añil'])
  })

  test('a return has its own, in the name of the shop that took it back', async () => {
    const order = await sell()
    const { body: after } = await call<Order>('POST', `/api/pos/orders/${order.id}/returns`, {
      locationId: shop.valencia,
      reason: 'Talla',
      refundMethod: 'cash',
      lines: [{ orderLineId: order.lines[0]?.id, units: 1 }],
    })
    const back = after.returns[0]
    const url = `/api/pos/orders/${order.id}/returns/${back?.id}/receipt`
    expect((await call<Receipt>('GET', url)).body.staffName).toBe('Eva')
    await call('POST', `${url}/mail`, { locationId: shop.valencia, email: 'vuelve@correo.example' })
    const mail = (await mailsTo('vuelve@correo.example')).at(-1)
    expect(mail?.subject).toBe(`Tu devolución ${back?.number} · Valencia`)
    expect(mail?.text.replaceAll('\u00a0', ' ')).toContain('Devuelto en efectivo: 25,00 €')
  })
})

describe('who sells', () => {
  const receiptOf = async (order: Order) =>
    (await call<Receipt>('GET', `/api/pos/orders/${order.id}/receipt`)).body.issuer
  const say = async (issuer: object) => {
    actor = {
      kind: 'staff',
      memberId: eva.memberId,
      name: 'Ana',
      role: 'owner',
      language: 'es',
      allPlaces: true,
      locationIds: [],
    }
    const answer = await call<{ code?: string }>('PUT', '/api/admin/issuer', issuer)
    actor = eva
    return answer
  }

  test('is named on receipts by register name and NIF from then on; a receipt of before keeps whom it named', async () => {
    const first = { name: 'Lino y Sal Comercio, S.L.', taxId: 'B00123455' }
    expect(await say({ ...first, taxId: 'b-00123455' })).toEqual({ status: 200, body: first })
    const before = await sell()
    await receiptTo(before, 'fiscal@correo.example', 'mail-issuer')
    expect((await mailsTo('fiscal@correo.example')).at(-1)?.text).toContain('Lino y Sal Comercio, S.L. · NIF B00123455')
    t.clock.advance(1000)
    const second = { name: 'Lino y Sal Iberia, S.A.', taxId: 'A58818501' }
    await say(second)
    expect(await receiptOf(before)).toEqual(first)
    expect(await receiptOf(await sell())).toEqual(second)
    expect((await call('GET', '/api/store/issuer')).body).toEqual(second)
  })

  test('is said by the owner alone, and a mistyped NIF is refused', async () => {
    const asCounter = await call<{ code: string }>('PUT', '/api/admin/issuer', {
      name: 'Otra, S.L.',
      taxId: 'B00123455',
    })
    expect([asCounter.status, asCounter.body.code]).toEqual([403, 'platform.forbidden'])
    const mistyped = await say({ name: 'Otra, S.L.', taxId: 'B00123456' })
    expect([mistyped.status, mistyped.body.code]).toEqual([422, 'orders.tax_id_invalid'])
    expect((await call<{ name: string }>('GET', '/api/store/issuer')).body.name).toBe('Lino y Sal Iberia, S.A.')
  })
})

describe('whose basket it is', () => {
  const visitsOf = async (personId: string) => {
    await t.drain([threadSubscriber])
    const { items } = await readThread(t.db, personId, { limit: 50, kind: 'visit' })
    return items.map(({ data, channel }) => ({ channel, locationId: data['locationId'] }))
  }
  const put = (cartId: string, customer: object) => call<Cart>('PUT', `/api/pos/carts/${cartId}/customer`, customer)
  const somebody = async (email: string, name = 'Marta Ferrer') => {
    const identities = [{ kind: 'email' as const, value: email, proof: 'code' as const }]
    return (await t.db.transaction((tx) => resolvePerson(tx, t.clock, { identities, name, source: 'test' }))).personId
  }

  test('S28: a person identified at the till has visited that shop, once a day, without buying anything', async () => {
    const personId = await somebody('marta@correo.example')
    const first = await openCart()
    const { body } = await put(first.id, { personId })
    expect(body.contact).toEqual({ name: 'Marta Ferrer', email: 'marta@correo.example', phone: '' })
    await put((await openCart()).id, { personId })
    expect(await visitsOf(personId)).toEqual([{ channel: 'pos', locationId: shop.valencia }])
    t.clock.advance(86_400_000)
    await put(first.id, { personId })
    expect(await visitsOf(personId)).toHaveLength(2)
  })

  test('two tills that identify the same person at the same moment note one visit', async () => {
    const personId = await somebody('a-la-vez@correo.example')
    const carts = await Promise.all([openCart(), openCart(), openCart()])
    const answers = await Promise.all(carts.map(({ id }) => put(id, { personId })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await visitsOf(personId)).toHaveLength(1)
  })

  test('a new telephone makes a customer at once, and the order is theirs; the same number again is the same person', async () => {
    const cart = await openCart()
    await put(cart.id, { contact: { name: 'Nuria Gil', phone: '612 000 111' } })
    const personId = await personOfIdentity(t.db, 'phone', '+34612000111')
    expect(await visitsOf(personId ?? '')).toHaveLength(1)
    const { body } = await call<PlaceAnswer>('POST', `/api/pos/carts/${cart.id}/place`, {
      expectedTotalMinor: cart.totalMinor,
      tenders: [{ method: 'cash', amountMinor: cart.totalMinor }],
    })
    expect(body).toMatchObject({ status: 'placed', order: { personId, contact: { phone: '+34612000111' } } })
    const again = await openCart()
    await put(again.id, { contact: { name: 'N. Gil', phone: '+34 612 000 111' } })
    expect(await t.db.one(sql`select person_id as "personId" from orders.cart where id = ${again.id}`)).toEqual({
      personId,
    })
  })

  test('a name alone stays on the basket, nobody empties it, and who was forgotten has no visits', async () => {
    const cart = await openCart()
    const personOf = () =>
      t.db.one<{ id: string | null }>(sql`select person_id as id from orders.cart where id = ${cart.id}`)
    expect((await put(cart.id, { contact: { name: 'La señora del abrigo' } })).body.contact.name).toBe(
      'La señora del abrigo',
    )
    expect(await personOf()).toEqual({ id: null })
    const personId = await somebody('olvido@correo.example')
    await t.db.transaction((tx) => erasePerson(tx, t.clock, { kind: 'system', name: 'test' }, personId, 'asked'))
    expect((await put(cart.id, { personId })).status).toBe(404)
    expect((await put(cart.id, { nobody: true })).body.contact).toEqual({ name: '', email: '', phone: '' })
    expect(await visitsOf(personId)).toEqual([])
  })

  test('a basket of another shop is not mine to name', async () => {
    const cart = await openCart()
    actor = { ...eva, locationIds: [shop.madrid] }
    const refused = await put(cart.id, { nobody: true })
    actor = eva
    expect(refused.status).toBe(403)
  })

  test('S28: whoever’s web basket is opened at a till stands in that shop', async () => {
    const personId = await somebody('cesta@correo.example')
    const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 1 }], personId })
    await t.db.transaction((tx) => claimCart(tx, t.clock, { cartId, locationId: shop.valencia, staffId: eva.memberId }))
    expect(await visitsOf(personId)).toHaveLength(1)
  })
})

test('a basket that is looked at while it is being filled: every look and every scan is answered, and each unit counts once', async () => {
  const cart = await openCart(1)
  const scan = () => call<Cart>('POST', `/api/pos/carts/${cart.id}/lines`, { variantId: shop.shirt, units: 1 })
  const look = () => call<Cart>('GET', `/api/pos/carts/${cart.id}`)
  const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? scan() : look())))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await look()).body.units).toBe(13)
})
