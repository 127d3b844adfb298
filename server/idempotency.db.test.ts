/** One key, one effect: every POST that a body can be given here is called, repeated, and called with another body. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, subscribers } from '#app'
import { loadConfig } from '#platform/config'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { messageOf, type Row, type StepWorld, stepsIn, untilSettled } from './idempotency-steps.ts'
import { customerCookie } from './idempotency-steps-settling.ts'
import { aShop } from './orders/testing.ts'
import { createApiKey } from './staff/index.ts'
import { aStaffCookie } from './staff/testing.ts'

type Answer = { status: number; body: Row & { code?: string } }

const secret = 'a secret of the tests, 32 letters or more'
const dataDir = mkdtempSync(join(tmpdir(), 'hilo-keys-'))
let t: TestDatabase
let app: FastifyInstance
const world = { kept: {} } as StepWorld
beforeAll(async () => {
  t = await testDatabase()
  world.shop = await aShop(t.db, t.clock, { units: 100 })
  const config = loadConfig(
    { HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000', HILO_SECRET: secret, HILO_DATA: dataDir },
    { readOnly: true },
  )
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  world.owner = { cookie: (await aStaffCookie(t.db, t.clock, 'owner')).cookie }
  const { key } = await t.db.transaction((tx) =>
    createApiKey(
      tx,
      t.clock,
      { kind: 'system', name: 'test' },
      { name: 'm', channelId: 'mercado', scopes: ['orders:write'] },
    ),
  )
  world.channel = { authorization: `Bearer ${key}` }
  world.customer = await customerCookie(t.db, t.clock, 'clara@correo.es')
  world.leaving = await customerCookie(t.db, t.clock, 'lola@correo.es')
  world.secret = secret
})
afterAll(async () => {
  await app?.close()
  await t?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function post(
  url: string,
  payload: object | Buffer | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await app.inject({ method: 'POST', url, payload, headers })
  return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() }
}

/** Rows of every table but the keys themselves and the audit, which is written after the answer: what a second run would add to. */
async function rowsEverywhere(): Promise<Record<string, number>> {
  const tables = await t.db.many<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('platform','staff','catalog','customers','pricing','inventory','payments','fulfillment','orders')
       and tablename not in ('idempotency_key', 'audit_entry') and tablename not like '%session%' order by 1`)
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as n from ${name}`)
  const rows = await t.db.many<{ name: string; n: number }>({
    kind: 'sql',
    parts: [counts.join(' union all ')],
    values: [],
  })
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}
const repeated = new Set<string>()

test.each(stepsIn(world).map((step) => [step.url, step] as const))('POST %s', async (_name, step) => {
  await step.prepare?.(t.db, t.clock)
  const url = step.url.replaceAll(/:(\w+)/g, (_all, name: string) => world.kept[name] ?? 'missing')
  const key = { 'idempotency-key': randomUUID() }
  const send = ({ json, payload, headers }: ReturnType<typeof messageOf>) =>
    post(url, payload ?? json, { ...headers, ...key })
  const message = messageOf(step)
  const first = await send(message)
  expect(first, `${url}: ${JSON.stringify(first.body)}`).toMatchObject({ status: step.status ?? 200 })
  step.keep?.(first.body)
  await untilSettled(step, t.db)
  const after = await rowsEverywhere()
  expect(await send(message)).toEqual(first)
  const other = await send(messageOf(step, true))
  expect(other.status).toBe(422)
  if (!step.onlyBody) expect(other.body.code).toBe('platform.key_reused')
  expect(await rowsEverywhere()).toEqual(after)
  repeated.add(patternOf(step.url))
  await t.drain(subscribers)
})

const patternOf = (path: string) =>
  path.replaceAll(/:\w+|\{\w+\}/g, ':id').replace('/webhooks/simulator', '/webhooks/:id')

test('every POST of the document was repeated, but for those that carry a secret', async () => {
  type Operation = { parameters?: { name: string; description?: string }[] }
  const { paths } = (await app.inject('/api/openapi.json')).json<{ paths: Record<string, { post?: Operation }> }>()
  const missing = Object.entries(paths).flatMap(([path, { post: operation }]) =>
    operation && !repeated.has(patternOf(path)) ? [{ path, operation }] : [],
  )
  const isSecret = ({ operation }: (typeof missing)[number]) =>
    operation.parameters?.some(
      ({ name, description }) => name === 'Idempotency-Key' && /secret/.test(description ?? ''),
    )
  expect(missing.filter((one) => !isSecret(one)).map(({ path }) => path)).toEqual([])
  // Their requests or answers would lie in the database beside the key; each is safe to repeat by itself.
  expect(missing.map(({ path }) => path)).toEqual([
    '/api/staff/login',
    '/api/staff/login/code',
    '/api/staff/login/passkey/options',
    '/api/staff/login/passkey',
    '/api/staff/login/password',
    '/api/staff/login/enroll/otp',
    '/api/staff/login/enroll/otp/confirm',
    '/api/staff/login/enroll/passkey/options',
    '/api/staff/login/enroll/passkey',
    '/api/staff/logout',
    '/api/staff/confirm',
    '/api/staff/me/password',
    '/api/staff/me/otp',
    '/api/staff/me/otp/confirm',
    '/api/staff/me/passkeys',
    '/api/staff/me/passkeys/options',
    '/api/admin/staff',
    '/api/admin/staff/{id}/reset',
    '/api/admin/api-keys',
    '/api/store/sign-in/confirm',
  ])
})

