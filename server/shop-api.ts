import type { ProblemBody } from '@hilo/contract'
import { ApiProblem, type CallOptions, type Client, createClient } from '@hilo/contract/client'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { asOfHeader } from '#platform/outage'
import type { PageNotes } from './page-cache.ts'
import type { RawAnswer, SharedAnswers } from './shared-answers.ts'

export type Cookies = Record<string, string | undefined>

/** What the calls of one page share: cookies as they change, those to hand on, and the time of the oldest answer off the shelf. */
export type PageCalls = {
  lang: 'es' | 'en'
  cookies: Cookies
  outgoing: string[]
  old: { asOf: string | undefined }
  notes: PageNotes | undefined
}
type Call = { method: string; url: string; headers: Record<string, string>; payload?: string | undefined }

/**
 * The public API as the shop's own pages call it: over `app.inject`, with the visitor's cookies and address and without a network in
 * between. What is answered alike to everybody comes from `answers` while it is true. Do not change what you are given.
 */
export function shopApi(
  app: FastifyInstance,
  request: FastifyRequest,
  { answers, calls }: { answers: SharedAnswers; calls: PageCalls },
): Client {
  const { lang, notes, old } = calls
  const noteAge = (asOf: string | undefined) => {
    if (asOf !== undefined && (old.asOf === undefined || asOf < old.asOf)) old.asOf = asOf
  }
  const client = createClient({
    headers: () => ({ 'accept-language': lang }),
    fetch: async (input, init) => {
      const [method, url] = [init?.method ?? 'GET', String(input)]
      await notes?.calls(method, url)
      const headers = init?.headers as Record<string, string>
      const payload = init?.body === undefined || init.body === null ? undefined : String(init.body)
      const { status, text, asOf } = await inject(app, request, calls, { method, url, headers, payload })
      noteAge(asOf)
      return new Response(status === 204 ? null : text, { status })
    },
  })
  const headers = { accept: 'application/json', 'accept-language': lang }
  return {
    ...client,
    get: async <T>(path: string, options?: CallOptions): Promise<T> => {
      const url = addressOf(path, options?.query)
      const figures = await notes?.calls('GET', url)
      const versions = notes?.versions ?? undefined
      const truth = versions === undefined ? undefined : `${versions}\n${figures}`
      const load = () => inject(app, request, calls, { method: 'GET', url, headers })
      const { status, body, asOf } = await answers.get({ url, truth }, load)
      noteAge(asOf)
      if (status >= 400) throw new ApiProblem(body as ProblemBody)
      return body as T
    },
  }
}

function addressOf(path: string, query: CallOptions['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  return search.size > 0 ? `${path}?${search}` : path
}

async function inject(
  app: FastifyInstance,
  request: FastifyRequest,
  { lang, cookies, outgoing }: PageCalls,
  { method, url, headers, payload }: Call,
): Promise<RawAnswer> {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: { ...headers, cookie: cookieHeader({ ...cookies, hilo_lang: lang }) },
    payload,
    remoteAddress: request.ip,
  })
  for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
    outgoing.push(cookie)
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (name) cookies[name] = decodeURIComponent(value ?? '')
  }
  const asOf = answer.headers[asOfHeader]
  return { status: answer.statusCode, text: answer.body, ...(typeof asOf === 'string' ? { asOf } : {}) }
}

function cookieHeader(cookies: Cookies): string {
  return Object.entries(cookies)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}
