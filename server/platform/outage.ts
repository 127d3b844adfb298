/**
 * What Hilo does while its database is away or full.
 *
 *   BROWSING   home, collections, products, places, stock: the last good answers, marked with the time they were true
 *   THE REST   503 with Retry-After and a sentence, at once when the outage is known, within two seconds when it begins
 *   AFTERWARDS nothing to do: the first good look at the database ends it
 *
 * A write that was answered with 503 may have been done: the caller repeats it with the same Idempotency-Key and learns.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from './clock.ts'
import { DatabaseWatch, type WatchOptions } from './database-watch.ts'
import type { Db } from './db.ts'
import { type Problem, platformProblems, problemBody } from './problems.ts'
import { type Kept, Shelf, type ShelfRule } from './shelf.ts'
import { waitingPage } from './waiting-page.ts'

const million = 1_000_000

/** Reads that everybody may make and that the shop's pages are built from. */
export const browsing: Readonly<Record<string, ShelfRule>> = {
  '/api/store/collections': { charsMax: million },
  '/api/store/products': { charsMax: 8 * million, byLanguage: true },
  '/api/store/products/:handle': { charsMax: 12 * million },
  '/api/store/availability': { charsMax: 6 * million, mayIgnore: ['near', 'postal'] },
  '/api/store/places': { charsMax: million, mayIgnore: ['near', 'postal'] },
  '/api/store/delivery-options': { charsMax: million },
  '/api/store/search': { charsMax: 4 * million, byLanguage: true },
  '/api/store/search/suggest': { charsMax: million, byLanguage: true },
}
/** Answered by the process itself, whatever the database does. */
const selfReliant = /^\/api\/(health|problems|openapi\.json|docs)(\/|\?|$)/
/** Nobody waits longer than this for a database that does not answer. */
const waitMsMax = 1200
const retryAfterSeconds = 2
const html = 'text/html; charset=utf-8'
/** Header of an answer off the shelf: when it was true. */
export const asOfHeader = 'hilo-as-of'

declare module 'fastify' {
  interface FastifyInstance {
    outage: Outage
  }
  interface FastifyRequest {
    /** The answer is on its way, so nobody else may give one. */
    isAnswering: boolean
  }
}

export type Outage = { readonly isAway: boolean; readonly shelf: Shelf; readonly watch: DatabaseWatch }

type Waiting = { request: FastifyRequest; reply: FastifyReply; since: number }

/** Adds the behaviour above to the app; comes before everything that asks the database, such as who the caller is. */
export function registerOutage(
  app: FastifyInstance,
  { db, clock }: { db: Db; clock: Clock },
  options: WatchOptions = {},
): Outage {
  const watch = new DatabaseWatch(db, options)
  const shelf = new Shelf(browsing)
  const outage: Outage = {
    get isAway() {
      return watch.isAway
    },
    shelf,
    watch,
  }
  const waiting = new Set<Waiting>()
  const entries = new WeakMap<FastifyRequest, Waiting>()
  const leave = (request: FastifyRequest) => {
    const entry = entries.get(request)
    if (entry) waiting.delete(entry)
  }
  app.decorate('outage', outage)
  app.decorateRequest('isAnswering', false)

  app.addHook('onRequest', async (request, reply) => {
    const isApi = request.url.startsWith('/api/')
    if (watch.isAway && isApi && !selfReliant.test(request.url)) {
      const kept = keptFor(shelf, request)
      if (kept) return sendKept(reply, kept)
      throw platformProblems.unavailable({ retryAfterSeconds })
    }
    // Pages are shown as to a stranger: who signed in stands in the database.
    if (watch.isAway && !isApi) request.cookies = withoutSessions(request.cookies)
    if (watch.isAway) return undefined
    const entry = { request, reply, since: performance.now() }
    entries.set(request, entry)
    waiting.add(entry)
    return undefined
  })
  app.addHook('onSend', async (request, reply, payload) => {
    request.isAnswering = true
    const route = request.routeOptions.url
    if (reply.statusCode === 200 && request.method === 'GET' && route !== undefined && shelf.keeps(route)) {
      if (typeof payload === 'string' && !reply.hasHeader(asOfHeader))
        shelf.put({ route, url: request.url, language: request.language }, payload, clock.now())
    }
    return payload
  })
  app.addHook('onResponse', async (request) => leave(request))
  app.addHook('onRequestAbort', async (request) => leave(request))

  const sweep = () => {
    const now = performance.now()
    for (const entry of waiting) {
      if (now - entry.since < waitMsMax) continue
      waiting.delete(entry)
      if (!entry.request.isAnswering && !entry.reply.sent) answerInstead(app, shelf, entry)
    }
  }
  let sweeper: NodeJS.Timeout | undefined
  watch.onChange((isAway) => {
    clearInterval(sweeper)
    if (isAway) {
      sweep()
      sweeper = setInterval(sweep, 50).unref()
    }
    app.log.warn(isAway ? 'the database does not answer' : 'the database answers again')
  })
  app.addHook('onReady', async () => watch.start())
  app.addHook('onClose', async () => {
    clearInterval(sweeper)
    watch.stop()
  })
  return outage
}

