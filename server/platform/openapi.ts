import swagger from '@fastify/swagger'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { defineActions } from './permissions.ts'

defineActions({ 'platform.reference': { everyone: true } })

const problemSchema = {
  type: 'object',
  required: ['type', 'code', 'status', 'title', 'retry'],
  properties: {
    type: { type: 'string' },
    code: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    detail: { type: 'string' },
    remedy: { type: 'string' },
    parameter: { type: 'string' },
    retry: { type: 'string', enum: ['never', 'after_reload', 'later', 'after_change'] },
  },
}

/** OpenAPI 3.1 at /api/openapi.json and its readable page at /api/docs (assets are served from here, it works offline). */
export async function registerOpenApi(
  app: FastifyInstance,
  { version, publicUrl }: { version: string; publicUrl: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hilo API',
        version,
        description:
          'One customer, one stock, one price, one order, one conversation. Money is in minor units, times are UTC. Every POST takes an `Idempotency-Key` header: the same key and body get the same answer for at least 24 hours; refusals are RFC 9457 problems with a stable `code`.',
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key made in the console: hilo_live_…' },
          staff: { type: 'apiKey', in: 'cookie', name: 'hilo_staff' },
          cart: { type: 'apiKey', in: 'header', name: 'X-Cart-Token' },
        },
        schemas: { Problem: problemSchema as never },
      },
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input as never) as { schema: Record<string, unknown>; url: string }
      if (!url.startsWith('/api/')) return { schema: { ...schema, hide: true }, url }
      if (['POST', 'PUT', 'PATCH', 'DELETE'].includes(String(input.route.method))) {
        const headers = {
          type: 'object',
          properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 255 } },
        }
        return { schema: { ...schema, headers }, url }
      }
      return { schema, url }
    },
    transformObject: (document) =>
      ('openapiObject' in document ? withProblems(document.openapiObject as never) : (document as never)) as never,
  })
  app.get(
    '/api/openapi.json',
    { config: { action: 'platform.reference' }, schema: { hide: true } as never },
    async () => app.swagger(),
  )
  await app.register(scalar, {
    routePrefix: '/reference',
    configuration: { url: '/api/openapi.json', title: 'Hilo API', withDefaultFonts: false, theme: 'default' } as never,
  })
  app.get(
    '/api/docs',
    { config: { action: 'platform.reference' }, schema: { hide: true } as never },
    async (_request, reply) => reply.redirect('/reference/'),
  )
}

type Document = { paths?: Record<string, Record<string, { responses?: Record<string, unknown> }>> }

/** Every operation may answer a problem. */
function withProblems(document: Document): Document {
  const problem = {
    description: 'A refusal (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations))
      operation.responses = { ...operation.responses, '4XX': problem, '5XX': problem }
  }
  return document
}
