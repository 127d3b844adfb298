import type { FastifyInstance } from 'fastify'
import type { AppContext } from '#platform/http'
import './permissions.ts'
import { registerConflictRoutes, registerPlaceRoutes } from './routes-places.ts'
import { registerCounting, registerStockCommands, registerStockRoutes } from './routes-stock.ts'
import { registerStoreRoutes } from './routes-store.ts'
import { registerLaneRoutes, registerTransferRoutes, registerTransferSteps } from './routes-transfers.ts'

/** Everything over HTTP: what shoppers ask of the stock, and what staff do with it. */
export function registerInventoryRoutes(app: FastifyInstance, context: AppContext): void {
  registerStoreRoutes(app, context)
  registerStockRoutes(app, context)
  registerStockCommands(app, context)
  registerCounting(app, context)
  registerTransferRoutes(app, context)
  registerTransferSteps(app, context)
  registerLaneRoutes(app, context)
  registerConflictRoutes(app, context)
  registerPlaceRoutes(app, context)
}
