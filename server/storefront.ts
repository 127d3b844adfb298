import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fastifyStatic from '@fastify/static'
import { type Client, createClient } from '@hilo/contract/client'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '#platform/http'
import { asOfHeader } from '#platform/outage'
import { defineActions } from '#platform/permissions'
import { platformProblems } from '#platform/problems'
import { type MadePage, PageCache, type PageNotes, sendPage } from './page-cache.ts'
import { type Answered, SharedAnswers } from './shared-answers.ts'

export const storefrontActions = defineActions({ 'storefront.page.read': { everyone: true } })

/** What a page of the shop is given (App.Locals in apps/storefront/src/env.d.ts). */
type PageLocals = {
  api: Client
  lang: 'es' | 'en'
  path: string
  publicUrl: string
  now: Date
  cookies: Readonly<Record<string, string | undefined>>
  asOf(): string | undefined
  setCookie(name: string, value: string, maxAge: number): void
  log(error: unknown, text: string): void
}
type Render = (request: Request, locals: PageLocals) => Promise<Response>
export type StorefrontOptions = { publicUrl: string; dist?: string }

const builtShop = fileURLToPath(new URL('../apps/storefront/dist/', import.meta.url))
/** Spaces of other faces: an unknown address below them is not a page of the shop. */
const foreign = /^\/(api|console|pos|media|sim)(\/|$)/

/**
 * Serves the shop at `/` (Spanish) and `/en` (English) from the built Astro bundle, in this process.
 *
 * A page reads and writes through the public HTTP API only: `locals.api` injects requests into this same Fastify, with the
 * visitor's cookies and address, and hands cookies that the API sets on to the visitor.
 * @throws Error when the shop has not been built
 */
export async function registerStorefront(
  app: FastifyInstance,
  context: AppContext,
  options: StorefrontOptions,
): Promise<void> {
  const dist = options.dist ?? builtShop
  const entry = `${dist}server/entry.mjs`
  if (!existsSync(entry)) throw new Error('The shop has not been built yet: run npm run build.')
  const { render } = (await import(pathToFileURL(entry).href)) as { render: Render }
  await app.register(async (scope) => {
    // Every route in here, those of the static files included, is one row of the authorisation table.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, action: 'storefront.page.read' }
    })
    await scope.register(fastifyStatic, {
      root: `${dist}client/`,
      wildcard: false,
      decorateReply: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: cacheFor,
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 65_536 }, (_request, body, done) =>
      done(null, body),
    )
    const shop: Shop = {
      app,
      render,
      publicUrl: options.publicUrl,
      pages: new PageCache(context.db),
      answers: new SharedAnswers(),
    }
    scope.route({
      method: ['GET', 'POST'],
      url: '/*',
      schema: { hide: true } as never,
      handler: async (request, reply) => {
        if (foreign.test(request.url) || leavesTheSite(request.url)) throw platformProblems.not_found()
        return page(shop, context.clock.now(), request, reply)
      },
    })
  })
}

/**
 * `//other.example/…`: browsers read such an address as another host, so a page that sends the reader on to "the same place" (language,
 * whereabouts) would send them away. No page of the shop is called like that.
 */
export function leavesTheSite(url: string): boolean {
  return /^(\/en)?\/[/\\]/i.test(url)
}

