/** The built pages of the shop, as visitors get them: kept and shared while true, and nobody's own part shown to somebody else. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp } from '#app'
import { loadConfig, projectDir } from '#platform/config'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, someStock } from './inventory/testing.ts'
import { setPrices } from './pricing/set-prices.ts'
import { aProduct, type MadeProduct } from './pricing/testing.ts'

const isBuilt = existsSync(join(projectDir, 'apps/storefront/dist/server/entry.mjs'))
let t: TestDatabase
let app: FastifyInstance
let locationId: string
let shirt: MadeProduct
/** Calls of the API that pages made since the test began. */
let calls: string[] = []

beforeAll(async () => {
  if (!isBuilt) return
  t = await testDatabase()
  locationId = (await aPlace(t.db)).id
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000' }, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock })
  app.addHook('onRequest', async ({ url }) => void (url.startsWith('/api/') && calls.push(url)))
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})
beforeEach(async () => {
  if (!isBuilt) return
  shirt = await aProduct(t.db, t.clock, { title: 'Camisa de lino', titleEn: 'Linen shirt', amountMinor: 4900 })
  await someStock(t.db, t.clock, { variantId: shirt.variantIds[0] as string, locationId, units: 5 })
  calls = []
})

type Asked = { headers?: Record<string, string>; method?: 'GET' | 'HEAD' }
const ask = (url: string, { headers = {}, method = 'GET' }: Asked = {}) => app.inject({ method, url, headers })
/** Whether it says all of this; a failure need not show the page. */
const says = (text: string, ...words: string[]) => words.map((word) => text.includes(word))
const page = async (path = `/products/${shirt.handle}`, headers: Record<string, string> = {}) =>
  (await ask(path, { headers })).body
const variant = () => shirt.variantIds[0] as string
const priced = (amountMinor: number) =>
  t.db.transaction((tx) =>
    setPrices(tx, t.clock, { items: [{ variantId: variant(), amountMinor }], changedBy: 'test' }),
  )

