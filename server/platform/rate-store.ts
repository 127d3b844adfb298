import type { FastifyRateLimitOptions, FastifyRateLimitStore } from '@fastify/rate-limit'
import type { Count, Counted } from './caller-limits.ts'

/** Routes with a limit up to this guard against guessing and are counted for all processes together. */
const sharedLimitMax = 120
/** Addresses remembered at most by one process in one window. */
const callersMax = 20_000

/** Counts a call to a limited route where all processes see it. */
export type CountCall = (call: Counted & { windowMs: number }) => Promise<Count>

type Told = Parameters<FastifyRateLimitStore['incr']>[1]
type Settings = { max?: number; routeInfo?: { method: string | string[]; url: string } }

/**
 * Where `@fastify/rate-limit` counts. The general limit of an address and the generous ones of routes count in this process, since it
 * is the process that they protect; low ones by `count`, because two processes must not allow twice as many guesses.
 */
export function rateStore(
  count: CountCall | undefined,
): new (
  options: FastifyRateLimitOptions,
) => FastifyRateLimitStore {
  return class Store implements FastifyRateLimitStore {
    readonly #name: string | undefined
    readonly #callers = new Map<string, number>()
    #windowStart = performance.now()

    constructor(options: FastifyRateLimitOptions) {
      const { max = Infinity, routeInfo } = options as Settings
      const isLow = max <= sharedLimitMax
      this.#name = isLow && routeInfo ? `${String(routeInfo.method)} ${String(routeInfo.url)}` : undefined
    }

    incr(caller: string, told: Told, windowMs: number): void {
      if (this.#name === undefined || count === undefined) {
        told(null, this.#countHere(caller, windowMs))
        return
      }
      count({ name: this.#name, caller, windowMs }).then(
        ({ used, msLeft }) => told(null, { current: used, ttl: msLeft }),
        (error: Error) => told(error),
      )
    }

    #countHere(caller: string, windowMs: number): { current: number; ttl: number } {
      const now = performance.now()
      if (now - this.#windowStart >= windowMs || this.#callers.size > callersMax) {
        this.#callers.clear()
        this.#windowStart = now
      }
      const current = (this.#callers.get(caller) ?? 0) + 1
      this.#callers.set(caller, current)
      return { current, ttl: this.#windowStart + windowMs - now }
    }

    child(route: object): FastifyRateLimitStore {
      return new Store(route)
    }
  }
}
