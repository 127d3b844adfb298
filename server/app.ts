import type { FastifyInstance, RouteOptions } from 'fastify'
import { catalogJobs, catalogSubscribers, listChannels, registerCatalogRoutes } from '#catalog'
import { customersJobs, customersSubscribers, registerCustomersRoutes } from '#customers'
import { fulfillmentJobs, fulfillmentSubscribers, registerFulfillmentRoutes } from '#fulfillment'
import { inventoryJobs, inventorySubscribers, registerInventoryRoutes } from '#inventory'
import { ordersJobs, ordersSubscribers, registerOrderStream, registerOrdersRoutes } from '#orders'
import { paymentsJobs, paymentsSubscribers, registerPaymentsRoutes } from '#payments'
import { type BaseOptions, createBase } from '#platform/app-base'
import { cleanCallerLimits, countCalls } from '#platform/caller-limits'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Db } from '#platform/db'
import { factsJob } from '#platform/facts'
import type { AppContext } from '#platform/http'
import { cleanKeys } from '#platform/idempotency'
import { type PeriodicJob, startJobs } from '#platform/jobs'
import { Live } from '#platform/live'
import { mailJob } from '#platform/mail-sender'
import { registerMeter } from '#platform/meter'
import { registerOpenApi } from '#platform/openapi'
import { registerOutage } from '#platform/outage'
import { allActions, authorize } from '#platform/permissions'
import { safeFetch } from '#platform/safe-fetch'
import { Shedding } from '#platform/shed'
import { sql } from '#platform/sql'
import { type Subscriber, startRelay } from '#platform/subscribers'
import { registerSystemRoutes } from '#platform/system-routes'
import { registerTrace } from '#platform/trace'
import { type PostWebhook, registerWebhookRoutes, sendDueWebhooks, webhookSubscriber } from '#platform/webhooks/index'
import { pricingJobs, pricingSubscribers, registerPricingRoutes } from '#pricing'
import { registerActor, registerStaffRoutes, staffJobs, staffSubscribers } from '#staff'
import { checkJobs, openMachineRoom } from '#system'
import { arrows } from './boundaries.ts'
import { paymentSimulator } from './connectors/payment-simulator/index.ts'
import { drawDemoPicture } from './demo/pictures/index.ts'
import { mountFrontEnds } from './front-ends.ts'
import { inStock } from './products-and-stock.ts'

export const version = '0.1.0'

/** Everything that follows events, in the order it is brought forward. */
export const subscribers: readonly Subscriber[] = [
  ...customersSubscribers,
  ...inventorySubscribers,
  ...catalogSubscribers,
  ...pricingSubscribers,
  ...paymentsSubscribers,
  ...fulfillmentSubscribers,
  ...ordersSubscribers,
  ...staffSubscribers,
  webhookSubscriber,
]

export type AppParts = { config: Config; db: Db; clock: Clock }

/**
 * The whole HTTP face of Hilo: API, shop, console, till. Nothing listens yet and no job runs.
 * Refuses to be built when a route has no row in the authorisation table.
 */
export async function buildApp(
  { config, db, clock }: AppParts,
  options: { frontEnds?: boolean; onRoute?: (route: RouteOptions) => void; logTo?: BaseOptions['logTo'] } = {},
): Promise<FastifyInstance> {
  const shedding = sheddingOf(db, (line) => app.log.warn(line))
  const app: FastifyInstance = await createBase({
    shedding: config.shed ? shedding : undefined,
    logLevel: config.logLevel,
    trustProxy: config.trustProxy,
    publicUrl: config.publicUrl,
    ratePerMinute: config.ratePerMinute,
    countCall: (call) => countCalls(db, clock, call),
    logTo: options.logTo,
  })
  app.decorate('shedding', shedding)
  app.addHook('onClose', async () => shedding.stop())
  const context: AppContext = { db, clock, authorize }
  const live = new Live(db)
  const frontEnds = options.frontEnds ?? true
  app.addHook('onRoute', (route) => {
    options.onRoute?.(route)
    const isPage = route.url === '*' || !route.url.startsWith('/api/')
    const action = route.config?.action
    if (!isPage && (action === undefined || !allActions().has(action))) {
      throw new Error(`${String(route.method)} ${route.url} has no row in the authorisation table`)
    }
  })
  registerTrace(app)
  registerMeter(app, clock)
  await registerOpenApi(app, { version, publicUrl: config.publicUrl, asks: modulesAsked })
  registerOutage(app, { db, clock })
  registerActor(app, context, config)
  registerSystemRoutes(app, context, { live, version, shopAnswers: () => shopAnswers(app, frontEnds) })
  openMachineRoom(app, context, { config, version, live, subscribers: subscribers.map(({ name }) => name) })
  registerWebhookRoutes(app, context)
  registerStaffRoutes(app, context, { ...config, channelIds: async (q) => (await listChannels(q)).map(({ id }) => id) })
  registerCatalogRoutes(app, context, { dataDir: config.dataDir, drawPicture: drawDemoPicture })
  registerPricingRoutes(app, context, { inStock })
  registerCustomersRoutes(app, context, config)
  registerInventoryRoutes(app, context)
  registerPaymentsRoutes(app, context)
  registerFulfillmentRoutes(app, context, config)
  registerOrdersRoutes(app, context, config)
  registerOrderStream(app, context, { live })
  await app.register(paymentSimulator, { prefix: '/sim/payments', secret: config.secret, publicUrl: config.publicUrl })
  if (frontEnds) await mountFrontEnds(app, context, config.publicUrl)
  app.decorate('live', live)
  app.addHook('onReady', async () => live.start())
  app.addHook('preClose', async () => live.stop())
  return app
}

