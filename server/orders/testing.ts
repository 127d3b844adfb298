import type { DeliveryChoice } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { raiseVersion } from '#pricing'
import { aPlace, someStock } from '../inventory/testing.ts'
import { createCart, type NewCart } from './cart-commands.ts'
import { findCart } from './cart-rows.ts'
import { viewCart } from './cart-view.ts'
import { useOrderLinks } from './order-link.ts'
import { type Placed, type PlaceOrder, placeOrder } from './place-order.ts'

export const testUrl = 'http://shop.test'
export const anna = { name: 'Ana Gil', email: 'ana@correo.es', phone: '' }

export const testSecret = 'a secret of the tests, 32 letters or more'
useOrderLinks(testSecret)

let articles = 0

/** An article on the general price list, shown on web and counter. */
export async function anArticle(
  db: Db,
  clock: Clock,
  {
    priceMinor = 2500,
    channels = ['web', 'pos'],
    taxClass = 'standard',
    stockTracked = true,
    title = 'Camisa de lino',
  }: { priceMinor?: number; channels?: string[]; taxClass?: string; stockTracked?: boolean; title?: string } = {},
): Promise<string> {
  articles += 1
  const at = articles
  const productId = newId('prd')
  const variantId = newId('var')
  await db.transaction(async (tx) => {
    await tx.run(sql`
      insert into catalog.product (id, handle, title, tax_class)
      values (${productId}, ${`article-${at}`}, ${JSON.stringify({ es: `${title} ${at}`, en: `Article ${at}` })}::jsonb, ${taxClass})`)
    await tx.run(sql`
      insert into catalog.variant (id, product_id, sku, stock_tracked) values (${variantId}, ${productId}, ${`SKU-${at}`}, ${stockTracked})`)
    for (const channel of channels) {
      await tx.run(sql`insert into catalog.publication (product_id, channel_id) values (${productId}, ${channel})`)
    }
    await tx.run(sql`
      insert into pricing.price (price_list_id, variant_id, amount_minor) values ('pli_general', ${variantId}, ${priceMinor})`)
    await raiseVersion(tx, clock)
  })
  return variantId
}

/** A promotion as stored; give only what matters to the test. */
export async function aPromotion(
  db: Db,
  clock: Clock,
  values: {
    kind?: 'percentage' | 'amount' | 'gift' | 'delivery_free'
    valueBp?: number
    valueMinor?: number
    giftVariantId?: string
    couponCode?: string
    couponLimit?: number
    channelIds?: string[]
    variantIds?: string[]
  },
): Promise<string> {
  const id = newId('pro')
  const { kind = 'percentage', channelIds = null } = values
  await db.transaction(async (tx) => {
    await tx.run(sql`
      insert into pricing.promotion (id, name, kind, value_bp, value_minor, gift_variant_id, gift_units, coupon_code, coupon_limit, channel_ids,
        owner, explanation, starts_at, ends_at, combinable, variant_ids)
      values (${id}, ${JSON.stringify({ es: 'Promoción', en: 'Promotion' })}::jsonb, ${kind}, ${values.valueBp ?? null}, ${values.valueMinor ?? null},
        ${values.giftVariantId ?? null}, ${values.giftVariantId ? 1 : null}, ${values.couponCode ?? null}, ${values.couponLimit ?? null},
        ${channelIds}::text[], 'mbr_owner', ${JSON.stringify({ es: 'Solo aquí', en: 'Only here' })}::jsonb,
        '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', true, ${values.variantIds ?? null}::text[])`)
    await raiseVersion(tx, clock)
  })
  return id
}

export type World = { valencia: string; madrid: string; shirt: string; mug: string }

/** Two shops, two articles, stock in both shops, a trusted marketplace, and one way to deliver. */
export async function aShop(db: Db, clock: Clock, { units = 10 } = {}): Promise<World> {
  const valencia = (await aPlace(db, { code: 'VLC', name: 'Valencia' })).id
  const madrid = (await aPlace(db, { code: 'MAD', name: 'Madrid', latitude: 40.4168, longitude: -3.7038 })).id
  const shirt = await anArticle(db, clock)
  const mug = await anArticle(db, clock, { priceMinor: 990, taxClass: 'reduced', title: 'Taza' })
  for (const variantId of [shirt, mug]) {
    for (const locationId of [valencia, madrid]) {
      if (units > 0) await someStock(db, clock, { variantId, locationId, units })
    }
  }
  await db.run(sql`
    insert into fulfillment.delivery_option (id, name, country, price_minor, currency, days_min, days_max)
    values ('standard', ${JSON.stringify({ es: 'Envío normal', en: 'Standard' })}::jsonb, 'ES', 495, 'EUR', 1, 2)
    on conflict (id) do nothing`)
  await db.run(sql`
    insert into catalog.channel (id, name, kind, currency, country, trusted)
    values ('mercado', ${JSON.stringify({ es: 'Mercado', en: 'Market' })}::jsonb, 'marketplace', 'EUR', 'ES', true) on conflict (id) do nothing`)
  await db.run(
    sql`insert into catalog.publication (product_id, channel_id) select id, 'mercado' from catalog.product on conflict do nothing`,
  )
  return { valencia, madrid, shirt, mug }
}

export const toAnna: DeliveryChoice = {
  kind: 'delivery',
  address: {
    name: 'Ana Gil',
    line1: 'Calle Mayor, 3',
    line2: '',
    postalCode: '46001',
    city: 'Valencia',
    province: 'Valencia',
    country: 'ES',
    phone: '',
  },
  optionId: 'standard',
}

/** A web cart of Ana's; anything can be overridden. */
export async function aCart(
  db: Db,
  clock: Clock,
  overrides: Partial<NewCart> & Pick<NewCart, 'lines'>,
): Promise<string> {
  const { cart } = await db.transaction((tx) =>
    createCart(tx, clock, { channelId: 'web', language: 'es', contact: anna, ...overrides }),
  )
  return cart.id
}

/** What the buyer sees as the total. */
export async function totalOf(db: Db, clock: Clock, cartId: string): Promise<number> {
  const cart = await findCart(db, cartId)
  if (!cart) throw new Error('no cart')
  return (await viewCart(db, clock, cart)).totalMinor
}

/** Places a cart at its present total, paid online with a token of the simulator. */
export async function place(
  db: Db,
  clock: Clock,
  cartId: string,
  overrides: Partial<PlaceOrder> = {},
): Promise<Placed> {
  return placeOrder(db, clock, {
    cartId,
    expectedTotalMinor: await totalOf(db, clock, cartId),
    online: { cardToken: 'tok_ok', returnUrl: (paymentId) => `${testUrl}/checkout/return?payment=${paymentId}` },
    actorId: 'public',
    publicUrl: testUrl,
    ...overrides,
  })
}
