import { systemFaces } from '@hilo/contract'
import { describe, expect, test } from 'vitest'
import { type Evidence, judge } from './judge.ts'
import { mergeFaces } from './merge.ts'
import { isNightlyDue } from './nightly.ts'
import { aReport } from './testing.ts'

const at = '2026-11-20T12:00:30.000Z'
const before = (ms: number) => new Date(Date.parse(at) - ms).toISOString()
const minute = Math.floor(Date.parse(at) / 60_000)

/** A system where all is well. */
function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    at,
    version: '0.1.0',
    startedAt: before(86_400_000),
    faces: mergeFaces([aReport(minute)], minute),
    orders: { lastMinute: 0, minutes: [] },
    events: { total: 10, waiting: 0, oldestAt: null },
    subscribers: [],
    queues: [],
    holds: { live: 0, overdue: 0, oldestOverdueAt: null },
    jobs: [],
    processes: [
      {
        id: 'a:3000',
        kind: 'server',
        version: '0.1.0',
        startedAt: at,
        seenAt: at,
        memoryBytes: 1,
        busy: 0,
        listeners: 0,
        works: true,
        isThis: true,
      },
    ],
    shedding: null,
    checks: { open: null, last: null },
    backups: { last: null, archive: null, server: null, embedded: true },
    database: {
      version: '18.0',
      startedAt: at,
      bytes: 1,
      connections: 5,
      active: 1,
      connectionsMax: 60,
      diskFreeBytes: 10 ** 11,
      diskBytes: 10 ** 12,
      migrated: true,
    },
    mailIsSent: true,
    disagreesSince: null,
    disagreeing: [],
    unclearPayments: { count: 0, since: null },
    webhooksOff: 0,
    silent: [],
    patience: {},
    ...overrides,
  }
}
const told = (overrides: Partial<Evidence>) =>
  judge(evidence(overrides)).findings.map(({ tone, code }) => `${tone} ${code}`)

function faceWith(face: 'shop' | 'till', more: Partial<Evidence['faces'][number]>): Evidence['faces'] {
  return mergeFaces([aReport(minute)], minute).map((each) => (each.face === face ? { ...each, ...more } : each))
}

describe('the judgement', () => {
  test('a system where all is well is fine', () => {
    expect(judge(evidence())).toEqual({ verdict: 'fine', findings: [] })
  })

  test('what is broken comes before what is owed, and among equals the oldest first', () => {
    const { verdict, findings } = judge(
      evidence({
        holds: { live: 3, overdue: 2, oldestOverdueAt: before(90_000) },
        events: { total: 10, waiting: 4, oldestAt: before(600_000) },
        unclearPayments: { count: 1, since: before(999_000) },
      }),
    )
    expect(verdict).toBe('broken')
    expect(findings.map(({ code }) => code)).toEqual(['events.stuck', 'holds.overdue', 'payments.unclear'])
  })

  test('a slow face is told since when it was slow without a break; few requests are no news', () => {
    const slowMs = Array.from({ length: 60 }, (_, index) => (index >= 57 ? 900 : 40))
    const [finding] = judge(evidence({ faces: faceWith('till', { recent: 40, p95Ms: 900, slowMs }) })).findings
    expect(finding).toEqual({
      tone: 'owed',
      code: 'answers.slow',
      since: '2026-11-20T11:58:00.000Z',
      data: { face: 'till', ms: 900, most: 500 },
    })
    expect(told({ faces: faceWith('till', { recent: 19, p95Ms: 900, slowMs }) })).toEqual([])
    expect(told({ faces: faceWith('shop', { recent: 40, p95Ms: 900, slowMs }) })).toEqual([])
  })

  test('answers that fail are broken from one in a hundred on, and five at least', () => {
    expect(told({ faces: faceWith('shop', { recent: 500, failed: 5 }) })).toEqual(['broken answers.failing'])
    expect(told({ faces: faceWith('shop', { recent: 501, failed: 5 }) })).toEqual([])
    expect(told({ faces: faceWith('shop', { recent: 4, failed: 4 }) })).toEqual([])
  })

  test('an archive that stands still is broken, one that is written is not; none at all is no fault', () => {
    const archive = (upTo: string | null) =>
      told({
        backups: {
          last: null,
          server: null,
          embedded: true,
          archive: { upTo, lastBaseAt: null, bases: 1, keptDays: 14 },
        },
      })
    expect(archive(before(10_000))).toEqual([])
    expect(archive(before(121_000))).toEqual(['broken archive.behind'])
    expect(archive(null)).toEqual(['broken archive.behind'])
    const server = (lastArchivedAt: string | null, lastFailedAt: string | null) =>
      told({ backups: { last: null, archive: null, embedded: false, server: { lastArchivedAt, lastFailedAt } } })
    expect(server(before(60_000), before(600_000))).toEqual([])
    expect(server(before(600_000), before(60_000))).toEqual(['broken archive.failing'])
  })

  test('the database: few connections left, little disk, a schema that is behind', () => {
    const { database } = evidence()
    expect(told({ database: { ...database, connections: 51 } })).toEqual(['owed database.connections'])
    expect(told({ database: { ...database, diskFreeBytes: 10 ** 9 } })).toEqual(['broken disk.low'])
    expect(told({ database: { ...database, diskFreeBytes: null, diskBytes: null } })).toEqual([])
    expect(told({ database: { ...database, migrated: false } })).toEqual(['broken database.schema'])
  })

  test('load that is shed, checks that are old, receivers that were switched off', () => {
    expect(told({ shedding: { active: true, since: before(5000), refused: 12 } })).toEqual(['owed load.shed'])
    expect(told({ shedding: { active: false, since: null, refused: 12 } })).toEqual([])
    expect(told({ webhooksOff: 1 })).toEqual(['owed webhook.disabled'])
    const last = {
      id: 'chk_1',
      status: 'done',
      askedBy: null,
      askedAt: at,
      startedAt: at,
      done: 9,
      total: 9,
      ms: 3,
      disagreements: 0,
      error: null,
    } as const
    expect(told({ checks: { open: null, last: { ...last, finishedAt: before(39 * 3_600_000) } } })).toEqual([])
    expect(told({ checks: { open: null, last: { ...last, finishedAt: before(41 * 3_600_000) } } })).toEqual([
      'owed checks.old',
    ])
  })
})

