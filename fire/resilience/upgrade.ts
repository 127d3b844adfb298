/**
 * An upgrade without a pause: the processes of before and of today beside each other on one database (expand, then contract).
 *
 *   BEFORE   schema and process of an earlier commit; buyers come at a steady rate
 *   MIGRATE  today's migrations run under that load; how long anybody waits for a lock is watched
 *   BESIDE   a process of today joins; buyers go to both
 *   JUDGE    every call of the whole time was answered well, nobody waited a second for a lock, the laws hold
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, start, untilServing } from '../../bench/lib/processes.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { type Migration, migrate, readMigrations } from '../../server/platform/migrate.ts'
import { startPostgres } from '../../server/platform/postgres/index.ts'
import { sql } from '../../server/platform/sql.ts'
import { freePortFrom } from '../lib/ports.ts'
import { address } from '../lib/shopper.ts'
import { nameOf, unpack } from './old-tree.ts'

export type UpgradeResult = {
  from: string
  migrations: string[]
  calls: number
  errors: string[]
  lockWaitMsMax: number
  /** Slowest answer before, while the migrations ran and after. */
  slowestMs: { before: number; during: number; beside: number }
}
export type UpgradeOptions = {
  from: string
  /** Of each phase before and beside. */
  seconds: number
  callsPerSecond: number
  /** Migrations beyond today's; a planted fault gives one. */
  more?: Migration[]
}

export async function runUpgrade({ from, seconds, callsPerSecond, more = [] }: UpgradeOptions): Promise<UpgradeResult> {
  const tree = unpack(from)
  const folder = mkdtempSync(join(tmpdir(), 'hilo-upgrade-'))
  const postgres = await startPostgres({ dataDir: folder })
  const db = openDb(postgres.url, { poolSize: 3, statementTimeoutMs: 0 })
  const servers: Child[] = []
  try {
    const world = seedOld(tree.folder, postgres.url)
    const old = await serve(servers, join(tree.folder, 'server/old-main.ts'), postgres.url, folder)
    const load = new Load([old], world, callsPerSecond)
    const slowestMs = { before: 0, during: 0, beside: 0 }
    load.begin()
    await pause(seconds * 1000)
    slowestMs.before = load.takeSlowest()
    const locks = watchLocks(db)
    const migrations = await migrate(db, [...(await readMigrations()), ...more])
    await pause(1000)
    slowestMs.during = load.takeSlowest()
    const lockWaitMsMax = await locks.end()
    const now = await serve(servers, join(import.meta.dirname, '../contract/server.ts'), postgres.url, folder)
    load.bases = [old, now]
    await pause(seconds * 1000)
    await load.end()
    slowestMs.beside = load.takeSlowest()
    return { from: nameOf(from), migrations, calls: load.calls, errors: load.errors, lockWaitMsMax, slowestMs }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await db.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
    tree.remove()
  }
}

type World = { variantIds: string[]; key: string }
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

function seedOld(folder: string, databaseUrl: string): World {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const said = execFileSync(process.execPath, [join(folder, 'server/old-seed.ts')], { env, encoding: 'utf8' })
  return JSON.parse(said) as World
}

async function serve(servers: Child[], main: string, databaseUrl: string, folder: string): Promise<string> {
  const port = await freePortFrom(4840 + (process.pid % 50))
  const child = start([main], {
    DATABASE_URL: databaseUrl,
    HILO_DATA: folder,
    HILO_PORT: String(port),
    HILO_SECRET: 'a secret that both versions share, long enough',
    HILO_LOG_LEVEL: 'fatal',
    HILO_RATE_PER_MINUTE: '100000000',
  })
  servers.push(child)
  const base = `http://127.0.0.1:${port}`
  await untilServing(`${base}/api/problems`, child, 180)
  return base
}

/** Buyers at a steady rate, whatever the answers: reading, orders of a channel, baskets that are paid by card. */
class Load {
  bases: string[]
  calls = 0
  readonly errors: string[] = []
  readonly #world: World
  readonly #everyMs: number
  readonly #underWay = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #slowest = 0
  #turn = 0

