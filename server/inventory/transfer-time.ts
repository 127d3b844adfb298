import { distanceKm, nextOpening, type OpeningHours, readyFrom } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'
import { identity, onceAMinute } from '#platform/once-a-minute'

/** What the way between two places depends on. */
export type TransferPlace = {
  latitude: number
  longitude: number
  timeZone: string
  openingHours: OpeningHours
  handlingMinutes: number
}
/** How long the van takes where it is not the rule. */
export type TransferLane = { workingDays: number; departsOn: readonly number[] | null }
export type TransferTimes = { departsOn: string; arrivesAt: string; readyAt: string }

/** Goods packed by four in the afternoon leave the same day. */
const cutoffHour = 16
/** One night by road within the mainland; beyond this distance, or over the sea, two. */
const oneNightKm = 700
const horizonDays = 60

/**
 * When goods of one place can be collected at another: packed at the sender in its opening hours, taken by the van of a working
 * day (Monday to Saturday, when the sender works), delivered on the receiver's next working day at its opening, then unpacked and
 * set aside. Every date is one a person could keep.
 * @param now instant
 * @param from this and `to` are never changed in place: what was worked out of one is remembered with it
 * @returns null when one of the two does not work within the horizon
 */
export function transferTimes({
  now,
  from,
  to,
  lane,
}: {
  now: string
  from: TransferPlace
  to: TransferPlace
  lane?: TransferLane
}): TransferTimes | null {
  const packed = onceAMinute(now, `packed ${identity(from)}`, () => firstVan(from, now))
  if (packed === null) return null
  const departure = firstDay(from, packed, lane?.departsOn ?? null)
  const days = lane?.workingDays ?? defaultDays(from, to)
  let arrival = departure
  for (let i = 0; i < days && arrival; i++) arrival = firstDay(to, dayAfter(arrival), null)
  if (!departure || !arrival) return null
  const arrivesAt = days === 0 ? sameDayArrival(departure, from, to) : openingOn(to, arrival)
  if (arrivesAt === null) return null
  const readyAt = remembered(to, `ready ${arrivesAt}`, () =>
    readyFrom(to.openingHours, to.timeZone, arrivesAt, to.handlingMinutes),
  )
  return readyAt === null ? null : { departsOn: departure, arrivesAt, readyAt }
}

/** The date of the first van that goods packed from now on could catch, working day or not; null when they are never packed. */
function firstVan(from: TransferPlace, now: string): string | null {
  const packed = readyFrom(from.openingHours, from.timeZone, now, from.handlingMinutes)
  if (packed === null) return null
  const packedAt = Temporal.Instant.from(packed).toZonedDateTimeISO(from.timeZone)
  const day = packedAt.toPlainDate().toString()
  return packedAt.hour < cutoffHour ? day : dayAfter(day)
}

function defaultDays(from: TransferPlace, to: TransferPlace): number {
  return distanceKm(from, to) <= oneNightKm ? 1 : 2
}

/** The van of the same day arrives two hours after the cut-off, or when the receiver opens next. */
function sameDayArrival(day: string, from: TransferPlace, to: TransferPlace): string | null {
  const at = Temporal.PlainDate.from(day)
    .toZonedDateTime({ timeZone: from.timeZone, plainTime: { hour: cutoffHour + 2 } })
    .toInstant()
    .toString()
  return readyFrom(to.openingHours, to.timeZone, at, 0)
}

/** First opening on a day, or null when the place stays closed. */
function openingOn(place: TransferPlace, day: string): string | null {
  return remembered(place, `opening ${day}`, () => {
    const midnight = Temporal.PlainDate.from(day).toZonedDateTime(place.timeZone).toInstant()
    const opening = nextOpening(place.openingHours, place.timeZone, midnight.subtract({ milliseconds: 1 }).toString())
    if (opening === null) return null
    return Temporal.Instant.from(opening).toZonedDateTimeISO(place.timeZone).toPlainDate().toString() === day
      ? opening
      : null
  })
}

/**
 * The first day from this one on which a van calls at the place: one of its working days, never a Sunday, since carriers rest then.
 * @param weekdays on which the lane runs, 1 is Monday; null: on all
 * @returns undefined when there is none within the horizon
 */
function firstDay(place: TransferPlace, from: string, weekdays: readonly number[] | null): string | undefined {
  return remembered(place, `day ${from} ${weekdays?.join() ?? 'all'}`, () => {
    let day = from
    for (let offset = 0; offset <= horizonDays; offset++, day = dayAfter(day)) {
      const { dayOfWeek } = Temporal.PlainDate.from(day)
      const runs = weekdays === null || weekdays.includes(dayOfWeek)
      if (runs && dayOfWeek !== 7 && openingOn(place, day) !== null) return day
    }
    return undefined
  })
}

const dayMs = 86_400_000

/** The date after a date, "2026-11-22". */
function dayAfter(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10)
}

const memory = new WeakMap<TransferPlace, Map<string, unknown>>()

/** Calendars are slow to work out, and the same for every parcel: kept as long as the place stays the same object. */
function remembered<T>(place: TransferPlace, key: string, work: () => T): T {
  const kept = memory.get(place) ?? new Map<string, unknown>()
  memory.set(place, kept)
  if (!kept.has(key)) kept.set(key, work())
  return kept.get(key) as T
}
