type Interval = [string, string]

/** Opening hours as people write them: "10:00-14:00, 17:00-20:30". */
export function hoursText(intervals: readonly (readonly [string, string])[] | undefined): string {
  return (intervals ?? []).map(([from, to]) => `${from}-${to}`).join(', ')
}

/** Reads them again: also "10-14 17-20:30". Empty is closed; null is not understood, or ends before it begins. */
export function readHours(typed: string): Interval[] | null {
  const parts = typed
    .trim()
    .replace(/\s*[-–]\s*/g, '-')
    .split(/[,;\s]+/)
    .filter(Boolean)
  const intervals: Interval[] = []
  for (const part of parts) {
    const match = /^(\d{1,2})(?::?(\d{2}))?-(\d{1,2})(?::?(\d{2}))?$/.exec(part)
    if (!match) return null
    const from = clock(match[1], match[2])
    const to = clock(match[3], match[4])
    const before = intervals.at(-1)?.[1]
    if (from === null || to === null || from >= to || (before !== undefined && from < before)) return null
    intervals.push([from, to])
  }
  return intervals
}

function clock(hours: string | undefined, minutes = '00'): string | null {
  const hour = Number(hours)
  if (hour > 24 || Number(minutes) > 59 || (hour === 24 && minutes !== '00')) return null
  return `${String(hour).padStart(2, '0')}:${minutes}`
}
