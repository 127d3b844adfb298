import type { StoreProduct, StoreProducts, StoreSearch, StoreSuggest } from '@hilo/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { setPrices } from './set-prices.ts'
import { aProduct, type MadeProduct } from './testing.ts'
import { owner, type TestApp, testApp } from './testing-app.ts'

let t: TestDatabase
let shop: TestApp
let shirt: MadeProduct
let trousers: MadeProduct
let cloth: MadeProduct
let salt: MadeProduct
const inStock = new Set<string>()
const women = 'col_women0000000000000000'

const indigo = { es: 'Añil', en: 'Indigo' }
const blue = { es: 'Azul', en: 'Blue' }
const ecru = { es: 'Crudo', en: 'Ecru' }

beforeAll(async () => {
  t = await testDatabase()
  shop = await testApp(t.db, t.clock, {
    inStock: async (_q, { variantIds }) => new Set(variantIds.filter((id) => inStock.has(id))),
  })
  await t.db.run(sql`
    insert into catalog.collection (id, handle, parent_id, title, position) values
      ('col_clothes00000000000000', 'ropa', null, '{"es":"Ropa","en":"Clothes"}', 0),
      (${women}, 'mujer', 'col_clothes00000000000000', '{"es":"Mujer","en":"Women"}', 1)`)
  shirt = await aProduct(t.db, t.clock, {
    title: 'Camisa de lino lavado',
    titleEn: 'Washed linen shirt',
    handle: 'camisa-lino',
    colors: [indigo, ecru],
    sizes: ['S', 'M', 'L'],
    amountMinor: 7900,
    collectionIds: [women],
    productType: 'camisa',
    sku: 'CAM-01',
    gtin: '8412345678905',
  })
  t.clock.advance(1000)
  trousers = await aProduct(t.db, t.clock, {
    title: 'Pantalón recto',
    titleEn: 'Straight trousers',
    handle: 'pantalon-recto',
    colors: [blue, ecru],
    sizes: ['M', 'L'],
    amountMinor: 8900,
    collectionIds: [women],
    productType: 'pantalón',
    description: { es: 'De algodón.', en: 'Cotton.' },
  })
  t.clock.advance(1000)
  cloth = await aProduct(t.db, t.clock, {
    title: 'Mantel de lino',
    titleEn: 'Linen tablecloth',
    handle: 'mantel-lino',
    amountMinor: 5900,
    productType: 'mantel',
  })
  t.clock.advance(1000)
  salt = await aProduct(t.db, t.clock, {
    title: 'Flor de sal',
    titleEn: 'Sea salt flakes',
    handle: 'flor-de-sal',
    amountMinor: 690,
    taxClass: 'reduced',
  })
  await aProduct(t.db, t.clock, {
    title: 'Camisa secreta',
    titleEn: 'Secret shirt',
    handle: 'secreta',
    channelIds: ['pos'],
  })
  await aProduct(t.db, t.clock, {
    title: 'Camisa sin precio',
    titleEn: 'Shirt without price',
    handle: 'sin-precio',
    amountMinor: null,
  })
})
afterAll(async () => {
  await shop.close()
  await t.close()
})

const read = async <T>(url: string, headers: Record<string, string> = {}) => {
  const answer = await shop.app.inject({ url, headers })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (answer.body === '' ? null : JSON.parse(answer.body)) as T,
  }
}
const handles = async (query: string) =>
  (await read<StoreProducts>(`/api/store/products?${query}`)).body.items.map(({ handle }) => handle)
const found = async (query: string, lang = 'es') => {
  const { body } = await read<StoreSearch>(`/api/store/search?q=${encodeURIComponent(query)}&lang=${lang}`)
  return {
    handles: body.items.map(({ handle }) => handle),
    corrected: body.words.corrected,
    ignored: body.words.ignored,
    exact: body.exactVariantId,
  }
}

