import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { linkPersons } from './links.ts'
import { canonicalId, personOfIdentity } from './persons.ts'
import { resolvePerson } from './resolve.ts'
import { aMail, aPerson, customersTestApp } from './testing.ts'
import { visitorIdentity } from './visitor.ts'

let t: TestDatabase
let app: FastifyInstance
beforeAll(async () => {
  t = await testDatabase()
  app = await customersTestApp(t)
})
afterAll(async () => {
  await app.close()
  await t.close()
})

let asked = 0
/** Each request comes from an address of its own: what is tried here are the limits of accounts and codes. */
async function send(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
) {
  const response = await app.inject({
    method,
    url,
    payload,
    headers,
    remoteAddress: `10.2.${Math.trunc(++asked / 250)}.${asked % 250}`,
  })
  const set = response.cookies.find(({ name }) => name === 'hilo_customer')
  return {
    status: response.statusCode,
    body: response.body === '' ? {} : response.json(),
    cookie: set ? `hilo_customer=${set.value}` : '',
  }
}

/** The code in the newest mail to this address. */
async function mailedCode(address: string): Promise<string> {
  const { subject } = await t.db.one<{ subject: string }>(sql`
    select subject from platform.mail_message where to_address = ${address} order by created_at desc, id desc limit 1`)
  return /\d{6}/.exec(subject)?.[0] ?? ''
}

async function signIn(address: string, headers: Record<string, string> = {}) {
  const { body } = await send('POST', '/api/store/sign-in', { email: address })
  return send(
    'POST',
    '/api/store/sign-in/confirm',
    { requestId: body.requestId, code: await mailedCode(address) },
    headers,
  )
}

describe('sign-in by mail code', () => {
  test('the code opens a session, which shows the account until one signs out', async () => {
    const address = aMail()
    const wrong = await send('POST', '/api/store/sign-in/confirm', { requestId: 'act_unknown', code: '123456' })
    expect(wrong.status).toBe(401)
    const done = await signIn(address)
    expect(done).toMatchObject({ status: 200, body: { emails: [address], addresses: [], consents: [] } })
    const headers = { cookie: done.cookie }
    expect((await send('GET', '/api/store/account', undefined, headers)).body.emails).toEqual([address])
    await send('POST', '/api/store/sign-out', undefined, headers)
    expect((await send('GET', '/api/store/account', undefined, headers)).status).toBe(401)
  })

  test('known and unknown addresses get the same answer, and both get a mail', async () => {
    const known = aMail()
    await aPerson(t.db, t.clock, { identities: [{ kind: 'email', value: known, proof: 'claimed' }] })
    const answers = [
      await send('POST', '/api/store/sign-in', { email: known }),
      await send('POST', '/api/store/sign-in', { email: aMail() }),
    ]
    expect(answers.map(({ status, body }) => [status, Object.keys(body).sort()])).toEqual([
      [200, ['expiresAt', 'requestId']],
      [200, ['expiresAt', 'requestId']],
    ])
  })

  test('a code is good once, for ten minutes, and for the request it was made for', async () => {
    const address = aMail()
    const { body } = await send('POST', '/api/store/sign-in', { email: address })
    const code = await mailedCode(address)
    const other = await send('POST', '/api/store/sign-in', { email: aMail() })
    const confirm = (requestId: string) => send('POST', '/api/store/sign-in/confirm', { requestId, code })
    expect((await confirm(other.body.requestId)).status).toBe(401)
    const twice = await Promise.all([confirm(body.requestId), confirm(body.requestId)])
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 401])
    const late = await send('POST', '/api/store/sign-in', { email: address })
    t.clock.advance(10 * 60_000)
    const expired = await send('POST', '/api/store/sign-in/confirm', {
      requestId: late.body.requestId,
      code: await mailedCode(address),
    })
    expect(expired.body.code).toBe('customers.code_refused')
  })

  test('after five wrong codes the right one is worth nothing', async () => {
    const address = aMail()
    const { body } = await send('POST', '/api/store/sign-in', { email: address })
    const code = await mailedCode(address)
    const wrong = code === '000000' ? '000001' : '000000'
    await Promise.all(
      Array.from({ length: 30 }, () =>
        send('POST', '/api/store/sign-in/confirm', { requestId: body.requestId, code: wrong }),
      ),
    )
    expect((await send('POST', '/api/store/sign-in/confirm', { requestId: body.requestId, code })).status).toBe(401)
  })

  test('a code of another purpose does not sign in', async () => {
    const address = aMail()
    const { body } = await send('POST', '/api/store/sign-in', { email: address })
    await t.db.run(sql`update customers.login_code set purpose = 'prove_phone' where id = ${body.requestId}`)
    expect(
      (await send('POST', '/api/store/sign-in/confirm', { requestId: body.requestId, code: await mailedCode(address) }))
        .status,
    ).toBe(401)
  })

  test('three codes an hour, also when they are asked for at once', async () => {
    const address = aMail()
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => send('POST', '/api/store/sign-in', { email: address })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({
      code: 'customers.too_many_codes',
      retryAfterSeconds: 3600,
    })
  })

  test('neither the code nor a hash that could be tried out lies in the database', async () => {
    const address = aMail()
    const { body } = await send('POST', '/api/store/sign-in', { email: address })
    const { codeHash } = await t.db.one<{ codeHash: string }>(
      sql`select code_hash as "codeHash" from customers.login_code where id = ${body.requestId}`,
    )
    expect(codeHash).toMatch(/^[\w-]{43}$/)
    const { createHash } = await import('node:crypto')
    const code = await mailedCode(address)
    for (const text of [code, `sign_in:${body.requestId}:${code}`])
      expect(createHash('sha256').update(text).digest('base64url')).not.toBe(codeHash)
  })

  test('what was looked at before signing in belongs to the person afterwards', async () => {
    const address = aMail()
    const known = await aPerson(t.db, t.clock, { identities: [{ kind: 'email', value: address, proof: 'claimed' }] })
    const cartToken = 'token-of-a-cart'
    const visitor = await t.db.transaction((tx) =>
      resolvePerson(tx, t.clock, { identities: [visitorIdentity(cartToken)], source: 'test' }),
    )
    const done = await signIn(address, { 'x-cart-token': cartToken })
    expect(done.body.id).toBe(known)
    expect(await canonicalId(t.db, visitor.personId)).toBe(known)
  })
})

