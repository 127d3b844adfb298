/** Who shops: a customer's session on the shop's pages and interface, and nowhere else; and the cookie that carries it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { clearCustomerCookie, customerCookie, registerCustomerActor, setCustomerCookie, signedIn } from './actor.ts'
import { openCustomerSession } from './sessions.ts'
import { aPerson } from './testing.ts'

const shopUrl = 'https://shop.example'
let t: TestDatabase
let app: FastifyInstance
let personId: string
let cookie: string
/** Who the request is before the customer's session is looked at. */
let before: Actor = { kind: 'public' }
beforeAll(async () => {
  t = await testDatabase()
  personId = await aPerson(t.db, t.clock)
  const token = await t.db.transaction((tx) => openCustomerSession(tx, t.clock, personId))
  cookie = `hilo_customer=${token}`
  app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'http://localhost',
    ratePerMinute: 10_000,
  })
  app.addHook('onRequest', async (request) => void (request.actor = before))
  registerCustomerActor(
    app,
    { db: t.db, clock: t.clock, authorize: () => undefined },
    { publicUrl: 'http://localhost' },
  )
  for (const url of ['/api/store/who', '/api/admin/who', '/api/storefront', '/who'])
    app.get(url, async (request) => request.actor)
  app.get('/give', async (request, reply) => {
    const { url } = request.query as { url: string }
    setCustomerCookie(reply, url, 'the-token')
    return {}
  })
  app.get('/take', async (request, reply) => {
    clearCustomerCookie(reply, (request.query as { url: string }).url)
    return {}
  })
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})
const who = async (url: string, headers: Record<string, string> = { cookie }) =>
  (await app.inject({ url, headers })).json<Actor>()

test('a session acts as its customer in the shop and on its pages, not on the interfaces of staff and software', async () => {
  const customer = { kind: 'customer', personId }
  expect(await who('/api/store/who')).toEqual(customer)
  expect(await who('/who')).toEqual(customer)
  for (const url of ['/api/admin/who', '/api/storefront']) expect(await who(url)).toEqual({ kind: 'public' })
  for (const headers of [{}, { cookie: 'hilo_customer=junk' }, { cookie: `__Host-${cookie}` }])
    expect(await who('/who', headers as Record<string, string>)).toEqual({ kind: 'public' })
})

test('whoever is known already stays who they are', async () => {
  before = { kind: 'api_key', keyId: 'apk_1', name: 'ERP', channelId: 'web', scopes: [] }
  expect(await who('/api/store/who')).toEqual(before)
  before = { kind: 'public' }
})

test('what is for a customer asks everybody else to sign in', () => {
  const asks = (actor: object) => signedIn({ actor } as FastifyRequest)
  expect(asks({ kind: 'customer', personId: 'per_1' })).toBe('per_1')
  for (const kind of ['public', 'staff', 'api_key'])
    expect(() => asks({ kind, personId: 'per_1' })).toThrow('platform.unauthenticated')
})

test('the cookie is out of reach for scripts, opens the shop from a mail, lasts half a year, and over https belongs to the host', async () => {
  const at = async (path: string, url: string) =>
    (await app.inject({ url: `${path}?url=${encodeURIComponent(url)}` })).cookies
  const all = { httpOnly: true, sameSite: 'Lax', path: '/' }
  const given = { ...all, value: 'the-token', maxAge: 15_552_000 }
  expect(await at('/give', shopUrl)).toEqual([{ ...given, name: '__Host-hilo_customer', secure: true }])
  expect(await at('/give', 'http://localhost')).toEqual([{ ...given, name: 'hilo_customer' }])
  const taken = { ...all, value: '', expires: new Date(0), maxAge: 0 }
  expect(await at('/take', shopUrl)).toEqual([{ ...taken, name: '__Host-hilo_customer', secure: true }])
  expect(await at('/take', 'http://localhost')).toEqual([{ ...taken, name: 'hilo_customer' }])
  expect(customerCookie('http://https:')).toBe('hilo_customer')
})
