import { describe, expect, it } from 'vitest'
import { priceCart } from './cart.ts'
import { aCart, aLine, aPromotion } from './testing.ts'
import type { PriceCartInput, Promotion } from './types.ts'

const discounts = (input: Partial<PriceCartInput>) =>
  priceCart(aCart(input)).lines.flatMap((line) =>
    line.discounts.map((each) => `${each.promotionId} ${each.amountMinor} ${line.id}`),
  )
const amount = (overrides: Partial<Promotion>) => aPromotion({ kind: 'amount', valueMinor: 100, ...overrides })

describe('which lines a promotion takes', () => {
  const lines = [
    aLine({ id: 'a', variantId: 'v1', productId: 'p1', collectionIds: ['linen', 'bath'] }),
    aLine({ id: 'b', variantId: 'v2', productId: 'p1', collectionIds: [] }),
    aLine({ id: 'c', variantId: 'v3', productId: 'p2', collectionIds: ['bath'] }),
  ]
  const taken = (filter: Partial<Promotion>) => discounts({ lines, promotions: [aPromotion(filter)] })

  it('those any of its lists names, all when it has none, none when its list is empty', () => {
    expect(taken({})).toEqual(['prm 100 a', 'prm 100 b', 'prm 100 c'])
    expect(taken({ variantIds: ['v2'] })).toEqual(['prm 100 b'])
    expect(taken({ productIds: ['p1'] })).toEqual(['prm 100 a', 'prm 100 b'])
    expect(taken({ collectionIds: ['bath'] })).toEqual(['prm 100 a', 'prm 100 c'])
    expect(taken({ variantIds: ['v2'], collectionIds: ['linen'] })).toEqual(['prm 100 a', 'prm 100 b'])
    expect(taken({ variantIds: [] })).toEqual([])
  })

  it('and its minimums look at those lines only, before promotions', () => {
    expect(taken({ productIds: ['p1'], minUnits: 2 })).toHaveLength(2)
    expect(taken({ productIds: ['p1'], minUnits: 3 })).toEqual([])
    expect(taken({ productIds: ['p1'], minSubtotalMinor: 2_000 })).toHaveLength(2)
    expect(taken({ productIds: ['p1'], minSubtotalMinor: 2_001 })).toEqual([])
    const promotions = [aPromotion({ id: 'first', priority: 1 }), aPromotion({ id: 'then', minSubtotalMinor: 3_000 })]
    expect(discounts({ lines, promotions })).toHaveLength(6)
  })
})

describe('when a promotion holds', () => {
  const dated = { startsAt: '2026-11-27T00:00:00+01:00', endsAt: '2026-11-30T00:00:00+01:00' }
  const at = (moment: string) => discounts({ at: moment, promotions: [aPromotion(dated)] }).length

  it('from its first instant up to, not including, its end', () => {
    expect(at('2026-11-26T22:59:59Z')).toBe(0)
    expect(at('2026-11-26T23:00:00Z')).toBe(1)
    expect(at('2026-11-29T22:59:59.999Z')).toBe(1)
    expect(at('2026-11-29T23:00:00Z')).toBe(0)
  })

  it('for customers with one of its tags, where it names any', () => {
    const promotions = [aPromotion({ customerTags: ['vip', 'staff'] })]
    expect(discounts({ promotions })).toEqual([])
    expect(discounts({ promotions, customerTags: ['new'] })).toEqual([])
    expect(discounts({ promotions, customerTags: ['new', 'staff'] })).toHaveLength(1)
  })
})

const solo = (id: string, valueMinor: number, priority = 0) => amount({ id, valueMinor, priority, combinable: false })

