import type { AvailabilityAnswer, PlaceNow, StockDetail, StockRow, TransferBody } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#platform/actor'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { allocate, sellUnknown } from './allocate.ts'
import { aPlace, brokenLevels, inventoryApp, levelOf, owner, someStock } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let actor: Actor
let valencia: string
let castellon: string
let sevilla: string
let getafe: string

beforeAll(async () => {
  t = await testDatabase()
  valencia = (await aPlace(t.db, { code: 'VLC', name: 'Valencia', latitude: 39.47, longitude: -0.37 })).id
  castellon = (await aPlace(t.db, { code: 'CAS', name: 'Castellón', latitude: 39.98, longitude: -0.04 })).id
  sevilla = (await aPlace(t.db, { code: 'SVQ', name: 'Sevilla', latitude: 37.39, longitude: -5.99 })).id
  getafe = (
    await aPlace(t.db, {
      code: 'GET',
      kind: 'warehouse',
      name: 'Getafe',
      latitude: 40.3,
      longitude: -3.7,
      pickup: false,
    })
  ).id
  app = await inventoryApp(t, () => actor)
})
afterAll(async () => {
  await app.close()
  await t.close()
})
beforeEach(() => {
  actor = owner
  t.clock.set('2026-11-20T09:00:00Z')
})

let made = 0
async function anArticle(sku?: string): Promise<string> {
  made += 1
  const variantId = newId('var')
  await t.db.run(
    sql`insert into catalog.product (id, handle, title) values (${`prd_${made}`}, ${`camisa-${made}`}, ${JSON.stringify({ es: `Camisa ${made}`, en: `Shirt ${made}` })}::jsonb)`,
  )
  await t.db.run(
    sql`insert into catalog.variant (id, product_id, sku) values (${variantId}, ${`prd_${made}`}, ${sku ?? `SKU-${made}`})`,
  )
  return variantId
}
const read = async <T>(url: string): Promise<T> => (await app.inject(url)).json<T>()
const send = async <T>(
  method: 'POST' | 'PUT' | 'PATCH',
  url: string,
  payload: object,
): Promise<{ status: number; body: T & { code?: string } }> => {
  const reply = await app.inject({ method, url, payload })
  return { status: reply.statusCode, body: reply.json() }
}

