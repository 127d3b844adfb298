/** What an empty database is given: the demo retailer and its people, or one owner who can let the others in. */
import { listLocations } from '#inventory'
import { createDemoStaff, createMember, listMembers } from '#staff'
import { placeCodes } from '../demo/places.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Db } from '../platform/db.ts'
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
  const places = await listLocations(db)
  if (config.demo && places.length === 0) {
    await loadDemoWithProgress(db, { clock, terminal, lang: config.lang })
    places.push(...(await listLocations(db)))
  }
  // Also true when the demo was loaded by a start that was killed before it could let anybody in.
  const isDemo = placeCodes.every((code) => places.some((place) => place.code === code))
  if (isDemo)
    return createDemoStaff(db, clock, {
      counterPlaces: places.filter(({ code }) => code === 'VLC').map(({ id }) => id),
    })
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
  const { loadDemo } = await import('../demo/load.ts')
  const progress = terminal.progress(lang === 'es' ? 'Cargando la tienda de muestra' : 'Loading the demo retailer', 1)
  await loadDemo(db, { clock, onProgress: (done: number, total: number) => progress.update(done / total) })
  progress.end()
}
