/** Products as shops, counters and the console see them. Money in minor units, pictures as paths that take `?w=`. */
import { z } from 'zod'
import { instant, localizedText, minor, page } from './common.ts'

/** Widths that `/media/...?w=` serves, in pixels; any other is refused. */
export const pictureWidths = [80, 160, 320, 480, 640, 800, 1000, 1600] as const
export const taxClasses = ['standard', 'reduced', 'super_reduced', 'zero'] as const
export const productStatuses = ['draft', 'active', 'archived'] as const
export const productKinds = ['physical', 'digital', 'grouped', 'external'] as const
export const channelKinds = ['web', 'pos', 'marketplace', 'social', 'chat', 'phone', 'agent', 'api'] as const

const handle = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens, such as camisa-lino')

/** `key` is `color`, `size` or another word of the merchant; `value` is what `variant.optionValues` holds. */
export const optionValue = z.object({ value: z.string(), label: localizedText, swatch: z.string().nullable() })
export const productOption = z.object({ key: z.string(), name: localizedText, values: z.array(optionValue) })
export type ProductOption = z.output<typeof productOption>

/** `url` is null while a remote picture is still to be fetched. `optionValue`: shown when that value is chosen. */
export const picture = z.object({
  id: z.string(),
  url: z.string().nullable(),
  alt: localizedText,
  optionValue: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Placeholder colour while it loads, as #rrggbb. */
  color: z.string().nullable(),
})
export type Picture = z.output<typeof picture>

/** `GET /api/store/product-handles`: addresses of everything a channel shows, for sitemaps. */
export const productHandlesQuery = z.strictObject({
  channel: z.string().max(40).default('web'),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  lang: z.enum(['es', 'en']).optional(),
})
export const productHandlesAnswer = z.object({
  items: z.array(z.object({ handle: z.string(), updatedAt: instant })),
  /** Pass it as `cursor` for the next part; null at the end. */
  next: z.string().nullable(),
})
export type ProductHandles = z.output<typeof productHandlesAnswer>

export const collection = z.object({
  id: z.string(),
  handle: z.string(),
  parentId: z.string().nullable(),
  title: localizedText,
  description: localizedText,
  picture: z.string().nullable(),
  position: z.int(),
  /** Active products published on this channel. */
  products: z.int(),
})
export type Collection = z.output<typeof collection>

export const channel = z.object({
  id: z.string(),
  name: localizedText,
  kind: z.enum(channelKinds),
  currency: z.string(),
  country: z.string(),
  taxIncluded: z.boolean(),
  trusted: z.boolean(),
  status: z.enum(['active', 'paused']),
})
export type ChannelView = z.output<typeof channel>

/**
 * Price of one unit now. `effectiveMinor` is what is paid; `markdownMinor` and `priorMinor` (lowest price of the 30 days before
 * the markdown) are null when nothing is lowered. `reason` says it in words.
 */
export const unitPrice = z.object({
  amountMinor: minor,
  markdownMinor: minor.nullable(),
  priorMinor: minor.nullable(),
  effectiveMinor: minor,
  currency: z.string(),
  taxIncluded: z.boolean(),
  taxRateBp: z.int(),
  reason: localizedText.nullable(),
})
export type UnitPrice = z.output<typeof unitPrice>

/** Price of a product card: the cheapest variant's price, and whether others cost more. */
export const cardPrice = unitPrice.extend({ highestMinor: minor, isFrom: z.boolean() })

export const productCard = z.object({
  id: z.string(),
  handle: z.string(),
  title: localizedText,
  kind: z.enum(productKinds),
  productType: z.string(),
  vendor: z.string(),
  tags: z.array(z.string()),
  /** Null when no variant has a price on this channel; such a product is listed in the console only. */
  price: cardPrice.nullable(),
  picture: picture.nullable(),
  /** A second picture, for the pointer. */
  hoverPicture: picture.nullable(),
  /** Values of the option `color`, each with its first picture. */
  colors: z.array(optionValue.extend({ picture: z.string().nullable() })),
  /** Labels of the option `size`, in the merchant's order. */
  sizes: z.array(z.object({ value: z.string(), label: localizedText })),
  /** Variants on sale; ask `/api/store/availability?variants=` for their stock. */
  variantIds: z.array(z.string()),
  createdAt: z.string(),
})
export type ProductCard = z.output<typeof productCard>