describe('availability', () => {
  test('S20 S35 near a postal code: shops by distance, figures, hours, and from when, here or brought', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: castellon, units: 2, safetyStock: 1 })
    await someStock(t.db, t.clock, { variantId, locationId: sevilla, units: 9 })
    const web = await read<AvailabilityAnswer>(`/api/store/availability?variants=${variantId}&postal=46001`)
    expect(web.near).toMatchObject({ label: 'Valencia' })
    expect(web.places.map(({ code, distanceKm }) => [code, distanceKm])).toEqual([
      ['VLC', 0.9],
      ['CAS', 63.7],
      ['GET', 297.9],
      ['SVQ', 540.5],
    ])
    expect(web.places[0]).toMatchObject({
      openNow: true,
      hoursText: { es: 'Abierta hasta las 20:00', en: 'Open until 20:00' },
    })
    expect(web.variants[0]).toMatchObject({ variantId, total: 10, state: 'in_stock' })
    expect(
      web.variants[0]?.places.map(({ available, state, via, readyText }) => [available, state, via, readyText?.es]),
    ).toEqual([
      [0, 'none', 'transfer', 'Mañana, sábado 21 desde las 11:00'],
      [1, 'few', 'here', 'Hoy desde las 11:00'],
      [0, 'none', null, undefined],
      [9, 'in_stock', 'here', 'Hoy desde las 11:00'],
    ])
    for (const channel of ['pos', 'chat', 'agent']) {
      const same = await read<AvailabilityAnswer>(
        `/api/store/availability?variants=${variantId}&channel=${channel}&near=39.47,-0.38`,
      )
      expect(same.variants).toEqual(web.variants)
    }
  })

  test('S12 a till sale is seen by every channel with the next question', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 1 })
    const total = async (channel: string) =>
      (await read<AvailabilityAnswer>(`/api/store/availability?variants=${variantId}&channel=${channel}`)).variants[0]
        ?.total
    expect([await total('web'), await total('pos')]).toEqual([1, 1])
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId: 'ord_s12',
        lines: [{ orderLineId: 'lin_1', variantId, locationId: valencia, units: 1 }],
      }),
    )
    expect([await total('web'), await total('pos')]).toEqual([0, 0])
  })

  test('a closed evening says when the shop opens, and hundred and one variants are too many', async () => {
    t.clock.set('2026-11-21T19:30:00Z')
    const { items } = await read<{ items: PlaceNow[] }>('/api/store/places')
    expect(items[0]).toMatchObject({
      openNow: false,
      opensAt: '2026-11-23T09:00:00Z',
      hoursText: { es: 'Abre el lunes 23 de noviembre a las 10:00', en: 'Opens Monday 23 November at 10:00' },
    })
    const many = Array.from({ length: 101 }, (_, i) => `var_${i.toString().padStart(5, '0')}`).join(',')
    expect((await app.inject(`/api/store/availability?variants=${many}`)).statusCode).toBe(422)
  })

  test('S44 the pool is a setting: a separate web stock, then the shared pool again', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 3 })
    await someStock(t.db, t.clock, { variantId, locationId: getafe, units: 4 })
    const total = async (channel: string) =>
      (await read<AvailabilityAnswer>(`/api/store/availability?variants=${variantId}&channel=${channel}`)).variants[0]
        ?.total
    expect((await send('PUT', '/api/admin/stock-pools/web', { locationIds: [getafe] })).body).toEqual({
      channelId: 'web',
      mode: 'separate',
      locationIds: [getafe],
    })
    expect([await total('web'), await total('pos')]).toEqual([4, 7])
    expect(
      (await read<{ items: { channelId: string; mode: string }[] }>('/api/admin/stock-pools')).items.find(
        ({ channelId }) => channelId === 'web',
      )?.mode,
    ).toBe('separate')
    await send('PUT', '/api/admin/stock-pools/web', { locationIds: [] })
    expect(await total('web')).toBe(7)
    expect((await send('PUT', '/api/admin/stock-pools/web', { locationIds: ['loc_unknown'] })).body.code).toBe(
      'inventory.unknown_location',
    )
  })
})

