/** /metrics as Prometheus would read it, of a server that listens, by a reader that takes nothing the format does not allow. */
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, startWorker, subscribers, type Worker } from '#app'
import { loadConfig } from '#platform/config'
import { openDb } from '#platform/db'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aShop } from '../orders/testing.ts'
import { readMetrics } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let worker: Worker
let url: string
const token = 'a-token-of-the-tests-1'

async function appWith(env: Record<string, string>): Promise<FastifyInstance> {
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', ...env }, { readOnly: true })
  const made = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  await made.ready()
  return made
}

beforeAll(async () => {
  t = await testDatabase()
  await aShop(t.db, t.clock, { units: 5 })
  await t.drain(subscribers)
  app = await appWith({})
  worker = startWorker({ config: loadConfig({}, { readOnly: true }), db: t.db, clock: t.clock }, app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await worker?.stop()
  await app?.close()
  await t?.close()
})

const scrape = async () => readMetrics(await (await fetch(`${url}/metrics`)).text())
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a page holds to the format, and every family says what it is', async () => {
  const answer = await fetch(`${url}/metrics`)
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    'no-store',
  ])
  const families = readMetrics(await answer.text())
  const own = [...families].filter(([name]) => name.startsWith('hilo_'))
  // Some are told only once there is something to tell: a first backup, a request.
  expect(own.length).toBeGreaterThan(25)
  for (const [name, { help }] of own) expect(help, name).toMatch(/^[A-Z1].{12,}\.$/)
  expect([...families.keys()]).toContain('process_resident_memory_bytes')
  expect([...families.keys()]).toContain('nodejs_heap_size_used_bytes')
})

test('the reader itself refuses what is not the format', () => {
  const good = '# HELP a_total A.\n# TYPE a_total counter\na_total{x="1\\"2"} 3\n'
  expect(readMetrics(good).get('a_total')?.samples[0]?.labels).toEqual({ x: '1"2' })
  const broken = [
    good.trimEnd(),
    good.replaceAll('a_total', 'a'),
    good.replace('# TYPE a_total counter\n', ''),
    `${good}a_total{x="1\\"2"} 4\n`,
    good.replace(' 3', ' three'),
    good.replace('{x="1\\"2"}', '{x="1"2"}'),
    '# HELP h H.\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    '# HELP h H.\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n',
  ]
  for (const text of broken) expect(() => readMetrics(text), text).toThrow()
})

test('requests are counted by pattern, class and time; nothing of an address that somebody sent is in a label', async () => {
  const before = await scrape()
  await Promise.all(['a', 'b', 'ana@correo.es'].map((handle) => fetch(`${url}/api/store/products/${handle}?q=secreto`)))
  await fetch(`${url}/api/store/places`)
  await fetch(`${url}/nada/ana@correo.es`)
  await pause(50)
  const text = await (await fetch(`${url}/metrics`)).text()
  const name = 'hilo_http_request_duration_seconds'
  const countOf = (page: Awaited<ReturnType<typeof scrape>>, route: string, status: string) =>
    page
      .get(name)
      ?.samples.find(
        (sample) =>
          sample.name === `${name}_count` && sample.labels['route'] === route && sample.labels['status'] === status,
      )?.value ?? 0
  const after = readMetrics(text)
  const more = (route: string, status: string) => countOf(after, route, status) - countOf(before, route, status)
  expect([more('/api/store/products/:handle', '4xx'), more('/api/store/places', '2xx')]).toEqual([3, 1])
  expect(text).not.toMatch(/ana@|secreto|nada/)
  const sum = after
    .get(name)
    ?.samples.find((sample) => sample.name === `${name}_sum` && sample.labels['route'] === '/api/store/places')
  expect(sum?.value).toBeGreaterThan(0)
  expect(sum?.value).toBeLessThan(5)
})

test('labels come from closed sets: as many series as there are routes, however many addresses are asked for', async () => {
  const routes = new Set(
    (await scrape()).get('hilo_http_request_duration_seconds')?.samples.map(({ labels }) => labels['route']),
  )
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => fetch(`${url}/api/store/products/${n}-${n}`).then((answer) => answer.text())),
  )
  await Promise.all(Array.from({ length: 20 }, (_, n) => fetch(`${url}/${n}/x`).then((answer) => answer.text())))
  const after = new Set(
    (await scrape()).get('hilo_http_request_duration_seconds')?.samples.map(({ labels }) => labels['route']),
  )
  expect([...after].filter((route) => !routes.has(route) && route !== '/metrics')).toEqual([])
})

