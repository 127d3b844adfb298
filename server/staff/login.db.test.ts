import type { FastifyInstance } from 'fastify'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { updateMember } from './members.ts'
import { softPasskey } from './soft-passkey.ts'
import { aMember, loggedIn, staffTestApp, testSettings } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let strict: FastifyInstance
let address = 0
const own = 'barca lenta sobre el agua'

beforeAll(async () => {
  t = await testDatabase()
  app = await staffTestApp(t)
  strict = await staffTestApp(t, { settings: { ...testSettings, secondFactor: 'required' } })
})
afterAll(async () => {
  await app.close()
  await strict.close()
  await t.close()
})

type Answer = {
  status: number
  body: Record<string, never> & { step?: string; code?: string; methods?: string[] }
  cookie: string
}

/** A browser with its own address, which keeps its cookie. */
function browser(on: FastifyInstance = app, ip = `10.0.${Math.floor(++address / 250)}.${address % 250}`) {
  let cookie = ''
  return {
    ip,
    get cookie() {
      return cookie
    },
    async send(
      method: 'GET' | 'POST' | 'DELETE' | 'PUT',
      url: string,
      payload?: object,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const response = await on.inject({ method, url, payload, remoteAddress: ip, headers: { cookie, ...headers } })
      const set = response.cookies.find(({ name }) => name === 'hilo_staff')
      if (set) cookie = `hilo_staff=${set.value}`
      return { status: response.statusCode, body: response.body === '' ? {} : response.json(), cookie }
    },
  }
}

/** A member who has chosen a password of their own. */
async function aSettledMember(role: 'owner' | 'manager' = 'manager') {
  const member = await aMember(t.db, t.clock, { role })
  const b = browser()
  await b.send('POST', '/api/staff/login', { email: member.email, password: member.oneTimePassword })
  const chosen = await b.send('POST', '/api/staff/login/password', { password: own })
  expect(chosen.body.step).toBe('done')
  return { ...member, browser: b }
}

async function withOtp(member: Awaited<ReturnType<typeof aSettledMember>>): Promise<string> {
  const started = await member.browser.send('POST', '/api/staff/me/otp')
  const { secret, challengeId } = started.body as unknown as { secret: string; challengeId: string }
  const confirmed = await member.browser.send('POST', '/api/staff/me/otp/confirm', {
    challengeId,
    code: codeNow(secret),
  })
  expect(confirmed.status).toBe(200)
  t.clock.advance(60_000)
  return secret
}

const codeNow = (secret: string) => generateSync({ secret, epoch: Math.floor(t.clock.now().getTime() / 1000) })

