/** What a writing route promises about keys, whatever it does: each kind of route, with commands that only count their runs. */
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from './actor.ts'
import { fingerprint, noteKey } from './idempotency.ts'
import { sql } from './sql.ts'
import { countingApp, type Seen } from './testing/counting-app.ts'
import { meeting } from './testing/lock-waits.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
const system: Actor = { kind: 'system', name: 'test' }
const seen: Seen = { actor: system, ran: [], batches: [], arrived: 0, gate: undefined, silent: false }
beforeAll(async () => {
  t = await testDatabase()
  app = await countingApp(t, seen)
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})
beforeEach(() => {
  seen.ran.length = 0
  seen.batches.length = 0
  seen.actor = system
})

let keys = 0
const aKey = () => `http-${(keys += 1)}`
async function post(url: string, payload: object | undefined, headers: Record<string, string> = {}) {
  const response = await app.inject({ method: 'POST', url, payload, headers })
  return {
    status: response.statusCode,
    body: response.body === '' ? undefined : (response.json() as Record<string, unknown>),
    replayed: response.headers['idempotency-replayed'],
    type: String(response.headers['content-type'] ?? ''),
  }
}
const keyed = (url: string, payload: object | undefined, key: string) => post(url, payload, { 'idempotency-key': key })
const keptUnder = (key: string) =>
  t.db.many<{ status: number | null; body: unknown; scope: string }>(
    sql`select status, body, scope from platform.idempotency_key where key = ${key}`,
  )

describe('a key', () => {
  test('has 1 to 255 characters, and counts for nothing on a reading route', async () => {
    for (const key of ['', 'k'.repeat(256)]) {
      const refusal = await keyed('/write', { name: 'Ana' }, key)
      expect([refusal.status, refusal.body?.['parameter']]).toEqual([422, 'Idempotency-Key'])
    }
    expect(seen.ran).toEqual([])
    for (const key of ['k', 'k'.repeat(255)]) expect((await keyed('/write', { name: 'Ana' }, key)).status).toBe(200)
    const key = aKey()
    const read = () => app.inject({ url: '/get', headers: { 'idempotency-key': key } })
    expect((await read()).json()).not.toEqual((await read()).json())
    const endless = { 'idempotency-key': 'k'.repeat(256) }
    expect((await app.inject({ url: '/get', headers: endless })).statusCode).toBe(200)
    expect(await keptUnder(key)).toEqual([])
  })

  test('is kept by caller: a person’s id, else a hash of the basket or of address and browser', async () => {
    const key = aKey()
    const scopeAs = async (who: Actor, headers: Record<string, string> = {}) => {
      seen.actor = who
      await post('/write', { name: 'Ana' }, { 'idempotency-key': key, ...headers })
      return (await keptUnder(key)).map(({ scope }) => scope).sort()
    }
    expect(await scopeAs({ kind: 'customer', personId: 'per_1' })).toEqual(['per_1'])
    const anyone: Actor = { kind: 'public' }
    const [one] = (await scopeAs(anyone, { 'user-agent': 'A' })).slice(1)
    expect(one).toMatch(/^public:[\w-]{43}$/)
    const devices: Record<string, string>[] = [
      { 'user-agent': 'A' },
      { 'user-agent': 'B' },
      { 'x-cart-token': 'token' },
    ]
    for (const headers of devices) await scopeAs(anyone, headers)
    await scopeAs(anyone, { 'x-cart-token': 'token', 'user-agent': 'C' })
    expect(await keptUnder(key)).toHaveLength(4)
    expect(seen.ran.filter((one) => one === 'Ana')).toHaveLength(4)
  })

  test('of a call that carries a secret is taken and not kept', async () => {
    const key = aKey()
    const answers = [await keyed('/secret', { name: 'Ana' }, key), await keyed('/secret', { name: 'Eva' }, key)]
    expect(answers.map(({ body: told }) => told?.['name'])).toEqual(['Ana', 'Eva'])
    expect(seen.reference).toEqual({ secret: true })
    await post('/write', {})
    expect(seen.reference).toEqual({})
    expect((await keyed('/secret', { refusal: 'sold_out' }, key)).status).toBe(409)
    expect(await keptUnder(key)).toEqual([])
  })
})

