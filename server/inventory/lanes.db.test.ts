import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#platform/actor'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, inventoryApp, owner, someStock } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let valencia: string
let sevilla: string
let actor: Actor = owner

beforeAll(async () => {
  t = await testDatabase()
  valencia = (await aPlace(t.db, { code: 'VLC', latitude: 39.47, longitude: -0.37 })).id
  sevilla = (await aPlace(t.db, { code: 'SVQ', latitude: 37.39, longitude: -5.99 })).id
  app = await inventoryApp(t, () => actor)
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

async function send(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) {
  const reply = await app.inject({ method, url, payload })
  return { status: reply.statusCode, body: reply.json() }
}
async function arrival(): Promise<string> {
  const variantId = 'var_lane'
  const { body } = await send('POST', '/api/admin/transfers', {
    fromLocationId: valencia,
    toLocationId: sevilla,
    lines: [{ variantId, units: 1 }],
  })
  return body.expectedAt
}

test('a manager says how long the van takes and when it leaves; later transfers are promised by it, until it is taken away', async () => {
  await t.db.pool.query(`insert into catalog.product (id, handle, title) values ('prd_1', 'camisa', '{"es":"Camisa"}')`)
  await t.db.pool.query(`insert into catalog.variant (id, product_id, sku) values ('var_lane', 'prd_1', 'L-1')`)
  await someStock(t.db, t.clock, { variantId: 'var_lane', locationId: valencia, units: 9 })
  const byRule = await arrival()
  const lane = { fromLocationId: valencia, toLocationId: sevilla, workingDays: 5, departsOn: [4, 2, 4] }
  const set = await send('PUT', '/api/admin/transfer-lanes', { items: [lane] })
  expect(set).toMatchObject({ status: 200, body: { items: [{ ...lane, departsOn: [2, 4] }] } })
  expect((await send('GET', '/api/admin/transfer-lanes')).body).toEqual(set.body)
  const slow = await arrival()
  // Friday: the van leaves on Tuesday and takes five working days.
  expect(Date.parse(slow) - Date.parse(byRule)).toBeGreaterThan(5 * 86_400_000)
  await send('PUT', '/api/admin/transfer-lanes', { items: [] })
  expect(await arrival()).toBe(byRule)
})

test('a way to itself, to nowhere or named twice is refused, and nothing changes', async () => {
  const lane = { fromLocationId: valencia, toLocationId: sevilla, workingDays: 1, departsOn: null }
  await send('PUT', '/api/admin/transfer-lanes', { items: [lane] })
  const refusals = [
    [[{ ...lane, toLocationId: valencia }], 'inventory.same_location'],
    [[{ ...lane, toLocationId: 'loc_none' }], 'inventory.unknown_location'],
    [[lane, lane], 'inventory.lane_twice'],
    [[{ ...lane, workingDays: 99 }], 'platform.invalid'],
  ] as const
  for (const [items, code] of refusals)
    expect((await send('PUT', '/api/admin/transfer-lanes', { items })).body).toMatchObject({ code })
  expect((await send('GET', '/api/admin/transfer-lanes')).body).toEqual({ items: [lane] })
})

test('the stock room reads the ways and does not set them', async () => {
  actor = { ...owner, role: 'stock' }
  expect((await send('GET', '/api/admin/transfer-lanes')).status).toBe(200)
  expect((await send('PUT', '/api/admin/transfer-lanes', { items: [] })).status).toBe(403)
  actor = owner
})