describe('the list', () => {
  test('shows what this channel shows and has a price for, with filters, facets and pages', async () => {
    const { body } = await read<StoreProducts>('/api/store/products')
    expect(body.items.map(({ handle }) => handle)).toEqual([
      'flor-de-sal',
      'mantel-lino',
      'pantalon-recto',
      'camisa-lino',
    ])
    expect([body.total, body.next]).toEqual([4, null])
    expect(body.filters.price).toEqual({ minMinor: 690, maxMinor: 8900, currency: 'EUR' })
    expect(body.filters.colors.map(({ value, products }) => [value, products])).toEqual([
      ['crudo', 2],
      ['añil', 1],
      ['azul', 1],
    ])
    expect(body.filters.sizes.map(({ value, products }) => [value, products])).toEqual([
      ['s', 1],
      ['m', 2],
      ['l', 2],
    ])
  })

  test('a colour and a size must be on the same variant; several of one kind widen', async () => {
    expect(await handles('color=crudo')).toEqual(['pantalon-recto', 'camisa-lino'])
    expect(await handles('color=a%C3%B1il,azul&sort=title')).toEqual(['camisa-lino', 'pantalon-recto'])
    expect(await handles('color=azul&size=s')).toEqual([])
    expect(await handles('type=mantel')).toEqual(['mantel-lino'])
    expect(await handles('minPrice=5900&maxPrice=7900&sort=price_asc')).toEqual(['mantel-lino', 'camisa-lino'])
  })

  test('every order is the one it says, in both languages', async () => {
    expect(await handles('sort=price_desc')).toEqual(['pantalon-recto', 'camisa-lino', 'mantel-lino', 'flor-de-sal'])
    expect(await handles('sort=title&lang=es')).toEqual(['camisa-lino', 'flor-de-sal', 'mantel-lino', 'pantalon-recto'])
    expect(await handles('sort=title&lang=en')).toEqual(['mantel-lino', 'flor-de-sal', 'pantalon-recto', 'camisa-lino'])
  })

  test('a collection holds what stands below it; one that does not exist says so', async () => {
    expect(await handles('collection=ropa&sort=title')).toEqual(['camisa-lino', 'pantalon-recto'])
    expect((await read<{ code: string }>('/api/store/products?collection=nada')).body.code).toBe(
      'catalog.collection_not_found',
    )
    const { body } = await read<{ items: { handle: string; products: number }[] }>('/api/store/collections')
    expect(body.items.map(({ handle, products }) => [handle, products])).toEqual([
      ['ropa', 0],
      ['mujer', 2],
    ])
  })

  test('pages neither repeat nor skip', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body }: { body: StoreProducts } = await read<StoreProducts>(
        `/api/store/products?limit=3&sort=price_asc${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...body.items.map(({ handle }) => handle))
      cursor = body.next
    }
    expect(seen).toEqual(['flor-de-sal', 'mantel-lino', 'camisa-lino', 'pantalon-recto'])
  })

  test('can be narrowed to what is in stock', async () => {
    inStock.add(cloth.variantIds[0] as string)
    expect(await handles('available=true')).toEqual(['mantel-lino'])
  })

  test('the same answer is not sent twice', async () => {
    const first = await read('/api/store/products')
    const again = await read('/api/store/products', { 'if-none-match': String(first.headers['etag']) })
    expect([again.status, again.body]).toEqual([304, null])
  })

  test('a changed price and a begun markdown are seen at once', async () => {
    const variantId = cloth.variantIds[0] as string
    t.clock.advance(86_400_000)
    await t.db.transaction((tx) =>
      setPrices(tx, t.clock, { items: [{ variantId, amountMinor: 6100 }], changedBy: 'test' }),
    )
    const price = async () => (await read<StoreProducts>('/api/store/products?type=mantel')).body.items[0]?.price
    expect(await price()).toMatchObject({ effectiveMinor: 6100, markdownMinor: null, reason: null })
    t.clock.advance(86_400_000)
    await t.db.transaction((tx) =>
      setPrices(tx, t.clock, { items: [{ variantId, markdownMinor: 4900 }], changedBy: 'test' }),
    )
    expect(await price()).toMatchObject({ amountMinor: 6100, effectiveMinor: 4900, priorMinor: 5900 })
    expect(await handles('markdown=true')).toEqual(['mantel-lino'])
  })
})

describe('one product', () => {
  test('comes with options, variants, prices, and what goes with it', async () => {
    const { body } = await read<StoreProduct>('/api/store/products/camisa-lino')
    expect(body.options.map(({ key, values }) => [key, values.length])).toEqual([
      ['color', 2],
      ['size', 3],
    ])
    expect(body.variants).toHaveLength(6)
    expect(body.variants[0]).toMatchObject({
      optionValues: ['añil', 's'],
      optionLabels: [indigo, { es: 'S', en: 'S' }],
      price: { effectiveMinor: 7900, taxRateBp: 2100, taxIncluded: true },
    })
    expect(body.related.map(({ handle }) => handle)).toEqual(['pantalon-recto'])
    expect((await read<StoreProduct>('/api/store/products/flor-de-sal')).body.price?.taxRateBp).toBe(1000)
  })

  test('what this channel does not show does not exist here', async () => {
    expect((await read('/api/store/products/secreta')).status).toBe(404)
    expect((await read('/api/store/products/secreta?channel=pos')).status).toBe(200)
  })
})

describe('search', () => {
  test('forgives typing errors, missing accents and mixed languages', async () => {
    expect(await found('camiza lino')).toMatchObject({
      handles: ['camisa-lino'],
      corrected: [{ from: 'camiza', to: 'camisa' }],
    })
    expect(await found('linnen shirt', 'en')).toMatchObject({
      handles: ['camisa-lino'],
      corrected: [{ from: 'linnen', to: 'linen' }],
    })
    expect(await found('pantalon azul')).toMatchObject({ handles: ['pantalon-recto'], corrected: [] })
    expect(await found('PANTALÓN')).toMatchObject({ handles: ['pantalon-recto'], corrected: [] })
    expect(await found('pantalones')).toMatchObject({ handles: ['pantalon-recto'], corrected: [] })
    expect(await found('linen mantle')).toMatchObject({
      corrected: [{ from: 'mantle', to: 'mantel' }],
      handles: ['mantel-lino'],
    })
    expect(await found('lnio')).toMatchObject({ corrected: [{ from: 'lnio', to: 'lino' }] })
    expect((await found('lnio')).handles.toSorted()).toEqual(['camisa-lino', 'mantel-lino'])
    expect(await found('trowsers', 'en')).toMatchObject({
      handles: ['pantalon-recto'],
      corrected: [{ from: 'trowsers', to: 'trousers' }],
    })
  })

  test('an unfinished last word is enough; little words do not count; what nothing resembles is said', async () => {
    expect((await found('mant')).handles).toEqual(['mantel-lino'])
    expect((await found('la flor de la sal')).handles).toEqual(['flor-de-sal'])
    expect(await found('camisa xyzzyqq')).toMatchObject({ handles: ['camisa-lino'], ignored: ['xyzzyqq'] })
    expect((await found('xyzzyqq')).handles).toEqual([])
    expect((await found('')).handles).toEqual([])
    expect((await found("'; drop zzz & | ! :* (")).handles).toEqual([])
  })

  test('a SKU or barcode comes first, with or without its leading zero', async () => {
    expect(await found('cam-01-añil-s')).toMatchObject({ handles: ['camisa-lino'], exact: shirt.variantIds[0] })
    expect((await found('8412345678905')).exact).toBe(shirt.variantIds[0])
    shop.as(owner)
    const scan = await read<{ variantId: string }>('/api/pos/scan/8412345678905')
    expect(scan.body.variantId).toBe(shirt.variantIds[0])
    expect((await read<{ code: string }>('/api/pos/scan/0000000000000')).body.code).toBe('catalog.code_unknown')
    expect(
      (await read<{ items: { handle: string }[] }>('/api/pos/products?q=secreta')).body.items.map(
        ({ handle }) => handle,
      ),
    ).toEqual(['secreta'])
    shop.as({ kind: 'public' })
  })

  test('suggests words, collections and products while somebody types', async () => {
    const { body } = await read<StoreSuggest>('/api/store/search/suggest?q=ca')
    expect(body.words).toContain('camisa')
    expect((await read<StoreSuggest>('/api/store/search/suggest?q=muj')).body.collections).toEqual([
      { handle: 'mujer', title: { es: 'Mujer', en: 'Women' } },
    ])
    expect(body.products.map(({ handle }) => handle)).toContain('camisa-lino')
  })

  test('is current as soon as a product changes', async () => {
    shop.as(owner)
    const { body: before } = await read<{ version: number }>(`/api/admin/products/${salt.id}`)
    const answer = await shop.app.inject({
      method: 'PATCH',
      url: `/api/admin/products/${salt.id}`,
      payload: { version: before.version, title: { es: 'Escamas del Delta', en: 'Delta flakes' } },
    })
    expect(answer.statusCode).toBe(200)
    expect((await found('escamas')).handles).toEqual(['flor-de-sal'])
    expect((await found('flor')).handles).toEqual([])
    const late = await shop.app.inject({
      method: 'PATCH',
      url: `/api/admin/products/${salt.id}`,
      payload: { version: before.version, vendor: 'X' },
    })
    expect([late.statusCode, late.json().code]).toEqual([412, 'platform.changed_meanwhile'])
    const words = await t.db.many<{ word: string }>(sql`select word from catalog.search_word where products < 0`)
    expect(words).toEqual([])
    shop.as({ kind: 'public' })
  })
})

test("the console is not the public's", async () => {
  for (const url of [
    '/api/admin/products',
    '/api/admin/promotions',
    '/api/admin/imports',
    '/api/pos/products?q=a',
    '/api/admin/products/export',
  ]) {
    expect([url, (await read(url)).status]).toEqual([url, 401])
  }
})

test('the console finds, filters and pages products', async () => {
  shop.as(owner)
  type Rows = {
    items: { handle: string; fromMinor: number | null; variants: number }[]
    next: string | null
    total: number
  }
  const all = (await read<Rows>('/api/admin/products?limit=4')).body
  expect([all.total, all.items.length]).toEqual([6, 4])
  const rest = (await read<Rows>(`/api/admin/products?limit=4&cursor=${all.next}`)).body
  expect([...all.items, ...rest.items].map(({ handle }) => handle)).toEqual([
    'sin-precio',
    'secreta',
    'flor-de-sal',
    'mantel-lino',
    'pantalon-recto',
    'camisa-lino',
  ])
  expect(
    (await read<Rows>('/api/admin/products?q=camiza&channel=pos&sort=title')).body.items.map(({ handle }) => handle),
  ).toEqual(['camisa-lino', 'secreta', 'sin-precio'])
  expect((await read<Rows>(`/api/admin/products?collection=mujer&type=camisa`)).body.items).toMatchObject([
    { handle: 'camisa-lino', fromMinor: 7900, variants: 6 },
  ])
  expect(trousers.variantIds).toHaveLength(4)
  shop.as({ kind: 'public' })
})
