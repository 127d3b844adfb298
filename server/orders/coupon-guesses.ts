import type { Cart } from '@hilo/contract'
import { callerKey } from '#platform/app-base'
import { countCalls, uncountCalls } from '#platform/caller-limits'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { platformProblems } from '#platform/problems'

const name = 'coupon guesses'
const windowMs = 15 * 60_000
/** Wrong codes an address may enter in a window. A person mistypes a few; a whole shop behind one router, some more. */
const wrongCodesMax = 30

/**
 * Counts the codes of a call as wrong before they are looked at; `takeBackRealCoupons` takes back those that exist. Codes are short
 * enough to try out, so an address that entered too many wrong ones waits. Its count stays locked until the call is over: a thousand
 * tries at once, at however many processes, get no more answers than one by one. Call it first, before anything else is locked.
 * @throws Problem platform.rate_limited with the seconds to wait
 */
export async function claimCouponGuesses(
  tx: Tx,
  clock: Clock,
  { ip, codes }: { ip: string; codes: readonly string[] },
): Promise<void> {
  if (codes.length === 0) return
  const { used, msLeft } = await countCalls(tx, clock, { name, caller: callerKey(ip), units: codes.length, windowMs })
  if (used > wrongCodesMax) throw platformProblems.rate_limited({ retryAfterSeconds: Math.ceil(msLeft / 1000) })
}

/** Takes back what was claimed for codes that exist, in whatever state they are. */
export async function takeBackRealCoupons(
  tx: Tx,
  { ip, codes, cart }: { ip: string; codes: readonly string[]; cart: Pick<Cart, 'coupons'> },
): Promise<void> {
  const wrong = new Set(cart.coupons.filter(({ state }) => state === 'unknown').map(({ code }) => code))
  const units = codes.filter((code) => !wrong.has(code.trim().toUpperCase())).length
  if (units > 0) await uncountCalls(tx, { name, caller: callerKey(ip), units })
}