describe.skipIf(!isBuilt)('the built shop (skipped where it has not been built: npm run build)', () => {
  test('the second visitor of a page gets what the first got, without a call of the API, in each language its own', async () => {
    const [first, english] = [await page(), await page(`/en/products/${shirt.handle}`)]
    expect(calls.length).toBeGreaterThan(0)
    calls = []
    expect([(await page()) === first, (await page(`/en/products/${shirt.handle}`)) === english]).toEqual([true, true])
    expect(calls).toEqual([])
    expect([first.includes('<h1>Camisa de lino</h1>'), english.includes('<h1>Linen shirt</h1>')]).toEqual([true, true])
    expect([first.includes('<style>@font-face{'), first.length > 30_000]).toEqual([true, true])
    expect(first.includes('/*sheet')).toBe(false)
  })

  test('S12 a changed price is what the next visitor reads, in the page and in its data, kept page or not', async () => {
    expect(says(await page(), '"price":"49.00"')).toEqual([true])
    await page()
    await priced(3_950)
    const now = await page()
    expect([now.includes('39,50'), now.includes('"price":"39.50"'), now.includes('49,00')]).toEqual([true, true, false])
    expect(says(await page(`/products/${shirt.handle}?visit=1`), '"price":"39.50"')).toEqual([true])
  })

  test('a price changed while the page is being made is never kept under the new one', async () => {
    for (let amount = 5_000; amount < 5_010; amount++) {
      const [asked] = await Promise.all([page(`/products/${shirt.handle}?n=${amount}`), priced(amount)])
      expect(says(asked, '<h1>Camisa de lino</h1>')).toEqual([true])
      expect(
        says(await page(`/products/${shirt.handle}?n=${amount}`), `"price":"${(amount / 100).toFixed(2)}"`),
      ).toEqual([true])
    }
  })

  test('the last unit sold, a new text, a new place and a product taken off are seen by the next visitor', async () => {
    expect(says(await page(), 'InStock')).toEqual([true])
    await t.db.run(sql`update inventory.stock_level set on_hand = 0 where variant_id = ${variant()}`)
    expect(says(await page(), 'OutOfStock')).toEqual([true])
    await t.db.run(sql`update inventory.stock_level set on_hand = 3 where variant_id = ${variant()}`)
    expect(says(await page(), 'InStock')).toEqual([true])
    await t.db.run(
      sql`update catalog.product set title = jsonb_set(title, '{es}', '"Camisa de mar"') where id = ${shirt.id}`,
    )
    expect(says(await page(), '<h1>Camisa de mar</h1>')).toEqual([true])
    await t.db.run(sql`update inventory.location set name = 'Tienda del puerto' where id = ${locationId}`)
    expect(says(await page(), 'Tienda del puerto')).toEqual([true])
    await t.db.run(sql`delete from catalog.publication where product_id = ${shirt.id} and channel_id = 'web'`)
    expect((await ask(`/products/${shirt.handle}`)).statusCode).toBe(404)
  })

  test('units in the bag, whereabouts and a notice are shown to whom they belong, in whatever order they ask', async () => {
    const readers = [
      { cookie: 'hilo_units=7' },
      {},
      { cookie: 'hilo_near=28001' },
      {
        cookie: `hilo_flash=${encodeURIComponent(JSON.stringify({ kind: 'good', about: 'added', text: 'Camisa en tu cesta' }))}`,
      },
    ]
    for (let round = 0; round < 2; round++) {
      const [bag, stranger, near, told] = await Promise.all(readers.map((headers) => page(undefined, headers as never)))
      expect([bag, stranger, near].map((text) => text?.includes('aria-hidden="true">7</span>'))).toEqual([
        true,
        false,
        false,
      ])
      expect([bag, stranger, near].map((text) => text?.includes('value="28001"'))).toEqual([false, false, true])
      expect([bag, stranger, near, told].map((text) => text?.includes('Camisa en tu cesta'))).toEqual([
        false,
        false,
        false,
        true,
      ])
    }
  })

  test('baskets asked for at the same time are each their owner’s, and no page with one is kept', async () => {
    const carts = await Promise.all(
      [1, 2, 3].map(async (units) => {
        const { headers, statusCode } = await app.inject({
          method: 'POST',
          url: '/api/store/carts',
          headers: { 'idempotency-key': `cart-${shirt.id}-${units}` },
          payload: { lines: [{ variantId: variant(), units }] },
        })
        expect(statusCode).toBe(201)
        return {
          units,
          cookie: [headers['set-cookie'] ?? []]
            .flat()
            .map((each) => each.split(';')[0])
            .join('; '),
        }
      }),
    )
    for (let round = 0; round < 2; round++) {
      const pages = await Promise.all(carts.map(({ cookie }) => ask('/cart', { headers: { cookie } })))
      for (const [at, { body, headers }] of pages.entries()) {
        const total = (49 * (carts[at]?.units ?? 0)).toFixed(2).replace('.', ',')
        expect(says(body, total, shirt.handle)).toEqual([true, true])
        expect(headers['etag']).toBeUndefined()
      }
      expect(says(await page('/cart'), shirt.handle)).toEqual([false])
    }
  })

  test('a page is given with its tag, not at all to whoever has it, and to HEAD without its body', async () => {
    const path = `/products/${shirt.handle}`
    const { headers } = await ask(path)
    const asked = { 'if-none-match': String(headers['etag']) }
    const [same, head, other] = [
      await ask(path, { headers: asked }),
      await ask(path, { method: 'HEAD' }),
      await ask(`/en${path}`, { headers: asked }),
    ]
    expect([same.statusCode, same.body, other.statusCode]).toEqual([304, '', 200])
    expect([head.statusCode, head.body]).toEqual([200, ''])
    for (const name of ['etag', 'content-length', 'content-type', 'cache-control', 'vary', 'content-security-policy'])
      expect([name, head.headers[name]]).toEqual([name, headers[name]])
    expect(headers['cache-control']).toBe('private, no-cache')
    expect(headers['set-cookie']).toBeUndefined()
    await priced(1_200)
    expect((await ask(path, { headers: asked })).statusCode).toBe(200)
  })

  test('of forty who ask at once for a page that nobody has asked for yet, one makes it', async () => {
    const pages = await Promise.all(Array.from({ length: 40 }, () => page()))
    expect(new Set(pages).size).toBe(1)
    expect(calls.filter((url) => url.startsWith(`/api/store/products/${shirt.handle}`))).toHaveLength(1)
  })

  test('the frame made for one page leads from another to that one’s own address, whatever stands in it', async () => {
    const frame = (text: string) => [
      text.slice(text.indexOf('<header'), text.indexOf('</header>')),
      text.slice(text.indexOf('<footer')),
    ]
    const [first, second] = [await page(`/products/${shirt.handle}?n=1`), await page(`/products/${shirt.handle}?n=2`)]
    expect(frame(second)).toEqual(frame(first).map((part) => part.replaceAll('?n=1&', '?n=2&')))
    expect(frame(first).map((part) => part.includes(`href="/en/products/${shirt.handle}?n=1&amp;lang=en"`))).toEqual([
      true,
      true,
    ])
    const odd = await page(`/products/${shirt.handle}?q=$%26$1%22%3E%3Cb`)
    expect(
      frame(odd).map((part) => part.includes(`href="/en/products/${shirt.handle}?q=%24%26%241%22%3E%3Cb&amp;lang=en"`)),
    ).toEqual([true, true])
    const [shops, bag] = [await page('/shops'), await page('/shops', { cookie: 'hilo_units=3' })]
    expect([
      says(shops, 'href="/shops" aria-current="page"'),
      says(first, 'href="/shops" aria-current="page"'),
    ]).toEqual([[true], [false]])
    expect([says(shops, 'class="bag-count'), says(bag, 'class="bag-count tabular" aria-hidden="true">3<')]).toEqual([
      [false],
      [true],
    ])
    expect(says(await page('/en/shops'), 'class="tool-word">Cesta<')).toEqual([false])
  })

  test('what a campaign adds to a link neither makes another page nor gets into it', async () => {
    const plain = await page()
    calls = []
    const campaign = `/products/${shirt.handle}?utm_source=carta&gclid=${shirt.id}&UTM_campaign=mar`
    expect((await page(campaign)) === plain).toBe(true)
    expect(calls).toEqual([])
    const chosen = await page(`/products/${shirt.handle}?size=m&utm_source=carta`)
    expect([chosen.includes('size=m'), chosen.includes('carta')]).toEqual([true, false])
  })
})
