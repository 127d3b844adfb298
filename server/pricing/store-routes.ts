/** The shop's and the counter's reading of products: what it is, and what it costs here. */
import {
  posVariant,
  storeProduct as storeProductSchema,
  storeProducts,
  storeProductsQuery,
  storeSearch,
  storeSearchQuery,
  storeSuggest,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { catalogProblems, findVariantByCode, type SaleVariant, searchProducts, variantsOfProducts } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type AppContext, get } from '#platform/http'
import { giveOnce, KeptAnswers, readVersions } from './answers.ts'
import { unitPrices } from './prices.ts'
import { type InStock, productsPage, type Reader, searchPage, suggestPage, warmUp } from './store-pages.ts'
import { storeProduct } from './store-product.ts'

export type StoreRoutesOptions = { inStock?: InStock }

const defaultShop = 'web'
const defaultCounter = 'pos'
const tag = 'Shop: products'

/** Registers `/api/store/products`, `/api/store/search` and `/api/pos/products`. */
export function registerStoreRoutes(app: FastifyInstance, context: AppContext, { inStock }: StoreRoutesOptions): void {
  const answers = new KeptAnswers()
  const reader: Reader = { clock: context.clock, keepers: new Map(), collections: new Map(), inStock }
  // A large assortment takes a moment to read: better now than with the first who asks.
  app.addHook('onListen', async () => {
    const warmed = warmUp(reader, context.db, defaultShop)
    warmed.catch((error: unknown) => app.log.warn({ err: error }, 'the assortment could not be read ahead'))
  })

  get(app, context, {
    url: '/api/store/products',
    action: 'catalog.store.read',
    summary: 'Products of the shop or of a collection, narrowed and sorted',
    tag,
    schema: { querystring: storeProductsQuery, response: { 200: storeProducts } },
    run: async (input) => {
      const { db, query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      // What can be had changes with every sale: such a list is made anew.
      if (query.available === 'true') {
        const page = await productsPage(reader, db, { asked, language, versions: await readVersions(db) })
        return giveOnce(input, page.body)
      }
      return answers.give(input, JSON.stringify(['products', asked, language]), (q, versions) =>
        productsPage(reader, q, { asked, language, versions }),
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
      const { query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      return answers.give(input, JSON.stringify(['search', asked, language]), (q, versions) =>
        searchPage(reader, q, { asked, language, versions }),
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
      const { query, language } = input
      const asked = { ...query, channel: query.channel ?? defaultShop }
      return answers.give(input, JSON.stringify(['suggest', asked, language]), (q, versions) =>
        suggestPage(reader, q, { asked, language, versions }),
      )
    },
  })

  registerPosRoutes(app, context)
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
