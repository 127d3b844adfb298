/** What an empty database is given: the demo retailer and its people, or one owner who can let the others in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { listLocations } from '#inventory'
import { createDemoStaff, createMember, listMembers } from '#staff'
import type { DemoLoaded } from '../demo/load.ts'
import { placeCodes } from '../demo/places.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config, Lang } from '../platform/config.ts'
import { openDb } from '../platform/db.ts'
import { exitCodes, SetupError } from '../platform/postgres/setup-error.ts'
import type { OpenDatabase } from './database.ts'
import { AlreadyExplained } from './explain.ts'
import type { Terminal } from './terminal.ts'

/** Somebody who can log in now, with a password that works once. */
export type Login = { email: string; name: string; role: string; oneTimePassword: string }

const cli = { kind: 'system', name: 'cli' } as const

/**
 * Fills an empty database: with the demo when the settings say so, else with one owner. Does nothing to one that is in use.
 * @returns the logins to be shown once; empty when nobody was added
 */
export async function giveFirstData(
  { db }: Pick<OpenDatabase, 'db'>,
  { config, clock, terminal }: { config: Config; clock: Clock; terminal: Terminal },
): Promise<Login[]> {
  if ((await listMembers(db, { limit: 1 })).length > 0) return []
  const places = await listLocations(db)
  if (config.demo && places.length === 0) {
    await loadDemoApart(config, terminal)
    places.push(...(await listLocations(db)))
  }
  // Also true when the demo was loaded by a start that was killed before it could let anybody in.
  if (placeCodes.every((code) => places.some((place) => place.code === code))) {
    const counterPlaces = places.filter(({ code }) => code === 'VLC').map(({ id }) => id)
    return createDemoStaff(db, clock, { counterPlaces })
  }
  const name = config.lang === 'es' ? 'Propietaria' : 'Owner'
  const member = { email: 'owner@hilo.localhost', name, role: 'owner', language: config.lang, allPlaces: true } as const
  const { oneTimePassword } = await db.transaction((tx) => createMember(tx, clock, cli, member))
  return [{ email: member.email, name, role: member.role, oneTimePassword }]
}

/**
 * Loads the demo in a process of its own: four months of trade take hundreds of megabytes once, which the process that
 * serves the shop would never give back.
 */
async function loadDemoApart({ dataDir, lang }: Config, terminal: Terminal): Promise<void> {
  const args = [join(import.meta.dirname, 'main.ts'), 'demo', '--data', dataDir, '--lang', lang]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk))
  const progress = terminal.progress(demoLabel(lang), 1)
  const stop = () => child.kill()
  process.once('exit', stop)
  child.on('message', (share) => progress.update(Number(share)))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  process.off('exit', stop)
  progress.end()
  if (code === 0) return
  terminal.warn(said.trim())
  throw new AlreadyExplained(code ?? exitCodes.interrupted, `hilo demo: ${code ?? signal}`)
}

const demoLabel = (lang: Lang) => (lang === 'es' ? 'Cargando la tienda de muestra' : 'Loading the demo retailer')

/**
 * Loads the demo retailer with a progress line; a database that has it already is left as it is.
 * @throws SetupError refused when the database holds another shop
 */
export async function loadDemoWithProgress(
  url: string,
  { clock, terminal, lang }: { clock: Clock; terminal: Terminal; lang: Lang },
): Promise<DemoLoaded> {
  const { loadDemo } = await import('../demo/load.ts')
  // Started by a start: it shows the progress, so that one line serves all that is under way.
  const { send } = process
  const progress = send ? null : terminal.progress(demoLabel(lang), 1)
  const tell = (share: number) => (send ? send.call(process, share) : progress?.update(share))
  // A connection of its own: four months of trade in one transaction may take longer than a request ever should.
  const db = openDb(url, { poolSize: 1, statementTimeoutMs: 0, applicationName: 'hilo-demo' })
  try {
    const loaded = await loadDemo(db, { clock, onProgress: (done, total) => tell(done / total) })
    return loaded
  } catch (error) {
    throw /needs an empty database/.test((error as Error).message) ? notEmpty(error) : error
  } finally {
    progress?.end()
    await db.close()
  }
}

function notEmpty(cause: unknown): SetupError {
  return new SetupError(
    'refused',
    {
      es: 'Esta base de datos ya tiene productos o lugares; la tienda de muestra solo se carga en una vacía. Prueba en otra carpeta: hilo demo --data otra',
      en: 'This database has products or places already; the demo retailer is only loaded into an empty one. Try another folder: hilo demo --data other',
    },
    { cause },
  )
}
