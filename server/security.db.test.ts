/** What an attacker tries at the door, against the whole app: other sites, forged addresses, guesses, places that are not theirs. */
import { tmpdir } from 'node:os'
import { crc32 } from 'node:zlib'
import type { Cart } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '#app'
import { callerKey } from '#platform/app-base'
import { cleanCallerLimits } from '#platform/caller-limits'
import { loadConfig } from '#platform/config'
import { loggedError, loggedPath } from '#platform/log'
import { sql } from '#platform/sql'
import { maySee } from '#platform/system-routes'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { storePicture } from './catalog/media.ts'
import { simulatorProvider } from './connectors/payment-simulator/index.ts'
import { aPromotion, aShop, type World } from './orders/testing.ts'
import { aStaffCookie } from './staff/testing.ts'
import { leavesTheSite } from './storefront.ts'

let t: TestDatabase
let app: FastifyInstance
let shop: World
/** Refused pictures leave nothing behind. */
const folder = tmpdir()

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 20 })
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '100000' }, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

type Send = { headers?: Record<string, string>; payload?: object | string; ip?: string }
async function send(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  { headers, payload, ip }: Send = {},
) {
  const answer = await app.inject({ method, url, headers, payload, remoteAddress: ip ?? '203.0.113.1' })
  const json = String(answer.headers['content-type'] ?? '').includes('json')
  return { status: answer.statusCode, body: json ? answer.json() : null, text: answer.body, headers: answer.headers }
}

describe('another site', () => {
  test.each(['http://evil.example', 'null', 'nonsense', 'http://localhost:3000.evil.example', 'data:text/html,x'])(
    'a write with the origin %s is refused, and is no defect of ours',
    async (origin) => {
      const { status, body } = await send('POST', '/api/store/carts', { headers: { origin }, payload: {} })
      expect([status, body.code]).toEqual([403, 'platform.forbidden'])
    },
  )

  test('a password in the address of a form does not switch the origin check off', async () => {
    const headers = { origin: 'http://evil.example', authorization: 'Basic YTpi' }
    expect((await send('POST', '/sim/payments/pay/x', { headers })).status).toBe(403)
  })

  test('an address that browsers read as another host is no page of the shop', () => {
    for (const url of [
      '//evil.example/?near=1',
      '/\\evil.example/?lang=en',
      '/en//evil.example',
      '/EN/\\evil.example?lang=es',
    ])
      expect(leavesTheSite(url), url).toBe(true)
    for (const url of ['/', '/en', '/en/', '/products/a?next=//b', '/english//'])
      expect(leavesTheSite(url), url).toBe(false)
  })
})

