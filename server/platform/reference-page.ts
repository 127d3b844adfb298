import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { gunzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

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
const script = 'text/javascript; charset=utf-8'

/**
 * The readable page of the API. The package would start it by an inline script, which our policy forbids everywhere: ours loads two files
 * instead. The large one is taken out of the package when somebody opens the page for the first time.
 */
export async function registerReferencePage(app: FastifyInstance): Promise<void> {
  const open = { schema: { hide: true } as never }
  let packed: Promise<Buffer> | undefined
  const scriptOfPackage = () => {
    packed ??= takenOut().catch((error: unknown) => {
      packed = undefined
      throw error
    })
    return packed
  }
  app.get('/reference/', open, async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
  app.get('/reference/js/scalar.js', open, async (request, reply) => {
    const body = await scriptOfPackage()
    reply.type(script).header('vary', 'accept-encoding').header('cache-control', 'public, max-age=3600')
    const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return takesGzip ? reply.header('content-encoding', 'gzip').send(body) : reply.send(await promisify(gunzip)(body))
  })
  app.get('/reference/start.js', open, async (_request, reply) =>
    reply.type(script).send(`Scalar.createApiReference('#app', ${JSON.stringify(options)})\n`),
  )
}

/** The script as gzip. @throws Error when the worker ends without it */
function takenOut(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'reference-script.ts'))
    worker.once('message', (packed: Uint8Array) => resolve(Buffer.from(packed)))
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`the script of the reference page could not be taken out (${code})`)),
    )
  })
}
