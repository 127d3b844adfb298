import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#platform/actor'
import { defineActions } from '#platform/permissions'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { apiKeyActor, createApiKey, knownScopes, listApiKeys, revokeApiKey } from './api-keys.ts'
import { createMember } from './members.ts'
import {
  confirmedUntil,
  confirmSession,
  endSessions,
  listSessions,
  memberOfToken,
  openSession,
  type Stage,
  sessionOfToken,
  staffOfToken,
} from './sessions.ts'
import { claimAttempt, succeeded } from './throttle.ts'

defineActions({
  'access.read': { staff: ['manager'], apiScope: 'access:read' },
  'access.write': { staff: [], apiScope: 'access:write' },
})

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

const system: Actor = { kind: 'system', name: 'test' }
const after = (ms: number) => ({ now: () => new Date(t.clock.now().getTime() + ms) })
const minutes = (count: number) => count * 60_000
let made = 0
async function aMember() {
  made += 1
  const who = { name: `Eva ${made}`, email: `eva${made}@linoysal.example`, role: 'counter' as const }
  const { member } = await t.db.transaction((tx) =>
    createMember(tx, t.clock, system, { ...who, allPlaces: false, locationIds: ['loc_1'] }),
  )
  return member.id
}
const open = (
  memberId: string,
  stage: Stage = 'full',
  more: { replaces?: string; userAgent?: string; ip?: string } = {},
) => t.db.transaction((tx) => openSession(tx, t.clock, { memberId, stage, ...more }))
const told = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? { code: error.code, data: error.data } : String(error)),
  )

