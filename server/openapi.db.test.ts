import { gunzipSync } from 'node:zlib'
import { validate } from '@scalar/openapi-parser'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ZodType, z } from 'zod'
import { buildApp } from '#app'
import { loadConfig } from '#platform/config'
import { partsWithoutSpanish } from '#platform/reference-words'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { routeCollector } from './authorization.ts'
import { sampleBody } from './sample-body.ts'
import { aStaffCookie } from './staff/testing.ts'

type Media = { schema?: Record<string, unknown> }
type Operation = {
  operationId: string
  summary?: string
  tags?: string[]
  security?: unknown[]
  parameters?: { name: string; in: string }[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>
}
type Document = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, { content?: Record<string, Media> }> }
}

let t: TestDatabase
let app: FastifyInstance
let document: Document
const collector = routeCollector()
/** What each route checks its address with: `POST /api/x/{id}`. */
const params = new Map<string, ZodType>()
let owner: Record<string, string>

beforeAll(async () => {
  t = await testDatabase()
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  const onRoute = (route: RouteOptions) => {
    collector.add(route)
    if (route.schema?.params) params.set(`${String(route.method)} ${told(route.url)}`, route.schema.params as ZodType)
  }
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false, onRoute })
  owner = { cookie: (await aStaffCookie(t.db, t.clock, 'owner')).cookie }
  document = (await app.inject('/api/openapi.json')).json()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

const told = (url: string) => url.replaceAll(/:(\w+)/g, '{$1}')
let asked = 0
/** Calls an operation on something that is not there. */
async function call(name: string, options: { payload?: string | object; headers?: Record<string, string> } = {}) {
  const [method, path = ''] = name.split(' ')
  const values = sampleBody(params.get(name) ?? z.object({}), {}) as Record<string, string> | undefined
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, field: string) => String(values?.[field] ?? 'a'.repeat(26)))
  // Each from an address of its own: limits are tried elsewhere.
  const remoteAddress = `10.9.${Math.trunc(++asked / 250)}.${asked % 250}`
  const answer = await app.inject({ method: method as 'GET', url, remoteAddress, ...options })
  const isJson = String(answer.headers['content-type']).includes('json')
  const body = isJson ? answer.json<{ code?: string; parameter?: string; detail?: string }>() : {}
  return { ...body, status: String(answer.statusCode) }
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )
const without = (holds: (operation: Operation, name: string) => boolean) =>
  operations()
    .filter(({ operation, name }) => !holds(operation, name))
    .map(({ name }) => name)

test('the document is valid OpenAPI 3.1, and a broken one would be seen', async () => {
  expect(document.openapi).toBe('3.1.0')
  expect((await validate(structuredClone(document) as never)).valid).toBe(true)
  const broken = { ...structuredClone(document), paths: { '/api/health': { get: { responses: 'none' } } } }
  expect((await validate(broken as never)).valid).toBe(false)
})

test('every route of the API is in it, and nothing else', () => {
  const hidden = new Set(['GET /api/openapi.json', 'GET /api/docs', 'GET /metrics'])
  const routes = collector.routes
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    .filter((route) => !hidden.has(route))
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(routes.sort())
})

test('every operation has a name of its own, a sentence, a group, and says who may', () => {
  const names = operations().map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
  expect(without((operation) => Boolean(operation.summary && operation.tags?.length && operation.security))).toEqual([])
})

test('every operation says what it answers, and that it may refuse', () => {
  const told = ({ responses }: Operation) =>
    Object.entries(responses).some(
      ([status, { content }]) =>
        status === '204' ||
        (status.startsWith('2') &&
          Object.values(content ?? {}).some(({ schema }) => Object.keys(schema ?? {}).length > 0)),
    )
  expect(without(told)).toEqual([])
  expect(without(({ responses }) => '4XX' in responses && '5XX' in responses)).toEqual([])
})

