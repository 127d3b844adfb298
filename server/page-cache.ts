/**
 * Pages of the shop that are the same for everybody, kept as they were sent while everything they show is still true.
 *
 *   ASKED     which calls a page made and which cookies it read says whether it may be kept: only calls that everybody may make,
 *             only cookies that stand in its key
 *   TRUE      versions of catalog, places and prices, the figures of every variant it shows, and the minute are as they were
 *   MADE      once for all who ask at the same time
 *   SENT      compressed once for each encoding, with an ETag for whoever has it already
 */
import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFigures } from '#inventory'
import type { Queryable } from '#platform/db'
import { readVersions, versionText } from '#pricing'
import { encodingFor, KeptBody, type PageBytes, tagOf } from './page-body.ts'
import { PageShelf } from './page-shelf.ts'

/** Calls whose answers depend on nobody; what they depend on is checked before a kept page is sent. */
const shared = /^\/api\/store\/(products|search|collections|places|delivery-options|availability)([/?]|$)/
/** Cookies that a kept page may depend on, because they are part of its key. */
const keyed = ['hilo_near', 'hilo_units', 'hilo_lang']
/** The notice left by the last form; a page that shows one is its reader's alone. */
const notice = 'hilo_flash'

/** Two thousand pages in the form in which browsers take them. */
const mostBytes = 26_000_000
/** Addresses known to be somebody's own. */
const mostOwn = 2_000
/** Figures of a thousand shops are a long text; beyond this a page keeps its hash. */
const mostFigures = 2_000

export type KeptPage = {
  /** Of catalog, places and prices, and the minute. */
  versions: string
  /** Variants of which the page shows figures, and what these were. */
  variantIds: readonly string[]
  figures: string
  contentType: string
  etag: string
  body: KeptBody
  /** In bytes. */
  readonly weight: number
}

/** What a page is made of, noted while it is made. */
export type PageNotes = {
  /** Of catalog, places and prices, and the minute, when the page was asked for; null when nobody can say. */
  versions: string | null
  readsCookie(name: string): void
  /**
   * To be awaited before each call of the API that the page makes; tells the figures, when it asks for any: what is answered to
   * everybody is the same under the same versions and figures.
   */
  calls(method: string, url: string): Promise<string>
}
export type MadePage = { status: number; contentType: string; body: PageBytes; mayKeep: boolean }
type Asked = { key: string; path: string; versions: string; make: (notes: PageNotes) => Promise<MadePage> }

const nothingNoted: PageNotes = { versions: null, readsCookie: () => undefined, calls: async () => '' }

/** Pages of one app. */
export class PageCache {
  readonly #q: Queryable
  readonly #kept: PageShelf<KeptPage>
  readonly #making = new Map<string, Promise<KeptPage | undefined>>()
  /** Addresses whose last page was its reader's alone: nobody waits for somebody else's. */
  readonly #own = new Set<string>()
  /** The versions that were read last. */
  #now = ''
  constructor(q: Queryable, bytes = mostBytes) {
    this.#q = q
    this.#kept = new PageShelf(bytes, ({ versions }) => versions !== this.#now)
  }

  /**
   * The kept page when it is still true, else one made now.
   * @param key address with everything in it that the page depends on beside cookies
   * @returns the page to send, or undefined: then it is this visitor's alone, and `make` holds it
   */
  async give(
    request: FastifyRequest,
    { key: address, now, make }: { key: string; now: Date; make: (notes: PageNotes) => Promise<MadePage> },
  ): Promise<KeptPage | undefined> {
    if (request.cookies[notice]) return void (await make(nothingNoted))
    const key = [address, ...keyed.map((name) => request.cookies[name] ?? '')].join('\n')
    const known = this.#kept.get(key)
    // Without the database nobody can say whether a kept page is still true; what it is made of then says from when it is.
    const [versions, isCurrent] = await Promise.all([
      this.#versions(now),
      known !== undefined && this.#shows(known),
    ]).catch(() => [null, false] as const)
    if (versions === null) return void (await make(nothingNoted))
    this.#now = versions
    if (known?.versions === versions && isCurrent) return known
    const [path = address] = address.split('?')
    return this.#madeOnce({ key, path, versions, make })
  }

