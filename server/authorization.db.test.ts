import { readFile } from 'node:fs/promises'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '#app'
import { openCustomerSession, resolvePerson } from '#customers'
import { type Actor, type Role, roles } from '#platform/actor'
import { loadConfig } from '#platform/config'
import { type AppContext, write } from '#platform/http'
import { allActions, authorize, can, defineActions } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import {
  authorizationPage,
  documentFile,
  expectedAnswer,
  placeless,
  routeCollector,
  silentRoutes,
} from './authorization.ts'
import { createApiKey } from './staff/index.ts'
import { aStaffCookie } from './staff/testing.ts'

type Caller = { name: string; actor: Actor; headers: Record<string, string> }
/** Stands for "the table let it pass": the handler itself never runs. */
const passed = 299

let t: TestDatabase
let app: FastifyInstance
let callers: Caller[]
const collector = routeCollector()

/** Ends each request after authorisation and before everything else, so that no route needs a body and none does anything. */
function stopBeforeWork(route: RouteOptions): void {
  collector.add(route)
  route.preValidation = async (_request, reply) => reply.code(passed).send('')
}

beforeAll(async () => {
  t = await testDatabase()
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false, onRoute: stopBeforeWork })
  await app.ready()
  callers = await makeCallers()
})
afterAll(async () => {
  await app.close()
  await t.close()
})

async function makeCallers(): Promise<Caller[]> {
  const staff = async (role: Role, locationIds?: string[]): Promise<Caller> => {
    const { memberId, cookie } = await aStaffCookie(t.db, t.clock, role, locationIds)
    const actor = {
      kind: 'staff',
      memberId,
      name: role,
      role,
      allPlaces: !locationIds,
      locationIds: locationIds ?? [],
      language: 'es',
    } as const
    return { name: `${role}${locationIds ? ' of another place' : ''}`, actor, headers: { cookie } }
  }
  const key = async (scopes: string[]): Promise<Caller> => {
    const made = await t.db.transaction((tx) =>
      createApiKey(tx, t.clock, { kind: 'system', name: 'test' }, { name: 'k', channelId: 'web', scopes }),
    )
    const actor = { kind: 'api_key', keyId: made.apiKey.id, name: 'k', channelId: 'web', scopes } as const
    return { name: `key for ${scopes.join(' ')}`, actor, headers: { authorization: `Bearer ${made.key}` } }
  }
  const scopes = [...new Set([...allActions().values()].flatMap(({ apiScope }) => apiScope ?? []))]
  const { personId, token } = await t.db.transaction(async (tx) => {
    const person = await resolvePerson(tx, t.clock, {
      identities: [{ kind: 'email', value: 'a@example.com', proof: 'code' }],
      source: 'test',
    })
    return { personId: person.personId, token: await openCustomerSession(tx, t.clock, person.personId) }
  })
  return [
    { name: 'public', actor: { kind: 'public' }, headers: {} },
    { name: 'customer', actor: { kind: 'customer', personId }, headers: { cookie: `hilo_customer=${token}` } },
    ...(await Promise.all(roles.map((role) => staff(role)))),
    ...(await Promise.all(roles.map((role) => staff(role, ['loc_elsewhere'])))),
    ...(await Promise.all(scopes.map((scope) => key([scope])))),
  ]
}

let asked = 0
async function answerTo({ headers }: Caller, method: string, url: string): Promise<string> {
  const path = url.replaceAll(/:\w+/g, 'x').replace('*', 'x')
  // Each from an address of its own: what is asked here is the table, not the rate limits.
  const remoteAddress = `10.${3 + Math.trunc(++asked / 62_500)}.${Math.trunc(asked / 250) % 250}.${asked % 250}`
  const response = await app.inject({ method: method as 'GET', url: path, headers, remoteAddress })
  if (response.statusCode === passed) return 'passes'
  const { code } = response.json<{ code: string }>()
  return code === 'platform.unauthenticated'
    ? 'log in'
    : code === 'platform.forbidden'
      ? 'forbidden'
      : `${response.statusCode} ${code}`
}

/** On the interfaces of staff a shopper's session counts for nothing, and the other way round. */
function seenAs({ actor }: Caller, url: string): Actor {
  const store = url.startsWith('/api/store/')
  if (actor.kind === 'customer' && !store) return { kind: 'public' }
  return actor.kind === 'staff' && store ? { kind: 'public' } : actor
}

