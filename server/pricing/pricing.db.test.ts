import { type PreviewPromotion, promotionBody } from '@hilo/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { redeemCoupons, releaseCoupons } from './coupons.ts'
import { findUndeclaredDifferences } from './parity.ts'
import { type PriceLines, priceLines } from './price-lines.ts'
import { priceOf } from './prices.ts'
import { createPromotion, editPromotion } from './promotions.ts'
import { setPrices } from './set-prices.ts'
import { aProduct, type MadeProduct } from './testing.ts'
import { owner, type TestApp, testApp } from './testing-app.ts'

let t: TestDatabase
let shop: TestApp
let shirt: MadeProduct
let salt: MadeProduct
let mug: MadeProduct
let book: MadeProduct
beforeAll(async () => {
  t = await testDatabase()
  shop = await testApp(t.db, t.clock)
  shop.as(owner)
  shirt = await aProduct(t.db, t.clock, { amountMinor: 5000 })
  salt = await aProduct(t.db, t.clock, { amountMinor: 690, taxClass: 'reduced' })
  book = await aProduct(t.db, t.clock, { amountMinor: 2600, taxClass: 'super_reduced' })
  mug = await aProduct(t.db, t.clock, { amountMinor: 1200 })
})
afterAll(async () => {
  await shop.close()
  await t.close()
})
beforeEach(async () => {
  t.clock.set('2026-11-20T09:00:00Z')
  await t.db.run(sql`delete from pricing.coupon_redemption`)
  await t.db.transaction(async (tx) => {
    await tx.run(sql`delete from pricing.promotion`)
    await tx.run(sql`update pricing.version set version = nextval('pricing.version_number')`)
  })
})

const idOf = ({ variantIds }: MadeProduct) => variantIds[0] as string
const price = (lines: [MadeProduct, number][], more: Partial<PriceLines> = {}) =>
  priceLines(t.db, {
    clock: t.clock,
    channelId: 'web',
    couponCodes: [],
    delivery: null,
    lines: lines.map(([product, units], at) => ({ id: `l${at}`, variantId: idOf(product), units })),
    ...more,
  })
const promote = (wish: object) =>
  t.db.transaction((tx) =>
    createPromotion(tx, t.clock, promotionBody.parse({ name: { es: 'Promo' }, status: 'active', ...wish })),
  )
const set = (product: MadeProduct, item: object) =>
  t.db.transaction((tx) =>
    setPrices(tx, t.clock, { items: [{ variantId: idOf(product), ...item }], changedBy: 'test' }),
  )
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )
const monthFrom = { startsAt: '2026-11-01T00:00:00Z', endsAt: '2026-12-01T00:00:00Z' }

describe('taxes', () => {
  test('21, 10 and 4 % on the peninsula, delivery with its own', async () => {
    const cart = await price(
      [
        [shirt, 1],
        [salt, 2],
        [book, 1],
      ],
      { delivery: { amountMinor: 495, taxClass: 'standard' } },
    )
    expect(cart.taxes).toEqual([
      { rateBp: 400, netMinor: 2500, taxMinor: 100 },
      { rateBp: 1000, netMinor: 1255, taxMinor: 125 },
      { rateBp: 2100, netMinor: 4541, taxMinor: 954 },
    ])
    expect(cart.totalMinor).toBe(5000 + 1380 + 2600 + 495)
  })
  test.each(['35001', '38 001', '51001', '52001'])('none to Canarias, Ceuta and Melilla (%s)', async (postalCode) => {
    expect((await price([[shirt, 1]], { postalCode })).taxes).toEqual([{ rateBp: 0, netMinor: 5000, taxMinor: 0 }])
  })
  test("46 is not a region: the country's rate holds", async () => {
    expect((await price([[shirt, 1]], { postalCode: '46001' })).taxes[0]?.rateBp).toBe(2100)
  })
})

