import { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { testClock } from './clock.ts'
import { Shedding } from './shed.ts'
import { classOf, isNeverShed, type SheddingClass } from './shed-classes.ts'

const till = { cookie: 'hilo_units=cm; hilo_staff=abc' }
const shopper = { cookie: 'hilo_cart=abc' }
const robot = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }

test.each<[SheddingClass, string, IncomingHttpHeaders]>([
  ['till', 'POST /api/pos/carts', till],
  ['till', 'GET /api/pos/scan/123', { cookie: '__Host-hilo_staff=abc' }],
  ['till', 'GET /pos/basket', till],
  ['file', 'GET /pos', {}],
  ['till', 'POST /api/staff/login', {}],
  ['till', 'POST /api/payments/webhooks/simulator', {}],
  ['till', 'GET /api/admin/system', till],
  ['purchase', 'POST /api/store/carts/current/place', { 'x-cart-token': 'abc' }],
  ['purchase', 'GET /checkout', shopper],
  ['purchase', 'POST /en/checkout?step=pay', shopper],
  ['purchase', 'GET /api/store/orders/abc', {}],
  ['purchase', 'POST /api/store/payments/pay_1/confirm', {}],
  ['file', 'GET /_astro/base.css', {}],
  ['order', 'POST /api/store/carts', {}],
  ['order', 'POST /products/camisa', {}],
  ['order', 'POST /api/channel/orders', { authorization: 'Bearer abc' }],
  ['order', 'POST /api/admin/fulfillment/ful_1/pick', till],
  ['browse', 'GET /', {}],
  ['browse', 'GET /products/camisa', shopper],
  ['browse', 'GET /api/store/search?q=lino', {}],
  ['office', 'GET /api/admin/orders/export', till],
  ['office', 'GET /products/camisa', robot],
  ['office', 'GET /api/store/products', robot],
  ['office', 'GET /sitemap.xml', {}],
])('%s: %s', (of, call, headers) => {
  const [method, url] = call.split(' ')
  expect(classOf({ method, url, headers } as IncomingMessage)).toBe(of)
})

test('whoever only says that they are a till comes last', () => {
  expect(classOf({ method: 'GET', url: '/api/pos/products', headers: {} })).toBe('office')
  expect(classOf({ method: 'GET', url: '/api/admin/system', headers: {} })).toBe('office')
})

test('health and metrics are answered whatever the load', () => {
  expect(['/api/health', '/api/health?x', '/metrics'].every(isNeverShed)).toBe(true)
  expect(['/api/healthy', '/metricsx', '/'].some(isNeverShed)).toBe(false)
})

class Response extends EventEmitter {
  status = 0
  headers: Record<string, string | number> = {}
  body = ''
  writeHead(status: number, headers: Record<string, string | number>): void {
    this.status = status
    this.headers = headers
  }
  end(body: string): void {
    this.body = body
    this.emit('close')
  }
}

/** A process whose handler never answers, with a clock that stands still. */
function fullHouse() {
  let nowMs = 1_000_000
  const told: [boolean, number][] = []
  const shedding = new Shedding({
    ask: async () => undefined,
    now: () => nowMs,
    onChange: (is, refused) => told.push([is, refused]),
  })
  const inside: Response[] = []
  const guard = shedding.guard((_request, response) => void inside.push(response as unknown as Response), {
    'x-every': '1',
  })
  const clock = testClock('2026-11-22T12:00:00Z')
  return {
    shedding,
    told,
    inside,
    clock,
    pass: (ms: number) => {
      nowMs += ms
      clock.advance(ms)
    },
    ask: (method: string, url: string, headers: IncomingHttpHeaders = {}): Response => {
      const response = new Response()
      guard({ method, url, headers } as IncomingMessage, response as unknown as ServerResponse)
      return response
    },
  }
}

