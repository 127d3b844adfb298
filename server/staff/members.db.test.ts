import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Role } from '#platform/actor'
import { get, write } from '#platform/http'
import { defineActions } from '#platform/permissions'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { createDemoStaff } from './demo.ts'
import { updateMember } from './members.ts'
import { aMember, aStaffCookie, staffTestApp } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
defineActions({
  'test.stock.read': { staff: ['stock'], apiScope: 'test:read' },
  'test.shop.close': { staff: ['manager'], place: 'own' },
})

beforeAll(async () => {
  t = await testDatabase()
  app = await staffTestApp(t, {
    extend: (extended, context) => {
      get(extended, context, {
        url: '/api/admin/test-stock',
        action: 'test.stock.read',
        tag: 'Test',
        summary: 'Test',
        schema: {},
        run: async ({ actor }) => actor,
      })
      write(extended, context, {
        method: 'POST',
        url: '/api/admin/test-shops/:locationId/close',
        action: 'test.shop.close',
        tag: 'Test',
        summary: 'Test',
        schema: { params: z.strictObject({ locationId: z.string() }) },
        run: async ({ params, mayActAt }) => {
          mayActAt(params.locationId)
          return { closed: params.locationId }
        },
      })
    },
  })
})
afterAll(async () => {
  await app.close()
  await t.close()
})

async function as(role: Role, locationIds?: string[]) {
  const { cookie, memberId } = await aStaffCookie(t.db, t.clock, role, locationIds)
  return {
    memberId,
    send: async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
      const response = await app.inject({ method, url, payload, headers: { cookie } })
      const json = String(response.headers['content-type']).includes('json')
      return { status: response.statusCode, body: json ? response.json() : response.body }
    },
  }
}

const person = (extra: object = {}) => ({
  email: `p${Math.trunc(performance.now() * 1000)}@example.com`,
  name: 'Nuevo',
  role: 'counter',
  allPlaces: true,
  ...extra,
})
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )

