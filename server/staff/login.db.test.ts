import type { FastifyInstance } from 'fastify'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '#platform/actor'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { softPasskey } from './soft-passkey.ts'
import {
  aMember,
  aSettledMember,
  ownPassword,
  staffTestApp,
  type TestBrowser,
  testBrowser,
  testSettings,
} from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let strict: FastifyInstance
type Settled = Awaited<ReturnType<typeof aSettledMember>>

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

const browser = (on: FastifyInstance = app, ip?: string) => testBrowser(on, ip)
const settled = (role?: Role) => aSettledMember(app, t.db, t.clock, role)

async function withOtp(member: Settled): Promise<string> {
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
    const done = await b.send('POST', '/api/staff/login/password', { password: ownPassword })
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
    const member = await settled()
    const dismissed = await settled()
    await t.db.run(sql`update staff.member set status = 'disabled' where id = ${dismissed.id}`)
    const answers = [
      await browser().send('POST', '/api/staff/login', { email: 'nobody@example.com', password: ownPassword }),
      await browser().send('POST', '/api/staff/login', { email: member.email, password: `${ownPassword}!` }),
      await browser().send('POST', '/api/staff/login', { email: dismissed.email, password: ownPassword }),
    ]
    expect(answers[0]?.body.code).toBe('staff.login_refused')
    // Only the name of the request differs, as it does for every call.
    const told = answers.map(({ status, body }) => JSON.stringify({ status, body: { ...body, requestId: '' } }))
    expect(new Set(told).size).toBe(1)
  })

  test('where the house requires a second factor, who has none sets one up before they are in', async () => {
    const member = await aMember(t.db, t.clock, { role: 'stock' })
    const b = browser(strict)
    await b.send('POST', '/api/staff/login', { email: member.email, password: member.oneTimePassword })
    const chosen = await b.send('POST', '/api/staff/login/password', { password: ownPassword })
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
    const member = await settled()
    const secret = await withOtp(member)
    const b = browser()
    const first = await b.send('POST', '/api/staff/login', { email: member.email, password: ownPassword })
    expect(first.body).toMatchObject({ step: 'second_factor', methods: ['otp'] })
    expect((await b.send('GET', '/api/staff/me')).status).toBe(401)
    const code = codeNow(secret)
    expect((await b.send('POST', '/api/staff/login/code', { code })).body.step).toBe('done')
    const other = browser()
    await other.send('POST', '/api/staff/login', { email: member.email, password: ownPassword })
    expect((await other.send('POST', '/api/staff/login/code', { code })).body.code).toBe('staff.code_refused')
  })

  test('of the same code sent four times at once, one passes', async () => {
    const member = await settled()
    const secret = await withOtp(member)
    const browsers = Array.from({ length: 4 }, () => browser())
    for (const b of browsers) await b.send('POST', '/api/staff/login', { email: member.email, password: ownPassword })
    const code = codeNow(secret)
    const answers = await Promise.all(browsers.map((b) => b.send('POST', '/api/staff/login/code', { code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('the secret of an app cannot be read from the database', async () => {
    const member = await settled()
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
  async function withPasskey(member: Settled) {
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
  const started = async (b: TestBrowser) =>
    (await b.send('POST', '/api/staff/login/passkey/options')).body as unknown as Started

  test('a passkey alone is a whole login', async () => {
    const member = await settled()
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
    const member = await settled()
    const device = await withPasskey(member)
    const b = browser()
    expect(
      (await b.send('POST', '/api/staff/login', { email: member.email, password: ownPassword })).body,
    ).toMatchObject({
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
    const member = await settled()
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
    const member = await settled()
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