test('figures of the shop are those of its tables', async () => {
  await t.db.run(sql`
    insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
    values ('res_x', 'crt_1', 'var_1', 'loc_1', 2, ${new Date(t.clock.now().getTime() + 9_000_000)}, ${t.clock.now()})`)
  await t.db.run(sql`
    insert into platform.mail_message (id, to_address, subject, text_body, html_body, language, status, created_at)
    values ('msg_x', 'a@b.es', '', '', '', 'es', 'failed', ${t.clock.now()})`)
  await pause(1_050)
  const page = await scrape()
  const value = (name: string, labels: Record<string, string> = {}) =>
    page
      .get(name)
      ?.samples.find((sample) => Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted))?.value
  const { seq } = await t.db.one<{ seq: number }>(sql`select max(seq) as seq from platform.event`)
  expect(value('hilo_database_up')).toBe(1)
  expect(value('hilo_events_total')).toBe(seq)
  expect(value('hilo_holds_live')).toBe(1)
  expect(value('hilo_holds_overdue')).toBe(0)
  expect(value('hilo_queue_failed', { queue: 'mails' })).toBe(1)
  expect(value('hilo_findings', { code: 'queue.failed' })).toBe(1)
  expect(value('hilo_subscriber_failures', { subscriber: 'customers.thread' })).toBe(0)
  expect(value('hilo_job_turns_total', { job: 'mail', outcome: 'done' })).toBeGreaterThan(0)
  expect(value('hilo_processes', { kind: 'server' })).toBe(1)
  await t.db.run(sql`delete from platform.mail_message`)
  await t.db.run(sql`delete from inventory.reservation`)
})

describe('who may read them', () => {
  type Ask = { remoteAddress?: string; headers?: Record<string, string> }
  const ask = async (on: FastifyInstance, { remoteAddress = '127.0.0.1', headers = {} }: Ask = {}) =>
    (await on.inject({ url: '/metrics', remoteAddress, headers: { host: 'localhost:3000', ...headers } })).statusCode

  test('without a token only programs of this machine that call it by its own name', async () => {
    expect(await ask(app)).toBe(200)
    expect(await ask(app, { remoteAddress: '::1', headers: { host: '[::1]:3000' } })).toBe(200)
    expect(await ask(app, { remoteAddress: '::ffff:127.0.0.1', headers: { host: '127.0.0.1:3000' } })).toBe(200)
    expect(await ask(app, { remoteAddress: '10.0.0.7' })).toBe(404)
    expect(await ask(app, { remoteAddress: '127.0.0.1.evil.example' })).not.toBe(200)
    // A proxy on this machine brings strangers.
    expect(await ask(app, { headers: { 'x-forwarded-for': '203.0.113.5' } })).toBe(404)
    expect(await ask(app, { headers: { forwarded: 'for=203.0.113.5' } })).toBe(404)
    expect(await ask(app, { headers: { host: 'tienda.example' } })).toBe(404)
    expect(await ask(app, { headers: { host: '127.0.0.1.evil.example' } })).toBe(404)
  })

  test('with a token everybody shows it, this machine as well', async () => {
    const guarded = await appWith({ HILO_METRICS_TOKEN: token })
    expect(await ask(guarded)).toBe(401)
    expect(await ask(guarded, { headers: { authorization: `Bearer ${token}x` } })).toBe(401)
    expect(await ask(guarded, { headers: { authorization: `Basic ${token}` } })).toBe(401)
    const proved = { authorization: `Bearer ${token}`, host: 'tienda.example', 'x-forwarded-for': '203.0.113.5' }
    expect(await ask(guarded, { remoteAddress: '10.0.0.7', headers: proved })).toBe(200)
    const refused = await guarded.inject({ url: '/metrics', remoteAddress: '10.0.0.7' })
    expect(refused.json()).toMatchObject({ code: 'system.token_needed' })
    expect(refused.body).not.toContain(token)
    await guarded.close()
  })
})

test('while the database is away the process still tells of itself, and that it is away, before Prometheus loses patience', async () => {
  const db = openDb('postgres://nobody@127.0.0.1:1/none', { poolSize: 1 })
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  const lonely = await buildApp({ config, db, clock: t.clock }, { frontEnds: false })
  const begun = performance.now()
  const page = readMetrics((await lonely.inject({ url: '/metrics', headers: { host: 'localhost' } })).body)
  expect(performance.now() - begun).toBeLessThan(5_000)
  expect(page.get('hilo_database_up')?.samples).toEqual([{ name: 'hilo_database_up', labels: {}, value: 0 }])
  expect(page.has('hilo_outbox_waiting')).toBe(false)
  expect(page.has('process_resident_memory_bytes')).toBe(true)
  await lonely.close()
  await db.close()
})
