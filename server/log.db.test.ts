/** What the log of a whole purchase says: every request by its id, and nobody's name, mail, telephone, token or password. */
import { randomUUID } from 'node:crypto'
import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, startWorker, type Worker } from '#app'
import { usePaymentProvider } from '#payments'
import { loadConfig } from '#platform/config'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from './connectors/payment-simulator/index.ts'
import { aShop, type World } from './orders/testing.ts'
import { aMember, loggedIn } from './staff/testing.ts'

let t: TestDatabase
let app: FastifyInstance
let worker: Worker
let simulator: RunningSimulator
let shop: World
const written: string[] = []
/** Everything of this purchase that must not be found in the log. */
const secrets = new Map<string, string>()
const requestIds: string[] = []

const person = {
  name: 'Inés Zubizarreta Ñandú',
  email: 'ines.zubi+lino@correo.example',
  phone: '+34 611 223 344',
}
const toInes = {
  kind: 'delivery',
  optionId: 'standard',
  address: { name: person.name, line1: 'Calle del Secreto 41', postalCode: '46001', city: 'Valencia', country: 'ES' },
}
const note = 'El timbre de mi casa no suena, llamad al 699887766'

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock)
  const config = loadConfig({ HILO_LOG_LEVEL: 'trace' }, { readOnly: true })
  secrets.set('HILO_SECRET', config.secret)
  app = await buildApp(
    { config, db: t.db, clock: t.clock },
    { frontEnds: false, logTo: { write: (line) => void written.push(line) } },
  )
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  await app.ready()
  worker = startWorker({ config, db: t.db, clock: t.clock }, app)
})
afterAll(async () => {
  await worker?.stop()
  await app?.close()
  await simulator?.stop()
  await t?.close()
})

async function send<T = Record<string, unknown>>(
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  payload?: object | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: T; cookies: Record<string, string> }> {
  const answer = await app.inject({
    method,
    url,
    payload,
    headers: { 'user-agent': 'Zurrón/7.7', 'idempotency-key': randomUUID(), ...headers },
    remoteAddress: '198.51.100.77',
  })
  requestIds.push(String(answer.headers['x-request-id']))
  const body = answer.body === '' ? {} : answer.json()
  return { status: answer.statusCode, body, cookies: Object.fromEntries(answer.cookies.map((c) => [c.name, c.value])) }
}

/** Signs in by the code of the mail, buys, looks, asks as a guest, cancels. */
async function buy(): Promise<void> {
  const { body: asked } = await send<{ requestId: string }>('POST', '/api/store/sign-in', { email: person.email })
  const mail = await t.db.one<{ text: string }>(
    sql`select text_body as text from platform.mail_message where dedupe_key = ${`sign_in:${asked.requestId}`}`,
  )
  const code = /\b\d{6}\b/.exec(mail.text)?.[0] ?? ''
  secrets.set('code of the mail', code)
  const confirm = { requestId: asked.requestId, code }
  const { cookies } = await send('POST', '/api/store/sign-in/confirm', confirm)
  secrets.set('session', cookies['hilo_customer'] ?? '')
  const { body: cart } = await send<Cart>('POST', '/api/store/carts', {
    lines: [{ variantId: shop.shirt, units: 1 }],
    contact: person,
    note,
    delivery: toInes,
  })
  secrets.set('token of the basket', cart.token ?? '')
  const own = { 'x-cart-token': cart.token ?? '', cookie: `hilo_customer=${cookies['hilo_customer']}` }
  const share = await send<{ code: string }>('POST', '/api/store/carts/current/share', {}, own)
  secrets.set('code of the basket', share.body.code)
  const payment = { cardToken: 'tok_ok' }
  const body = { expectedTotalMinor: cart.totalMinor, payment }
  const placed = await send<PlaceAnswer & { order: Order }>('POST', '/api/store/carts/current/place', body, own)
  expect(placed.body.status, JSON.stringify(placed.body)).toBe('placed')
  const { token, number } = placed.body.order
  secrets.set('token of the order', token)
  expect((await send('GET', `/api/store/orders/${token}`)).status).toBe(200)
  const guest = new URLSearchParams({ number: number ?? '', email: person.email })
  expect((await send('GET', `/api/store/orders?${guest}`)).status).toBe(200)
  expect((await send('POST', `/api/store/orders/${token}/cancel`, { reason: note })).status).toBe(200)
  await t.db.one(sql`select 1 as one`)
}

