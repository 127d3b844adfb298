/** What became of each coupon the shopper entered, and which incentives hold on other channels only. */
import { type Assessment, normalizeCode } from './promotions.ts'
import { type CouponVerdict, couponReason, promotionText, type Wording } from './reasons.ts'
import { byPriority, holdsOn, type Outcome } from './stacking.ts'
import type { CouponState, PricedCart, PricedCoupon } from './types.ts'

/** Codes as entered, first spelling of each, keyed by the form in which they are compared. Blank ones are dropped. */
export function enteredCodes(codes: readonly string[]): Map<string, string> {
  const entered = new Map<string, string>()
  for (const code of codes) {
    const key = normalizeCode(code)
    if (key !== '' && !entered.has(key)) entered.set(key, code)
  }
  return entered
}

/** Several promotions may share a code; the shopper hears the most hopeful answer, which stands first here. */
const hopefulFirst: readonly CouponState[] = [
  'applied',
  'not_combinable',
  'condition_not_met',
  'other_channel',
  'not_started',
  'used_up',
  'expired',
  'unknown',
]

/** The state of every entered coupon, in the order entered. */
export function couponStatesOf(
  entered: ReadonlyMap<string, string>,
  assessments: readonly Assessment[],
  outcome: Outcome,
  channelId: string,
  wording: Wording,
): PricedCoupon[] {
  return [...entered].map(([key, code]) => {
    const verdicts = assessments
      .filter(({ promotion }) => promotion.couponCode !== null && normalizeCode(promotion.couponCode) === key)
      .sort((a, b) => byPriority(a.promotion, b.promotion))
      .map((assessment) => verdictOf(assessment, outcome, channelId))
    const best = hopefulFirst.map((state) => verdicts.find((verdict) => verdict.state === state)).find(Boolean)
    const verdict = best ?? { state: 'unknown' as const }
    return { code, state: verdict.state, reason: couponReason(verdict, wording) }
  })
}

function verdictOf({ promotion, standing }: Assessment, outcome: Outcome, channelId: string): CouponVerdict {
  const dated = standing.state === 'expired' || standing.state === 'not_started' || standing.state === 'used_up'
  if (dated) return { state: standing.state, promotion }
  if (!holdsOn(promotion, channelId)) return { state: 'other_channel', promotion }
  if (standing.state === 'condition_not_met') return { ...standing, promotion }
  if (outcome.effects.some((effect) => effect.promotion === promotion)) return { state: 'applied', promotion }
  const winner = outcome.effects.find((effect) => !(effect.promotion.combinable && promotion.combinable))?.promotion
  if (winner) return { state: 'not_combinable', promotion, winner }
  return { state: 'condition_not_met', promotion, shortfall: { kind: 'nothing_left' } }
}

/**
 * Channel-only incentives this basket would get on other channels, each with just those channels where it would be part of the
 * outcome. An incentive that would lose there to a better one is not an advantage and is not named.
 */
export function incentivesElsewhere(
  assessments: readonly Assessment[],
  channelId: string,
  outcomeOn: (channelId: string) => Outcome,
): PricedCart['elsewhere'] {
  const away = assessments
    .filter(({ promotion, standing }) => standing.state === 'met' && !holdsOn(promotion, channelId))
    .map(({ promotion }) => promotion)
    .sort(byPriority)
  const outcomes = new Map<string, Outcome>()
  const appliesOn = (channel: string) => {
    let outcome = outcomes.get(channel)
    if (!outcome) {
      outcome = outcomeOn(channel)
      outcomes.set(channel, outcome)
    }
    return outcome.effects
  }
  const hints: PricedCart['elsewhere'] = []
  for (const promotion of away) {
    const channelIds = [...new Set(promotion.channelIds)].filter((channel) =>
      appliesOn(channel).some((effect) => effect.promotion === promotion),
    )
    if (channelIds.length > 0) hints.push({ promotionId: promotion.id, channelIds, text: promotionText(promotion) })
  }
  return hints
}
