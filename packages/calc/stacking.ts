/**
 * Which promotions a basket gets.
 *
 * All combinable promotions form one outcome, the stack: applied by falling priority (then rising id), each on what the earlier ones
 * left. Every non-combinable promotion alone is another outcome. The basket gets the outcome that costs the customer least, delivery
 * and tax counted and gifts at their worth; equal outcomes go to the one that gives anything at all, then the stack, then the higher
 * priority, then the lower id. A discount takes at most what is left of a line, so no line goes below zero.
 */
import { type Bundle, compareText } from './bundles.ts'
import { allocate, mulDivRound } from './money.ts'
import type { Assessment } from './promotions.ts'
import { splitNet } from './tax.ts'
import type { PriceCartInput, Promotion } from './types.ts'

/** What one promotion does: discount per bundle position, off the delivery, gift units. At least one is more than nothing. */
export type Effect = {
  promotion: Promotion
  discounts: { at: number; amountMinor: number }[]
  deliveryMinor: number
  giftUnits: number
}

export type Outcome = { effects: Effect[]; costMinor: number }

export type Counter = Pick<PriceCartInput, 'taxIncluded' | 'delivery' | 'giftPrices'> & { bundles: readonly Bundle[] }

/** By falling priority, then rising id. */
export function byPriority(a: Promotion, b: Promotion): number {
  return b.priority - a.priority || compareText(a.id, b.id)
}

/** Whether a promotion holds on a channel. */
export function holdsOn(promotion: Promotion, channelId: string): boolean {
  return promotion.channelIds === null || promotion.channelIds.includes(channelId)
}

/**
 * Finds the best outcome for the customer on one channel, out of promotions assessed for the basket. What a non-combinable promotion
 * does alone is the same on every channel it holds on, so it is worked out once.
 */
export function outcomeChooser(assessments: readonly Assessment[], counter: Counter): (channelId: string) => Outcome {
  const met = assessments
    .filter(({ standing }) => standing.state === 'met')
    .sort((a, b) => byPriority(a.promotion, b.promotion))
  const singles = new Map<Assessment, Outcome>()
  const alone = (assessment: Assessment) => {
    const known = singles.get(assessment) ?? applyInTurn([assessment], counter)
    singles.set(assessment, known)
    return known
  }
  const trial = trialOf(counter, alone)
  return (channelId) => {
    const held = met.filter(({ promotion }) => holdsOn(promotion, channelId))
    const stack = applyInTurn(
      held.filter(({ promotion }) => promotion.combinable),
      counter,
    )
    // Tried in the order in which equal outcomes win, so a later one must be strictly better.
    let best: Trial = { costMinor: stack.costMinor, gives: stack.effects.length > 0 }
    let winner: Assessment | undefined
    for (const assessment of held) {
      if (assessment.promotion.combinable) continue
      const tried = trial(assessment)
      const firstToGive = !best.gives && tried.gives
      if (tried.costMinor < best.costMinor || (tried.costMinor === best.costMinor && firstToGive)) {
        best = tried
        winner = assessment
      }
    }
    return winner ? alone(winner) : stack
  }
}

/** What the customer would pay, and whether anything is given at all. */
type Trial = { costMinor: number; gives: boolean }

/**
 * Tries a promotion alone. Where prices hold the tax, what the customer pays does not depend on how a discount is split to lines, so
 * only the winner's is split; where they do not, the tax of each rate needs the split.
 */
function trialOf(counter: Counter, alone: (assessment: Assessment) => Outcome): (assessment: Assessment) => Trial {
  const { bundles, delivery, taxIncluded } = counter
  const deliveryMinor = delivery?.amountMinor ?? 0
  const fullMinor = bundles.reduce((sum, { grossMinor }) => sum + grossMinor, deliveryMinor)
  return (assessment) => {
    const { promotion, grossMinor } = assessment
    if (!taxIncluded || promotion.kind === 'gift') {
      const { costMinor, effects } = alone(assessment)
      return { costMinor, gives: effects.length > 0 }
    }
    const offMinor = promotion.kind === 'delivery_free' ? deliveryMinor : wholeDiscount(promotion, grossMinor)
    return { costMinor: fullMinor - offMinor, gives: offMinor > 0 }
  }
}

