import { validate } from '@scalar/openapi-parser'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from '#app'
import { loadConfig } from '#platform/config'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { routeCollector } from './authorization.ts'

type Media = { schema?: Record<string, unknown> }
type Operation = {
  operationId: string
  summary?: string
  tags?: string[]
  security?: unknown[]
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

let t: TestDatabase
let app: FastifyInstance
let document: Document
const collector = routeCollector()

beforeAll(async () => {
  t = await testDatabase()
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false, onRoute: collector.add })
  document = (await app.inject('/api/openapi.json')).json()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

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
  const hidden = new Set(['GET /api/openapi.json', 'GET /api/docs'])
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
    [' src="/reference/start.js"', ''],
  ])
  for (const file of ['/reference/js/scalar.js', '/reference/start.js'])
    expect((await app.inject(file)).statusCode).toBe(200)
})
