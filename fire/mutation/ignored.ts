import type { Mutant, MutantName } from './mutant.ts'
import { keyOf } from './mutant.ts'

/** A mutant that no test can tell from the original, or should not: with the line it stands on, so that a change of it is noticed. */
export type Ignored = MutantName & { because: string }

export const ignored: readonly Ignored[] = [
  {
    file: 'packages/calc/money.ts',
    lineText: 'if (Number.isSafeInteger(product)) {',
    from: 'Number.isSafeInteger(product)',
    to: 'false',
    because: 'the way by BigInt gives the same, only slower',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'return value < 0 && rounded !== 0 ? -rounded : rounded',
    from: 'value < 0',
    to: 'value <= 0',
    because: 'a value of zero has no rounded part, which is asked for as well',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'if (weights.length === 1) return [total]',
    from: 'weights.length === 1',
    to: 'false',
    because: 'a shortcut: splitting to one gives it all',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'if (left > 0) giveRest(parts, remainders, left)',
    from: 'left > 0',
    to: 'true',
    because: 'with nothing left every remainder is zero, and nobody gets more',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'if (left > 0) giveRest(parts, remainders, left)',
    from: 'left > 0',
    to: 'left >= 0',
    because: 'with nothing left every remainder is zero, and nobody gets more',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'return total < 0 ? parts.map((part) => (part === 0 ? 0 : -part)) : parts',
    from: 'total < 0',
    to: 'total <= 0',
    because: 'a total of zero was answered before',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'if (!found) {',
    from: '!found',
    to: 'true',
    because: 'made each time instead of once: slower, and the same',
  },
  {
    file: 'packages/calc/money.ts',
    lineText: 'formatters.set(key, found)',
    from: 'formatters.set(key, found)',
    to: '',
    because: 'made each time instead of once: slower, and the same',
  },
  {
    file: 'server/inventory/allocate.ts',
    lineText: "if (order.lines.length > 0) await claim(tx, clock, { kind: 'allocate', ...order })",
    from: 'order.lines.length > 0',
    to: 'order.lines.length >= 0',
    because: 'a claim without lines asks and writes nothing',
  },
  {
    file: 'server/inventory/allocate.ts',
    lineText: "if (order.lines.length > 0) await claim(tx, clock, { kind: 'allocate', ...order })",
    from: 'order.lines.length > 0',
    to: 'true',
    because: 'a claim without lines asks and writes nothing',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: "const holders = claims.flatMap((claim) => (usesHolds(claim) ? [claim.holderId ?? ''] : []))",
    from: 'usesHolds(claim)',
    to: 'true',
    because: 'locks more than is needed; whose holds count is asked again where it is decided',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: 'if (lapsed.length > 0) decision = decideClaims({ levels, own, lapsed, claims })',
    from: 'lapsed.length > 0',
    to: 'true',
    because: 'deciding again from the same figures gives the same',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: 'if (lapsed.length > 0) decision = decideClaims({ levels, own, lapsed, claims })',
    from: 'lapsed.length > 0',
    to: 'lapsed.length >= 0',
    because: 'deciding again from the same figures gives the same',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: 'if (rows.length === 0) return undefined',
    from: 'rows.length === 0',
    to: 'false',
    because: 'an insert of no rows: one piece of a statement more, the same tables',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: 'return rows.length === 0 ? undefined : allocationRows(clock, rows)',
    from: 'rows.length === 0',
    to: 'false',
    because: 'an insert of no rows: one piece of a statement more, the same tables',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: "return rows.length === 0 ? [] : [movementRows(clock, rows, { kind: 'sold' })]",
    from: 'rows.length === 0',
    to: 'false',
    because: 'an insert of no rows: one piece of a statement more, the same tables',
  },
  {
    file: 'server/inventory/levels.ts',
    lineText: 'holderIds.length === 0',
    from: 'holderIds.length === 0',
    to: 'false',
    because: 'asks for the holds of nobody: one join more, the same rows',
  },
  {
    file: 'server/inventory/reserve.ts',
    lineText: 'if (keys.length === 0) return 0',
    from: 'keys.length === 0',
    to: 'false',
    because: 'a statement more that finds nothing to give back',
  },
  {
    file: 'server/inventory/reserve.ts',
    lineText: 'if (rows.length > 0)',
    from: 'rows.length > 0',
    to: 'true',
    because: 'writes no change of no level',
  },
  {
    file: 'server/inventory/reserve.ts',
    lineText: 'if (rows.length > 0)',
    from: 'rows.length > 0',
    to: 'rows.length >= 0',
    because: 'writes no change of no level',
  },
  {
    file: 'server/inventory/transfers.ts',
    lineText: 'if (requested.length === 0) return',
    from: 'requested.length === 0',
    to: 'false',
    because: 'a shortcut: without a van there is none to change',
  },
  {
    file: 'server/inventory/decide-claims.ts',
    lineText:
      'available: freeUnits(state.levels.get(keyOf(item)), { own: held.get(keyOf(item)) ?? 0, ignoreSafetyStock }),',
    from: 'held.get(keyOf(item)) ?? 0',
    to: 'held.get(keyOf(item))',
    because: 'freeUnits takes an absent figure for none by itself',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!plain.test(productId)',
    to: 'plain.test(productId)',
    because:
      'the same keys, written as JSON where the short way would do or the other way round: two that collide need both parts written the short way',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!plain.test(variantId)',
    to: 'plain.test(variantId)',
    because:
      'the same keys, written as JSON where the short way would do or the other way round: two that collide need both parts written the short way',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!collections.every((id) => plain.test(id))',
    to: 'collections.every((id) => plain.test(id))',
    because:
      'the same keys, written as JSON where the short way would do or the other way round: two that collide need both parts written the short way',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!plain.test(variantId) || !plain.test(productId)',
    to: '!plain.test(variantId)',
    because:
      'the same keys, written as JSON where the short way would do or the other way round: two that collide need both parts written the short way',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!plain.test(variantId) || !plain.test(productId)',
    to: '!plain.test(productId)',
    because:
      'the same keys, written as JSON where the short way would do or the other way round: two that collide need both parts written the short way',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))',
    from: '!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id))',
    to: 'true',
    because: 'the same keys, all written as JSON: slower',
  },
  {
    file: 'packages/calc/bundles.ts',
    lineText: 'return a < b ? -1 : a > b ? 1 : 0',
    from: 'a > b',
    to: 'a >= b',
    because: 'equal texts are never compared: line ids, keys and promotion ids are unique',
  },
  {
    file: 'packages/calc/stacking.ts',
    lineText: "if (!taxIncluded || promotion.kind === 'gift') {",
    from: "!taxIncluded || promotion.kind === 'gift'",
    to: 'true',
    because: "splits every outcome instead of the winner's: slower, the same figures",
  },
  {
    file: 'packages/calc/stacking.ts',
    lineText: 'singles.set(assessment, known)',
    from: 'singles.set(assessment, known)',
    to: '',
    because: 'works the outcome out again instead of remembering it',
  },
  {
    file: 'packages/calc/stacking.ts',
    lineText: 'if (amountMinor === 0 || at === undefined) return',
    from: 'amountMinor === 0 || at === undefined',
    to: 'at === undefined',
    because: 'a discount of nothing is left out again where it is taken off the line',
  },
  {
    file: 'packages/calc/cart.ts',
    lineText: 'const [only] = priced.length === 1 ? priced : []',
    from: 'priced.length === 1',
    to: 'false',
    because: 'a shortcut: splitting to one line gives it all',
  },
  {
    file: 'server/inventory/claim.ts',
    lineText: 'if (short.length > 0) {',
    from: 'short.length > 0',
    to: 'true',
    because: 'looks for what lapsed on no keys',
  },
  {
    file: 'server/inventory/stock-changes.ts',
    lineText: 'if (conflicts.length > 0)',
    from: 'conflicts.length > 0',
    to: 'true',
    because: 'an insert of no conflicts and no events',
  },
  {
    file: 'server/inventory/stock-changes.ts',
    lineText: 'if (conflicts.length > 0)',
    from: 'conflicts.length > 0',
    to: 'conflicts.length >= 0',
    because: 'an insert of no conflicts and no events',
  },
  {
    file: 'server/inventory/transfers.ts',
    lineText: '.filter((line) => line.units > 0)',
    from: 'line.units > 0',
    to: 'line.units >= 0',
    because: 'a line of no units takes nothing',
  },
  {
    file: 'server/inventory/transfers.ts',
    lineText: '.filter((line) => line.units > 0)',
    from: 'line.units > 0',
    to: 'line.units >= 0',
    nth: 2,
    because: 'a line of no units takes nothing',
  },
  {
    file: 'server/inventory/transfers.ts',
    lineText: 'lines.filter(({ keep, units }) => keep < units),',
    from: 'lines.filter(({ keep, units }) => keep < units)',
    to: 'lines',
    because: 'a line that keeps its units is written as it is',
  },
  {
    file: 'server/orders/lapse-draft.ts',
    lineText: 'return still !== undefined && (await lapseDraft(tx, clock, { orderId: id }))',
    from: 'still !== undefined && (await lapseDraft(tx, clock, { orderId: id }))',
    to: 'await lapseDraft(tx, clock, { orderId: id })',
    because: 'lapseDraft asks by itself whether it is still a draft',
  },
  {
    file: 'server/orders/cancel-order.ts',
    lineText: 'if (fulfilled.size === 0) return',
    from: 'fulfilled.size === 0',
    to: 'false',
    because: 'without work there is nothing to withdraw, which the next line says as well',
  },
]

/** @returns entries of the list that no mutant answers to any more, among the files that were looked at */
export function staleOf(list: readonly Ignored[], mutants: readonly Mutant[], files: readonly string[]): Ignored[] {
  const known = new Set(mutants.map(keyOf))
  return list.filter((entry) => files.includes(entry.file) && !known.has(keyOf(entry)))
}
