/** What of the machine's state is wrong: pure, with the reason for each threshold. The words stand on the screen. */
import type { SystemFinding, SystemState } from '@hilo/contract'

/** A healthy system moves events and works off what is due within seconds; what is this late does not move any more. */
const stuckMs = 30_000
const lateMs = 120_000
const holdsLateMs = 60_000
/** A job that failed once is tried again at its next turn; one that fails for a minute does not help itself. */
const failingMs = 60_000
/** A follower that keeps up is some batches behind at most. */
const behindEvents = 2_000
/** Nights are a day apart; half a day more for a machine that was off. */
const checksOldMs = 40 * 3_600_000
const backupOldMs = 36 * 3_600_000
/** The archive is written every second, and noted every ten when nothing happens. */
const archiveLateMs = 120_000
/** With fewer requests one slow one would be news. */
const requestsMin = 20
const failuresMin = 5
const failedShare = 0.01
/** What people at each face put up with, for 95 of 100 requests, in milliseconds. */
const slowMs = { shop: 1000, till: 500, console: 1500, api: 1000 } as const
const connectionsShare = 0.85
const diskShare = 0.05
const diskBytesMin = 2 * 1024 ** 3

/** What `judge` needs beyond what the screen shows. */
export type Evidence = Omit<SystemState, 'verdict' | 'findings'> & {
  disagreesSince: string | null
  /** Checks that disagree. */
  disagreeing: readonly string[]
  unclearPayments: { count: number; since: string | null }
  webhooksOff: number
  silent: readonly { id: string; seenAt: string }[]
  patience: Readonly<Record<string, number>>
}

type Rule = (state: Evidence, now: number) => SystemFinding[]

/** Everything that is wrong, the worst first, the oldest first among equals. */
export function judge(state: Evidence): Pick<SystemState, 'verdict' | 'findings'> {
  const now = Date.parse(state.at)
  const findings = rules.flatMap((rule) => rule(state, now)).toSorted(byGravity)
  return { verdict: findings[0]?.tone ?? 'fine', findings }
}

function byGravity(a: SystemFinding, b: SystemFinding): number {
  if (a.tone !== b.tone) return a.tone === 'broken' ? -1 : 1
  return (a.since ?? '9').localeCompare(b.since ?? '9')
}

function finding(
  tone: SystemFinding['tone'],
  code: SystemFinding['code'],
  since: string | null,
  data: SystemFinding['data'] = {},
): SystemFinding {
  return { tone, code, since, data }
}

/** Milliseconds since a moment; nothing when there was none. */
function age(at: string | null, now: number): number {
  return at === null ? Number.NEGATIVE_INFINITY : now - Date.parse(at)
}

const lawChecks: Rule = ({ checks: { last, open }, disagreesSince, disagreeing }, now) => {
  if (last === null) return []
  if (last.status === 'failed') return [finding('owed', 'checks.failed', last.finishedAt, { error: last.error ?? '' })]
  if ((last.disagreements ?? 0) > 0) {
    const data = { n: last.disagreements ?? 0, checks: disagreeing.length, first: disagreeing[0] ?? '' }
    return [finding('broken', 'checks.disagree', disagreesSince ?? last.finishedAt, data)]
  }
  const isOld = open === null && age(last.finishedAt, now) > checksOldMs
  return isOld ? [finding('owed', 'checks.old', last.finishedAt)] : []
}

const events: Rule = ({ events: { waiting, oldestAt }, subscribers }, now) => [
  ...(age(oldestAt, now) > stuckMs ? [finding('broken', 'events.stuck', oldestAt, { n: waiting })] : []),
  ...subscribers.flatMap(({ name, failures, oldestUnreadAt, behind, lastError, retryAt }) => {
    if (failures > 0) {
      const data = { name, n: behind, failures, error: lastError ?? '', retryAt: retryAt ?? '' }
      return [finding('broken', 'subscriber.failing', oldestUnreadAt, data)]
    }
    const isBehind = behind > behindEvents || age(oldestUnreadAt, now) > stuckMs
    return isBehind ? [finding('owed', 'subscriber.behind', oldestUnreadAt, { name, n: behind })] : []
  }),
]

