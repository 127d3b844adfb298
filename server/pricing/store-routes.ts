/** The shop's and the counter's reading of products: what it is, and what it costs here. */
import {
  type ProductCard,
  posVariant,
  type StoreProducts,
  type StoreSearch,
  storeProduct as storeProductSchema,
  storeProducts,
  storeProductsQuery,
  storeSearch,
  storeSearchQuery,
  storeSuggest,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import {
  cardFacts,
  catalogProblems,
  findCollection,
  findVariantByCode,
  listCollections,
  type SaleVariant,
  searchProducts,
  suggestWords,
  variantsOfProducts,
} from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type AppContext, get } from '#platform/http'
import { giveOnce, KeptAnswers, type Made } from './answers.ts'
import { toCard } from './cards.ts'
import { type Prices, unitPrices } from './prices.ts'
import { pricingProblems } from './problems.ts'
import { filtersOf, narrow, type PricedList, pageOf, readList, sorted } from './store-list.ts'
import { storeProduct } from './store-product.ts'

/** Which of these variants can be had now on this channel; stock knows, and stands beside this module. */
export type InStock = (
  q: Queryable,
  asked: { variantIds: readonly string[]; channelId: string },
) => Promise<ReadonlySet<string>>
export type StoreRoutesOptions = { inStock?: InStock }

const defaultShop = 'web'
const defaultCounter = 'pos'
const tag = 'Shop: products'