/** Somebody mistypes a password, gets in, makes a key, looks a customer up; a body is broken, a value does not fit. */
async function work(): Promise<void> {
  const { email, oneTimePassword } = await aMember(t.db, t.clock, { role: 'owner' })
  const wrong = 'contraseña-de-otro-sitio-7'
  const chosen = 'barca lenta sobre el agua'
  for (const [name, value] of Object.entries({ email, oneTimePassword, wrong, chosen }))
    secrets.set(`staff ${name}`, value)
  expect((await send('POST', '/api/staff/login', { email, password: wrong })).status).toBe(401)
  const login = await send('POST', '/api/staff/login', { email, password: oneTimePassword })
  secrets.set('session of the first step', login.cookies['hilo_staff'] ?? '')
  const step = await send(
    'POST',
    '/api/staff/login/password',
    { password: chosen },
    {
      cookie: `hilo_staff=${login.cookies['hilo_staff']}`,
    },
  )
  const cookie = `hilo_staff=${step.cookies['hilo_staff']}`
  secrets.set('session of staff', step.cookies['hilo_staff'] ?? '')
  const scopes = ['orders:read']
  const made = await send<{ key: string }>(
    'POST',
    '/api/admin/api-keys',
    { name: 'k', channelId: 'web', scopes },
    { cookie },
  )
  secrets.set('API key', made.body.key)
  expect(
    (await send('GET', '/api/admin/fulfillment', undefined, { authorization: `Bearer ${made.body.key}` })).status,
  ).toBe(200)
  expect(
    (await send('GET', '/api/admin/fulfillment', undefined, { authorization: `Bearer ${made.body.key}x` })).status,
  ).toBe(401)
  expect(
    (await send('GET', `/api/admin/customers?q=${encodeURIComponent(person.email)}`, undefined, { cookie })).status,
  ).toBe(200)
  const unfit = { name: `${person.name}\u0000`, email: person.email }
  expect((await send('POST', '/api/admin/customers', unfit, { cookie })).status).toBeGreaterThanOrEqual(400)
  expect((await send('GET', `/api/admin/orders?cursor=${person.email}|x`, undefined, { cookie })).status).toBe(422)
  expect(
    (await send('POST', '/api/store/carts', `{"contact":"${person.email}`, { 'content-type': 'application/json' }))
      .status,
  ).toBe(400)
  expect((await send('GET', `/nowhere/${encodeURIComponent(person.email)}?token=${made.body.key}`)).status).toBe(404)
}

test('the log names every request by its id and nobody by name, mail, telephone, token or password', async () => {
  await buy()
  await work()
  // A broken table stands for a defect of ours.
  await t.db.script('alter table customers.person rename to person_gone')
  const failed = await send('POST', '/api/store/sign-in', { email: person.email })
  await send('POST', '/api/store/carts/current/lines', { variantId: person.email }, { 'x-cart-token': 'nothing' })
  await t.db.script('alter table customers.person_gone rename to person')
  expect(failed.status).toBe(200)
  const log = written.join('')
  const lines = written.map((line) => JSON.parse(line) as { reqId?: string; msg: string; res?: { statusCode: number } })
  for (const id of requestIds) {
    const ofIt = lines.filter(({ reqId }) => reqId === id)
    expect(ofIt.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['incoming request', 'request completed']))
  }
  expect(requestIds.length).toBeGreaterThan(18)
  for (const [name, value] of [...secrets, ...Object.entries({ ...person, note })]) {
    expect(value.length, name).toBeGreaterThan(5)
    for (const shape of [
      value,
      encodeURIComponent(value),
      value.replaceAll(' ', ''),
      JSON.stringify(value).slice(1, -1),
    ])
      expect(log.includes(shape), `${name} is in the log: ${lineWith(shape)}`).toBe(false)
  }
  for (const word of [
    'Zubizarreta',
    'ines.zubi',
    // Long enough not to be found by chance in an id or a time.
    '611 22',
    '611223',
    '699887766',
    'Secreto',
    'Zurrón',
    '198.51.100.77',
    'authorization',
    'cookie',
  ])
    expect(log.includes(word), `${word} is in the log: ${lineWith(word)}`).toBe(false)
})

