/**
 * Pages of the shop that are the same for everybody, kept as they were sent while everything they show is still true.
 *
 *   ASKED     which calls a page made and which cookies it read says whether it may be kept: only calls that everybody may make,
 *             only cookies that stand in its key
 *   TRUE      versions of catalog, places and prices, the figures of every variant it shows, and the minute are as they were
 *   SENT      compressed once for each encoding, with an ETag for whoever has it already
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readFigures } from '#inventory'
import type { Queryable } from '#platform/db'
import { readVersions, versionText } from '#pricing'

/** Calls whose answers depend on nobody; what they depend on is checked before a kept page is sent. */
const shared = /^\/api\/store\/(products|search|collections|places|delivery-options|availability)([/?]|$)/
/** Cookies that a kept page may depend on, because they are part of its key. */
const keyed = ['hilo_near', 'hilo_units', 'hilo_lang']
/** The notice left by the last form; a page that shows one is its reader's alone. */
const notice = 'hilo_flash'

const mostBytes = 48_000_000
const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
const unsqueezed = promisify(brotliDecompress)
const unzipped = promisify(gunzip)

type Encoding = 'br' | 'gzip' | 'identity'
export type KeptPage = {
  /** Of catalog, places and prices, and the minute. */
  versions: string
  /** Variants of which the page shows figures, and what these were. */
  variantIds: readonly string[]
  figures: string
  contentType: string
  etag: string
  /** In the encodings that were asked for; first as it was made. */
  encoded: Partial<Record<Encoding, Promise<Buffer>>>
  bytes: number
}

/** What a page is made of, noted while it is made. */
export type PageNotes = {
  /** Of catalog, places and prices, and the minute, when the page was asked for; null when nobody can say. */
  versions: string | null
  readsCookie(name: string): void
  /** To be awaited before each call of the API that the page makes. */
  calls(method: string, url: string): Promise<void>
}
export type MadePage = { status: number; contentType: string; body: Buffer; mayKeep: boolean }

const nothingNoted: PageNotes = { versions: null, readsCookie: () => undefined, calls: async () => undefined }

/** Pages of one app. */
export class PageCache {
  readonly #q: Queryable
  readonly #kept = new Map<string, KeptPage>()
  readonly #making = new Map<string, Promise<KeptPage | undefined>>()
  #bytes = 0
  constructor(q: Queryable) {
    this.#q = q
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
    if (known?.versions === versions && isCurrent) {
      // Asked for last is thrown away last.
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    // Of those who ask for a page that has changed, one makes it. A page never kept may be somebody's own: each makes theirs.
    const begun = known && this.#making.get(`${versions} ${key}`)
    const shown = begun && (await begun.catch(() => undefined))
    if (shown && (await this.#shows(shown))) return shown
    const made = this.#make(key, versions, make)
    if (known) {
      this.#making.set(`${versions} ${key}`, made)
      const done = () => this.#making.delete(`${versions} ${key}`)
      void made.then(done, done)
    }
    return made
  }

  /** Whatever changes while the page is being made makes the kept page look outdated, never the other way about. */
  async #make(
    key: string,
    versions: string,
    make: (notes: PageNotes) => Promise<MadePage>,
  ): Promise<KeptPage | undefined> {
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
        if (!isShared || asked.length === 0) return
        // One call is what pages make; the figures of two could be of two moments.
        if (variantIds.length > 0) isShared = false
        variantIds.push(...asked)
        figures = await this.#figures(asked)
      },
    })
    if (!isShared || !mayKeep || status !== 200) return undefined
    const etag = `W/"${createHash('sha1').update(body).digest('base64url')}"`
    const encoded = { identity: Promise.resolve(body) }
    const kept: KeptPage = { versions, figures, variantIds, contentType, etag, encoded, bytes: body.byteLength }
    this.#keep(key, kept)
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
    return variantIds.map((id) => text(id).sort().join()).join(' ')
  }

  #keep(key: string, kept: KeptPage): void {
    this.#bytes += weight(kept) - (this.#kept.has(key) ? weight(this.#kept.get(key) as KeptPage) : 0)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const [oldest, page] of this.#kept) {
      if (this.#bytes <= mostBytes) break
      this.#kept.delete(oldest)
      this.#bytes -= weight(page)
    }
  }
}

/** At most this, about half of it again for its compressed forms; an eighth once browsers have asked, who all take those. */
function weight({ bytes }: KeptPage): number {
  return Math.ceil(bytes * 1.5)
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
  const tags = String(asked ?? '').split(/\s*,\s*/)
  if (tags.includes(page.etag)) return reply.code(304).send()
  reply.header('content-type', page.contentType)
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''))
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(await inEncoding(page, encoding))
}

/**
 * The page in this encoding. Compressed it weighs an eighth: once it is, only that is kept, and whoever asks for the page as it is, which
 * hardly anybody does, has it unpacked, and from then on kept, too.
 */
async function inEncoding({ encoded, bytes }: KeptPage, encoding: Encoding): Promise<Buffer> {
  const known = encoded[encoding]
  if (known) return known
  const plain = encoded.identity ?? unpacked(encoded)
  const made = plain.then((body) => (encoding === 'br' ? squeezed(body) : encoding === 'gzip' ? gzipped(body) : body))
  encoded[encoding] = made
  try {
    const body = await made
    if (encoding !== 'identity' && body.byteLength < bytes / 2) delete encoded.identity
    return body
  } catch (error) {
    delete encoded[encoding]
    throw error
  }
}

function unpacked({ br, gzip: zipped }: KeptPage['encoded']): Promise<Buffer> {
  if (br) return br.then((body) => unsqueezed(body))
  if (zipped) return zipped.then((body) => unzipped(body))
  throw new Error('a kept page has no body')
}

function squeezed(body: Buffer): Promise<Buffer> {
  return brotli(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  })
}

// "q=0" refuses an encoding.
const taken = (name: string) => new RegExp(`(^|[\\s,])${name}(\\s*;\\s*q=(?!0(\\.0*)?\\s*(,|$))[\\d.]+)?\\s*(,|$)`, 'i')
const takesBrotli = taken('br')
const takesGzip = taken('gzip')

/** The best of those we have that the asker takes. */
export function encodingFor(accepted: string): Encoding {
  if (takesBrotli.test(accepted)) return 'br'
  return takesGzip.test(accepted) ? 'gzip' : 'identity'
}