describe('price lists', () => {
  test('a channel has its own price where it has one, else the general one', async () => {
    await t.db.run(
      sql`insert into pricing.price_list (id, name, channel_id, currency) values ('pli_pos', 'Tienda', 'pos', 'EUR') on conflict do nothing`,
    )
    await t.db.run(sql`update pricing.version set version = nextval('pricing.version_number')`)
    await set(mug, { priceListId: 'pli_pos', amountMinor: 1000 })
    const prices = await priceOf(t.db, {
      clock: t.clock,
      channelId: 'pos',
      variantIds: [idOf(mug), idOf(salt), 'var_none'],
    })
    expect([...prices.values()].map(({ effectiveMinor }) => effectiveMinor).sort((a, b) => a - b)).toEqual([690, 1000])
    expect(
      (await priceOf(t.db, { clock: t.clock, channelId: 'web', variantIds: [idOf(mug)] })).get(idOf(mug))
        ?.effectiveMinor,
    ).toBe(1200)
    expect(await findUndeclaredDifferences(t.db)).toMatchObject([
      { kind: 'price_list', subjectId: 'pli_pos', channelIds: ['pos'] },
    ])
    await t.db.run(
      sql`update pricing.price_list set owner = 'Ana', explanation = '{"es":"Precio de tienda"}', ends_at = '2026-12-31' where id = 'pli_pos'`,
    )
    expect(await findUndeclaredDifferences(t.db)).toEqual([])
    await t.db.run(sql`delete from pricing.price where price_list_id = 'pli_pos'`)
  })
  test('without a price nothing is sold, and the refusal names the article', async () => {
    const bare = await aProduct(t.db, t.clock, { amountMinor: null })
    await expect(price([[bare, 1]])).rejects.toMatchObject({
      code: 'pricing.no_price',
      data: { variantId: idOf(bare) },
    })
    await expect(price([[shirt, 1]], { channelId: 'nowhere' })).rejects.toMatchObject({ code: 'platform.invalid' })
  })
})

describe('markdowns', () => {
  test('begin and end by the clock, show the lowest price of the 30 days before, and say so', async () => {
    const coat = await aProduct(t.db, t.clock, { amountMinor: 8000 })
    t.clock.set('2026-11-21T09:00:00Z')
    await set(coat, { amountMinor: 9000 })
    t.clock.set('2026-11-22T09:00:00Z')
    await set(coat, {
      markdownMinor: 7000,
      markdownStartsAt: new Date('2026-11-27T00:00:00Z'),
      markdownEndsAt: new Date('2026-12-01T00:00:00Z'),
    })
    const line = async () => (await price([[coat, 1]])).lines[0]
    expect(await line()).toMatchObject({ unitMinor: 9000, priorUnitMinor: null, reasons: [] })
    t.clock.set('2026-11-27T00:00:00Z')
    expect(await line()).toMatchObject({ unitMinor: 7000, listUnitMinor: 9000, priorUnitMinor: 8000 })
    expect((await line())?.reasons[0]?.es).toContain('80,00')
    t.clock.set('2026-12-01T00:00:00Z')
    expect(await line()).toMatchObject({ unitMinor: 9000 })
  })
  test('must be below the price and end after their start; the same again is no change', async () => {
    expect(await codeOf(set(shirt, { markdownMinor: 5000 }))).toBe('pricing.markdown_not_lower')
    expect(await codeOf(set(shirt, { markdownMinor: 4000, markdownEndsAt: new Date('2026-11-20T09:00:00Z') }))).toBe(
      'pricing.markdown_window',
    )
    expect(await set(shirt, { markdownMinor: 4000 })).toMatchObject({ changed: 1 })
    t.clock.advance(60_000)
    expect(await set(shirt, { amountMinor: 5000, markdownMinor: 4000 })).toMatchObject({ changed: 0, unchanged: 1 })
    await set(shirt, { markdownMinor: null })
    const history = await t.db.many(
      sql`select effective_minor as paid from pricing.price_change where variant_id = ${idOf(shirt)} order by id`,
    )
    expect(history).toEqual([{ paid: 5000 }, { paid: 4000 }, { paid: 5000 }])
  })
})

