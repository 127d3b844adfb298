/** A checkout of an earlier commit in a temporary folder, with the packages that are installed here. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' })

/**
 * The version that stands in the shops: upgrades are tried from it. Moved on with each release; another one by `--from`. Not simply the
 * commit before the newest migration: that may be one that was never meant to run.
 */
const landed = '74c23ea03f71df5a11ea620eb056f461a3609522'

/** @returns null where that version is not at hand (a package, a shallow clone) */
export function landedCommit(): string | null {
  const found = git('rev-parse', '--verify', '--quiet', `${landed}^{commit}`).stdout?.trim()
  return found || null
}

/** How a commit is called by people: short name and first line. */
export function nameOf(commit: string): string {
  return git('log', '-1', '--format=%h %s', commit).stdout?.trim() ?? commit
}

export type OldTree = { readonly folder: string; remove(): void }

/** Unpacks the commit. Its workspaces are its own; every other package is the one installed here. */
export function unpack(commit: string): OldTree {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-old-'))
  const archive = join(folder, 'tree.tar')
  execFileSync('git', ['archive', '--output', archive, commit, 'server', 'packages', 'bench', 'package.json'], {
    cwd: root,
  })
  execFileSync('tar', ['-xf', archive, '-C', folder])
  rmSync(archive)
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@hilo'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@hilo') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const name of readdirSync(join(folder, 'packages'))) {
    if (existsSync(join(folder, 'packages', name, 'package.json')))
      symlinkSync(join(folder, 'packages', name), join(modules, '@hilo', name))
  }
  writeFileSync(join(folder, 'server/old-main.ts'), main)
  writeFileSync(join(folder, 'server/old-seed.ts'), seed)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The earlier process: API and background work, without pages. */
const main = `
import { systemClock } from './platform/clock.ts'
import { loadConfig } from './platform/config.ts'
import { openDb } from './platform/db.ts'
import { buildApp, startWorker } from './app.ts'
const config = loadConfig(process.env)
const db = openDb(config.databaseUrl, { poolSize: config.dbPool })
const parts = { config, db, clock: systemClock }
const app = await buildApp(parts, { frontEnds: false })
const worker = startWorker(parts, app)
await app.listen({ host: config.host, port: config.port })
process.once('SIGTERM', () => void app.close().then(() => worker.stop()).then(() => db.close()))
`
/** The earlier schema with articles, stock and a channel's key in it. */
const seed = `
import { loadBenchCatalog } from '../bench/lib/catalog.ts'
import { systemClock } from './platform/clock.ts'
import { openDb } from './platform/db.ts'
import { migrate } from './platform/migrate.ts'
import { createApiKey } from './staff/index.ts'
import './orders/index.ts'
const db = openDb(process.env.DATABASE_URL, { statementTimeoutMs: 120000 })
await migrate(db)
const { variantIds } = await loadBenchCatalog(db, { products: 20, places: 3, perPlace: 1000000 })
const { key } = await db.transaction((tx) =>
  createApiKey(tx, systemClock, { kind: 'system', name: 'fire' }, { name: 'fire', channelId: 'marketplace', scopes: ['orders:write'] }))
process.stdout.write(JSON.stringify({ variantIds, key }))
await db.close()
`