/** The answer off the shelf for this request, or undefined. */
export function keptFor(shelf: Shelf, request: FastifyRequest): Kept | undefined {
  const route = request.routeOptions.url
  if (request.method !== 'GET' || route === undefined) return undefined
  return shelf.find({ route, url: request.url, language: request.language })
}

/** Sends an answer off the shelf, marked with its time and kept by nobody. */
export function sendKept(reply: FastifyReply, kept: Kept): FastifyReply {
  return reply
    .code(200)
    .headers(keptHeaders(kept))
    .serializer((text: string) => text)
    .send(kept.body)
}

function keptHeaders({ at }: Kept): Record<string, string> {
  return {
    [asOfHeader]: at.toISOString(),
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
  }
}

/**
 * For the error handler: what is on the shelf instead of "unavailable", or a page for people; undefined for every other problem. The
 * watch is told, so that it need not wait for its turn.
 */
export function keptInstead(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): FastifyReply | undefined {
  if (problem.code !== 'platform.unavailable' && problem.code !== 'platform.disk_full') return undefined
  if (app.hasDecorator('outage')) {
    app.outage.watch.suspect()
    const kept = keptFor(app.outage.shelf, request)
    if (kept) return sendKept(reply, kept)
  }
  const seconds = String(problem.data['retryAfterSeconds'] ?? retryAfterSeconds)
  if (!wantsPage(request)) return undefined
  return reply
    .code(503)
    .header('retry-after', seconds)
    .header('cache-control', 'no-store')
    .type(html)
    .serializer((text: string) => text)
    .send(page(request))
}

function wantsPage(request: FastifyRequest): boolean {
  return !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html')
}

const words = {
  es: {
    title: 'Volvemos enseguida',
    text: 'Ahora mismo no llegamos a nuestra base de datos. No se ha perdido nada: tu cesta y tus pedidos siguen donde estaban.',
    again: 'Intentarlo otra vez',
  },
  en: {
    title: 'Back in a moment',
    text: 'We cannot reach our database right now. Nothing was lost: your basket and orders are where they were.',
    again: 'Try again',
  },
} as const

/** For whoever asked for a page when not even the shop's own page can be made. It asks again by itself. */
function page(request: FastifyRequest): string {
  const language = /^\/en(?=[/?]|$)/.test(request.url) ? 'en' : request.language
  const isForm = request.method !== 'GET'
  return waitingPage({ language, ...words[language], reloadSeconds: isForm ? null : 5 })
}

/**
 * Answers for a handler that still waits. The reply is taken from it first: whatever it says later is not sent, so that no two answers
 * run into each other.
 */
function answerInstead(app: FastifyInstance, shelf: Shelf, { request, reply }: Waiting): void {
  reply.hijack()
  const isApi = request.url.startsWith('/api/')
  if (!isApi && request.method === 'GET') {
    showPageAgain(app, request, reply).catch((error: unknown) => {
      request.log.error({ err: error }, 'a page could not be made again')
      reply.raw.destroy()
    })
    return
  }
  const kept = isApi ? keptFor(shelf, request) : undefined
  if (kept) return finish(reply, { status: 200, headers: keptHeaders(kept), body: kept.body })
  const retry = { 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store' }
  if (wantsPage(request))
    return finish(reply, { status: 503, headers: { ...retry, 'content-type': html }, body: page(request) })
  const problem = platformProblems.unavailable({ retryAfterSeconds })
  const headers = { ...retry, 'content-type': 'application/problem+json; charset=utf-8' }
  finish(reply, { status: problem.status, headers, body: JSON.stringify(problemBody(problem, request.language)) })
}

/** A page that had begun to wait is made again; what it reads now comes off the shelf. */
async function showPageAgain(
  app: FastifyInstance,
  { url, headers, ip }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const again = { ...headers, 'accept-encoding': 'identity' }
  const made = await app.inject({ method: 'GET', url, headers: again, remoteAddress: ip })
  const { connection: _, 'transfer-encoding': __, ...kept } = made.headers
  finish(reply, { status: made.statusCode, headers: kept, body: made.rawPayload })
}

type Whole = { status: number; headers: Record<string, number | string | string[] | undefined>; body: string | Buffer }

function finish(reply: FastifyReply, { status, headers, body }: Whole): void {
  if (reply.raw.headersSent || reply.raw.destroyed) return
  const all: Whole['headers'] = { ...reply.getHeaders(), ...headers, 'content-length': Buffer.byteLength(body) }
  const set = Object.entries(all).filter(
    (entry): entry is [string, string | number | string[]] => entry[1] !== undefined,
  )
  reply.raw.writeHead(status, Object.fromEntries(set))
  reply.raw.end(body)
}

function withoutSessions(cookies: FastifyRequest['cookies']): FastifyRequest['cookies'] {
  return Object.fromEntries(Object.entries(cookies).filter(([name]) => !/hilo_(customer|staff)$/.test(name)))
}
