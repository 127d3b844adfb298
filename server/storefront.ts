import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { Client } from '@hilo/contract/client'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '#platform/http'
import { defineActions } from '#platform/permissions'
import { platformProblems } from '#platform/problems'
import { type Sheet, sheetFinder, wholePage } from './page-body.ts'
import { type MadePage, PageCache, type PageNotes, sendPage } from './page-cache.ts'
import { SharedAnswers } from './shared-answers.ts'
import { type Cookies, shopApi } from './shop-api.ts'

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
  const built = (await import(pathToFileURL(entry).href)) as { render: Render; sheets: Sheet[] }
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
      render: built.render,
      withSheet: sheetFinder(built.sheets),
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

type Shop = {
  app: FastifyInstance
  render: Render
  withSheet: ReturnType<typeof sheetFinder>
  publicUrl: string
  pages: PageCache
  answers: SharedAnswers
}
type Made = MadePage & { headers: Headers; setCookies: string[]; isOld: boolean }

async function page(shop: Shop, now: Date, request: FastifyRequest, reply: FastifyReply) {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const url = isRead ? withoutTracking(request.url) : request.url
  // While the database is away nobody can say whether a kept page is still true; pages then say from when they are.
  if (!isRead || shop.app.outage?.isAway)
    return send(reply, await makePage(shop, { now, url, request, notes: undefined }))
  let own: Made | undefined
  const kept = await shop.pages.give(request, {
    key: url,
    now,
    make: async (notes) => {
      own = await makePage(shop, { now, url, request, notes })
      return own
    },
  })
  if (kept) return sendPage(request, reply, kept)
  return send(reply, own as Made)
}

const tracking =
  /^(utm_[a-z_]+|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|igshid|yclid|mc_cid|mc_eid)=/i

/**
 * The address without what advertisements and newsletters add to it, another value for every click: the page is the same, and its own
 * links and forms do without. The browser's address keeps all of it, and whoever counts visits reads it there.
 */
export function withoutTracking(url: string): string {
  const at = url.indexOf('?')
  if (at < 0) return url
  const query = url.slice(at + 1)
  const left = query.split('&').filter((part) => !tracking.test(part))
  return left.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${left.join('&')}`
}

async function makePage(
  shop: Shop,
  { now, url, request, notes }: { now: Date; url: string; request: FastifyRequest; notes: PageNotes | undefined },
): Promise<Made> {
  const { app, publicUrl, answers } = shop
  const english = /^\/en(?=[/?]|$)/.test(url)
  const path = english ? url.slice(3).replace(/^(?!\/)/, '/') : url
  const cookies: Cookies = { ...request.cookies }
  const setCookies: string[] = []
  const old = { asOf: undefined as string | undefined }
  const secure = publicUrl.startsWith('https:')
  const lang = english ? 'en' : 'es'
  const locals: PageLocals = {
    api: shopApi(app, request, { answers, calls: { lang, cookies, outgoing: setCookies, old, notes } }),
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
  const { status, headers } = response
  setCookies.push(...headers.getSetCookie())
  return {
    status,
    contentType: headers.get('content-type') ?? 'text/html; charset=utf-8',
    body: shop.withSheet(Buffer.from(await response.arrayBuffer())),
    headers,
    setCookies,
    isOld: old.asOf !== undefined,
    mayKeep: setCookies.length === 0 && old.asOf === undefined && !headers.has('cache-control'),
  }
}

function send(reply: FastifyReply, { status, headers, setCookies, isOld, body }: Made) {
  reply.code(status)
  // Of the page without its stylesheet; how long the whole is Fastify finds out.
  for (const [name, value] of headers) if (name !== 'set-cookie' && name !== 'content-length') reply.header(name, value)
  for (const cookie of setCookies) reply.header('set-cookie', cookie)
  if (isOld) reply.header('cache-control', 'no-store')
  // A page shows the visitor's own basket: never kept by a proxy, asked again by the browser.
  else if (!headers.has('cache-control')) reply.header('cache-control', 'private, no-cache')
  return reply.send(wholePage(body))
}

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
