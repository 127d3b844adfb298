import type { Cart } from '@hilo/contract'
import { callerKey } from '#platform/app-base'
import { countCalls, uncountCalls } from '#platform/caller-limits'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { platformProblems } from '#platform/problems'

const name = 'coupon guesses'
const windowMs = 15 * 60_000
/** Wrong codes an address may enter in a window. A person mistypes a few; a whole shop behind one router, some more. */
const wrongCodesMax = 30

type Entered = { ip: string; codes: readonly string[] }

/**
 * Counts the codes of a call as wrong before they are looked at; `takeBackRealCoupons` takes back those that exist. Codes are short
 * enough to try out, so an address that entered too many wrong ones waits: a thousand tries at once, at however many processes, get no
 * more answers than one by one. Outside the transaction of the work, so that nobody waits for anybody.
 * @throws Problem platform.rate_limited with the seconds to wait
 */
async function claimCouponGuesses(q: Queryable, clock: Clock, { ip, codes }: Entered): Promise<void> {
  if (codes.length === 0) return
  const { used, msLeft } = await countCalls(q, clock, { name, caller: callerKey(ip), units: codes.length, windowMs })
  if (used > wrongCodesMax) throw platformProblems.rate_limited({ retryAfterSeconds: Math.ceil(msLeft / 1000) })
}

/** Takes back what was claimed for codes that exist, in whatever state they are. */
async function takeBackRealCoupons(
  q: Queryable,
  { ip, codes, cart }: Entered & { cart: Pick<Cart, 'coupons'> },
): Promise<void> {
  if (codes.length === 0) return
  const wrong = new Set(cart.coupons.filter(({ state }) => state === 'unknown').map(({ code }) => code))
  const units = codes.filter((code) => !wrong.has(code.trim().toUpperCase())).length
  if (units > 0) await uncountCalls(q, { name, caller: callerKey(ip), units })
}

/** Both, around a route whose body enters these codes. */
export function guarded<B>(codesOf: (body: B) => readonly string[]) {
  type Input = { db: Queryable; clock: Clock; request: { ip: string }; body: B }
  return {
    before: ({ db, clock, request, body }: Input) =>
      claimCouponGuesses(db, clock, { ip: request.ip, codes: codesOf(body) }),
    after: ({ db, request, body }: Input, answered: unknown) =>
      takeBackRealCoupons(db, { ip: request.ip, codes: codesOf(body), cart: answered as Cart }),
  }
}
