/** Answers of the shop that are the same for everybody, kept as text while what they were made of stands. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { catalogVersionNow } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { atFactsVersion, factsVersionNow } from '#platform/facts'
import { gatherReads } from '#platform/gather'
import { answer, type RouteResult } from '#platform/http'
import { sql } from '#platform/sql'
import { type RulesVersion, versionColumns } from './rules.ts'

/** How often catalog, places and prices were changed: what was read under the same versions still holds. */
export type Versions = RulesVersion & { catalog: number; facts: number | null }

const gathered = new WeakMap<object, (key: undefined) => Promise<Versions>>()

/** One tiny statement for all who ask at the same time. */
export async function readVersions(q: Queryable): Promise<Versions> {
  let ask = gathered.get(q.facts.kept)
  if (ask === undefined) {
    ask = gatherReads(async () =>
      q.one<Versions>(sql`
        select ${versionColumns}, ${catalogVersionNow} as catalog, ${factsVersionNow} as facts from pricing.version v`),
    )
    gathered.set(q.facts.kept, ask)
  }
  return ask(undefined)
}

/** The versions as one text; equal texts, equal answers. */
export function versionText({ version, catalog, facts }: Versions): string {
  return `${version}.${catalog}.${facts}`
}

/** A body and until when it holds though nothing is written: markdowns and promotions begin and end by the clock alone. */
export type Made = { body: object; untilMs: number }
type Kept = { versions: string; untilMs: number; text: string; etag: string }
type Asker = { db: Queryable; clock: Clock; request: FastifyRequest; reply: FastifyReply }

const mostKept = 2_000
/** Letters of all kept answers together. */
const mostLetters = 32_000_000

/**
 * Keeps the answers of one app by what was asked. A kept answer costs a share of one tiny statement and is never older than the last
 * change of catalog, places or prices; whoever has it already is told so by its ETag.
 */
export class KeptAnswers {
  readonly #kept = new Map<string, Kept>()
  readonly #making = new Map<string, Promise<Kept>>()
  #letters = 0

  /** @param key everything the answer depends on beside the database and the clock */
  async give(
    asker: Asker,
    key: string,
    make: (q: Queryable, versions: Versions) => Promise<Made>,
  ): Promise<RouteResult> {
    const { db, clock } = asker
    const versions = await readVersions(db)
    const text = versionText(versions)
    const known = this.#kept.get(key)
    if (known && known.versions === text && clock.now().getTime() < known.untilMs) {
      // Asked for last is thrown away last.
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return send(asker, known)
    }
    return send(asker, await this.#make(key, text, () => make(atFactsVersion(db, versions.facts), versions)))
  }

  /** Whoever asks the same of the same versions while it is being made waits for it. */
  #make(key: string, versions: string, make: () => Promise<Made>): Promise<Kept> {
    const name = `${versions} ${key}`
    const begun = this.#making.get(name)
    if (begun) return begun
    const made = make()
      .then(({ body, untilMs }) => {
        const fresh = { versions, untilMs, ...written(body) }
        this.#keep(key, fresh)
        return fresh
      })
      .finally(() => this.#making.delete(name))
    this.#making.set(name, made)
    return made
  }

  #keep(key: string, kept: Kept): void {
    this.#letters += kept.text.length - (this.#kept.get(key)?.text.length ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const [oldest, { text }] of this.#kept) {
      if (this.#kept.size <= mostKept && this.#letters <= mostLetters) break
      this.#kept.delete(oldest)
      this.#letters -= text.length
    }
  }
}

/** An answer that is made anew each time, with its ETag. */
export function giveOnce(asker: Pick<Asker, 'request' | 'reply'>, body: object): RouteResult {
  return send(asker, written(body))
}

function written(body: object): { text: string; etag: string } {
  const text = JSON.stringify(body)
  return { text, etag: `W/"${createHash('sha1').update(text).digest('base64url')}"` }
}

function send(
  { request, reply }: Pick<Asker, 'request' | 'reply'>,
  { text, etag }: { text: string; etag: string },
): RouteResult {
  reply.header('etag', etag)
  reply.header('cache-control', 'no-cache')
  reply.header('vary', 'accept-language, cookie')
  const asked = request.headers['if-none-match']
  if (asked !== undefined) {
    const tags = String(asked).split(/\s*,\s*/)
    if (tags.includes(etag) || tags.includes('*')) return answer(304, undefined)
  }
  reply.type('application/json; charset=utf-8')
  return text
}
