import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { type TestDatabase, testDatabase } from '../../server/platform/testing.ts'
import { randomOf } from '../lib/random.ts'
import { BadDay } from './bad-day.ts'
import { watchTransactions } from './open-transactions.ts'

let t: TestDatabase
const slowDay = () => {
  const day = new BadDay(randomOf(1), { answers: 0, calls: 0 })
  day.slowMs = 900
  return day
}
const ask = (day: BadDay) => day.interfere({ what: 'create', about: 'pay_1', arrived: false })

beforeAll(async () => {
  t = await testDatabase()
})
afterAll(async () => t?.close())

test('a server that asks the provider inside a transaction is caught, with the locks it holds', async () => {
  const server = openDb(t.url, { applicationName: 'hilo-api' })
  const day = slowDay()
  const watched = await watchTransactions(t.db, day, () =>
    server.transaction(async (tx) => {
      await tx.many(sql`select 1 from platform.counter for update`)
      await ask(day)
    }),
  )
  await server.close()
  expect(watched.calls).toEqual(['create'])
  expect(watched.offences).toHaveLength(1)
  expect(watched.offences[0]).toMatchObject({
    call: 'create',
    lastStatement: expect.stringContaining('platform.counter') as string,
  })
  expect(watched.offences[0]?.locks).toBeGreaterThan(0)
})

test('one that ends its transaction before it asks is not', async () => {
  const server = openDb(t.url, { applicationName: 'hilo-api' })
  const day = slowDay()
  const watched = await watchTransactions(t.db, day, async () => {
    await server.transaction((tx) => tx.many(sql`select 1 from platform.counter for update`))
    await ask(day)
    await pause(50)
  })
  await server.close()
  expect(watched.looks).toBeGreaterThan(2)
  expect(watched.offences).toEqual([])
})
