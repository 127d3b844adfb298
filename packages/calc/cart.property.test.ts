import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priceCart } from './cart.ts'
import { refundForUnits } from './refund.ts'
import { aPromotion } from './testing.ts'
import type { CartLineInput, PriceCartInput, PricedCart, Promotion } from './types.ts'

/** Random carts held against each property. */
const runs = { identities: 100_000, sameBasket: 20_000, bestOutcome: 12_000, again: 8_000 }

const rates = [2100, 1000, 400, 0]
const channels = ['web', 'pos', 'app']
const variants = 6

/** A catalog of six variants, so that lines repeat a variant and filters hit. */
const lineFacts = fc.record({
  variant: fc.nat(variants - 1),
  units: fc.integer({ min: 1, max: 5 }),
  price: fc.oneof(fc.nat(3), fc.nat(30_000)),
  markdown: fc.option(fc.nat(30_000), { nil: undefined, freq: 2 }),
})

const lines = fc.array(lineFacts, { maxLength: 7 }).map((facts) =>
  facts.map(
    ({ variant, units, price, markdown }, index): CartLineInput => ({
      id: `line${index}`,
      variantId: `v${variant}`,
      productId: `p${variant >> 1}`,
      collectionIds: variant % 3 === 0 ? [] : [`c${variant % 3}`, 'all'],
      units,
      listUnitMinor: price,
      markdownUnitMinor: markdown,
      taxRateBp: rates[variant % rates.length] ?? 0,
    }),
  ),
)

const promotionFacts = fc.record({
  kind: fc.constantFrom('percentage', 'amount', 'gift', 'delivery_free', 'percentage', 'amount'),
  value: fc.integer({ min: 1, max: 10_000 }),
  channels: fc.nat(5),
  filter: fc.nat(6),
  minimum: fc.nat(5),
  coupon: fc.nat(3),
  combinable: fc.boolean(),
  priority: fc.nat(2),
})

const promotions = fc.array(promotionFacts, { maxLength: 5 }).map((facts) =>
  facts.map((fact, index): Promotion => {
    const filter = fact.filter
    return aPromotion({
      id: `promo${index}`,
      kind: fact.kind,
      valueBp: fact.value,
      valueMinor: fact.value,
      giftVariantId: `g${index % 2}`,
      giftPerUnits: fact.minimum === 3 ? 2 : null,
      channelIds: fact.channels < 3 ? [channels[fact.channels] ?? 'web'] : null,
      couponCode: fact.coupon === 0 ? `CODE${index}` : null,
      minSubtotalMinor: fact.minimum === 1 ? 5_000 : null,
      minUnits: fact.minimum === 2 ? 3 : null,
      variantIds: filter === 1 ? ['v0', 'v1'] : null,
      productIds: filter === 2 ? ['p1'] : null,
      collectionIds: filter === 3 ? ['c1'] : filter === 1 ? ['c2'] : null,
      combinable: fact.combinable,
      priority: fact.priority,
    })
  }),
)

const carts: fc.Arbitrary<PriceCartInput> = fc
  .record({
    lines,
    promotions,
    taxIncluded: fc.boolean(),
    channel: fc.nat(2),
    delivery: fc.option(fc.nat(1_500)),
    codes: fc.nat(2),
  })
  .map(({ lines: wanted, promotions: offered, taxIncluded, channel, delivery, codes }) => ({
    currency: 'EUR',
    taxIncluded,
    at: '2026-11-23T10:00:00Z',
    channelId: channels[channel] ?? 'web',
    lines: wanted,
    promotions: offered,
    couponCodes: codes === 0 ? [] : offered.map((_, index) => `code${index}`),
    delivery: delivery === null ? null : { amountMinor: delivery, taxRateBp: 2100 },
    giftPrices: {
      g0: { taxRateBp: 2100, productId: 'pg', listUnitMinor: 900 },
      g1: { taxRateBp: 400, productId: 'pg' },
    },
  }))

function sum<T>(rows: readonly T[], amount: (row: T) => number): number {
  return rows.reduce((total, row) => total + amount(row), 0)
}