test('a crash after the commit and before the kept answer: the repeat finds the order and answers the same', async () => {
  const opened = await post(
    '/api/pos/carts',
    { locationId: world.shop.valencia, lines: [{ variantId: world.shop.shirt, units: 2 }] },
    world.owner,
  )
  const totalMinor = Number(opened.body['totalMinor'])
  const calls = [
    {
      url: `/api/pos/carts/${String(opened.body['id'])}/place`,
      body: { expectedTotalMinor: totalMinor, tenders: [{ method: 'cash', amountMinor: totalMinor }] },
      headers: world.owner,
    },
  ]
  for (const { url, body, headers } of calls) {
    const key = randomUUID()
    const first = await post(url, body, { ...headers, 'idempotency-key': key })
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
    const after = await rowsEverywhere()
    await t.db.run(sql`update platform.idempotency_key set status = null, body = null where key = ${key}`)
    expect(await post(url, body, { ...headers, 'idempotency-key': key })).toEqual(first)
    expect(await rowsEverywhere()).toEqual(after)
  }
})

test('the same key in the hands of somebody else is another key', async () => {
  const manager = { cookie: (await aStaffCookie(t.db, t.clock, 'manager')).cookie }
  const body = { name: 'Pau' }
  const mine = await post('/api/admin/customers', body, { ...world.owner, 'idempotency-key': 'one' })
  const theirs = await post('/api/admin/customers', body, { ...manager, 'idempotency-key': 'one' })
  expect([mine.status, theirs.status]).toEqual([201, 201])
  expect(theirs.body['id']).not.toBe(mine.body['id'])
})

test('two visitors without a basket who take the same key get a basket each', async () => {
  const send = (remoteAddress: string, agent: string) =>
    app.inject({
      method: 'POST',
      url: '/api/store/carts',
      payload: {},
      remoteAddress,
      headers: { 'idempotency-key': 'first-basket', 'user-agent': agent },
    })
  const [mine, again, neighbour, other] = [
    await send('203.0.113.1', 'Firefox'),
    await send('203.0.113.1', 'Firefox'),
    await send('203.0.113.1', 'Safari'),
    await send('198.51.100.1', 'Firefox'),
  ].map((answer) => answer.json<{ token: string }>().token)
  expect(again).toBe(mine)
  expect(new Set([mine, neighbour, other]).size).toBe(3)
})

test('whose first answer got lost is given the basket’s cookie with the repeated one', async () => {
  const lines = [{ variantId: world.shop.shirt, units: 1 }]
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload, headers })
  const shared = (await post('/api/store/carts', { lines })).json<{ token: string }>()
  const share = await post('/api/store/carts/current/share', {}, { 'x-cart-token': shared.token })
  for (const [url, payload] of [
    ['/api/store/carts', { lines }],
    ['/api/store/carts/open', { code: share.json<{ code: string }>().code }],
  ] as const) {
    const headers = { 'idempotency-key': `cookie-${url}` }
    const [first, again] = [await post(url, payload, headers), await post(url, payload, headers)]
    expect(first.headers['set-cookie'], url).toMatch(/^hilo_cart=[\w-]{43}; /)
    expect(again.headers['idempotency-replayed'], url).toBe('true')
    expect(again.headers['set-cookie'], url).toBe(first.headers['set-cookie'])
  }
})

test('neither a basket’s token nor an address is kept beside a key', async () => {
  const token = (await post('/api/store/carts', {}, {})).body['token']
  await post('/api/store/carts/current/share', {}, { 'x-cart-token': String(token), 'idempotency-key': 'kept-where' })
  const { scope } = await t.db.one<{ scope: string }>(
    sql`select scope from platform.idempotency_key where key = 'kept-where'`,
  )
  expect(scope).toMatch(/^public:[\w-]{43}$/)
  expect(scope).not.toContain(token)
})

test('a repeat is answered, marked as one, and noted in the audit once', async () => {
  const headers = { ...world.owner, 'idempotency-key': 'noted-once' }
  const send = () =>
    app.inject({ method: 'POST', url: '/api/admin/collections', payload: { title: { es: 'Baño' } }, headers })
  const entries = async () =>
    (
      await t.db.one<{ n: number }>(
        sql`select count(*)::int as n from staff.audit_entry where action = 'catalog.collections.write'`,
      )
    ).n
  const before = await entries()
  const marks = [await send(), await send(), await send()].map((answer) => answer.headers['idempotency-replayed'])
  expect(marks).toEqual([undefined, 'true', 'true'])
  // The entry is written once the answer is out.
  await expect.poll(entries).toBe(before + 1)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(await entries()).toBe(before + 1)
})

test('a command all of whose fields may be left out may be called without a body', async () => {
  const transfer = {
    fromLocationId: world.shop.madrid,
    toLocationId: world.shop.valencia,
    lines: [{ variantId: world.shop.mug, units: 1 }],
  }
  const { body } = await post('/api/admin/transfers', transfer, world.owner)
  const sent = await post(`/api/admin/transfers/${String(body['id'])}/send`, undefined, world.owner)
  expect([sent.status, sent.body['status']]).toEqual([200, 'sent'])
  const needed = await post('/api/admin/transfers', undefined, world.owner)
  expect([needed.status, needed.body['parameter']]).toEqual([422, 'fromLocationId'])
})
