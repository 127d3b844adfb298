import type { FastifyInstance } from 'fastify'
import type { AppContext } from '#platform/http'
import type { StaffSettings } from './login.ts'
import { type KeySettings, registerAuditRoutes, registerKeyRoutes, registerMemberRoutes } from './routes-admin.ts'
import { registerLoginRoutes } from './routes-login.ts'
import { registerSelfRoutes } from './routes-self.ts'

export { staffActions } from './permissions.ts'

/** Login in steps, oneself, people who work here, API keys, audit. */
export function registerStaffRoutes(
  app: FastifyInstance,
  context: AppContext,
  settings: StaffSettings & KeySettings,
): void {
  registerLoginRoutes(app, context, settings)
  registerSelfRoutes(app, context, settings)
  registerMemberRoutes(app, context)
  registerKeyRoutes(app, context, settings)
  registerAuditRoutes(app, context)
}
