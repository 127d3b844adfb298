import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { quote } from './cart-quote.ts'
import { anArticle, aPromotion, aShop, toAnna, type World } from './testing.ts'

let t: TestDatabase
let shop: World
let articles: string[]

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock)
  const classes = ['standard', 'reduced', 'super_reduced']
  articles = await Promise.all(
    [199, 995, 1050, 3333, 12_999].map((priceMinor, at) =>
      anArticle(t.db, t.clock, {
        priceMinor,
        taxClass: classes[at % 3] ?? 'standard',
        channels: ['web', 'pos', 'mercado'],
      }),
    ),
  )
  await aPromotion(t.db, t.clock, { valueBp: 1500, couponCode: 'QUINCE' })
  await aPromotion(t.db, t.clock, { kind: 'amount', valueMinor: 700, couponCode: 'SIETE' })
  await aPromotion(t.db, t.clock, { kind: 'delivery_free', couponCode: 'ENVIO' })
})
afterAll(async () => t?.close())

type Basket = { lines: { variantId: string; units: number }[]; couponCodes: string[]; delivered: boolean }

const baskets = () =>
  fc.record({
    lines: fc.uniqueArray(
      fc.record({ variantId: fc.constantFrom(...articles), units: fc.integer({ min: 1, max: 20 }) }),
      {
        minLength: 1,
        maxLength: 5,
        selector: ({ variantId }) => variantId,
      },
    ),
    couponCodes: fc.subarray(['QUINCE', 'SIETE', 'ENVIO', 'NADA']),
    delivered: fc.boolean(),
  })

async function priceOn(channelId: string, { lines, couponCodes, delivered }: Basket) {
  const { priced } = await quote(t.db, t.clock, {
    channelId,
    lines: lines.map((line, at) => ({ ...line, id: `lin_${at}` })),
    couponCodes,
    delivery: delivered ? toAnna : { kind: 'pickup', locationId: shop.valencia },
  })
  return priced
}

test('S10 the same basket costs the same on the web, at the till and on a marketplace, and its sums are exact', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(baskets(), async (basket) => {
      const [web, till, market] = await Promise.all(
        ['web', 'pos', 'mercado'].map((channel) => priceOn(channel, basket)),
      )
      expect(till).toEqual(web)
      expect(market).toEqual(web)
      const lines = web?.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0) ?? 0
      expect(lines + (web?.deliveryMinor ?? 0)).toBe(web?.totalMinor)
      expect(web?.taxes.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0)).toBe(web?.totalMinor)
    }),
    { numRuns: 300, seed: 20_261_120 },
  )
})

test('a channel’s own incentive makes the difference that was declared, and nothing else does', async () => {
  const promotion = await aPromotion(t.db, t.clock, {
    valueBp: 1000,
    channelIds: ['web'],
    variantIds: [articles[0] ?? ''],
  })
  const basket = { lines: [{ variantId: articles[0] ?? '', units: 10 }], couponCodes: [], delivered: false }
  const web = await priceOn('web', basket)
  const till = await priceOn('pos', basket)
  expect([web.totalMinor, till.totalMinor]).toEqual([1791, 1990])
  expect(till.elsewhere.map(({ promotionId }) => promotionId)).toEqual([promotion])
  expect(
    await t.db.many(sql`select 1 from pricing.promotion where id = ${promotion} and owner is not null`),
  ).toHaveLength(1)
})
