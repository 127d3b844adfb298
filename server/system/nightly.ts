/** When the law checks run by themselves. Pure. */

/** Hours of the night, in the shop's zone, in which they run: after the day, before deliveries and the first tills. */
const night = { from: 3, to: 6 }
const zone = 'Europe/Madrid'
const hourMs = 3_600_000
/** No second run in one night, also when somebody pressed the button late in the evening or a clock changed. */
const apartMs = 12 * hourMs
/** A machine that is off at night runs them by day, a while after it was switched on. */
const overdueMs = 30 * hourMs
const settleMs = 10 * 60_000
const firstDayMs = 8 * hourMs

/**
 * Whether a run is due that nobody asked for.
 * @param lastAskedAt the newest run, whoever asked for it; null when there was none yet
 * @param workingSince when this process began its background work
 */
export function isNightlyDue({
  now,
  lastAskedAt,
  workingSince,
}: {
  now: Date
  lastAskedAt: Date | null
  workingSince: Date
}): boolean {
  const sinceLast = lastAskedAt === null ? Number.POSITIVE_INFINITY : now.getTime() - lastAskedAt.getTime()
  if (sinceLast < apartMs) return false
  const hour = hourOf(now)
  if (hour >= night.from && hour < night.to) return true
  const worked = now.getTime() - workingSince.getTime()
  // A new system waits for its first night, or until it has worked for a day of the shop.
  return lastAskedAt === null ? worked > firstDayMs : sinceLast > overdueMs && worked > settleMs
}

const hours = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' })

function hourOf(moment: Date): number {
  return Number(hours.format(moment))
}
