import type { TestProject } from 'vitest/node'
import { loadDemo } from '../server/demo/load.ts'
import { systemClock } from '../server/platform/clock.ts'
import { openDb } from '../server/platform/db.ts'
import { migrate } from '../server/platform/migrate.ts'
import { startTestPostgres } from '../server/platform/postgres/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    hiloE2eServer: string
    hiloE2eTemplate: string
  }
}

/** One PostgreSQL with one database that holds the demo retailer; every test file gets a clone of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres()
  const template = 'hilo_demo_template'
  const admin = openDb(named(server.url, 'postgres'), { poolSize: 1 })
  await admin.script(`create database ${template}`)
  const db = openDb(named(server.url, template), { statementTimeoutMs: 120_000 })
  await migrate(db)
  await loadDemo(db, { clock: systemClock, seed: 7 })
  await db.close()
  project.provide('hiloE2eServer', server.url)
  project.provide('hiloE2eTemplate', template)
  return async () => {
    await admin.script(`drop database ${template} with (force)`)
    await admin.close()
    await server.stop()
  }
}

function named(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}