describe('the account', () => {
  test('the customer changes name, addresses and consents; each word of consent is kept', async () => {
    const address = aMail()
    const { cookie, body } = await signIn(address)
    const headers = { cookie }
    await send('PATCH', '/api/store/account', { name: 'Aitana Ros', language: 'en' }, headers)
    const kept = await send(
      'POST',
      '/api/store/account/addresses',
      { line1: 'Calle Mayor 1', postalCode: '46001', city: 'Valencia', phone: '612 000 111' },
      headers,
    )
    expect(kept.body).toMatchObject({
      name: 'Aitana Ros',
      language: 'en',
      addresses: [{ line1: 'Calle Mayor 1', phone: '+34612000111' }],
    })
    await send(
      'POST',
      '/api/store/account/addresses',
      { line1: 'CALLE MAYOR 1', postalCode: '46001', city: 'Valencia' },
      headers,
    )
    const say = (granted: boolean) =>
      send(
        'POST',
        '/api/store/account/consents',
        { purpose: 'marketing', channel: 'email', granted, wording: 'Novedades por correo' },
        headers,
      )
    await say(true)
    t.clock.advance(1000)
    const last = await say(false)
    expect(last.body.consents).toMatchObject([
      { purpose: 'marketing', channel: 'email', granted: false, source: 'web account' },
    ])
    expect(last.body.addresses).toHaveLength(1)
    const { n } = await t.db.one<{ n: number }>(
      sql`select count(*)::int as n from customers.consent where person_id = ${body.id}`,
    )
    expect(n).toBe(2)
  })

  test('an address is written anew by its owner only, and stays one address', async () => {
    const [mine, theirs] = [await signIn(aMail()), await signIn(aMail())]
    const kept = await send(
      'POST',
      '/api/store/account/addresses',
      { line1: 'Calle Vieja 1', postalCode: '46001', city: 'Valencia' },
      { cookie: theirs.cookie },
    )
    const url = `/api/store/account/addresses/${kept.body.addresses[0].id}`
    const moved = {
      name: 'Vera Gil',
      line1: 'Calle Nueva 2',
      postalCode: '41001',
      city: 'Sevilla',
      phone: '954 000 111',
    }
    expect((await send('PUT', url, moved, { cookie: mine.cookie })).status).toBe(404)
    expect((await send('PUT', url, { ...moved, postalCode: '' }, { cookie: theirs.cookie })).status).toBe(422)
    const changed = await send('PUT', url, moved, { cookie: theirs.cookie })
    expect(changed.body.addresses).toHaveLength(1)
    expect(changed.body.addresses[0]).toMatchObject({ ...moved, phone: '+34954000111', id: kept.body.addresses[0].id })
  })

  test('one does not remove the address of another', async () => {
    const [mine, theirs] = [await signIn(aMail()), await signIn(aMail())]
    const kept = await send(
      'POST',
      '/api/store/account/addresses',
      { line1: 'Calle A 1', postalCode: '46001', city: 'Valencia' },
      { cookie: theirs.cookie },
    )
    const id = kept.body.addresses[0].id
    expect(
      (await send('DELETE', `/api/store/account/addresses/${id}`, undefined, { cookie: mine.cookie })).status,
    ).toBe(404)
    expect(
      (await send('DELETE', `/api/store/account/addresses/${id}`, undefined, { cookie: theirs.cookie })).body.addresses,
    ).toEqual([])
  })

  test('without a session there is no account', async () => {
    expect((await send('GET', '/api/store/account')).status).toBe(401)
    expect((await send('GET', '/api/store/account/data', undefined, { cookie: 'hilo_customer=guess' })).status).toBe(
      401,
    )
  })

  test('a customer session opens nothing of the staff', async () => {
    const { cookie } = await signIn(aMail())
    expect((await send('GET', '/api/admin/customers', undefined, { cookie })).status).toBe(401)
  })

  test('signed in with either of two linked records, one sees one account', async () => {
    const [mailA, mailB] = [aMail(), aMail()]
    const [a, b] = [await signIn(mailA), await signIn(mailB)]
    await t.db.transaction((tx) =>
      linkPersons(
        tx,
        t.clock,
        { kind: 'system', name: 'test' },
        { fromPersonId: b.body.id, toPersonId: a.body.id, reason: 'test' },
      ),
    )
    const shown = await send('GET', '/api/store/account', undefined, { cookie: b.cookie })
    expect(shown.body).toMatchObject({
      id: a.body.id,
      emails: expect.arrayContaining([mailA, mailB]),
    })
    expect(await personOfIdentity(t.db, 'email', mailB)).toBe(a.body.id)
  })
})