/** Registers `/api/store/products`, `/api/store/search` and `/api/pos/products`. */
export function registerStoreRoutes(app: FastifyInstance, context: AppContext, { inStock }: StoreRoutesOptions): void {
  const answers = new KeptAnswers()

  get(app, context, {
    url: '/api/store/products',
    action: 'catalog.store.read',
    summary: 'Products of the shop or of a collection, narrowed and sorted',
    tag,
    schema: { querystring: storeProductsQuery, response: { 200: storeProducts } },
    run: async (input) => {
      const { db, clock, query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      // What can be had changes with every sale: such a list is made anew.
      if (query.available === 'true')
        return giveOnce(input, (await productsPage(db, clock, { asked, language, inStock })).body)
      return answers.give(input, JSON.stringify(['products', asked, language]), (q) =>
        productsPage(q, clock, { asked, language, inStock }),
      )
    },
  })

  get(app, context, {
    url: '/api/store/products/:handle',
    action: 'catalog.store.read',
    summary: 'One product with options, variants, prices with their reason, pictures and what goes with it',
    tag,
    schema: {
      params: z.strictObject({ handle: z.string().max(200) }),
      querystring: z.strictObject({ channel: z.string().max(40).optional(), lang: z.enum(['es', 'en']).optional() }),
      response: { 200: storeProductSchema },
    },
    run: async (input) => {
      const { clock, params, query } = input
      const asked = { clock, handle: params.handle, channelId: query.channel ?? defaultShop }
      return answers.give(input, JSON.stringify(['product', asked.handle, asked.channelId]), (q) =>
        storeProduct(q, asked),
      )
    },
  })

  get(app, context, {
    url: '/api/store/search',
    action: 'catalog.store.read',
    summary: 'Search that forgives typing errors; a SKU or barcode comes first',
    tag,
    schema: { querystring: storeSearchQuery, response: { 200: storeSearch } },
    limitPerMinute: 600,
    run: async (input) => {
      const { clock, query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      return answers.give(input, JSON.stringify(['search', asked, language]), (q) =>
        searchPage(q, clock, { asked, language }),
      )
    },
  })

  get(app, context, {
    url: '/api/store/search/suggest',
    action: 'catalog.store.read',
    summary: 'Words, collections and a few products while somebody types',
    tag,
    schema: { querystring: storeSearchQuery.omit({ cursor: true }), response: { 200: storeSuggest } },
    limitPerMinute: 1200,
    run: async (input) => {
      const { clock, query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      return answers.give(input, JSON.stringify(['suggest', asked, language]), (q) =>
        suggestPage(q, clock, { asked, language }),
      )
    },
  })

  registerPosRoutes(app, context)
}

type AskedProducts = z.output<typeof storeProductsQuery> & { channel: string }
type AskedSearch = z.output<typeof storeSearchQuery> & { channel: string }
type Language = 'es' | 'en'

async function productsPage(
  q: Queryable,
  clock: Clock,
  { asked, language, inStock }: { asked: AskedProducts; language: Language; inStock: InStock | undefined },
): Promise<Made> {
  const { channel: channelId, collection: handle, color, size, type, minPrice, maxPrice } = asked
  const collection = handle === undefined ? null : await findCollection(q, handle, channelId)
  const ids = asked.q === undefined ? undefined : (await searchProducts(q, asked.q, { channelId })).productIds
  const list = await readList(q, clock, { channelId, collection: handle, ids })
  const available = asked.available === 'true' ? await availableNow(q, inStock, list, channelId) : undefined
  const markdown = asked.markdown === 'true'
  const fitting = narrow(list, { color, size, type, minPrice, maxPrice, markdown, available })
  const page = pageOf(sorted(fitting, asked.sort, language), ({ product }) => product.id, asked.cursor, asked.limit)
  const ofPage = page.items.map(({ product }) => product.id)
  const body: StoreProducts = {
    items: await cards(q, ofPage, list.prices),
    next: page.next,
    total: fitting.length,
    collection,
    filters: filtersOf(list),
  }
  return { body, untilMs: list.untilMs }
}

async function searchPage(
  q: Queryable,
  clock: Clock,
  { asked, language }: { asked: AskedSearch; language: Language },
): Promise<Made> {
  const channelId = asked.channel
  const found = await searchProducts(q, asked.q, { channelId })
  const list = await readList(q, clock, { channelId, ids: found.productIds })
  const page = pageOf(list.products, ({ id }) => id, asked.cursor, asked.limit)
  const ofPage = page.items.map(({ id }) => id)
  const items = await cards(q, ofPage, list.prices)
  const body: StoreSearch = {
    items,
    next: page.next,
    total: list.products.length,
    words: { query: asked.q, corrected: found.corrected, ignored: found.ignored },
    suggestions: await suggestions(q, asked.q, language, channelId, items),
    exactVariantId: found.exact?.id ?? null,
  }
  return { body, untilMs: list.untilMs }
}

async function suggestPage(
  q: Queryable,
  clock: Clock,
  { asked, language }: { asked: AskedSearch; language: Language },
): Promise<Made> {
  const channelId = asked.channel
  const found = await searchProducts(q, asked.q, { channelId })
  const list = await readList(q, clock, { channelId, ids: found.productIds.slice(0, 5) })
  const ofPage = list.products.map(({ id }) => id)
  const items = await cards(q, ofPage, list.prices)
  const searched = { query: asked.q, corrected: found.corrected, ignored: found.ignored }
  return { body: { ...(await suggestions(q, asked.q, language, channelId, items)), searched }, untilMs: list.untilMs }
}

function registerPosRoutes(app: FastifyInstance, context: AppContext): void {
  const lang = z.enum(['es', 'en']).optional()
  const channel = z.string().max(40).default(defaultCounter)
  get(app, context, {
    url: '/api/pos/products',
    action: 'catalog.pos.read',
    summary: 'What the counter finds for a few words, a SKU or a barcode: variants with their price',
    tag: 'Counter: products',
    schema: {
      querystring: z.strictObject({
        q: z.string().max(200),
        channel,
        limit: z.coerce.number().int().min(1).max(100).default(30),
        lang,
      }),
      response: { 200: z.object({ items: z.array(posVariant), exactVariantId: z.string().nullable() }) },
    },
    run: async ({ db, clock, query }) => {
      const found = await searchProducts(db, query.q, { channelId: query.channel })
      const ids = found.productIds.slice(0, query.limit)
      const variants = found.exact
        ? [found.exact]
        : inOrder(ids, await variantsOfProducts(db, ids)).slice(0, query.limit)
      return { items: await posVariants(db, clock, query.channel, variants), exactVariantId: found.exact?.id ?? null }
    },
  })
  get(app, context, {
    url: '/api/pos/scan/:code',
    action: 'catalog.pos.read',
    summary: 'The variant with this SKU or barcode',
    tag: 'Counter: products',
    schema: {
      params: z.strictObject({ code: z.string().min(1).max(100) }),
      querystring: z.strictObject({ channel, lang }),
      response: { 200: posVariant },
    },
    run: async ({ db, clock, params, query }) => {
      const variant = await findVariantByCode(db, params.code)
      if (!variant?.active) throw catalogProblems.code_unknown({ scanned: params.code })
      const [shown] = await posVariants(db, clock, query.channel, [variant])
      return shown
    },
  })
}

function inOrder(productIds: readonly string[], variants: readonly SaleVariant[]): SaleVariant[] {
  return productIds.flatMap((id) => variants.filter(({ productId }) => productId === id))
}

async function posVariants(q: Queryable, clock: Clock, channelId: string, variants: readonly SaleVariant[]) {
  const prices = await unitPrices(q, { clock, channelId, variants })
  return variants.map(
    ({ id, productId, handle, sku, gtin, title, optionValues, optionLabels, picture, stockTracked }) => ({
      variantId: id,
      productId,
      handle,
      sku,
      gtin,
      title,
      optionValues,
      optionLabels,
      picture,
      stockTracked,
      price: prices.get(id) ?? null,
    }),
  )
}

async function cards(q: Queryable, ids: readonly string[], prices: Prices): Promise<ProductCard[]> {
  const facts = await cardFacts(q, ids)
  return ids.flatMap((id) => {
    const one = facts.get(id)
    return one ? [toCard(one, prices)] : []
  })
}

async function availableNow(
  q: Queryable,
  inStock: InStock | undefined,
  list: PricedList,
  channelId: string,
): Promise<ReadonlySet<string>> {
  if (!inStock) throw pricingProblems.availability_unknown({ parameter: 'available' })
  return inStock(q, { variantIds: list.products.flatMap(({ variants }) => variants.map(({ id }) => id)), channelId })
}

async function suggestions(
  q: Queryable,
  query: string,
  language: 'es' | 'en',
  channelId: string,
  found: readonly ProductCard[],
): Promise<StoreSearch['suggestions']> {
  const words = await suggestWords(q, query, language)
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const asked = plain(query.trim())
  const collections =
    asked === ''
      ? []
      : (await listCollections(q, channelId)).filter(
          ({ title, products }) => products > 0 && [title.es, title.en].some((text) => plain(text).includes(asked)),
        )
  return {
    words,
    collections: collections.slice(0, 4).map(({ handle, title }) => ({ handle, title })),
    products: found.slice(0, 5).map(({ handle, title, picture }) => ({ handle, title, picture: picture?.url ?? null })),
  }
}