describe('a staff session', () => {
  test('says who acts and where, until four hours without a touch', async () => {
    const memberId = await aMember()
    const token = await open(memberId)
    const actor = {
      kind: 'staff',
      memberId,
      name: `Eva ${made}`,
      role: 'counter',
      allPlaces: false,
      locationIds: ['loc_1'],
      language: 'es',
    }
    expect(await staffOfToken(t.db, t.clock, token)).toEqual(actor)
    expect(await staffOfToken(t.db, after(minutes(240) - 1), token)).toEqual(actor)
    expect(await staffOfToken(t.db, t.clock, 'another token')).toBeUndefined()
    const untouched = await open(memberId)
    expect(await staffOfToken(t.db, after(minutes(240)), untouched)).toBeUndefined()
    expect(await sessionOfToken(t.db, after(minutes(240)), untouched)).toBeUndefined()
    expect(await sessionOfToken(t.db, after(minutes(240) - 1), untouched)).toMatchObject({ memberId, stage: 'full' })
  })

  test('ends after sixteen hours however busy; a touch is written at most once a minute', async () => {
    const memberId = await aMember()
    const token = await open(memberId)
    const lastUsed = async (at: number) => {
      expect(await memberOfToken(t.db, after(at), token)).toBeDefined()
      const { used } = await t.db.one<{ used: Date }>(
        sql`select last_used_at as used from staff.session where member_id = ${memberId}`,
      )
      return used.getTime() - t.clock.now().getTime()
    }
    expect(await lastUsed(minutes(1))).toBe(0)
    expect(await lastUsed(minutes(1) + 1)).toBe(minutes(1) + 1)
    for (const hours of [3, 6, 9, 12, 15]) await lastUsed(minutes(60 * hours))
    expect(await staffOfToken(t.db, after(minutes(960) - 1), token)).toBeDefined()
    expect(await staffOfToken(t.db, after(minutes(960)), token)).toBeUndefined()
  })

  test('that is not all the way in acts as nobody, and is over after ten minutes', async () => {
    const memberId = await aMember()
    const first = await open(memberId, 'second_factor')
    expect(await memberOfToken(t.db, t.clock, first)).toBeUndefined()
    const session = await sessionOfToken(t.db, after(minutes(10) - 1), first)
    expect(session).toMatchObject({ memberId, stage: 'second_factor', confirmedAt: t.clock.now() })
    expect(await sessionOfToken(t.db, after(minutes(10)), first)).toBeUndefined()
    // The next step gives a new token; the one seen before is worth nothing.
    const second = await open(memberId, 'full', { replaces: session?.tokenHash ?? '' })
    expect(await sessionOfToken(t.db, t.clock, first)).toBeUndefined()
    expect(await memberOfToken(t.db, t.clock, second)).toBeDefined()
  })

  test('of a person who was dismissed is over at once', async () => {
    const memberId = await aMember()
    const token = await open(memberId)
    await t.db.run(sql`update staff.member set status = 'disabled' where id = ${memberId}`)
    expect([await staffOfToken(t.db, t.clock, token), await sessionOfToken(t.db, t.clock, token)]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('knows for ten minutes that somebody proved who they are, and only this one session', async () => {
    const memberId = await aMember()
    const [one, other] = [await open(memberId), await open(memberId)]
    const session = async (token: string) => {
      const found = await sessionOfToken(t.db, t.clock, token)
      if (!found) throw new Error('no session')
      return found
    }
    const { tokenHash } = await session(one)
    await t.db.transaction((tx) => confirmSession(tx, after(5000), tokenHash))
    expect(confirmedUntil(await session(one))).toEqual(after(5000 + minutes(10)).now())
    expect(confirmedUntil(await session(other))).toEqual(after(minutes(10)).now())
  })

  test('is listed by its last touch, and not a moment longer than it lasts', async () => {
    const memberId = await aMember()
    const [one, other] = [await open(memberId), await open(memberId)]
    const idOf = async (token: string) => (await sessionOfToken(t.db, t.clock, token))?.tokenHash.slice(0, 16)
    const ids = [await idOf(one), await idOf(other)]
    const listed = async (at: number) => (await listSessions(t.db, after(at), { memberId })).map(({ id }) => id)
    await staffOfToken(t.db, after(minutes(2)), one)
    expect(await listed(minutes(3))).toEqual(ids)
    await staffOfToken(t.db, after(minutes(4)), other)
    expect(await listed(minutes(5))).toEqual(ids.toReversed())
    for (const hours of [3, 6, 9, 12, 15]) await staffOfToken(t.db, after(minutes(60 * hours)), one)
    expect([await listed(minutes(960) - 1), await listed(minutes(960))]).toEqual([[ids[0]], []])
  })

  test('is listed while it works, and ended one by one, all but this one, or all; nobody else’s', async () => {
    const [memberId, otherId] = [await aMember(), await aMember()]
    const tokens = [
      await open(memberId, 'full', { userAgent: 'x'.repeat(400), ip: '10.0.0.1' }),
      await open(memberId),
      await open(memberId),
    ]
    await open(memberId, 'password')
    const foreign = await open(otherId)
    const hash = (await sessionOfToken(t.db, t.clock, tokens[0] ?? ''))?.tokenHash ?? ''
    const list = (at = 0) => listSessions(t.db, after(at), { memberId, tokenHash: hash })
    const listed = await list()
    expect(listed).toHaveLength(3)
    expect(listed.filter(({ current }) => current)).toMatchObject([
      { id: hash.slice(0, 16), ip: '10.0.0.1', userAgent: 'x'.repeat(300) },
    ])
    expect((await listSessions(t.db, t.clock, { memberId })).some(({ current }) => current)).toBe(false)
    expect([(await list(minutes(240) - 1)).length, (await list(minutes(240))).length]).toEqual([3, 0])
    const end = (what: { id?: string; except?: string }) =>
      t.db.transaction((tx) => endSessions(tx, { memberId, ...what }))
    const id = listed.find(({ current }) => !current)?.id ?? ''
    expect([await end({ id }), await end({ id })]).toEqual([1, 0])
    expect(await end({ except: hash })).toBe(2)
    expect((await list()).map((one) => one.current)).toEqual([true])
    expect(await end({})).toBe(1)
    expect(await memberOfToken(t.db, t.clock, foreign)).toBeDefined()
  })
})

describe('an API key', () => {
  const create = (scopes: string[], expiresAt: Date | null = null) =>
    t.db.transaction((tx) => createApiKey(tx, t.clock, system, { name: 'ERP', channelId: 'web', scopes, expiresAt }))
  const audits = (id: string) =>
    t.db
      .many<{ action: string }>(sql`select action from staff.audit_entry where subject_id = ${id} order by id`)
      .then((rows) => rows.map(({ action }) => action))

  test('acts with its scopes for its channel; junk and strangers act as nobody', async () => {
    const { apiKey, key } = await create(['access:write', 'access:read', 'access:write'])
    expect(await apiKeyActor(t.db, t.clock, key)).toEqual({
      kind: 'api_key',
      keyId: apiKey.id,
      name: 'ERP',
      channelId: 'web',
      scopes: ['access:read', 'access:write'],
    })
    expect(apiKey).toMatchObject({ hint: key.slice(-4), createdBy: 'system:test', lastUsedAt: null, revokedAt: null })
    const { key: other } = await create(['access:read'])
    const wrong = `${key.slice(0, -4)}${other.slice(-4)}`
    expect([await apiKeyActor(t.db, t.clock, wrong), await apiKeyActor(t.db, t.clock, 'junk')]).toEqual([
      undefined,
      undefined,
    ])
    const both = await Promise.all([key, other].map((one) => apiKeyActor(t.db, t.clock, one)))
    expect(both.map((actor) => actor?.scopes.length)).toEqual([2, 1])
  })

  test('asks for scopes that exist, and says which do', async () => {
    expect(knownScopes()).toEqual(knownScopes().toSorted())
    expect(knownScopes()).toEqual(expect.arrayContaining(['access:read', 'access:write']))
    expect(await told(create(['access:read', 'access:all']))).toMatchObject({
      code: 'staff.unknown_scope',
      data: { parameter: 'scopes', unknown: ['access:all'], known: knownScopes() },
    })
  })

  test('ends when it expires, and for good when it is revoked; that is noted once', async () => {
    const { apiKey, key } = await create(['access:read'], after(minutes(5)).now())
    expect(await apiKeyActor(t.db, after(minutes(5) - 1), key)).toBeDefined()
    expect(await apiKeyActor(t.db, after(minutes(5)), key)).toBeUndefined()
    const { apiKey: other, key: otherKey } = await create(['access:read'])
    const revoke = (id: string) => t.db.transaction((tx) => revokeApiKey(tx, t.clock, system, id))
    expect((await revoke(apiKey.id)).revokedAt).toEqual(t.clock.now())
    await t.db.transaction((tx) => revokeApiKey(tx, after(1000), system, apiKey.id))
    expect((await listApiKeys(t.db)).find(({ id }) => id === apiKey.id)?.revokedAt).toEqual(t.clock.now())
    expect(await apiKeyActor(t.db, t.clock, key)).toBeUndefined()
    expect(await apiKeyActor(t.db, t.clock, otherKey)).toBeDefined()
    expect(await audits(apiKey.id)).toEqual(['staff.key.created', 'staff.key.revoked'])
    expect(await audits(other.id)).toEqual(['staff.key.created'])
    expect(await told(revoke('apk_nobody'))).toMatchObject({ code: 'platform.not_found' })
  })

  test('is listed newest first, of the same moment too', async () => {
    for (let i = 0; i < 3; i++) await create(['access:read'])
    const listed = await listApiKeys(t.db)
    const keyOf = ({ createdAt, id }: (typeof listed)[number]) => `${createdAt.toISOString()} ${id}`
    expect(listed.map(keyOf)).toEqual(listed.map(keyOf).toSorted().toReversed())
  })

  test('its last use is noted once a minute', async () => {
    const { apiKey, key } = await create(['access:read'])
    const used = async (at: number) => {
      await apiKeyActor(t.db, after(at), key)
      const { lastUsedAt } = (await listApiKeys(t.db)).find(({ id }) => id === apiKey.id) ?? {}
      return (lastUsedAt?.getTime() ?? 0) - t.clock.now().getTime()
    }
    expect([await used(0), await used(minutes(1)), await used(minutes(1) + 1)]).toEqual([0, 0, minutes(1) + 1])
  })
})

describe('guesses', () => {
  const guess = (account: string, ip: string, at = 0) => claimAttempt(t.db, after(at), { account, ip })

  test('five for an account in a quarter of an hour; then how long to wait, to the second', async () => {
    for (let i = 0; i < 5; i++) await guess('email:a', `10.1.0.${i}`, i * 1000)
    expect(await told(guess('email:a', '10.1.0.9', 10_500))).toMatchObject({
      code: 'staff.too_many_attempts',
      data: { retryAfterSeconds: 890 },
    })
    expect(await told(guess('email:a', '10.1.0.9', minutes(15) - 1))).toMatchObject({ data: { retryAfterSeconds: 1 } })
    expect(await told(guess('email:a', '10.1.0.9', minutes(15)))).toBe('done')
    expect(await told(guess('email:b', '10.1.0.1'))).toBe('done')
  })

  test('twenty from an address, whatever the account; who was refused is not counted', async () => {
    for (let i = 0; i < 20; i++) await guess(`email:ip${i}`, '10.2.0.1')
    expect(await told(guess('email:ip99', '10.2.0.1'))).toMatchObject({ code: 'staff.too_many_attempts' })
    const counted = await t.db.one(
      sql`select count(*)::int as n from staff.login_attempt where subject = 'account:email:ip99'`,
    )
    expect(counted).toEqual({ n: 0 })
  })

  test('a right one lets the account begin anew, and takes only itself off the address', async () => {
    for (let i = 0; i < 4; i++) await guess('email:c', '10.3.0.1', i)
    await succeeded(t.db, await guess('email:c', '10.3.0.1', 5))
    const failures = (subject: string) =>
      t.db
        .one<{ n: number }>(
          sql`select count(*)::int as n from staff.login_attempt where subject = ${subject} and not succeeded`,
        )
        .then(({ n }) => n)
    expect([await failures('account:email:c'), await failures('ip:10.3.0.1')]).toEqual([0, 4])
    const left = await t.db.many<{ at: Date }>(
      sql`select at from staff.login_attempt where subject = 'ip:10.3.0.1' and not succeeded order by at`,
    )
    expect(left.map(({ at }) => at.getTime() - t.clock.now().getTime())).toEqual([0, 1, 2, 3])
    for (let i = 0; i < 5; i++) expect(await told(guess('email:c', '10.3.0.1', 10 + i))).toBe('done')
    expect(await told(guess('email:c', '10.3.0.1', 20))).toMatchObject({ code: 'staff.too_many_attempts' })
  })
})
