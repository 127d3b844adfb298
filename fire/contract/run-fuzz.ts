/** The full form: `node fire/contract/run-fuzz.ts [calls] [seed]`, 100,000 calls unless told otherwise. */
import { systemClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startTestPostgres } from '../../server/platform/postgres/index.ts'
import { makeCallers } from './callers.ts'
import { liveDay, openDay, post } from './day.ts'
import type { Document } from './document.ts'
import { fuzz } from './fuzz.ts'
import { startApi } from './process.ts'

const [calls = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const server = await startTestPostgres()
const db = openDb(server.url)
await migrate(db)
const world = await openDay(db, systemClock)
const api = await startApi(server.url)
try {
  const recorded = await liveDay({ db, clock: systemClock, world }, (call) => post(api.base, call))
  const document = (await (await fetch(`${api.base}/api/openapi.json`)).json()) as Document
  const callers = await makeCallers(db, systemClock, world.shop.valencia)
  console.log(`seed ${seed}`)
  const { faults, ...figures } = await fuzz({
    base: api.base,
    document,
    callers,
    recorded,
    calls: Number(calls),
    seed: Number(seed),
  })
  console.log(figures)
  for (const fault of faults) console.log(JSON.stringify(fault, null, 1))
  if (process.env['FIRE_LOG']) console.log(api.child.output())
  process.exitCode = faults.length > 0 ? 1 : 0
} finally {
  await api.stop()
  await db.close()
  await server.stop()
}
