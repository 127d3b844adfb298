import { callers } from './ignored/callers.ts'
import { money } from './ignored/money.ts'
import { orders } from './ignored/orders.ts'
import { stock } from './ignored/stock.ts'
import type { Mutant, MutantName } from './mutant.ts'
import { keyOf } from './mutant.ts'

/** A mutant that no test can tell from the original, or should not: with the line it stands on, so that a change of it is noticed. */
export type Ignored = MutantName & { because: string }

export const ignored: readonly Ignored[] = [...stock, ...money, ...orders, ...callers]

/** @returns entries of the list that no mutant answers to any more, among the files that were looked at */
export function staleOf(list: readonly Ignored[], mutants: readonly Mutant[], files: readonly string[]): Ignored[] {
  const known = new Set(mutants.map(keyOf))
  return list.filter((entry) => files.includes(entry.file) && !known.has(keyOf(entry)))
}
