/**
 * The contract of the API, on processes that are really killed and calls that nobody would send: minutes long, so only with FIRE_FULL=1.
 * With every change run the judge's own proof, what becomes of old keys, and the repeats of server/idempotency.db.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../server/platform/clock.ts'
import { cleanKeys } from '../../server/platform/idempotency.ts'
import { sql } from '../../server/platform/sql.ts'
import { type TestDatabase, testDatabase } from '../../server/platform/testing.ts'
import { keepOnPage } from '../report.ts'
import { makeCallers } from './callers.ts'
import { crashDay } from './crash-day.ts'
import { liveDay, openDay, post } from './day.ts'
import type { Document, Operation } from './document.ts'
import { fuzz } from './fuzz.ts'
import { judgeOf } from './judge.ts'
import type { FirePoint } from './plant.ts'
import { type ApiProcess, startApi } from './process.ts'
import { type Round, renderContract, renderFuzz } from './report.ts'

const isFull = process.env['FIRE_FULL'] === '1'
const points: readonly FirePoint[] = ['answer', 'keep', 'commit']
async function onFreshDatabase<T>(work: (t: TestDatabase) => Promise<T>): Promise<T> {
  const t = await testDatabase()
  try {
    return await work(t)
  } finally {
    await t.close()
  }
}
const live = (pointFor: Parameters<typeof crashDay>[0]['pointFor'], keyAgain?: (key: string) => string) =>
  onFreshDatabase((t) =>
    crashDay({ databaseUrl: t.url, clock: systemClock, pointFor, ...(keyAgain ? { keyAgain } : {}) }),
  )

describe('one key, one effect, also when the server is killed between commit and answer (R8)', {
  timeout: 1_800_000,
}, () => {
  test.skipIf(!isFull)(
    'a day with crashes leaves the same rows as one without, every repeat the same answer, another body none',
    async () => {
      const begun = performance.now()
      const calm = await live(() => undefined)
      expect(calm.faults).toEqual([])
      const rounds: Round[] = []
      for (const point of points) {
        const { faults, rows, calls, deaths } = await live(() => point)
        expect([faults, rows], `death at ${point}`).toEqual([[], calm.rows])
        expect(deaths).toBeGreaterThanOrEqual(calm.calls)
        rounds.push({ point, calls, deaths, faults: faults.length, sameRows: true })
      }
      const seconds = (performance.now() - begun) / 1000
      const tables = Object.keys(calm.rows).length
      keepOnPage({ isFull, others: { contract: renderContract({ posts: calm.calls, rounds, tables, seconds }) } })
    },
  )

  test.skipIf(!isFull)('planted: a caller who forgets the key doubles what was done, and it is seen', async () => {
    const calm = await live(() => undefined)
    const doubled = await live(
      ({ url }) => (url.endsWith('/consents') ? 'answer' : undefined),
      (key) => `${key}-forgotten`,
    )
    expect(doubled.rows['customers.consent']).toBeGreaterThan(calm.rows['customers.consent'] ?? 0)
  })

  test('a key is kept for 24 hours at least, and cleaned away after two days', async () => {
    await onFreshDatabase(async ({ db, clock }) => {
      await db.run(sql`
        insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
        values ('a', 'k', 'f', 200, '{}', ${clock.now()})`)
      const kept = () => db.one<{ n: number }>(sql`select count(*)::int as n from platform.idempotency_key`)
      clock.advance(24 * 3_600_000)
      expect([await cleanKeys(db, clock), (await kept()).n]).toEqual([0, 1])
      clock.advance(24 * 3_600_000 + 1000)
      expect([await cleanKeys(db, clock), (await kept()).n]).toEqual([1, 0])
    })
  })
})

describe.skipIf(!isFull)('no call breaks the API (R16)', { timeout: 1_800_000 }, () => {
  let t: TestDatabase
  let api: ApiProcess
  let document: Document
  beforeAll(async () => {
    t = await testDatabase()
    api = await startApi(t.url)
    document = (await (await fetch(`${api.base}/api/openapi.json`)).json()) as Document
  })
  afterAll(async () => {
    await api?.stop()
    await t?.close()
  })

  test('fitting and broken calls of everybody: no answer of 500 or above, none that the document does not describe', async () => {
    const world = await openDay(t.db, systemClock)
    const recorded = await liveDay({ db: t.db, clock: systemClock, world }, (call) => post(api.base, call))
    const callers = await makeCallers(t.db, systemClock, world.shop.valencia)
    const seed = Number(process.env['FIRE_SEED'] ?? Date.now() % 1_000_000)
    const calls = 100_000
    // What was found is told also where a machine is too slow for all of them.
    const secondsMax = 1500
    const result = await fuzz({ base: api.base, document, callers, recorded, calls, seed, secondsMax })
    expect(result.faults, `seed ${seed}`).toEqual([])
    expect(result.calls).toBeGreaterThanOrEqual(calls)
    expect(result.reached).toBeGreaterThan(60)
    keepOnPage({ isFull, others: { fuzz: renderFuzz(seed, result) } })
  })
})

describe('the judge, proven on planted faults', () => {
  const answers = {
    200: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { id: { type: 'string' } },
            required: ['id'],
            additionalProperties: false,
          },
        },
      },
    },
    '4XX': { content: { 'application/problem+json': { schema: { type: 'object', required: ['code'] } } } },
  }
  const operation = {
    method: 'GET',
    path: '/x',
    name: 'GET /x',
    parameters: [],
    bodies: {},
    answers,
    isStream: false,
    keepsNoKey: false,
  } as unknown as Operation
  const judge = judgeOf({ paths: {} })
  const json = 'application/json; charset=utf-8'
  test.each([
    [200, json, '{"id":"a"}', undefined],
    [200, json, '{"id":1}', '200 breaks its schema at /id: must be string'],
    [200, json, '{}', "200 breaks its schema at /: must have required property 'id'"],
    [200, json, '{"id":"a","more":1}', '200 breaks its schema at /: must NOT have additional properties more'],
    [200, json, '{"id"', '200 is no JSON: {"id"'],
    [200, 'text/html', '<p>', '200 came as text/html, documented is application/json'],
    [201, json, '{"id":"a"}', 'status 201 is not documented'],
    [422, 'application/problem+json', '{"code":"a.b"}', undefined],
    [404, json, '{"code":"a.b"}', '404 came as application/json, documented is application/problem+json'],
    [500, json, '{"code":"a.b"}', 'answered 500'],
    [503, json, '{}', 'answered 503'],
  ])('%i %s %s', (status, contentType, body, fault) => {
    expect(judge(operation, { status, contentType, body })).toBe(fault)
  })
})