describe('several processes as one', () => {
  test('counts are added minute by minute also when one reported in the minute before; times are sorted together', () => {
    const report = (end: number, requests: number, step: number) => {
      const made = aReport(end)
      const shop = {
        ...made.faces.shop,
        perSecond: 1.5,
        requests: made.faces.shop.requests.with(-1, requests),
        p95Ms: made.faces.shop.p95Ms.with(-1, step),
        times: [[step, requests] as [number, number]],
      }
      return { ...made, faces: { ...made.faces, shop } }
    }
    const [shop] = mergeFaces([report(minute, 10, 40), report(minute - 1, 30, 80)], minute)
    expect(shop?.face).toBe(systemFaces[0])
    expect(shop?.perSecond).toBe(3)
    expect(shop?.requests.slice(-2)).toEqual([30, 10])
    expect(shop?.slowMs.slice(-2)).toEqual([80, 40])
    expect(shop?.recent).toBe(40)
    expect((shop?.p50Ms ?? 0) > (shop?.p99Ms ?? 0)).toBe(false)
    expect(shop?.p50Ms).toBe(shop?.p99Ms)
  })
})

describe('the night’s law checks', () => {
  const due = (now: string, lastAskedAt: string | null, workingSince = '2026-11-20T08:00:00Z') =>
    isNightlyDue({
      now: new Date(now),
      lastAskedAt: lastAskedAt === null ? null : new Date(lastAskedAt),
      workingSince: new Date(workingSince),
    })
  test('run between three and six in the shop’s zone, once a night', () => {
    expect(due('2026-11-21T01:59:00Z', '2026-11-20T02:10:00Z')).toBe(false)
    expect(due('2026-11-21T02:01:00Z', '2026-11-20T02:10:00Z')).toBe(true)
    expect(due('2026-11-21T04:00:00Z', '2026-11-21T02:01:00Z')).toBe(false)
    expect(due('2026-07-21T01:01:00Z', '2026-07-20T01:10:00Z')).toBe(true)
  })
  test('a machine that is off at night runs them by day, not at once after it was switched on', () => {
    expect(due('2026-11-21T08:05:00Z', '2026-11-20T02:00:00Z', '2026-11-21T08:00:00Z')).toBe(false)
    expect(due('2026-11-21T08:11:00Z', '2026-11-20T02:00:00Z', '2026-11-21T08:00:00Z')).toBe(true)
  })
  test('a new system waits for its first night, or for a day of work', () => {
    expect(due('2026-11-20T09:00:00Z', null)).toBe(false)
    expect(due('2026-11-20T16:30:00Z', null)).toBe(true)
    expect(due('2026-11-21T02:30:00Z', null, '2026-11-21T02:20:00Z')).toBe(true)
  })
})
