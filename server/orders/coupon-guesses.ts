import type { Cart } from '@hilo/contract'
import { callerKey } from '#platform/app-base'
import type { Clock } from '#platform/clock'
import { platformProblems } from '#platform/problems'

const windowMs = 15 * 60_000
/** Wrong codes an address may enter in a window. A person mistypes a few; a whole shop behind one router, some more. */
export const wrongCodesMax = 30
/** Addresses remembered at most; the oldest go first, so that nobody fills the memory. */
const callersMax = 20_000

type Guesses = { since: number; wrong: number }

/**
 * Counts coupon codes that do not exist, by caller's address, in this process: codes are short enough to try out. Each is counted
 * before it is looked at and the real ones are taken back afterwards, so a thousand tries at once get no more answers than one by one.
 */
export class CouponGuesses {
  readonly #callers = new Map<string, Guesses>()

  /** @throws Problem platform.rate_limited with the seconds to wait */
  claim(clock: Clock, ip: string, codes: number): void {
    if (codes === 0) return
    const now = clock.now().getTime()
    const caller = callerKey(ip)
    const known = this.#callers.get(caller)
    const guesses = known && now - known.since < windowMs ? known : { since: now, wrong: 0 }
    if (guesses.wrong + codes > wrongCodesMax)
      throw platformProblems.rate_limited({
        retryAfterSeconds: Math.max(1, Math.ceil((guesses.since + windowMs - now) / 1000)),
      })
    guesses.wrong += codes
    this.#callers.delete(caller)
    this.#callers.set(caller, guesses)
    const oldest = this.#callers.size > callersMax ? this.#callers.keys().next().value : undefined
    if (oldest !== undefined) this.#callers.delete(oldest)
  }

  /** Takes back what was claimed for codes that exist (in whatever state they are). */
  giveBack(ip: string, entered: readonly string[], cart: Pick<Cart, 'coupons'>): void {
    const guesses = this.#callers.get(callerKey(ip))
    if (!guesses) return
    const wrong = new Set(cart.coupons.filter(({ state }) => state === 'unknown').map(({ code }) => code))
    const real = entered.filter((code) => !wrong.has(code.trim().toUpperCase())).length
    guesses.wrong = Math.max(0, guesses.wrong - real)
  }
}
