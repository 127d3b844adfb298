import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../lib/processes.ts'
import { Bare } from './bare.ts'
import { type Database, settings, startDatabase } from './database.ts'
import { Hilo } from './hilo.ts'
import { measureShop, type Report } from './measure.ts'
import { Medusa } from './medusa.ts'
import { hasApp, installApp } from './packages.ts'
import { NotAvailable, type Shop } from './shop.ts'
import { type Missing, renderPeers } from './table.ts'
import { Vendure } from './vendure.ts'

const makers: Record<string, (database: Database, folder: string) => Promise<Shop>> = {
  hilo: async (database) => new Hilo(database, await freePort()),
  vendure: async (database, folder) => new Vendure(database, folder, await freePort()),
  medusa: async (database, folder) => new Medusa(database, folder, await freePort()),
  bare: async (database) => new Bare(database, await freePort()),
}
export const peerNames = Object.keys(makers)

/**
 * Installs, loads and measures the systems one after the other on one PostgreSQL.
 * @param folder where packages and databases go; kept when given, else a temporary one that is removed at the end
 * @returns the section of docs/BENCHMARKS.md; a system that cannot be installed or started is named in it with the reason
 */
export async function measurePeers({
  systems = peerNames,
  seconds,
  buyers = 500,
  folder,
  say,
}: {
  systems?: readonly string[]
  seconds: number
  /** Of the race for the last 50 units. */
  buyers?: number
  folder?: string | undefined
  say: (text: string) => void
}): Promise<string> {
  const runFolder = folder === undefined ? mkdtempSync(join(tmpdir(), 'hilo-peers-')) : resolve(folder)
  mkdirSync(runFolder, { recursive: true })
  const databaseFolder = mkdtempSync(join(runFolder, 'database-'))
  const takenOn = new Date().toISOString().slice(0, 10)
  const database = await startDatabase(databaseFolder)
  const reports: Report[] = []
  const missing: Missing[] = []
  try {
    say('install packages')
    // All at once, since most of it is waiting; who could not be brought says so when its turn comes.
    await Promise.allSettled(systems.filter(hasApp).map((name) => installApp(name, runFolder)))
    for (const name of systems) {
      const shop = await makers[name]?.(database, runFolder)
      if (!shop) throw new Error(`no system ${name}; there are ${peerNames.join(', ')}`)
      const tell = (text: string) => say(`${shop.name}: ${text}`)
      try {
        tell('load')
        await shop.install()
        await shop.load()
        reports.push(await measureShop(shop, database, { seconds, buyers, say: tell }))
      } catch (error) {
        await shop.stop()
        const reason = String(error instanceof Error ? error.message : error).slice(0, 600)
        tell(`not measured: ${reason}`)
        missing.push({ name: shop.name, reason: error instanceof NotAvailable ? reason : `it failed: ${reason}` })
      }
    }
    return renderPeers(reports, missing, { postgres: database.version, seconds, settings, takenOn })
  } finally {
    await database.stop()
    rmSync(folder === undefined ? runFolder : databaseFolder, { recursive: true, force: true })
  }
}
