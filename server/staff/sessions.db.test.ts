import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '#platform/actor'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { updateMember } from './members.ts'
import { aMember, aSettledMember, loggedIn, ownPassword, staffTestApp, testBrowser, testSettings } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance

beforeAll(async () => {
  t = await testDatabase()
  app = await staffTestApp(t)
})
afterAll(async () => {
  await app.close()
  await t.close()
})

const browser = (on: FastifyInstance = app, ip?: string) => testBrowser(on, ip)
const settled = (role?: Role) => aSettledMember(app, t.db, t.clock, role)

describe('guesses', () => {
  test('after five wrong passwords the sixth is not looked at, even when it is right; a quarter of an hour later it is', async () => {
    const member = await settled()
    for (let i = 0; i < 5; i++) {
      expect(
        (await browser().send('POST', '/api/staff/login', { email: member.email, password: `wrong ${i}` })).status,
      ).toBe(401)
    }
    const sixth = await browser().send('POST', '/api/staff/login', { email: member.email, password: ownPassword })
    expect(sixth).toMatchObject({ status: 429, body: { code: 'staff.too_many_attempts', retryAfterSeconds: 900 } })
    t.clock.advance(15 * 60_000 + 1)
    expect(
      (await browser().send('POST', '/api/staff/login', { email: member.email, password: ownPassword })).status,
    ).toBe(200)
  })

  test('of forty guesses at once exactly five are looked at', async () => {
    const member = await settled()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        browser().send('POST', '/api/staff/login', { email: member.email, password: `guess ${i}` }),
      ),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(35)
  })

  test('one address that tries many accounts is stopped after twenty', async () => {
    const answers = []
    for (let i = 0; i < 24; i++) {
      answers.push(
        await browser(app, '10.9.9.9').send('POST', '/api/staff/login', {
          email: `guess${i}@example.com`,
          password: 'some password',
        }),
      )
    }
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20)
    expect(answers.at(-1)?.status).toBe(429)
  })

  test('neither passwords nor their fingerprints are kept with an Idempotency-Key', async () => {
    const member = await settled()
    const b = browser()
    const key = { 'idempotency-key': 'login-key-1' }
    expect((await b.send('POST', '/api/staff/login', { email: member.email, password: ownPassword }, key)).status).toBe(
      200,
    )
    const kept = await t.db.many(sql`select 1 from platform.idempotency_key where key = 'login-key-1'`)
    expect(kept).toEqual([])
  })
})

