import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ZodType, z } from 'zod'
import { buildApp } from '#app'
import type { Role } from '#platform/actor'
import { loadConfig } from '#platform/config'
import { write } from '#platform/http'
import { allActions, authorize, defineActions } from '#platform/permissions'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { sampleBody } from './sample-body.ts'
import { aStaffCookie } from './staff/testing.ts'

type PlaceRoute = { method: string; url: string; role: Role; body: ZodType }
const [here, there] = ['loc_here1', 'loc_there1']
let t: TestDatabase
let app: FastifyInstance
const routes: PlaceRoute[] = []

beforeAll(async () => {
  t = await testDatabase()
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  app = await buildApp(
    { config, db: t.db, clock: t.clock },
    {
      frontEnds: false,
      onRoute: ({ method, url, config: { action } = {}, schema }) => {
        const row = allActions().get(action ?? '')
        const body = schema?.body as (ZodType & { shape?: Record<string, unknown> }) | undefined
        const role = row?.staff?.[0]
        if (row?.place === 'own' && role && body?.shape && 'locationId' in body.shape)
          routes.push({ method: String(method), url, role, body })
      },
    },
  )
  await app.ready()
  for (const [id, code] of [
    [here, 'HER'],
    [there, 'THE'],
  ]) {
    await t.db.run(sql`
      insert into inventory.location (id, code, kind, name, address, latitude, longitude, time_zone)
      values (${id}, ${code}, 'shop', ${code}, '{}', 39.47, -0.37, 'Europe/Madrid')`)
  }
})
afterAll(async () => {
  await app.close()
  await t.close()
})

async function ask(on: FastifyInstance, { method, url, role, body }: PlaceRoute, locationId: string | undefined) {
  const { cookie } = await aStaffCookie(t.db, t.clock, role, [here ?? ''])
  const payload = sampleBody(body, { locationId }) as object | undefined
  expect(payload, `${method} ${url}: no sample body; add a candidate to sample-body.ts`).toBeDefined()
  const path = url.replaceAll(/:\w+/g, 'per_sample1')
  const response = await on.inject({ method: method as 'POST', url: path, headers: { cookie }, payload })
  return { status: response.statusCode, code: response.body === '' ? '' : response.json<{ code?: string }>().code }
}

/** Routes that let a place-limited member act elsewhere, or not even at home. */
async function faultsOf(on: FastifyInstance, list: readonly PlaceRoute[]): Promise<string[]> {
  const wrong: string[] = []
  for (const route of list) {
    const [foreign, own] = [await ask(on, route, there), await ask(on, route, here)]
    const shown = `${route.method} ${route.url} as ${route.role}`
    if (foreign.status !== 403 || foreign.code !== 'platform.forbidden')
      wrong.push(`${shown} there: ${foreign.status} ${foreign.code}`)
    if (own.code === 'platform.forbidden' || own.status === 401 || own.status >= 500)
      wrong.push(`${shown} here: ${own.status} ${own.code}`)
  }
  return wrong
}

describe('own and foreign place, over HTTP', () => {
  test('every route that names a place in its body refuses another place and lets the own one through to the command', async () => {
    expect(routes.length).toBeGreaterThan(5)
    expect(await faultsOf(app, routes)).toEqual([])
  })

  test('a planted route that forgets to ask is found', async () => {
    defineActions({ 'test.forgetful': { staff: ['counter'], place: 'own' } })
    const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
    const faulty = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
    const body = z.strictObject({ locationId: z.string() })
    const planted = { method: 'POST', url: '/api/admin/forgetful', role: 'counter', body } as const
    const context = { db: t.db, clock: t.clock, authorize }
    write(faulty, context, {
      ...planted,
      action: 'test.forgetful',
      tag: 'Test',
      summary: 'Test',
      schema: { body },
      run: async () => ({ done: true }),
    })
    expect(await faultsOf(faulty, [planted])).toEqual(['POST /api/admin/forgetful as counter there: 200 undefined'])
    await faulty.close()
  })
})
