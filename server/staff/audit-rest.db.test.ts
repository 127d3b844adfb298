/** The entry of a deed: part of its transaction, or written after the answer while the database goes away in that very moment. */
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Db } from '#platform/db'
import { write, writeResumable } from '#platform/http'
import { defineActions } from '#platform/permissions'
import { compile, sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aStaffCookie, staffTestApp } from './testing.ts'

defineActions({ 'test.door.close': { staff: ['manager'] } })

let t: TestDatabase
let app: FastifyInstance
/** What becomes of the next attempts to write an entry: not taken, or taken with its answer lost on the way. */
let fates: ('away' | 'answer lost' | 'refused')[] = []

function flaky(db: Db): Db {
  const run: Db['run'] = async (statement) => {
    const fate = compile(statement).text.includes('insert into staff.audit_entry') ? fates.shift() : undefined
    if (fate === 'away') throw Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' })
    if (fate === 'refused') throw Object.assign(new Error('no such column'), { code: '42703' })
    const rows = await db.run(statement)
    if (fate === 'answer lost') throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    return rows
  }
  return { ...db, run }
}

async function open(): Promise<FastifyInstance> {
  return staffTestApp(
    { db: flaky(t.db), clock: t.clock },
    {
      extend: (extended, context) => {
        const common = {
          action: 'test.door.close',
          tag: 'Test',
          summary: 'Test',
          schema: { params: z.strictObject({ id: z.string() }) },
          run: async () => ({ closed: true }),
        }
        writeResumable(extended, context, { ...common, url: '/api/admin/test-doors/:id/close' })
        write(extended, context, { ...common, method: 'POST', url: '/api/admin/test-doors/:id/lock' })
      },
    },
  )
}

beforeAll(async () => {
  t = await testDatabase()
  app = await open()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})
beforeEach(() => {
  fates = []
})

async function close(door: string, at = app): Promise<void> {
  const { cookie } = await aStaffCookie(t.db, t.clock, 'manager')
  const answer = await at.inject({ method: 'POST', url: `/api/admin/test-doors/${door}/close`, headers: { cookie } })
  expect(answer.statusCode).toBe(200)
}
const entriesOf = (door: string) =>
  t.db.many<{ action: string; at: Date }>(sql`select action, at from staff.audit_entry where subject_id = ${door}`)

test('what was done in one transaction is noted in it, so that neither is there without the other', async () => {
  const { cookie } = await aStaffCookie(t.db, t.clock, 'manager')
  const headers = { cookie, 'idempotency-key': 'lock-1' }
  const lock = () => app.inject({ method: 'POST', url: '/api/admin/test-doors/dor_0/lock', headers })
  expect((await lock()).statusCode).toBe(200)
  expect((await lock()).headers['idempotency-replayed']).toBeDefined()
  const transactions = await t.db.many(sql`
    select a.xmin = k.xmin as same from staff.audit_entry a, platform.idempotency_key k
     where a.subject_id = 'dor_0' and k.key = 'lock-1'`)
  expect(transactions).toEqual([{ same: true }])
})

test('an entry that the database does not take at that moment is written once it is back, with the moment of the deed', async () => {
  fates = ['away', 'away']
  const at = t.clock.now()
  await close('dor_1')
  t.clock.set('2026-11-20T09:05:00Z')
  await expect.poll(() => entriesOf('dor_1'), { timeout: 5000 }).toEqual([{ action: 'test.door.close', at }])
})

test('an entry that was written, and whose answer got lost, is not written twice', async () => {
  fates = ['answer lost']
  await close('dor_2')
  await expect.poll(() => fates.length).toBe(0)
  // The second attempt comes 200 ms after the first.
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(await entriesOf('dor_2')).toHaveLength(1)
})

test('a server that ends writes what waits', async () => {
  const other = await open()
  fates = ['away']
  await close('dor_3', other)
  await expect.poll(() => fates.length).toBe(0)
  await other.close()
  expect(await entriesOf('dor_3')).toHaveLength(1)
})

test('what the database will never take is not tried again and again', async () => {
  fates = ['refused', 'away', 'away']
  await close('dor_4')
  await expect.poll(() => fates.length).toBe(2)
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect([fates.length, await entriesOf('dor_4')]).toEqual([2, []])
})
