import type { Cart, CartLine } from '@hilo/contract'
import fc from 'fast-check'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { cartJson, quickly } from './cart-json.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', 'ó', '€ “x”', '\ud800', '\u2028', '😀', '\u007f\u0080'),
)
const words = fc.record({ es: text, en: text })
const amount = fc.integer({ min: 0, max: 2 ** 50 })
const problem = fc.record({ code: text, text: words })

/** Goods and promotions that several lines share, as in a real cart: the same objects. */
const shared = fc.record({
  articles: fc.array(
    fc.record({
      variantId: fc.option(text),
      productId: fc.option(text),
      handle: fc.option(text),
      sku: text,
      title: words,
      optionValues: fc.array(text, { maxLength: 3 }),
      optionLabels: fc.array(words, { maxLength: 3 }),
      picture: fc.option(text),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  promotions: fc.array(fc.record({ promotionId: text, couponCode: fc.option(text), reason: words }), {
    minLength: 1,
    maxLength: 4,
  }),
})

const lines: fc.Arbitrary<CartLine[]> = shared.chain(({ articles, promotions }) => {
  const discount = fc
    .tuple(fc.constantFrom(...promotions), amount)
    .map(([promotion, amountMinor]) => ({ ...promotion, amountMinor }))
  const line = fc.record({
    id: text,
    units: fc.integer({ min: 1, max: 999 }),
    unitMinor: amount,
    listUnitMinor: amount,
    priorUnitMinor: fc.option(amount),
    grossMinor: amount,
    discountMinor: amount,
    totalMinor: amount,
    taxRateBp: fc.integer({ min: 0, max: 10_000 }),
    taxMinor: amount,
    discounts: fc.array(discount, { maxLength: 4 }),
    reasons: fc.array(fc.oneof(fc.constantFrom(...promotions.map(({ reason }) => reason)), words), { maxLength: 4 }),
    gift: fc.boolean(),
    stock: fc.record({
      state: fc.constantFrom(
        'available' as const,
        'few' as const,
        'short' as const,
        'none' as const,
        'untracked' as const,
      ),
      available: fc.integer(),
      heldUntil: fc.option(fc.constant('2026-11-22T12:00:00.000Z')),
    }),
    problems: fc.array(problem, { maxLength: 2 }),
  })
  return fc.array(
    fc.tuple(fc.constantFrom(...articles), line).map(([article, rest]) => ({ ...article, ...rest })),
    { maxLength: 8 },
  )
})

const contact = fc.record({ name: text, email: text, phone: text })

function aCart(cartLines: CartLine[], who: Cart['contact'], note: string): Cart {
  return {
    id: 'crt_1',
    channelId: 'web',
    locationId: null,
    status: 'open',
    currency: 'EUR',
    taxIncluded: true,
    language: 'es',
    version: 3,
    lines: cartLines,
    units: 0,
    coupons: [],
    contact: who,
    delivery: null,
    note,
    subtotalMinor: 0,
    discountMinor: 0,
    deliveryMinor: null,
    deliveryReason: null,
    taxMinor: 0,
    totalMinor: 0,
    taxes: [],
    deliveryOptions: [],
    pickupPlaces: [],
    plan: null,
    elsewhere: [],
    problems: [],
    ready: false,
    order: null,
    updatedAt: '2026-11-22T12:00:00.000Z',
  }
}

test('a cart is the same document as JSON.stringify would write, whatever stands in it', () => {
  fc.assert(
    fc.property(lines, contact, text, (cartLines, who, note) => {
      const cart = aCart(cartLines, who, note)
      const written = new TextDecoder('utf-8', { fatal: true }).decode(cartJson(cart))
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(cart)))
      // The same characters, too: only the place of `lines` differs.
      const { lines: list, ...rest } = cart
      expect(written).toBe(
        `{"lines":[${list.map((line) => canonical(line)).join(',')}],${JSON.stringify(rest).slice(1)}`,
      )
    }),
    { numRuns: 300 },
  )
})

/** A line with its fields in the order of the writer. */
function canonical(line: CartLine): string {
  const { id, variantId, productId, handle, sku, title, optionValues, optionLabels, picture, ...rest } = line
  const { units, unitMinor, listUnitMinor, priorUnitMinor, grossMinor, discountMinor, totalMinor, ...more } = rest
  const { taxRateBp, taxMinor, discounts, reasons, gift, stock, problems } = more
  const ordered = discounts.map(({ promotionId, couponCode, amountMinor, reason }) => ({
    promotionId,
    couponCode,
    amountMinor,
    reason,
  }))
  return JSON.stringify({
    id,
    variantId,
    productId,
    handle,
    sku,
    title,
    optionValues,
    optionLabels,
    picture,
    units,
    unitMinor,
    listUnitMinor,
    priorUnitMinor,
    grossMinor,
    discountMinor,
    totalMinor,
    taxRateBp,
    taxMinor,
    discounts: ordered,
    reasons,
    gift,
    stock,
    problems,
  })
}

test('goods that changed under the same title are told as they are now', () => {
  const title = { es: 'Camisa', en: 'Shirt' }
  const line = (sku: string): CartLine => ({
    id: 'lin_1',
    variantId: 'var_1',
    productId: 'prd_1',
    handle: 'camisa',
    sku,
    title,
    optionValues: [],
    optionLabels: [],
    picture: null,
    units: 1,
    unitMinor: 1,
    listUnitMinor: 1,
    priorUnitMinor: null,
    grossMinor: 1,
    discountMinor: 0,
    totalMinor: 1,
    taxRateBp: 0,
    taxMinor: 0,
    discounts: [],
    reasons: [],
    gift: false,
    stock: { state: 'available', available: 1, heldUntil: null },
    problems: [],
  })
  const skus = ['A', 'B', 'A'].map((sku) => {
    const nobody = { name: '', email: '', phone: '' }
    return JSON.parse(cartJson(aCart([line(sku)], nobody, '')).toString()).lines[0].sku
  })
  expect(skus).toEqual(['A', 'B', 'A'])
})

test('a reply that was to be a cart and becomes a refusal says the refusal', async () => {
  const app = Fastify()
  const cart = aCart([], { name: 'Ana Muñoz', email: '', phone: '' }, '')
  app.get('/cart', async (_, reply) => quickly(reply, cart))
  app.get('/refused', async (_, reply) => {
    quickly(reply, cart)
    return reply.code(409).type('application/problem+json').send({ code: 'orders.cart_placed' })
  })
  const shown = await app.inject('/cart')
  expect(shown.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(shown.json()).toEqual(JSON.parse(JSON.stringify(cart)))
  const refused = await app.inject('/refused')
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(refused.json()).toEqual({ code: 'orders.cart_placed' })
  await app.close()
})
