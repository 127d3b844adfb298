import type { LocationBody } from '@hilo/contract'
import { hoursText, readHours } from './hours.ts'

export { hoursText }
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof days)[number]

/** A day that is different, as typed: no hours is closed. */
export type ExceptionDraft = { on: string; hours: string; es: string; en: string }
/** Everything of a place as it is typed. */
export type PlaceDraft = {
  name: string
  pickup: boolean
  ships: boolean
  handlingMinutes: number
  dailyCapacity: number | null
  active: boolean
  address: LocationBody['address']
  /** "39.4699, -0.3763", as maps copy it. */
  coordinates: string
  hours: Record<Day, string>
  exceptions: ExceptionDraft[]
}

/**
 * Reads degrees as maps write them: "39.4699, -0.3763", also with decimal commas ("39,4699, -0,3763" or "39,4699; -0,3763").
 * Null where they are not understood or lie outside of the globe.
 */
export function readCoordinates(typed: string): { latitude: number; longitude: number } | null {
  const match = /^\s*(-?\d{1,2}(?:[.,]\d+)?)\s*(?:[;,]\s*|\s+)(-?\d{1,3}(?:[.,]\d+)?)\s*$/.exec(typed)
  if (!match) return null
  const [latitude, longitude] = [match[1], match[2]].map((part) => Number(part?.replace(',', '.')))
  if (latitude === undefined || longitude === undefined) return null
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

/** Names of fields that cannot be saved as they are typed: a weekday, `coordinates`, `exception:<index>`. */
export function wrongFields(draft: PlaceDraft): Set<string> {
  const wrong = new Set<string>(days.filter((day) => readHours(draft.hours[day]) === null))
  if (readCoordinates(draft.coordinates) === null) wrong.add('coordinates')
  draft.exceptions.forEach((exception, i) => {
    const isTwice = draft.exceptions.some((other, j) => j < i && other.on === exception.on)
    if (exception.on === '' || isTwice || readHours(exception.hours) === null) wrong.add(`exception:${i}`)
  })
  return wrong
}

/** The body of `PATCH /api/admin/locations/:id`. */
export function placeBody(draft: PlaceDraft): Record<string, unknown> {
  const { name, pickup, ships, handlingMinutes, dailyCapacity, active, address, hours, exceptions } = draft
  return {
    name,
    pickup,
    ships,
    handlingMinutes,
    dailyCapacity,
    status: active ? 'active' : 'closed',
    address,
    ...readCoordinates(draft.coordinates),
    openingHours: {
      weekly: Object.fromEntries(days.map((day) => [day, readHours(hours[day]) ?? []])),
      exceptions: exceptions
        .toSorted((a, b) => a.on.localeCompare(b.on))
        .map(({ on, hours: typed, es, en }) => ({
          on,
          intervals: readHours(typed) ?? [],
          ...(es.trim() || en.trim() ? { note: { es: es.trim(), en: en.trim() } } : {}),
        })),
    },
  }
}
