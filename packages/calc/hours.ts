/**
 * Opening hours of a shop, in the shop's own zone.
 *
 * Hours are wall-clock times, so a day has 23 or 25 hours when the clocks change; answers are instants (ISO 8601, UTC). A wall time that
 * the clocks skip means the moment as far behind the change ("02:30" is 03:30); of a wall time that occurs twice, opening takes the
 * first and closing the second, so that nobody stands before a closed door in doubt.
 */
import { Temporal } from 'temporal-polyfill'
import { assertAtLeast } from './money.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** From and to, "HH:MM". "24:00" is the end of the day; a close before the open lies on the next day. */
export type OpenInterval = readonly [open: string, close: string]

/** Never changed in place: what was worked out of an object is remembered with it. */
export type OpeningHours = {
  /** Days without an entry are closed. */
  weekly: { readonly [day in Weekday]?: readonly OpenInterval[] }
  /** Replace the weekly hours of one date ("2026-12-25"); no intervals: closed. */
  exceptions: readonly { on: string; intervals: readonly OpenInterval[] }[]
}

/** An interval on the time line, end excluded, in milliseconds since 1970. */
type Stretch = { openMs: number; closeMs: number }

/** A shop that does not open within this many days is closed for good as far as promises go. */
const horizonDays = 370

const wallTime = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/

/** Minutes after midnight of "HH:MM". @throws RangeError */
function wallMinutes(text: string): number {
  if (!wallTime.test(text)) throw new RangeError(`opening hours need times like 09:30, got ${text}`)
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
}

/** 'compatible' takes the first of two and goes forward from none; 'later' takes the second of two and goes forward from none. */
type Choice = 'compatible' | 'later'

function wallInstantMs(day: Temporal.PlainDate, minutes: number, zone: string, disambiguation: Choice): number {
  const date = minutes >= 1440 ? day.add({ days: Math.floor(minutes / 1440) }) : day
  const time = date.toPlainDateTime({ hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 })
  return time.toZonedDateTime(zone, { disambiguation }).epochMilliseconds
}

function stretchesOf(day: Temporal.PlainDate, intervals: readonly OpenInterval[], zone: string): Stretch[] {
  return intervals
    .map(([open, close]) => {
      const from = wallMinutes(open)
      const to = wallMinutes(close)
      if (from === to || from === 1440) throw new RangeError(`opening hours ${open} to ${close} are empty`)
      return {
        openMs: wallInstantMs(day, from, zone, 'compatible'),
        closeMs: wallInstantMs(day, to > from ? to : to + 1440, zone, 'later'),
      }
    })
    .sort((a, b) => a.openMs - b.openMs)
}

/** What was worked out of one set of hours, by zone and date: wall time to instants is slow, and a day's answer never changes. */
const worked = new WeakMap<OpeningHours, Map<string, readonly Stretch[]>>()

function stretchesOn(hours: OpeningHours, zone: string, day: Temporal.PlainDate): readonly Stretch[] {
  const days = worked.get(hours) ?? new Map<string, readonly Stretch[]>()
  worked.set(hours, days)
  const on = day.toString()
  let stretches = days.get(`${zone} ${on}`)
  if (!stretches) {
    const weekday = weekdays[day.dayOfWeek - 1]
    // Of two exceptions for one date the last one counts.
    const exception = hours.exceptions.findLast((one) => one.on === on)
    stretches = stretchesOf(day, exception?.intervals ?? (weekday && hours.weekly[weekday]) ?? [], zone)
    days.set(`${zone} ${on}`, stretches)
  }
  return stretches
}

/** Stretches by rising opening, from the day before (whose night may reach into today) to the horizon. They may touch or overlap. */
function* stretchesAround(hours: OpeningHours, zone: string, atMs: number): Generator<Stretch> {
  const today = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate()
  for (let offset = -1; offset <= horizonDays; offset += 1) yield* stretchesOn(hours, zone, today.add({ days: offset }))
}

function toMs(at: string): number {
  return Temporal.Instant.from(at).epochMilliseconds
}

function toIso(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString()
}

/**
 * Whether the shop is open at an instant; the closing instant itself counts as closed.
 * @param zone IANA zone, "Europe/Madrid"
 * @throws RangeError when the hours, the zone or the instant are malformed
 */
export function isOpenAt(hours: OpeningHours, zone: string, at: string): boolean {
  const atMs = toMs(at)
  for (const { openMs, closeMs } of stretchesAround(hours, zone, atMs)) {
    if (openMs > atMs) return false
    if (atMs < closeMs) return true
  }
  return false
}

/**
 * When the shop that is open at an instant closes next; null when it is closed then, or does not close within a year. Intervals that
 * touch or overlap, also over midnight, count as one.
 * @throws RangeError as `isOpenAt`
 */
export function closesAt(hours: OpeningHours, zone: string, at: string): string | null {
  const atMs = toMs(at)
  let endMs = Number.NEGATIVE_INFINITY
  for (const { openMs, closeMs } of stretchesAround(hours, zone, atMs)) {
    if (openMs > Math.max(atMs, endMs)) return endMs > atMs ? toIso(endMs) : null
    endMs = Math.max(endMs, closeMs)
  }
  return null
}

/**
 * The first opening after an instant. While the shop is open that is the opening after it closes; null when none comes within a year.
 * @throws RangeError as `isOpenAt`
 */
export function nextOpening(hours: OpeningHours, zone: string, at: string): string | null {
  const atMs = toMs(at)
  let openUntilMs = Number.NEGATIVE_INFINITY
  for (const { openMs, closeMs } of stretchesAround(hours, zone, atMs)) {
    if (openMs > atMs && openMs > openUntilMs) return toIso(openMs)
    openUntilMs = Math.max(openUntilMs, closeMs)
  }
  return null
}

/**
 * The instant from which goods are ready for pickup: the handling time runs only while the shop is open, in real minutes, and the
 * answer is always an instant at which the shop is open: work done at the stroke of closing is ready at the next opening.
 * @param handlingMinutes whole minutes of work from picking to set aside, ≥ 0
 * @returns null when the shop is not open long enough within a year
 * @throws RangeError as `isOpenAt`, or when the minutes are negative or not whole
 */
export function readyFrom(hours: OpeningHours, zone: string, now: string, handlingMinutes: number): string | null {
  let leftMs = assertAtLeast(handlingMinutes, 0, 'handlingMinutes') * 60_000
  const nowMs = toMs(now)
  let workedUntilMs = nowMs
  for (const { openMs, closeMs } of stretchesAround(hours, zone, nowMs)) {
    const fromMs = Math.max(openMs, workedUntilMs)
    if (closeMs <= fromMs) continue
    if (fromMs + leftMs < closeMs) return toIso(fromMs + leftMs)
    leftMs -= closeMs - fromMs
    workedUntilMs = closeMs
  }
  return null
}
