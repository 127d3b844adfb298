import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priceCart } from './cart.ts'
import { aCart, aPromotion } from './testing.ts'
import type { CartLineInput, Promotion } from './types.ts'

/** Baskets as large as a cart gets, under as many promotions as a shop runs at once. */
const facts = fc.record({
  lines: fc.array(
    fc.record({
      variant: fc.nat(600),
      units: fc.integer({ min: 1, max: 999 }),
      price: fc.oneof(fc.nat(3), fc.nat(30_000)),
      collections: fc.array(fc.nat(8), { maxLength: 3 }),
    }),
    { minLength: 150, maxLength: 220 },
  ),
  promotions: fc.array(
    fc.record({
      value: fc.integer({ min: 1, max: 3_000 }),
      isPercentage: fc.boolean(),
      names: fc.nat(6),
      which: fc.nat(600),
      minimum: fc.option(fc.nat(2_000_000)),
      combinable: fc.boolean(),
      priority: fc.nat(6),
    }),
    { minLength: 40, maxLength: 55 },
  ),
})
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never

/** `mark` stands in every variant's id: an id that JSON has to escape is priced by the general way. Of one length, so that it leaves their order. */
const variantIdOf = (variant: number, mark: string) => `var_${String(variant).padStart(3, '0')}${mark}`

function linesOf({ lines }: Facts, mark: string): CartLineInput[] {
  const once = [...new Map(lines.map((line) => [line.variant, line])).values()]
  return once.map(({ variant, units, price, collections }, at) => ({
    id: `line${at}`,
    variantId: variantIdOf(variant, mark),
    productId: `prd_${variant >> 2}`,
    collectionIds: [...new Set(collections)].map((id) => `col_${id}`),
    units,
    listUnitMinor: price,
    taxRateBp: variant % 3 === 0 ? 1000 : 2100,
  }))
}

function promotionsOf({ promotions }: Facts, mark: string): Promotion[] {
  return promotions.map(({ value, isPercentage, names, which, minimum, combinable, priority }, at) =>
    aPromotion({
      id: `promo${String(at).padStart(2, '0')}`,
      kind: isPercentage ? 'percentage' : 'amount',
      valueBp: value,
      valueMinor: value,
      // None, one of each, several at once, and one that names more variants than the basket has.
      variantIds: [1, 4].includes(names)
        ? [variantIdOf(which, mark), variantIdOf(which + 1, mark)]
        : names === 5
          ? Array.from({ length: 400 }, (_, n) => variantIdOf(n, mark))
          : null,
      productIds: [2, 4].includes(names) ? [`prd_${which >> 2}`, `prd_${which >> 3}`] : null,
      collectionIds: [3, 4].includes(names) ? [`col_${which % 9}`] : null,
      minSubtotalMinor: minimum,
      combinable,
      priority,
    }),
  )
}

/** What each line gives by the rules of the README, line by line and promotion by promotion, in exact numbers. */
function plainly(lines: readonly CartLineInput[], promotions: readonly Promotion[]): Map<string, bigint> {
  const gross = new Map(lines.map((line) => [line.id, BigInt(line.units * line.listUnitMinor)]))
  const inOrder = [...lines].sort((a, b) => (a.variantId < b.variantId ? -1 : 1))
  const matching = (promotion: Promotion) =>
    inOrder.filter(
      ({ variantId, productId, collectionIds }) =>
        (promotion.variantIds === null && promotion.productIds === null && promotion.collectionIds === null) ||
        promotion.variantIds?.includes(variantId) ||
        promotion.productIds?.includes(productId) ||
        collectionIds.some((id) => promotion.collectionIds?.includes(id)),
    )
  const sumOf = (of: readonly CartLineInput[], amounts: ReadonlyMap<string, bigint>) =>
    of.reduce((sum, { id }) => sum + (amounts.get(id) ?? 0n), 0n)
  const met = promotions
    .filter((promotion) => {
      const found = matching(promotion)
      return found.length > 0 && sumOf(found, gross) >= BigInt(promotion.minSubtotalMinor ?? 0)
    })
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
  const apply = (list: readonly Promotion[]) => {
    const left = new Map(gross)
    for (const promotion of list) takeOff(promotion, matching(promotion), left)
    return left
  }
  const paid = (left: ReadonlyMap<string, bigint>) => sumOf(lines, left)
  let best = apply(met.filter(({ combinable }) => combinable))
  for (const promotion of met.filter(({ combinable }) => !combinable)) {
    const alone = apply([promotion])
    if (paid(alone) < paid(best)) best = alone
  }
  return new Map([...gross].map(([id, amount]) => [id, amount - (best.get(id) ?? 0n)]))
}

function takeOff(promotion: Promotion, lines: readonly CartLineInput[], left: Map<string, bigint>): void {
  const weights = lines.map(({ id }) => left.get(id) ?? 0n)
  const sum = weights.reduce((all, weight) => all + weight, 0n)
  if (sum === 0n) return
  const value = BigInt((promotion.kind === 'percentage' ? promotion.valueBp : promotion.valueMinor) ?? 0)
  const percent = (sum * value * 2n + 10_000n) / 20_000n
  const whole = promotion.kind === 'percentage' ? percent : value < sum ? value : sum
  const parts = weights.map((weight) => (whole * weight) / sum)
  const rests = weights.map((weight, at) => ({ at, rest: (whole * weight) % sum }))
  rests.sort((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest > b.rest ? -1 : 1))
  const missing = whole - parts.reduce((all, part) => all + part, 0n)
  for (const { at } of rests.slice(0, Number(missing))) parts[at] = (parts[at] ?? 0n) + 1n
  lines.forEach(({ id }, at) => {
    left.set(id, (left.get(id) ?? 0n) - (parts[at] ?? 0n))
  })
}

describe('a basket of two hundred lines under fifty promotions', () => {
  it('gives each line to the cent what a plain recomputation gives it', () => {
    fc.assert(
      fc.property(facts, (drawn) => {
        const lines = linesOf(drawn, '')
        const promotions = promotionsOf(drawn, '')
        const priced = priceCart(aCart({ lines, promotions }))
        const expected = plainly(lines, promotions)
        const given = new Map(priced.lines.map(({ id, discountMinor }) => [id, BigInt(discountMinor)]))
        expect(given).toEqual(expected)
        expect(priced.totalMinor).toBe(priced.subtotalMinor - priced.discountMinor)
        const taxes = priced.taxes.reduce((sum, { taxMinor }) => sum + taxMinor, 0)
        expect(priced.lines.reduce((sum, { taxMinor }) => sum + taxMinor, 0)).toBe(taxes)
      }),
      { numRuns: 60 },
    )
  })

  it('costs the same where each variant is on one line of plain id as where ids need care, whatever the order', () => {
    fc.assert(
      fc.property(facts, fc.nat(200), (drawn, turn) => {
        const plain = priceCart(aCart({ lines: linesOf(drawn, ''), promotions: promotionsOf(drawn, '') }))
        const given = linesOf(drawn, '"ñ')
        const turned = [...given.slice(turn % given.length), ...given.slice(0, turn % given.length)]
        const careful = priceCart(aCart({ lines: turned, promotions: promotionsOf(drawn, '"ñ').reverse() }))
        expect(careful.totalMinor).toBe(plain.totalMinor)
        expect(careful.discountMinor).toBe(plain.discountMinor)
        expect(careful.taxes).toEqual(plain.taxes)
      }),
      { numRuns: 60 },
    )
  })
})