describe('the outcome that costs least', () => {
  const lines = [aLine({ id: 'a' }), aLine({ id: 'b', taxRateBp: 0 })]
  const offA = { ...solo('on-a', 100), variantIds: ['var_a'] }
  const offB = { ...solo('on-b', 105), variantIds: ['var_b'] }

  it('counts the tax that a discount saves, where prices are without', () => {
    // 100 off at 21 % saves 121, 105 off without tax saves 105.
    expect(discounts({ lines, taxIncluded: false, promotions: [offA, offB] })).toEqual(['on-a 100 a'])
    expect(discounts({ lines, taxIncluded: true, promotions: [offA, offB] })).toEqual(['on-b 105 b'])
  })

  it('counts the delivery with its tax', () => {
    const free = aPromotion({ id: 'free', kind: 'delivery_free', combinable: false })
    const cart = {
      lines,
      taxIncluded: false,
      delivery: { amountMinor: 100, taxRateBp: 2100 },
      promotions: [free, offB],
    }
    expect(priceCart(aCart(cart)).delivery).toMatchObject({ discountMinor: 100, totalMinor: 0 })
    expect(priceCart(aCart({ ...cart, taxIncluded: true })).delivery).toMatchObject({ discountMinor: 0 })
  })

  it('frees the delivery beside a discount on the goods', () => {
    const free = aPromotion({ id: 'free', kind: 'delivery_free' })
    const cart = aCart({
      delivery: { amountMinor: 495, taxRateBp: 2100 },
      promotions: [amount({ id: 'first', priority: 1 }), free],
    })
    expect(priceCart(cart).delivery).toMatchObject({ discountMinor: 495, totalMinor: 0, reason: expect.anything() })
  })
})

describe('a promotion that cannot be', () => {
  it('is a defect, also where it is about gifts', () => {
    const gift = (more: Partial<Promotion>) => () =>
      priceCart(aCart({ promotions: [aPromotion({ kind: 'gift', giftVariantId: 'v', ...more })] }))
    expect(gift({ giftUnits: 0 })).toThrow('giftUnits of promotion prm must be at least 1, got 0')
    expect(gift({ giftPerUnits: 0 })).toThrow('giftPerUnits of promotion prm must be at least 1, got 0')
  })
})

describe('a coupon beside other promotions', () => {
  it('is applied when it is one of several that are', () => {
    const promotions = [amount({ id: 'auto' }), amount({ id: 'code', couponCode: 'HOLA' })]
    const { coupons } = priceCart(aCart({ promotions, couponCodes: ['hola'] }))
    expect(coupons).toMatchObject([{ code: 'hola', state: 'applied' }])
  })
})

const worth = (listUnitMinor: number) => ({ v: { taxRateBp: 2100, productId: 'p', listUnitMinor } })

describe('promotions together', () => {
  it('combinable ones stack by falling priority, each on what the earlier ones left', () => {
    const ten = aPromotion({ id: 'ten', priority: 1 })
    const five = amount({ id: 'five', valueMinor: 500 })
    // 10.00 − 10 % − 5.00, and 10.00 − 5.00 − 10 %.
    expect(discounts({ promotions: [five, ten] })).toEqual(['ten 100 line', 'five 500 line'])
    expect(discounts({ promotions: [{ ...five, priority: 2 }, ten] })).toEqual(['five 500 line', 'ten 50 line'])
    expect(discounts({ promotions: [{ ...five, priority: 1 }, ten] })).toEqual(['five 500 line', 'ten 50 line'])
  })

  it('a line never goes below zero', () => {
    const promotions = [
      amount({ id: 'a', valueMinor: 700 }),
      amount({ id: 'b', valueMinor: 700 }),
      aPromotion({ id: 'c' }),
    ]
    expect(discounts({ promotions })).toEqual(['a 700 line', 'b 300 line'])
    expect(priceCart(aCart({ promotions })).totalMinor).toBe(0)
  })

  it('one that does not combine stands alone, and only where it is better for the customer', () => {
    const stack = [amount({ id: 'a' }), amount({ id: 'b' })]
    const alone = (valueMinor: number) => amount({ id: 'solo', valueMinor, combinable: false })
    expect(discounts({ promotions: [...stack, alone(201)] })).toEqual(['solo 201 line'])
    expect(discounts({ promotions: [...stack, alone(199)] })).toEqual(['a 100 line', 'b 100 line'])
    expect(discounts({ promotions: [...stack, alone(200)] })).toEqual(['a 100 line', 'b 100 line'])
  })

  it('of two that do not combine the better one is given, of equal ones that of higher priority', () => {
    expect(discounts({ promotions: [solo('a', 200, 9), solo('b', 300)] })).toEqual(['b 300 line'])
    expect(discounts({ promotions: [solo('a', 300), solo('b', 300, 1)] })).toEqual(['b 300 line'])
    expect(discounts({ promotions: [solo('b', 300), solo('a', 300)] })).toEqual(['a 300 line'])
  })

  it('free delivery and a gift of known worth count in the comparison', () => {
    const money = amount({ id: 'solo', valueMinor: 400, combinable: false })
    const free = aPromotion({ id: 'free', kind: 'delivery_free' })
    const mug = aPromotion({ id: 'mug', kind: 'gift', giftVariantId: 'v', combinable: false })
    const cart = (input: Partial<PriceCartInput>) => priceCart(aCart({ promotions: [money, free, mug], ...input }))
    expect(cart({ delivery: { amountMinor: 399, taxRateBp: 2100 } }).deliveryMinor).toBe(399)
    expect(cart({ delivery: { amountMinor: 401, taxRateBp: 2100 } }).deliveryMinor).toBe(0)
    expect(cart({ giftPrices: worth(399) }).gifts).toEqual([])
    expect(cart({ giftPrices: worth(401) }).gifts).toHaveLength(1)
  })

  it('a gift of unknown worth is still better than nothing', () => {
    const mug = aPromotion({ id: 'mug', kind: 'gift', giftVariantId: 'v', combinable: false })
    expect(priceCart(aCart({ promotions: [mug] })).gifts).toHaveLength(1)
  })
})

