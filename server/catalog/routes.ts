import {
  adminCollection,
  channel,
  collection,
  collectionBody,
  mediaFromUrlBody,
  mediaOrderBody,
  productHandlesAnswer,
  productHandlesQuery,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AppContext, answer, get, write, writeUpload } from '#platform/http'
import { importProblems, registerImportRoutes } from '#platform/imports/index'
import { listChannels } from './channels.ts'
import { deleteCollection, productsOf, saveCollection } from './collections.ts'
import { productHandles } from './handles.ts'
import { findCollection, listCollections } from './listing.ts'
import { addMedia, orderMedia, pictureBytesMax, storePicture } from './media.ts'
import { type MediaOptions, registerMediaRoute } from './media-route.ts'
import { pictureUrl } from './pictures.ts'
import { catalogProblems } from './problems.ts'
import './permissions.ts'

const byId = z.strictObject({ id: z.string().max(60) })
const lang = z.strictObject({ lang: z.enum(['es', 'en']).optional() })

/** Registers collections, channels and pictures. Products come with their prices: see `#pricing`. */
export function registerCatalogRoutes(app: FastifyInstance, context: AppContext, options: MediaOptions): void {
  registerMediaRoute(app, options)
  registerImportRoutes(app, context, options)
  registerCollectionRoutes(app, context)
  registerMediaWrites(app, context, options.dataDir)
  get(app, context, {
    url: '/api/admin/channels',
    action: 'catalog.channels.read',
    summary: 'Where Hilo sells',
    tag: 'Products',
    schema: { querystring: lang, response: { 200: z.object({ items: z.array(channel) }) } },
    run: async ({ db }) => ({ items: await listChannels(db) }),
  })
}

function registerCollectionRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/collections',
    action: 'catalog.collections.show',
    summary: 'Collections of the shop in their order',
    tag: 'Shop: products',
    schema: {
      querystring: z.strictObject({
        channel: z.string().max(40).default('web'),
        lang: z.enum(['es', 'en']).optional(),
      }),
      response: { 200: z.object({ items: z.array(collection) }) },
    },
    run: async ({ db, query }) => ({ items: await listCollections(db, query.channel) }),
  })
  get(app, context, {
    url: '/api/store/product-handles',
    action: 'catalog.collections.show',
    summary: 'Addresses of every product a channel shows, for sitemaps',
    tag: 'Shop: products',
    schema: { querystring: productHandlesQuery, response: { 200: productHandlesAnswer } },
    run: async ({ db, query }) => {
      const { items, next } = await productHandles(db, {
        after: query.cursor,
        limit: query.limit,
        channelId: query.channel,
      })
      return { items: items.map(({ handle, updatedAt }) => ({ handle, updatedAt: updatedAt.toISOString() })), next }
    },
  })
  get(app, context, {
    url: '/api/admin/collections',
    action: 'catalog.collections.read',
    summary: 'All collections',
    tag: 'Products',
    schema: { querystring: lang, response: { 200: z.object({ items: z.array(collection) }) } },
    run: async ({ db }) => ({ items: await listCollections(db) }),
  })
  get(app, context, {
    url: '/api/admin/collections/:id',
    action: 'catalog.collections.read',
    summary: 'One collection with its products in their order',
    tag: 'Products',
    schema: { params: byId, querystring: lang, response: { 200: adminCollection } },
    run: async ({ db, params }) => {
      const found = await findCollection(db, params.id)
      return { ...found, productIds: await productsOf(db, found.id) }
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/collections',
    action: 'catalog.collections.write',
    summary: 'Make a collection',
    tag: 'Products',
    schema: { body: collectionBody, response: { 201: collection } },
    run: async ({ tx, clock, body }) =>
      answer(201, await findCollection(tx, await saveCollection(tx, clock, undefined, body))),
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/collections/:id',
    action: 'catalog.collections.write',
    summary: 'Change a collection, its products and their order',
    tag: 'Products',
    schema: { params: byId, body: collectionBody, response: { 200: collection } },
    run: async ({ tx, clock, params, body }) => findCollection(tx, await saveCollection(tx, clock, params.id, body)),
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/admin/collections/:id',
    action: 'catalog.collections.write',
    summary: 'Remove a collection; its products stay',
    tag: 'Products',
    schema: { params: byId },
    run: async ({ tx, params }) => {
      await deleteCollection(tx, params.id)
      return answer(204, undefined)
    },
  })
}

function registerMediaWrites(app: FastifyInstance, context: AppContext, dataDir: string): void {
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/products/:id/media',
    action: 'catalog.media.write',
    summary: 'Order the pictures of a product; those left out are removed',
    tag: 'Products',
    schema: { params: byId, body: mediaOrderBody, response: { 204: z.null() } },
    run: async ({ tx, clock, params, body }) => {
      await orderMedia(tx, clock, params.id, body)
      return answer(204, undefined)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/products/:id/media/from-url',
    action: 'catalog.media.write',
    summary: 'Add a picture by its address; it is fetched in the background',
    tag: 'Products',
    schema: { params: byId, body: mediaFromUrlBody, response: { 201: z.object({ id: z.string() }) } },
    run: async ({ tx, clock, params, body }) => answer(201, { id: await addMedia(tx, clock, params.id, body) }),
  })
  writeUpload(app, context, {
    url: '/api/admin/products/:id/media',
    action: 'catalog.media.write',
    summary: 'Upload a picture',
    tag: 'Products',
    schema: { params: byId, response: { 201: z.object({ id: z.string(), url: z.string() }) } },
    reference: { form: { optionValue: 'Value it shows, such as a colour; empty for all', file: 'The picture' } },
    receive: async ({ request }) => {
      const upload = await request.file({ limits: { fileSize: pictureBytesMax } })
      if (!upload) throw importProblems.upload_missing({ parameter: 'file' })
      const bytes = await upload.toBuffer().catch((cause: unknown) => {
        throw catalogProblems.picture_refused({ maxBytes: pictureBytesMax }, { cause })
      })
      // Stored by its content: the same picture twice is one file.
      const stored = await storePicture(dataDir, bytes)
      const field = upload.fields['optionValue']
      const optionValue =
        field && 'value' in field && typeof field.value === 'string' && field.value !== '' ? field.value : null
      return { stored, optionValue, content: { picture: stored.picture, optionValue } }
    },
    run: async ({ tx, clock, params, received: { stored, optionValue } }) => {
      const id = await addMedia(tx, clock, params.id, { stored, optionValue })
      return answer(201, { id, url: pictureUrl(stored.picture) })
    },
  })
}
