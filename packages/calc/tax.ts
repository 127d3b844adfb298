/**
 * Tax by rate group.
 *
 * Tax is computed once per rate on the group's total after discounts, rounded once, and then allocated to the lines, so that the
 * lines sum to the group and the groups to the invoice. Sources: Directive 2006/112/EC, article 226 points 8 to 10 (an invoice
 * states the taxable amount per rate, the rate and the VAT payable: nothing per line); CJEU C-484/06 Ahold and C-302/07
 * Wetherspoon (rounding per line or per total is left to national law); Spain: Real Decreto 1619/2012, articles 6 and 7, asks for
 * the same per-rate statement and sets no rounding per line; Ley 46/1998, article 11: nearest cent, exact halves up.
 */
import { allocate, assertAtLeast, mulDivRound } from './money.ts'
import type { TaxGroup } from './types.ts'

export type TaxSplit = { netMinor: number; taxMinor: number }

/** Whole of a rate in basis points. */
const wholeBp = 10_000

/**
 * Net and tax inside an amount that holds the tax: tax = gross × rate ÷ (1 + rate), net = gross − tax.
 * @throws RangeError when an argument is not whole or the rate is negative
 */
export function splitGross(grossMinor: number, rateBp: number): TaxSplit {
  const taxMinor = mulDivRound(grossMinor, rateBp, wholeBp + rateBp)
  return { netMinor: grossMinor - taxMinor, taxMinor }
}

/**
 * Net and tax of an amount without tax: tax = net × rate.
 * @throws RangeError when an argument is not whole or the rate is negative
 */
export function splitNet(netMinor: number, rateBp: number): TaxSplit {
  return { netMinor, taxMinor: mulDivRound(netMinor, rateBp, wholeBp) }
}

export type Taxable = { amountMinor: number; rateBp: number }

/**
 * Tax of amounts of several rates: one rounding per rate, allocated back to the amounts of that rate by largest remainder.
 * Which of two equal remainders gets the odd cent depends on the order given; the groups never do.
 * @param amounts after discounts, ≥ 0, holding the tax when `taxIncluded`
 * @returns `groups` by rising rate, and `taxes` in minor units, one per amount in the same order
 * @throws RangeError when an amount or rate is negative or not whole
 */
export function taxByRate(amounts: readonly Taxable[], taxIncluded: boolean): { groups: TaxGroup[]; taxes: number[] } {
  const members = new Map<number, number[]>()
  amounts.forEach(({ amountMinor, rateBp }, index) => {
    assertAtLeast(amountMinor, 0, 'amountMinor')
    assertAtLeast(rateBp, 0, 'rateBp')
    const group = members.get(rateBp)
    if (group) group.push(index)
    else members.set(rateBp, [index])
  })
  const taxes = amounts.map(() => 0)
  const groups: TaxGroup[] = []
  for (const [rateBp, indexes] of [...members].sort(([a], [b]) => a - b)) {
    const weights = indexes.map((index) => amounts[index]?.amountMinor ?? 0)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const split = taxIncluded ? splitGross(total, rateBp) : splitNet(total, rateBp)
    allocate(split.taxMinor, weights).forEach((part, at) => {
      taxes[indexes[at] ?? 0] = part
    })
    groups.push({ rateBp, ...split })
  }
  return { groups, taxes }
}