export const storeVariant = z.object({
  id: z.string(),
  sku: z.string(),
  gtin: z.string().nullable(),
  optionValues: z.array(z.string()),
  optionLabels: z.array(localizedText),
  price: unitPrice.nullable(),
  weightGrams: z.int().nullable(),
  stockTracked: z.boolean(),
  picture: z.string().nullable(),
})
export type StoreVariant = z.output<typeof storeVariant>

/** A promotion that concerns a product. `here` false: it holds on the named channels only, and the text says so honestly. */
export const productPromotion = z.object({
  id: z.string(),
  kind: z.string(),
  text: localizedText,
  endsAt: z.string().nullable(),
  here: z.boolean(),
  channelIds: z.array(z.string()).nullable(),
})

export const storeProduct = productCard.extend({
  description: localizedText,
  facts: z.record(z.string(), localizedText),
  options: z.array(productOption),
  variants: z.array(storeVariant),
  media: z.array(picture),
  collections: z.array(z.object({ id: z.string(), handle: z.string(), title: localizedText })),
  promotions: z.array(productPromotion),
  related: z.array(productCard),
  /** Of a grouped product: what it lists. */
  members: z.array(productCard),
  externalUrl: z.string().nullable(),
})
export type StoreProduct = z.output<typeof storeProduct>

export const productSorts = ['featured', 'newest', 'price_asc', 'price_desc', 'title'] as const
const list = z
  .string()
  .max(400)
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
/** `color` and `size` take several values with commas; prices in minor units. */
export const storeProductsQuery = z.strictObject({
  collection: handle.optional(),
  q: z.string().max(200).optional(),
  color: list.optional(),
  size: list.optional(),
  type: z.string().max(100).optional(),
  minPrice: z.coerce.number().int().min(0).optional(),
  maxPrice: z.coerce.number().int().min(0).optional(),
  markdown: z.enum(['true', 'false']).optional(),
  available: z.enum(['true', 'false']).optional(),
  sort: z.enum(productSorts).default('featured'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  channel: z.string().max(40).optional(),
  lang: z.enum(['es', 'en']).optional(),
})
export const facet = z.object({
  value: z.string(),
  label: localizedText,
  swatch: z.string().nullable(),
  products: z.int(),
})
/** What the list could be narrowed by; counts are of the list before colour, size and price were chosen. */
export const productFilters = z.object({
  colors: z.array(facet),
  sizes: z.array(facet),
  types: z.array(z.object({ value: z.string(), products: z.int() })),
  price: z.object({ minMinor: minor, maxMinor: minor, currency: z.string() }).nullable(),
})
export type ProductFilters = z.output<typeof productFilters>
export const storeProducts = page(productCard).extend({
  total: z.int(),
  collection: collection.nullable(),
  filters: productFilters,
})
export type StoreProducts = z.output<typeof storeProducts>

/** `corrected`: words read as others; `ignored`: words that nothing in the shop resembles. */
export const searchWords = z.object({
  query: z.string(),
  corrected: z.array(z.object({ from: z.string(), to: z.string() })),
  ignored: z.array(z.string()),
})
export const searchSuggestions = z.object({
  words: z.array(z.string()),
  collections: z.array(z.object({ handle: z.string(), title: localizedText })),
  products: z.array(z.object({ handle: z.string(), title: localizedText, picture: z.string().nullable() })),
})
export const storeSearch = page(productCard).extend({
  total: z.int(),
  words: searchWords,
  suggestions: searchSuggestions,
  /** Set when the query is exactly a SKU or barcode. */
  exactVariantId: z.string().nullable(),
})
export type StoreSearch = z.output<typeof storeSearch>
export const storeSearchQuery = z.strictObject({
  q: z.string().max(200),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  channel: z.string().max(40).optional(),
  lang: z.enum(['es', 'en']).optional(),
})
export const storeSuggest = searchSuggestions.extend({ searched: searchWords })
export type StoreSuggest = z.output<typeof storeSuggest>

/** One thing the counter can sell: `GET /api/pos/products?q=` and `GET /api/pos/scan/:code`. */
export const posVariant = z.object({
  variantId: z.string(),
  productId: z.string(),
  handle: z.string(),
  sku: z.string(),
  gtin: z.string().nullable(),
  title: localizedText,
  optionValues: z.array(z.string()),
  optionLabels: z.array(localizedText),
  picture: z.string().nullable(),
  price: unitPrice.nullable(),
  stockTracked: z.boolean(),
})
export type PosVariant = z.output<typeof posVariant>
