import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp, startWorker } from '../../server/app.ts'
import { simulatorProvider } from '../../server/connectors/payment-simulator/index.ts'
import { usePaymentProvider } from '../../server/payments/index.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDb } from '../../server/platform/db.ts'
import { keepForNextStart } from '../lib/warm-start.ts'

/** One server process with shop and background work, whose payments go to an address that the test can take away (FIRE_PAYMENTS). */
const config = loadConfig(process.env)
if (config.databaseUrl === null) throw new Error('fire/resilience/server.ts needs DATABASE_URL')
const db = openDb(config.databaseUrl, { poolSize: config.dbPool, applicationName: 'hilo-api' })
const parts = { config, db, clock: systemClock }
const frontEnds = existsSync(join(import.meta.dirname, '../../apps/storefront/dist/server/entry.mjs'))
const app = await buildApp(parts, { frontEnds })
usePaymentProvider(
  simulatorProvider({
    baseUrl: () => process.env['FIRE_PAYMENTS'] ?? '',
    apiKey: process.env['FIRE_PAYMENTS_KEY'] ?? '',
    webhookSecret: process.env['FIRE_PAYMENTS_SECRET'] ?? '',
  }),
)
const worker = startWorker(parts, app)
await app.listen({ host: config.host, port: config.port })

keepForNextStart()
process.once('SIGTERM', () => {
  void (async () => {
    await app.close()
    await worker.stop()
    await db.close()
  })()
})