describe('a repeat', () => {
  test('is answered the same and marked; the work, its deed and what comes before it are not done for it', async () => {
    const key = aKey()
    const first = await keyed('/write', { name: 'Ana', status: 201 }, key)
    expect(first).toMatchObject({ status: 201, body: { name: 'Ana', run: 2 }, replayed: undefined })
    expect(seen.ran).toEqual(['before', 'Ana', 'deed 201', 'after'])
    seen.ran.length = 0
    expect(await keyed('/write', { name: 'Ana', status: 201 }, key)).toEqual({ ...first, replayed: 'true' })
    expect(seen.ran).toEqual(['before', 'after', 'repeat'])
  })

  test('of what is neither done nor refused is not followed by what follows a deed', async () => {
    const key = aKey()
    for (const replayed of [undefined, 'true'])
      expect(await keyed('/write', { status: 300 }, key)).toMatchObject({ status: 300, replayed })
    expect(seen.ran.filter((one) => one === 'after' || one === 'repeat')).toEqual([])
  })

  test('without a key there is none: each call is done', async () => {
    const answers = [await post('/write', { name: 'Ana' }), await post('/write', { name: 'Ana' })]
    expect(answers.map(({ replayed }) => replayed)).toEqual([undefined, undefined])
    expect(seen.ran.filter((one) => one === 'Ana')).toHaveLength(2)
  })

  test('a call without a body is one with an empty body; an answer of nothing has none', async () => {
    expect((await post('/write', undefined)).body).toMatchObject({ name: 'nobody' })
    const key = aKey()
    const nothing = await keyed('/write', { status: 204 }, key)
    expect(nothing).toMatchObject({ status: 204, body: undefined })
    expect(await keyed('/write', { status: 204 }, key)).toMatchObject({
      status: 204,
      body: undefined,
      replayed: 'true',
    })
  })

  test('of a refusal that the work itself gave is that refusal; nothing follows it', async () => {
    const key = aKey()
    const first = await keyed('/write', { refusal: 'sold_out' }, key)
    expect(first).toMatchObject({ status: 409, body: { code: 'http.sold_out', left: 0 }, replayed: undefined })
    seen.ran.length = 0
    const again = await keyed('/write', { refusal: 'sold_out' }, key)
    expect(again).toMatchObject({ status: 409, body: first.body, replayed: 'true' })
    expect(again.type).toMatch(/^application\/problem\+json/)
    expect(seen.ran).toEqual(['before'])
    expect((await keyed('/write', { refusal: 'key_like' }, aKey())).status).toBe(422)
    const unreadable = aKey()
    await keyed('/write', { refusal: 'unreadable' }, unreadable)
    const repeat = await keyed('/write', { refusal: 'unreadable' }, unreadable)
    expect([repeat.status, repeat.replayed, repeat.type]).toEqual([400, 'true', first.type])
  })

  test.each([
    'unauthenticated',
    'forbidden',
    'not_found',
    'changed',
    'limited',
    'broken',
    'at_fault',
    'reused',
    'a defect',
  ])('after a refusal that says nothing about the work does it anew: %s', async (refusal) => {
    const key = aKey()
    expect((await keyed('/write', { refusal }, key)).status).toBeGreaterThanOrEqual(400)
    expect(await keptUnder(key)).toEqual([])
    await keyed('/write', { refusal }, key)
    expect(seen.ran.filter((one) => one === 'nobody')).toHaveLength(2)
  })

  test('after a refusal before the work does the work', async () => {
    const key = aKey()
    expect((await keyed('/write', { name: 'too often' }, key)).status).toBe(429)
    expect(seen.ran).toEqual(['before'])
    expect(await keptUnder(key)).toEqual([])
  })
})

test('a route may answer by itself, and may be asked less often than others', async () => {
  const ask = async () => {
    const response = await app.inject({ url: '/by-itself' })
    return [response.statusCode, response.json<{ by?: string }>().by]
  }
  expect([await ask(), await ask(), await ask()]).toEqual([
    [200, 'itself'],
    [200, 'itself'],
    [429, undefined],
  ])
  expect(seen.ran).toEqual([])
  for (let i = 0; i < 4; i++) expect((await app.inject({ url: '/get' })).statusCode).toBe(200)
})

