/** Lists of the shop: chosen by catalog, priced here, narrowed and sorted in memory. */
import type { ProductFilters, productSorts, UnitPrice } from '@hilo/contract'
import { type ListedProduct, listProducts } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { optionKeyOf } from './option-keys.ts'
import { type Prices, unitPricesUntil } from './prices.ts'

export type PricedList = { products: readonly ListedProduct[]; prices: Prices; untilMs: number }
export type ListOf = { channelId: string; collection?: string; ids?: readonly string[] }

/** A list with its prices, and until when they hold though nobody changes them. */
export async function readList(q: Queryable, clock: Clock, list: ListOf): Promise<PricedList> {
  const products = await listProducts(q, list)
  const variants = products.flatMap(({ taxClass, variants: all }) => all.map(({ id }) => ({ id, taxClass })))
  const { prices, untilMs } = await unitPricesUntil(q, { clock, channelId: list.channelId, variants })
  // A thing without a price here is not for sale here; grouped and external ones never have a price of their own.
  return {
    products: products.filter(({ variants: all }) => all.length === 0 || all.some(({ id }) => prices.has(id))),
    prices,
    untilMs,
  }
}

export type Narrowing = {
  color?: readonly string[]
  size?: readonly string[]
  type?: string
  minPrice?: number
  maxPrice?: number
  markdown?: boolean
  /** Variant ids that can be had now. */
  available?: ReadonlySet<string>
}

/** Products of which at least one variant fits everything asked, each with its lowest fitting price (Infinity without one). Pure. */
export function narrow(
  { products, prices }: PricedList,
  asked: Narrowing,
): { product: ListedProduct; lowestMinor: number }[] {
  const wantsVariant = Boolean(
    asked.color?.length ||
      asked.size?.length ||
      asked.available ||
      asked.markdown ||
      asked.minPrice !== undefined ||
      asked.maxPrice !== undefined,
  )
  return products.flatMap((product) => {
    if (asked.type !== undefined && product.productType !== asked.type) return []
    const fitting = product.variants.filter((variant) => fits(product, variant, prices.get(variant.id), asked))
    if (fitting.length === 0 && (wantsVariant || product.variants.length > 0)) return []
    const lowestMinor = Math.min(...fitting.map(({ id }) => prices.get(id)?.effectiveMinor ?? Number.POSITIVE_INFINITY))
    return [{ product, lowestMinor }]
  })
}

function fits(
  product: ListedProduct,
  variant: ListedProduct['variants'][number],
  price: UnitPrice | undefined,
  asked: Narrowing,
): boolean {
  if (!price) return false
  const has = (key: string, wanted: readonly string[] | undefined) => {
    if (!wanted?.length) return true
    const at = product.options.findIndex((option) => optionKeyOf(option) === key)
    const value = variant.optionValues[at]
    return value !== undefined && wanted.includes(value)
  }
  return (
    has('color', asked.color) &&
    has('size', asked.size) &&
    (asked.minPrice === undefined || price.effectiveMinor >= asked.minPrice) &&
    (asked.maxPrice === undefined || price.effectiveMinor <= asked.maxPrice) &&
    (!asked.markdown || price.markdownMinor !== null) &&
    (!asked.available || asked.available.has(variant.id))
  )
}

/** The narrowed list in the order asked; `featured` keeps the merchant's (or the search's) order. Pure. */
export function sorted(
  list: readonly { product: ListedProduct; lowestMinor: number }[],
  sort: (typeof productSorts)[number],
  language: 'es' | 'en',
): readonly { product: ListedProduct; lowestMinor: number }[] {
  const byId = (a: ListedProduct, b: ListedProduct) => (a.id < b.id ? -1 : 1)
  switch (sort) {
    case 'featured':
      return list
    case 'newest':
      return list.toSorted(
        (a, b) => b.product.createdAt.localeCompare(a.product.createdAt) || byId(b.product, a.product),
      )
    case 'price_asc':
      return list.toSorted((a, b) => a.lowestMinor - b.lowestMinor || byId(a.product, b.product))
    case 'price_desc':
      return list.toSorted((a, b) => finite(b.lowestMinor) - finite(a.lowestMinor) || byId(a.product, b.product))
    case 'title': {
      const order = new Intl.Collator(language)
      const name = ({ title }: ListedProduct) => title[language] || title.es
      return list.toSorted((a, b) => order.compare(name(a.product), name(b.product)) || byId(a.product, b.product))
    }
    default: {
      const never: never = sort
      return never
    }
  }
}

// Without a price comes last in both directions.
function finite(minor: number): number {
  return Number.isFinite(minor) ? minor : -1
}

/** What the whole list could be narrowed by, with how many products each choice leaves. Pure. */
export function filtersOf({ products, prices }: PricedList): ProductFilters {
  const facets = {
    color: new Map<string, ProductFilters['colors'][number]>(),
    size: new Map<string, ProductFilters['sizes'][number]>(),
  }
  const types = new Map<string, number>()
  let lowest: UnitPrice | undefined
  let highestMinor = 0
  for (const product of products) {
    if (product.productType !== '') types.set(product.productType, (types.get(product.productType) ?? 0) + 1)
    product.options.forEach((option, at) => {
      const key = optionKeyOf(option)
      if (key !== 'color' && key !== 'size') return
      const used = new Set(product.variants.map(({ optionValues }) => optionValues[at]))
      for (const { value, label, swatch = null } of option.values) {
        if (!used.has(value)) continue
        const facet = facets[key].get(value) ?? { value, label, swatch, products: 0 }
        facet.products += 1
        facets[key].set(value, facet)
      }
    })
    for (const { id } of product.variants) {
      const price = prices.get(id)
      if (!price) continue
      if (!lowest || price.effectiveMinor < lowest.effectiveMinor) lowest = price
      highestMinor = Math.max(highestMinor, price.effectiveMinor)
    }
  }
  return {
    colors: [...facets.color.values()].sort((a, b) => b.products - a.products || a.value.localeCompare(b.value)),
    sizes: [...facets.size.values()].sort(
      (a, b) => sizeOrder(a.value) - sizeOrder(b.value) || a.value.localeCompare(b.value, 'es', { numeric: true }),
    ),
    types: [...types]
      .map(([value, count]) => ({ value, products: count }))
      .sort((a, b) => b.products - a.products || a.value.localeCompare(b.value)),
    price: lowest ? { minMinor: lowest.effectiveMinor, maxMinor: highestMinor, currency: lowest.currency } : null,
  }
}

const letterSizes = ['xxs', 'xs', 's', 'm', 'l', 'xl', 'xxl', 'xxxl']

function sizeOrder(value: string): number {
  const at = letterSizes.indexOf(value.toLowerCase())
  return at < 0 ? letterSizes.length : at
}

/** A page of a list held in memory. The cursor names the last item shown, so that a change before it does not repeat or skip. */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  cursor: string | undefined,
  limit: number,
): { items: T[]; next: string | null } {
  const { id, at } = readCursor(cursor)
  const found = id === undefined ? -1 : items.findIndex((item) => idOf(item) === id)
  const from = id === undefined ? 0 : found >= 0 ? found + 1 : at
  const shown = items.slice(from, from + limit)
  const last = shown.at(-1)
  const more = last !== undefined && from + limit < items.length
  return { items: shown, next: more ? Buffer.from(`${from + limit}:${idOf(last)}`).toString('base64url') : null }
}

function readCursor(cursor: string | undefined): { id?: string; at: number } {
  if (cursor === undefined) return { at: 0 }
  const [, at = '0', id] = /^(\d{1,9}):(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  return { id, at: Number(at) }
}
