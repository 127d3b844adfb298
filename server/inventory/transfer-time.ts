import { distanceKm, nextOpening, type OpeningHours, readyFrom } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'

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
  const packed = readyFrom(from.openingHours, from.timeZone, now, from.handlingMinutes)
  if (packed === null) return null
  const packedAt = Temporal.Instant.from(packed).toZonedDateTimeISO(from.timeZone)
  const leaves = (day: Temporal.PlainDate) =>
    works(from, day) && (lane?.departsOn ? lane.departsOn.includes(day.dayOfWeek) : true)
  const first = packedAt.hour < cutoffHour ? packedAt.toPlainDate() : packedAt.toPlainDate().add({ days: 1 })
  const departure = nextDay(first, leaves)
  if (!departure) return null
  let arrival: Temporal.PlainDate | undefined = departure
  const days = lane?.workingDays ?? defaultDays(from, to)
  for (let i = 0; i < days && arrival; i++) arrival = nextDay(arrival.add({ days: 1 }), (day) => works(to, day))
  if (!arrival) return null
  const arrivesAt = days === 0 ? sameDayArrival(departure, from, to) : openingOn(to, arrival)
  if (arrivesAt === null) return null
  const readyAt = readyFrom(to.openingHours, to.timeZone, arrivesAt, to.handlingMinutes)
  return readyAt === null ? null : { departsOn: departure.toString(), arrivesAt, readyAt }
}

function defaultDays(from: TransferPlace, to: TransferPlace): number {
  return distanceKm(from, to) <= oneNightKm ? 1 : 2
}

/** Carriers rest on Sundays, whatever the shop does. */
function works(place: TransferPlace, day: Temporal.PlainDate): boolean {
  return day.dayOfWeek !== 7 && openingOn(place, day) !== null
}

/** The van of the same day arrives two hours after the cut-off, or when the receiver opens next. */
function sameDayArrival(day: Temporal.PlainDate, from: TransferPlace, to: TransferPlace): string | null {
  const at = day
    .toZonedDateTime({ timeZone: from.timeZone, plainTime: { hour: cutoffHour + 2 } })
    .toInstant()
    .toString()
  return readyFrom(to.openingHours, to.timeZone, at, 0)
}

/** First opening on a day, or null when the place stays closed. */
function openingOn(place: TransferPlace, day: Temporal.PlainDate): string | null {
  const midnight = day.toZonedDateTime(place.timeZone).toInstant()
  const opening = nextOpening(place.openingHours, place.timeZone, midnight.subtract({ milliseconds: 1 }).toString())
  if (opening === null) return null
  return Temporal.Instant.from(opening).toZonedDateTimeISO(place.timeZone).toPlainDate().equals(day) ? opening : null
}

function nextDay(from: Temporal.PlainDate, fits: (day: Temporal.PlainDate) => boolean): Temporal.PlainDate | undefined {
  for (let offset = 0; offset <= horizonDays; offset++) {
    const day = from.add({ days: offset })
    if (fits(day)) return day
  }
  return undefined
}