/** The laws of one priced cart, as recomputed from its parts alone. */
function checkIdentities(cart: PricedCart): void {
  const { delivery } = cart
  for (const line of cart.lines) {
    const onTop = cart.taxIncluded ? 0 : line.taxMinor
    assert.equal(line.grossMinor, line.units * line.unitMinor)
    assert.equal(
      sum(line.discounts, (each) => each.amountMinor),
      line.discountMinor,
    )
    assert.equal(line.grossMinor - line.discountMinor + onTop, line.totalMinor)
    assert.equal(line.netMinor + line.taxMinor, line.totalMinor)
    assert.ok(line.totalMinor >= 0 && line.netMinor >= 0 && line.taxMinor >= 0, 'no figure of a line is negative')
    assert.ok(
      line.discounts.every((each) => each.amountMinor > 0 && each.reason.es && each.reason.en && each.promotionId),
    )
    assert.ok(line.units > 0 && (!line.isGift || line.totalMinor === 0))
  }
  const deliveryTax = delivery?.taxMinor ?? 0
  if (delivery) {
    const onTop = cart.taxIncluded ? 0 : deliveryTax
    assert.equal(delivery.amountMinor - delivery.discountMinor + onTop, delivery.totalMinor)
    assert.ok(delivery.totalMinor >= 0 && delivery.taxMinor >= 0)
  }
  assert.equal(cart.deliveryMinor, delivery?.totalMinor ?? 0)
  assert.equal(
    cart.subtotalMinor,
    sum(cart.lines, (line) => line.grossMinor),
  )
  assert.equal(
    cart.discountMinor,
    sum(cart.lines, (line) => line.discountMinor),
  )
  assert.equal(cart.totalMinor, sum(cart.lines, (line) => line.totalMinor) + cart.deliveryMinor)
  assert.equal(
    cart.taxMinor,
    sum(cart.taxes, (tax) => tax.taxMinor),
  )
  assert.equal(cart.taxMinor, sum(cart.lines, (line) => line.taxMinor) + deliveryTax)
  assert.equal(sum(cart.taxes, (tax) => tax.netMinor) + cart.taxMinor, cart.totalMinor)
  const onTop = cart.taxIncluded ? 0 : cart.taxMinor - deliveryTax
  assert.equal(cart.subtotalMinor - cart.discountMinor + onTop + cart.deliveryMinor, cart.totalMinor)
  checkTaxes(cart)
}

/** Each rate's tax is the rate on the group's amount, rounded once: within half a cent of the exact figure. */
function checkTaxes({ taxes, lines: priced, delivery, taxIncluded }: PricedCart): void {
  assert.deepEqual(
    taxes.map((tax) => tax.rateBp),
    [...new Set(taxes.map((tax) => tax.rateBp))].sort((a, b) => a - b),
  )
  for (const { rateBp, netMinor, taxMinor } of taxes) {
    const base = taxIncluded ? netMinor + taxMinor : netMinor
    const exact = (base * rateBp) / (taxIncluded ? 10_000 + rateBp : 10_000)
    assert.ok(Math.abs(taxMinor - exact) <= 0.5 + 1e-6)
    const ofRate = priced.filter((line) => line.taxRateBp === rateBp && !line.isGift)
    const deliveryOfRate = delivery?.taxRateBp === rateBp ? delivery : null
    assert.equal(sum(ofRate, (line) => line.taxMinor) + (deliveryOfRate?.taxMinor ?? 0), taxMinor)
    assert.equal(sum(ofRate, (line) => line.totalMinor) + (deliveryOfRate?.totalMinor ?? 0), netMinor + taxMinor)
  }
}

/** What a basket costs and gets, without the ids and order of its lines. */
function essence({ totalMinor, taxMinor, taxes, discountMinor, deliveryMinor, gifts, coupons, elsewhere }: PricedCart) {
  return { totalMinor, taxMinor, taxes, discountMinor, deliveryMinor, gifts, coupons, elsewhere }
}

/** Takes the lines back to units of every line, one by one and two by two, and holds the sums against the line. */
function checkRefunds(cart: PricedCart): void {
  for (const line of cart.lines) {
    for (const step of [1, 2]) {
      let amount = 0
      let tax = 0
      for (let back = 0; back < line.units; back += step) {
        const refund = refundForUnits(line, Math.min(step, line.units - back), back)
        assert.ok(refund.amountMinor >= 0 && refund.netMinor >= 0 && refund.taxMinor >= 0)
        amount += refund.amountMinor
        tax += refund.taxMinor
      }
      assert.deepEqual([amount, tax], [line.totalMinor, line.taxMinor])
    }
  }
}

