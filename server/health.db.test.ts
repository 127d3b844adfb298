import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildApp } from '#app'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { openDb } from '#platform/db'
import { isMigrated, migrate } from '#platform/migrate'
import { startPostgres } from '#platform/postgres/index'
import { sql } from '#platform/sql'
import { testDatabase } from '#platform/testing'

test('health says 200 while the database serves, 503 with a retry while it is stopped, and 200 again after it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hilo-health-'))
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { dataDir })
  let postgres = await startPostgres({ dataDir })
  const db = openDb(postgres.url, { poolSize: 2 })
  try {
    await migrate(db)
    const app = await buildApp({ config, db, clock: systemClock }, { frontEnds: false })
    const health = async () => {
      const answer = await app.inject('/api/health')
      return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], ...answer.json<object>() }
    }
    expect(await health()).toMatchObject({ status: 'ok', checks: { database: true, schema: true, shop: true } })
    expect((await app.inject('/api/health')).statusCode).toBe(200)
    await postgres.stop()
    const down = await app.inject('/api/health')
    expect([down.statusCode, down.headers['retry-after']]).toEqual([503, '2'])
    expect(down.json()).toMatchObject({ status: 'failing', checks: { database: false, schema: false } })
    expect((await app.inject('/api/problems')).statusCode).toBe(200)
    postgres = await startPostgres({ dataDir })
    await expect.poll(async () => (await app.inject('/api/health')).statusCode, { timeout: 20_000 }).toBe(200)
    await app.close()
  } finally {
    await db.close()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}, 120_000)

test('a server is well beside a newer one that has migrated further, and not where a migration of its own is missing', async () => {
  const t = await testDatabase()
  try {
    await t.db.run(
      sql`insert into public.hilo_migration (version, name, checksum) values (9999, '9999_of_tomorrow.sql', 'x')`,
    )
    expect(await isMigrated(t.db)).toBe(true)
    await t.db.run(sql`delete from public.hilo_migration where version = 9`)
    expect(await isMigrated(t.db)).toBe(false)
  } finally {
    await t.close()
  }
})
