import { describe, expect, it } from 'vitest'
import { priceCart } from './cart.ts'
import { aCart, aLine, aPromotion } from './testing.ts'
import type { PriceCartInput, PricedCart } from './types.ts'

const delivery = { amountMinor: 495, taxRateBp: 2100 }
const shirt = aLine({ id: 'shirt', listUnitMinor: 3_990, taxRateBp: 2100 })
const oil = aLine({ id: 'oil', listUnitMinor: 1_095, taxRateBp: 1000 })
const book = aLine({ id: 'book', listUnitMinor: 1_800, taxRateBp: 400 })

function line(cart: PricedCart, id: string) {
  const found = cart.lines.find((each) => each.id === id)
  if (!found) throw new Error(`no line ${id}`)
  return found
}

describe('a basket with 21, 10 and 4 % tax', () => {
  it('with tax in the prices: 73,80 hold 9,47 of tax', () => {
    const cart = priceCart(aCart({ lines: [shirt, oil, book], delivery }))
    // 21 %: 39.90 + 4.95 = 44.85 → 7.78, of which 6.92 shirt and 0.86 delivery; 10 %: 1.00; 4 %: 0.69.
    expect(cart.taxes).toEqual([
      { rateBp: 400, netMinor: 1_731, taxMinor: 69 },
      { rateBp: 1000, netMinor: 995, taxMinor: 100 },
      { rateBp: 2100, netMinor: 3_707, taxMinor: 778 },
    ])
    expect(cart).toMatchObject({
      subtotalMinor: 6_885,
      discountMinor: 0,
      deliveryMinor: 495,
      totalMinor: 7_380,
      taxMinor: 947,
    })
    expect(line(cart, 'shirt')).toMatchObject({ grossMinor: 3_990, totalMinor: 3_990, netMinor: 3_298, taxMinor: 692 })
    expect(cart.delivery).toMatchObject({ totalMinor: 495, taxMinor: 86 })
  })

  it('with tax on top: the same figures as net prices cost 85,04', () => {
    const cart = priceCart(aCart({ lines: [shirt, oil, book], delivery, taxIncluded: false }))
    // 21 %: 44.85 × 0.21 = 9.4185 → 9.42, of which 8.38 shirt and 1.04 delivery; 10 %: 1.095 → 1.10; 4 %: 0.72.
    expect(cart.taxes).toEqual([
      { rateBp: 400, netMinor: 1_800, taxMinor: 72 },
      { rateBp: 1000, netMinor: 1_095, taxMinor: 110 },
      { rateBp: 2100, netMinor: 4_485, taxMinor: 942 },
    ])
    expect(cart).toMatchObject({ subtotalMinor: 6_885, deliveryMinor: 599, taxMinor: 1_124, totalMinor: 8_504 })
    expect(line(cart, 'shirt')).toMatchObject({ grossMinor: 3_990, netMinor: 3_990, taxMinor: 838, totalMinor: 4_828 })
    expect(cart.delivery).toMatchObject({ amountMinor: 495, taxMinor: 104, totalMinor: 599 })
  })

  it('20 % off: tax is computed on what is left', () => {
    const promotions = [aPromotion({ valueBp: 2000 })]
    const cart = priceCart(aCart({ lines: [shirt, oil, book], delivery, promotions }))
    // 68.85 × 20 % = 13.77, allocated 7.98 : 2.19 : 3.60; left 31.92, 8.76, 14.40.
    // 21 %: 31.92 + 4.95 = 36.87 → 6.40; 10 %: 8.76 → 0.80; 4 %: 14.40 → 0.55.
    expect(cart.lines.map((each) => [each.discountMinor, each.totalMinor])).toEqual([
      [798, 3_192],
      [219, 876],
      [360, 1_440],
    ])
    expect(cart.taxes.map((tax) => tax.taxMinor)).toEqual([55, 80, 640])
    expect(cart).toMatchObject({ discountMinor: 1_377, deliveryMinor: 495, totalMinor: 6_003, taxMinor: 775 })
    expect(line(cart, 'shirt').discounts).toEqual([
      { promotionId: 'prm', couponCode: null, amountMinor: 798, reason: { es: 'Diez por ciento', en: 'Ten percent' } },
    ])
  })

  it('10,00 off three different things of 10,00 is 3,34, 3,33 and 3,33', () => {
    const lines = ['c', 'a', 'b'].map((id) => aLine({ id }))
    const cart = priceCart(aCart({ lines, promotions: [aPromotion({ kind: 'amount', valueMinor: 1_000 })] }))
    expect(cart.lines.map((each) => [each.id, each.discountMinor])).toEqual([
      ['c', 333],
      ['a', 334],
      ['b', 333],
    ])
  })
})

