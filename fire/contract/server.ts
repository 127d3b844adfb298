import { buildApp } from '../../server/app.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDb } from '../../server/platform/db.ts'

/** The API as `server/api.ts` serves it, without pages and without background work, so that it starts in a second. */
const config = loadConfig(process.env)
if (config.databaseUrl === null) throw new Error('fire/contract/server.ts needs DATABASE_URL')
const db = openDb(config.databaseUrl, { poolSize: config.dbPool, applicationName: 'hilo-api' })
const app = await buildApp({ config, db, clock: systemClock }, { frontEnds: false })
await app.listen({ host: config.host, port: config.port })

process.once('SIGTERM', () => {
  void app.close().then(() => db.close())
})
