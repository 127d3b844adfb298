import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answersPiece,
  cleanKeys,
  findKeys,
  fingerprint,
  type Key,
  keepAnswer,
  keepAnswerAfter,
  keepRefusal,
  noteKey,
  takeKey,
} from './idempotency.ts'
import { Problem } from './problems.ts'
import { sql, writeAll } from './sql.ts'
import { meeting } from './testing/lock-waits.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

let keys = 0
const aKey = (more: Partial<Key> = {}): Key => ({
  scope: 'shopper',
  key: `key-${(keys += 1)}`,
  fingerprint: 'print',
  ...more,
})
const answer = { status: 201, body: { id: 'ord_1' } }
const reused = { code: 'platform.key_reused' }
const stored = (key: Key) =>
  t.db.maybeOne<{ status: number | null; body: unknown; fingerprint: string }>(
    sql`select status, body, fingerprint from platform.idempotency_key where scope = ${key.scope} and key = ${key.key}`,
  )
const take = (key: Key) => t.db.transaction((tx) => takeKey(tx, t.clock, key))
const refusalOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  return error instanceof Problem ? { code: error.code, parameter: error.data['parameter'] } : error
}

describe('the fingerprint of a request', () => {
  test('tells method, path with query, and body apart, and an absent body is an empty one', () => {
    const prints = [
      fingerprint('POST', '/a', { x: 1 }),
      fingerprint('PUT', '/a', { x: 1 }),
      fingerprint('POST', '/a?b', { x: 1 }),
      fingerprint('POST', '/a', { x: 2 }),
      fingerprint('POST', '/a', undefined),
    ]
    expect(new Set(prints).size).toBe(5)
    expect(fingerprint('POST', '/a', undefined)).toBe(fingerprint('POST', '/a', null))
    expect(fingerprint('POST', '/a', { x: 1 })).toBe(prints[0])
    expect(prints[0]).toMatch(/^[\w-]{43}$/)
  })
})

describe('a key taken inside the work', () => {
  test('is new once; a repeat gets the kept answer, in this scope only', async () => {
    const key = aKey()
    await t.db.transaction(async (tx) => {
      expect(await takeKey(tx, t.clock, key)).toBeUndefined()
      keepAnswer(tx, key, answer)
    })
    expect(await take(key)).toEqual(answer)
    const elsewhere = { ...key, scope: 'till' }
    expect(await take(elsewhere)).toBeUndefined()
    expect(await stored(elsewhere)).toEqual({ status: null, body: null, fingerprint: 'print' })
    expect(await stored(key)).toEqual({ ...answer, fingerprint: 'print' })
  })

  test('is answered alone: neither another key of this caller nor the same one of another caller gets the answer', async () => {
    const key = aKey()
    const others = [aKey(), { ...key, scope: 'till' }]
    for (const other of others) await take(other)
    await t.db.transaction(async (tx) => {
      await takeKey(tx, t.clock, key)
      keepAnswer(tx, key, answer)
    })
    expect(await Promise.all([key, ...others].map(stored))).toMatchObject([answer, { status: null }, { status: null }])
  })

  test('with another request is refused, answered or not', async () => {
    const key = aKey()
    await take(key)
    expect(await refusalOf(take({ ...key, fingerprint: 'other' }))).toEqual({ ...reused, parameter: 'Idempotency-Key' })
    expect(await take(key)).toBeUndefined()
    await keepAnswerAfter(t.db, key, answer)
    expect(await refusalOf(take({ ...key, fingerprint: 'other' }))).toMatchObject(reused)
  })

  test('is free again when the work was undone, and an answer of nothing is an answer', async () => {
    const key = aKey()
    await t.db
      .transaction(async (tx) => {
        await takeKey(tx, t.clock, key)
        keepAnswer(tx, key, { status: 204, body: undefined })
        throw new Error('undone')
      })
      .catch(() => undefined)
    expect(await stored(key)).toBeUndefined()
    await t.db.transaction(async (tx) => {
      await takeKey(tx, t.clock, key)
      keepAnswer(tx, key, { status: 204, body: undefined })
    })
    expect(await take(key)).toEqual({ status: 204, body: null })
  })

  test('two at the same moment: the second waits, and answers what the first did', async () => {
    const key = aKey()
    const second = await meeting(t.db, {
      first: async (tx) => {
        await takeKey(tx, t.clock, key)
        keepAnswer(tx, key, answer)
      },
      second: () => take(key),
    })
    expect(second).toEqual({ status: 'fulfilled', value: answer })
  })
})

