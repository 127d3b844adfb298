import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../server/platform/postgres/index.ts'
import { freePort } from '../lib/processes.ts'

/** One PostgreSQL for every system, with the memory a server of this size would get; every commit is durable. */
export const settings = {
  max_connections: '300',
  shared_buffers: '1GB',
  effective_cache_size: '6GB',
  work_mem: '16MB',
  max_wal_size: '8GB',
  synchronous_commit: 'on',
  fsync: 'on',
  full_page_writes: 'on',
} as const

export type Counted = { statements: number; transactions: number; walBytes: number }
export type Database = {
  pid: number
  version: string
  url(database: string): string
  query<T extends object>(database: string, text: string, values?: unknown[]): Promise<T[]>
  /** A fresh, empty database of this name. */
  make(database: string): Promise<void>
  /** Statements that came from outside, transactions and bytes of log of one database since the beginning. */
  counted(database: string): Promise<Counted>
  stop(): Promise<void>
}

/** Starts the bundled PostgreSQL on a port of this machine: the peers reach it by TCP, so everybody does. */
export async function startDatabase(folder: string): Promise<Database> {
  const port = String(await freePort())
  const server = await startPostgres(
    { dataDir: folder },
    {
      settings: {
        ...settings,
        port,
        listen_addresses: '127.0.0.1',
        shared_preload_libraries: 'pg_stat_statements',
        'pg_stat_statements.max': '10000',
      },
    },
  )
  const url = (database: string) => `postgres://hilo@127.0.0.1:${port}/${database}`
  const pools = new Map<string, pg.Pool>()
  const poolOf = (database: string) => {
    const known = pools.get(database)
    if (known) return known
    const pool = new pg.Pool({ connectionString: url(database), max: 2, idleTimeoutMillis: 2000 })
    pool.on('error', () => pools.delete(database))
    pools.set(database, pool)
    return pool
  }
  const query = async <T extends object>(database: string, text: string, values?: unknown[]) =>
    (await poolOf(database).query(text, values)).rows as T[]
  await query('postgres', 'create extension if not exists pg_stat_statements')
  const [about] = await query<{ server_version: string }>('postgres', 'show server_version')
  return {
    pid: Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]),
    version: about?.server_version ?? '',
    url,
    query,
    make: async (database) => {
      await pools.get(database)?.end()
      pools.delete(database)
      await query('postgres', `drop database if exists "${database}" with (force)`)
      await query('postgres', `create database "${database}"`)
    },
    counted: async (database) => {
      const [row] = await query<Counted>(
        'postgres',
        `select (select coalesce(sum(s.calls), 0)::float8 from pg_stat_statements s where s.dbid = d.datid) as statements,
                (d.xact_commit + d.xact_rollback)::float8 as transactions,
                pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as "walBytes"
           from pg_stat_database d where d.datname = $1`,
        [database],
      )
      if (!row) throw new Error(`no database ${database}`)
      return row
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
      await server.stop()
    },
  }
}