/** What stands in front of this app's server and sheds load; it asks the database on the way that every request takes. */
function sheddingOf(db: Db, tell: (line: string) => void): Shedding {
  return new Shedding({
    ask: () => db.maybeOne(sql`select 1 as here`),
    onChange: (isShedding, refused) =>
      tell(
        isShedding ? 'more is asked than can be done: shedding load' : `everybody is served again; refused ${refused}`,
      ),
  })
}

/** Whose refusals an operation may pass on: its module's arrows. Products are changed together with prices and stock. */
function modulesAsked(module: string): string[] {
  const below = Object.keys(arrows[module] ?? {})
  return module === 'catalog' ? [...below, 'pricing', 'inventory', 'imports', 'fetch'] : [...below, 'fetch']
}

declare module 'fastify' {
  interface FastifyInstance {
    live: Live
  }
}

async function shopAnswers(app: FastifyInstance, mounted: boolean): Promise<boolean> {
  if (!mounted) return true
  const page = await app.inject({ method: 'GET', url: '/' })
  return page.statusCode === 200
}

/** All periodic work of this configuration. */
export function allJobs({ config, clock }: AppParts): PeriodicJob[] {
  const post = webhookPost(config.allowHosts)
  return [
    ...inventoryJobs,
    ...ordersJobs(config),
    ...paymentsJobs(),
    ...fulfillmentJobs,
    ...catalogJobs(config),
    ...pricingJobs,
    ...customersJobs,
    ...staffJobs,
    mailJob(config.smtpUrl, config.mailFrom),
    factsJob,
    ...checkJobs(),
    { name: 'webhooks', everyMs: 500, run: async ({ db }) => void (await sendDueWebhooks(db, clock, post)) },
    { name: 'caller-limits', everyMs: 600_000, run: async ({ db }) => void (await cleanCallerLimits(db, clock)) },
    { name: 'idempotency-keys', everyMs: 3_600_000, run: async ({ db }) => void (await cleanKeys(db, clock)) },
  ]
}

/** Sends to public addresses and to those that the operator allows. */
function webhookPost(allowHosts: readonly string[]): PostWebhook {
  const limits = { timeoutMs: 15_000, maxBytes: 65_536, followRedirects: false, allowHosts }
  return (url, headers, body) => safeFetch(url, { method: 'POST', headers, body, ...limits })
}

export type Worker = { stop(): Promise<void> }

/** Relay, subscribers and periodic work, in this process, until stopped. Safe to run in several processes. */
export function startWorker(parts: AppParts, app: FastifyInstance): Worker {
  const log = app.log
  const relay = startRelay({
    db: parts.db,
    clock: parts.clock,
    subscribers,
    onRelayed: () => app.live?.wake(),
    onError: (error) => log.error({ err: error }, 'relay failed'),
  })
  const jobs = startJobs(allJobs(parts), { db: parts.db, clock: parts.clock, log })
  app.machineRoom.works(jobs)
  return {
    stop: async () => {
      app.machineRoom.works(undefined)
      await jobs.stop()
      await relay.stop()
    },
  }
}
