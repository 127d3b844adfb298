import type { OpeningHours } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'

const zone = 'Europe/Madrid'
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const minuteMs = 60_000

/** One calendar day of the retailer's zone. */
export type Day = {
  /** YYYY-MM-DD. */
  date: string
  /** 1 Monday to 7 Sunday. */
  weekday: number
  month: number
  /** Days before today. */
  daysAgo: number
  /** The instant of so many minutes after local midnight, in epoch milliseconds; right for any time after the clocks change. */
  at(minutes: number): number
}

/**
 * The days from `back` days ago to `ahead` days from now, oldest first.
 * @param nowMs the demo's "now", epoch milliseconds
 */
export function daysAround(nowMs: number, back: number, ahead: number): Day[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate()
  return Array.from({ length: back + ahead + 1 }, (_, index) => {
    const daysAgo = back - index
    const date = today.subtract({ days: daysAgo })
    const noonMs = date.toZonedDateTime({ timeZone: zone, plainTime: { hour: 12 } }).epochMilliseconds
    return {
      date: date.toString(),
      weekday: date.dayOfWeek,
      month: date.month,
      daysAgo,
      at: (minutes) => noonMs + (minutes - 720) * minuteMs,
    }
  })
}

/** When a place is open on a day, in minutes after midnight. */
export function openMinutes({ weekly, exceptions }: OpeningHours, day: Day): [from: number, to: number][] {
  const exception = exceptions.find(({ on }) => on === day.date)
  const intervals = exception?.intervals ?? weekly[weekdays[day.weekday - 1] ?? 'mon'] ?? []
  return intervals.map(([from, to]) => [minutesOf(from), minutesOf(to)])
}

function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
}

/** Monday to Friday on which the warehouse works: the days a carrier counts. */
export function isWorkday(hours: OpeningHours, day: Day): boolean {
  return day.weekday <= 5 && openMinutes(hours, day).length > 0
}
