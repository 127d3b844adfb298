import { createHash } from 'node:crypto'
import { isEan13 } from '@hilo/calc'
import { expect, test } from 'vitest'
import { colorKeys } from './products/colors.ts'
import { collections, demoProducts } from './products/index.ts'
import { productTypes } from './products/product-types.ts'
import { deliveryOptions, promotions } from './promotions.ts'

const products = demoProducts()
const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
const variants = products.flatMap((product) => product.variants)

test('there are enough goods to choose from: 74 products, 809 variants', () => {
  expect(products.length).toBe(74)
  expect(variants.length).toBe(809)
})

test('every barcode is a valid EAN-13 under the Spanish prefix, and no code stands twice', () => {
  for (const { gtin, sku } of variants) {
    expect(isEan13(gtin), sku).toBe(true)
    expect(gtin.startsWith('84')).toBe(true)
    expect(sku).toMatch(/^[A-Z]{3}-[A-Z0-9]+(-[A-Z0-9]+){0,2}$/)
  }
  for (const codes of [
    variants.map(({ gtin }) => gtin),
    variants.map(({ sku }) => sku),
    products.map(({ handle }) => handle),
    products.map(({ number }) => String(number)),
  ]) {
    expect(new Set(codes).size).toBe(codes.length)
  }
})

test('every product speaks both languages with words of its own', () => {
  const keys = ['title', 'summary', 'description', 'material', 'fit', 'care', 'origin'] as const
  for (const { es, en, handle } of products) {
    for (const key of keys) {
      expect(es[key].trim().length, `${handle} ${key} es`).toBeGreaterThan(3)
      expect(en[key].trim().length, `${handle} ${key} en`).toBeGreaterThan(3)
    }
    expect(es.description).not.toBe(en.description)
    expect(`${es.description}${en.description}${es.summary}${en.summary}`).not.toMatch(/[!¡]/)
  }
  for (const language of ['es', 'en'] as const) {
    for (const key of ['title', 'summary', 'description'] as const) {
      expect(new Set(products.map((product) => product[language][key])).size).toBe(products.length)
    }
  }
  for (const { title, description } of collections) {
    expect(title.es && title.en && description.es && description.en).toBeTruthy()
  }
})

const longWords = (text: string) => new Set(text.toLowerCase().match(/\p{L}{4,}/gu) ?? [])

/** How many words of four letters or more two texts share, as a share of the shorter one. */
function overlap(left: string, right: string): number {
  const [a, b] = [longWords(left), longWords(right)]
  return [...a].filter((word) => b.has(word)).length / Math.min(a.size, b.size)
}

test('no description is another one with words exchanged', () => {
  for (const [index, left] of products.entries())
    for (const right of products.slice(index + 1)) {
      expect(overlap(left.es.description, right.es.description), `${left.handle} / ${right.handle}`).toBeLessThan(0.5)
    }
})

test('tax classes are those of Spanish law: food 10 %, books and olive oil 4 %, all else 21 %', () => {
  const handles = (taxClass: string) =>
    products
      .filter((product) => product.taxClass === taxClass)
      .map(({ handle }) => handle)
      .toSorted()
  expect(handles('reduced')).toEqual([
    'almendras-marconas-bancal',
    'flor-de-sal-estero',
    'infusion-poleo-y-limon-sereno',
    'miel-de-romero-colmenar',
  ])
  expect(handles('super_reduced')).toEqual([
    'aceite-picual-era-alta',
    'libro-el-libro-del-lino',
    'libro-mesas-de-verano',
  ])
  expect(products.find(({ handle }) => handle === 'jabon-de-aceite-almazara')?.taxClass).toBe('standard')
  expect(products.find(({ handle }) => handle === 'cuaderno-bitacora')?.taxClass).toBe('standard')
})

test('a markdown shows a lower price beside the earlier one, on eight products, all of them in the sale', () => {
  const lowered = products.filter(({ markdownPercent }) => markdownPercent !== null)
  expect(lowered.length).toBe(8)
  for (const product of lowered) {
    expect(product.collections).toContain('rebajas')
    for (const { priceMinor, priorPriceMinor } of product.variants) {
      expect(priorPriceMinor).not.toBeNull()
      expect(priceMinor).toBeLessThan(priorPriceMinor ?? 0)
    }
  }
  for (const { priceMinor } of variants) expect(Number.isInteger(priceMinor) && priceMinor > 0).toBe(true)
})

test('every shelf is filled, every colour of the house is used, and every kind of thing has a word', () => {
  for (const { handle } of collections) {
    const count = products.filter((product) => product.collections.includes(handle)).length
    expect(count, handle).toBeGreaterThanOrEqual(5)
  }
  const known = new Set(collections.map(({ handle }) => handle))
  for (const product of products) for (const handle of product.collections) expect(known.has(handle), handle).toBe(true)
  expect(new Set(variants.flatMap(({ color }) => color ?? [])).size).toBe(colorKeys.length)
  for (const { design } of products) expect(productTypes[design.kind].es).toBeTruthy()
})

test('each shelf is announced by a picture of its own, of a thing that stands on it in that colour', () => {
  for (const { handle, cover } of collections) {
    const product = products.find((each) => each.handle === cover.product)
    expect(product?.collections, handle).toContain(handle)
    if (cover.color === null) expect(product?.colors, handle).toEqual([])
    else expect(product?.colors, handle).toContain(cover.color)
  }
  expect(new Set(collections.map(({ cover }) => cover.product)).size).toBe(collections.length)
})

test('channel-only incentives say who owns them, until when, in both languages', () => {
  const only = promotions.filter(({ channelIds }) => channelIds !== null)
  expect(only.map(({ key }) => key)).toEqual(['bath-web', 'mug-shop'])
  for (const { owner, explanation, startsInDays, endsInDays } of only) {
    expect(owner).toBeTruthy()
    expect(explanation?.es && explanation.en).toBeTruthy()
    expect(startsInDays).toBeLessThan(0)
    expect(endsInDays).toBeGreaterThan(0)
  }
  const gift = promotions.find(({ kind }) => kind === 'gift')
  expect(variants.some(({ sku }) => sku === gift?.giftSku)).toBe(true)
  expect(promotions.find(({ couponCode }) => couponCode)?.couponCode).toBe('BIENVENIDA')
})

test('every postal code of Spain has one way to be sent to', () => {
  for (let province = 1; province <= 52; province++) {
    const code = `${String(province).padStart(2, '0')}001`
    const serving = deliveryOptions.filter(
      ({ postalPrefixes }) => postalPrefixes === null || postalPrefixes.some((prefix) => code.startsWith(prefix)),
    )
    expect(serving.length, code).toBeGreaterThan(0)
  }
})

test('the goods are the same every time', () => {
  expect(hash(demoProducts())).toBe(hash(products))
})
