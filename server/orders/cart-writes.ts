/** Writes of carts as pieces of one statement (`writeAll`), for any number of them. */
import type { Clock } from '#platform/clock'
import { type Sql, sql } from '#platform/sql'
import { type CartRow, hashToken } from './cart-rows.ts'

/** New carts with the token of the device that opens each, and their lines. */
export function newCartPieces(clock: Clock, opened: readonly { cart: CartRow; token: string }[]): Sql[] {
  const now = clock.now()
  const carts = opened.map(({ cart }) => ({ ...cart, delivery: cart.delivery ?? {} }))
  const lines = carts.flatMap((cart) => cart.lines.map((line, at) => ({ ...line, cartId: cart.id, position: at + 1 })))
  return [
    sql`insert into orders.cart (id, channel_id, location_id, staff_id, person_id, currency, language, coupon_codes, contact, delivery,
          consents, note, created_at, updated_at)
        select c.id, c."channelId", c."locationId", c."staffId", c."personId", c.currency, c.language, c."couponCodes", c.contact, c.delivery,
               c.consents, c.note, ${now}::timestamptz, ${now}::timestamptz
          from jsonb_to_recordset(${JSON.stringify(carts)}::jsonb) as c (
            id text, "channelId" text, "locationId" text, "staffId" text, "personId" text, currency text, language text,
            "couponCodes" text[], contact jsonb, delivery jsonb, consents jsonb, note text)`,
    sql`insert into orders.cart_token (token_hash, cart_id, created_at)
        select n.*, ${now}::timestamptz
          from unnest(${opened.map(({ token }) => hashToken(token))}::text[], ${carts.map(({ id }) => id)}::text[]) as n (hash, id)`,
    sql`insert into orders.cart_line (id, cart_id, variant_id, units, position, created_at)
        select n.*, ${now}::timestamptz
          from unnest(${lines.map(({ id }) => id)}::text[], ${lines.map(({ cartId }) => cartId)}::text[], ${lines.map(({ variantId }) => variantId)}::text[],
                      ${lines.map(({ units }) => units)}::int[], ${lines.map(({ position }) => position)}::int[]) as n (id, cart, variant, units, position)`,
  ]
}

/** Locked carts as they are to be: what a buyer says of himself and his way, and the state. Lines have their own writes. */
export function changedCartsPiece(clock: Clock, carts: readonly CartRow[]): Sql {
  const rows = carts.map(({ id, status, couponCodes, contact, delivery, consents, note, language }) => ({
    id,
    status,
    couponCodes,
    contact,
    delivery: delivery ?? {},
    consents,
    note,
    language,
  }))
  return sql`update orders.cart c
       set status = d.status, coupon_codes = d."couponCodes", contact = d.contact, delivery = d.delivery, consents = d.consents,
           note = d.note, language = d.language, version = c.version + 1, updated_at = ${clock.now()}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d (
        id text, status text, "couponCodes" text[], contact jsonb, delivery jsonb, consents jsonb, note text, language text)
     where c.id = d.id`
}
