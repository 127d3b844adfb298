import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { verify } from '../verify/index.ts'
import { loadDemo } from './load.ts'

let t: TestDatabase

beforeAll(async () => {
  t = await testDatabase()
  const started = performance.now()
  const steps: number[] = []
  const result = await loadDemo(t.db, { clock: t.clock, onProgress: (done) => steps.push(done) })
  console.info(result, `${Math.round(performance.now() - started)} ms`, steps)
})
afterAll(() => t.close())

test('every law holds on the demo retailer as it is loaded', async () => {
  const report = await verify(t.db, { clock: t.clock })
  expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
  expect(report.ok).toBe(true)
  expect(await t.db.one(sql`select count(*)::int as n from catalog.variant`)).toEqual({ n: 809 })
})
