import type { PlaceNow } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace, inventoryApp } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let castellon: string

beforeAll(async () => {
  t = await testDatabase()
  castellon = (await aPlace(t.db, { code: 'CAS', name: 'Castellón', latitude: 39.98, longitude: -0.04 })).id
  app = await inventoryApp(t)
})
afterAll(async () => {
  await app.close()
  await t.close()
})

const read = async <T>(url: string): Promise<T> => (await app.inject(url)).json<T>()
const send = async <T>(method: 'POST' | 'PATCH', url: string, payload: object) => {
  const answer = await app.inject({ method, url, payload })
  return { status: answer.statusCode, body: answer.json<T & { code?: string }>() }
}

describe('places', () => {
  test('a place moves: address and degrees are kept, half an address is refused and changes nothing', async () => {
    const address = { line1: 'Calle Enmedio, 5', postalCode: '12001', city: 'Castellón', country: 'ES' }
    const url = `/api/admin/locations/${castellon}`
    const moved = await send('PATCH', url, { address, latitude: 39.986, longitude: -0.037 })
    expect(moved.body).toMatchObject({
      address: { ...address, province: '', phone: '' },
      latitude: 39.986,
      longitude: -0.037,
    })
    const half = await send('PATCH', url, { address: { ...address, line1: ' ' }, latitude: 0 })
    expect(half.status).toBe(422)
    expect((await send('PATCH', url, { latitude: 91 })).status).toBe(422)
    const { items } = await read<{ items: PlaceNow[] }>('/api/admin/locations')
    expect(items.find(({ id }) => id === castellon)).toMatchObject({ address, latitude: 39.986 })
  })

  test('an owner opens a shop: last in order, without hours; a code twice or a zone nobody knows is refused', async () => {
    const shop = {
      code: 'BCN',
      kind: 'shop',
      name: 'Barcelona, Gràcia',
      address: { line1: 'Carrer Gran de Gràcia, 100', postalCode: '08012', city: 'Barcelona', country: 'ES' },
      latitude: 41.4036,
      longitude: 2.1517,
    }
    const opened = await send<PlaceNow>('POST', '/api/admin/locations', shop)
    expect(opened).toMatchObject({
      status: 201,
      body: {
        ...shop,
        timeZone: 'Europe/Madrid',
        pickup: true,
        status: 'active',
        openingHours: { weekly: { mon: [] } },
      },
    })
    const { items } = await read<{ items: PlaceNow[] }>('/api/admin/locations')
    expect(items.at(-1)?.code).toBe('BCN')
    expect((await send('POST', '/api/admin/locations', shop)).body.code).toBe('inventory.code_taken')
    const lunar = { ...shop, code: 'LUN', timeZone: 'Moon/Tranquility' }
    expect((await send('POST', '/api/admin/locations', lunar)).body.code).toBe('inventory.zone_unknown')
  })
})
