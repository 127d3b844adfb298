import type { NewLocationBody } from '@hilo/contract'
import { isUniqueViolation, type Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { defineProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { createLocation, type Location } from './locations.ts'

const problems = defineProblems('inventory', {
  code_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Another place has this code',
    titleEs: 'Otro lugar ya tiene este código',
  },
  zone_unknown: {
    status: 422,
    retry: 'after_change',
    title: 'Nobody knows this time zone',
    titleEs: 'Nadie conoce esa zona horaria',
    remedy: 'Write it as in Europe/Madrid or Atlantic/Canary.',
    remedyEs: 'Escríbela como en Europe/Madrid o Atlantic/Canary.',
  },
})

const noHours = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }

/**
 * Opens a shop or warehouse, last in the house's order. It has no hours yet, so nothing is promised from it until somebody sets them.
 * @throws Problem inventory.code_taken, zone_unknown
 */
export async function openPlace(tx: Tx, place: NewLocationBody & { timeZone: string }): Promise<Location> {
  if (!isZone(place.timeZone)) throw problems.zone_unknown({ parameter: 'timeZone', timeZone: place.timeZone })
  const { position } = await tx.one<{ position: number }>(
    sql`select coalesce(max(position), -1)::int + 1 as position from inventory.location`,
  )
  const address = { province: '', phone: '', ...place.address }
  try {
    return await createLocation(tx, {
      ...place,
      address,
      id: newId('loc'),
      position,
      pickup: place.kind === 'shop',
      ships: true,
      openingHours: { weekly: noHours, exceptions: [] },
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw problems.code_taken({ parameter: 'code', code: place.code }, { cause: error })
    throw error
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
