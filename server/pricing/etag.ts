import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answer, type RouteResult } from '#platform/http'

/** Answers with an ETag, or with 304 and nothing when the asker has the same answer already. */
export function withEtag(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  body: object,
): RouteResult {
  const tag = `W/"${createHash('sha1').update(JSON.stringify(body)).digest('base64url')}"`
  reply.header('etag', tag)
  reply.header('cache-control', 'no-cache')
  reply.header('vary', 'accept-language, cookie')
  const asked = String(request.headers['if-none-match'] ?? '').split(/\s*,\s*/)
  return asked.includes(tag) || asked.includes('*') ? answer(304, undefined) : body
}
