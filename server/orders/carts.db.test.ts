import { brotliDecompressSync } from 'node:zlib'
import type { Cart } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerOrdersRoutes } from '#orders'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { raiseVersion } from '#pricing'
import { mergeCarts } from './cart-lines.ts'
import { findCart } from './cart-rows.ts'
import { viewCart } from './cart-view.ts'
import { aCart, anArticle, anna, aPromotion, aShop, testSecret, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let shop: World

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 5000 })
  app = await createBase({ logLevel: 'silent', trustProxy: false, publicUrl: testUrl, ratePerMinute: 100_000 })
  app.addHook('onRequest', async (request) => {
    const actor: Actor = { kind: 'public' }
    request.actor = actor
    request.cartToken = request.headers['x-cart-token'] as string | undefined
    authorize(actor, request.routeOptions.config.action ?? '')
  })
  const config = { publicUrl: testUrl, secret: testSecret } as Parameters<typeof registerOrdersRoutes>[2]
  registerOrdersRoutes(app, { db: t.db, clock: t.clock, authorize }, config)
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
async function call(method: Method, url: string, payload?: object, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method, url, payload, headers })
  return { status: answer.statusCode, body: answer.json() as Cart & { code: string; requested: number } }
}

async function opened(lines: object[] = []): Promise<Record<string, string>> {
  const { body } = await call('POST', '/api/store/carts', { lines })
  return { 'x-cart-token': body.token ?? '' }
}

const add = (token: Record<string, string>, line: object) => call('POST', '/api/store/carts/current/lines', line, token)
const look = async (token: Record<string, string>) =>
  (await call('GET', '/api/store/carts/current', undefined, token)).body
const unitsOf = (cart: Cart) => Object.fromEntries(cart.lines.map(({ variantId, units }) => [variantId, units]))