describe('the road in', () => {
  test('a one-time password opens only the step that chooses a new one, and the new one opens everything', async () => {
    const member = await aMember(t.db, t.clock, { role: 'counter' })
    const b = browser()
    const first = await b.send('POST', '/api/staff/login', {
      email: member.email.toUpperCase(),
      password: member.oneTimePassword,
    })
    expect(first).toMatchObject({ status: 200, body: { step: 'new_password', member: null } })
    expect((await b.send('GET', '/api/staff/me')).status).toBe(401)
    const weak = await b.send('POST', '/api/staff/login/password', { password: 'Contraseña2026' })
    expect(weak).toMatchObject({ status: 422, body: { code: 'staff.password_weak', weakness: 'common' } })
    const same = await b.send('POST', '/api/staff/login/password', { password: member.oneTimePassword })
    expect(same.body.code).toBe('staff.password_same')
    const before = b.cookie
    const done = await b.send('POST', '/api/staff/login/password', { password: own })
    expect(done).toMatchObject({
      status: 200,
      body: { step: 'done', member: { role: 'counter', email: member.email } },
    })
    expect(b.cookie).not.toBe(before)
    expect((await b.send('GET', '/api/staff/me')).status).toBe(200)
    const stale = await app.inject({ url: '/api/staff/me', headers: { cookie: before } })
    expect(stale.statusCode).toBe(401)
    const again = await browser().send('POST', '/api/staff/login', {
      email: member.email,
      password: member.oneTimePassword,
    })
    expect(again.body.code).toBe('staff.login_refused')
  })

  test('a one-time password is good for three days', async () => {
    const member = await aMember(t.db, t.clock)
    t.clock.advance(72 * 3_600_000 + 1)
    const late = await browser().send('POST', '/api/staff/login', {
      email: member.email,
      password: member.oneTimePassword,
    })
    expect(late).toMatchObject({ status: 401, body: { code: 'staff.one_time_password_over' } })
  })

  test('unknown mail, wrong password and dismissed member get the same answer', async () => {
    const member = await aSettledMember()
    const dismissed = await aSettledMember()
    await t.db.run(sql`update staff.member set status = 'disabled' where id = ${dismissed.id}`)
    const answers = [
      await browser().send('POST', '/api/staff/login', { email: 'nobody@example.com', password: own }),
      await browser().send('POST', '/api/staff/login', { email: member.email, password: `${own}!` }),
      await browser().send('POST', '/api/staff/login', { email: dismissed.email, password: own }),
    ]
    expect(answers[0]?.body.code).toBe('staff.login_refused')
    expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1)
  })

  test('where the house requires a second factor, who has none sets one up before they are in', async () => {
    const member = await aMember(t.db, t.clock, { role: 'stock' })
    const b = browser(strict)
    await b.send('POST', '/api/staff/login', { email: member.email, password: member.oneTimePassword })
    const chosen = await b.send('POST', '/api/staff/login/password', { password: own })
    expect(chosen.body).toMatchObject({ step: 'enroll', methods: ['otp', 'passkey'] })
    expect((await b.send('GET', '/api/staff/me')).status).toBe(401)
    const { secret, challengeId } = (await b.send('POST', '/api/staff/login/enroll/otp')).body as unknown as {
      secret: string
      challengeId: string
    }
    const wrong = await b.send('POST', '/api/staff/login/enroll/otp/confirm', { challengeId, code: '000000' })
    expect(wrong.body.code).toBe('staff.code_refused')
    const done = await b.send('POST', '/api/staff/login/enroll/otp/confirm', { challengeId, code: codeNow(secret) })
    expect(done.body.step).toBe('done')
    const off = await b.send('DELETE', '/api/staff/me/otp')
    expect(off.body.code).toBe('staff.last_factor')
  })
})

