/** What an empty database is given: the demo retailer and its people, or one owner who can let the others in. */
import { createDemoStaff, createMember, listMembers } from '#staff'
import { loadDemo } from '../demo/load.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Db } from '../platform/db.ts'
import { sql } from '../platform/sql.ts'
import type { Terminal } from './terminal.ts'

/** Somebody who can log in now, with a password that works once. */
export type Login = { email: string; name: string; role: string; oneTimePassword: string }

const cli = { kind: 'system', name: 'cli' } as const

/**
 * Fills an empty database: with the demo when the settings say so, else with one owner. Does nothing to one that is in use.
 * @returns the logins to be shown once; empty when nobody was added
 */
export async function giveFirstData(
  db: Db,
  { config, clock, terminal }: { config: Config; clock: Clock; terminal: Terminal },
): Promise<Login[]> {
  if ((await listMembers(db, { limit: 1 })).length > 0) return []
  if (config.demo && (await hasNoProducts(db))) await loadDemoWithProgress(db, { clock, terminal, lang: config.lang })
  if (await isDemo(db)) return createDemoStaff(db, clock)
  const name = config.lang === 'es' ? 'Propietaria' : 'Owner'
  const member = { email: 'owner@hilo.localhost', name, role: 'owner', language: config.lang, allPlaces: true } as const
  const { oneTimePassword } = await db.transaction((tx) => createMember(tx, clock, cli, member))
  return [{ email: member.email, name, role: member.role, oneTimePassword }]
}

/** Loads the demo retailer with a progress line; a database that has it already is left as it is. */
export async function loadDemoWithProgress(
  db: Db,
  { clock, terminal, lang }: { clock: Clock; terminal: Terminal; lang: 'es' | 'en' },
): Promise<void> {
  const progress = terminal.progress(lang === 'es' ? 'Cargando la tienda de muestra' : 'Loading the demo retailer', 1)
  await loadDemo(db, { clock, onProgress: (done: number, total: number) => progress.update(done / total) })
  progress.end()
}

async function hasNoProducts(db: Db): Promise<boolean> {
  const { empty } = await db.one<{ empty: boolean }>(sql`select not exists (select from catalog.product) as empty`)
  return empty
}