test('every writing operation takes an Idempotency-Key', () => {
  const takesKey = ({ parameters }: Operation) =>
    parameters?.some((parameter) => parameter.in === 'header' && parameter.name === 'Idempotency-Key') ?? false
  expect(without((operation, name) => name.startsWith('GET ') !== takesKey(operation))).toEqual([])
})

test('a body is told as needed exactly where the server does not take the call without one', async () => {
  const wrong: string[] = []
  for (const { name, operation } of operations()) {
    if (!operation.requestBody?.content['application/json']) continue
    const { status, code, parameter, detail } = await call(name, { headers: owner })
    const isRefused = status === '422' && code === 'platform.invalid'
    if (isRefused !== operation.requestBody.required)
      wrong.push(
        `${name}: required ${operation.requestBody.required}, answered ${status} ${code} ${parameter} ${detail}`,
      )
  }
  expect(wrong).toEqual([])
  const needed = operations().filter(({ operation }) => operation.requestBody)
  expect(new Set(needed.map(({ operation }) => operation.requestBody?.required))).toEqual(new Set([true, false]))
})

test('every list that goes on tells the cursor that it takes', () => {
  const parameters = (operation: Operation) => operation.parameters?.map(({ name }) => name) ?? []
  const isPage = ({ responses }: Operation) =>
    'next' in ((responses['200']?.content?.['application/json']?.schema?.['properties'] as object | undefined) ?? {})
  expect(operations().filter(({ operation }) => isPage(operation)).length).toBeGreaterThan(20)
  expect(without((operation) => !isPage(operation) || parameters(operation).includes('cursor'))).toEqual([])
  expect(without((operation) => isPage(operation) || !parameters(operation).includes('cursor'))).toEqual([])
})

test('no value is told as "anything"', () => {
  const vague: string[] = []
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    if (!Array.isArray(schema) && Object.keys(schema).length === 0) vague.push(path)
    for (const [key, value] of Object.entries(schema)) {
      const isPlace = Array.isArray(schema) || ['items', 'anyOf', 'oneOf', 'allOf', 'schema'].includes(key)
      if (isPlace) walk(value, path)
      if (key === 'properties') for (const [name, field] of Object.entries(value)) walk(field, `${path}.${name}`)
    }
  }
  for (const { name, operation } of operations()) {
    walk(operation.parameters, name)
    for (const media of Object.values(operation.requestBody?.content ?? {})) walk(media.schema, name)
    for (const [status, { content }] of Object.entries(operation.responses))
      for (const media of Object.values(content ?? {})) walk(media.schema, `${name} ${status}`)
  }
  expect(vague).toEqual([])
})

/** Codes that an operation tells for a status. */
function codesOf({ responses }: Operation, status: string): string[] {
  const name = responses[status]?.$ref?.split('/').at(-1) ?? ''
  const schema = document.components.responses[name]?.content?.['application/problem+json']?.schema as
    | { allOf?: { properties?: { code?: { enum?: string[] } } }[] }
    | undefined
  return schema?.allOf?.[1]?.properties?.code?.enum ?? []
}

test('every refusal that exists is told by some operation, with its own status, and nothing else is', async () => {
  const inDocument = new Map<string, string>()
  for (const { operation } of operations())
    for (const status of Object.keys(operation.responses))
      for (const code of codesOf(operation, status)) inDocument.set(code, status)
  const { items } = (await app.inject('/api/problems')).json<{ items: { code: string; status: number }[] }>()
  const told = [...inDocument].map(([code, status]) => `${code} ${status}`).sort()
  expect(told).toEqual(items.map(({ code, status }) => `${code} ${status}`).sort())
})

