import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../server/platform/clock.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { startPostgres } from '../../server/platform/postgres/index.ts'
import { createApiKey, createMember, staffCookie } from '../../server/staff/index.ts'
import { openSession } from '../../server/staff/sessions.ts'
import { verify } from '../../server/verify/index.ts'
import '../../server/orders/index.ts'
import { loadBenchCatalog } from './catalog.ts'
import { finishedOrders } from './finished-orders.ts'
import { fillDatabase } from './loading.ts'
import { multiplyOrders } from './past-orders.ts'
import { type Child, freePort, start, untilServing } from './processes.ts'
import { databasePid } from './usage.ts'

export type Size = { orders: number; variants: number }
export type Relation = { table: string; rows: number; tableMiB: number; indexMiB: number; indexes: string }
export type Statement = { text: string; calls: number; total_ms: number }
export type Grown = {
  size: Size
  loadedSeconds: number
  url: string
  pids: { server: number; database: number }
  variantIds: string[]
  locationIds: string[]
  channelKey: string
  /** Waits until what follows orders (events, work, mail) is done. */
  untilQuiet(): Promise<void>
  /** The tables that take most space, largest first. */
  relations(): Promise<Relation[]>
  resetStatements(): Promise<void>
  statements(): Promise<Statement[]>
  close(): Promise<void>
}

const counting = { shared_preload_libraries: 'pg_stat_statements' }
const system = { kind: 'system', name: 'bench' } as const

/**
 * A shop with so many articles and past orders on a PostgreSQL of its own in a temporary folder: some real orders are placed and
 * finished through the API, then copied; then database and server start anew, durable, as a shop would run them.
 */
export async function growSystem(size: Size, say: (text: string) => void): Promise<Grown> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-growth-'))
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const began = performance.now()
    const loaded = await loadShop(folder, size, say)
    const loadedSeconds = (performance.now() - began) / 1000
    say(`loaded in ${Math.round(loadedSeconds)} s`)
    const postgres = await startPostgres({ dataDir: folder }, { settings: counting })
    undo.push(postgres.stop)
    const db = openDb(postgres.url, { poolSize: 2, statementTimeoutMs: 120_000 })
    undo.push(() => db.close())
    const { child, url } = await startServer(postgres.url, folder)
    undo.push(child.stop)
    const database = databasePid(postgres.url)
    await db.script('create extension if not exists pg_stat_statements')
    const pids = { server: child.process.pid ?? 0, database }
    return { size, loadedSeconds, url, pids, ...loaded, ...questions(db), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function loadShop(
  folder: string,
  { orders, variants }: Size,
  say: (text: string) => void,
): Promise<Pick<Grown, 'variantIds' | 'locationIds' | 'channelKey'>> {
  say(`a shop of ${variants.toLocaleString('en')} variants and ${orders.toLocaleString('en')} past orders`)
  return fillDatabase(folder, async (db, databaseUrl) => {
    const goods = await loadBenchCatalog(db, { products: variants / 4 })
    const { key } = await db.transaction((tx) =>
      createApiKey(tx, systemClock, system, {
        name: 'bench',
        channelId: 'marketplace',
        scopes: ['orders:write'],
        expiresAt: null,
      }),
    )
    const { child, url } = await startServer(databaseUrl, folder)
    const orderIds = await finishedOrders(db, { url, channelKey: key, cookie: await managerCookie(db), ...goods })
    await untilQuiet(db)
    await child.stop()
    await multiplyOrders(db, { orderIds, copies: Math.round(orders / orderIds.length) - 1, variants })
    // What is true of ten thousand copies is true of a million.
    if (orders <= 10_000) await checkLaws(db)
    return { ...goods, channelKey: key }
  })
}

/** @throws Error naming what disagrees: then the copies are not what a shop would have */
async function checkLaws(db: Db): Promise<void> {
  const { checks } = await verify(db)
  const wrong = checks.filter(({ count }) => count > 0)
  if (wrong.length > 0)
    throw new Error(
      `past orders break laws: ${wrong.map(({ name, count, rows }) => `${name} ${count} times, ${JSON.stringify(rows[0])}`).join('; ')}`,
    )
}

async function startServer(databaseUrl: string, folder: string): Promise<{ child: Child; url: string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = start([join(import.meta.dirname, '../../server/api.ts')], {
    DATABASE_URL: databaseUrl,
    HILO_DATA: folder,
    HILO_PORT: String(port),
    HILO_LOG_LEVEL: 'error',
    HILO_RATE_PER_MINUTE: '100000000',
    NODE_ENV: 'production',
  })
  await untilServing(`${url}/api/health`, child, 180)
  return { child, url }
}

/** The cookie of a manager of every place who logged in just now. */
async function managerCookie(db: Db): Promise<string> {
  const token = await db.transaction(async (tx) => {
    const { member } = await createMember(tx, systemClock, system, {
      email: 'manager@example.com',
      name: 'Ana Caja',
      role: 'manager',
      allPlaces: true,
    })
    return openSession(tx, systemClock, { memberId: member.id, stage: 'full' })
  })
  return `${staffCookie('http://shop.test')}=${token}`
}

async function untilQuiet(db: Db): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ busy: boolean }>(
      `select exists (select 1 from platform.outbox)
           or exists (select 1 from platform.subscriber where last_seq < (select coalesce(max(seq), 0) from platform.event)) as busy`,
    )
    if (!rows[0]?.busy) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function questions(db: Db): Pick<Grown, 'untilQuiet' | 'relations' | 'resetStatements' | 'statements'> {
  return {
    untilQuiet: () => untilQuiet(db),
    relations: async () => {
      const { rows } = await db.pool.query<Relation>(`
        select n.nspname || '.' || c.relname as table, c.reltuples::float8 as rows,
               round(pg_table_size(c.oid) / 1048576.0)::int as "tableMiB", round(pg_indexes_size(c.oid) / 1048576.0)::int as "indexMiB",
               (select string_agg(x.relname || ' ' || round(pg_relation_size(x.oid) / 1048576.0), ', ' order by pg_relation_size(x.oid) desc)
                  from (select x.oid, x.relname from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid
                         order by pg_relation_size(x.oid) desc limit 3) x) as indexes
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'catalog', 'pricing')
         order by pg_total_relation_size(c.oid) desc limit 18`)
      return rows
    },
    resetStatements: async () => void (await db.pool.query('select pg_stat_statements_reset()')),
    statements: async () => {
      const { rows } = await db.pool.query<Statement>(`
        select regexp_replace(query, '\\s+', ' ', 'g') as text, sum(calls)::float8 as calls, sum(total_exec_time)::float8 as total_ms
          from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) group by 1`)
      return rows
    },
  }
}
