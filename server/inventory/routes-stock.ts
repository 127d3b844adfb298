import {
  adjustStock,
  countStockBody,
  id,
  levelsAnswer,
  movementPage,
  movementQuery,
  productStockAnswer,
  productStockQuery,
  receiveStock,
  safetyStockBody,
  stockDetail as stockDetailBody,
  stockPage,
  stockQuery,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId } from '#platform/actor'
import type { Queryable } from '#platform/db'
import { type AppContext, get, write } from '#platform/http'
import { exportStock } from './export-stock.ts'
import { findLocation } from './locations.ts'
import { stockOfProducts } from './product-stock.ts'
import { changeStock, countStock, setSafetyStock } from './stock-changes.ts'
import { listMovements, listStock, readLevels, stockDetail } from './stock-list.ts'

const tag = 'inventory'
const byId = z.strictObject({ id })

/** Stock for staff: lists, ledger, export. */
export function registerStockRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/stock',
    action: 'inventory.stock.read',
    tag,
    summary: 'Stock by variant and place',
    schema: { querystring: stockQuery, response: { 200: stockPage } },
    run: ({ db, query: { cursor, limit, lang: _lang, ...filter } }) => listStock(db, { filter, cursor, limit }),
  })
  get(app, context, {
    url: '/api/admin/stock/export',
    action: 'inventory.stock.export',
    tag,
    summary: 'Stock as CSV that imports back',
    reference: { answers: 'text/csv' },
    schema: {},
    run: async ({ db, reply }) => {
      reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="hilo-stock.csv"')
      return reply.send(exportStock(db))
    },
  })
  get(app, context, {
    url: '/api/admin/stock/products',
    action: 'inventory.stock.read',
    tag,
    summary: 'What can be promised of each of these products',
    schema: { querystring: productStockQuery, response: { 200: productStockAnswer } },
    run: async ({ db, query }) => ({ items: await stockOfProducts(db, query.ids.split(',').slice(0, 200)) }),
  })
  get(app, context, {
    url: '/api/admin/stock/:id',
    action: 'inventory.stock.read',
    tag,
    summary: 'One variant: places, holds, promises, ledger',
    schema: { params: byId, response: { 200: stockDetailBody } },
    run: ({ db, params }) => stockDetail(db, params.id),
  })
  get(app, context, {
    url: '/api/admin/stock-movements',
    action: 'inventory.stock.read',
    tag,
    summary: 'The ledger, newest first',
    schema: { querystring: movementQuery, response: { 200: movementPage } },
    run: ({ db, query: { cursor, limit, lang: _lang, ...filter } }) => listMovements(db, { filter, cursor, limit }),
  })
}

async function levelsAt(
  q: Queryable,
  variantIds: readonly string[],
  locationId: string,
): Promise<{ levels: unknown[] }> {
  return { levels: await readLevels(q, { variantIds, location: locationId }) }
}

/** What staff do to the figures. */
export function registerStockCommands(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/receive',
    action: 'inventory.stock.receive',
    tag,
    summary: 'Goods came in',
    schema: { body: receiveStock, response: { 200: levelsAnswer } },
    run: async ({ tx, clock, actor, body: { locationId, items, reason, reference }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await changeStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        kind: 'received',
        reason,
        reference,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/adjust',
    action: 'inventory.stock.adjust',
    tag,
    summary: 'Correct the figure by a difference',
    schema: { body: adjustStock, response: { 200: levelsAnswer } },
    run: async ({ tx, clock, actor, body: { locationId, items, reason }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await changeStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        kind: 'adjusted',
        reason,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
}

/** Counts and safety stock. */
export function registerCounting(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/count',
    action: 'inventory.stock.count',
    tag,
    summary: 'What a person counted',
    schema: { body: countStockBody, response: { 200: levelsAnswer } },
    run: async ({ tx, clock, actor, body: { locationId, items, reason }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await countStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        reason,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/stock/safety',
    action: 'inventory.safety.set',
    tag,
    summary: 'Units kept back for the shop',
    schema: { body: safetyStockBody, response: { 200: levelsAnswer } },
    run: async ({ tx, clock, body: { locationId, items }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await setSafetyStock(tx, clock, { items: items.map((item) => ({ ...item, locationId })) })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
}