describe('a markdown', () => {
  it('lowers the unit price and says the lowest price of the 30 days before', () => {
    const reduced = aLine({ listUnitMinor: 3_990, markdownUnitMinor: 2_990, priorUnitMinor: 3_490, units: 2 })
    const cart = priceCart(aCart({ lines: [reduced] }))
    expect(cart.lines[0]).toMatchObject({
      unitMinor: 2_990,
      listUnitMinor: 3_990,
      priorUnitMinor: 3_490,
      grossMinor: 5_980,
    })
    expect(cart.lines[0]?.reasons).toEqual([
      {
        es: 'Rebajado de 39,90\u00a0€ a 29,90\u00a0€. Precio más bajo en los 30 días anteriores: 34,90\u00a0€.',
        en: 'Reduced from €39.90 to €29.90. Lowest price in the 30 days before: €34.90.',
      },
    ])
  })

  it('above the list price is no markdown', () => {
    const cart = priceCart(aCart({ lines: [aLine({ listUnitMinor: 1_000, markdownUnitMinor: 1_200 })] }))
    expect(cart.lines[0]).toMatchObject({ unitMinor: 1_000, reasons: [] })
  })
})

describe('gifts', () => {
  const mug = aPromotion({
    id: 'mug',
    kind: 'gift',
    giftVariantId: 'var_mug',
    text: { es: 'Taza de regalo', en: 'A mug as a gift' },
    minSubtotalMinor: 5_000,
  })
  const giftPrices = { var_mug: { taxRateBp: 2100, productId: 'prd_mug' } }
  const two = [aLine({ id: 'a', units: 2, listUnitMinor: 2_500 })]

  it('are free lines that count for nothing', () => {
    const cart = priceCart(aCart({ lines: two, promotions: [mug], giftPrices }))
    expect(cart.gifts).toEqual([{ promotionId: 'mug', variantId: 'var_mug', units: 1, reason: mug.text }])
    expect(line(cart, 'gift:var_mug')).toMatchObject({
      units: 1,
      totalMinor: 0,
      taxMinor: 0,
      isGift: true,
      reasons: [mug.text],
    })
    expect(cart.totalMinor).toBe(5_000)
    expect(cart.taxes).toHaveLength(1)
  })

  it('stand in `gifts` alone while nothing is known about the gift', () => {
    const cart = priceCart(aCart({ lines: two, promotions: [mug] }))
    expect(cart.gifts).toHaveLength(1)
    expect(cart.lines).toHaveLength(1)
  })

  it('come once per order, or once for every so many units', () => {
    const lines = [aLine({ units: 7 })]
    const units = (giftPerUnits: number | null, giftUnits?: number) =>
      priceCart(aCart({ lines, promotions: [{ ...mug, giftPerUnits, giftUnits }] })).gifts.map((gift) => gift.units)
    expect(units(null)).toEqual([1])
    expect(units(3)).toEqual([2])
    expect(units(3, 2)).toEqual([4])
    expect(units(8)).toEqual([])
  })

  it('of two promotions stand on one line with both reasons, the one with the lowest id where the basket holds two', () => {
    const second = { ...mug, id: 'mug2', giftUnits: 2, text: { es: 'Dos tazas más', en: 'Two more mugs' } }
    const held = ['line_9', 'line_7', 'line_8'].map((id) => aLine({ id, variantId: 'var_mug', isGift: true }))
    const cart = priceCart(aCart({ lines: [...two, ...held], promotions: [mug, second] }))
    expect(cart.gifts.map((gift) => gift.units)).toEqual([1, 2])
    expect(cart.lines.map((each) => [each.id, each.units])).toEqual([
      ['a', 2],
      ['line_7', 3],
    ])
    expect(line(cart, 'line_7').reasons).toEqual([mug.text, second.text])
  })

  it('do not make free the same thing when it is bought', () => {
    const bought = aLine({ id: 'bought', variantId: 'var_mug', listUnitMinor: 1_200 })
    const cart = priceCart(aCart({ lines: [...two, bought], promotions: [mug], giftPrices }))
    expect(cart.lines.map((each) => [each.id, each.units, each.totalMinor, each.isGift])).toEqual([
      ['a', 2, 5_000, false],
      ['bought', 1, 1_200, false],
      ['gift:var_mug', 1, 0, true],
    ])
  })

  it('leave the basket when it no longer earns them, and never earn the next gift', () => {
    const held = aLine({ id: 'line_9', variantId: 'var_mug', listUnitMinor: 2_500, units: 3, isGift: true })
    const earned = priceCart(aCart({ lines: [...two, held], promotions: [mug] }))
    expect(line(earned, 'line_9')).toMatchObject({ units: 1, unitMinor: 0, listUnitMinor: 2_500, totalMinor: 0 })
    const lapsed = priceCart(aCart({ lines: [aLine({ listUnitMinor: 2_500 }), held], promotions: [mug] }))
    expect(lapsed.lines.map((each) => each.id)).toEqual(['line'])
    expect(lapsed.totalMinor).toBe(2_500)
  })
})

