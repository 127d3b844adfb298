import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { projectDir } from '#platform/config'
import type { AppContext } from '#platform/http'
import { registerStorefront } from './storefront.ts'

/** Console and till are single pages: every path below them answers the same document; hashed assets are kept for a year. */
async function mountSinglePage(app: FastifyInstance, path: '/console' | '/pos', folder: string): Promise<void> {
  const dist = join(projectDir, 'apps', folder, 'dist')
  if (!existsSync(join(dist, 'index.html'))) {
    app.get(`${path}/*`, async (_request, reply) =>
      reply.code(503).type('text/plain').send('Not built yet: npm run build'),
    )
    app.get(path, async (_request, reply) => reply.code(503).type('text/plain').send('Not built yet: npm run build'))
    return
  }
  const page = await readFile(join(dist, 'index.html'), 'utf8')
  await app.register(fastifyStatic, {
    root: join(dist, 'assets'),
    prefix: `${path}/assets/`,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    index: false,
  })
  const document = async (_request: unknown, reply: import('fastify').FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  app.get(path, document)
  app.get(`${path}/*`, document)
}

/** Mounts shop (everything that no other route takes), console and till. */
export async function mountFrontEnds(app: FastifyInstance, context: AppContext, publicUrl: string): Promise<void> {
  await mountSinglePage(app, '/console', 'console')
  await mountSinglePage(app, '/pos', 'pos')
  await registerStorefront(app, context, { publicUrl })
}
