/**
 * An upgrade without a pause: the processes of before and of today beside each other on one database (expand, then contract).
 *
 *   BEFORE   schema and process of an earlier commit; buyers come at a steady rate
 *   MIGRATE  today's migrations run under that load; how long anybody waits for a lock is watched
 *   BESIDE   a process of today joins, with background work of its own; buyers go to both and look at what the other one sold them
 *   FINISH   the process of before ends, and what was kept for it goes; links it gave out still open
 *   JUDGE    every call of the whole time was answered well, nobody waited a second for a lock
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
import { table } from '../report.ts'
import { nameOf, unpack } from './old-tree.ts'
import { Load, type Phase, type World } from './upgrade-load.ts'

export type UpgradeResult = {
  from: string
  migrations: string[]
  calls: number
  /** Orders that were opened by their link through another process than the one that sold them. */
  opened: number
  errors: string[]
  lockWaitMsMax: number
  /** Before, while the migrations ran, beside each other and after the process of before has ended. */
  phases: Record<'before' | 'during' | 'beside' | 'after', Phase>
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
  const locks = watchLocks(db)
  try {
    const world = seedOld(tree.folder, postgres.url)
    const at = { databaseUrl: postgres.url, folder }
    const [old, oldBase] = await serve(join(tree.folder, 'server/old-main.ts'), at, servers)
    const load = new Load(oldBase, world, callsPerSecond)
    load.begin()
    await pause(seconds * 1000)
    const before = load.takePhase()
    locks.takeLongest()
    const known = [...(await readMigrations()), ...more]
    const migrations = await migrate(db, known)
    await pause(1000)
    const during = load.takePhase()
    const [, newBase] = await serve(join(import.meta.dirname, '../contract/server.ts'), at, servers)
    await load.goToBoth(newBase)
    await pause(seconds * 1000)
    const beside = load.takePhase()
    await load.leave(oldBase)
    await old.stop()
    migrations.push(...(await migrate(db, known, { finish: true })))
    await pause(1000)
    await load.end()
    const lockWaitMsMax = locks.takeLongest()
    const phases = { before, during, beside, after: load.takePhase() }
    const { calls, opened, errors } = load
    return { from: nameOf(from), migrations, calls, opened, errors, lockWaitMsMax, phases }
  } finally {
    await locks.end()
    await Promise.all(servers.map((server) => server.stop()))
    await db.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
    tree.remove()
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

function seedOld(folder: string, databaseUrl: string): World {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const said = execFileSync(process.execPath, [join(folder, 'server/old-seed.ts')], { env, encoding: 'utf8' })
  return JSON.parse(said) as World
}

/** @returns the process and its address, once it calls itself well */
async function serve(
  main: string,
  { databaseUrl, folder }: { databaseUrl: string; folder: string },
  servers: Child[],
): Promise<[Child, string]> {
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
  return [child, base]
}

/** Looks twenty times a second who waits for a lock of a table, and since when. */
function watchLocks(db: Db): { takeLongest(): number; end(): Promise<void> } {
  let longest = 0
  const ending = new AbortController()
  const done = (async () => {
    while (!ending.signal.aborted) {
      const look = db.one<{ ms: number }>(sql`
        select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart) * 1000), 0)::float as ms
          from pg_locks l where not l.granted and l.locktype = 'relation'`)
      // A look that got no connection in time is made again: a lock that matters is still there.
      longest = Math.max(longest, await look.then(({ ms }) => ms).catch(() => 0))
      await pause(50)
    }
  })()
  return {
    takeLongest: () => {
      const taken = Math.round(longest)
      longest = 0
      return taken
    },
    end: () => {
      ending.abort()
      return done
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

/**
 * What was wrong with an upgrade, in words; nothing when all was well. "Not now" to more than one call in fifty is a fault of the upgrade
 * where nobody heard it before; a machine that is overrun by other work says it all the time.
 */
export function faultsOf({ calls, errors, lockWaitMsMax, migrations, opened, phases }: UpgradeResult): string[] {
  const { before, during, beside, after } = phases
  const sentAway = during.sentAway + beside.sentAway + after.sentAway
  return [
    ...(before.sentAway === 0 && sentAway > calls / 50
      ? [`${sentAway} answers said "not now", and none had before`]
      : []),
    ...(errors.length > 0 ? [`${errors.length} calls failed, the first: ${errors[0]}`] : []),
    ...(lockWaitMsMax > 1000 ? [`somebody waited ${lockWaitMsMax} ms for a lock`] : []),
    ...(opened === 0 ? ['no order was opened beside the process that sold it'] : []),
    ...(migrations.length === 0 ? ['no migration ran, so nothing was tried'] : []),
  ]
}

/** The section of docs/FIRE.md: an upgrade that went well, and those that were made to go wrong. */
export function renderUpgrade(
  { from, migrations, calls, opened, errors, lockWaitMsMax, phases }: UpgradeResult,
  { callsPerSecond, noticed }: { callsPerSecond: number; noticed: readonly { name: string; faults: string[] }[] },
): string {
  const each = (of: keyof Phase) => Object.values(phases).map((phase) => phase[of])
  return [
    '## R11: the version of before beside the migrated database',
    `\`FIRE_FULL=1 npx vitest run --project fire fire/resilience/upgrade\`. From ${from}; ${callsPerSecond} calls a second go on while the migrations run, a process of today joins, and the older one ends: reading, orders of a channel, baskets paid by card, each other's orders.`,
    table('| what | figure |', [
      ['migrations run under load', migrations.length],
      ['calls / not answered well', `${calls} / ${errors.length}`],
      ["orders opened at another process than the seller's", opened],
      ['longest wait for a lock, target ≤ 1,000 ms', `${lockWaitMsMax} ms`],
      ['slowest answer before / while migrating / side by side / afterwards', `${each('slowestMs').join(' / ')} ms`],
      ['answers that said "not now", obeyed, in these', each('sentAway').join(' / ')],
      ...noticed.map(({ name, faults }): [string, string] => [`planted: ${name}`, `seen: ${faults[0]?.slice(0, 120)}`]),
    ]),
  ].join('\n\n')
}
