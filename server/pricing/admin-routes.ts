/** Products with their prices, prices and promotions in the console. */
import {
  adminProduct as adminProductSchema,
  adminProductsQuery,
  adminProducts as adminProductsSchema,
  createProductBody,
  editProductBody,
  editPromotionBody,
  previewPromotion,
  previewPromotionBody,
  priceChange,
  priceList,
  promotion,
  promotionBody,
  promotions,
  promotionsQuery,
  setPricesAnswer,
  setPricesBody,
  taxRate,
  undeclaredDifference,
  variantsBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { createProduct, editProduct, type NewVariant, saveVariants } from '#catalog'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type AppContext, answer, get, write } from '#platform/http'
import { sql } from '#platform/sql'
import { adminProduct, adminProducts } from './admin-products.ts'
import { findUndeclaredDifferences } from './parity.ts'
import { previewOf } from './preview.ts'
import { createPromotion, editPromotion, findPromotion, listPromotions } from './promotions.ts'
import { setPrices } from './set-prices.ts'

const byId = z.strictObject({ id: z.string().max(60) })
const lang = z.strictObject({ lang: z.enum(['es', 'en']).optional() })

/** Registers `/api/admin/products`, `/api/admin/prices` and what belongs to them. */
export function registerProductRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Products'
  get(app, context, {
    url: '/api/admin/products',
    action: 'catalog.products.read',
    summary: 'Products in any state; archived ones when asked for',
    tag,
    schema: { querystring: adminProductsQuery, response: { 200: adminProductsSchema } },
    run: ({ db, clock, query }) => adminProducts(db, clock, query),
  })
  get(app, context, {
    url: '/api/admin/products/:id',
    action: 'catalog.products.read',
    summary: 'One product with its matrix, prices and pictures',
    tag,
    schema: { params: byId, querystring: lang, response: { 200: adminProductSchema } },
    run: ({ db, params }) => adminProduct(db, params.id),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/products',
    action: 'catalog.products.write',
    summary: 'Make a product, with its variants and their first prices',
    tag,
    schema: { body: createProductBody, response: { 201: adminProductSchema } },
    run: async ({ tx, clock, body, actor }) => {
      const { productId, variants } = await createProduct(tx, clock, body)
      await firstPrices(tx, clock, actor, variants)
      return answer(201, await adminProduct(tx, productId))
    },
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/products/:id',
    action: 'catalog.products.write',
    summary: 'Change a product: texts, state, channels, collections',
    tag,
    schema: { params: byId, body: editProductBody, response: { 200: adminProductSchema } },
    run: async ({ tx, clock, params, body }) => {
      await editProduct(tx, clock, params.id, body)
      return adminProduct(tx, params.id)
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/products/:id/variants',
    action: 'catalog.products.write',
    summary: 'Write the matrix of options and variants; those left out are archived',
    tag,
    schema: { params: byId, body: variantsBody, response: { 200: adminProductSchema } },
    run: async ({ tx, clock, params, body, actor }) => {
      await firstPrices(tx, clock, actor, await saveVariants(tx, clock, params.id, body))
      return adminProduct(tx, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/products/:id/archive',
    action: 'catalog.products.write',
    summary: 'Archive a product: it is sold nowhere, and its history stays',
    tag,
    schema: { params: byId, response: { 200: adminProductSchema } },
    run: async ({ tx, clock, params }) => {
      const { version } = await adminProduct(tx, params.id)
      await editProduct(tx, clock, params.id, { status: 'archived', version })
      return adminProduct(tx, params.id)
    },
  })
}

async function firstPrices(tx: Tx, clock: Clock, actor: Actor, variants: readonly NewVariant[]): Promise<void> {
  const items = variants.flatMap(({ id, amountMinor }) =>
    amountMinor === undefined ? [] : [{ variantId: id, amountMinor }],
  )
  if (items.length > 0) await setPrices(tx, clock, { items, changedBy: actorId(actor) })
}

/** Registers prices, taxes and the check between channels. */
export function registerPriceRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Prices'
  get(app, context, {
    url: '/api/admin/price-lists',
    action: 'pricing.prices.read',
    summary: 'Price lists: the general one and those of single channels',
    tag,
    schema: { querystring: lang, response: { 200: z.object({ items: z.array(priceList) }) } },
    run: async ({ db }) => ({
      items: await db.many(sql`
        select id, name, channel_id as "channelId", currency, tax_included as "taxIncluded", status from pricing.price_list order by id`),
    }),
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/prices',
    action: 'pricing.prices.write',
    summary: 'Set prices and markdowns, many at once; the prior price is kept with each markdown',
    tag,
    schema: { body: setPricesBody, response: { 200: setPricesAnswer } },
    run: async ({ tx, clock, body, actor }) => {
      const date = (text: string | null | undefined) => (typeof text === 'string' ? new Date(text) : text)
      const items = body.items.map((item) => ({
        ...item,
        markdownStartsAt: date(item.markdownStartsAt),
        markdownEndsAt: date(item.markdownEndsAt),
      }))
      const { changed, unchanged, version } = await setPrices(tx, clock, { items, changedBy: actorId(actor) })
      return { changed, unchanged, version }
    },
  })
  get(app, context, {
    url: '/api/admin/variants/:id/price-history',
    action: 'pricing.prices.read',
    summary: 'Every price a variant has had, newest first',
    tag,
    schema: { params: byId, querystring: lang, response: { 200: z.object({ items: z.array(priceChange) }) } },
    run: async ({ db, params }) => ({
      items: await db.many(sql`
        select price_list_id as "priceListId", amount_minor as "amountMinor", markdown_minor as "markdownMinor",
               effective_minor as "effectiveMinor", changed_at as "changedAt", changed_by as "changedBy"
          from pricing.price_change where variant_id = ${params.id} order by changed_at desc, id desc limit 500`),
    }),
  })
  get(app, context, {
    url: '/api/admin/taxes',
    action: 'pricing.prices.read',
    summary: 'Tax rates by country, region and class',
    tag,
    schema: { querystring: lang, response: { 200: z.object({ items: z.array(taxRate) }) } },
    run: async ({ db }) => ({
      items: await db.many(sql`
        select country, region, tax_class as "taxClass", rate_bp as "rateBp", name, valid_from as "validFrom", source
          from pricing.tax_rate order by country, region, tax_class, valid_from desc`),
    }),
  })
  get(app, context, {
    url: '/api/admin/pricing/differences',
    action: 'pricing.prices.read',
    summary: 'Differences between channels that nobody declared',
    tag,
    schema: { querystring: lang, response: { 200: z.object({ items: z.array(undeclaredDifference) }) } },
    run: async ({ db }) => ({ items: await findUndeclaredDifferences(db) }),
  })
}

/** Registers promotions and their preview. */
export function registerPromotionRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Promotions'
  get(app, context, {
    url: '/api/admin/promotions',
    action: 'pricing.promotions.read',
    summary: 'Promotions, newest first',
    tag,
    schema: { querystring: promotionsQuery, response: { 200: promotions } },
    run: ({ db, clock, query }) => listPromotions(db, clock, query),
  })
  get(app, context, {
    url: '/api/admin/promotions/:id',
    action: 'pricing.promotions.read',
    summary: 'One promotion',
    tag,
    schema: { params: byId, querystring: lang, response: { 200: promotion } },
    run: ({ db, clock, params }) => findPromotion(db, clock, params.id),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/promotions',
    action: 'pricing.promotions.write',
    summary: 'Make a promotion; of some channels only it is declared with owner, text and dates',
    tag,
    schema: { body: promotionBody, response: { 201: promotion } },
    run: async ({ tx, clock, body }) => answer(201, await createPromotion(tx, clock, body)),
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/promotions/:id',
    action: 'pricing.promotions.write',
    summary: 'Change a promotion, pause or resume it',
    tag,
    schema: { params: byId, body: editPromotionBody, response: { 200: promotion } },
    run: ({ tx, clock, params, body: { version, ...changes } }) =>
      editPromotion(tx, clock, { id: params.id, version, changes }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/promotions/preview',
    action: 'pricing.promotions.write',
    summary: 'Price a basket without and with a promotion that is not saved',
    tag,
    schema: { body: previewPromotionBody, response: { 200: previewPromotion } },
    run: ({ tx, clock, body }) => previewOf(tx, clock, body),
  })
}