const coupon = (overrides: Partial<Promotion> = {}) =>
  aPromotion({ id: 'cpn', couponCode: 'HOLA10', text: { es: 'Bienvenida', en: 'Welcome' }, ...overrides })

const told = (promotion: Promotion, input: Partial<PriceCartInput> = {}) => {
  const cart = priceCart(aCart({ couponCodes: [' hola10 '], promotions: [promotion], ...input }))
  return [cart.coupons[0]?.state, cart.coupons[0]?.reason.es, cart.discountMinor]
}

describe('coupons', () => {
  it('count only when entered, however they are typed, and once', () => {
    expect(discounts({ promotions: [coupon()] })).toEqual([])
    const cart = priceCart(aCart({ promotions: [coupon()], couponCodes: ['hola10', ' HOLA10', ''] }))
    expect(cart.coupons).toEqual([{ code: 'hola10', state: 'applied', reason: { es: 'Bienvenida', en: 'Welcome' } }])
    expect(cart.lines[0]?.discounts).toMatchObject([{ couponCode: 'HOLA10', amountMinor: 100 }])
  })

  it('say what is wrong and what would help', () => {
    const zone = { timeZone: 'Europe/Madrid' }
    expect(told(coupon())).toEqual(['applied', 'Bienvenida', 100])
    expect(told(coupon({ couponCode: 'OTRO' }))).toEqual([
      'unknown',
      'No conocemos este código. Comprueba cómo está escrito.',
      0,
    ])
    const later = coupon({ startsAt: '2026-11-26T23:00:00Z' })
    expect(told(later)).toEqual(['not_started', 'Todavía no vale.', 0])
    expect(told(later, zone)).toEqual(['not_started', 'Vale desde el 27 de noviembre de 2026.', 0])
    const over = coupon({ endsAt: '2026-11-22T23:00:00Z' })
    expect(told(over)).toEqual(['expired', 'Ya no vale.', 0])
    expect(told(over, zone)).toEqual(['expired', 'Valía hasta el 22 de noviembre de 2026.', 0])
    expect(told(coupon({ couponUsesLeft: 0 }))).toEqual(['used_up', 'Ya se ha usado todas las veces posibles.', 0])
    expect(told(coupon({ couponUsesLeft: 1 }))).toEqual(['applied', 'Bienvenida', 100])
    expect(told(coupon({ channelIds: ['pos'] }))).toEqual(['other_channel', 'No vale en este canal: Bienvenida', 0])
  })

  it('say how much is missing', () => {
    const state = 'condition_not_met'
    const short = (overrides: Partial<Promotion>) => told(coupon(overrides))
    expect(short({ minSubtotalMinor: 2_250 })).toEqual([
      state,
      'Te faltan 12,50\u00a0€ en artículos de esta promoción.',
      0,
    ])
    expect(short({ minUnits: 2 })).toEqual([state, 'Te falta 1 unidad de esta promoción.', 0])
    expect(short({ minUnits: 4 })).toEqual([state, 'Te faltan 3 unidades de esta promoción.', 0])
    expect(short({ productIds: ['x'] })).toEqual([state, 'En tu cesta no hay artículos de esta promoción.', 0])
    expect(short({ kind: 'delivery_free' })).toEqual([state, 'Es para envíos y esta compra no lleva envío.', 0])
    expect(short({ customerTags: ['vip'] })[0]).toBe(state)
    const all = aPromotion({ id: 'all', valueBp: 10_000, priority: 5 })
    expect(told(coupon(), { promotions: [coupon(), all] })).toEqual([state, 'No queda nada que descontar.', 1_000])
  })

  it('name the better promotion they do not add to', () => {
    const better = aPromotion({ id: 'better', valueBp: 3_000, combinable: false, name: { es: 'Rebajas', en: 'Sale' } })
    const text = 'No se suma a «Rebajas», que te conviene más.'
    expect(told(coupon(), { promotions: [coupon(), better] })).toEqual(['not_combinable', text, 300])
  })

  it('shared by several promotions give the most hopeful answer', () => {
    const promotions = [coupon({ id: 'old', endsAt: '2026-01-01T00:00:00Z' }), coupon({ id: 'web', minUnits: 2 })]
    expect(told(coupon(), { promotions })[0]).toBe('condition_not_met')
    expect(told(coupon(), { promotions: [...promotions, coupon({ id: 'now' })] })[0]).toBe('applied')
  })
})

