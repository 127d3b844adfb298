import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type Clock, type TestClock, testClock } from './clock.ts'
import { type Db, openDb } from './db.ts'
import { startTestPostgres } from './postgres/index.ts'
import { drainEvents, type Subscriber } from './subscribers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    hiloTestServer: string
    hiloTestTemplate: string
  }
}

export { startTestPostgres }

export type TestDatabase = {
  db: Db
  url: string
  clock: TestClock
  drain(subscribers: readonly Subscriber[]): Promise<void>
  close(): Promise<void>
}

/**
 * A database of its own for one test file: cloned from the migrated template, so it costs tens of milliseconds. The clock
 * stands at Friday 2026-11-20 10:00 in Madrid.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('hiloTestServer')
  const name = `t_${randomBytes(8).toString('hex')}`
  const admin = openDb(databaseUrl(server, 'postgres'), { poolSize: 1 })
  await admin.script(`create database ${name} template ${inject('hiloTestTemplate')}`)
  const url = databaseUrl(server, name)
  const db = openDb(url, { poolSize: 8 })
  const clock = testClock('2026-11-20T09:00:00Z')
  return {
    db,
    url,
    clock,
    drain: (subscribers) => drainEvents(db, clock as Clock, subscribers),
    close: async () => {
      await db.close()
      await admin.script(`drop database ${name} with (force)`)
      await admin.close()
    },
  }
}

/** The same server, another database. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}
