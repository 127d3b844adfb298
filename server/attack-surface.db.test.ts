/** Attacks that every route, every answer, every session and every link must stand, tried on the whole app. */
import type { Cart } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '#app'
import { loadConfig } from '#platform/config'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type ApiRoute, routeCollector } from './authorization.ts'
import { anna, aShop, type World } from './orders/testing.ts'
import { createApiKey } from './staff/index.ts'
import { aMember, aStaffCookie } from './staff/testing.ts'

let t: TestDatabase
let app: FastifyInstance
let shop: World
let owner: string
const { routes, add } = routeCollector()

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 50 })
  const env = { HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000', HILO_PUBLIC_URL: 'http://tienda.test' }
  const config = loadConfig(env, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false, onRoute: add })
  await app.ready()
  owner = (await aStaffCookie(t.db, t.clock, 'owner')).cookie
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
let callers = 0
/** Each from an address of its own: limits are tried elsewhere. */
async function send(method: Method, url: string, headers: Record<string, string> = {}, payload?: object | string) {
  const remoteAddress = `10.7.${Math.trunc(++callers / 250)}.${callers % 250}`
  const answer = await app.inject({ method, url, headers, payload, remoteAddress })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    cookies: answer.cookies,
    text: answer.body,
    body: isJson ? answer.json() : {},
  }
}
const at = ({ url }: ApiRoute) => url.replaceAll(/:\w+/g, 'aaa_1234567890123456789012')
const shown = ({ method, url }: ApiRoute) => `${method} ${url}`
const isWriting = ({ method }: ApiRoute) => method !== 'GET'

