import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { editProduct } from '#catalog'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { readVersions } from './answers.ts'
import { AssortmentKeeper, figuresOfVariant } from './assortment.ts'
import { type PriceItem, setPrices } from './set-prices.ts'
import { featured, filtersOf, narrow, sorted } from './store-list.ts'
import { aProduct, type MadeProduct } from './testing.ts'

let t: TestDatabase
let keeper: AssortmentKeeper
let shirt: MadeProduct

beforeAll(async () => {
  t = await testDatabase()
  shirt = await aProduct(t.db, t.clock, { title: 'Camisa', sizes: ['S', 'M'], amountMinor: 5000 })
  await aProduct(t.db, t.clock, { title: 'Mantel', amountMinor: 3000 })
  await aProduct(t.db, t.clock, { title: 'Abrigo', amountMinor: 9000 })
})
afterAll(() => t.close())
beforeEach(() => {
  keeper = new AssortmentKeeper('web')
})

const now = async () => keeper.at(t.db, t.clock, await readVersions(t.db))
/** Lowest price by product, as the assortment holds them. */
async function prices(): Promise<Record<string, number>> {
  const { assortment } = await now()
  return Object.fromEntries(
    assortment.products.map(({ id, variants }) => [
      id,
      Math.min(...variants.filter((_, at) => at % figuresOfVariant === 2)),
    ]),
  )
}
const change = (items: PriceItem[]) => t.db.transaction((tx) => setPrices(tx, t.clock, { items, changedBy: 'test' }))

test('a new price, a new product and an archived one are there at the next look, without reading the others', async () => {
  // Other test files share the server: while one of their transactions is open, more is read again than was changed.
  const isCalm = async (amountMinor: number) => {
    const before = (await now()).assortment
    await change([{ variantId: shirt.variantIds[1] as string, amountMinor }])
    expect((await prices())[shirt.id]).toBe(amountMinor)
    const after = (await now()).assortment
    return after.products.every((other) => other.id === shirt.id || before.products.includes(other))
  }
  let amountMinor = 4500
  await expect.poll(() => isCalm(amountMinor++), { timeout: 20_000, interval: 100 }).toBe(true)
  const cloth = await aProduct(t.db, t.clock, { title: 'Servilleta', amountMinor: 700 })
  expect(await prices()).toMatchObject({ [cloth.id]: 700 })
  const { version } = await t.db.one<{ version: number }>(
    sql`select version from catalog.product where id = ${cloth.id}`,
  )
  await t.db.transaction((tx) => editProduct(tx, t.clock, cloth.id, { version, status: 'archived' }))
  expect(Object.keys(await prices())).not.toContain(cloth.id)
})

test('a price whose transaction began before the last look and ends after it is not missed', async () => {
  const variantId = shirt.variantIds[0] as string
  let go = () => {}
  const looked = new Promise<void>((resolve) => {
    go = resolve
  })
  let written = () => {}
  const begun = new Promise<void>((resolve) => {
    written = resolve
  })
  await now()
  const slow = t.db.transaction(async (tx) => {
    await setPrices(tx, t.clock, { items: [{ variantId, amountMinor: 1234 }], changedBy: 'test' })
    written()
    await looked
  })
  await begun
  await t.db.run(sql`update catalog.search_document set touched = pg_current_xact_id() where product_id <> ${shirt.id}`)
  await t.db.run(sql`update catalog.version set version = nextval('catalog.version_number')`)
  expect((await prices())[shirt.id]).not.toBe(1234)
  go()
  await slow
  expect((await prices())[shirt.id]).toBe(1234)
})

test('a markdown begins and ends by the clock alone', async () => {
  const variantId = shirt.variantIds[0] as string
  const from = t.clock.now().getTime() + 60_000
  await change([
    {
      variantId,
      amountMinor: 6000,
      markdownMinor: 999,
      markdownStartsAt: new Date(from),
      markdownEndsAt: new Date(from + 60_000),
    },
  ])
  const priceNow = async () => (await prices())[shirt.id]
  const plain = await priceNow()
  expect(plain).not.toBe(999)
  expect((await now()).untilMs).toBe(from)
  t.clock.advance(60_000)
  expect(await priceNow()).toBe(999)
  t.clock.advance(60_000)
  expect(await priceNow()).toBe(plain)
})

test('twenty who ask at once wait for one reading', async () => {
  let statements = 0
  const counted = { ...t.db, many: (query: Parameters<typeof t.db.many>[0]) => ((statements += 1), t.db.many(query)) }
  const versions = await readVersions(t.db)
  await keeper.at(counted as typeof t.db, t.clock, versions)
  const once = statements
  keeper = new AssortmentKeeper('web')
  statements = 0
  await Promise.all(Array.from({ length: 20 }, () => keeper.at(counted as typeof t.db, t.clock, versions)))
  expect(statements).toBe(once)
})

test('a list of 30,000 is in exact order by price, both ways, and counts what it can be narrowed by', async () => {
  const { assortment } = await now()
  const products = Array.from({ length: 30_000 }, (_, n) => ({
    id: `prd_${String(n).padStart(6, '0')}`,
    position: 0,
    createdMs: n,
    productType: n % 2 === 0 ? 'par' : 'impar',
    variants: [-1, -1, 100 + ((n * 7919) % 10_007), 0],
    untilMs: Number.POSITIVE_INFINITY,
  }))
  const large = { ...assortment, products, slots: new Map(products.map(({ id }, slot) => [id, slot])) }
  const base = await featured(large)
  expect([base[0], base[29_999]]).toEqual([29_999, 0])
  const all = narrow(large, base, {})
  const priceAt = (slot: number) => products[slot]?.variants[2] ?? 0
  const byPrice = (sort: 'price_asc' | 'price_desc') => sorted(t.db, large, all, { sort, language: 'es' })
  const rising = Array.from(await byPrice('price_asc'))
  const expected = [...rising].sort((a, b) => priceAt(a) - priceAt(b) || a - b)
  expect(rising).toEqual(expected)
  expect(new Set(rising).size).toBe(30_000)
  const falling = Array.from(await byPrice('price_desc'), priceAt)
  expect(falling).toEqual([...falling].sort((a, b) => b - a))
  const { types, price } = filtersOf(large, base, { name: null, currency: 'EUR' })
  expect(types).toEqual([
    { value: 'impar', products: 15_000 },
    { value: 'par', products: 15_000 },
  ])
  expect(price).toEqual({ minMinor: 100, maxMinor: 10_106, currency: 'EUR' })
  expect(
    narrow(large, base, { type: 'par', minPrice: 200, maxPrice: 300 }).lowest.every((p) => p >= 200 && p <= 300),
  ).toBe(true)
})