describe('what errors and logs tell', () => {
  test('an unknown address is answered as a problem that repeats nothing of it', async () => {
    for (const method of ['PUT', 'DELETE', 'GET'] as const) {
      const { status, body, text } = await send(method, '/api/nothing?email=ana@correo.es&token=s3cret')
      expect([status, body.code]).toEqual([404, 'platform.not_found'])
      expect(text).not.toMatch(/ana@|s3cret|nothing/)
    }
  })

  test('the log keeps ids and drops queries and tokens', () => {
    const token = 'a_Zf3'.repeat(8)
    expect(loggedPath(`/orders/${token}?x=1`)).toBe('/orders/…')
    expect(loggedPath(`/api/store/shortages/${token}`)).toBe('/api/store/shortages/…')
    expect(loggedPath('/api/admin/orders/ord_0351t4m1aQ8oyA5vNppM22?q=ana@correo.es')).toBe(
      '/api/admin/orders/ord_0351t4m1aQ8oyA5vNppM22',
    )
  })

  test('an error of the database is logged without the row it was about', () => {
    const database = Object.assign(new Error('duplicate key value'), {
      code: '23505',
      detail: 'Key (value)=(ana@correo.es) already exists.',
    })
    const logged = loggedError(new Error('could not keep', { cause: database }))
    expect(JSON.stringify(logged)).not.toContain('ana@correo.es')
    expect(logged.cause).toMatchObject({ code: '23505', message: 'duplicate key value' })
  })

  test.each([
    ['{"__proto__":{"isAdmin":true}}'],
    ['{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['{"lines":[],"contact":{"__proto__":{"isAdmin":true}}}'],
    ['{bad'],
  ])('the body %s is refused without a stack trace', async (payload) => {
    const headers = { 'content-type': 'application/json' }
    const { status, text } = await send('POST', '/api/store/carts', { headers, payload })
    expect(status).toBe(400)
    expect(text).not.toMatch(/\bat .*\.ts|node_modules|stack/)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('fields that nobody offered and parameters given twice are refused', async () => {
    const extra = { personId: 'per_1', totalMinor: 1, status: 'placed' }
    expect((await send('POST', '/api/store/carts', { payload: extra })).status).toBe(422)
    expect((await send('GET', '/api/store/orders?number=L-1&number=L-2&email=a@b.es')).status).toBe(422)
  })
})

describe('guesses', () => {
  test('thirty wrong coupons in a quarter of an hour are enough, at once or one by one; a real one is not counted', async () => {
    await aPromotion(t.db, t.clock, { valueBp: 1000, couponCode: 'VERANO' })
    const ip = '203.0.113.50'
    const { body } = await send('POST', '/api/store/carts', {
      payload: { lines: [{ variantId: shop.shirt, units: 1 }] },
      ip,
    })
    const headers = { 'x-cart-token': (body as Cart).token ?? '' }
    for (let at = 0; at < 40; at++) {
      const { status } = await send('PATCH', '/api/store/carts/current', {
        headers,
        payload: { couponCodes: ['verano'] },
        ip,
      })
      expect(status).toBe(200)
    }
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        send('PATCH', '/api/store/carts/current', { headers, payload: { couponCodes: [`GUESS${at}`] }, ip }),
      ),
    )
    expect(guesses.filter(({ status }) => status === 200)).toHaveLength(30)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(30)
    const more = [
      await send('POST', '/api/store/carts/current/coupons', { headers, payload: { code: 'GUESS' }, ip }),
      await send('POST', '/api/store/carts', { payload: { couponCodes: ['GUESS'] }, ip }),
    ]
    expect(more.map(({ status }) => status)).toEqual([429, 429])
    expect(
      (await send('POST', '/api/store/carts/current/coupons', { headers, payload: { code: 'VERANO' } })).status,
    ).toBe(200)
    t.clock.advance(15 * 60_000)
    expect((await send('POST', '/api/store/carts', { payload: { couponCodes: ['GUESS'] }, ip })).status).toBe(201)
  })

  test('two server processes allow no more guesses than one', async () => {
    const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '100000' }, { readOnly: true })
    const second = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
    const tryBoth = async (url: string, payload: (at: number) => object, tries: number) => {
      const statuses = await Promise.all(
        Array.from({ length: tries }, async (_, at) => {
          const process = at % 2 === 0 ? app : second
          const remoteAddress = '203.0.113.70'
          return (await process.inject({ method: 'POST', url, payload: payload(at), remoteAddress })).statusCode
        }),
      )
      return statuses.filter((status) => status !== 429).length
    }
    expect(await tryBoth('/api/store/carts', (at) => ({ couponCodes: [`NADA${at}`] }), 50)).toBe(30)
    expect(await tryBoth('/api/store/carts/open', (at) => ({ code: `BBBB-BB${at}` }), 40)).toBe(20)
    expect(await tryBoth('/api/store/sign-in', (at) => ({ email: `nadie${at}@correo.es` }), 40)).toBe(20)
    const confirm = (at: number) => ({ requestId: `act_${at}`, code: '123456' })
    expect(await tryBoth('/api/store/sign-in/confirm', confirm, 50)).toBe(30)
    t.clock.advance(60_000)
    expect(await tryBoth('/api/store/carts/open', (at) => ({ code: `CCCC-CC${at}` }), 4)).toBe(4)
    const kept = await t.db.many<{ row: string }>(sql`select l::text as row from platform.caller_limit l`)
    expect(kept.some(({ row }) => row.includes('203.0.113'))).toBe(false)
    t.clock.advance(60 * 60_000)
    expect(await cleanCallerLimits(t.db, t.clock)).toBe(kept.length)
    await second.close()
  })

  test('a forged X-Forwarded-For gives nobody a fresh start', async () => {
    const answers: number[] = []
    for (let at = 0; at < 25; at++) {
      const headers = { 'x-forwarded-for': `198.51.100.${at}` }
      answers.push(
        (
          await send('POST', '/api/store/carts/open', {
            headers,
            payload: { code: `AAAA-AAA${at % 10}` },
            ip: '203.0.113.60',
          })
        ).status,
      )
    }
    expect(answers.slice(20)).toEqual([429, 429, 429, 429, 429])
  })

  test('the addresses of one IPv6 network are one caller', () => {
    expect(callerKey('2001:db8:1:2:aaaa::1')).toBe(callerKey('2001:db8:1:2::ffff'))
    expect(callerKey('2001:db8:1:2::1')).not.toBe(callerKey('2001:db8:1:3::1'))
    expect(callerKey('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(callerKey('::1')).toBe('0:0:0:0::/64')
    expect([callerKey('::ffff:192.0.2.1'), callerKey('192.0.2.1')]).toEqual(['::ffff:192.0.2.1', '192.0.2.1'])
  })
})

describe('places that are not one’s own', () => {
  test('the counter of Valencia sells nothing off the shelf of Madrid, however the basket is told to', async () => {
    const { cookie } = await aStaffCookie(t.db, t.clock, 'counter', [shop.valencia])
    const headers = { cookie }
    const foreign = { kind: 'carry_out', locationId: shop.madrid }
    const lines = [{ variantId: shop.shirt, units: 1 }]
    const opened = await send('POST', '/api/pos/carts', {
      headers,
      payload: { locationId: shop.valencia, lines, delivery: foreign },
    })
    expect([opened.status, opened.body.code]).toEqual([403, 'platform.forbidden'])
    const own = await send('POST', '/api/pos/carts', { headers, payload: { locationId: shop.valencia, lines } })
    expect(own.status).toBe(201)
    const url = `/api/pos/carts/${own.body.id}`
    expect((await send('PATCH', url, { headers, payload: { delivery: foreign } })).status).toBe(403)
    const payload = { expectedTotalMinor: own.body.totalMinor, delivery: foreign, tenders: [] }
    expect((await send('POST', `${url}/place`, { headers, payload })).status).toBe(403)
    const pickup = { kind: 'pickup', locationId: shop.madrid }
    expect((await send('PATCH', url, { headers, payload: { delivery: pickup } })).status).toBe(200)
  })

  test('a canceled order is paid back out of the drawer of one’s own shop only', async () => {
    const { cookie } = await aStaffCookie(t.db, t.clock, 'counter', [shop.valencia])
    const payload = { reason: 'no', refundMethod: 'cash', locationId: shop.madrid }
    const { status, body } = await send('POST', '/api/admin/orders/ord_x/cancel', { headers: { cookie }, payload })
    expect([status, body.locationId]).toEqual([403, shop.madrid])
  })
})

describe('what comes from outside', () => {
  const webhookSecret = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`
  const provider = simulatorProvider({ baseUrl: () => '', apiKey: '', webhookSecret })
  const body = JSON.stringify({ type: 'payment.captured', data: { key: 'pay_1', note: 'año 😀' } })
  const signed = (at: Date, text = body) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret).sign('msg_1', at, text),
  })

  test('a notice of the payment provider with any bit changed is refused, and so is one of six minutes ago', () => {
    const now = new Date()
    expect(provider.parseWebhook(signed(now), Buffer.from(body)).key).toBe('pay_1')
    const bytes = Buffer.from(body)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => provider.parseWebhook(signed(now), changed), `bit ${bit}`).toThrow(/signature/i)
    }
    const headers = signed(now)
    for (const [name, value] of Object.entries(headers)) {
      for (const other of ['', `1${value}`, 'v1,', value.slice(1)])
        expect(() => provider.parseWebhook({ ...headers, [name]: other }, bytes), `${name} ${other}`).toThrow(
          /signature/i,
        )
    }
    const old = signed(new Date(now.getTime() - 6 * 60_000))
    expect(() => provider.parseWebhook(old, bytes)).toThrow(/signature/i)
  })

  test('a notice without a signature is refused over HTTP, and an unknown provider is named', async () => {
    const headers = { 'content-type': 'application/json' }
    const forged = await send('POST', '/api/payments/webhooks/simulator', { headers, payload: body })
    expect([forged.status, forged.body.code]).toEqual([401, 'payments.signature_wrong'])
    expect((await send('POST', '/api/payments/webhooks/nobody', { headers, payload: body })).status).toBe(404)
  })

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'],
    ['HTML', '<html><script>alert(1)</script></html>'],
    ['nothing', ''],
  ])('%s is no picture, whatever it calls itself', async (_kind, content) => {
    await expect(storePicture(folder, Buffer.from(content))).rejects.toMatchObject({ code: 'catalog.picture_refused' })
  })

  test('a picture of a few bytes that would fill the memory is not unpacked', async () => {
    const header = Buffer.alloc(25)
    header.writeUInt32BE(13, 0)
    header.write('IHDR', 4)
    header.writeUInt32BE(60_000, 8)
    header.writeUInt32BE(60_000, 12)
    header.set([8, 6, 0, 0, 0], 16)
    header.writeUInt32BE(crc32(header.subarray(4, 21)), 21)
    const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), header])
    await expect(storePicture(folder, png)).rejects.toMatchObject({ code: 'catalog.picture_refused' })
  })
})

describe('live events', () => {
  const staff = (role: 'manager' | 'counter' | 'service' | 'stock') =>
    ({ kind: 'staff', memberId: 'm', name: '', role, allPlaces: true, locationIds: [], language: 'es' }) as const
  const key = (...scopes: string[]) => ({ kind: 'api_key', keyId: 'k', name: '', channelId: 'web', scopes }) as const

  test('nobody learns by the stream what the lists would refuse them', () => {
    expect(maySee(staff('stock'), 'customers.visited')).toBe(false)
    expect(maySee(staff('counter'), 'customers.visited')).toBe(true)
    expect(maySee(staff('counter'), 'platform.mail_sent')).toBe(false)
    expect(maySee(staff('service'), 'platform.mail_sent')).toBe(true)
    expect(maySee(key('events:read'), 'customers.consent_changed')).toBe(false)
    expect(maySee(key('events:read', 'customers:read'), 'customers.consent_changed')).toBe(true)
    for (const role of ['manager', 'counter', 'service', 'stock'] as const)
      expect(maySee(staff(role), 'orders.placed')).toBe(true)
  })
})

test('the mail that went out shows staff no code to sign in with; mail that is held is the only mailbox there is', async () => {
  const { cookie } = await aStaffCookie(t.db, t.clock, 'service')
  const asked = await send('POST', '/api/store/sign-in', { payload: { email: 'rosa@correo.es' } })
  expect(asked.status).toBeLessThan(300)
  const become = (status: string) =>
    t.db.run(sql`update platform.mail_message set status = ${status} where to_address = 'rosa@correo.es'`)
  const read = async () => {
    const { body } = await send('GET', '/api/admin/mail?q=rosa@correo.es', { headers: { cookie } })
    const [mail] = (body as { items: { subject: string; text: string; html: string }[] }).items
    return mail ?? { subject: '', text: '', html: '' }
  }
  await become('held')
  const code = /\b\d{6}\b/.exec((await read()).text)?.[0] ?? 'none'
  expect(code).toMatch(/^\d{6}$/)
  for (const status of ['queued', 'sent', 'failed']) {
    await become(status)
    const { subject, text, html } = await read()
    expect(text, status).toContain('••••••')
    expect(`${subject} ${text} ${html}`, status).not.toContain(code)
  }
})

describe('headers and cookies', () => {
  test('every answer carries the policy: no inline script, no frame, no sniffing', async () => {
    for (const url of ['/api/health', '/api/nothing', '/reference/', '/sim/payments/pay/x', '/media/none.webp']) {
      const { headers } = await send('GET', url)
      const policy = String(headers['content-security-policy'])
      expect(policy, url).toContain("script-src 'self';")
      for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"])
        expect(policy, url).toContain(part)
      expect(headers['x-content-type-options'], url).toBe('nosniff')
    }
    expect((await send('GET', '/reference/')).text).not.toMatch(/<script>|<script(?![^>]*src=)|onload=/)
  })

  test('over https the basket’s cookie is out of reach of scripts and of plain connections', async () => {
    const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_PUBLIC_URL: 'https://shop.example' }, { readOnly: true })
    const secure = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
    const answer = await secure.inject({ method: 'POST', url: '/api/store/carts', payload: {} })
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly; Secure; SameSite=Lax/)
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=31536000/)
    await secure.close()
  })
})

describe('what belongs to somebody else', () => {
  test('a basket is opened by its own token only, never by its id', async () => {
    const mine = (await send('POST', '/api/store/carts', { payload: {} })).body as Cart
    const other = (await send('POST', '/api/store/carts', { payload: {} })).body as Cart
    const headers = { 'x-cart-token': other.token ?? '' }
    for (const [method, path, payload] of [
      ['GET', '', undefined],
      ['PATCH', '', { note: 'x' }],
      ['POST', '/lines', { variantId: shop.shirt }],
      ['POST', '/coupons', { code: 'ABC' }],
      ['POST', '/share', undefined],
      ['POST', '/place', { expectedTotalMinor: 0, payment: {} }],
    ] as const) {
      const { status } = await send(method, `/api/store/carts/${mine.id}${path}`, { headers, payload })
      expect(status, `${method} ${path}`).toBe(404)
    }
    const stored = await t.db.many<{ hash: string }>(sql`select token_hash as hash from orders.cart_token`)
    expect(stored.map(({ hash }) => hash)).not.toContain(mine.token)
    expect(Buffer.from(mine.token ?? '', 'base64url')).toHaveLength(32)
  })
})
