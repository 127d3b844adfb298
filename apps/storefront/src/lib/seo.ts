import type { StoreProduct, StoreVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { href, type Lang } from './links.ts'
import type { ValueState } from './product.ts'

/** schema.org Product as JSON, safe inside a script element. */
export function structuredData(
  product: StoreProduct,
  variant: StoreVariant | null,
  publicUrl: string,
  lang: Lang,
  state: ValueState | null,
): string {
  const price = variant?.price ?? product.price
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: pick(product.title, lang),
    description: pick(product.description, lang)
      .replace(/<[^>]+>/g, ' ')
      .trim(),
    sku: variant?.sku,
    gtin: variant?.gtin ?? undefined,
    brand: { '@type': 'Brand', name: product.vendor || 'Lino y Sal' },
    image: product.media.flatMap((picture) => (picture.url ? [`${publicUrl}${picture.url}`] : [])).slice(0, 4),
    offers: price && {
      '@type': 'Offer',
      price: (price.effectiveMinor / 100).toFixed(2),
      priceCurrency: price.currency,
      availability: state === 'none' ? 'https://schema.org/OutOfStock' : 'https://schema.org/InStock',
      url: `${publicUrl}${href(lang, `/products/${product.handle}`)}`,
    },
  }
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