test('what is refused at the door carries a code that the document tells', async () => {
  const wrong: string[] = []
  const seen = new Set<string>()
  const json = { 'content-type': 'application/json' }
  const answering = operations().filter(({ operation }) => !operation.responses['200']?.content?.['text/event-stream'])
  for (const { name, operation } of answering) {
    const tries = name.startsWith('GET ')
      ? [{}, { headers: owner }]
      : [
          {},
          { headers: { ...owner, ...json }, payload: '{broken' },
          { headers: { ...owner, 'content-type': 'application/x-unheard-of' }, payload: 'x' },
          { headers: { ...owner, ...json }, payload: { unheard: 'of' } },
          ...(name.includes('carts')
            ? [{ headers: { ...owner, ...json }, payload: `"${'x'.repeat(1_100_000)}"` }]
            : []),
        ]
    for (const options of tries) {
      const { status, code } = await call(name, options)
      if (code !== undefined) seen.add(code)
      if (Number(status) >= 400 && !codesOf(operation, status).includes(code ?? ''))
        wrong.push(`${name}: ${status} ${code}`)
    }
  }
  expect(wrong).toEqual([])
  for (const code of ['unauthenticated', 'malformed', 'too_large', 'media_type', 'invalid', 'not_found'])
    expect(seen).toContain(`platform.${code}`)
})

test('forms and files are told as what they are', () => {
  const upload = document.paths['/api/admin/imports']?.['post']?.requestBody?.content['multipart/form-data']
  expect(Object.keys((upload?.schema?.['properties'] as object | undefined) ?? {})).toEqual(['kind', 'format', 'file'])
  const events = document.paths['/api/events']?.['get']?.responses['200']?.content
  expect(Object.keys(events ?? {})).toEqual(['text/event-stream'])
})

test('the reference page loads its scripts from here and holds no script of its own', async () => {
  const { headers } = await app.inject('/api/docs')
  const page = await app.inject(String(headers.location))
  expect(page.headers['content-security-policy']).toContain("script-src 'self';")
  const scripts = [...page.body.matchAll(/<script([^>]*)>([^<]*)</g)].map(([, attributes, text]) => [attributes, text])
  expect(scripts).toEqual([
    [' src="/reference/js/scalar.js"', ''],
    [' src="/reference/start.js?lang=es"', ''],
  ])
  const start = await app.inject('/reference/start.js')
  expect([start.statusCode, start.body]).toEqual([200, expect.stringMatching(/^Scalar\.createApiReference\('#app'/)])
})

test('the reference page speaks its reader’s language; the document that software reads is one', async () => {
  const ask = async (url: string, language: string) =>
    (await app.inject({ url, headers: { 'accept-language': language } })).body
  expect(await ask('/reference/', 'en-GB')).toContain('<html lang="en">')
  expect(await ask('/reference/?lang=es', 'en-GB')).toContain('<html lang="es">')
  const start = await ask('/reference/start.js?lang=es', 'en-GB')
  expect(start).toContain('"localization":{"locale":"es"}')
  expect(start).toContain('/api/openapi.json?lang=es')
  expect(await ask('/api/openapi.json', 'es')).toBe(await ask('/api/openapi.json', 'en'))
  const spanish = JSON.parse(await ask('/api/openapi.json?lang=es', 'en'))
  const english = JSON.parse(await ask('/api/openapi.json', 'en'))
  expect(spanish.info.description).toContain('los textos de cada operación, en inglés')
  expect(spanish.tags).toContainEqual({ name: 'Orders', 'x-displayName': 'Pedidos' })
  expect(partsWithoutSpanish(english)).toEqual([])
  expect({ ...spanish, info: 0, tags: 0 }).toEqual({ ...english, info: 0, tags: 0 })
})

test('the script of the reference page is the one of its package, packed for whoever takes that', async () => {
  const url = '/reference/js/scalar.js'
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } })
  const plain = await app.inject({ url, headers: { 'accept-encoding': 'identity' } })
  expect([packed.headers['content-encoding'], plain.headers['content-encoding']]).toEqual(['gzip', undefined])
  expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
  expect(plain.body).toContain('createApiReference')
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
})