  /** Of those who ask for a page at the same time, one makes it. Of a page that may be somebody's own each makes theirs. */
  async #madeOnce(asked: Asked): Promise<KeptPage | undefined> {
    const { key, path, versions } = asked
    if (this.#own.has(path)) return this.#make(asked)
    const name = `${versions} ${key}`
    for (let begun = this.#making.get(name); begun !== undefined; begun = this.#making.get(name)) {
      // Whoever makes it hears why it failed; who only waited tries for themselves.
      const shown = await begun.catch(() => undefined)
      if (!shown) return this.#make(asked)
      if (await this.#shows(shown)) return shown
    }
    const made = this.#make(asked)
    this.#making.set(name, made)
    const done = () => this.#making.delete(name)
    void made.then(done, done)
    return made
  }

  /** Whatever changes while the page is being made makes the kept page look outdated, never the other way about. */
  async #make({ key, path, versions, make }: Asked): Promise<KeptPage | undefined> {
    let isShared = true
    const variantIds: string[] = []
    let figures = ''
    const { status, contentType, body, mayKeep } = await make({
      versions,
      readsCookie: (name) => {
        if (name !== notice && !keyed.includes(name)) isShared = false
      },
      calls: async (method, url) => {
        if (method !== 'GET' || !shared.test(url)) isShared = false
        const asked = variantsIn(url)
        if (!isShared || asked.length === 0) return ''
        // One call is what pages make; the figures of two could be of two moments.
        if (variantIds.length > 0) isShared = false
        variantIds.push(...asked)
        figures = await this.#figures(asked)
        return figures
      },
    })
    if (!isShared || !mayKeep || status !== 200) {
      if (this.#own.size >= mostOwn) this.#own.clear()
      this.#own.add(path)
      return undefined
    }
    this.#own.delete(path)
    const kept: KeptPage = {
      versions,
      figures,
      variantIds,
      contentType,
      etag: tagOf(body),
      body: new KeptBody(body, (change) => this.#kept.weighs(key, kept, change)),
      get weight() {
        return this.body.weight + figures.length + 40 * variantIds.length
      },
    }
    this.#kept.put(key, kept)
    return kept
  }

  async #versions(now: Date): Promise<string> {
    return `${versionText(await readVersions(this.#q))} ${Math.floor(now.getTime() / 60_000)}`
  }

  async #shows({ variantIds, figures }: KeptPage): Promise<boolean> {
    return variantIds.length === 0 || figures === (await this.#figures(variantIds))
  }

  async #figures(variantIds: readonly string[]): Promise<string> {
    const { figures } = await readFigures(this.#q, variantIds)
    const text = (id: string) => (figures.get(id) ?? []).map(({ locationId, atp }) => `${locationId}=${atp}`)
    const all = variantIds.map((id) => text(id).sort().join()).join(' ')
    return all.length > mostFigures ? hash('sha1', all) : all
  }
}

function variantsIn(url: string): string[] {
  if (!url.startsWith('/api/store/availability?')) return []
  return new URLSearchParams(url.slice(url.indexOf('?'))).get('variants')?.split(',') ?? []
}

/** Sends a kept page: nothing when the asker has it, else in the smallest encoding they take. */
export async function sendPage(request: FastifyRequest, reply: FastifyReply, page: KeptPage): Promise<FastifyReply> {
  reply.header('etag', page.etag)
  reply.header('cache-control', 'private, no-cache')
  reply.header('vary', 'accept-encoding, cookie')
  const asked = request.headers['if-none-match']
  const tags = (asked ?? '').split(/\s*,\s*/)
  if (tags.includes(page.etag)) return reply.code(304).send()
  reply.header('content-type', page.contentType)
  const encoding = encodingFor(request.headers['accept-encoding']?.toString() ?? '')
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(await page.body.in(encoding))
}
