/**
 * The prior price of a markdown: the lowest price of the 30 days before it (Directive 98/6/EC, article 6a, in Spain article 20 of
 * Ley 7/1996). Pure.
 */

/** What the price was from `at` on, until the next entry. */
export type PriceState = {
  at: Date
  amountMinor: number
  markdownMinor: number | null
  markdownStartsAt: Date | null
  markdownEndsAt: Date | null
}

export const priorDays = 30
const dayMs = 86_400_000

/**
 * The lowest price that held at any moment of the 30 days before `before`.
 * @param history oldest first; what was before its first entry is unknown and counts for nothing
 * @returns minor units; null when no price is known in that time (the article is newer than its markdown)
 */
export function lowestBefore(history: readonly PriceState[], before: Date): number | null {
  const from = before.getTime() - priorDays * dayMs
  const until = before.getTime()
  let lowest: number | null = null
  history.forEach((state, at) => {
    const lo = Math.max(state.at.getTime(), from)
    const hi = Math.min(history[at + 1]?.at.getTime() ?? Number.POSITIVE_INFINITY, until)
    for (const price of pricesWithin(state, lo, hi)) lowest = lowest === null ? price : Math.min(lowest, price)
  })
  return lowest
}

/** The prices one state has within [lo, hi): its markdown where that is on, its list price where not. */
function pricesWithin(state: PriceState, lo: number, hi: number): number[] {
  if (lo >= hi) return []
  if (state.markdownMinor === null) return [state.amountMinor]
  const start = Math.max(state.markdownStartsAt?.getTime() ?? Number.NEGATIVE_INFINITY, lo)
  const end = Math.min(state.markdownEndsAt?.getTime() ?? Number.POSITIVE_INFINITY, hi)
  if (start >= end) return [state.amountMinor]
  return start > lo || end < hi ? [state.markdownMinor, state.amountMinor] : [state.markdownMinor]
}