describe('incentives of one channel', () => {
  const owner = 'Marketing'
  const online = aPromotion({
    id: 'online',
    valueBp: 2_000,
    channelIds: ['web'],
    owner,
    combinable: false,
    text: { es: '20 % en la web', en: '20 % online' },
  })
  const mug = aPromotion({
    id: 'mug',
    kind: 'gift',
    giftVariantId: 'var_mug',
    channelIds: ['pos'],
    owner,
    combinable: false,
    text: { es: 'Una taza en tienda', en: 'A mug in the shop' },
  })
  const on = (channelId: string, overrides: Partial<PriceCartInput> = {}) =>
    priceCart(aCart({ channelId, promotions: [online, mug], ...overrides }))

  it('S27: 20 % online and a mug in the shop, each channel saying where the other advantage holds', () => {
    const web = on('web')
    expect(web).toMatchObject({ totalMinor: 800, gifts: [] })
    expect(web.elsewhere).toEqual([{ promotionId: 'mug', channelIds: ['pos'], text: mug.text }])
    const pos = on('pos')
    expect(pos).toMatchObject({ totalMinor: 1_000, gifts: [{ variantId: 'var_mug', units: 1 }] })
    expect(pos.elsewhere).toEqual([{ promotionId: 'online', channelIds: ['web'], text: online.text }])
    const chat = on('chat')
    expect(chat.totalMinor).toBe(1_000)
    expect(chat.elsewhere.map((hint) => hint.promotionId)).toEqual(['mug', 'online'])
  })

  it('are not announced where this basket would not get them', () => {
    expect(on('pos', { promotions: [{ ...online, minUnits: 2 }] }).elsewhere).toEqual([])
    expect(on('pos', { promotions: [{ ...online, endsAt: '2026-11-01T00:00:00Z' }] }).elsewhere).toEqual([])
    const better = aPromotion({ id: 'better', valueBp: 3_000, combinable: false })
    expect(on('pos', { promotions: [online, better] }).elsewhere).toEqual([])
    expect(on('pos', { promotions: [{ ...online, channelIds: ['web', 'app'] }] }).elsewhere[0]?.channelIds).toEqual([
      'web',
      'app',
    ])
  })

  it('with a code are told only to those who have the code', () => {
    const promotions = [{ ...online, couponCode: 'WEB20' }]
    expect(on('pos', { promotions }).elsewhere).toEqual([])
    expect(on('pos', { promotions, couponCodes: ['web20'] })).toMatchObject({
      elsewhere: [{ promotionId: 'online' }],
      coupons: [{ state: 'other_channel' }],
    })
  })
})
