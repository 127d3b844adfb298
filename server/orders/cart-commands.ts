import type { ChangeCart, ConsentInput, Contact, DeliveryChoice, LineInput } from '@hilo/contract'
import { findChannel, findVariantByCode } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId, newToken } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type CartRow, findCart, hashToken, lockCart } from './cart-rows.ts'
import { normalizeContact } from './contact.ts'
import { lapseDraft } from './lapse-draft.ts'
import { orderProblems } from './problems.ts'

export type NewCart = {
  channelId: string
  language: 'es' | 'en'
  lines: readonly LineInput[]
  locationId?: string | null
  staffId?: string | null
  personId?: string | null
} & CartChange

export type CartChange = {
  couponCodes?: readonly string[] | undefined
  contact?: Contact | undefined
  delivery?: DeliveryChoice | null | undefined
  consents?: readonly ConsentInput[] | undefined
  note?: string | undefined
  language?: 'es' | 'en' | undefined
}

/**
 * Opens a cart, with everything a channel already knows.
 * @returns the cart and the token that opens it; only its hash is kept
 * @throws Problem orders.variant_unknown, too_many_units, phone_invalid, catalog.channel_not_found
 */
export async function createCart(tx: Tx, clock: Clock, input: NewCart): Promise<{ cart: CartRow; token: string }> {
  const channel = await findChannel(tx, input.channelId)
  const cartId = newId('crt')
  const token = newToken()
  tx.later(sql`
    with opened as (insert into orders.cart (id, channel_id, location_id, staff_id, person_id, currency, language, coupon_codes, contact,
                             delivery, consents, note, created_at, updated_at)
    values (${cartId}, ${channel.id}, ${input.locationId ?? null}, ${input.staffId ?? null}, ${input.personId ?? null},
            ${channel.currency}, ${input.language}, ${codes(input.couponCodes ?? [])}::text[],
            ${JSON.stringify(input.contact ? normalizeContact(input.contact) : {})}::jsonb, ${JSON.stringify(input.delivery ?? {})}::jsonb,
            ${JSON.stringify(input.consents ?? [])}::jsonb, ${input.note ?? ''}, ${clock.now()}, ${clock.now()}) returning id)
    insert into orders.cart_token (token_hash, cart_id, created_at) select ${hashToken(token)}, id, ${clock.now()} from opened`)
  await insertLines(tx, clock, cartId, input.lines)
  await emit(tx, clock, 'orders.cart_opened', {
    subjectId: cartId,
    personId: input.personId ?? null,
    payload: { cartId, channelId: channel.id, locationId: input.locationId ?? null },
  })
  return { cart: await reread(tx, cartId), token }
}

/**
 * Locks a cart for a change. One that is being paid goes back to open: its draft order lapses and its goods are free again.
 * @throws Problem orders.cart_not_found, cart_placed, cart_merged
 */
export async function openForChange(tx: Tx, clock: Clock, cartId: string): Promise<CartRow> {
  const cart = await lockCart(tx, cartId)
  if (cart.status === 'placed') throw orderProblems.cart_placed({ order: cart.order })
  if (cart.status === 'merged') throw orderProblems.cart_merged()
  if (cart.status === 'placing' && cart.order) await lapseDraft(tx, clock, { orderId: cart.order.id })
  return cart
}

/** Ends a change: newer version, status open, and the news for whoever follows a known person or a till. */
export async function closeChange(tx: Tx, clock: Clock, cart: CartRow): Promise<CartRow> {
  tx.later(sql`
    update orders.cart set status = 'open', version = version + 1, updated_at = ${clock.now()} where id = ${cart.id}`)
  const changed = await reread(tx, cart.id)
  if (changed.personId !== null || changed.locationId !== null) {
    await emit(tx, clock, 'orders.cart_changed', {
      subjectId: cart.id,
      personId: changed.personId,
      payload: {
        cartId: cart.id,
        channelId: changed.channelId,
        units: changed.lines.reduce((sum, { units }) => sum + units, 0),
      },
    })
  }
  return changed
}

/** Changes what is named: coupons, contact, delivery, consents, note, language. @throws Problem orders.phone_invalid and those of openForChange */
export async function changeCart(
  tx: Tx,
  clock: Clock,
  { cartId, change }: { cartId: string; change: CartChange & Omit<ChangeCart, keyof CartChange> },
): Promise<CartRow> {
  const cart = await openForChange(tx, clock, cartId)
  const contact = change.contact && JSON.stringify(normalizeContact(change.contact))
  const delivery = change.delivery === undefined ? null : JSON.stringify(change.delivery ?? {})
  tx.later(sql`
    update orders.cart
       set coupon_codes = coalesce(${change.couponCodes ? codes(change.couponCodes) : null}::text[], coupon_codes),
           contact = coalesce(${contact ?? null}::jsonb, contact),
           delivery = coalesce(${delivery}::jsonb, delivery),
           consents = coalesce(${change.consents ? JSON.stringify(change.consents) : null}::jsonb, consents),
           note = coalesce(${change.note ?? null}::text, note),
           language = coalesce(${change.language ?? null}::text, language)
     where id = ${cartId}`)
  return closeChange(tx, clock, cart)
}

