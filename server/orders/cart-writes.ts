/** Writes of carts as pieces of one statement (`writeAll`), for any number of them. */
import type { Clock } from '#platform/clock'
import { type Sql, sql } from '#platform/sql'
import { type CartLineRow, type CartRow, hashToken } from './cart-rows.ts'

/** New carts with the token of the device that opens each, and their lines. */
export function newCartPieces(clock: Clock, opened: readonly { cart: CartRow; token: string }[]): Sql[] {
  const now = clock.now()
  const carts = opened.map(({ cart: { lines: _, ...cart } }) => ({ ...cart, delivery: cart.delivery ?? {} }))
  const lines = opened.flatMap(({ cart }) =>
    cart.lines.map((line, at) => ({ ...line, cartId: cart.id, position: at + 1 })),
  )
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

/** A locked cart as it was read, and as it is to be. */
export type CartChanged = { before: CartRow; after: CartRow }

/** Writes locked carts as they are to be, with their lines; only what differs. Person, place and channel have their own writes. */
export function rewrittenCartsPieces(clock: Clock, carts: readonly CartChanged[]): Sql[] {
  const isTouched = ({ before, after }: CartChanged) => said.every((part) => before[part] === after[part])
  const touched = carts.filter(isTouched)
  const changed = carts.filter((one) => !isTouched(one))
  return [
    ...(changed.length === 0
      ? []
      : [
          changedCartsPiece(
            clock,
            changed.map(({ after }) => after),
          ),
        ]),
    ...(touched.length === 0 ? [] : [touchedCartsPiece(clock, touched)]),
    ...linePieces(clock, carts),
  ]
}

/** What a buyer says of himself and his way. */
const said = ['couponCodes', 'contact', 'delivery', 'consents', 'note', 'language'] as const

/** Carts of which only lines change. */
function touchedCartsPiece(clock: Clock, carts: readonly CartChanged[]): Sql {
  return sql`update orders.cart set status = 'open', version = version + 1, updated_at = ${clock.now()}
     where id = any(${carts.map(({ after }) => after.id)}::text[])`
}

/** Whose a cart is and where: for the few commands that change it. Its own statement, since no statement writes a row twice. */
export function belongingPiece({ id, channelId, locationId, staffId, personId }: CartRow): Sql {
  return sql`update orders.cart set channel_id = ${channelId}, location_id = ${locationId}, staff_id = ${staffId}, person_id = ${personId}
     where id = ${id}`
}

function linePieces(clock: Clock, carts: readonly CartChanged[]): Sql[] {
  const changes = carts.filter(({ before, after }) => before.lines !== after.lines).map(differenceOf)
  const added = changes.flatMap((one) => one.added)
  const changed = changes.flatMap((one) => one.changed)
  const removed = changes.flatMap((one) => one.removed)
  const pieces: Sql[] = []
  if (added.length > 0)
    pieces.push(sql`insert into orders.cart_line (id, cart_id, variant_id, units, position, created_at)
        select n.*, ${clock.now()}::timestamptz
          from unnest(${added.map(({ id }) => id)}::text[], ${added.map(({ cartId }) => cartId)}::text[],
                      ${added.map(({ variantId }) => variantId)}::text[], ${added.map(({ units }) => units)}::int[],
                      ${added.map(({ position }) => position)}::int[]) as n (id, cart_id, variant_id, units, position)`)
  if (changed.length > 0)
    pieces.push(sql`update orders.cart_line l set units = n.units
        from unnest(${changed.map(({ id }) => id)}::text[], ${changed.map(({ units }) => units)}::int[]) as n (id, units)
       where l.id = n.id`)
  if (removed.length > 0) pieces.push(sql`delete from orders.cart_line where id = any(${removed}::text[])`)
  return pieces
}

type AddedLine = CartLineRow & { cartId: string; position: number }

function differenceOf({ before, after }: CartChanged): {
  added: AddedLine[]
  changed: CartLineRow[]
  removed: string[]
} {
  const was = new Map(before.lines.map((line) => [line.id, line]))
  const added: AddedLine[] = []
  const changed: CartLineRow[] = []
  for (const line of after.lines) {
    const known = was.get(line.id)
    if (!known) added.push({ ...line, cartId: after.id, position: before.lastPosition + added.length + 1 })
    else if (known.units !== line.units) changed.push(line)
    was.delete(line.id)
  }
  return { added, changed, removed: [...was.keys()] }
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