describe('codes of an app', () => {
  test('a code is asked for after the password, and each code is good once', async () => {
    const member = await aSettledMember()
    const secret = await withOtp(member)
    const b = browser()
    const first = await b.send('POST', '/api/staff/login', { email: member.email, password: own })
    expect(first.body).toMatchObject({ step: 'second_factor', methods: ['otp'] })
    expect((await b.send('GET', '/api/staff/me')).status).toBe(401)
    const code = codeNow(secret)
    expect((await b.send('POST', '/api/staff/login/code', { code })).body.step).toBe('done')
    const other = browser()
    await other.send('POST', '/api/staff/login', { email: member.email, password: own })
    expect((await other.send('POST', '/api/staff/login/code', { code })).body.code).toBe('staff.code_refused')
  })

  test('of the same code sent four times at once, one passes', async () => {
    const member = await aSettledMember()
    const secret = await withOtp(member)
    const browsers = Array.from({ length: 4 }, () => browser())
    for (const b of browsers) await b.send('POST', '/api/staff/login', { email: member.email, password: own })
    const code = codeNow(secret)
    const answers = await Promise.all(browsers.map((b) => b.send('POST', '/api/staff/login/code', { code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('the secret of an app cannot be read from the database', async () => {
    const member = await aSettledMember()
    const secret = await withOtp(member)
    const { dump } = await t.db.one<{ dump: string }>(sql`select json_agg(m)::text as dump from staff.member m`)
    expect(dump).not.toContain(secret)
  })

  test('a code without the password before it is refused', async () => {
    expect((await browser().send('POST', '/api/staff/login/code', { code: '123456' })).body.code).toBe(
      'staff.step_missing',
    )
  })
})

describe('passkeys', () => {
  async function withPasskey(member: Awaited<ReturnType<typeof aSettledMember>>) {
    const device = softPasskey(testSettings.publicUrl)
    const { challengeId, options } = (await member.browser.send('POST', '/api/staff/me/passkeys/options'))
      .body as unknown as Started
    const kept = await member.browser.send('POST', '/api/staff/me/passkeys', {
      challengeId,
      label: 'Portátil',
      response: device.create(options.challenge),
    })
    expect(kept).toMatchObject({ status: 200, body: { items: [{ label: 'Portátil', lastUsedAt: null }] } })
    return device
  }
  type Started = { challengeId: string; options: { challenge: string; allowCredentials?: { id: string }[] } }
  const started = async (b: ReturnType<typeof browser>) =>
    (await b.send('POST', '/api/staff/login/passkey/options')).body as unknown as Started

  test('a passkey alone is a whole login', async () => {
    const member = await aSettledMember()
    const device = await withPasskey(member)
    const b = browser()
    const { challengeId, options } = await started(b)
    expect(options.allowCredentials).toEqual([])
    const done = await b.send('POST', '/api/staff/login/passkey', {
      challengeId,
      response: device.get(options.challenge),
    })
    expect(done.body).toMatchObject({ step: 'done', member: { id: member.id, passkeys: 1 } })
  })

  test('a passkey is the second step after a password', async () => {
    const member = await aSettledMember()
    const device = await withPasskey(member)
    const b = browser()
    expect((await b.send('POST', '/api/staff/login', { email: member.email, password: own })).body).toMatchObject({
      step: 'second_factor',
      methods: ['passkey'],
    })
    const { challengeId, options } = await started(b)
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual([device.id])
    const done = await b.send('POST', '/api/staff/login/passkey', {
      challengeId,
      response: device.get(options.challenge),
    })
    expect(done.body.step).toBe('done')
  })

  test('a used challenge, another site, an unverified user and a foreign device are refused', async () => {
    const member = await aSettledMember()
    const device = await withPasskey(member)
    const b = browser()
    const first = await started(b)
    const answer = device.get(first.options.challenge)
    await b.send('POST', '/api/staff/login/passkey', { challengeId: first.challengeId, response: answer })
    const replay = await browser().send('POST', '/api/staff/login/passkey', {
      challengeId: first.challengeId,
      response: answer,
    })
    expect(replay.body.code).toBe('staff.challenge_over')
    const tries = [
      (challenge: string) => device.get(challenge, { verified: false }),
      (challenge: string) => softPasskey(testSettings.publicUrl).get(challenge),
      (challenge: string) => ({
        ...softPasskey('https://evil.example').get(challenge),
        id: device.id,
        rawId: device.id,
      }),
    ]
    for (const attempt of tries) {
      const fresh = browser()
      const { challengeId, options } = await started(fresh)
      const refused = await fresh.send('POST', '/api/staff/login/passkey', {
        challengeId,
        response: attempt(options.challenge),
      })
      expect(refused.body.code).toBe('staff.passkey_refused')
    }
  })

  test('a challenge to enroll is not good for a login', async () => {
    const member = await aSettledMember()
    const device = await withPasskey(member)
    const { challengeId, options } = (await member.browser.send('POST', '/api/staff/me/passkeys/options'))
      .body as unknown as Started
    const crossed = await browser().send('POST', '/api/staff/login/passkey', {
      challengeId,
      response: device.get(options.challenge),
    })
    expect(crossed.body.code).toBe('staff.challenge_over')
  })
})

describe('guesses', () => {
  test('after five wrong passwords the sixth is not looked at, even when it is right; a quarter of an hour later it is', async () => {
    const member = await aSettledMember()
    for (let i = 0; i < 5; i++) {
      expect(
        (await browser().send('POST', '/api/staff/login', { email: member.email, password: `wrong ${i}` })).status,
      ).toBe(401)
    }
    const sixth = await browser().send('POST', '/api/staff/login', { email: member.email, password: own })
    expect(sixth).toMatchObject({ status: 429, body: { code: 'staff.too_many_attempts', retryAfterSeconds: 900 } })
    t.clock.advance(15 * 60_000 + 1)
    expect((await browser().send('POST', '/api/staff/login', { email: member.email, password: own })).status).toBe(200)
  })

  test('of forty guesses at once exactly five are looked at', async () => {
    const member = await aSettledMember()
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
    const member = await aSettledMember()
    const b = browser()
    const key = { 'idempotency-key': 'login-key-1' }
    expect((await b.send('POST', '/api/staff/login', { email: member.email, password: own }, key)).status).toBe(200)
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
    const member = await aSettledMember('owner')
    const add = () =>
      member.browser.send('POST', '/api/admin/staff', {
        email: `n${++address}@example.com`,
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
    expect((await member.browser.send('POST', '/api/staff/confirm', { password: own })).status).toBe(200)
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
