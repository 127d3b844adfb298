import type { FastifyInstance } from 'fastify'
import type { AppContext } from '#platform/http'
import { registerCustomerActor } from './actor.ts'
import { registerCustomerImporters } from './import/index.ts'
import { registerReadingRoutes, registerWritingRoutes } from './routes-admin.ts'
import { registerLinkRoutes } from './routes-links.ts'
import { type CustomerSettings, registerAccountRoutes, registerSignInRoutes } from './routes-store.ts'

export { customerActions } from './permissions.ts'

// Known as soon as the module is loaded: the command line imports without serving HTTP.
registerCustomerImporters()

/** Shoppers' sessions, sign-in and account; customers as staff see them. */
export function registerCustomersRoutes(app: FastifyInstance, context: AppContext, settings: CustomerSettings): void {
  registerCustomerActor(app, context, settings)
  registerSignInRoutes(app, context, settings)
  registerAccountRoutes(app, context)
  registerLinkRoutes(app, context)
  registerReadingRoutes(app, context)
  registerWritingRoutes(app, context)
}
