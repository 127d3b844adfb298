import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, someStock } from './inventory/testing.ts'
import { sheetFinder } from './page-body.ts'
import { type KeptPage, type MadePage, PageCache, type PageNotes, sendPage } from './page-cache.ts'
import { setPrices } from './pricing/set-prices.ts'
import { aProduct } from './pricing/testing.ts'

let t: TestDatabase
let locationId: string
let variantId: string
let pages: PageCache
let made = 0

beforeAll(async () => {
  t = await testDatabase()
  locationId = (await aPlace(t.db)).id
  variantId = (await aProduct(t.db, t.clock, { title: 'Camisa' })).variantIds[0] as string
  await someStock(t.db, t.clock, { variantId, locationId, units: 5 })
})
afterAll(() => t.close())
beforeEach(() => {
  pages = new PageCache(t.db)
  made = 0
})

const bytes = sheetFinder([{ instead: '/*sheet 0*/', text: 'p{color:red}' }])
type Page = (notes: PageNotes) => Promise<unknown>
const productPage: Page = async (notes) => {
  await notes.calls('GET', '/api/store/products/camisa')
  await notes.calls('GET', `/api/store/availability?variants=${variantId}`)
}
/** As a browser gets it, and as it is made. */
const sheet = '<style>p{color:red}</style>'
const asMade = (page: Buffer) => Buffer.from(page.toString().replace(sheet, '<style>/*sheet 0*/</style>'))
const ask = (page: Page = productPage, cookies: Record<string, string> = {}, answer: Partial<MadePage> = {}) =>
  pages.give({ cookies, headers: {} } as unknown as FastifyRequest, {
    key: '/products/camisa',
    now: t.clock.now(),
    make: async (notes) => {
      made += 1
      await page(notes)
      const body = bytes(Buffer.from(`page ${made}`))
      return { status: 200, contentType: 'text/html; charset=utf-8', mayKeep: true, ...answer, body }
    },
  })
const textOf = async (asked: ReturnType<typeof ask>) => (await (await asked)?.body.in('identity'))?.toString()

test('a page is made once while nothing it shows changes', async () => {
  expect([await textOf(ask()), await textOf(ask()), made]).toEqual(['page 1', 'page 1', 1])
})

test('S12 a sale, a changed price, a renamed shop and the next minute each make the page anew, at once', async () => {
  await ask()
  await someStock(t.db, t.clock, { variantId, locationId, units: 1 })
  expect(await textOf(ask())).toBe('page 2')
  await t.db.transaction((tx) =>
    setPrices(tx, t.clock, { items: [{ variantId, amountMinor: 4321 }], changedBy: 'test' }),
  )
  expect(await textOf(ask())).toBe('page 3')
  await t.db.run(sql`update inventory.location set name = 'Otra' where id = ${locationId}`)
  expect(await textOf(ask())).toBe('page 4')
  t.clock.advance(60_000)
  expect(await textOf(ask())).toBe('page 5')
  expect(await textOf(ask())).toBe('page 5')
})

test('stock of other goods leaves the page as it is', async () => {
  await ask()
  const other = (await aProduct(t.db, t.clock, { title: 'Mantel' })).variantIds[0] as string
  await ask()
  await someStock(t.db, t.clock, { variantId: other, locationId, units: 3 })
  expect([await textOf(ask()), made]).toEqual(['page 2', 2])
})

test('what is sold while the page is being made makes the kept page look outdated', async () => {
  await ask(async (notes) => {
    await productPage(notes)
    await someStock(t.db, t.clock, { variantId, locationId, units: 1 })
  })
  expect(await textOf(ask())).toBe('page 2')
})

test('a page that asks for a basket or knows its reader is nobody else’s', async () => {
  const basket: Page = (notes) => notes.calls('GET', '/api/store/carts/current')
  const order: Page = (notes) => notes.calls('POST', '/api/store/products')
  const reader: Page = async (notes) => notes.readsCookie('hilo_customer')
  for (const page of [basket, order, reader]) expect([await ask(page), await ask(page)]).toEqual([undefined, undefined])
  expect(made).toBe(6)
})

