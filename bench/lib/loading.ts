import { type Db, openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startPostgres } from '../../server/platform/postgres/index.ts'

/** Loading needs no durability: a run that dies while it loads is made anew. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
}

/**
 * Makes the bundled database in a folder, with the schema, and fills it quickly; afterwards it is stopped and on disk, to be started
 * again as a shop would run it.
 */
export async function fillDatabase<T>(folder: string, fill: (db: Db, url: string) => Promise<T>): Promise<T> {
  const postgres = await startPostgres({ dataDir: folder }, { settings })
  const db = openDb(postgres.url, { statementTimeoutMs: 3_600_000 })
  try {
    await migrate(db)
    const result = await fill(db, postgres.url)
    await db.script('checkpoint')
    return result
  } finally {
    await db.close()
    await postgres.stop()
  }
}
