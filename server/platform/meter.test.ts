import { expect, test } from 'vitest'
import { testClock } from './clock.ts'
import { faceOf, Meter, msOf, quantile, stepOf, steps } from './meter.ts'

const ofShop = { method: 'GET', route: '/api/store/products', face: 'shop', isStream: false } as const

test('a time is told within 5 % of what it was, from a tenth of a millisecond to a minute', () => {
  for (const ms of [0.1, 0.5, 1, 7.3, 12, 99, 250, 1000, 4321, 59_000]) {
    const told = msOf(stepOf(ms))
    expect(Math.abs(told - ms) / ms, `${ms} ms`).toBeLessThan(0.05)
  }
  expect([stepOf(0), stepOf(0.001), stepOf(10 ** 9)]).toEqual([0, 0, steps - 1])
})

test('half, 95 and 99 of a hundred are those that a sorted list gives', () => {
  const counts = new Uint32Array(steps)
  for (let n = 1; n <= 100; n++) (counts[stepOf(n * 10)] as number) += 1
  const near = (share: number, ms: number) =>
    expect(Math.abs((quantile(counts, share) ?? 0) - ms) / ms).toBeLessThan(0.06)
  near(0.5, 500)
  near(0.95, 950)
  near(0.99, 990)
  expect(quantile(new Uint32Array(steps), 0.5)).toBeNull()
})

test('the rate is of the last ten seconds, the hour is minute by minute, and what is older is forgotten', () => {
  const clock = testClock('2026-11-20T09:00:30Z')
  const meter = new Meter(clock)
  const route = meter.addRoute(ofShop)
  for (let n = 0; n < 50; n++) meter.count(route, 'shop', 200, 4)
  clock.advance(1000)
  expect(meter.report().faces.shop.perSecond).toBe(5)
  expect(meter.report().faces.shop.requests.slice(-2)).toEqual([0, 50])
  clock.advance(60_000)
  meter.count(route, 'shop', 503, 40)
  const { faces, minute } = meter.report()
  expect(faces.shop.perSecond).toBe(0)
  expect(faces.shop.requests.slice(-3)).toEqual([0, 50, 1])
  expect(faces.shop.failed.slice(-3)).toEqual([0, 0, 1])
  expect(minute).toBe(Math.floor(Date.parse('2026-11-20T09:01:31Z') / 60_000))
  expect(faces.till.requests.every((count) => count === 0)).toBe(true)
  clock.advance(59 * 60_000)
  expect(meter.report().faces.shop.requests[0]).toBe(1)
  clock.advance(60_000)
  expect(meter.report().faces.shop.requests.every((count) => count === 0)).toBe(true)
  clock.advance(7 * 86_400_000)
  meter.count(route, 'shop', 200, 4)
  expect(meter.report().faces.shop.requests.reduce((sum, count) => sum + count, 0)).toBe(1)
})

test('a caller who left is counted for the route and says nothing about the time; a stream neither', () => {
  const meter = new Meter(testClock('2026-11-20T09:00:30Z'))
  const route = meter.addRoute(ofShop)
  const stream = meter.addRoute({ ...ofShop, route: '/api/events', face: null, isStream: true })
  meter.count(route, 'shop', 0, 30_000)
  meter.count(stream, null, 200, 3_600_000)
  expect(meter.report().faces.shop.requests.at(-1)).toBe(0)
  expect(route.classes[0]?.count).toBe(1)
  expect([stream.classes[2]?.count, stream.classes[2]?.sumMs]).toEqual([1, 0])
})

test('each address belongs to one face, and what is nobody’s work belongs to none', () => {
  const told = (urls: string[]) => urls.map(faceOf)
  expect(told(['/*', '/api/store/carts/:id', '/api/store/account'])).toEqual(['shop', 'shop', 'shop'])
  expect(told(['/api/pos/carts', '/pos', '/pos/*'])).toEqual(['till', 'till', 'till'])
  expect(told(['/api/admin/orders', '/api/staff/login', '/console/*'])).toEqual(['console', 'console', 'console'])
  expect(told(['/api/channel/orders', '/api/payments/webhooks/:provider'])).toEqual(['api', 'api'])
  expect(
    told([
      '/api/health',
      '/api/events',
      '/metrics',
      '/media/*',
      '/console/assets/*',
      '/favicon.svg',
      '/api/admin/system',
      '/api/admin/system/checks',
    ]),
  ).toEqual(Array.from({ length: 8 }, () => null))
})

test('counting a request costs less than five microseconds', () => {
  const meter = new Meter({ now: () => new Date() })
  const route = meter.addRoute(ofShop)
  const run = (times: number) => {
    const begun = performance.now()
    for (let n = 0; n < times; n++) meter.count(route, 'shop', 200, (n % 400) / 3)
    return ((performance.now() - begun) * 1000) / times
  }
  run(20_000)
  // The best of several: others use this machine, too.
  const microseconds = Math.min(...Array.from({ length: 10 }, () => run(20_000)))
  expect(microseconds).toBeLessThan(5)
})