describe('people who work here', () => {
  test('a manager adds counter, service and stock people, and nobody above them', async () => {
    const manager = await as('manager')
    for (const role of ['counter', 'service', 'stock'])
      expect((await manager.send('POST', '/api/admin/staff', person({ role }))).status).toBe(201)
    for (const role of ['manager', 'owner']) {
      expect((await manager.send('POST', '/api/admin/staff', person({ role }))).body).toMatchObject({
        status: 403,
        code: 'staff.above_you',
      })
    }
  })

  test('a manager of one shop neither sees nor manages the people of another', async () => {
    const valencia = await as('manager', ['loc_vlc'])
    const theirs = await aMember(t.db, t.clock, { role: 'counter', locationIds: ['loc_vlc'] })
    const foreign = await aMember(t.db, t.clock, { role: 'counter', locationIds: ['loc_bio'] })
    const list = await valencia.send('GET', '/api/admin/staff?limit=200')
    const ids = list.body.items.map(({ id }: { id: string }) => id)
    expect(ids).toContain(theirs.id)
    expect(ids).not.toContain(foreign.id)
    expect((await valencia.send('GET', `/api/admin/staff/${theirs.id}`)).status).toBe(200)
    expect((await valencia.send('GET', `/api/admin/staff/${foreign.id}`)).status).toBe(404)
    expect((await valencia.send('PATCH', `/api/admin/staff/${theirs.id}`, { name: 'Otra' })).status).toBe(200)
    for (const change of [{ name: 'Otra' }, { locationIds: ['loc_vlc'] }]) {
      expect((await valencia.send('PATCH', `/api/admin/staff/${foreign.id}`, change)).body.code).toBe('staff.above_you')
    }
    expect(
      (await valencia.send('PATCH', `/api/admin/staff/${theirs.id}`, { locationIds: ['loc_vlc', 'loc_bio'] })).body
        .code,
    ).toBe('staff.above_you')
    expect((await valencia.send('POST', `/api/admin/staff/${foreign.id}/reset`)).body.code).toBe('staff.above_you')
  })

  test('a manager ends sessions of people below them in their places, never those of others; a stranger stays unseen', async () => {
    const manager = await as('manager', ['loc_vlc'])
    const theirs = await as('counter', ['loc_vlc'])
    const foreign = await as('counter', ['loc_bio'])
    const owner = await as('owner')
    const sessionsOf = (id: string) => `/api/admin/staff/${id}/sessions`
    for (const { memberId } of [foreign, owner]) {
      expect((await manager.send('GET', sessionsOf(memberId))).body.code).toBe('staff.above_you')
      expect((await manager.send('DELETE', `${sessionsOf(memberId)}/all`)).body.code).toBe('staff.above_you')
    }
    expect((await foreign.send('GET', '/api/staff/me')).status).toBe(200)
    const { body } = await manager.send('GET', sessionsOf(theirs.memberId))
    expect(body.items).toHaveLength(1)
    expect(body.items[0].current).toBe(false)
    expect((await manager.send('DELETE', `${sessionsOf(theirs.memberId)}/nothing`)).status).toBe(404)
    expect((await manager.send('DELETE', `${sessionsOf(theirs.memberId)}/${body.items[0].id}`)).status).toBe(204)
    expect((await theirs.send('GET', '/api/staff/me')).status).toBe(401)
  })

  test('a manager does not promote anybody, themselves included', async () => {
    const manager = await as('manager')
    const counter = await aMember(t.db, t.clock, { role: 'counter' })
    expect((await manager.send('PATCH', `/api/admin/staff/${counter.id}`, { role: 'manager' })).body.code).toBe(
      'staff.above_you',
    )
    expect((await manager.send('PATCH', `/api/admin/staff/${manager.memberId}`, { role: 'owner' })).body.code).toBe(
      'staff.above_you',
    )
  })

  test('fields nobody declared are refused by name', async () => {
    const owner = await as('owner')
    const refused = await owner.send('POST', '/api/admin/staff', person({ passwordHash: 'x' }))
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain('passwordHash')
  })

  test('one mail, one member, whatever the case', async () => {
    const owner = await as('owner')
    const first = person()
    await owner.send('POST', '/api/admin/staff', first)
    expect(
      (await owner.send('POST', '/api/admin/staff', { ...first, email: first.email.toUpperCase() })).body.code,
    ).toBe('staff.email_taken')
    const other = await aMember(t.db, t.clock)
    expect((await owner.send('PATCH', `/api/admin/staff/${other.id}`, { email: first.email })).body.code).toBe(
      'staff.email_taken',
    )
  })

  test('a reset takes password, codes, passkeys and sessions, and shows a new one-time password once', async () => {
    const owner = await as('owner')
    const { cookie, memberId } = await aStaffCookie(t.db, t.clock, 'counter')
    await t.db.run(sql`update staff.member set otp_secret = 'x' where id = ${memberId}`)
    const reset = await owner.send('POST', `/api/admin/staff/${memberId}/reset`)
    expect(reset.body).toMatchObject({ member: { otp: false, passkeys: 0, passwordMustChange: true } })
    expect(reset.body.oneTimePassword).toMatch(/^[2-9a-z]{4}(-[2-9a-z]{4}){3}$/)
    expect((await app.inject({ url: '/api/staff/me', headers: { cookie } })).statusCode).toBe(401)
    const { dump } = await t.db.one<{ dump: string }>(sql`
      select (select coalesce(json_agg(k), '[]')::text from platform.idempotency_key k) || (select json_agg(a)::text from staff.audit_entry a) as dump`)
    expect(dump).not.toContain(reset.body.oneTimePassword)
  })

  test('two owners who dismiss each other at once: one stays', async () => {
    await t.db.run(sql`update staff.member set status = 'disabled' where role = 'owner'`)
    const [a, b] = [await aMember(t.db, t.clock, { role: 'owner' }), await aMember(t.db, t.clock, { role: 'owner' })]
    const system = { kind: 'system', name: 'test' } as const
    const dismiss = (id: string) =>
      codeOf(t.db.transaction((tx) => updateMember(tx, t.clock, system, id, { status: 'disabled' })))
    expect((await Promise.all([dismiss(a.id), dismiss(b.id)])).sort()).toEqual(['none', 'staff.last_owner'])
  })

  test('the demo has one person for each role, and whoever chose a password keeps it', async () => {
    const logins = await createDemoStaff(t.db, t.clock)
    expect(logins.map(({ role }) => role).sort()).toEqual(['counter', 'manager', 'owner', 'service', 'stock'])
    await t.db.run(sql`update staff.member set password_must_change = false where email = ${logins[0]?.email}`)
    const again = await createDemoStaff(t.db, t.clock)
    expect(again.map(({ email }) => email)).toEqual(logins.slice(1).map(({ email }) => email))
    expect(again[0]?.oneTimePassword).not.toBe(logins[1]?.oneTimePassword)
  })
})

