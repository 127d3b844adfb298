import { buildApp, startWorker } from '../../server/app.ts'
import { simulatorProvider } from '../../server/connectors/payment-simulator/index.ts'
import { usePaymentProvider } from '../../server/payments/index.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDb } from '../../server/platform/db.ts'
import { keepForNextStart } from '../lib/warm-start.ts'

/**
 * The API as `server/api.ts` serves it, without pages, so that it starts in a second; HILO_WORKER=off leaves out the background work.
 * With FIRE_PAYMENTS the payment provider is at that address and outlives this process, as a real one does.
 */
const config = loadConfig(process.env)
if (config.databaseUrl === null) throw new Error('fire/contract/server.ts needs DATABASE_URL')
const db = openDb(config.databaseUrl, { poolSize: config.dbPool, applicationName: 'hilo-api' })
const parts = { config, db, clock: systemClock }
const app = await buildApp(parts, { frontEnds: false })
const { FIRE_PAYMENTS: baseUrl, FIRE_PAYMENTS_KEY: apiKey, FIRE_PAYMENTS_SECRET: webhookSecret } = process.env
if (baseUrl && apiKey && webhookSecret)
  usePaymentProvider(simulatorProvider({ baseUrl: () => baseUrl, apiKey, webhookSecret }))
const worker = config.worker ? startWorker(parts, app) : undefined
await app.listen({ host: config.host, port: config.port })
keepForNextStart()

process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => worker?.stop())
    .then(() => db.close())
})