describe('work of several transactions', () => {
  test('begins once; a repeat without an answer resumes it, one with an answer gets that', async () => {
    const key = aKey()
    const first = await keyed('/resumable', { name: 'Ana', status: 201 }, key)
    expect(first).toMatchObject({ status: 201, replayed: undefined })
    expect(await keyed('/resumable', { name: 'Ana', status: 201 }, key)).toEqual({ ...first, replayed: 'true' })
    expect(seen.ran).toEqual(['begins', 'Ana'])
    await t.db.run(sql`update platform.idempotency_key set status = null, body = null where key = ${key}`)
    expect((await keyed('/resumable', { name: 'Ana', status: 201 }, key)).replayed).toBeUndefined()
    expect(seen.ran).toEqual(['begins', 'Ana', 'resumes', 'Ana'])
    expect(await keptUnder(key)).toMatchObject([{ status: 201, body: { name: 'Ana', run: 4 } }])
    expect((await keyed('/resumable', { name: 'Eva' }, key)).body?.['code']).toBe('platform.key_reused')
    seen.ran.length = 0
    await post('/resumable', { name: 'Ana' })
    expect(seen.ran).toEqual(['begins', 'Ana'])
  })
})

describe('calls that arrive together', () => {
  /** Lets these calls be one batch: they arrive while an earlier one is held. */
  async function atOnce(calls: (() => ReturnType<typeof post>)[]) {
    const { promise, resolve } = Promise.withResolvers<void>()
    seen.gate = promise
    const held = post('/together', { name: 'held' })
    await expect.poll(() => seen.gate === undefined, { timeout: 15_000 }).toBe(true)
    seen.arrived = 0
    const answers = calls.map((call) => call())
    await expect.poll(() => seen.arrived, { timeout: 15_000 }).toBe(calls.length)
    resolve()
    await held
    return Promise.all(answers)
  }

  test('are one batch, with an answer each, kept under each one’s key; a refused one fails alone', async () => {
    const [a, b, c] = [aKey(), aKey(), aKey()]
    const answers = await atOnce([
      () => keyed('/together', { name: 'Ana', status: 201 }, a),
      () => keyed('/together', { name: 'Eva', refusal: 'sold_out' }, b),
      () => keyed('/together', { name: 'Luz' }, c),
      () => post('/together', { name: 'Pau' }),
      () => post('/together', { name: 'Noa', refusal: 'sold_out' }),
    ])
    expect(seen.batches).toEqual([1, 5])
    expect(answers.map(({ status, body: told }) => [status, told?.['name'] ?? told?.['code']])).toEqual([
      [201, 'Ana'],
      [409, 'http.sold_out'],
      [200, 'Luz'],
      [200, 'Pau'],
      [409, 'http.sold_out'],
    ])
    expect(await keptUnder(a)).toMatchObject([{ status: 201, body: answers[0]?.body }])
    expect(await keptUnder(b)).toMatchObject([{ status: 409 }])
    seen.ran.length = 0
    expect(await keyed('/together', { name: 'Ana', status: 201 }, a)).toEqual({ ...answers[0], replayed: 'true' })
    expect(await keyed('/together', { name: 'Eva', refusal: 'sold_out' }, b)).toMatchObject({
      status: 409,
      replayed: 'true',
    })
    expect(seen.ran).toEqual([])
  })

  test('the same key several times in one batch: done once; with another request: refused', async () => {
    const key = aKey()
    const answers = await atOnce([
      () => keyed('/together', { name: 'Ana' }, key),
      () => keyed('/together', { name: 'Ana' }, key),
      () => keyed('/together', { name: 'Eva' }, key),
    ])
    expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual([
      [200, undefined],
      [200, 'true'],
      [422, undefined],
    ])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
    expect(seen.ran).toEqual(['held', 'Ana'])
  })

  test('one that is known already is answered beside new ones, each by its own key and caller', async () => {
    const [known, fresh] = [aKey(), aKey()]
    await keyed('/together', { name: 'Ana' }, known)
    seen.ran.length = 0
    const answers = await atOnce([
      () => keyed('/together', { name: 'Eva' }, fresh),
      () => keyed('/together', { name: 'Ana' }, known),
      () => post('/together', { name: 'Luz' }, { 'idempotency-key': known, 'x-as': 'per_3' }),
    ])
    expect(answers.map(({ status, body, replayed }) => [status, body?.['name'], replayed])).toEqual([
      [200, 'Eva', undefined],
      [200, 'Ana', 'true'],
      [200, 'Luz', undefined],
    ])
    expect(seen.ran).toEqual(['held', 'Eva', 'Luz'])
    expect(await keptUnder(fresh)).toMatchObject([{ status: 200, body: answers[0]?.body }])
  })

  test('the same key in the hands of two callers is two calls', async () => {
    const key = aKey()
    const as = (who: Actor, name: string) => () => {
      seen.actor = who
      return keyed('/together', { name }, key)
    }
    await as({ kind: 'customer', personId: 'per_1' }, 'Ana')()
    const repeat = await as({ kind: 'customer', personId: 'per_2' }, 'Eva')()
    expect(repeat).toMatchObject({ status: 200, body: { name: 'Eva' }, replayed: undefined })
  })

  test('a key that another process has taken meanwhile: the call waits for it, and gives its answer', async () => {
    const key = aKey()
    const asked = { name: 'Ana' }
    const print = fingerprint('POST', '/together', asked)
    const outcome = await meeting(t.db, {
      first: (tx) =>
        tx.run(sql`
          insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
          values ('system:test', ${key}, ${print}, 200, '{"name": "by the other process"}', ${t.clock.now()})`),
      second: () => keyed('/together', asked, key),
    })
    expect(outcome).toMatchObject({ value: { status: 200, body: { name: 'by the other process' }, replayed: 'true' } })
  })

  test('a key that was noted without an answer gets it', async () => {
    const key = aKey()
    const asked = { name: 'Ana' }
    const noted = { scope: 'system:test', key, fingerprint: fingerprint('POST', '/together', asked) }
    for (const one of [noted, { ...noted, scope: 'system:other' }]) await noteKey(t.db, t.clock, one)
    expect(await keyed('/together', asked, key)).toMatchObject({ status: 200, replayed: undefined })
    const kept = await keptUnder(key)
    expect(kept.toSorted((one, other) => one.scope.localeCompare(other.scope))).toMatchObject([
      { scope: 'system:other', status: null },
      { scope: 'system:test', status: 200, body: { name: 'Ana', run: 1 } },
    ])
  })

  test('one that knows it was raced is run again', async () => {
    expect((await post('/together', { name: 'raced' })).status).toBe(200)
    expect(seen.ran).toEqual(['raced', 'raced', 'raced'])
  })

  test('a defect is told at once where nobody races', async () => {
    expect((await post('/plain-together', { refusal: 'a defect' })).status).toBe(500)
    expect(seen.ran).toEqual(['nobody'])
  })

  test('one that goes alone waits for nobody', async () => {
    await atOnce([
      () => post('/together', { name: 'alone' }),
      () => post('/together', { name: 'Ana' }),
      () => post('/together', { name: 'Eva' }),
    ])
    expect(seen.batches).toEqual([1, 1, 2])
    expect(seen.ran[0]).toBe('alone')
  })

  test('a command that forgets somebody is a defect, and nothing is kept', async () => {
    const key = aKey()
    seen.silent = true
    const answers = [await keyed('/together', {}, key), await post('/together', {})]
    seen.silent = false
    expect(answers.map(({ status }) => status)).toEqual([500, 500])
    expect(await keptUnder(key)).toEqual([])
  })
})

