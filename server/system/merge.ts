import type { SystemFace } from '@hilo/contract'
import { type FaceReport, faces, minutesKept, quantile, recentMinutes, steps } from '#platform/meter'
import type { ProcessReport } from './processes.ts'

/**
 * The faces of all processes as one. Counts are added, times are sorted together; of the slow minutes each counts as the slowest
 * process had it. Pure.
 * @param minute the running one; what a process reported a moment ago may end a minute earlier
 */
export function mergeFaces(reports: readonly ProcessReport[], minute: number): SystemFace[] {
  return faces.map((face) => {
    const all = reports.map((report) => ({ ...report.faces[face], late: minute - report.minute }))
    const requests = addMinutes(all, 'requests')
    const failed = addMinutes(all, 'failed')
    const times = Array.from({ length: steps }, () => 0)
    for (const { times: counted } of all) for (const [step, count] of counted) times[step] = (times[step] ?? 0) + count
    return {
      face,
      perSecond: round(
        all.reduce((sum, { perSecond }) => sum + perSecond, 0),
        10,
      ),
      requests,
      failed: sum(failed.slice(-recentMinutes)),
      recent: sum(requests.slice(-recentMinutes)),
      p50Ms: told(quantile(times, 0.5)),
      p95Ms: told(quantile(times, 0.95)),
      p99Ms: told(quantile(times, 0.99)),
      slowMs: slowest(all).map(told),
    }
  })
}

type Dated = FaceReport & { late: number }

/** Where a minute of the hour that ends now stands in a report that ended `late` minutes ago. */
function at(list: readonly (number | null)[], late: number, index: number): number | null {
  const place = index + late
  return place < list.length ? (list[place] ?? null) : null
}

function addMinutes(all: readonly Dated[], of: 'requests' | 'failed'): number[] {
  return Array.from({ length: minutesKept }, (_, index) =>
    sum(all.map((report) => at(report[of], report.late, index) ?? 0)),
  )
}

function slowest(all: readonly Dated[]): (number | null)[] {
  return Array.from({ length: minutesKept }, (_, index) => {
    const known = all.flatMap((report) => at(report.p95Ms, report.late, index) ?? [])
    return known.length === 0 ? null : Math.max(...known)
  })
}

function sum(list: readonly number[]): number {
  return list.reduce((total, each) => total + each, 0)
}

/** As many digits as are right: times are known to 5 %. */
function told(ms: number | null): number | null {
  return ms === null ? null : ms < 10 ? round(ms, 10) : Math.round(ms)
}

function round(value: number, by: number): number {
  return Math.round(value * by) / by
}