describe('S27: what the web offers and the shop offers', () => {
  const web = {
    kind: 'percentage',
    valueBp: 2000,
    channelIds: ['web'],
    owner: 'Marta',
    explanation: { es: '20 % en la web', en: '20% online' },
    ...monthFrom,
  }
  const counter = () => ({
    kind: 'gift',
    giftVariantId: idOf(mug),
    giftUnits: 1,
    minSubtotalMinor: 5000,
    channelIds: ['pos'],
    owner: 'Marta',
    explanation: { es: 'En tienda te llevas una taza', en: 'In the shop you get a mug' },
    ...monthFrom,
  })

  test('the web shows 20 %, the counter adds the mug, and each says honestly where the other holds', async () => {
    await promote(web)
    await promote(counter())
    const online = await price([[shirt, 1]])
    expect([online.totalMinor, online.gifts.length]).toEqual([4000, 0])
    expect(online.lines[0]?.reasons).toEqual([{ es: '20 % en la web', en: '20% online' }])
    expect(online.elsewhere).toMatchObject([{ channelIds: ['pos'], text: { es: 'En tienda te llevas una taza' } }])
    const inShop = await price([[shirt, 1]], { channelId: 'pos' })
    expect(inShop.totalMinor).toBe(5000)
    expect(inShop.lines.at(-1)).toMatchObject({ variantId: idOf(mug), isGift: true, units: 1, totalMinor: 0 })
    expect(inShop.elsewhere).toMatchObject([{ channelIds: ['web'] }])
    expect(await findUndeclaredDifferences(t.db)).toEqual([])
  })

  test('an undeclared one is refused, by the command and by the database; planted, the check finds it', async () => {
    expect(await codeOf(promote({ ...web, owner: null }))).toBe('pricing.promotion_invalid')
    expect(await codeOf(promote({ ...web, endsAt: null }))).toBe('pricing.promotion_invalid')
    const { id } = await promote(web)
    await expect(t.db.run(sql`update pricing.promotion set explanation = null where id = ${id}`)).rejects.toMatchObject(
      { code: '23514' },
    )
    await t.db.script('alter table pricing.promotion drop constraint promotion_incentive_declared')
    await t.db.run(sql`update pricing.promotion set explanation = null where id = ${id}`)
    expect(await findUndeclaredDifferences(t.db)).toMatchObject([
      { kind: 'promotion', subjectId: id, channelIds: ['web'] },
    ])
    await t.db.run(sql`delete from pricing.promotion where id = ${id}`)
    await t.db.script(`alter table pricing.promotion add constraint promotion_incentive_declared check (
      channel_ids is null or (owner is not null and explanation is not null and starts_at is not null and ends_at is not null))`)
  })
})

describe('coupons', () => {
  const use = (orderId: string, promotionId: string) =>
    t.db.transaction((tx) =>
      redeemCoupons(tx, t.clock, { orderId, redemptions: [{ promotionId, couponCode: 'LINO10' }] }),
    )
  const uses = async (id: string) =>
    (await t.db.one<{ n: number }>(sql`select coupon_uses as n from pricing.promotion where id = ${id}`)).n

  test('fifty orders race for ten uses: exactly ten get them, whatever the order', async () => {
    const { id } = await promote({ kind: 'percentage', valueBp: 1000, couponCode: 'LINO10', couponLimit: 10 })
    const results = await Promise.all(Array.from({ length: 50 }, (_, at) => codeOf(use(`ord_${at}`, id))))
    expect([
      results.filter((code) => code === 'done').length,
      results.filter((code) => code === 'pricing.coupon_used_up').length,
    ]).toEqual([10, 40])
    const noted = await t.db.one<{ n: number }>(
      sql`select count(*)::int as n from pricing.coupon_redemption where released_at is null`,
    )
    expect([await uses(id), noted.n]).toEqual([10, 10])
    expect((await price([[shirt, 1]], { couponCodes: ['lino10'] })).coupons).toMatchObject([{ state: 'used_up' }])
  })

  test('the same order counts once, a canceled one gives its use back, and may take it again', async () => {
    const { id } = await promote({ kind: 'percentage', valueBp: 1000, couponCode: 'LINO10', couponLimit: 1 })
    await use('ord_a', id)
    await use('ord_a', id)
    expect(await uses(id)).toBe(1)
    expect(await codeOf(use('ord_b', id))).toBe('pricing.coupon_used_up')
    await t.db.transaction((tx) => releaseCoupons(tx, { orderId: 'ord_a' }))
    await t.db.transaction((tx) => releaseCoupons(tx, { orderId: 'ord_a' }))
    expect(await uses(id)).toBe(0)
    expect((await price([[shirt, 1]], { couponCodes: ['LINO10'] })).totalMinor).toBe(4500)
    await use('ord_a', id)
    expect(await uses(id)).toBe(1)
  })

  test('a code belongs to one promotion, in any case', async () => {
    await promote({ kind: 'percentage', valueBp: 1000, couponCode: 'LINO10' })
    expect(await codeOf(promote({ kind: 'amount', valueMinor: 500, couponCode: 'lino10' }))).toBe(
      'pricing.coupon_taken',
    )
  })
})