describe('staff', () => {
  test('receive, adjust, count and safety stock: each in the ledger with who and why', async () => {
    const variantId = await anArticle()
    const at = { locationId: valencia }
    await send('POST', '/api/admin/stock/receive', {
      ...at,
      items: [{ variantId, quantity: 10 }],
      reason: 'delivery',
      reference: 'ALB-1',
    })
    await send('POST', '/api/admin/stock/adjust', { ...at, items: [{ variantId, quantity: -2 }], reason: 'broken' })
    await send('POST', '/api/admin/stock/count', { ...at, items: [{ variantId, counted: 7 }], reason: 'yearly' })
    await send('PUT', '/api/admin/stock/safety', { ...at, items: [{ variantId, safetyStock: 2 }] })
    const detail = await read<StockDetail>(`/api/admin/stock/${variantId}`)
    expect(detail.row).toMatchObject({
      sku: `SKU-${made}`,
      onHand: 7,
      atp: 5,
      places: [{ locationId: valencia, safetyStock: 2, atp: 5 }],
    })
    expect(
      detail.movements.map(({ kind, quantity, reason, reference, actorId }) => [
        kind,
        quantity,
        reason,
        reference,
        actorId,
      ]),
    ).toEqual([
      ['counted', -1, 'yearly', '', 'mbr_1'],
      ['adjusted', -2, 'broken', '', 'mbr_1'],
      ['received', 10, 'delivery', 'ALB-1', 'mbr_1'],
    ])
    const page = await read<{ items: unknown[]; next: string | null }>(
      `/api/admin/stock-movements?variant=${variantId}&limit=2`,
    )
    expect(page.items).toHaveLength(2)
    expect(
      await read<{ items: { kind: string }[]; next: string | null }>(
        `/api/admin/stock-movements?variant=${variantId}&limit=2&cursor=${page.next}`,
      ),
    ).toMatchObject({ items: [{ kind: 'received' }], next: null })
  })

  test('a clerk of Sevilla counts there and not in Valencia; the ledger refuses to be rewritten', async () => {
    const variantId = await anArticle()
    actor = { ...owner, role: 'stock', allPlaces: false, locationIds: [sevilla] }
    const count = (locationId: string) =>
      send('POST', '/api/admin/stock/count', { locationId, items: [{ variantId, counted: 3 }] })
    expect((await count(valencia)).status).toBe(403)
    expect((await count(sevilla)).status).toBe(200)
    await t.db.run(sql`update inventory.stock_movement set quantity = 99 where variant_id = ${variantId}`)
    await t.db.run(sql`delete from inventory.stock_movement where variant_id = ${variantId}`)
    expect(await t.db.many(sql`select quantity from inventory.stock_movement where variant_id = ${variantId}`)).toEqual(
      [{ quantity: 3 }],
    )
  })

  test('a count below what is promised is true all the same: it opens a conflict that names the order and is settled by a person', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 2 })
    await t.db.transaction((tx) =>
      allocate(tx, t.clock, {
        orderId: 'ord_conf',
        lines: [{ orderLineId: 'lin_1', variantId, locationId: valencia, units: 2 }],
      }),
    )
    await send('POST', '/api/admin/stock/count', { locationId: valencia, items: [{ variantId, counted: 1 }] })
    expect(await levelOf(t.db, variantId, valencia)).toEqual({ onHand: 1, allocated: 2, reserved: 0, conflicted: 1 })
    const { items } = await read<{ items: { id: string; variantId: string }[] }>('/api/admin/stock-conflicts')
    const conflict = items.find((item) => item.variantId === variantId)
    const settle = (how: string) =>
      send<{ missing?: number; orders?: string[] }>('POST', `/api/admin/stock-conflicts/${conflict?.id}/settle`, {
        how,
        note: 'behind the shelf',
      })
    expect((await settle('cleared')).body).toMatchObject({
      code: 'inventory.conflict_still_open',
      missing: 1,
      orders: ['ord_conf'],
    })
    expect((await settle('found')).status).toBe(200)
    expect((await settle('found')).body.code).toBe('inventory.conflict_settled')
    expect(await levelOf(t.db, variantId, valencia)).toEqual({ onHand: 2, allocated: 2, reserved: 0, conflicted: 0 })
    expect(await brokenLevels(t.db)).toEqual([])
  })

  test('a till sale of an unknown unit is cleared once goods come in', async () => {
    const variantId = await anArticle()
    const [conflictId] = await t.db.transaction((tx) =>
      sellUnknown(tx, t.clock, {
        orderId: 'ord_u',
        lines: [{ orderLineId: 'lin_1', variantId, locationId: valencia, units: 1 }],
        actorId: 'mbr_1',
      }),
    )
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 1 })
    expect((await send('POST', `/api/admin/stock-conflicts/${conflictId}/settle`, { how: 'cleared' })).status).toBe(200)
    expect(await levelOf(t.db, variantId, valencia)).toEqual({ onHand: 1, allocated: 1, reserved: 0, conflicted: 0 })
  })

  test('stock list: low, none and conflict per place, search by SKU also without stock, pages', async () => {
    const [low, none] = [await anArticle('LIST-LOW'), await anArticle('LIST-NONE')]
    await someStock(t.db, t.clock, { variantId: low, locationId: valencia, units: 2 })
    const list = async (query: string) =>
      (await read<{ items: StockRow[]; next: string | null }>(`/api/admin/stock?${query}`)).items.map(({ sku }) => sku)
    expect(await list('state=low&low=2&limit=200')).toContain('LIST-LOW')
    expect(await list('q=list-none')).toEqual(['LIST-NONE'])
    expect(none).not.toBe(low)
    expect(await list(`location=${sevilla}&state=in_stock&limit=200`)).not.toContain('LIST-LOW')
    const first = await read<{ items: StockRow[]; next: string }>('/api/admin/stock?limit=1')
    const second = await read<{ items: StockRow[] }>(`/api/admin/stock?limit=1&cursor=${first.next}`)
    expect(second.items[0]?.variantId).not.toBe(first.items[0]?.variantId)
  })

  test('a transfer from request to receipt over HTTP: only the sender sends, only the receiver receives, the way is visible', async () => {
    const variantId = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: getafe, units: 5 })
    const asked = await send<TransferBody>('POST', '/api/admin/transfers', {
      fromLocationId: getafe,
      toLocationId: valencia,
      lines: [{ variantId, units: 4 }],
    })
    expect(asked).toMatchObject({
      status: 201,
      body: {
        status: 'requested',
        expectedAt: '2026-11-21T10:00:00.000Z',
        lines: [{ sku: `SKU-${made}`, units: 4, orderId: null }],
      },
    })
    const url = `/api/admin/transfers/${asked.body.id}`
    actor = { ...owner, role: 'counter', allPlaces: false, locationIds: [valencia] }
    expect((await send('POST', `${url}/send`, {})).status).toBe(403)
    actor = owner
    await send('POST', `${url}/send`, {})
    expect((await read<StockDetail>(`/api/admin/stock/${variantId}`)).row).toMatchObject({
      onHand: 1,
      incoming: 4,
      places: [
        { locationId: valencia, onHand: 0, incoming: 4 },
        { locationId: getafe, onHand: 1 },
      ],
    })
    const received = await send<TransferBody>('POST', `${url}/receive`, {
      lines: [{ lineNo: 1, receivedUnits: 3, damagedUnits: 1 }],
    })
    expect(received.body).toMatchObject({
      status: 'received',
      lines: [{ sentUnits: 4, receivedUnits: 3, damagedUnits: 1 }],
    })
    expect(
      (
        await send('POST', '/api/admin/transfers', {
          fromLocationId: getafe,
          toLocationId: getafe,
          lines: [{ variantId, units: 1 }],
        })
      ).body.code,
    ).toBe('inventory.same_location')
  })

  test('hours of a place are edited by its manager and answered at once', async () => {
    actor = { ...owner, role: 'manager', allPlaces: false, locationIds: [castellon] }
    const openingHours = {
      weekly: { mon: [], tue: [], wed: [], thu: [], fri: [['09:00', '10:30']], sat: [], sun: [] },
      exceptions: [],
    }
    expect((await send('PATCH', `/api/admin/locations/${valencia}`, { openingHours })).status).toBe(403)
    expect(
      (await send('PATCH', `/api/admin/locations/${castellon}`, { openingHours, dailyCapacity: 5 })).body,
    ).toMatchObject({ dailyCapacity: 5 })
    const { items } = await read<{ items: PlaceNow[] }>('/api/store/places')
    expect(items.find(({ code }) => code === 'CAS')?.hoursText.es).toBe('Abierta hasta las 10:30')
  })

  test('the figure of a product is the sum of its variants, with how many of them nobody has', async () => {
    actor = owner
    const variantId = await anArticle()
    const empty = await anArticle()
    await someStock(t.db, t.clock, { variantId, locationId: getafe, units: 5 })
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 2 })
    const { productId } = await t.db.one<{ productId: string }>(
      sql`select product_id as "productId" from catalog.variant where id = ${variantId}`,
    )
    await t.db.run(
      sql`update catalog.variant set product_id = ${productId}, option_values = '{M}', position = 2 where id = ${empty}`,
    )
    const { items } = await read<{ items: unknown[] }>(`/api/admin/stock/products?ids=${productId},prd_unknown`)
    expect(items).toEqual([{ productId, atp: 7, variants: 2, soldOut: 1 }])
  })
})
