import type { ShortageBody, StoreShortage } from '@hilo/contract'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { someStock } from '../inventory/testing.ts'
import { remindShortages } from './remind-shortages.ts'
import { aWorkshop, owner, type Workshop } from './testing.ts'

let t: TestDatabase
let w: Workshop
beforeAll(async () => {
  t = await testDatabase()
  w = await aWorkshop(t)
})
afterAll(async () => {
  await w?.app.close()
  await t?.close()
})
beforeEach(() => {
  w.actor = owner
  t.clock.set('2026-11-20T09:00:00Z')
})

async function asked(): Promise<string> {
  const variantId = await w.anArticle()
  await someStock(t.db, t.clock, { variantId, locationId: w.one, units: 1 })
  const { orderId, id } = await w.anOrder(variantId)
  return (await w.work(id, 'short', { orderLineId: `lin_${orderId}`, units: 1 })).body.id
}
async function tokenIn(like: string): Promise<string> {
  const [mail] = await w.mails(like)
  return /https:\/\/tienda\.test\/shortages\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
}
const listed = async () =>
  (await w.app.inject('/api/admin/shortages?unanswered=true')).json<{ items: ShortageBody[] }>().items

test('S25 a question that nobody answers is asked once more after a day, and the service sees it', async () => {
  const shortageId = await asked()
  t.clock.set('2026-11-21T08:59:00Z')
  expect(await remindShortages(t.db, t.clock)).toBe(0)
  expect(await listed()).toEqual([])
  t.clock.set('2026-11-21T09:00:00Z')
  expect(await remindShortages(t.db, t.clock)).toBe(1)
  expect(await remindShortages(t.db, t.clock)).toBe(0)
  const mails = await w.mails(`shortage_again:${shortageId}`)
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text).toContain('Te lo preguntamos ayer')
  expect(await listed()).toMatchObject([{ id: shortageId, remindedAt: '2026-11-21T09:00:00.000Z', status: 'asked' }])
  // Both links open the question, and a choice by the second one ends it for both.
  const [first, second] = [await tokenIn(`shortage:${shortageId}`), await tokenIn(`shortage_again:${shortageId}`)]
  expect(first).not.toBe(second)
  w.actor = { kind: 'public' }
  for (const token of [first, second]) {
    const view = (await w.app.inject(`/api/store/shortages/${token}`)).json<StoreShortage>()
    expect(view).toMatchObject({ id: shortageId, status: 'asked' })
  }
  expect((await w.post(`/api/store/shortages/${second}`, { optionId: 'refund' })).status).toBe(200)
  expect((await w.post(`/api/store/shortages/${first}`, { optionId: 'refund' })).body).toMatchObject({
    code: 'fulfillment.shortage_settled',
  })
  w.actor = owner
  expect(await listed()).toEqual([])
})

test('whoever answered in time is not asked again', async () => {
  const shortageId = await asked()
  await w.post(`/api/admin/shortages/${shortageId}/choose`, { optionId: 'refund' })
  t.clock.set('2026-11-22T09:00:00Z')
  await remindShortages(t.db, t.clock)
  expect(await w.mails(`shortage_again:${shortageId}`)).toEqual([])
})
