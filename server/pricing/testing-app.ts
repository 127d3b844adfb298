import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type DrawPicture, registerCatalogRoutes } from '#catalog'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { authorize } from '#platform/permissions'
import { registerPricingRoutes } from './routes.ts'
import type { InStock } from './store-pages.ts'

export type TestApp = { app: FastifyInstance; dataDir: string; as(actor: Actor): void; close(): Promise<void> }
export const owner: Actor = {
  kind: 'staff',
  memberId: 'mbr_owner',
  name: 'Ana',
  role: 'owner',
  allPlaces: true,
  locationIds: [],
  language: 'es',
}

/** An app of catalog and pricing alone, whose requests are made by whom the test says (the public at first). */
export async function testApp(
  db: Db,
  clock: Clock,
  options: { inStock?: InStock; drawPicture?: DrawPicture } = {},
): Promise<TestApp> {
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'http://localhost',
    ratePerMinute: 100_000,
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'hilo-app-'))
  let actor: Actor = { kind: 'public' }
  app.addHook('onRequest', async (request) => {
    request.actor = actor
  })
  app.addHook('preHandler', async (request) => {
    const action = request.routeOptions.config.action
    if (action !== undefined) authorize(request.actor, action)
  })
  const context = { db, clock, authorize }
  registerCatalogRoutes(app, context, { dataDir, drawPicture: options.drawPicture })
  registerPricingRoutes(app, context, { inStock: options.inStock })
  await app.ready()
  return {
    app,
    dataDir,
    as: (next) => {
      actor = next
    },
    close: async () => {
      await app.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}