  constructor(bases: string[], world: World, callsPerSecond: number) {
    this.bases = bases
    this.#world = world
    this.#everyMs = 1000 / callsPerSecond
  }

  begin(): void {
    this.#timer = setInterval(() => {
      const work = this.#one(this.#turn++).finally(() => this.#underWay.delete(work))
      this.#underWay.add(work)
    }, this.#everyMs)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#underWay)
  }

  takeSlowest(): number {
    const slowest = this.#slowest
    this.#slowest = 0
    return Math.round(slowest)
  }

  async #one(turn: number): Promise<void> {
    const base = this.bases[turn % this.bases.length] ?? ''
    const variantId = this.#world.variantIds[turn % this.#world.variantIds.length] ?? ''
    const contact = { name: 'Ana Prat', email: `ana${turn}@example.com`, phone: '' }
    const lines = [{ variantId, units: 1 }]
    const delivery = { kind: 'delivery', address }
    if (turn % 4 < 2)
      return void (await this.#call(
        base,
        'GET',
        turn % 4 === 0 ? '/api/store/products/producto-1' : `/api/store/availability?variants=${variantId}`,
      ))
    if (turn % 4 === 2) {
      const headers = { authorization: `Bearer ${this.#world.key}`, 'idempotency-key': `channel-${turn}` }
      const body = { externalRef: `M-${turn}`, lines, contact, delivery, payment: { method: 'elsewhere' } }
      return void (await this.#call(base, 'POST', '/api/channel/orders', body, headers))
    }
    const cart = await this.#call(base, 'POST', '/api/store/carts', { lines, contact, delivery })
    if (!cart) return
    const { id, token, totalMinor } = cart as { id: string; token: string; totalMinor: number }
    const body = { expectedTotalMinor: totalMinor, payment: { cardToken: 'tok_ok' } }
    await this.#call(base, 'POST', `/api/store/carts/${id}/place`, body, { 'x-cart-token': token })
  }

  async #call(
    base: string,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    this.calls += 1
    const begun = performance.now()
    try {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      })
      const text = await answer.text()
      if (answer.ok) return JSON.parse(text)
      this.errors.push(`${method} ${path} ${answer.status} ${text.slice(0, 200)}`)
    } catch (error) {
      this.errors.push(`${method} ${path} ${String(error)}`)
    } finally {
      this.#slowest = Math.max(this.#slowest, performance.now() - begun)
    }
    return undefined
  }
}

/** Looks twenty times a second who waits for a lock of a table, and since when. */
function watchLocks(db: Db): { end(): Promise<number> } {
  let longest = 0
  const ending = new AbortController()
  const done = (async () => {
    while (!ending.signal.aborted) {
      const { ms } = await db.one<{ ms: number }>(sql`
        select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart) * 1000), 0)::float as ms
          from pg_locks l where not l.granted and l.locktype = 'relation'`)
      longest = Math.max(longest, ms)
      await pause(50)
    }
  })()
  return {
    end: async () => {
      ending.abort()
      await done
      return Math.round(longest)
    },
  }
}

/** Migrations that no upgrade may contain, to see whether the judge sees them. */
export const plants: readonly { name: string; migration: Migration }[] = [
  {
    name: 'a column that the process of before still reads is renamed',
    migration: {
      version: 9001,
      name: '9001_rename.sql',
      checksum: 'x',
      text: 'alter table orders.cart rename column contact to who',
    },
  },
  {
    name: 'a table is locked for one and a half seconds',
    migration: {
      version: 9002,
      name: '9002_lock.sql',
      checksum: 'x',
      text: 'lock table orders.cart; select pg_sleep(1.5)',
    },
  },
]

/** What was wrong with an upgrade, in words; nothing when all was well. */
export function faultsOf({ errors, lockWaitMsMax, migrations }: UpgradeResult): string[] {
  return [
    ...(errors.length > 0 ? [`${errors.length} calls failed, the first: ${errors[0]}`] : []),
    ...(lockWaitMsMax > 1000 ? [`somebody waited ${lockWaitMsMax} ms for a lock`] : []),
    ...(migrations.length === 0 ? ['no migration ran, so nothing was tried'] : []),
  ]
}