test('refusals, redirections, set cookies and pages that say so are not kept', async () => {
  for (const answer of [{ status: 404 }, { status: 303 }, { mayKeep: false }])
    expect([await ask(productPage, {}, answer), await ask(productPage, {}, answer)]).toEqual([undefined, undefined])
})

test('a notice is shown to its reader only; place, units in the bag and language have pages of their own', async () => {
  await ask()
  expect(await ask(productPage, { hilo_flash: '{}' })).toBeUndefined()
  expect(await textOf(ask(productPage, { hilo_near: '46001' }))).toBe('page 3')
  expect(await textOf(ask(productPage, { hilo_units: '2' }))).toBe('page 4')
  expect(await textOf(ask(productPage, { hilo_lang: 'en' }))).toBe('page 5')
  expect(await textOf(ask())).toBe('page 1')
})

test('of forty who ask for a page that has changed, one makes it', async () => {
  await ask()
  await someStock(t.db, t.clock, { variantId, locationId, units: 1 })
  const texts = await Promise.all(Array.from({ length: 40 }, () => textOf(ask())))
  expect([...new Set(texts)]).toEqual(['page 2'])
  expect(made).toBe(2)
})

test('a page that fails is tried again by the next who asks', async () => {
  await ask()
  t.clock.advance(60_000)
  const fails = ask(async () => Promise.reject(new Error('away')))
  await expect(fails).rejects.toThrow('away')
  expect(await textOf(ask())).toBe('page 3')
})

test('without the database the page is made from what is there, and not kept', async () => {
  const away = { ...t.db, one: async () => Promise.reject(new Error('connection refused')) }
  pages = new PageCache({ ...away, facts: { ...t.db.facts, kept: new Map() } })
  expect([await ask(), await ask(), made]).toEqual([undefined, undefined, 2])
})

test('a kept page is sent in the smallest form the browser takes, and not at all when it has it', async () => {
  const app: FastifyInstance = Fastify()
  const long = Buffer.from(`<title>Lino</title>${sheet}<p>${'lino y sal '.repeat(500)}`)
  app.get('/', async (request, reply) => {
    const page = await pages.give(Object.assign(request, { cookies: {} }), {
      key: newId('prd'),
      now: t.clock.now(),
      make: async () => ({
        status: 200,
        contentType: 'text/html; charset=utf-8',
        mayKeep: true,
        body: bytes(asMade(long)),
      }),
    })
    return page && sendPage(request, reply, page)
  })
  const plain = await app.inject('/')
  expect([plain.body, plain.headers['content-encoding']]).toEqual([long.toString(), undefined])
  expect(plain.headers).toMatchObject({
    'cache-control': 'private, no-cache',
    'content-type': 'text/html; charset=utf-8',
  })
  const small = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, br' } })
  expect(small.headers['content-encoding']).toBe('br')
  expect(small.rawPayload.length).toBeLessThan(200)
  const again = await app.inject({ url: '/', headers: { 'if-none-match': String(plain.headers['etag']) } })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  await app.close()
})

test('a page that browsers took compressed is kept in that form only, and is still sent to whoever takes another', async () => {
  const app: FastifyInstance = Fastify()
  const long = Buffer.from(`<title>Lino</title>${sheet}<p>${'lino y sal '.repeat(500)}`)
  let kept: KeptPage | undefined
  app.get('/', async (request, reply) => {
    kept = await pages.give(Object.assign(request, { cookies: {} }), {
      key: '/',
      now: t.clock.now(),
      make: async () => ({
        status: 200,
        contentType: 'text/html; charset=utf-8',
        mayKeep: true,
        body: bytes(asMade(long)),
      }),
    })
    return kept && sendPage(request, reply, kept)
  })
  const take = async (encoding: string) =>
    (await app.inject({ url: '/', headers: { 'accept-encoding': encoding } })).rawPayload
  const forms = () => kept?.body.forms
  expect(brotliDecompressSync(await take('br')).equals(long)).toBe(true)
  expect(forms()).toEqual(['br'])
  expect(gunzipSync(await take('gzip')).equals(long)).toBe(true)
  expect(forms()).toEqual(['br', 'gzip'])
  expect((await take('identity')).equals(long)).toBe(true)
  expect((await take('identity')).equals(long)).toBe(true)
  await app.close()
})
