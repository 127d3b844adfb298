import { buildApp } from '#app'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { openDb } from '#platform/db'
import { authorizationPage, routeCollector, writePage } from './authorization.ts'

// Building the app asks no database, so a connection that is never opened will do.
const db = openDb('postgres://nobody@localhost:1/none', { poolSize: 1 })
const collector = routeCollector()
const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
const app = await buildApp({ config, db, clock: systemClock }, { frontEnds: false, onRoute: collector.add })
if (process.argv.includes('--write')) await writePage(collector.routes)
else process.stdout.write(authorizationPage(collector.routes))
await app.close()
await db.close()
