import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AppContext, get } from '#platform/http'
import { exportProducts } from './products/export.ts'

/** Registers `GET /api/admin/products/export`. */
export function registerExportRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/products/export',
    action: 'catalog.products.export',
    summary: 'All products as CSV: Hilo columns (import back to the same state) or those of Shopify',
    tag: 'Products',
    reference: { answers: 'text/csv' },
    schema: {
      querystring: z.strictObject({
        format: z.enum(['hilo-csv', 'shopify-csv']).default('hilo-csv'),
        lang: z.enum(['es', 'en']).optional(),
      }),
    },
    run: async ({ db, query, reply, request }) => {
      reply.header('content-disposition', `attachment; filename="hilo-products-${query.format}.csv"`)
      reply.type('text/csv; charset=utf-8')
      const publicUrl = `${request.protocol}://${request.host}`
      return Readable.from(exportProducts(db, { format: query.format, publicUrl }))
    },
  })
}