describe('every route', () => {
  test('refuses a write that comes from another site, whoever’s cookies it brings', async () => {
    const through: string[] = []
    for (const route of routes.filter(isWriting)) {
      for (const origin of ['http://evil.example', 'http://tienda.test.evil.example', 'null']) {
        const { status, body } = await send(route.method as Method, at(route), { cookie: owner, origin }, {})
        if (status !== 403 || body.code !== 'platform.forbidden')
          through.push(`${shown(route)} from ${origin}: ${status}`)
      }
    }
    expect(through).toEqual([])
    expect(routes.filter(isWriting).length).toBeGreaterThan(90)
  })

  test('takes its own site’s writes, and asks a form of another kind of content for none', async () => {
    const { status } = await send('POST', '/api/store/carts', { origin: 'http://tienda.test' }, {})
    expect(status).toBe(201)
    const form = { cookie: owner, 'content-type': 'text/plain' }
    expect((await send('POST', '/api/admin/collections', form, '{"title":{"es":"x"}}')).status).toBe(415)
  })

  test('takes no field that it does not know, at any depth', async () => {
    const document = (await send('GET', '/api/openapi.json')).body
    const open: string[] = []
    const walk = (schema: Record<string, unknown>, path: string): void => {
      if (schema['properties'] && schema['additionalProperties'] !== false) open.push(path)
      for (const [name, field] of Object.entries((schema['properties'] as object | undefined) ?? {}))
        walk(field, `${path}.${name}`)
      for (const key of ['anyOf', 'oneOf', 'allOf'])
        for (const one of (schema[key] as never[] | undefined) ?? []) walk(one, path)
      if (schema['items']) walk(schema['items'] as never, `${path}[]`)
    }
    for (const [path, methods] of Object.entries(
      document.paths as Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: never }> } }>
      >,
    ))
      for (const [method, { requestBody }] of Object.entries(methods))
        for (const [type, { schema }] of Object.entries(requestBody?.content ?? {}))
          if (type === 'application/json') walk(schema, `${method.toUpperCase()} ${path}`)
    // What an authenticator of the browser answers is checked by its own library.
    expect(open.filter((path) => !/passkeys?\.response$/.test(path))).toEqual([])
  })

  test('gives answers that no browser keeps, sniffs or frames, refusals included', async () => {
    const wrong: string[] = []
    const streams = ['/api/events']
    for (const route of routes.filter(({ method, url }) => method === 'GET' && !streams.includes(url))) {
      for (const cookie of ['', owner]) {
        const { headers } = await send('GET', at(route), { cookie, accept: 'application/json' })
        const cache = String(headers['cache-control'])
        const isKept = cache !== 'no-store' && !(cache === 'no-cache' && headers['etag'])
        if (isKept) wrong.push(`${shown(route)}: cache-control ${cache}`)
        if (headers['x-content-type-options'] !== 'nosniff') wrong.push(`${shown(route)}: sniffed`)
        if (!String(headers['content-security-policy']).includes("frame-ancestors 'none'"))
          wrong.push(`${shown(route)}: framed`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('answers long and twisted input at once, without falling over', async () => {
    const twisted = [
      `${'a'.repeat(50_000)}@`,
      `${'a.'.repeat(20_000)}@${'a.'.repeat(20_000)}`,
      '+'.repeat(50_000),
      `${' '.repeat(50_000)}x`,
      '\u202e\u0000\ud800'.repeat(5000),
      '%'.repeat(30_000),
      `${'('.repeat(20_000)}${')*'.repeat(10_000)}`,
    ]
    const tries: [Method, string, (text: string) => object | undefined][] = [
      ['POST', '/api/store/sign-in', (text) => ({ email: text })],
      ['POST', '/api/store/carts', (text) => ({ contact: { name: text, email: text, phone: text }, note: text })],
      ['POST', '/api/store/carts/open', (code) => ({ code })],
      ['POST', '/api/staff/login', (text) => ({ email: text, password: text })],
    ]
    for (const text of twisted) {
      for (const [method, url, body] of tries) {
        const start = performance.now()
        const { status } = await send(method, url, {}, body(text))
        expect(status, `${url} ${text.slice(0, 9)}`).toBeGreaterThanOrEqual(400)
        expect(status, `${url} ${text.slice(0, 9)}`).toBeLessThan(500)
        expect(performance.now() - start, `${url} ${text.slice(0, 9)}`).toBeLessThan(2000)
      }
      const q = encodeURIComponent(text.slice(0, 400).toWellFormed())
      expect((await send('GET', `/api/store/products?q=${q}`)).status).toBeLessThan(500)
    }
  })
})

describe('sessions', () => {
  const cookieOf = (cookies: { name: string; value: string }[], name: string) =>
    cookies.find((one) => one.name === name)?.value ?? ''
  const planted = 'x'.repeat(43)

  test('one that was planted before the login is worth nothing after it: staff', async () => {
    const { email, oneTimePassword } = await aMember(t.db, t.clock, { role: 'manager' })
    const cookie = `hilo_staff=${planted}`
    const first = await send('POST', '/api/staff/login', { cookie }, { email, password: oneTimePassword })
    const step = cookieOf(first.cookies, 'hilo_staff')
    const second = await send(
      'POST',
      '/api/staff/login/password',
      { cookie: `hilo_staff=${step}` },
      { password: 'barca lenta sobre el agua' },
    )
    const full = cookieOf(second.cookies, 'hilo_staff')
    expect(new Set([planted, step, full]).size).toBe(3)
    for (const old of [planted, step])
      expect((await send('GET', '/api/staff/me', { cookie: `hilo_staff=${old}` })).status).toBe(401)
    expect((await send('GET', '/api/staff/me', { cookie: `hilo_staff=${full}` })).status).toBe(200)
    const flags = second.cookies.find(({ name }) => name === 'hilo_staff')
    expect(flags).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  })

  test('one that was planted before the sign-in is worth nothing after it: customers', async () => {
    const email = 'fijada@correo.es'
    const cookie = `hilo_customer=${planted}`
    const { body } = await send('POST', '/api/store/sign-in', { cookie }, { email })
    const { text } = await t.db.one<{ text: string }>(
      sql`select text_body as text from platform.mail_message where dedupe_key = ${`sign_in:${body.requestId}`}`,
    )
    const code = /\b\d{6}\b/.exec(text)?.[0]
    const confirmed = await send('POST', '/api/store/sign-in/confirm', { cookie }, { requestId: body.requestId, code })
    const session = confirmed.cookies.find(({ name }) => name === 'hilo_customer')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(session?.value).not.toBe(planted)
    expect((await send('GET', '/api/store/account', { cookie })).status).toBe(401)
    const own = { cookie: `hilo_customer=${session?.value}` }
    expect((await send('GET', '/api/store/account', own)).status).toBe(200)
    await send('POST', '/api/store/sign-out', own)
    expect((await send('GET', '/api/store/account', own)).status).toBe(401)
  })

  test('a new password ends every other session of the member at once', async () => {
    const { id, email, oneTimePassword } = await aMember(t.db, t.clock, { role: 'counter' })
    const first = await send('POST', '/api/staff/login', {}, { email, password: oneTimePassword })
    const chosen = await send(
      'POST',
      '/api/staff/login/password',
      { cookie: `hilo_staff=${cookieOf(first.cookies, 'hilo_staff')}` },
      { password: 'barca lenta sobre el agua' },
    )
    const here = `hilo_staff=${cookieOf(chosen.cookies, 'hilo_staff')}`
    const there = await send('POST', '/api/staff/login', {}, { email, password: 'barca lenta sobre el agua' })
    const other = `hilo_staff=${cookieOf(there.cookies, 'hilo_staff')}`
    expect((await send('GET', '/api/staff/me', { cookie: other })).status).toBe(200)
    const changed = await send(
      'POST',
      '/api/staff/me/password',
      { cookie: here },
      { password: 'otra barca sobre otra agua' },
    )
    expect(changed.status, changed.text).toBe(200)
    for (const cookie of [other, here]) expect((await send('GET', '/api/staff/me', { cookie })).status).toBe(401)
    const now = `hilo_staff=${cookieOf(changed.cookies, 'hilo_staff')}`
    expect((await send('GET', '/api/staff/me', { cookie: now })).status).toBe(200)
    const { n } = await t.db.one<{ n: number }>(
      sql`select count(*)::int as n from staff.session where member_id = ${id} and stage = 'full'`,
    )
    expect(n).toBe(1)
  })
})

describe('what belongs to somebody else', () => {
  test('a channel’s key does not see the orders of another channel', async () => {
    const key = async (channelId: string) => {
      const scopes = ['orders:read', 'orders:write']
      const made = await t.db.transaction((tx) =>
        createApiKey(tx, t.clock, { kind: 'system', name: 'test' }, { name: 'k', channelId, scopes }),
      )
      return { authorization: `Bearer ${made.key}` }
    }
    const [mercado, web] = [await key('mercado'), await key('web')]
    const order = {
      externalRef: 'M-77',
      lines: [{ variantId: shop.shirt, units: 1 }],
      contact: anna,
      delivery: { kind: 'pickup', locationId: shop.valencia },
      payment: { method: 'elsewhere' },
    }
    const placed = await send('POST', '/api/channel/orders', mercado, order)
    expect(placed.status, placed.text).toBe(201)
    expect((await send('GET', '/api/channel/orders/M-77', mercado)).status).toBe(200)
    expect((await send('GET', '/api/channel/orders/M-77', web)).status).toBe(404)
  })
})

describe('the name in the Host header', () => {
  test('reaches no link: not in mails, shared baskets, the reference or redirects', async () => {
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const { body } = await send('POST', '/api/store/carts', evil, {
      lines: [{ variantId: shop.shirt, units: 1 }],
      contact: anna,
    })
    const own = { ...evil, 'x-cart-token': (body as Cart).token ?? '' }
    const shared = await send('POST', '/api/store/carts/current/share', own, {})
    expect(shared.body.url).toMatch(/^http:\/\/tienda\.test\/cart\/open/)
    await send('POST', '/api/store/sign-in', evil, { email: 'anfitrion@correo.es' })
    for (const url of ['/api/openapi.json', '/api/docs', '/reference/', '/api/nothing']) {
      const { text, headers } = await send('GET', url, evil)
      expect(text.includes('evil.example'), url).toBe(false)
      expect(String(headers.location ?? ''), url).not.toContain('evil.example')
    }
    const mails = await t.db.many<{ mail: string }>(sql`select m::text as mail from platform.mail_message m`)
    expect(mails.length).toBeGreaterThan(0)
    expect(mails.filter(({ mail }) => mail.includes('evil.example'))).toEqual([])
  })
})