describe('a basket that several tabs fill at once', () => {
  test('counts every unit once and each article on one line, and every answer is a state it was in', async () => {
    const token = await opened()
    const others = await Promise.all(Array.from({ length: 6 }, () => anArticle(t.db, t.clock)))
    const wishes = [...Array.from({ length: 12 }, () => shop.shirt), ...others, ...others]
    const answers = await Promise.all(wishes.map((variantId) => add(token, { variantId, units: 1 })))
    expect(answers.map(({ status }) => status)).toEqual(wishes.map(() => 200))
    const cart = await look(token)
    expect(unitsOf(cart)).toEqual({ [shop.shirt]: 12, ...Object.fromEntries(others.map((id) => [id, 2])) })
    expect(cart.version).toBe(1 + wishes.length)
    expect(answers.map(({ body }) => body.units).sort((a, b) => a - b)).toEqual(wishes.map((_, at) => at + 1))
    const positions = await t.db.many<{ position: number }>(
      sql`select position from orders.cart_line where cart_id = ${cart.id} order by position`,
    )
    expect(positions.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('a line set, a coupon entered, a contact given and a unit added at the same moment all stay', async () => {
    await aPromotion(t.db, t.clock, { couponCode: 'TABS', kind: 'amount', valueMinor: 1, variantIds: [shop.mug] })
    const token = await opened([{ variantId: shop.shirt }, { variantId: shop.mug }])
    const lineId = (await look(token)).lines.find(({ variantId }) => variantId === shop.mug)?.id
    const answers = await Promise.all([
      call('PUT', `/api/store/carts/current/lines/${lineId}`, { units: 7 }, token),
      call('POST', '/api/store/carts/current/coupons', { code: 'tabs' }, token),
      call('PATCH', '/api/store/carts/current', { contact: anna, delivery: toAnna }, token),
      add(token, { variantId: shop.shirt, units: 4 }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const cart = await look(token)
    expect(unitsOf(cart)).toEqual({ [shop.shirt]: 5, [shop.mug]: 7 })
    expect(cart).toMatchObject({ contact: anna, delivery: toAnna, version: 5 })
    expect(cart.coupons).toMatchObject([{ code: 'TABS', state: 'applied' }])
  })

  test('takes 999 units of an article and not one more, however many ask at once', async () => {
    const token = await opened([{ variantId: shop.shirt, units: 990 }])
    const answers = await Promise.all(Array.from({ length: 5 }, () => add(token, { variantId: shop.shirt, units: 3 })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 422, 422])
    const refused = answers.filter(({ status }) => status === 422)
    expect(refused.map(({ body }) => [body.code, body.requested])).toEqual([
      ['orders.too_many_units', 1002],
      ['orders.too_many_units', 1002],
    ])
    expect(unitsOf(await look(token))).toEqual({ [shop.shirt]: 999 })
  })

  test('the same call twice at once, under one Idempotency-Key, adds once and says the same', async () => {
    const token = await opened()
    const headers = { ...token, 'idempotency-key': 'add-1' }
    const line = { variantId: shop.mug, units: 2 }
    const [one, two] = await Promise.all([add(headers, line), add(headers, line)])
    expect([one.status, two.status]).toEqual([200, 200])
    expect(two.body).toEqual(one.body)
    expect((await add(headers, { variantId: shop.mug, units: 3 })).body.code).toBe('platform.key_reused')
    expect(unitsOf(await look(token))).toEqual({ [shop.mug]: 2 })
  })
})

test('shoppers who add at the same moment each get their own basket, and a wrong wish spoils nobody else’s', async () => {
  const tokens = await Promise.all(Array.from({ length: 12 }, () => opened([{ variantId: shop.mug }])))
  const answers = await Promise.all(
    tokens.map((token, at) => add(token, at === 5 ? { code: 'NADA' } : { variantId: shop.shirt, units: at + 1 })),
  )
  expect(answers.map(({ status }) => status)).toEqual(tokens.map((_, at) => (at === 5 ? 422 : 200)))
  const carts = await Promise.all(tokens.map(look))
  carts.forEach((cart, at) => {
    expect(unitsOf(cart)).toEqual(at === 5 ? { [shop.mug]: 1 } : { [shop.mug]: 1, [shop.shirt]: at + 1 })
    if (at !== 5) expect(answers[at]?.body.id).toBe(cart.id)
  })
})

test('a basket that was joined into another takes nothing more, and the joined one has 999 units of an article at most', async () => {
  const line = (units: number) => ({ variantId: shop.shirt, units })
  const from = await aCart(t.db, t.clock, {
    lines: [line(600), { variantId: shop.mug }],
    couponCodes: ['B'],
    note: 'de la tienda',
  })
  const into = await aCart(t.db, t.clock, {
    lines: [line(600)],
    contact: { name: 'Ana', email: '', phone: '' },
    couponCodes: ['A'],
  })
  const joined = await t.db.transaction((tx) => mergeCarts(tx, t.clock, { fromCartId: from, intoCartId: into }))
  const kept = await findCart(t.db, into)
  expect(kept).toEqual(joined)
  expect(kept?.lines.map(({ variantId, units }) => [variantId, units])).toEqual([
    [shop.shirt, 999],
    [shop.mug, 1],
  ])
  expect(kept).toMatchObject({
    couponCodes: ['A', 'B'],
    note: 'de la tienda',
    contact: { name: 'Ana', email: anna.email },
  })
  expect(await findCart(t.db, from)).toMatchObject({ status: 'merged' })
  await expect(
    t.db.transaction((tx) => mergeCarts(tx, t.clock, { fromCartId: into, intoCartId: from })),
  ).rejects.toMatchObject({ code: 'orders.cart_merged' })
  expect(await findCart(t.db, into)).toEqual(kept)
})

describe('a basket of 200 lines under 50 promotions', () => {
  let token: Record<string, string>
  let articles: string[]

  beforeAll(async () => {
    articles = await manyArticles(200)
    await manyPromotions(50, articles)
    token = await opened(articles.slice(0, 199).map((variantId) => ({ variantId })))
  }, 60_000)

  test('shows after each addition what a fresh look shows, and what its parts sum to', async () => {
    // One more of the first, the last article, and one more of that.
    for (const variantId of [articles[0], articles[199], articles[199]]) {
      const { status, body } = await add(token, { variantId })
      expect(status).toBe(200)
      const { order: _, ...seen } = await look(token)
      expect(body).toMatchObject(seen)
      const sum = (part: 'grossMinor' | 'discountMinor' | 'totalMinor' | 'taxMinor') =>
        body.lines.reduce((all, line) => all + line[part], 0)
      expect([sum('grossMinor'), sum('discountMinor'), sum('totalMinor'), sum('taxMinor')]).toEqual([
        body.subtotalMinor,
        body.discountMinor,
        body.totalMinor,
        body.taxMinor,
      ])
      for (const { discounts, discountMinor } of body.lines)
        expect(discounts.reduce((all, { amountMinor }) => all + amountMinor, 0)).toBe(discountMinor)
    }
    const cart = await look(token)
    expect(cart.lines).toHaveLength(200)
    expect(cart.units).toBe(202)
    expect(cart.lines.some(({ discounts }) => discounts.length > 10)).toBe(true)
  })

  test('says over HTTP, as text and compressed, what the view says', async () => {
    const headers = { ...token, 'accept-encoding': 'br' }
    const packed = await app.inject({ method: 'GET', url: '/api/store/carts/current', headers })
    expect(packed.headers['content-encoding']).toBe('br')
    const plain = await app.inject({ method: 'GET', url: '/api/store/carts/current', headers: token })
    expect(plain.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe(plain.body)
    const shown = plain.json() as Cart
    const row = await findCart(t.db, shown.id)
    if (!row) throw new Error('no cart')
    expect(shown).toEqual(JSON.parse(JSON.stringify(await viewCart(t.db, t.clock, row))))
    expect(shown.lines[0]?.title.es).toMatch(/^Artículo «\d+»$/)
  })
})

/** Articles with stock in both shops, loaded in one go. */
async function manyArticles(count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, at) => ({ at, product: newId('prd'), variant: newId('var') }))
  const list = JSON.stringify(rows)
  const loaded = sql`jsonb_to_recordset(${list}::jsonb) as r (at int, product text, variant text)`
  await t.db.transaction(async (tx) => {
    await tx.run(sql`
      insert into catalog.product (id, handle, title, tax_class)
      select r.product, 'many-' || r.at, jsonb_build_object('es', 'Artículo «' || r.at || '»', 'en', 'Article “' || r.at || '”'),
             case when r.at % 3 = 0 then 'reduced' else 'standard' end from ${loaded}`)
    await tx.run(
      sql`insert into catalog.variant (id, product_id, sku) select r.variant, r.product, 'MANY-' || r.at from ${loaded}`,
    )
    await tx.run(sql`insert into catalog.publication (product_id, channel_id) select r.product, 'web' from ${loaded}`)
    await tx.run(
      sql`insert into pricing.price (price_list_id, variant_id, amount_minor) select 'pli_general', r.variant, 999 + r.at * 37 from ${loaded}`,
    )
    await tx.run(sql`
      insert into inventory.stock_level (variant_id, location_id, on_hand) select r.variant, l.id, 40 + r.at from ${loaded}, inventory.location l`)
    await raiseVersion(tx, t.clock)
  })
  return rows.map(({ variant }) => variant)
}

/** Percentages and amounts off everything or off some articles, a few that go with no other. */
async function manyPromotions(count: number, articles: readonly string[]): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    id: newId('pro'),
    at,
    variantIds: at % 3 === 0 ? null : articles.filter((_one, place) => place % count === at),
  }))
  await t.db.transaction(async (tx) => {
    await tx.run(sql`
      insert into pricing.promotion (id, name, kind, value_bp, value_minor, combinable, priority, variant_ids)
      select r.id, jsonb_build_object('es', 'Promoción ' || r.at, 'en', 'Promotion ' || r.at),
             case when r.at % 2 = 0 then 'percentage' else 'amount' end, case when r.at % 2 = 0 then 100 + r.at end,
             case when r.at % 2 = 1 then 50 + r.at end, r.at % 4 <> 3, r.at % 7, r."variantIds"
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, at int, "variantIds" text[])`)
    await raiseVersion(tx, t.clock)
  })
}