/** Adds units; a variant that is there already grows. @throws Problem orders.variant_unknown, too_many_units */
export async function addLines(
  tx: Tx,
  clock: Clock,
  { cartId, lines }: { cartId: string; lines: readonly LineInput[] },
): Promise<CartRow> {
  const cart = await openForChange(tx, clock, cartId)
  await insertLines(tx, clock, cartId, lines)
  return closeChange(tx, clock, cart)
}

/** Sets the units of a line; 0 removes it. @throws Problem orders.line_not_found */
export async function setLine(
  tx: Tx,
  clock: Clock,
  { cartId, lineId, units }: { cartId: string; lineId: string; units: number },
): Promise<CartRow> {
  const cart = await openForChange(tx, clock, cartId)
  if (!cart.lines.some(({ id }) => id === lineId)) throw orderProblems.line_not_found({ lineId })
  await (units === 0
    ? tx.run(sql`delete from orders.cart_line where id = ${lineId} and cart_id = ${cartId}`)
    : tx.run(sql`update orders.cart_line set units = ${units} where id = ${lineId} and cart_id = ${cartId}`))
  return closeChange(tx, clock, cart)
}

/** Changes the coupons by a function of those entered: the pricing says in its answer what became of each. */
export async function changeCoupons(
  tx: Tx,
  clock: Clock,
  { cartId, change }: { cartId: string; change: (entered: readonly string[]) => readonly string[] },
): Promise<CartRow> {
  const cart = await openForChange(tx, clock, cartId)
  await tx.run(
    sql`update orders.cart set coupon_codes = ${codes(change(cart.couponCodes))}::text[] where id = ${cartId}`,
  )
  return closeChange(tx, clock, cart)
}

/**
 * Joins one cart into another: lines add up, what the other lacks of contact, delivery and coupons is taken over, and the first one
 * ends as `merged`. Both are locked in id order, so that two devices doing it at once do not wait for each other for ever.
 */
export async function mergeCarts(
  tx: Tx,
  clock: Clock,
  { fromCartId, intoCartId }: { fromCartId: string; intoCartId: string },
): Promise<CartRow> {
  for (const cartId of [fromCartId, intoCartId].sort()) await openForChange(tx, clock, cartId)
  const from = await reread(tx, fromCartId)
  const into = await reread(tx, intoCartId)
  await insertLines(tx, clock, intoCartId, from.lines, { cap: true })
  const contact = Object.fromEntries(
    Object.entries(from.contact).map(([field, value]) => [field, into.contact[field as keyof Contact] || value]),
  )
  await tx.run(sql`
    update orders.cart
       set coupon_codes = ${codes([...into.couponCodes, ...from.couponCodes])}::text[], contact = ${JSON.stringify(contact)}::jsonb,
           delivery = ${JSON.stringify(into.delivery ?? from.delivery ?? {})}::jsonb, person_id = coalesce(person_id, ${from.personId}),
           note = case when note = '' then ${from.note} else note end
     where id = ${intoCartId}`)
  await tx.run(sql`
    update orders.cart set status = 'merged', code = null, code_expires_at = null, updated_at = ${clock.now()} where id = ${fromCartId}`)
  return closeChange(tx, clock, into)
}

async function insertLines(
  tx: Tx,
  clock: Clock,
  cartId: string,
  lines: readonly LineInput[],
  { cap = false } = {},
): Promise<void> {
  if (lines.length === 0) return
  const wanted = new Map<string, number>()
  for (const line of lines) {
    const variantId = 'variantId' in line ? line.variantId : await variantOfCode(tx, line.code)
    wanted.set(variantId, (wanted.get(variantId) ?? 0) + (line.units ?? 1))
  }
  const rows = [...wanted].map(([variantId, units]) => ({ id: newId('lin'), variantId, units: Math.min(units, 1000) }))
  const { most } = await tx.one<{ most: number }>(sql`
    with added as (
      insert into orders.cart_line as l (id, cart_id, variant_id, units, position, created_at)
      select n.id, ${cartId}::text, n.variant_id, least(n.units, 999),
             n.at::int + coalesce((select max(position) from orders.cart_line where cart_id = ${cartId}), 0), ${clock.now()}::timestamptz
        from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ variantId }) => variantId)}::text[],
                    ${rows.map(({ units }) => units)}::int[]) with ordinality as n (id, variant_id, units, at)
      on conflict (cart_id, variant_id) do update set units = least(999, l.units + excluded.units)
      returning variant_id, units
    )
    select coalesce(max(n.units + coalesce(b.units, 0)), 0)::int as most
      from unnest(${rows.map(({ variantId }) => variantId)}::text[], ${rows.map(({ units }) => units)}::int[]) as n (variant_id, units)
      left join orders.cart_line b on b.cart_id = ${cartId} and b.variant_id = n.variant_id
     where exists (select 1 from added)`)
  if (most > 999 && !cap) throw orderProblems.too_many_units({ parameter: 'units', requested: most, max: 999 })
}

async function variantOfCode(tx: Tx, code: string): Promise<string> {
  const variant = await findVariantByCode(tx, code)
  if (!variant) throw orderProblems.variant_unknown({ parameter: 'code', given: code })
  return variant.id
}

function codes(entered: readonly string[]): string[] {
  return [...new Map(entered.map((code) => [code.trim().toUpperCase(), code.trim().toUpperCase()])).values()].slice(
    0,
    10,
  )
}

async function reread(tx: Tx, cartId: string): Promise<CartRow> {
  const cart = await findCart(tx, cartId)
  if (!cart) throw orderProblems.cart_not_found()
  return cart
}
