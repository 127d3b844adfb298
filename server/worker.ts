import pino from 'pino'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { openDb } from '#platform/db'
import { logOptions } from '#platform/log'
import { buildApp, startWorker } from './app.ts'

/** Entry point of a worker process without HTTP: relay, subscribers, periodic work. Several may run. */
const config = loadConfig(process.env)
if (config.databaseUrl === null)
  throw new Error('server/worker.ts needs DATABASE_URL; `hilo start` runs the worker by itself')
const log = pino(logOptions(config.logLevel))
const db = openDb(config.databaseUrl, {
  poolSize: config.dbPool,
  prepared: config.dbPrepared,
  applicationName: 'hilo-worker',
})
const parts = { config, db, clock: systemClock }
const app = await buildApp(parts, { frontEnds: false })
const worker = startWorker(parts, app)
app.machineRoom.report('worker')
log.info('worker runs')

async function stop(): Promise<void> {
  await worker.stop()
  await app.close()
  await db.close()
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
