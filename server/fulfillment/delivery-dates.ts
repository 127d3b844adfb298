import { nextOpening, type OpeningHours } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'
import { identity, onceAMinute } from '#platform/once-a-minute'

/** What the dates of a parcel depend on. */
export type Dispatch = { openingHours: OpeningHours; timeZone: string }
export type DeliverySpeed = { daysMin: number; daysMax: number; cutoffHour: number }
export type DeliveryDates = {
  leavesOn: string
  arrivesFrom: string
  arrivesBy: string
  /** Order before this instant for these dates. */
  orderBefore: string
  /** End of the last day of arrival, by eight in the evening at the sending place: what is promised. */
  dueAt: string
}

const horizonDays = 60
const lastDeliveryHour = 20

type Question = { now: string; place: Dispatch; speed: DeliverySpeed }

/**
 * Dates of a parcel: it leaves on the day of the order when that is before the cut-off of a working day, else on the next one,
 * and carriers count Monday to Friday without the sending place's feasts.
 * @returns null when the place does not work within two months
 */
export function deliveryDates(question: Question): DeliveryDates | null {
  const { now, place, speed } = question
  const key = `dates ${identity(place.openingHours)} ${place.timeZone} ${speed.daysMin} ${speed.daysMax} ${speed.cutoffHour}`
  return onceAMinute(now, key, () => computeDates(question))
}

function computeDates({ now, place, speed }: Question): DeliveryDates | null {
  const local = Temporal.Instant.from(now).toZonedDateTimeISO(place.timeZone)
  const today = local.toPlainDate()
  const first = local.hour < speed.cutoffHour ? today : today.add({ days: 1 })
  const leaves = nextWorkingDay(place, first)
  if (!leaves) return null
  const arrivesFrom = addWorkingDays(place, leaves, speed.daysMin)
  const arrivesBy = addWorkingDays(place, leaves, speed.daysMax)
  if (!arrivesFrom || !arrivesBy) return null
  const at = (day: Temporal.PlainDate, hour: number) =>
    day.toZonedDateTime({ timeZone: place.timeZone, plainTime: { hour } }).toInstant().toString()
  return {
    leavesOn: leaves.toString(),
    arrivesFrom: arrivesFrom.toString(),
    arrivesBy: arrivesBy.toString(),
    orderBefore: at(leaves, speed.cutoffHour),
    dueAt: at(arrivesBy, lastDeliveryHour),
  }
}

function addWorkingDays(place: Dispatch, from: Temporal.PlainDate, days: number): Temporal.PlainDate | undefined {
  let day: Temporal.PlainDate | undefined = from
  for (let i = 0; i < days && day; i++) day = nextWorkingDay(place, day.add({ days: 1 }))
  return day
}

function nextWorkingDay(place: Dispatch, from: Temporal.PlainDate): Temporal.PlainDate | undefined {
  for (let offset = 0; offset <= horizonDays; offset++) {
    const day = from.add({ days: offset })
    if (day.dayOfWeek <= 5 && opensOn(place, day)) return day
  }
  return undefined
}

function opensOn(place: Dispatch, day: Temporal.PlainDate): boolean {
  const midnight = day.toZonedDateTime(place.timeZone).toInstant().subtract({ milliseconds: 1 }).toString()
  const opening = nextOpening(place.openingHours, place.timeZone, midnight)
  return opening !== null && Temporal.Instant.from(opening).toZonedDateTimeISO(place.timeZone).toPlainDate().equals(day)
}