function lineWith(word: string): string {
  return written.find((line) => line.includes(word)) ?? ''
}

test('who is not let in, not allowed or comes too often is noted by default, by id', async () => {
  const { id } = await aMember(t.db, t.clock, { role: 'stock' })
  const before = written.length
  const email = 'nadie@correo.example'
  await send('POST', '/api/staff/login', { email, password: 'no es esta' })
  await send('GET', '/api/store/account')
  await send('GET', '/api/admin/staff', undefined, { cookie: await loggedIn(t.db, t.clock, id) })
  for (let guess = 0; guess < 40; guess++) await send('POST', '/api/store/carts/open', { code: `AAAAAA${guess}` })
  const noted = written
    .slice(before)
    .map((line) => JSON.parse(line) as { level: number; code?: string; who?: string; route?: string; msg: string })
    .filter(({ msg }) => msg === 'refused')
  expect(noted.every(({ level }) => level === 40)).toBe(true)
  const told = noted.map(({ code, who, route }) => `${code} ${who} ${route}`)
  expect(told).toContain('staff.login_refused public /api/staff/login')
  expect(told).toContain(`platform.forbidden ${id} /api/admin/staff`)
  expect(told).toContain('platform.rate_limited public /api/store/carts/open')
  expect(told.filter((one) => one.includes('/api/store/account'))).toEqual([])
  expect(written.slice(before).join('')).not.toContain(email)
})

test('a line break in an address makes no second entry, and a request id of the caller is not believed', async () => {
  const before = written.length
  await app.inject({
    url: '/api/nothing%0a%7b%22level%22:60,%22msg%22:%22forged%22%7d',
    headers: { 'x-request-id': 'forged-id' },
  })
  const after = written.slice(before)
  expect(after.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
  expect(after.map((line) => (JSON.parse(line) as { msg: string }).msg)).not.toContain('forged')
  expect(after.join('')).not.toContain('forged-id')
})

test('a line about an answer names method, route pattern, status and time, and the trace that the caller brought', async () => {
  const before = written.length
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  await send('GET', '/api/store/products/no-hay', undefined, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` })
  await send('GET', '/api/store/places', undefined, { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` })
  type Line = {
    msg: string
    traceId?: string
    responseTime: number
    res: { statusCode: number; method: string; route: string }
  }
  const done = written
    .slice(before)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg }) => msg === 'request completed')
  expect(done.map(({ res, traceId: trace }) => [res, trace])).toEqual([
    [{ statusCode: 404, method: 'GET', route: '/api/store/products/:handle' }, traceId],
    [{ statusCode: 200, method: 'GET', route: '/api/store/places' }, undefined],
  ])
  expect(done.every(({ responseTime }) => responseTime > 0)).toBe(true)
})

test('a refusal tells the number of its request; one that is kept for repeats tells it in the header alone', async () => {
  const told = await app.inject({ url: '/api/store/products/no-hay' })
  expect(told.json()).toMatchObject({ status: 404, requestId: told.headers['x-request-id'] })
  const kept = {
    method: 'POST',
    url: '/api/store/carts/open',
    payload: { code: 'ZZZZZZ' },
    headers: { 'idempotency-key': 'one' },
    remoteAddress: '198.51.100.9',
  } as const
  const [first, second] = [await app.inject(kept), await app.inject(kept)]
  expect(first.statusCode).toBeGreaterThanOrEqual(400)
  expect(first.json()).not.toHaveProperty('requestId')
  expect(second.body).toBe(first.body)
  expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
})