describe('the authorisation matrix', () => {
  test('every route answers every role, key and shopper as its row says', async () => {
    const wrong: string[] = []
    for (const { method, url, action } of collector.routes) {
      const row = allActions().get(action)
      if (!row) wrong.push(`${method} ${url} has no row`)
      for (const caller of row ? callers : []) {
        const expected = expectedAnswer(row ?? {}, seenAs(caller, url))
        const got = await answerTo(caller, method, url)
        if (got !== expected) wrong.push(`${method} ${url} as ${caller.name}: ${got} instead of ${expected}`)
      }
    }
    expect(wrong).toEqual([])
    expect(collector.routes.length).toBeGreaterThan(100)
  })

  test('rows limited to places: allowed at the own place, refused at another, for every role', () => {
    const limited = [...allActions()].filter(([, { place }]) => place === 'own')
    expect(limited.length).toBeGreaterThan(10)
    for (const [action, row] of limited) {
      for (const role of roles) {
        const actor = {
          kind: 'staff',
          memberId: 'mbr_1',
          name: '',
          role,
          allPlaces: false,
          locationIds: ['loc_here'],
          language: 'es',
        } as const
        const may = expectedAnswer(row, actor) === 'passes'
        expect([action, role, can(actor, action, 'loc_here'), can(actor, action, 'loc_there')]).toEqual([
          action,
          role,
          may,
          false,
        ])
        expect(can({ ...actor, allPlaces: true }, action, 'loc_there')).toBe(may)
      }
    }
  })

  test('every route of such a row asks for the place before it works', () => {
    expect(silentRoutes(collector.routes)).toEqual([])
    const routes = collector.routes.map(({ method, url }) => `${method} ${url}`)
    expect(Object.keys(placeless).filter((route) => !routes.includes(route))).toEqual([])
  })

  test('every row of the table is used by a route', () => {
    const used = new Set(collector.routes.map(({ action }) => action))
    // Pages of the shop are no routes of the API, and one row is planted below.
    const elsewhere = /^(storefront|test)\./
    expect([...allActions().keys()].filter((action) => !used.has(action) && !elsewhere.test(action))).toEqual([])
  })

  test('docs/authorization.md is this table; else run: node server/authorization-page.ts --write', async () => {
    expect(await readFile(documentFile, 'utf8')).toBe(authorizationPage(collector.routes))
  })
})

describe('proven on planted faults', () => {
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  /** Builds the app with one more route in it. */
  async function build(plant: (app: FastifyInstance, context: AppContext) => void) {
    const faulty = routeCollector()
    const built = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false, onRoute: faulty.add })
    try {
      plant(built, { db: t.db, clock: t.clock, authorize })
    } finally {
      await built.close()
    }
    return faulty.routes
  }

  test('a route without a row stops the start', async () => {
    await expect(build((planted) => planted.get('/api/admin/planted', async () => 'open'))).rejects.toThrow(
      'GET /api/admin/planted has no row',
    )
    await expect(
      build((planted) => planted.get('/api/admin/planted', { config: { action: 'test.unknown' } }, async () => 'open')),
    ).rejects.toThrow('GET /api/admin/planted has no row')
  })

  test('a route limited to places that does not ask for the place is found', async () => {
    defineActions({ 'test.planted': { staff: ['counter'], place: 'own' } })
    const routes = await build((planted, context) =>
      write(planted, context, {
        method: 'POST',
        url: '/api/admin/planted',
        action: 'test.planted',
        tag: 'Test',
        summary: 'Test',
        schema: {},
        run: async () => 'done',
      }),
    )
    expect(silentRoutes(routes)).toContain('POST /api/admin/planted')
  })

  test('an answer that differs from the table is seen', async () => {
    const counter = callers.find(({ name }) => name === 'counter') as Caller
    const row = allActions().get('staff.members.read')
    expect(expectedAnswer(row ?? {}, counter.actor)).toBe('forbidden')
    expect(await answerTo(counter, 'GET', '/api/admin/staff')).toBe('forbidden')
    await t.db.run(
      sql`update staff.member set role = 'manager' where id = ${counter.actor.kind === 'staff' ? counter.actor.memberId : ''}`,
    )
    expect(await answerTo(counter, 'GET', '/api/admin/staff')).toBe('passes')
  })
})