test('the last in line are refused first, in words and with a time to come back, and nothing reaches the shop', () => {
  const { ask, inside, shedding, clock } = fullHouse()
  for (let i = 0; i < 150; i++) ask('GET', '/api/store/places')
  expect(inside).toHaveLength(150)
  const list = ask('GET', '/api/admin/orders', { ...till, 'accept-language': 'en' })
  expect(list.status).toBe(503)
  expect(list.headers).toMatchObject({ 'x-every': '1', 'cache-control': 'no-store' })
  expect(list.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(JSON.parse(list.body)).toMatchObject({
    code: 'platform.busy',
    status: 503,
    retry: 'later',
    title: 'More is asked of Hilo right now than it can do',
    retryAfterSeconds: Number(list.headers['retry-after']),
  })
  const spanish = ask('GET', '/api/admin/orders', till)
  expect(JSON.parse(spanish.body).title).toBe('Ahora mismo se le pide a Hilo más de lo que puede')
  expect(ask('GET', '/api/store/places').status).toBe(0)
  expect(ask('POST', '/api/pos/carts', till).status).toBe(0)
  expect(inside).toHaveLength(152)
  expect(shedding.state(clock)).toMatchObject({ isShedding: true, classes: ['office'], inFlight: 152, limit: 300 })
  shedding.stop()
})

test('those who are refused together are not asked back together', () => {
  const { ask, shedding } = fullHouse()
  for (let i = 0; i < 210; i++) ask('GET', '/api/store/places')
  const seconds = Array.from({ length: 900 }, () => Number(ask('GET', '/').headers['retry-after']))
  const times = Map.groupBy(seconds, (each) => each)
  expect([...times.keys()].sort((a, b) => a - b)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12])
  for (const { length } of times.values()) expect(Math.abs(length - 100)).toBeLessThan(5)
  shedding.stop()
})

test('a visitor who asked for a page gets one that opens by itself, and one who sent a form is told to send it again', () => {
  const { ask, shedding } = fullHouse()
  for (let i = 0; i < 260; i++) ask('POST', '/api/channel/orders')
  const accept = 'text/html,application/xhtml+xml'
  const page = ask('GET', '/products/camisa', { accept })
  expect(page.status).toBe(503)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.body).toContain('<h1>Hay mucha gente a la vez</h1>')
  expect(page.body).toContain(`<meta http-equiv="refresh" content="${page.headers['retry-after']}">`)
  expect(ask('GET', '/en/products/camisa', { accept }).body).toContain('<h1>Many people at once</h1>')
  const form = ask('POST', '/products/camisa', { accept })
  expect(form.body).toContain('Todavía no hemos hecho lo que pedías.')
  expect(form.body).not.toContain('http-equiv="refresh"')
  shedding.stop()
})

test('when those inside leave, there is room again; the state says since when, and what was refused for a quarter of an hour', () => {
  vi.useFakeTimers()
  const { ask, inside, shedding, clock, pass, told } = fullHouse()
  const all = () => shedding.state(clock)
  expect(all()).toMatchObject({ isShedding: false, since: null, classes: [], inFlight: 0, queueMs: 0 })
  for (let i = 0; i < 210; i++) ask('GET', '/api/store/places')
  for (let i = 0; i < 3; i++) ask('GET', '/api/store/places')
  pass(3000)
  ask('GET', '/api/admin/orders', till)
  expect(told).toEqual([[true, 0]])
  expect(all()).toMatchObject({ isShedding: true, since: '2026-11-22T12:00:00.000Z', classes: ['browse', 'office'] })
  for (const response of inside) response.emit('close')
  expect(all().inFlight).toBe(0)
  expect(ask('GET', '/api/admin/orders', till).status).toBe(0)
  pass(5000)
  vi.advanceTimersByTime(200)
  expect(told).toEqual([
    [true, 0],
    [false, 4],
  ])
  expect(all()).toMatchObject({
    isShedding: false,
    since: null,
    classes: [],
    refused: { browse: 3, office: 1, till: 0 },
  })
  pass(16 * 60_000)
  expect(all().refused).toEqual({ till: 0, purchase: 0, file: 0, order: 0, browse: 0, office: 0 })
  shedding.stop()
  vi.useRealTimers()
})

test('a guarded call costs less than three microseconds more than an unguarded one', () => {
  const { shedding } = fullHouse()
  const request = { method: 'GET', url: '/api/store/places', headers: {} } as IncomingMessage
  const handler = (_: IncomingMessage, response: ServerResponse) => void response.emit('close')
  const guard = shedding.guard(handler, {})
  const time = (run: (request: IncomingMessage, response: ServerResponse) => void) => {
    const begun = performance.now()
    for (let i = 0; i < 20_000; i++) run(request, new Response() as unknown as ServerResponse)
    return ((performance.now() - begun) / 20_000) * 1000
  }
  for (let i = 0; i < 3; i++) time(guard)
  const costs = Array.from({ length: 9 }, () => time(guard) - time(handler)).sort((a, b) => a - b)
  expect(costs[4]).toBeLessThan(3)
})
