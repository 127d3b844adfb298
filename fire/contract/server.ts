import { buildApp, startWorker } from '../../server/app.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDb } from '../../server/platform/db.ts'
import { keepForNextStart } from '../lib/warm-start.ts'

/** The API as `server/api.ts` serves it, without pages, so that it starts in a second; HILO_WORKER=off leaves out the background work. */
const config = loadConfig(process.env)
if (config.databaseUrl === null) throw new Error('fire/contract/server.ts needs DATABASE_URL')
const db = openDb(config.databaseUrl, { poolSize: config.dbPool, applicationName: 'hilo-api' })
const parts = { config, db, clock: systemClock }
const app = await buildApp(parts, { frontEnds: false })
const worker = config.worker ? startWorker(parts, app) : undefined
await app.listen({ host: config.host, port: config.port })
keepForNextStart()

process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => worker?.stop())
    .then(() => db.close())
})
