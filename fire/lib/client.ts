import { Pool } from 'undici'
import type { FireServer } from './cluster.ts'

export type Answer<T = Record<string, unknown>> = { status: number; body: T & { code?: string } }
export type Request = {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT'
  path: string
  body?: object
  headers?: Record<string, string>
}
export type Tally = {
  calls: number
  retries: number
  statuses: Record<string, number>
  longestGapMs: number
  /** The first answers of 500 and above that did not say "later": a server's defects, whatever was killed around it. */
  defects: string[]
}

export type PerTry = (request: Request, tries: number) => Request

/** How long one try may take, and how long a buyer goes on trying unless told otherwise. */
const tryMs = 8_000
const patienceMsUsual = 90_000
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** The buyer's patience ended: nobody knows what became of the request. */
export class GaveUp extends Error {}

/**
 * Asks one of several servers as a good client does: what was not answered, or answered "later", is asked again at the next server
 * with the same Idempotency-Key.
 */
export class FailoverClient {
  readonly #pools: Pool[]
  #next = 0
  #lastGood = performance.now()
  readonly tally: Tally = { calls: 0, retries: 0, statuses: {}, longestGapMs: 0, defects: [] }

  readonly #perTry: PerTry
  readonly #losesAnswer: () => boolean
  readonly #patienceMs: number

  /**
   * @param losesAnswer drawn for each answer: true when it gets lost on its way to the buyer, who asks again
   * @param perTry what becomes of a request at each try; a planted fault forgets the key
   */
  constructor(
    servers: readonly Pick<FireServer, 'url'>[],
    {
      losesAnswer = () => false,
      perTry = (request) => request,
      patienceMs = patienceMsUsual,
    }: { losesAnswer?: () => boolean; perTry?: PerTry | undefined; patienceMs?: number | undefined } = {},
  ) {
    this.#patienceMs = patienceMs
    this.#perTry = perTry
    this.#losesAnswer = losesAnswer
    this.#pools = servers.map(
      ({ url }) => new Pool(url, { connections: 64, pipelining: 1, connect: { timeout: 1000 }, headersTimeout: tryMs }),
    )
  }

  /**
   * @param request its `idempotency-key` header goes with every try
   * @throws GaveUp when the patience ends without an answer that counts
   */
  async ask<T = Record<string, unknown>>(request: Request): Promise<Answer<T>> {
    const begun = performance.now()
    this.tally.calls += 1
    for (let tries = 0; ; tries++) {
      const answer = await this.#try<T>(this.#perTry(request, tries))
      if (answer !== undefined && !isForLater(answer)) {
        const now = performance.now()
        this.tally.longestGapMs = Math.max(this.tally.longestGapMs, now - this.#lastGood)
        this.#lastGood = now
        return answer
      }
      if (performance.now() - begun > this.#patienceMs) throw new GaveUp(`${request.path}: ${JSON.stringify(answer)}`)
      this.tally.retries += 1
      await pause(Math.min(1000, 30 * 2 ** Math.min(tries, 5)))
    }
  }

  async #try<T>({ method = 'POST', path, body, headers }: Request): Promise<Answer<T> | undefined> {
    const pool = this.#pools[this.#next++ % this.#pools.length]
    if (!pool) throw new Error('no server')
    try {
      const response = await pool.request({
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(tryMs),
      })
      const text = await response.body.text()
      const parsed = (text === '' ? {} : JSON.parse(text)) as Answer<T>['body']
      if (this.#losesAnswer()) {
        this.#count('answer lost')
        return undefined
      }
      this.#count(String(response.statusCode))
      if (response.statusCode >= 500 && response.statusCode !== 503 && this.tally.defects.length < 5)
        this.tally.defects.push(`${method} ${path}: ${text.slice(0, 500)}`)
      return { status: response.statusCode, body: parsed }
    } catch (error) {
      // The line broke or nobody was there: what happened to the request is unknown, so it is sent again.
      const { code, name } = error as { code?: unknown; name: string }
      this.#count(typeof code === 'string' ? code : name)
      return undefined
    }
  }

  #count(status: string): void {
    this.tally.statuses[status] = (this.tally.statuses[status] ?? 0) + 1
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()))
  }
}

function isForLater({ status, body }: Answer<unknown>): boolean {
  return status >= 500 || status === 429 || (body as { retry?: string }).retry === 'later'
}