function applyInTurn(assessments: readonly Assessment[], counter: Counter): Outcome {
  const left = counter.bundles.map((bundle) => bundle.grossMinor)
  let deliveryLeft = counter.delivery?.amountMinor ?? 0
  const effects: Effect[] = []
  for (const { promotion, matches, units } of assessments) {
    const effect: Effect = { promotion, discounts: [], deliveryMinor: 0, giftUnits: 0 }
    switch (promotion.kind) {
      case 'percentage':
      case 'amount':
        effect.discounts = discountMatches(promotion, matches, left)
        break
      case 'delivery_free':
        effect.deliveryMinor = deliveryLeft
        deliveryLeft = 0
        break
      case 'gift':
        effect.giftUnits = unitsGiven(promotion, units)
        break
      default: {
        const never: never = promotion.kind
        throw new RangeError(`unknown promotion kind ${String(never)}`)
      }
    }
    if (effect.discounts.length > 0 || effect.deliveryMinor > 0 || effect.giftUnits > 0) effects.push(effect)
  }
  return { effects, costMinor: payable(left, deliveryLeft, counter) - giftWorth(effects, counter) }
}

/** Takes the discount off `left` and says from which bundles. Rounded once over all matching lines, then allocated exactly. */
function discountMatches(promotion: Promotion, matches: readonly number[], left: number[]): Effect['discounts'] {
  const weights: number[] = []
  let sum = 0
  for (const at of matches) {
    const weight = left[at] ?? 0
    weights.push(weight)
    sum += weight
  }
  const whole = wholeDiscount(promotion, sum)
  if (whole === 0) return []
  const discounts: Effect['discounts'] = []
  const parts = allocate(whole, weights)
  for (let index = 0; index < parts.length; index++) {
    const at = matches[index]
    const amountMinor = parts[index] ?? 0
    if (amountMinor === 0 || at === undefined) continue
    left[at] = (left[at] ?? 0) - amountMinor
    discounts.push({ at, amountMinor })
  }
  return discounts
}

/** What a percentage or an amount takes off the sum of its matching lines. */
function wholeDiscount(promotion: Promotion, sumMinor: number): number {
  return promotion.kind === 'percentage'
    ? mulDivRound(sumMinor, promotion.valueBp ?? 0, 10_000)
    : Math.min(promotion.valueMinor ?? 0, sumMinor)
}

function unitsGiven({ giftUnits = 1, giftPerUnits }: Promotion, matchingUnits: number): number {
  return giftPerUnits ? Math.floor(matchingUnits / giftPerUnits) * giftUnits : giftUnits
}

/** What the customer pays, tax in it. */
function payable(left: readonly number[], deliveryLeft: number, { bundles, delivery, taxIncluded }: Counter): number {
  const sum = left.reduce((total, amount) => total + amount, deliveryLeft)
  if (taxIncluded) return sum
  // The same figures as `taxByRate`, without allocating them to lines: this runs once for every outcome tried.
  const netByRate = new Map<number, number>()
  bundles.forEach(({ taxRateBp }, at) => {
    netByRate.set(taxRateBp, (netByRate.get(taxRateBp) ?? 0) + (left[at] ?? 0))
  })
  if (delivery) netByRate.set(delivery.taxRateBp, (netByRate.get(delivery.taxRateBp) ?? 0) + deliveryLeft)
  let payableMinor = sum
  for (const [rateBp, netMinor] of netByRate) payableMinor += splitNet(netMinor, rateBp).taxMinor
  return payableMinor
}

function giftWorth(effects: readonly Effect[], { giftPrices, taxIncluded }: Counter): number {
  let worth = 0
  for (const { promotion, giftUnits: units } of effects) {
    const facts = promotion.giftVariantId === undefined ? undefined : giftPrices?.[promotion.giftVariantId]
    if (!facts?.listUnitMinor) continue
    const listed = units * facts.listUnitMinor
    worth += taxIncluded ? listed : mulDivRound(listed, 10_000 + facts.taxRateBp, 10_000)
  }
  return worth
}