describe('a file', () => {
  const upload = (content: string, key?: string) => {
    const payload = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n${content}\r\n--x--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=x', ...(key ? { 'idempotency-key': key } : {}) }
    return app.inject({ method: 'POST', url: '/upload', payload, headers })
  }

  test('is told from another one by its content; what a repeat or a refusal brings is thrown away', async () => {
    const key = aKey()
    const first = await upload('a;b', key)
    expect([first.statusCode, first.json()]).toEqual([201, { content: 'a;b' }])
    expect(seen.ran).toEqual(['a;b'])
    const again = await upload('a;b', key)
    expect([again.statusCode, again.json(), again.headers['idempotency-replayed']]).toEqual([
      201,
      { content: 'a;b' },
      'true',
    ])
    expect(seen.ran).toEqual(['a;b', 'discarded'])
    seen.ran.length = 0
    expect((await upload('c;d', key)).json()).toMatchObject({ status: 422, code: 'platform.key_reused' })
    expect(seen.ran).toEqual(['discarded'])
    seen.ran.length = 0
    expect((await upload('bad')).statusCode).toBe(409)
    expect(seen.ran).toEqual(['bad', 'discarded'])
    const refusedKey = aKey()
    expect((await upload('bad', refusedKey)).statusCode).toBe(409)
    expect(await keptUnder(refusedKey)).toEqual([])
    expect((await upload('e;f')).headers['idempotency-replayed']).toBeUndefined()
  })
})
