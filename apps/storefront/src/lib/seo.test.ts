import type { StoreProduct } from '@hilo/contract'
import { expect, test } from 'vitest'
import { breadcrumbData, jsonLd, plainText, productData } from './seo.ts'
import { sitemapIndex, urlSet } from './sitemap.ts'

const site = { publicUrl: 'https://tienda.example', lang: 'en' } as const
const price = (effectiveMinor: number) => ({ effectiveMinor, currency: 'EUR' })
const product = {
  title: { es: '</script><b>', en: 'Shirt </script><b>' },
  description: { es: '', en: '<p>Washed linen.</p><p>Cut &amp; sewn here.</p>' },
  media: [{ url: '/media/demo/camisa/anil/front' }, { url: null }],
  vendor: '',
  handle: 'camisa',
  variants: [
    { sku: 'CAM-S', gtin: '8437026100017', price: price(7900) },
    { sku: 'CAM-L', gtin: null, price: price(8400) },
    { sku: 'CAM-X', gtin: null, price: null },
  ],
} as unknown as StoreProduct
const [small] = product.variants

test('what stands in a product text cannot end the script element that holds its data', () => {
  const text = jsonLd(productData(product, null, null, site))
  expect(text).not.toContain('<')
  expect(JSON.parse(text)['@graph'][0].name).toBe('Shirt </script><b>')
})

test('a product is offered from the lowest to the highest price until a size is chosen, then at its own', () => {
  expect(productData(product, null, null, site)).toMatchObject({
    description: 'Washed linen. Cut & sewn here.',
    image: ['https://tienda.example/media/demo/camisa/anil/front?w=1000'],
    offers: { '@type': 'AggregateOffer', lowPrice: '79.00', highPrice: '84.00', offerCount: 2, priceCurrency: 'EUR' },
  })
  expect(productData(product, small ?? null, 'none', site)).toMatchObject({
    sku: 'CAM-S',
    gtin: '8437026100017',
    offers: {
      price: '79.00',
      availability: 'https://schema.org/OutOfStock',
      url: 'https://tienda.example/en/products/camisa',
    },
  })
})

test('the way to a page names each step with its address in the language of the page', () => {
  expect(
    breadcrumbData(
      [
        { name: 'Home', path: '/' },
        { name: 'Women', path: '/collections/mujer' },
      ],
      site,
    ),
  ).toEqual({
    '@type': 'BreadcrumbList',
    itemListElement: [
      { '@type': 'ListItem', position: 1, name: 'Home', item: 'https://tienda.example/en' },
      { '@type': 'ListItem', position: 2, name: 'Women', item: 'https://tienda.example/en/collections/mujer' },
    ],
  })
})

test('a description for search results is one plain sentence, cut between words', () => {
  expect(plainText('<p>Lino</p>  <p>y sal</p>')).toBe('Lino y sal')
  const long = plainText('palabra '.repeat(60))
  expect(long.length).toBeLessThanOrEqual(160)
  expect(long).toMatch(/palabra…$/)
})

test('a sitemap names each page in both languages, with the other beside it, and survives odd signs', () => {
  const xml = urlSet('https://tienda.example', [{ path: '/products/a?b&c', updatedAt: '2026-11-22T10:00:00Z' }])
  expect(xml.match(/<url>/g)).toHaveLength(2)
  expect(xml).toContain('<loc>https://tienda.example/en/products/a?b&amp;c</loc><lastmod>2026-11-22</lastmod>')
  expect(xml.match(/hreflang="es" href="https:\/\/tienda.example\/products\/a\?b&amp;c"/g)).toHaveLength(2)
  expect(sitemapIndex(['https://tienda.example/x?after=a&b'])).toContain('after=a&amp;b</loc>')
})
