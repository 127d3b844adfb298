/** The outage of a database, played on a connection that a small proxy cuts, stops and gives back. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildApp } from '#app'
import { loadConfig } from '#platform/config'
import { type Db, openDb } from '#platform/db'
import { asOfHeader, browsing } from '#platform/outage'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { routeCollector } from './authorization.ts'
import { aShop } from './orders/testing.ts'
import { aStaffCookie } from './staff/testing.ts'
import { warmShelf } from './warm-shelf.ts'

type State = 'up' | 'down' | 'paused'
let t: TestDatabase
let db: Db
let app: FastifyInstance
let proxy: Server
let staff: { cookie: string }
let shirt: string
let state: State = 'up'
const pairs = new Set<[Socket, Socket]>()
const collector = routeCollector()

/** Goes through the proxy, and so sees what happens there. */
function setState(next: State): void {
  state = next
  for (const [near, far] of pairs) {
    if (next === 'down') near.destroy()
    else if (next === 'paused') far.pause()
    else far.resume()
  }
}

beforeAll(async () => {
  t = await testDatabase()
  const target = new URL(t.url)
  const path = `${target.searchParams.get('host')}/.s.PGSQL.${target.searchParams.get('port') ?? 5432}`
  proxy = createServer((near) => {
    if (state === 'down') return near.destroy()
    const far = target.searchParams.has('host') ? connect(path) : connect(Number(target.port || 5432), target.hostname)
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    if (state === 'paused') far.pause()
    near
      .on('data', (data) => far.write(data))
      .on('error', () => far.destroy())
      .on('close', () => far.destroy())
    far.on('data', (data) => near.write(data)).on('error', () => near.destroy())
    far.on('close', () => {
      pairs.delete(pair)
      near.destroy()
    })
    return undefined
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as { port: number }
  db = openDb(`postgres://${target.username}:${target.password}@127.0.0.1:${port}${target.pathname}`, { poolSize: 4 })
  ;({ shirt } = await aShop(t.db, t.clock))
  staff = { cookie: (await aStaffCookie(t.db, t.clock, 'owner')).cookie }
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000' }, { readOnly: true })
  app = await buildApp({ config, db, clock: t.clock }, { frontEnds: false, onRoute: collector.add })
  await app.ready()
})
afterAll(async () => {
  setState('up')
  await app?.close()
  await db?.close()
  for (const [near] of pairs) near.destroy()
  proxy?.close()
  await t?.close()
})
beforeEach(async () => {
  setState('up')
  await expect.poll(() => app.outage.isAway, { timeout: 5000 }).toBe(false)
})

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
const products = '/api/store/products?sort=newest&limit=8'

/** Milliseconds until the answer, and the answer. */
async function timed(url: string, headers: Record<string, string> = {}) {
  const begun = performance.now()
  const { statusCode, headers: sent, body } = await get(url, headers)
  return { ms: performance.now() - begun, statusCode, sent, body: JSON.parse(body) as Record<string, unknown> }
}

test('every browsing route exists, and everybody may read it', () => {
  const routes = new Set(collector.routes.filter(({ method }) => method === 'GET').map(({ url }) => url))
  expect(Object.keys(browsing).filter((url) => !routes.has(url))).toEqual([])
})

test('with the database gone, what was read before is still shown with its time, the rest is refused at once in both languages', async () => {
  const before = (await get(products)).json<unknown>()
  t.clock.set('2026-11-20T09:30:00Z')
  const stock = (await get(`/api/store/availability?variants=${shirt}`)).json<unknown>()
  setState('down')
  await expect.poll(() => app.outage.isAway).toBe(true)
  const list = await timed(products)
  expect([list.statusCode, list.sent[asOfHeader], list.sent['cache-control'], list.body]).toEqual([
    200,
    '2026-11-20T09:00:00.000Z',
    'no-store',
    before,
  ])
  const near = await timed(`/api/store/availability?postal=46001&variants=${shirt}`, {
    cookie: 'hilo_customer=anybody',
  })
  expect([near.statusCode, near.sent[asOfHeader], near.body]).toEqual([200, '2026-11-20T09:30:00.000Z', stock])
  for (const url of ['/api/store/products?sort=price_asc', '/api/admin/orders', '/api/store/carts/crt_1']) {
    const es = await timed(url, staff)
    expect([es.statusCode, es.sent['retry-after'], es.body['title']]).toEqual([
      503,
      '2',
      'Hilo no llega ahora a su base de datos',
    ])
    expect(es.ms).toBeLessThan(500)
    const en = await timed(url, { 'accept-language': 'en' })
    expect(en.body['title']).toBe('Hilo cannot reach its database now')
  }
  const health = await timed('/api/health')
  expect([health.statusCode, health.sent['retry-after'], health.body['status']]).toEqual([503, '2', 'failing'])
  expect((await get('/api/problems')).statusCode).toBe(200)
})

test('a database that stands still lets nobody wait longer than two seconds, not even whoever was asking already', async () => {
  const before = (await get(products)).json<unknown>()
  setState('paused')
  const [list, orders, write] = await Promise.all([
    timed(products),
    timed('/api/admin/orders', staff),
    app.inject({ method: 'POST', url: '/api/store/carts', payload: {}, headers: { 'idempotency-key': 'still' } }),
  ])
  expect([list.statusCode, list.body]).toEqual([200, before])
  expect([orders.statusCode, orders.sent['retry-after'], write.statusCode]).toEqual([503, '2', 503])
  expect(Math.max(list.ms, orders.ms)).toBeLessThan(2000)
  setState('up')
  await expect.poll(async () => (await get('/api/admin/orders', staff)).statusCode).toBe(200)
  const fresh = await get(products)
  expect([fresh.statusCode, fresh.headers[asOfHeader]]).toEqual([200, undefined])
  // What was refused may have been done or not; the same key answers once, whatever happened.
  const again = await app.inject({
    method: 'POST',
    url: '/api/store/carts',
    payload: {},
    headers: { 'idempotency-key': 'still' },
  })
  expect(again.statusCode).toBe(201)
  const { count } = await t.db.one<{ count: number }>(sql`select count(*)::int as count from orders.cart`)
  expect(count).toBe(1)
})

test('a database that is slow is not away', async () => {
  const slow = db.run(sql`select pg_sleep(1.8)`)
  await slow
  expect(app.outage.isAway).toBe(false)
})

test('a round of warming puts every product with its stock on the shelf', async () => {
  expect(await warmShelf(app, { pause: 0 })).toBe(2)
  setState('down')
  await expect.poll(() => app.outage.isAway).toBe(true)
  const { items } = (await get('/api/store/products?limit=48')).json<{ items: { handle: string }[] }>()
  for (const { handle } of items) {
    const product = await get(`/api/store/products/${handle}`)
    expect([product.statusCode, typeof product.headers[asOfHeader]]).toEqual([200, 'string'])
    const { variantIds } = product.json<{ variantIds: string[] }>()
    expect((await get(`/api/store/availability?variants=${variantIds.join(',')}`)).statusCode).toBe(200)
  }
})
