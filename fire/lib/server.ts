import { buildApp, startWorker } from '../../server/app.ts'
import { simulatorProvider } from '../../server/connectors/payment-simulator/index.ts'
import { usePaymentProvider } from '../../server/payments/index.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDb } from '../../server/platform/db.ts'
import { backlog } from '../../server/platform/shed.ts'
import { sharedClock } from './shared-clock.ts'
import { keepForNextStart } from './warm-start.ts'

/**
 * One server process as `server/api.ts` starts it, with two differences that a test under fire needs: the clock can be put forward
 * (FIRE_CLOCK, a file), and payments go to a simulator that is nobody's child and outlives this process (FIRE_PAYMENTS, its address).
 */
const config = loadConfig(process.env)
if (config.databaseUrl === null) throw new Error('fire/lib/server.ts needs DATABASE_URL')
const db = openDb(config.databaseUrl, {
  poolSize: config.dbPool,
  prepared: config.dbPrepared,
  applicationName: 'hilo-api',
})
const parts = { config, db, clock: sharedClock(need('FIRE_CLOCK')) }
const app = await buildApp(parts, { frontEnds: false })
usePaymentProvider(
  simulatorProvider({
    baseUrl: () => need('FIRE_PAYMENTS'),
    apiKey: need('FIRE_PAYMENTS_KEY'),
    webhookSecret: need('FIRE_PAYMENTS_SECRET'),
    timeoutMs: Number(process.env['FIRE_PAYMENTS_TIMEOUT_MS'] ?? 10_000),
  }),
)
const worker = config.worker ? startWorker(parts, app) : undefined
await app.listen({ host: config.host, port: config.port, backlog })

keepForNextStart()
process.once('SIGTERM', () => {
  void (async () => {
    await app.close()
    await worker?.stop()
    await db.close()
  })()
})

function need(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}
