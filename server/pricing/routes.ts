import type { FastifyInstance } from 'fastify'
import type { AppContext } from '#platform/http'
import { registerPriceRoutes, registerProductRoutes, registerPromotionRoutes } from './admin-routes.ts'
import { registerExportRoutes } from './export-routes.ts'
import './products/index.ts'
import { registerStoreRoutes, type StoreRoutesOptions } from './store-routes.ts'
import './permissions.ts'

/** Registers everything that shows or changes products with their prices. */
export function registerPricingRoutes(
  app: FastifyInstance,
  context: AppContext,
  options: StoreRoutesOptions = {},
): void {
  registerStoreRoutes(app, context, options)
  registerExportRoutes(app, context)
  registerProductRoutes(app, context)
  registerPriceRoutes(app, context)
  registerPromotionRoutes(app, context)
}
