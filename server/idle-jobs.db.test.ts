import { expect, test } from 'vitest'
import { loadConfig } from '#platform/config'
import { factsVersionNow } from '#platform/facts'
import { sql } from '#platform/sql'
import { testDatabase } from '#platform/testing'
import { allJobs } from './app.ts'

/**
 * Processes remember catalog, places and delivery options until one of their tables is written. A statement counts as a write though it
 * finds no row, so work that runs every few seconds must look before it writes.
 */
test('periodic work that finds nothing to do leaves every process its memory of catalog and places', async () => {
  const { db, clock, close } = await testDatabase()
  const version = async () => (await db.one<{ version: number }>(sql`select ${factsVersionNow} as version`)).version
  const before = await version()
  const config = loadConfig({ HILO_DATA: '/nonexistent/hilo', HILO_SECRET: 'idle jobs need no secret of their own' })
  const restless: string[] = []
  let last = before
  for (const job of allJobs({ config, db, clock })) {
    await job.run({ db, clock, log: { error: () => undefined, info: () => undefined, warn: () => undefined } as never })
    const now = await version()
    if (now !== last) restless.push(job.name)
    last = now
  }
  expect(restless).toEqual([])
  await close()
})
