import { Pool } from 'undici'

export type Call = { status: number; body: unknown; headers: Record<string, unknown> }

/** A keep-alive client for one origin. */
export class LoadClient {
  readonly #pool: Pool
  /** `timeoutMs`: how long an answer may take; peers under load take minutes. */
  constructor(origin: string, connections: number, { timeoutMs = 60_000 } = {}) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
  }
  async call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Call> {
    const headers: Record<string, string> = { ...options.headers }
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    const response = await this.#pool.request({
      method,
      path,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
    })
    const text = await response.body.text()
    const isJson = String(response.headers['content-type'] ?? '').includes('json')
    return { status: response.statusCode, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  }
  close(): Promise<void> {
    return this.#pool.close()
  }
  /** Cuts all lines at once; calls under way throw. */
  destroy(): Promise<void> {
    return this.#pool.destroy()
  }
}

export type Figure = {
  rps: number
  p50_ms: number
  p99_ms: number
  done: number
  failed: number
  firstFailure: string | null
}

/**
 * Closed loop: `buyers` do one operation after the other until the time is up. An operation that throws counts as failed.
 * @returns operations per second and percentiles of their duration in milliseconds
 */
export async function closedLoop(
  operation: (n: number) => Promise<void>,
  { buyers, seconds }: { buyers: number; seconds: number },
): Promise<Figure> {
  const durations: number[] = []
  let failed = 0
  let firstFailure: string | null = null
  let next = 0
  const started = performance.now()
  const end = started + seconds * 1000
  await Promise.all(
    Array.from({ length: buyers }, async () => {
      while (performance.now() < end) {
        const n = next++
        const begun = performance.now()
        try {
          await operation(n)
          durations.push(performance.now() - begun)
        } catch (error) {
          failed += 1
          firstFailure ??= error instanceof Error ? error.message.slice(0, 300) : String(error)
        }
      }
    }),
  )
  const elapsed = (performance.now() - started) / 1000
  durations.sort((a, b) => a - b)
  return {
    rps: durations.length / elapsed,
    p50_ms: percentile(durations, 50),
    p99_ms: percentile(durations, 99),
    done: durations.length,
    failed,
    firstFailure,
  }
}

/** Nearest-rank percentile of a sorted list; 0 for an empty one. */
export function percentile(sorted: readonly number[], p: number): number {
  if (sorted.length === 0) return 0
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? 0
}

/** The run with the median rate. */
export function medianRun(runs: readonly Figure[]): Figure {
  const sorted = [...runs].sort((a, b) => a.rps - b.rps)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  if (!middle) throw new Error('no run')
  return middle
}