describe('the right to act', () => {
  test('who is not logged in is asked to; who may not is told so; who acts elsewhere is told that', async () => {
    expect((await app.inject({ url: '/api/admin/test-stock' })).statusCode).toBe(401)
    expect((await (await as('counter')).send('GET', '/api/admin/test-stock')).status).toBe(403)
    expect((await (await as('stock')).send('GET', '/api/admin/test-stock')).status).toBe(200)
    const manager = await as('manager', ['loc_vlc'])
    expect((await manager.send('POST', '/api/admin/test-shops/loc_vlc/close')).status).toBe(200)
    expect((await manager.send('POST', '/api/admin/test-shops/loc_bio/close')).body).toMatchObject({
      status: 403,
      locationId: 'loc_bio',
    })
  })

  test('a role taken away is gone with the next request', async () => {
    const manager = await as('manager')
    expect((await manager.send('GET', '/api/admin/staff')).status).toBe(200)
    await t.db.run(sql`update staff.member set role = 'stock' where id = ${manager.memberId}`)
    expect((await manager.send('GET', '/api/admin/staff')).status).toBe(403)
  })
})

const bearer = (key: string) =>
  app.inject({ url: '/api/admin/test-stock', headers: { authorization: `Bearer ${key}` } })

describe('API keys', () => {
  test('a key acts for its channel within its scopes, until it is revoked', async () => {
    const owner = await as('owner')
    const made = await owner.send('POST', '/api/admin/api-keys', {
      name: 'Almacén',
      channelId: 'marketplace',
      scopes: ['test:read'],
    })
    expect(made.status).toBe(201)
    const { key, apiKey } = made.body
    expect(key).toMatch(/^hilo_live_[0-9A-Za-z]{38}$/)
    expect(key.slice(-4)).toBe(apiKey.hint)
    expect((await bearer(key)).json()).toMatchObject({
      kind: 'api_key',
      channelId: 'marketplace',
      scopes: ['test:read'],
    })
    const { dump } = await t.db.one<{ dump: string }>(sql`select json_agg(k)::text as dump from staff.api_key k`)
    expect(dump).not.toContain(key)
    await owner.send('DELETE', `/api/admin/api-keys/${apiKey.id}`)
    expect((await bearer(key)).statusCode).toBe(401)
  })

  test('another scope, an expired key, a mistyped key and junk do not pass', async () => {
    const owner = await as('owner')
    const other = await owner.send('POST', '/api/admin/api-keys', {
      name: 'a',
      channelId: 'web',
      scopes: ['test:read'],
    })
    await t.db.run(sql`update staff.api_key set scopes = '{}' where id = ${other.body.apiKey.id}`)
    expect((await bearer(other.body.key)).statusCode).toBe(403)
    const expiresAt = new Date(t.clock.now().getTime() + 60_000).toISOString()
    const short = await owner.send('POST', '/api/admin/api-keys', {
      name: 'b',
      channelId: 'web',
      scopes: ['test:read'],
      expiresAt,
    })
    expect((await bearer(short.body.key)).statusCode).toBe(200)
    t.clock.advance(60_000)
    expect((await bearer(short.body.key)).statusCode).toBe(401)
    expect((await bearer(`${short.body.key.slice(0, -1)}_`)).statusCode).toBe(401)
    expect((await bearer('hilo_live_')).statusCode).toBe(401)
  })

  test('a scope that no route knows is refused with those that exist', async () => {
    const owner = await as('owner')
    const refused = await owner.send('POST', '/api/admin/api-keys', {
      name: 'a',
      channelId: 'web',
      scopes: ['everything:write'],
    })
    expect(refused.body).toMatchObject({ code: 'staff.unknown_scope', unknown: ['everything:write'] })
    expect(refused.body.known).toContain('test:read')
  })

  test('a key for a channel that does not exist is refused with those that do', async () => {
    const owner = await as('owner')
    const body = { name: 'a', channelId: 'wbe', scopes: ['test:read'] }
    const refused = await owner.send('POST', '/api/admin/api-keys', body)
    expect([refused.status, refused.body.code, refused.body.known]).toEqual([
      422,
      'staff.unknown_channel',
      ['web', 'marketplace'],
    ])
  })

  test('only owners see and make keys', async () => {
    expect((await (await as('manager')).send('GET', '/api/admin/api-keys')).status).toBe(403)
  })
})