describe('a key noted before work of several steps', () => {
  test('is no repeat the first time, one without an answer the second, and gives the answer once there is one', async () => {
    const key = aKey()
    expect(await noteKey(t.db, t.clock, key)).toEqual({ isRepeat: false })
    expect(await noteKey(t.db, t.clock, key)).toEqual({ isRepeat: true })
    await keepAnswerAfter(t.db, key, answer)
    expect(await noteKey(t.db, t.clock, key)).toEqual({ kept: answer, isRepeat: true })
    expect(await refusalOf(noteKey(t.db, t.clock, { ...key, fingerprint: 'other' }))).toEqual({
      ...reused,
      parameter: 'Idempotency-Key',
    })
    expect(await noteKey(t.db, t.clock, { ...key, scope: 'till' })).toEqual({ isRepeat: false })
  })

  test('many at once: of the same key one is the first; others keep their own; another request under it is refused alone', async () => {
    const [a, b, c] = [aKey(), aKey(), aKey()]
    await noteKey(t.db, t.clock, c)
    await keepAnswerAfter(t.db, c, answer)
    const asked = [a, a, b, { ...b, fingerprint: 'other' }, c, { ...c, scope: 'till' }]
    const outcomes = await Promise.allSettled([aKey(), ...asked].map((key) => noteKey(t.db, t.clock, key)))
    const told = outcomes.slice(1).map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Problem).code))
    expect(told).toEqual([
      { isRepeat: false },
      { isRepeat: true },
      { isRepeat: false },
      reused.code,
      { kept: answer, isRepeat: true },
      { isRepeat: false },
    ])
  })

  test('the same key of two callers at once: each gets what was answered to them', async () => {
    const mine = aKey()
    const theirs = { ...mine, scope: 'till', fingerprint: 'theirs' }
    const theirAnswer = { status: 200, body: 'theirs' }
    for (const key of [mine, theirs]) await noteKey(t.db, t.clock, key)
    await keepAnswerAfter(t.db, mine, answer)
    await keepAnswerAfter(t.db, theirs, theirAnswer)
    const asked = await Promise.all([aKey(), mine, theirs, mine].map((key) => noteKey(t.db, t.clock, key)))
    expect(asked.slice(1).map(({ kept }) => kept)).toEqual([answer, theirAnswer, answer])
  })

  test('answers kept together go to their own keys', async () => {
    const [a, b, untouched] = [aKey(), aKey(), aKey()]
    for (const key of [a, b, untouched]) await noteKey(t.db, t.clock, key)
    await Promise.all([
      keepAnswerAfter(t.db, aKey(), answer),
      keepAnswerAfter(t.db, a, { status: 200, body: 'a' }),
      keepAnswerAfter(t.db, b, { status: 204, body: undefined }),
    ])
    expect(await stored(a)).toMatchObject({ status: 200, body: 'a' })
    expect(await stored(b)).toMatchObject({ status: 204, body: null })
    expect(await stored(untouched)).toMatchObject({ status: null })
  })
})

describe('keys and answers written in one go', () => {
  test('are found by scope and key together', async () => {
    const [a, b] = [aKey(), aKey({ fingerprint: 'b' })]
    const kept = [
      { key: a, answer },
      { key: b, answer: { status: 204, body: undefined } },
    ]
    await t.db.transaction(async (tx) => tx.later(writeAll([answersPiece(t.clock, kept)])))
    const found = await findKeys(t.db, [a, b, { ...a, scope: 'till' }, aKey()])
    expect(found.toSorted((one, other) => one.key.localeCompare(other.key, 'en', { numeric: true }))).toEqual([
      { ...a, ...answer },
      { ...b, status: 204, body: null },
    ])
  })
})

describe('a refusal that is an answer', () => {
  const refusal = { status: 409, body: { code: 'orders.total_changed' } }

  test('is kept for a new key, and for one that has no answer yet', async () => {
    const [fresh, noted] = [aKey(), aKey()]
    await noteKey(t.db, t.clock, noted)
    for (const key of [fresh, noted]) {
      await keepRefusal(t.db, t.clock, key, refusal)
      expect(await stored(key)).toEqual({ ...refusal, fingerprint: 'print' })
    }
  })

  test('never takes the place of an answer, nor of another request', async () => {
    const [answered, other] = [aKey(), aKey()]
    for (const key of [answered, other]) await noteKey(t.db, t.clock, key)
    await keepAnswerAfter(t.db, answered, answer)
    await keepRefusal(t.db, t.clock, answered, refusal)
    expect(await stored(answered)).toMatchObject(answer)
    await keepRefusal(t.db, t.clock, { ...other, fingerprint: 'other' }, refusal)
    expect(await stored(other)).toMatchObject({ status: null, fingerprint: 'print' })
  })
})

test('keys are kept for two days, twice the promise, and dropped after', async () => {
  const key = aKey()
  await noteKey(t.db, t.clock, key)
  const at = (hours: number) => ({ now: () => new Date(t.clock.now().getTime() + hours * 3_600_000) })
  expect(await cleanKeys(t.db, at(48))).toBe(0)
  expect(await stored(key)).toBeDefined()
  expect(await cleanKeys(t.db, at(48.01))).toBeGreaterThan(0)
  expect(await stored(key)).toBeUndefined()
})
