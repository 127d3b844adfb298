import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PoolClient } from 'pg'
import { type Db, isRetryable } from './db.ts'
import { sql } from './sql.ts'

export type Migration = { version: number; name: string; checksum: string; text: string }

/** The numbered, forward-only migrations of this code, in order. */
export async function readMigrations(folder = join(import.meta.dirname, '../migrations')): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).sort()
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return {
        version: Number(name.slice(0, 4)),
        name,
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    }),
  )
}

/** The database holds a migration this code does not know, or one that was edited after it ran. */
export class SchemaMismatch extends Error {
  readonly kind: 'newer' | 'edited'
  constructor(kind: 'newer' | 'edited', message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Brings the schema to what this code needs. Several processes may call it at once: one works, the others wait. Each migration
 * runs in its own transaction with a lock timeout, so it steps back instead of queueing in front of live traffic, and tries again.
 * @returns names of the migrations that ran now
 * @throws SchemaMismatch when the database is newer than the code or a migration was edited
 */
export async function migrate(db: Db, migrations?: Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const client = await db.pool.connect()
  try {
    await client.query("select pg_advisory_lock(hashtext('hilo.migrate'))")
    await client.query(`create table if not exists public.hilo_migration (
      version int primary key, name text not null, checksum text not null, ran_at timestamptz not null default now())`)
    const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
      'select version, name, checksum from public.hilo_migration order by version',
    )
    const done = checkHistory(rows, known)
    const ran: string[] = []
    for (const migration of known.filter(({ version }) => !done.has(version))) {
      await runPatiently(client, migration)
      ran.push(migration.name)
    }
    return ran
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('hilo.migrate'))").catch(() => undefined)
    client.release()
  }
}

/** Who waits for a table makes everybody behind wait, too: not for a second. After that it steps back and tries again. */
const lockTimeout = '800ms'
const triesMax = 30
const pauseMs = 400

/**
 * Runs one migration in a transaction of its own. Under live traffic it may not get its lock in time, or meet an order half-way
 * (deadlock): then nothing of it is kept and it is tried again.
 */
async function runPatiently(client: PoolClient, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(client, migration)
    } catch (error) {
      if (!isRetryable(error) || tries === triesMax)
        throw new Error(`migration ${migration.name} failed; nothing of it was kept`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

async function runOnce(client: PoolClient, { version, name, checksum, text }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = '${lockTimeout}'; set local statement_timeout = '10min'`)
    await client.query(text)
    await client.query('insert into public.hilo_migration (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

function checkHistory(rows: { version: number; name: string; checksum: string }[], known: Migration[]): Set<number> {
  const byVersion = new Map(known.map((migration) => [migration.version, migration]))
  for (const row of rows) {
    const migration = byVersion.get(row.version)
    if (!migration)
      throw new SchemaMismatch(
        'newer',
        `the database has migration ${row.name}, which this version of Hilo does not know`,
      )
    if (migration.checksum !== row.checksum)
      throw new SchemaMismatch('edited', `migration ${row.name} was changed after it ran`)
  }
  return new Set(rows.map(({ version }) => version))
}

/**
 * Whether every migration that this code needs has run; for the health answer. A newer Hilo may have run more: while servers are
 * replaced one after the other, the older ones go on serving beside them.
 */
export async function isMigrated(db: Db): Promise<boolean> {
  const needed = (await readMigrations()).map(({ version }) => version)
  const { ran } = await db.one<{ ran: number }>(
    sql`select count(*)::int as ran from public.hilo_migration where version = any(${needed}::int[])`,
  )
  return ran === needed.length
}
