import swagger from '@fastify/swagger'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { ZodType } from 'zod'
import { completeDocument, describeRoute, securitySchemes } from './openapi-document.ts'
import type { ModulesAsked } from './openapi-refusals.ts'
import { defineActions } from './permissions.ts'

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
  app.get('/api/openapi.json', open, async () => app.swagger())
  app.get('/api/docs', open, async (_request, reply) => reply.redirect('/reference/'))
  await app.register(registerPage)
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <title>Hilo API</title>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="/favicon.svg" />
  </head>
  <body>
    <div id="app"></div>
    <script src="/reference/js/scalar.js"></script>
    <script src="/reference/start.js"></script>
  </body>
</html>
`
/** No font, no proxy, no assistant of other hosts: the page talks to this server only. */
const options = {
  url: '/api/openapi.json',
  title: 'Hilo API',
  theme: 'default',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  proxyUrl: '',
  // Its third grey is too pale to read.
  customCss: '.light-mode{--scalar-color-3:#5c5c5c}.dark-mode{--scalar-color-3:#a8a8a8}',
}

/** The page of the package starts by an inline script, which our policy forbids everywhere: ours loads two files instead. */
async function registerPage(scope: FastifyInstance): Promise<void> {
  scope.addHook('onSend', async (_request, reply, payload) => {
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html')
    if (isPage) reply.removeHeader('content-length')
    return isPage ? page : payload
  })
  await scope.register(scalar, { routePrefix: '/reference', configuration: options as never })
  scope.get('/reference/start.js', { schema: { hide: true } as never }, async (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .send(`Scalar.createApiReference('#app', ${JSON.stringify(options)})\n`),
  )
}