/** Hashed files never change; the others (icon, robots.txt) may. */
function cacheFor(reply: { header(name: string, value: string): unknown }, path: string): void {
  reply.header(
    'cache-control',
    path.includes('/_astro/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
  )
}

type Shop = { app: FastifyInstance; render: Render; publicUrl: string; pages: PageCache; answers: SharedAnswers }
type Made = MadePage & { headers: [string, string][]; setCookies: string[] }

async function page(shop: Shop, now: Date, request: FastifyRequest, reply: FastifyReply) {
  // While the database is away nobody can say whether a kept page is still true; pages then say from when they are.
  if (request.method !== 'GET' || shop.app.outage?.isAway)
    return send(reply, await makePage(shop, { now, request, notes: undefined }))
  let own: Made | undefined
  const kept = await shop.pages.give(request, {
    key: request.url,
    now,
    make: async (notes) => {
      own = await makePage(shop, { now, request, notes })
      return own
    },
  })
  if (kept) return sendPage(request, reply, kept)
  return send(reply, own as Made)
}

async function makePage(
  shop: Shop,
  { now, request, notes }: { now: Date; request: FastifyRequest; notes: PageNotes | undefined },
): Promise<Made> {
  const { publicUrl } = shop
  const english = /^\/en(?=[/?]|$)/.test(request.url)
  const path = english ? request.url.slice(3).replace(/^(?!\/)/, '/') : request.url
  const cookies: Cookies = { ...request.cookies }
  const setCookies: string[] = []
  const old = { asOf: undefined as string | undefined }
  const secure = publicUrl.startsWith('https:')
  const lang = english ? 'en' : 'es'
  const locals: PageLocals = {
    api: inProcessClient(shop, request, { lang, cookies, outgoing: setCookies, old, notes }),
    lang,
    path,
    publicUrl,
    now,
    cookies: notes ? noting(cookies, notes.readsCookie) : cookies,
    asOf: () => old.asOf,
    setCookie: (name, value, maxAge) => {
      setCookies.push(
        `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAge}; SameSite=Lax${secure ? '; Secure' : ''}`,
      )
    },
    log: (error, text) => request.log.error({ err: error }, text),
  }
  const response = await shop.render(toRequest(request, path, publicUrl), locals)
  setCookies.push(...response.headers.getSetCookie())
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
  const mayKeep = setCookies.length === 0 && old.asOf === undefined && !response.headers.has('cache-control')
  if (old.asOf !== undefined) headers.push(['cache-control', 'no-store'])
  // A page shows the visitor's own basket: never kept by a proxy, asked again by the browser.
  else if (!response.headers.has('cache-control')) headers.push(['cache-control', 'private, no-cache'])
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? 'text/html; charset=utf-8',
    body: Buffer.from(await response.arrayBuffer()),
    headers,
    setCookies,
    mayKeep,
  }
}

function send(reply: FastifyReply, made: Made) {
  reply.code(made.status)
  for (const [name, value] of made.headers) reply.header(name, value)
  for (const cookie of made.setCookies) reply.header('set-cookie', cookie)
  return reply.send(made.body)
}

type Cookies = Record<string, string | undefined>

/** The same cookies, saying which of them are read. */
function noting(cookies: Cookies, read: (name: string) => void): Cookies {
  return new Proxy(cookies, {
    get: (target, name) => {
      if (typeof name !== 'string') return undefined
      read(name)
      return target[name]
    },
    ownKeys: (target) => {
      for (const name of Object.keys(target)) read(name)
      return Reflect.ownKeys(target)
    },
  })
}

/**
 * What a page sees of the request: its address below our own, and of a form its content. Nothing else of the visitor may get into a page
 * that others are shown, too: not the host they named, no header. Cookies come with the locals, where it is noted who reads them.
 */
function toRequest(request: FastifyRequest, path: string, publicUrl: string): Request {
  const url = new URL(path, publicUrl)
  if (request.method !== 'POST') return new Request(url)
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
  const body = Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : undefined
  return new Request(url, { method: 'POST', headers, body })
}

/** What the calls of one page share: cookies as they change, those to hand on, and the time of the oldest answer off the shelf. */
type PageCalls = {
  lang: 'es' | 'en'
  cookies: Cookies
  outgoing: string[]
  old: { asOf: string | undefined }
  notes: PageNotes | undefined
}

/** The typed client over `app.inject`: the same API as everybody's, without a network in between. */
function inProcessClient(shop: Shop, request: FastifyRequest, calls: PageCalls): Client {
  const { lang, notes, old } = calls
  return createClient({
    headers: () => ({ 'accept-language': lang }),
    fetch: async (input, init) => {
      const url = String(input)
      const method = init?.method ?? 'GET'
      await notes?.calls(method, url)
      const call = () => inject(shop.app, request, calls, { method, url, init })
      const versions = (method === 'GET' && notes?.versions) || null
      const { status, body, asOf } = await shop.answers.get({ name: `${lang} ${url}`, url, versions }, call)
      if (asOf !== undefined && (old.asOf === undefined || asOf < old.asOf)) old.asOf = asOf
      return new Response(status === 204 ? null : body, { status })
    },
  })
}

async function inject(
  app: FastifyInstance,
  request: FastifyRequest,
  { lang, cookies, outgoing }: PageCalls,
  { method, url, init }: { method: string; url: string; init: RequestInit | undefined },
): Promise<Answered> {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(init?.headers as Record<string, string>),
      cookie: cookieHeader({ ...cookies, hilo_lang: lang }),
    },
    payload: init?.body === undefined || init.body === null ? undefined : String(init.body),
    remoteAddress: request.ip,
  })
  for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
    outgoing.push(cookie)
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (name) cookies[name] = decodeURIComponent(value ?? '')
  }
  const asOf = answer.headers[asOfHeader]
  return { status: answer.statusCode, body: answer.body, ...(typeof asOf === 'string' ? { asOf } : {}) }
}

function cookieHeader(cookies: Record<string, string | undefined>): string {
  return Object.entries(cookies)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}