/** What the customer pays, less the worth of the gifts. */
const cost = (input: PriceCartInput) => {
  const cart = priceCart(input)
  const worth = sum(cart.gifts, ({ variantId, units }) => {
    const facts = input.giftPrices?.[variantId]
    const listed = units * (facts?.listUnitMinor ?? 0)
    return input.taxIncluded ? listed : Math.round((listed * (10_000 + (facts?.taxRateBp ?? 0))) / 10_000)
  })
  return cart.totalMinor - worth
}

describe('over 100,000 random carts', () => {
  it('every sum is exact, no line is negative, and returns in parts give back what was paid', () => {
    const seen = { carts: 0, discounted: 0, gifts: 0, freeDelivery: 0, elsewhere: 0, lost: 0 }
    fc.assert(
      fc.property(carts, (input) => {
        const cart = priceCart(input)
        checkIdentities(cart)
        checkRefunds(cart)
        seen.carts += 1
        if (cart.discountMinor > 0) seen.discounted += 1
        if (cart.gifts.length > 0) seen.gifts += 1
        if (cart.delivery?.discountMinor) seen.freeDelivery += 1
        if (cart.elsewhere.length > 0) seen.elsewhere += 1
        if (cart.coupons.some((coupon) => coupon.state === 'not_combinable')) seen.lost += 1
      }),
      { numRuns: runs.identities },
    )
    expect(seen.carts).toBe(100_000)
    // The carts are no walk-over: each thing that can happen happened in at least one of a hundred.
    for (const [what, count] of Object.entries(seen)) {
      expect(count, what).toBeGreaterThan(runs.identities / 100)
    }
  })

  it('S10: neither the order of lines and promotions, nor line ids, nor split lines change what a basket costs', () => {
    fc.assert(
      fc.property(carts, (input) => {
        const shuffled = priceCart({
          ...input,
          lines: input.lines.toReversed(),
          promotions: input.promotions.toReversed(),
        })
        const cart = priceCart(input)
        assert.deepEqual(essence(shuffled), essence(cart))
        const byId = new Map(shuffled.lines.map((line) => [line.id, line]))
        for (const line of cart.lines) assert.deepEqual(byId.get(line.id), line)

        const oneByOne = input.lines.flatMap((line, at) =>
          Array.from({ length: line.units }, (_, unit) => ({ ...line, id: `${unit}-${99 - at}`, units: 1 })),
        )
        assert.deepEqual(essence(priceCart({ ...input, lines: oneByOne })), essence(cart))
      }),
      { numRuns: runs.sameBasket },
    )
  })

  it('no other permitted outcome would have cost the customer less', () => {
    fc.assert(
      fc.property(carts, (input) => {
        const stack = input.promotions.filter((promotion) => promotion.combinable)
        const singles = input.promotions.filter((promotion) => !promotion.combinable)
        const outcomes = [stack, ...singles.map((single) => [single])]
        const best = Math.min(...outcomes.map((offered) => cost({ ...input, promotions: offered })))
        assert.equal(cost(input), best)
      }),
      { numRuns: runs.bestOutcome },
    )
  })

  it('pricing changes nothing it is given, answers the same twice, and pricing the answer again changes nothing', () => {
    fc.assert(
      fc.property(carts, (input) => {
        const before = JSON.stringify(input)
        const cart = priceCart(input)
        assert.equal(JSON.stringify(input), before)
        assert.deepEqual(priceCart(input), cart)
        const asked = new Map(input.lines.map((line) => [line.id, line]))
        const again = cart.lines.map((line): CartLineInput => {
          const { id, variantId, units, listUnitMinor, taxRateBp, isGift } = line
          return (
            asked.get(id) ?? {
              id,
              variantId,
              productId: 'pg',
              collectionIds: [],
              units,
              listUnitMinor,
              taxRateBp,
              isGift,
            }
          )
        })
        assert.deepEqual(priceCart({ ...input, lines: again }), cart)
      }),
      { numRuns: runs.again },
    )
  })
})
