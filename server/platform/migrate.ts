import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PoolClient } from 'pg'
import { type Db, isRetryable, type Queryable } from './db.ts'

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
 * Ends what a server of the version before still needs (a column it writes, a trigger that watches it): waits for `finish`. All others
 * only add, so that such a server goes on beside the migrated database.
 */
export function isFinish({ name }: Pick<Migration, 'name'>): boolean {
  return name.endsWith('_finish.sql')
}

/** What every process must know stands in one table, what an older one need not know in the other. */
const tables = ['public.hilo_migration', 'public.hilo_expansion'] as const
/** The first released version calls itself unwell when there are more rows in hilo_migration than it knows. */
const firstRelease = 9

function tableOf(migration: Migration): (typeof tables)[number] {
  return migration.version <= firstRelease || isFinish(migration) ? tables[0] : tables[1]
}

/** The migrations that ran on a database, in order; none on an empty one. `query` runs a statement without parameters on it. */
export async function ranMigrations(
  query: <R extends Record<string, unknown>>(text: string) => Promise<R[]>,
): Promise<Ran[]> {
  const found = await query<{ name: string }>(
    `select t as name from unnest(array['${tables.join("','")}']) t where to_regclass(t) is not null`,
  )
  if (found.length === 0) return []
  const each = found.map(({ name }) => `select version, name, to_jsonb(m) ->> 'checksum' as checksum from ${name} m`)
  return query<Ran>(`${each.join(' union all ')} order by version`)
}

/** The same through a `Db`. */
export function migrationsOf(db: Queryable): Promise<Ran[]> {
  return ranMigrations((text) => db.many({ kind: 'sql', parts: [text], values: [] }))
}

export type Ran = Pick<Migration, 'version' | 'name' | 'checksum'>
export type MigrateOptions = {
  /** No server of an older version is alive, nor will be: what was kept for them goes. */
  finish?: boolean
}

/**
 * Brings the schema to what this code needs. Several processes may call it at once: one works, the others wait. Each migration
 * runs in its own transaction with a lock timeout, so it steps back instead of queueing in front of live traffic, and tries again.
 * Migrations that finish an upgrade run when asked for, and on an empty database, which no older server can be using.
 * @returns names of the migrations that ran now
 * @throws SchemaMismatch when the database is newer than the code or a migration was edited
 */
export async function migrate(
  db: Db,
  migrations?: Migration[],
  { finish = false }: MigrateOptions = {},
): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  const client = await db.pool.connect()
  try {
    await client.query("select pg_advisory_lock(hashtext('hilo.migrate'))")
    for (const table of tables)
      await client.query(`create table if not exists ${table} (
        version int primary key, name text not null, checksum text not null, ran_at timestamptz not null default now())`)
    const done = checkHistory(await ranMigrations(async (text) => (await client.query(text)).rows), known)
    const isEmpty = done.size === 0
    const ran: string[] = []
    for (const migration of known) {
      if (done.has(migration.version) || (isFinish(migration) && !finish && !isEmpty)) continue
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

async function runOnce(client: PoolClient, migration: Migration): Promise<void> {
  const { version, name, checksum, text } = migration
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = '${lockTimeout}'; set local statement_timeout = '10min'`)
    await client.query(text)
    const table = tableOf(migration)
    await client.query(`insert into ${table} (version, name, checksum) values ($1, $2, $3)`, [version, name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

function checkHistory(rows: readonly Ran[], known: Migration[]): Set<number> {
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
 * replaced one after the other, the older ones go on serving beside them. What finishes an upgrade is needed by nobody.
 */
export async function isMigrated(db: Db): Promise<boolean> {
  const ran = new Set((await migrationsOf(db)).map(({ version }) => version))
  return (await readMigrations()).every((migration) => isFinish(migration) || ran.has(migration.version))
}

/** Migrations that have not run on this database, those that finish an upgrade apart; changes nothing. */
export async function missingMigrations(db: Queryable): Promise<{ needed: string[]; finishing: string[] }> {
  const ran = new Set((await migrationsOf(db)).map(({ version }) => version))
  const missing = (await readMigrations()).filter(({ version }) => !ran.has(version))
  const isFirst = ran.size === 0
  const finishing = missing.filter((migration) => isFinish(migration) && !isFirst)
  return {
    needed: missing.filter((migration) => !finishing.includes(migration)).map(({ name }) => name),
    finishing: finishing.map(({ name }) => name),
  }
}