describe('delivery', () => {
  it('is free with its reason, and owes no tax then', () => {
    const promotions = [aPromotion({ kind: 'delivery_free', text: { es: 'Envío gratis', en: 'Free delivery' } })]
    const cart = priceCart(aCart({ lines: [aLine({ listUnitMinor: 12_100 })], delivery, promotions }))
    expect(cart.delivery).toEqual({
      amountMinor: 495,
      discountMinor: 495,
      totalMinor: 0,
      taxRateBp: 2100,
      taxMinor: 0,
      reason: { es: 'Envío gratis', en: 'Free delivery' },
    })
    expect(cart).toMatchObject({ deliveryMinor: 0, totalMinor: 12_100, taxMinor: 2_100, discountMinor: 0 })
  })
})

const pricing = (overrides: Parameters<typeof aCart>[0]) => () => priceCart(aCart(overrides))

describe('a basket that cannot be', () => {
  it('is refused with the field that is wrong', () => {
    expect(pricing({ lines: [aLine(), aLine()] })).toThrow('two cart lines share the id line')
    expect(pricing({ lines: [aLine({ units: 0 })] })).toThrow('units of line line must be at least 1, got 0')
    expect(pricing({ lines: [aLine({ listUnitMinor: 9.99 })] })).toThrow(
      'listUnitMinor of line line must be a whole number',
    )
    expect(pricing({ lines: [aLine({ markdownUnitMinor: -1 })] })).toThrow('markdownUnitMinor of line line')
    expect(pricing({ delivery: { amountMinor: -1, taxRateBp: 0 } })).toThrow('amountMinor of the delivery')
    expect(pricing({ at: '2026-11-23T10:00:00' })).toThrow('at must be an ISO 8601 instant with offset')
    expect(pricing({ promotions: [aPromotion({ valueBp: 10_001 })] })).toThrow(
      'valueBp of promotion prm must be at most',
    )
    expect(pricing({ promotions: [aPromotion({ kind: 'gift' })] })).toThrow('giftVariantId of promotion prm is missing')
  })

  it('without lines costs its delivery', () => {
    expect(priceCart(aCart({ lines: [], delivery, promotions: [aPromotion()] }))).toMatchObject({
      subtotalMinor: 0,
      totalMinor: 495,
      taxMinor: 86,
    })
  })
})

describe('lines that look alike', () => {
  const amounts = (lines: PriceCartInput['lines']) => {
    const promotions = [aPromotion({ kind: 'amount', valueMinor: 1, variantIds: [lines[0]?.variantId ?? ''] })]
    return priceCart(aCart({ lines, promotions })).lines.map(({ discountMinor }) => discountMinor)
  }

  it('are told apart whatever signs their ids hold', () => {
    const [quoted, apart] = [aLine({ id: 'a' }), aLine({ id: 'b' })]
    expect(
      amounts([
        { ...quoted, variantId: 'x","y', productId: 'z' },
        { ...apart, variantId: 'x', productId: 'y","z' },
      ]),
    ).toEqual([1, 0])
    const collections = (ids: string[], id: string) => aLine({ id, variantId: 'v', productId: 'p', collectionIds: ids })
    const promotions = [aPromotion({ kind: 'amount', valueMinor: 1, collectionIds: ['x","y'] })]
    const lines = [collections(['x', 'y'], 'a'), collections(['x","y'], 'b')]
    expect(priceCart(aCart({ lines, promotions })).lines.map(({ discountMinor }) => discountMinor)).toEqual([0, 1])
  })
})

describe('a gift line that the cart holds already', () => {
  it('keeps its own tax rate and list price where the article is not known otherwise', () => {
    const gift = aLine({ id: 'g', variantId: 'present', isGift: true, taxRateBp: 400, listUnitMinor: 700 })
    const promotions = [aPromotion({ kind: 'gift', giftVariantId: 'present' })]
    const line = priceCart(aCart({ lines: [aLine(), gift], promotions })).lines.find(({ isGift }) => isGift)
    expect(line).toMatchObject({ id: 'g', taxRateBp: 400, listUnitMinor: 700, totalMinor: 0 })
    const giftPrices = { present: { taxRateBp: 1000, productId: 'p', listUnitMinor: 900 } }
    const known = priceCart(aCart({ lines: [aLine(), gift], promotions, giftPrices })).lines.find(
      ({ isGift }) => isGift,
    )
    expect(known).toMatchObject({ taxRateBp: 1000, listUnitMinor: 900 })
  })
})
