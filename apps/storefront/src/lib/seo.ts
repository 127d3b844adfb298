import type { Collection, PlaceNow, StoreProduct, StoreVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { href, type Lang, pictureAt } from './links.ts'
import type { ValueState } from './product.ts'

/** schema.org data of a page; what is undefined is left out. */
type Data = Record<string, unknown>
type Site = { publicUrl: string; lang: Lang }

/** Several things a page says about itself as one JSON-LD text, safe inside a script element. */
export function jsonLd(...things: (Data | null)[]): string {
  const graph = things.filter((thing) => thing !== null)
  return JSON.stringify({ '@context': 'https://schema.org', '@graph': graph }).replaceAll('<', '\\u003c')
}

/** Markup as the plain sentence a search result shows, cut at a word. */
export function plainText(html: string, longest = 160): string {
  const text = html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim()
  if (text.length <= longest) return text
  return `${text.slice(0, longest - 1).replace(/\s+\S*$/, '')}…`
}

/** A product with its offer: of the chosen variant, else from the lowest price to the highest. */
export function productData(
  product: StoreProduct,
  variant: StoreVariant | null,
  state: ValueState | null,
  { publicUrl, lang }: Site,
): Data {
  return {
    '@type': 'Product',
    name: pick(product.title, lang),
    description: plainText(pick(product.description, lang), 5000),
    sku: variant?.sku,
    gtin: variant?.gtin ?? undefined,
    brand: { '@type': 'Brand', name: product.vendor || 'Lino y Sal' },
    image: product.media.flatMap(({ url }) => (url ? [`${publicUrl}${pictureAt(url, 1000)}`] : [])).slice(0, 6),
    offers: offerOf(product, variant, state, `${publicUrl}${href(lang, `/products/${product.handle}`)}`),
  }
}

function offerOf(product: StoreProduct, variant: StoreVariant | null, state: ValueState | null, url: string) {
  const decimal = (minor: number) => (minor / 100).toFixed(2)
  const priced = product.variants.flatMap(({ price }) => (price ? [price] : []))
  const [any] = priced
  if (variant?.price)
    return {
      '@type': 'Offer',
      price: decimal(variant.price.effectiveMinor),
      priceCurrency: variant.price.currency,
      itemCondition: 'https://schema.org/NewCondition',
      availability: `https://schema.org/${state === 'none' ? 'OutOfStock' : 'InStock'}`,
      url,
    }
  if (!any) return undefined
  const prices = priced.map(({ effectiveMinor }) => effectiveMinor)
  return {
    '@type': 'AggregateOffer',
    lowPrice: decimal(Math.min(...prices)),
    highPrice: decimal(Math.max(...prices)),
    priceCurrency: any.currency,
    offerCount: priced.length,
    url,
  }
}

/** The way to this page, from the home page down; `path` as it would be in Spanish. */
export function breadcrumbData(crumbs: { name: string; path: string }[], { publicUrl, lang }: Site): Data {
  return {
    '@type': 'BreadcrumbList',
    itemListElement: crumbs.map(({ name, path }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name,
      item: `${publicUrl}${href(lang, path)}`,
    })),
  }
}

/** The shop itself and its search, for the home page. */
export function siteData(name: string, { publicUrl, lang }: Site): Data[] {
  const url = `${publicUrl}${href(lang, '/')}`
  return [
    { '@type': 'Organization', '@id': `${publicUrl}/#organization`, name, url, logo: `${publicUrl}/favicon.svg` },
    {
      '@type': 'WebSite',
      name,
      url,
      inLanguage: lang,
      potentialAction: {
        '@type': 'SearchAction',
        target: `${publicUrl}${href(lang, '/search')}?q={search_term_string}`,
        'query-input': 'required name=search_term_string',
      },
    },
  ]
}

const dayNames = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const

/** A shop one can walk into, with its week; the days of other hours are on the page. */
export function shopData(shop: PlaceNow, { publicUrl, lang }: Site): Data {
  return {
    '@type': 'ClothingStore',
    name: shop.name,
    url: `${publicUrl}${href(lang, `/shops#${shop.code.toLowerCase()}`)}`,
    telephone: shop.address.phone || undefined,
    address: {
      '@type': 'PostalAddress',
      streetAddress: shop.address.line1,
      postalCode: shop.address.postalCode,
      addressLocality: shop.address.city,
      addressCountry: shop.address.country,
    },
    geo: { '@type': 'GeoCoordinates', latitude: shop.latitude, longitude: shop.longitude },
    openingHoursSpecification: (Object.keys(dayNames) as (keyof typeof dayNames)[]).flatMap((day) =>
      shop.openingHours.weekly[day].map(([opens, closes]) => ({
        '@type': 'OpeningHoursSpecification',
        dayOfWeek: dayNames[day],
        opens,
        closes,
      })),
    ),
  }
}

/** The goods of a list in their order. */
export function listData(handles: readonly string[], collection: Collection, { publicUrl, lang }: Site): Data {
  return {
    '@type': 'ItemList',
    name: pick(collection.title, lang),
    itemListElement: handles.map((handle, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      url: `${publicUrl}${href(lang, `/products/${handle}`)}`,
    })),
  }
}