describe('the audit', () => {
  test('what a command writes itself stands there once, with the request it came by', async () => {
    const owner = await as('owner')
    const { body } = await owner.send('POST', '/api/admin/staff', person())
    const list = await owner.send('GET', `/api/admin/audit?subjectId=${body.member.id}`)
    expect(list.body.items).toMatchObject([
      { action: 'staff.member.created', actorId: owner.memberId, actorKind: 'staff' },
    ])
    expect(list.body.items[0].requestId).toMatch(/^req_/)
  })

  test('what a command does not write itself is written for it; refusals and readings are not', async () => {
    const manager = await as('manager', ['loc_mad'])
    await manager.send('POST', '/api/admin/test-shops/loc_mad/close')
    await manager.send('POST', '/api/admin/test-shops/loc_vlc/close')
    await manager.send('GET', '/api/admin/staff')
    const list = await manager.send('GET', `/api/admin/audit?actorId=${manager.memberId}`)
    expect(list.body.items).toMatchObject([{ action: 'test.shop.close', locationId: 'loc_mad', subjectId: 'loc_mad' }])
    expect(list.body.items).toHaveLength(1)
  })

  test('pages follow each other without gap or repeat, filters hold, and the CSV has them all', async () => {
    const owner = await as('owner')
    for (let i = 0; i < 5; i++) await owner.send('POST', '/api/admin/staff', person({ name: `=cmd${i}` }))
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await owner.send(
        'GET',
        `/api/admin/audit?limit=2&action=staff.&actorId=${owner.memberId}${next === '' ? '' : `&cursor=${next}`}`,
      )
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      next = body.next
    }
    expect(new Set(seen).size).toBe(5)
    expect(seen).toHaveLength(5)
    const csv = await owner.send('GET', `/api/admin/audit/export?actorId=${owner.memberId}`)
    expect(csv.body.trim().split('\n')).toHaveLength(6)
  })

  test('nobody rewrites or removes an entry, not even with SQL', async () => {
    const count = () =>
      t.db.one<{ n: number }>(sql`select count(*)::int as n from staff.audit_entry where actor_name <> 'Mallory'`)
    const before = await count()
    await t.db.run(sql`delete from staff.audit_entry`)
    await t.db.run(sql`update staff.audit_entry set actor_name = 'Mallory'`)
    expect(await count()).toEqual(before)
  })
})
