import type { PromotionView } from '@hilo/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { owner, type TestApp, testApp } from './testing-app.ts'

let t: TestDatabase
let shop: TestApp
beforeAll(async () => {
  t = await testDatabase()
  shop = await testApp(t.db, t.clock)
  shop.as(owner)
})
afterAll(async () => {
  await shop?.close()
  await t?.close()
})

test('a change of one field leaves the others as they are: a paused promotion is the same promotion', async () => {
  const made = await shop.app.inject({
    method: 'POST',
    url: '/api/admin/promotions',
    headers: { 'idempotency-key': 'promotion-edit-1' },
    payload: {
      name: { es: 'Solo en la web', en: 'Web only' },
      kind: 'percentage',
      valueBp: 1250,
      channelIds: ['web'],
      owner: 'Ana',
      explanation: { es: 'Estreno de la web', en: 'New web' },
      couponCode: 'ESTRENO',
      couponLimit: 50,
      startsAt: '2026-11-01T00:00:00.000Z',
      endsAt: '2026-12-01T00:00:00.000Z',
      combinable: true,
      priority: 3,
      status: 'active',
    },
  })
  const promotion = made.json<PromotionView>()
  const paused = await shop.app.inject({
    method: 'PATCH',
    url: `/api/admin/promotions/${promotion.id}`,
    payload: { status: 'paused', version: promotion.version },
  })
  expect(paused.json()).toEqual({ ...promotion, status: 'paused', state: 'paused', version: promotion.version + 1 })
})
