import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../server/platform/clock.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startPostgres } from '../../server/platform/postgres/index.ts'
import { createApiKey } from '../../server/staff/index.ts'
import '../../server/orders/index.ts'
import { loadBenchCatalog } from './catalog.ts'
import { type Child, freePort, start, untilServing } from './processes.ts'

export type Systems = {
  hiloUrl: string
  bareUrl: string
  databaseUrl: string
  hilo: Child
  bare: Child
  channelKey: string
  variantIds: string[]
  locationIds: string[]
  close(): Promise<void>
}

/**
 * Hilo and the bare server as processes of their own on one durable PostgreSQL (fsync on) in a temporary folder.
 * @param nodeOptions of Hilo's process, such as `--inspect`
 */
export async function startSystems(
  say: (text: string) => void,
  { nodeOptions = [] }: { nodeOptions?: readonly string[] } = {},
): Promise<Systems> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-bench-'))
  say('PostgreSQL, schema and catalogue (1,000 products × 4 variants, 5 places)')
  const postgres = await startPostgres({ dataDir: folder })
  const undo: (() => Promise<void>)[] = [postgres.stop]
  try {
    return await startOn(postgres.url, { folder, undo, say, nodeOptions })
  } catch (error) {
    for (const step of undo.reverse()) await step()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

type Starting = {
  folder: string
  undo: (() => Promise<void>)[]
  say: (text: string) => void
  nodeOptions: readonly string[]
}

async function startOn(databaseUrl: string, { folder, undo, say, nodeOptions }: Starting): Promise<Systems> {
  const db = openDb(databaseUrl, { statementTimeoutMs: 300_000 })
  await migrate(db)
  const catalog = await loadBenchCatalog(db)
  await db.script(await readFile(join(import.meta.dirname, '../bare/schema.sql'), 'utf8'))
  const { key } = await db.transaction((tx) =>
    createApiKey(
      tx,
      systemClock,
      { kind: 'system', name: 'bench' },
      { name: 'bench', channelId: 'marketplace', scopes: ['orders:write'], expiresAt: null },
    ),
  )
  const sameWorkUrl = await copyForSameWork(db, databaseUrl)
  say('servers')
  const [hiloPort, barePort] = [await freePort(), await freePort()]
  const env = {
    DATABASE_URL: databaseUrl,
    HILO_DATA: folder,
    HILO_PORT: String(hiloPort),
    HILO_LOG_LEVEL: 'error',
    NODE_ENV: 'production',
  }
  const hilo = start([...nodeOptions, join(import.meta.dirname, '../../server/api.ts')], {
    ...env,
    HILO_RATE_PER_MINUTE: '100000000',
  })
  undo.push(hilo.stop)
  const bare = start([join(import.meta.dirname, '../bare/server.ts')], {
    DATABASE_URL: databaseUrl,
    SAME_WORK_DATABASE_URL: sameWorkUrl,
    PORT: String(barePort),
    NODE_ENV: 'production',
  })
  undo.push(bare.stop)
  const hiloUrl = `http://127.0.0.1:${hiloPort}`
  const bareUrl = `http://127.0.0.1:${barePort}`
  await untilServing(`${hiloUrl}/api/health`, hilo)
  await untilServing(`${bareUrl}/json`, bare)
  return {
    hiloUrl,
    bareUrl,
    hilo,
    bare,
    channelKey: key,
    databaseUrl,
    ...catalog,
    close: async () => {
      for (const step of undo.reverse()) await step()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A copy of the loaded database on the same server, where the function of the same work lives: Hilo's followers must not take up what
 * it writes, nor find its buyers. Closes `db`, since a database is copied while nobody is in it.
 */
async function copyForSameWork(db: Db, databaseUrl: string): Promise<string> {
  await db.close()
  const name = new URL(databaseUrl).pathname.slice(1)
  const url = (database: string) => Object.assign(new URL(databaseUrl), { pathname: `/${database}` }).toString()
  const admin = openDb(url('postgres'), { poolSize: 1, statementTimeoutMs: 300_000 })
  await admin.script(`create database same_work template "${name}"`)
  await admin.close()
  const copy = openDb(url('same_work'), { poolSize: 1, statementTimeoutMs: 300_000 })
  await copy.script(await readFile(join(import.meta.dirname, '../bare/same-work.sql'), 'utf8'))
  await copy.script('analyze')
  await copy.close()
  return url('same_work')
}
