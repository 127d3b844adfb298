import type { Ignored } from '../ignored.ts'

/** Of money. */
export const money: readonly Ignored[] = [
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
    lineText: 'if (amountMinor === 0 || at === undefined) continue',
    from: 'amountMinor === 0 || at === undefined',
    to: 'at === undefined',
    because: 'a discount of nothing is left out again where it is taken off the line',
  },
  {
    file: 'server/payments/counter.ts',
    lineText: 'wakeAfter(tx)',
    from: 'wakeAfter(tx)',
    to: '',
    because: 'tells the relay at once; it looks by itself a moment later',
  },
  {
    file: 'server/payments/counter.ts',
    lineText: 'if (writes.length > 0) {',
    from: 'writes.length > 0',
    to: 'writes.length >= 0',
    because: 'a statement that writes no events',
  },
  {
    file: 'server/payments/counter.ts',
    lineText: 'if (writes.length > 0) {',
    from: 'writes.length > 0',
    to: 'true',
    because: 'a statement that writes no events',
  },
  {
    file: 'server/payments/outcome.ts',
    lineText: 'const seconds = pauses[Math.min(checks, pauses.length - 1)] ?? 3600',
    from: 'pauses.length - 1',
    to: 'pauses.length + 1',
    because: 'beyond the last pause stands the same figure',
  },
]
