import { flushCompileCache } from 'node:module'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { openDb } from '#platform/db'
import { backlog } from '#platform/shed'
import { buildApp, startWorker } from './app.ts'
import { keepShelfWarm } from './warm-shelf.ts'

/** Entry point of a server process on a database that is there and migrated (several may run; `hilo start` does all by itself). */
const config = loadConfig(process.env)
if (config.databaseUrl === null)
  throw new Error('server/api.ts needs DATABASE_URL; use `hilo start` for the bundled database')
const db = openDb(config.databaseUrl, {
  poolSize: config.dbPool,
  prepared: config.dbPrepared,
  applicationName: 'hilo-api',
})
const parts = { config, db, clock: systemClock }
const app = await buildApp(parts)
const worker = config.worker ? startWorker(parts, app) : undefined
await app.listen({ host: config.host, port: config.port, backlog })
keepShelfWarm(app)
// With NODE_COMPILE_CACHE: one that is killed, and so never says goodbye, starts in half the time all the same.
flushCompileCache()

let stopping = false
async function stop(): Promise<void> {
  if (stopping) process.exit(1)
  stopping = true
  await app.close()
  await worker?.stop()
  await db.close()
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