describe('promotions', () => {
  test("a change holds from the next pricing on; somebody else's stale change is refused", async () => {
    const made = await promote({ kind: 'percentage', valueBp: 1000 })
    expect((await price([[shirt, 1]])).totalMinor).toBe(4500)
    await t.db.transaction((tx) =>
      editPromotion(tx, t.clock, { id: made.id, version: made.version, changes: { status: 'paused' } }),
    )
    expect((await price([[shirt, 1]])).totalMinor).toBe(5000)
    const stale = t.db.transaction((tx) =>
      editPromotion(tx, t.clock, { id: made.id, version: made.version, changes: { status: 'active' } }),
    )
    expect(await codeOf(stale)).toBe('platform.changed_meanwhile')
  })

  test('a change that is rolled back never shows', async () => {
    const work = t.db.transaction(async (tx) => {
      await createPromotion(
        tx,
        t.clock,
        promotionBody.parse({ name: { es: 'X' }, status: 'active', kind: 'percentage', valueBp: 5000 }),
      )
      expect(
        (
          await priceLines(tx, {
            clock: t.clock,
            channelId: 'web',
            couponCodes: [],
            delivery: null,
            lines: [{ id: 'a', variantId: idOf(shirt), units: 1 }],
          })
        ).totalMinor,
      ).toBe(2500)
      throw new Error('undone')
    })
    await expect(work).rejects.toThrow('undone')
    expect((await price([[shirt, 1]])).totalMinor).toBe(5000)
    await promote({ kind: 'percentage', valueBp: 1000 })
    expect((await price([[shirt, 1]])).totalMinor).toBe(4500)
  })

  test('the preview prices a basket without and with it, and saves nothing', async () => {
    const promotion = { name: { es: 'Prueba', en: 'Trial' }, kind: 'amount', valueMinor: 700 }
    const answer = await shop.app.inject({
      method: 'POST',
      url: '/api/admin/promotions/preview',
      payload: { promotion, lines: [{ variantId: idOf(shirt), units: 2 }] },
    })
    const body = answer.json<PreviewPromotion>()
    expect([answer.statusCode, body.without.totalMinor, body.with.totalMinor]).toEqual([200, 10_000, 9300])
    expect((await shop.app.inject({ url: '/api/admin/promotions' })).json().items).toEqual([])
  })

  test('over HTTP: made, listed by state, changed', async () => {
    const payload = {
      name: { es: 'Envío gratis', en: 'Free delivery' },
      kind: 'delivery_free',
      minSubtotalMinor: 6000,
      status: 'active',
      startsAt: '2026-12-01T00:00:00Z',
    }
    const made = await shop.app.inject({
      method: 'POST',
      url: '/api/admin/promotions',
      payload,
      headers: { 'idempotency-key': 'a' },
    })
    const again = await shop.app.inject({
      method: 'POST',
      url: '/api/admin/promotions',
      payload,
      headers: { 'idempotency-key': 'a' },
    })
    expect([made.statusCode, made.json().state, again.json().id]).toEqual([201, 'scheduled', made.json().id])
    const listed = async (state: string) =>
      (await shop.app.inject({ url: `/api/admin/promotions?state=${state}` })).json().items.length
    expect([await listed('scheduled'), await listed('running')]).toEqual([1, 0])
    const bad = await shop.app.inject({
      method: 'POST',
      url: '/api/admin/promotions',
      payload: { ...payload, channelIds: ['web'] },
    })
    expect([bad.statusCode, bad.json().parameter]).toEqual([422, 'owner'])
  })
})
