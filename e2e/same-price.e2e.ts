import { randomUUID } from 'node:crypto'
import type { Cart, Order } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import { raiseVersion } from '../server/pricing/index.ts'
import { device, keyDevice, placesByCode, staffDevice } from './clients.ts'
import { type RunningHilo, startHilo } from './harness.ts'

let hilo: RunningHilo
let web: Client
let till: Client
let market: Client
let place: string
let variants: string[]
let coupons: string[]

/** The demo retailer with plenty of stock, and without the promotions it declares for one channel only. */
beforeAll(async () => {
  hilo = await startHilo({ env: { HILO_RATE_PER_MINUTE: '1000000' } })
  web = device(hilo.url)
  till = await staffDevice(hilo, 'manager')
  market = await keyDevice(hilo, 'marketplace', ['orders:write'])
  place = (await placesByCode(hilo))['VLC'] ?? ''
  await hilo.db.transaction(async (tx) => {
    await tx.run(sql`update pricing.promotion set status = 'paused' where channel_ids is not null`)
    await tx.run(sql`update pricing.promotion set coupon_limit = null`)
    await tx.run(sql`
      insert into catalog.channel (id, name, kind, currency, country, trusted)
      values ('marketplace', '{"es": "Mercado", "en": "Marketplace"}', 'marketplace', 'EUR', 'ES', true) on conflict do nothing`)
    await tx.run(sql`
      insert into catalog.publication (product_id, channel_id) select id, 'marketplace' from catalog.product on conflict do nothing`)
    await raiseVersion(tx, systemClock)
  })
  const everywhere = await hilo.db.many<{ id: string }>(sql`
    select v.id from catalog.variant v join catalog.product p on p.id = v.product_id and p.status = 'active'
     where v.status = 'active' and (select count(*) from catalog.publication u where u.product_id = p.id and u.channel_id in ('web', 'pos')) = 2
     order by md5(v.id) limit 120`)
  variants = everywhere.map(({ id }) => id)
  const gifts = await hilo.db.many<{ id: string }>(
    sql`select gift_variant_id as id from pricing.promotion where gift_variant_id is not null`,
  )
  const stocked = [...new Set([...variants, ...gifts.map(({ id }) => id)])]
  await till.post('/api/admin/stock/receive', {
    locationId: place,
    items: stocked.map((variantId) => ({ variantId, quantity: 5000 })),
    reason: 'para la prueba',
  })
  const codes = await hilo.db.many<{ code: string }>(sql`
    select coupon_code as code from pricing.promotion where coupon_code is not null and status = 'active'`)
  coupons = codes.map(({ code }) => code)
}, 180_000)
afterAll(async () => {
  await hilo?.close()
})

type Basket = { lines: { variantId: string; units: number }[]; couponCodes: string[] }

const baskets = () =>
  fc.record({
    lines: fc.uniqueArray(
      fc.record({ variantId: fc.constantFrom(...variants), units: fc.integer({ min: 1, max: 4 }) }),
      { minLength: 1, maxLength: 5, selector: ({ variantId }) => variantId },
    ),
    couponCodes: fc.subarray(coupons),
  })

/** What was asked for, in the words that carts and orders share. */
function money({ lines, taxes, subtotalMinor, discountMinor, deliveryMinor, taxMinor, totalMinor }: Cart | Order) {
  const byLine = lines
    .map(
      (line) => `${line.variantId} ${line.gift ? 'gift ' : ''}${line.units} ${line.discountMinor} ${line.totalMinor}`,
    )
    .sort()
  return { byLine, taxes, subtotalMinor, discountMinor, deliveryMinor, taxMinor, totalMinor }
}

test('S10: five hundred random baskets of the demo cost the same in the shop, at the counter and by the API', {
  timeout: 600_000,
}, async () => {
  const delivery = { kind: 'pickup', locationId: place }
  const contact = { name: 'Ana Prat', email: 'ana@correo.example', phone: '' }
  const ask = async (basket: Basket) => {
    const [shop, counter, api] = await Promise.all([
      device(hilo.url).post<Cart>('/api/store/carts', { ...basket, contact, delivery }),
      till.post<Cart>('/api/pos/carts', { ...basket, contact, delivery, locationId: place }),
      market.post<Order>('/api/channel/orders', {
        ...basket,
        contact,
        delivery,
        externalRef: randomUUID(),
        payment: { method: 'elsewhere' },
      }),
    ])
    return { shop: money(shop), counter: money(counter), api: money(api) }
  }
  let discounted = 0
  await fc.assert(
    fc.asyncProperty(baskets(), async (basket) => {
      const { shop, counter, api } = await ask(basket)
      expect(counter).toEqual(shop)
      expect(api).toEqual(shop)
      if (shop.discountMinor > 0) discounted += 1
    }),
    { numRuns: 500, seed: 20_261_122, endOnFailure: true },
  )
  expect(discounted).toBeGreaterThan(50)
})

test('S10: with the web’s own incentive back in force, the difference is the one it declares', async () => {
  await hilo.db.transaction(async (tx) => {
    await tx.run(sql`update pricing.promotion set status = 'active' where channel_ids is not null`)
    await raiseVersion(tx, systemClock)
  })
  const undeclared = await hilo.db.many(sql`
    select id from pricing.promotion where channel_ids is not null and (owner is null or explanation is null or ends_at is null)`)
  expect(undeclared).toEqual([])
  const lines = variants.slice(0, 40).map((variantId) => ({ variantId, units: 1 }))
  const [shop, counter] = await Promise.all([
    web.post<Cart>('/api/store/carts', { lines }),
    till.post<Cart>('/api/pos/carts', { lines, locationId: place }),
  ])
  const own = (cart: Cart) => cart.lines.reduce((sum, line) => sum + line.totalMinor, 0)
  const explained = (cart: Cart) =>
    cart.lines.flatMap((line) => line.discounts).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  expect(own(shop) + explained(shop)).toBe(own(counter) + explained(counter))
})
