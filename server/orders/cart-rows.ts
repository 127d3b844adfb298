import { createHash } from 'node:crypto'
import type { ConsentInput, Contact, DeliveryChoice } from '@hilo/contract'
import type { Queryable, Tx } from '#platform/db'
import { gatherReads } from '#platform/gather'
import { type Sql, sql } from '#platform/sql'
import { orderToken } from './order-link.ts'
import { orderProblems } from './problems.ts'

export type CartLineRow = { id: string; variantId: string; units: number }
export type HeldUnits = { variantId: string; locationId: string; units: number }
export type CartOrder = {
  id: string
  number: string | null
  token: string
  status: 'draft' | 'placed' | 'completed' | 'canceled' | 'lapsed'
}
export type CartRow = {
  id: string
  code: string | null
  codeExpiresAt: Date | null
  channelId: string
  locationId: string | null
  staffId: string | null
  personId: string | null
  status: 'open' | 'placing' | 'placed' | 'abandoned' | 'merged'
  currency: string
  language: 'es' | 'en'
  couponCodes: string[]
  contact: Contact
  delivery: DeliveryChoice | null
  consents: ConsentInput[]
  held: HeldUnits[]
  heldUntil: Date | null
  note: string
  version: number
  createdAt: Date
  updatedAt: Date
  lines: CartLineRow[]
  /** Highest position a line of it has; the next one comes behind it. */
  lastPosition: number
  /** The order this cart became or is becoming; lapsed ones do not count. */
  order: CartOrder | null
}

/** Only the hash of a token is kept: who reads the database cannot open a cart with it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

const cartColumns: Sql = sql`
  c.id, c.code, c.code_expires_at as "codeExpiresAt", c.channel_id as "channelId", c.location_id as "locationId", c.staff_id as "staffId",
  c.person_id as "personId", c.status, c.currency, c.language, c.coupon_codes as "couponCodes",
  jsonb_build_object('name', '', 'email', '', 'phone', '') || c.contact as contact, nullif(c.delivery, '{}') as delivery, c.consents,
  c.held, c.held_until as "heldUntil", c.note, c.version, c.created_at as "createdAt", c.updated_at as "updatedAt"`

// As text: for 200 lines that costs PostgreSQL and this process a fifth of what JSON does. Ids have neither spaces nor commas.
const parts: Sql = sql`
  (select string_agg(l.id || ' ' || l.variant_id || ' ' || l.units || ' ' || l.position, ',' order by l.position)
     from orders.cart_line l where l.cart_id = c.id) as packed,
  (select jsonb_build_object('id', o.id, 'number', o.number, 'status', o.status)
     from orders.customer_order o where o.cart_id = c.id and o.status <> 'lapsed') as "order"`

/** A cart as the statement gives it: its lines are one text. */
type PackedCart = Omit<CartRow, 'lines' | 'lastPosition'> & { packed: string | null }

/** The cart with its lines in one statement. */
export async function findCart(q: Queryable, cartId: string): Promise<CartRow | undefined> {
  const cart = await q.maybeOne<PackedCart>(
    sql`select ${cartColumns}, ${parts} from orders.cart c where c.id = ${cartId}`,
  )
  return cart && unpacked(cart)
}

function unpacked({ packed, ...cart }: PackedCart): CartRow {
  if (cart.order) cart.order.token = orderToken(cart.order.id)
  const lines: CartLineRow[] = []
  let lastPosition = 0
  for (const text of packed === null ? [] : packed.split(',')) {
    const [id, variantId, units, position, ...more] = text.split(' ')
    if (id === undefined || variantId === undefined || position === undefined || more.length > 0)
      throw new Error(`a line of cart ${cart.id} cannot be read: ${text}`)
    lines.push({ id, variantId, units: Number(units) })
    lastPosition = Number(position)
  }
  return { ...cart, lines, lastPosition }
}

/** Id of the cart that this token opens. */
export async function cartIdOfToken(q: Queryable, token: string): Promise<string | undefined> {
  const hash = hashToken(token)
  // Outside a transaction, those who ask at the same time ask together.
  const found = q.facts.once ? await cartIdsOfTokens(q, [hash]) : await askTogether(q)(hash)
  return found.get(hash)
}

const asking = new WeakMap<object, (hash: string) => Promise<Map<string, string>>>()

function askTogether(q: Queryable): (hash: string) => Promise<Map<string, string>> {
  let ask = asking.get(q.facts.kept)
  if (!ask) {
    ask = gatherReads((hashes: readonly string[]) => cartIdsOfTokens(q, hashes))
    asking.set(q.facts.kept, ask)
  }
  return ask
}

/** Newest open cart of a person, whatever device began it. */
export async function cartIdOfPerson(q: Queryable, personId: string): Promise<string | undefined> {
  const row = await q.maybeOne<{ id: string }>(sql`
    select id from orders.cart where person_id = ${personId} and status = 'open' order by updated_at desc limit 1`)
  return row?.id
}

/** Ids of the carts that these tokens open, by the hash of the token. */
export async function cartIdsOfTokens(q: Queryable, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await q.many<{ hash: string; id: string }>(sql`
    select token_hash as hash, cart_id as id from orders.cart_token where token_hash = any(${[...hashes]}::text[])`)
  return new Map(rows.map(({ hash, id }) => [hash, id]))
}

/** Locks the carts that these tokens open, in id order, then reads them (see `lockCart`). @returns by the hash of the token */
export async function lockCartsOfTokens(tx: Tx, hashes: readonly string[]): Promise<Map<string, CartRow>> {
  const all = [...new Set(hashes)]
  const [, rows] = await Promise.all([
    tx.many(sql`
      select 1 from orders.cart where id in (select cart_id from orders.cart_token where token_hash = any(${all}::text[]))
       order by id for update`),
    tx.many<PackedCart & { hash: string }>(sql`
      select t.token_hash as hash, ${cartColumns}, ${parts}
        from orders.cart_token t join orders.cart c on c.id = t.cart_id where t.token_hash = any(${all}::text[])`),
  ])
  return new Map(rows.map(({ hash, ...cart }) => [hash, unpacked(cart)]))
}

/** Locks carts, in id order, then reads them (see `lockCart`). Those that do not exist are missing from the map. */
export async function lockCarts(tx: Tx, cartIds: readonly string[]): Promise<Map<string, CartRow>> {
  const ids = [...new Set(cartIds)]
  const [, carts] = await Promise.all([
    tx.many(sql`select 1 from orders.cart where id = any(${ids}::text[]) order by id for update`),
    tx.many<PackedCart>(sql`select ${cartColumns}, ${parts} from orders.cart c where c.id = any(${ids}::text[])`),
  ])
  return new Map(carts.map((cart) => [cart.id, unpacked(cart)]))
}

/**
 * Locks a cart, then reads it. Two statements on purpose (sent together, run one after the other): a statement that waited for the
 * lock would still see the lines as they were before it waited.
 * @throws Problem orders.cart_not_found
 */
export async function lockCart(tx: Tx, cartId: string): Promise<CartRow> {
  const [found, cart] = await Promise.all([
    tx.maybeOne(sql`select 1 from orders.cart where id = ${cartId} for update`),
    findCart(tx, cartId),
  ])
  if (!found || !cart) throw orderProblems.cart_not_found()
  return cart
}
