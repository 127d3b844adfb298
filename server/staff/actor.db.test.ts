/** Who acts in a request, by what it brings along; and the cookie that carries a staff session. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { get, write, writeResumable } from '#platform/http'
import { defineActions } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { begunLogin, clearStaffCookie, requireRecentProof, setStaffCookie, staffCookie } from './actor.ts'
import { createApiKey } from './api-keys.ts'
import { openSession, type Stage } from './sessions.ts'
import { aMember, staffTestApp } from './testing.ts'

defineActions({
  'actor.look': { everyone: true },
  'actor.manage': { staff: ['manager'], apiScope: 'actor:write' },
})
const shopUrl = 'https://shop.example'

let t: TestDatabase
let app: FastifyInstance
let counter: { id: string; token: string; cookie: string }
let key: string
/** What the last request saw; held here because the answer must not depend on it. */
let request: FastifyRequest
beforeAll(async () => {
  t = await testDatabase()
  app = await staffTestApp(t, {
    extend: (base, context) => {
      const look = { action: 'actor.look', tag: 'Test', summary: 'Test', schema: {} }
      const run = async (input: { request: FastifyRequest }) => {
        request = input.request
        return { who: request.actor.kind, language: request.language, cart: request.cartToken ?? null }
      }
      for (const url of ['/api/look', '/api/store/look', '/look']) get(base, context, { ...look, url, run })
      get(base, context, { ...look, action: 'actor.manage', url: '/api/manage', run })
      write(base, context, { ...look, action: 'actor.manage', method: 'POST', url: '/api/things/:id', run })
      writeResumable(base, context, { ...look, action: 'actor.manage', url: '/api/long/:id', run })
      base.get('/open', async (asked) => ({ who: asked.actor.kind }))
      base.get('/give', async (asked, reply) => {
        const { url, stage } = asked.query as { url: string; stage: Stage }
        setStaffCookie(reply, url, 'the-token', stage)
        return {}
      })
      base.get('/take', async (asked, reply) => {
        clearStaffCookie(reply, (asked.query as { url: string }).url)
        return {}
      })
    },
  })
  const { id } = await aMember(t.db, t.clock, { role: 'counter', language: 'en' })
  counter = { id, ...(await session(id)) }
  key = (
    await t.db.transaction((tx) =>
      createApiKey(
        tx,
        t.clock,
        { kind: 'system', name: 'test' },
        { name: 'ERP', channelId: 'web', scopes: ['actor:write'] },
      ),
    )
  ).key
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

async function session(memberId: string, stage: Stage = 'full') {
  const token = await t.db.transaction((tx) => openSession(tx, t.clock, { memberId, stage }))
  return { token, cookie: `hilo_staff=${token}` }
}
async function ask(url: string, headers: Record<string, string> = {}) {
  const response = await app.inject({ url, headers })
  return {
    status: response.statusCode,
    ...response.json<{ who?: string; language?: string; cart?: string | null; code?: string }>(),
  }
}

describe('who acts', () => {
  test('a staff session, on the interfaces of staff; in the shop and on its pages a staff member is a shopper like any other', async () => {
    const { cookie } = counter
    expect((await ask('/api/look', { cookie })).who).toBe('staff')
    expect(request.actor).toMatchObject({ kind: 'staff', memberId: counter.id, role: 'counter' })
    expect(request.staffSession).toMatchObject({ memberId: counter.id, stage: 'full' })
    for (const url of ['/api/store/look', '/look'])
      expect([url, (await ask(url, { cookie })).who]).toEqual([url, 'public'])
    expect((await ask('/api/look')).who).toBe('public')
    expect([request.staffSession, request.actor]).toEqual([undefined, { kind: 'public' }])
    expect((await ask('/api/look', { cookie: 'hilo_staff=junk' })).who).toBe('public')
    expect((await ask('/api/look', { cookie: `__Host-${cookie}` })).who).toBe('public')
  })

  test('an API key, before any session and only on the API; one that is no key is refused, not ignored', async () => {
    const { cookie } = counter
    for (const authorization of [`Bearer ${key}`, `bearer ${key}`])
      expect((await ask('/api/look', { authorization, cookie })).who).toBe('api_key')
    expect(request.staffSession).toBeUndefined()
    expect((await ask('/api/store/look', { authorization: `Bearer ${key}` })).who).toBe('api_key')
    const wrong = ['Bearer junk', `Basic ${key}`, key, `Bearer ${'k'.repeat(201)}`, '']
    for (const authorization of wrong)
      expect([authorization, await ask('/api/look', { authorization, cookie })]).toMatchObject([
        authorization,
        { status: 401, code: 'staff.api_key_refused' },
      ])
    expect((await ask('/look', { authorization: 'Bearer junk' })).who).toBe('public')
  })

  test('may only what the table says; a route without a row asks nobody', async () => {
    expect(await ask('/api/manage')).toMatchObject({ status: 401, code: 'platform.unauthenticated' })
    expect(await ask('/api/manage', { cookie: counter.cookie })).toMatchObject({
      status: 403,
      code: 'platform.forbidden',
    })
    expect((await ask('/api/manage', { authorization: `Bearer ${key}` })).who).toBe('api_key')
    expect(await ask('/open')).toMatchObject({ status: 200, who: 'public' })
  })

  test('holds the basket of the header, else of the cookie; an empty or endless token is none', async () => {
    const cart = async (headers: Record<string, string>) => (await ask('/api/store/look', headers)).cart
    expect(await cart({})).toBeNull()
    expect(await cart({ cookie: 'hilo_cart=from-cookie' })).toBe('from-cookie')
    expect(await cart({ 'x-cart-token': 'from-header', cookie: 'hilo_cart=from-cookie' })).toBe('from-header')
    const both = 'hilo_cart=of-before; __Host-hilo_cart=of-this-host'
    expect(await cart({ cookie: both })).toBe('of-this-host')
    expect(await cart({ 'x-cart-token': 't'.repeat(200) })).toBe('t'.repeat(200))
    expect(await cart({ 'x-cart-token': 't'.repeat(201) })).toBeNull()
    expect(await cart({ 'x-cart-token': '', cookie: 'hilo_cart=from-cookie' })).toBeNull()
  })

  test('reads their own language, unless this address or this browser asks for another', async () => {
    const language = async (url: string, headers: Record<string, string>) => (await ask(url, headers)).language
    const { cookie } = counter
    const spanish = { 'accept-language': 'es' }
    expect(await language('/api/look', { ...spanish, cookie })).toBe('en')
    expect(await language('/api/look?lang=es', { cookie })).toBe('es')
    expect(await language('/api/look?page=2&lang=es', { cookie })).toBe('es')
    expect(await language('/api/look?slang=es', { ...spanish, cookie })).toBe('en')
    expect(await language('/api/look', { cookie: `${cookie}; hilo_lang=es` })).toBe('es')
    expect(await language('/api/look', spanish)).toBe('es')
  })

  test('is noted with what they did: in the transaction of the deed, or after the answer where it is several', async () => {
    const { cookie } = await session((await aMember(t.db, t.clock)).id)
    const noted = (id: string) =>
      t.db.many<{ action: string }>(sql`select action from staff.audit_entry where subject_id = ${id}`)
    const headers = { cookie, 'idempotency-key': 'thing' }
    expect((await app.inject({ method: 'POST', url: '/api/things/thing_1', headers })).statusCode).toBe(200)
    expect(await noted('thing_1')).toEqual([{ action: 'actor.manage' }])
    const together = sql`
      select a.xmin = k.xmin as is from staff.audit_entry a, platform.idempotency_key k where a.subject_id = 'thing_1' and k.key = 'thing'`
    expect(await t.db.one(together)).toEqual({ is: true })
    await app.inject({ method: 'POST', url: '/api/long/thing_2', headers: { cookie } })
    await expect.poll(() => noted('thing_2'), { timeout: 5_000 }).toEqual([{ action: 'actor.manage' }])
  })
})

describe('the cookie of a session', () => {
  const given = async (url: string, stage: Stage) =>
    (await app.inject({ url: `/give?stage=${stage}&url=${encodeURIComponent(url)}` })).cookies[0]

  test('lasts as long as the session may, is out of reach for scripts and other sites, and over https bound to the host', async () => {
    const all = { value: 'the-token', httpOnly: true, sameSite: 'Strict', path: '/' }
    expect(await given(shopUrl, 'full')).toEqual({ ...all, name: '__Host-hilo_staff', secure: true, maxAge: 57_600 })
    expect(await given('http://localhost', 'full')).toEqual({ ...all, name: 'hilo_staff', maxAge: 57_600 })
    for (const stage of ['second_factor', 'password', 'enroll'] as const)
      expect((await given(shopUrl, stage))?.maxAge).toBe(600)
    expect(staffCookie('http://https:')).toBe('hilo_staff')
  })

  test('is taken back with the pages that the browser kept, not with what a till has stored', async () => {
    for (const [url, name, secure] of [
      [shopUrl, '__Host-hilo_staff', { secure: true }],
      ['http://localhost', 'hilo_staff', {}],
    ] as const) {
      const answer = await app.inject({ url: `/take?url=${encodeURIComponent(url)}` })
      const flags = { name, value: '', path: '/', httpOnly: true, sameSite: 'Strict', ...secure }
      expect(answer.cookies).toEqual([{ ...flags, expires: new Date(0), maxAge: 0 }])
      expect(answer.headers['clear-site-data']).toBe('"cache"')
    }
  })
})

describe('a login that has begun', () => {
  const begun = async (cookies: Record<string, string>, stages: readonly Stage[], url = 'http://localhost') =>
    begunLogin(t, { cookies } as unknown as FastifyRequest, url, stages).then(
      ({ stage }) => stage,
      (error: { code: string }) => error.code,
    )

  test('goes on from the step it stands at, and from no other', async () => {
    const { token } = await session(counter.id, 'password')
    expect(await begun({ hilo_staff: token }, ['password'])).toBe('password')
    expect(await begun({ hilo_staff: token }, ['enroll', 'password'])).toBe('password')
    expect(await begun({ hilo_staff: token }, ['enroll', 'full'])).toBe('staff.step_missing')
    expect(await begun({ hilo_staff: token }, ['password'], shopUrl)).toBe('staff.step_missing')
    expect(await begun({}, ['password'])).toBe('staff.step_missing')
    expect(await begun({ hilo_staff: 'junk' }, ['password'])).toBe('staff.step_missing')
  })
})

describe('what is sensitive', () => {
  const proof = (of: object, afterMs = 0) => {
    try {
      requireRecentProof(of as FastifyRequest, { now: () => new Date(t.clock.now().getTime() + afterMs) })
      return 'passes'
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  test('asks staff for a proof of the last ten minutes; keys and the system are not asked', () => {
    const staff = { actor: { kind: 'staff' }, staffSession: { confirmedAt: t.clock.now() } }
    expect(proof(staff, 599_999)).toBe('passes')
    expect(proof(staff, 600_000)).toBe('staff.confirm_first')
    expect(proof({ ...staff, staffSession: undefined })).toBe('staff.confirm_first')
    for (const kind of ['api_key', 'system']) expect(proof({ actor: { kind } }, 600_000)).toBe('passes')
  })
})
