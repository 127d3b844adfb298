/** The database of a command: the bundled one (started or adopted) or the one of DATABASE_URL, reachable, of a known version. */
import type { Config } from '../platform/config.ts'
import { type Db, openDb, sqlState } from '../platform/db.ts'
import { type MigrateOptions, migrate, SchemaMismatch } from '../platform/migrate.ts'
import { type PostgresOptions, SetupError, startPostgres } from '../platform/postgres/index.ts'
import { sql } from '../platform/sql.ts'

/**
 * `close` ends the connections, then the bundled server unless another Hilo uses it. `abandon` does so without waiting,
 * for a process that ends at once.
 */
export type OpenDatabase = Readonly<{
  db: Db
  url: string
  embedded: boolean
  /** Nobody else can be using it: it is the bundled one and was started just now. */
  alone: boolean
  close(): Promise<void>
  abandon(): void
}>

export type OpenOptions = PostgresOptions & { poolSize?: number; statementTimeoutMs?: number; applicationName?: string }

const versionMin = 15
const versionMax = 18

/**
 * Opens the database of this configuration.
 * @throws SetupError database_unreachable, database_broken, disk_full, data_not_writable
 */
export async function openDatabase(config: Config, options: OpenOptions = {}): Promise<OpenDatabase> {
  const server = config.databaseUrl === null ? await startPostgres(config, options) : null
  const url = server?.url ?? config.databaseUrl ?? ''
  const db = openDb(url, {
    poolSize: options.poolSize ?? config.dbPool,
    prepared: config.dbPrepared,
    statementTimeoutMs: options.statementTimeoutMs ?? 0,
    applicationName: options.applicationName ?? 'hilo-cli',
  })
  const close = async () => {
    await db.close()
    await server?.stop()
  }
  try {
    if (server === null) await checkServer(db, url)
    return {
      db,
      url,
      embedded: server !== null,
      alone: server?.adopted === false,
      close,
      abandon: () => server?.stopNow(),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens the database, brings an empty or bundled one up to date, does the work, closes. */
export async function withDatabase<T>(
  config: Config,
  work: (database: OpenDatabase) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const database = await openDatabase(config, options)
  try {
    await bringUpToDate(database)
    return await work(database)
  } finally {
    await database.close()
  }
}

/**
 * Brings the schema to what this code needs. What was kept for servers of the version before goes when there can be none of them.
 * @returns names of the migrations that ran
 * @throws SetupError database_newer, database_unreachable
 */
export async function bringUpToDate(
  { db, alone }: Pick<OpenDatabase, 'db' | 'alone'>,
  { finish = alone }: MigrateOptions = {},
): Promise<string[]> {
  try {
    return await migrate(db, undefined, { finish })
  } catch (error) {
    if (error instanceof SchemaMismatch) throw mismatch(error)
    if (sqlState(error) === '42501') throw mayNotCreate(error)
    throw error
  }
}

async function checkServer(db: Db, url: string): Promise<void> {
  const version = await serverVersion(db, url)
  if (version >= versionMin && version <= versionMax) return
  throw new SetupError('database_unreachable', {
    es: `${placeOf(url)} es PostgreSQL ${version}; Hilo funciona con las versiones ${versionMin} a ${versionMax}. Pon en DATABASE_URL un servidor de esas versiones.`,
    en: `${placeOf(url)} is PostgreSQL ${version}; Hilo works with versions ${versionMin} to ${versionMax}. Give DATABASE_URL a server of these versions.`,
  })
}

async function serverVersion(db: Db, url: string): Promise<number> {
  try {
    const { version } = await db.one<{ version: number }>(
      sql`select current_setting('server_version_num')::int / 10000 as version`,
    )
    return version
  } catch (error) {
    throw unreachable(error, url)
  }
}

/** Host, port and database of an address, without user and password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`
}

function unreachable(error: unknown, url: string): SetupError {
  const place = placeOf(url)
  const state = sqlState(error)
  const options = { cause: error }
  if (state === '28P01' || state === '28000') {
    const es = `PostgreSQL en ${place} rechaza el usuario o la clave. Corrige DATABASE_URL.`
    const en = `PostgreSQL at ${place} refuses the user or the password. Correct DATABASE_URL.`
    return new SetupError('database_unreachable', { es, en }, options)
  }
  if (state === '3D000') {
    const name = new URL(url).pathname.slice(1)
    const es = `En ${place} no existe la base de datos. Créala con: createdb ${name}`
    const en = `At ${place} the database does not exist. Create it with: createdb ${name}`
    return new SetupError('database_unreachable', { es, en }, options)
  }
  const why = reason(error)
  const es = `No se llega a PostgreSQL en ${place} (${why}). Comprueba que está en marcha y que DATABASE_URL es correcta.`
  const en = `PostgreSQL at ${place} cannot be reached (${why}). Check that it runs and that DATABASE_URL is right.`
  return new SetupError('database_unreachable', { es, en }, options)
}

function reason(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: Error[] }
  return code ?? (message || errors?.[0]?.message || 'no answer').split('\n')[0] ?? ''
}

function mismatch(error: SchemaMismatch): SetupError {
  const name = /migration ([\w.]+)/.exec(error.message)?.[1] ?? ''
  const text = {
    newer: {
      es: `La base de datos es de un Hilo más nuevo que este (tiene ${name}). Actualiza el código con git pull && npm ci, o recupera una copia anterior con hilo restore. No se ha cambiado nada.`,
      en: `The database belongs to a newer Hilo than this one (it has ${name}). Update the code with git pull && npm ci, or bring back an earlier backup with hilo restore. Nothing was changed.`,
    },
    edited: {
      es: `El fichero ${name} cambió después de aplicarse a esta base de datos. Recupera el fichero original; no se ha cambiado nada.`,
      en: `The file ${name} changed after it ran on this database. Bring the original file back; nothing was changed.`,
    },
  }[error.kind]
  return new SetupError('database_newer', text, { cause: error })
}

function mayNotCreate(error: unknown): SetupError {
  return new SetupError(
    'database_unreachable',
    {
      es: 'El usuario de DATABASE_URL no puede crear tablas. Dale la base de datos con: alter database BASE owner to USUARIO',
      en: 'The user of DATABASE_URL may not create tables. Give it the database with: alter database BASE owner to USER',
    },
    { cause: error },
  )
}