describe('sessions', () => {
  test('four idle hours end a session, and sixteen hours end a busy one', async () => {
    const { id } = await aMember(t.db, t.clock)
    const cookie = await loggedIn(t.db, t.clock, id)
    const ask = async () => (await app.inject({ url: '/api/staff/me', headers: { cookie } })).statusCode
    for (let hour = 0; hour < 15; hour += 3) {
      expect(await ask()).toBe(200)
      t.clock.advance(3 * 3_600_000)
    }
    t.clock.advance(3_600_001)
    expect(await ask()).toBe(401)
    const idle = await loggedIn(t.db, t.clock, id)
    t.clock.advance(4 * 3_600_000)
    expect((await app.inject({ url: '/api/staff/me', headers: { cookie: idle } })).statusCode).toBe(401)
  })

  test('a dismissed employee is out with the next request, on every device', async () => {
    const { id } = await aMember(t.db, t.clock)
    const devices = [await loggedIn(t.db, t.clock, id), await loggedIn(t.db, t.clock, id)]
    await t.db.transaction((tx) =>
      updateMember(tx, t.clock, { kind: 'system', name: 'test' }, id, { status: 'disabled' }),
    )
    for (const cookie of devices)
      expect((await app.inject({ url: '/api/staff/me', headers: { cookie } })).statusCode).toBe(401)
  })

  test('an open event stream of a dismissed employee is closed within two seconds, and others stay open', async () => {
    const streaming = await staffTestApp(t, {
      extend: (extended) => {
        for (const path of ['/api/events', '/api/other-events'])
          extended.get(path, { config: { action: 'staff.self' } }, async (_request, reply) => {
            reply.hijack()
            reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
            reply.raw.write(': open\n\n')
          })
      },
    })
    const url = await streaming.listen({ host: '127.0.0.1', port: 0 })
    const [leaving, staying] = [await aMember(t.db, t.clock), await aMember(t.db, t.clock)]
    const listen = async (memberId: string, path = '/api/events', accept = '*/*') => {
      const response = await fetch(`${url}${path}`, {
        headers: { cookie: await loggedIn(t.db, t.clock, memberId), accept },
      })
      const reader = response.body?.getReader()
      await reader?.read()
      const ended = reader?.read().then(
        () => 'ended',
        () => 'ended',
      )
      return (ms: number) => Promise.race([ended, new Promise((done) => setTimeout(() => done('open'), ms))])
    }
    const [left, stayed] = [await listen(leaving.id), await listen(staying.id)]
    const leftToo = await listen(leaving.id, '/api/other-events', 'text/event-stream')
    await t.db.transaction((tx) =>
      updateMember(tx, t.clock, { kind: 'system', name: 'test' }, leaving.id, { status: 'disabled' }),
    )
    expect([await left(2000), await leftToo(2000)]).toEqual(['ended', 'ended'])
    expect(await stayed(100)).toBe('open')
    streaming.server.closeAllConnections()
    await streaming.close()
  })

  test('one sees the own sessions, ends one, and ends all others', async () => {
    const { id } = await aMember(t.db, t.clock)
    const [here = '', there = '', third = ''] = [
      await loggedIn(t.db, t.clock, id),
      await loggedIn(t.db, t.clock, id),
      await loggedIn(t.db, t.clock, id),
    ]
    const list = (await app.inject({ url: '/api/staff/me/sessions', headers: { cookie: here } })).json() as {
      items: { id: string; current: boolean }[]
    }
    expect(list.items.map(({ current }) => current).sort()).toEqual([false, false, true])
    const otherId = list.items.find(({ current }) => !current)?.id
    await app.inject({ method: 'DELETE', url: `/api/staff/me/sessions/${otherId}`, headers: { cookie: here } })
    await app.inject({ method: 'DELETE', url: '/api/staff/me/sessions/others', headers: { cookie: here } })
    const states = []
    for (const cookie of [here, there, third])
      states.push((await app.inject({ url: '/api/staff/me', headers: { cookie } })).statusCode)
    expect(states).toEqual([200, 401, 401])
  })

  test('ten minutes after the login something sensitive asks for a new proof, which the password gives', async () => {
    const member = await settled('owner')
    const add = () =>
      member.browser.send('POST', '/api/admin/staff', {
        email: `n${performance.now()}@example.com`,
        name: 'Nueva',
        role: 'counter',
        allPlaces: true,
      })
    expect((await add()).status).toBe(201)
    t.clock.advance(10 * 60_000)
    expect((await add()).body.code).toBe('staff.confirm_first')
    expect((await member.browser.send('POST', '/api/staff/confirm', { password: 'not this one' })).body.code).toBe(
      'staff.login_refused',
    )
    expect((await member.browser.send('POST', '/api/staff/confirm', { password: ownPassword })).status).toBe(200)
    expect((await add()).status).toBe(201)
  })

  test('over https the cookie is bound to the host, and always HttpOnly and Strict', async () => {
    const secure = await staffTestApp(t, { settings: { ...testSettings, publicUrl: 'https://shop.example' } })
    const member = await aMember(t.db, t.clock)
    const response = await secure.inject({
      method: 'POST',
      url: '/api/staff/login',
      payload: { email: member.email, password: member.oneTimePassword },
    })
    expect(response.cookies).toMatchObject([
      { name: '__Host-hilo_staff', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
    ])
    await secure.close()
  })
})