const work: Rule = ({ processes, jobs, silent, patience }, now) => {
  const found = jobs.flatMap(({ name, failures, failingSince, lastError, runningSince }) => {
    if (failures > 0) {
      const tone = age(failingSince, now) >= failingMs ? 'broken' : 'owed'
      return [finding(tone, 'work.failing', failingSince, { name, n: failures, error: lastError ?? '' })]
    }
    const isStuck = age(runningSince, now) > (patience[name] ?? Number.POSITIVE_INFINITY)
    return isStuck ? [finding('broken', 'work.stuck', runningSince, { name })] : []
  })
  if (!processes.some(({ works }) => works)) {
    const seen =
      silent
        .map(({ seenAt }) => seenAt)
        .toSorted()
        .at(-1) ?? null
    found.push(finding('broken', 'work.nobody', seen))
  }
  for (const { id, seenAt } of silent) found.push(finding('owed', 'process.silent', seenAt, { id }))
  const versions = [...new Set(processes.map(({ version }) => version))].toSorted()
  if (versions.length > 1) found.push(finding('owed', 'process.versions', null, { versions: versions.join(', ') }))
  return found
}

const queues: Rule = ({ queues: all, holds, unclearPayments, webhooksOff }, now) => [
  ...all.flatMap(({ name, due, oldestDueAt, failed }) => [
    // A file of a hundred thousand lines takes its time; its job says whether it still moves.
    ...(name !== 'imports' && age(oldestDueAt, now) > lateMs
      ? [finding('owed', 'queue.late', oldestDueAt, { name, n: due })]
      : []),
    ...(failed > 0 ? [finding('owed', 'queue.failed', null, { name, n: failed })] : []),
  ]),
  ...(age(holds.oldestOverdueAt, now) > holdsLateMs
    ? [finding('broken', 'holds.overdue', holds.oldestOverdueAt, { n: holds.overdue })]
    : []),
  ...(unclearPayments.count > 0
    ? [finding('owed', 'payments.unclear', unclearPayments.since, { n: unclearPayments.count })]
    : []),
  ...(webhooksOff > 0 ? [finding('owed', 'webhook.disabled', null, { n: webhooksOff })] : []),
]

const answers: Rule = ({ faces, shedding, at }, now) => [
  ...faces.flatMap(({ face, recent, failed, p95Ms, slowMs: minutes }) => {
    const found: SystemFinding[] = []
    if (failed >= failuresMin && failed / recent >= failedShare)
      found.push(finding('broken', 'answers.failing', null, { face, n: failed, of: recent }))
    if (recent >= requestsMin && p95Ms !== null && p95Ms > slowMs[face]) {
      // Back through the minutes that were slow without a break.
      let slow = 0
      while (slow < minutes.length && (minutes.at(-1 - slow) ?? 0) > slowMs[face]) slow += 1
      const since = slow === 0 ? at : new Date(Math.floor(now / 60_000) * 60_000 - (slow - 1) * 60_000).toISOString()
      found.push(finding('owed', 'answers.slow', since, { face, ms: p95Ms, most: slowMs[face] }))
    }
    return found
  }),
  ...(shedding?.active ? [finding('owed', 'load.shed', shedding.since, { n: shedding.refused })] : []),
]

const backups: Rule = ({ backups: { last, archive, server } }, now) => {
  const found: SystemFinding[] = []
  if (archive !== null && (archive.upTo === null || age(archive.upTo, now) > archiveLateMs))
    found.push(finding('broken', 'archive.behind', archive.upTo))
  if (
    server !== null &&
    server.lastFailedAt !== null &&
    age(server.lastFailedAt, now) < age(server.lastArchivedAt ?? '1970-01-01', now)
  )
    found.push(finding('broken', 'archive.failing', server.lastArchivedAt))
  // Whoever never made one sees that beside the figures; who makes them is told when one is missing.
  if (archive === null && last !== null && age(last.at, now) > backupOldMs)
    found.push(finding('owed', 'backup.old', last.at))
  return found
}

const database: Rule = ({ database: { connections, connectionsMax, diskFreeBytes, diskBytes, migrated } }) => {
  const found: SystemFinding[] = []
  if (!migrated) found.push(finding('broken', 'database.schema', null))
  if (connections >= connectionsMax * connectionsShare)
    found.push(finding('owed', 'database.connections', null, { n: connections, of: connectionsMax }))
  if (
    diskFreeBytes !== null &&
    diskBytes !== null &&
    (diskFreeBytes < diskBytes * diskShare || diskFreeBytes < diskBytesMin)
  )
    found.push(
      finding(diskFreeBytes < diskBytesMin / 2 ? 'broken' : 'owed', 'disk.low', null, { bytes: diskFreeBytes }),
    )
  return found
}

const rules: readonly Rule[] = [lawChecks, events, work, queues, answers, backups, database]
