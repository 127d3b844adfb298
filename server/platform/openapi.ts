import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { ZodType } from 'zod'
import { completeDocument, describeRoute, securitySchemes } from './openapi-document.ts'
import type { ModulesAsked } from './openapi-refusals.ts'
import { defineActions } from './permissions.ts'
import { registerReferencePage } from './reference-page.ts'
import { inSpanish } from './reference-words.ts'

defineActions({ 'platform.reference': { everyone: true } })

const about = `One customer, one stock, one price, one order, one conversation.

Money is in minor units with its currency, times are UTC. Lists give pages: pass \`next\` of an answer as \`cursor\`.

Every POST, PUT, PATCH and DELETE takes an \`Idempotency-Key\`: the same key and the same body get the same answer for at least 24
hours, also when the first answer was lost; another body under the same key is refused with 422. A repeated answer carries the header
\`Idempotency-Replayed: true\`.

Refusals are problems (RFC 9457) with a stable \`code\`; \`GET /api/problems\` lists them all.`

/** OpenAPI 3.1 at /api/openapi.json and its readable page at /api/docs. All assets come from here: it works offline. */
export async function registerOpenApi(
  app: FastifyInstance,
  { version, publicUrl, asks }: { version: string; publicUrl: string; asks: ModulesAsked },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hilo API',
        version,
        description: about,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as never,
      },
      servers: [{ url: publicUrl }],
      components: { securitySchemes: securitySchemes as never },
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input as never) as { schema: Record<string, unknown>; url: string }
      const body = (input.schema as { body?: ZodType } | undefined)?.body
      if (!url.startsWith('/api/')) return { schema: { ...schema, hide: true }, url }
      const method = [input.route.method].flat()[0] ?? 'GET'
      return {
        schema: describeRoute(schema, {
          method,
          url,
          config: input.route.config ?? {},
          bodyOptional: body?.safeParse({}).success ?? false,
        }),
        url,
      }
    },
    transformObject: (given) =>
      ('openapiObject' in given ? completeDocument(given.openapiObject as never, asks) : given) as never,
  })
  const open = { config: { action: 'platform.reference' }, schema: { hide: true } as never }
  // Software reads one document whatever its reader speaks; the page asks for the frame of its reader.
  app.get('/api/openapi.json', open, async ({ query }) =>
    (query as { lang?: unknown }).lang === 'es' ? inSpanish(app.swagger()) : app.swagger(),
  )
  app.get('/api/docs', open, async (_request, reply) => reply.redirect('/reference/'))
  await registerReferencePage(app)
}
