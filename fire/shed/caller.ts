import { Pool } from 'undici'

/** What a call was about; the classes of server/platform/shed-classes.ts as their callers see them. */
export const kinds = ['till', 'pay', 'cart', 'channel', 'browse', 'list'] as const
export type Kind = (typeof kinds)[number]
export type Ask = { kind: Kind; method?: 'POST'; path: string; body?: object; headers?: Record<string, string> }
export type Heard = { status: number; retryAfter: number; body: Record<string, unknown> }

/** What became of the calls of one kind: milliseconds of those that were served, and how many were told to come back. */
export type Tally = { ms: number[]; refused: number; unanswered: number }
export type Tallies = Record<Kind, Tally>

/** Longer than anybody waits before a screen; who is not answered by then counts as unanswered. */
const patienceMs = 30_000
const faultsKept = 10

function nameOf(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { code?: string } }
  return code ?? cause?.code ?? name ?? String(error)
}

export function noTallies(): Tallies {
  const none = (): Tally => ({ ms: [], refused: 0, unanswered: 0 })
  return { till: none(), pay: none(), cart: none(), channel: none(), browse: none(), list: none() }
}

/** Asks, takes the time and judges each answer: 2xx, 409, or 503 with Retry-After and a sentence in the asked language. */
export class Caller {
  readonly #pool: Pool
  #tallies = noTallies()
  /** Answers that should not have been, in words. */
  readonly faults: string[] = []

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, { connections, pipelining: 1, headersTimeout: patienceMs, bodyTimeout: patienceMs })
  }

  /** The tallies since the last time; from now on anew. */
  take(): Tallies {
    const taken = this.#tallies
    this.#tallies = noTallies()
    return taken
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  /** @returns undefined when there was no answer */
  async ask({ kind, method, path, body, headers }: Ask): Promise<Heard | undefined> {
    const tally = this.#tallies[kind]
    const begun = performance.now()
    try {
      const answer = await this.#pool.request({
        method: method ?? 'GET',
        path,
        headers: { 'accept-language': 'en', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await answer.body.text()
      const heard: Heard = {
        status: answer.statusCode,
        retryAfter: Number(answer.headers['retry-after'] ?? 0),
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      }
      if (heard.status === 503) tally.refused += 1
      else tally.ms.push(performance.now() - begun)
      this.#judge(path, heard)
      return heard
    } catch (error) {
      tally.unanswered += 1
      this.#note(`${path}: no answer (${nameOf(error)})`)
      return undefined
    }
  }

  #judge(path: string, { status, retryAfter, body }: Heard): void {
    if (status < 300 || status === 409) return
    const isBusy =
      body['code'] === 'platform.busy' && body['title'] === 'More is asked of Hilo right now than it can do'
    if (status === 503 && retryAfter >= 1 && retryAfter <= 30 && isBusy) return
    this.#note(`${path}: ${status}, Retry-After ${retryAfter}, ${JSON.stringify(body).slice(0, 200)}`)
  }

  #note(fault: string): void {
    if (this.faults.length < faultsKept) this.faults.push(fault)
  }
}
