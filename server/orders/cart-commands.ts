import type { ConsentInput, Contact, DeliveryChoice, LineInput } from '@hilo/contract'
import { findChannel, findVariantByCode } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId, newToken } from '#platform/ids'
import { event, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { sql, writeAll } from '#platform/sql'
import { each, type Outcome } from '#platform/together'
import { type CartLineRow, type CartRow, findCart, lockCart } from './cart-rows.ts'
import { changedCartsPiece, newCartPieces } from './cart-writes.ts'
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

export type OpenedCart = { cart: CartRow; token: string }
/** Units of one line at most. */
const unitsMax = 999

export type CartChange = {
  couponCodes?: readonly string[] | undefined
  contact?: Contact | undefined
  delivery?: DeliveryChoice | null | undefined
  consents?: readonly ConsentInput[] | undefined
  note?: string | undefined
  language?: 'es' | 'en' | undefined
}

/**
 * Opens carts, each with everything its channel already knows.
 * @returns for each: the cart and the token that opens it (only its hash is kept), or Problem orders.variant_unknown, too_many_units,
 *   phone_invalid, catalog.channel_not_found
 */
export async function createCarts(tx: Tx, clock: Clock, inputs: readonly NewCart[]): Promise<Outcome<OpenedCart>[]> {
  const outcomes = await each(inputs, (input) => newCart(tx, clock, input))
  const opened = outcomes.flatMap((one) => (one.ok ? [one.value] : []))
  if (opened.length > 0) {
    const events = opened.map(({ cart: { id, channelId, locationId, personId } }) =>
      event('orders.cart_opened', { subjectId: id, personId, payload: { cartId: id, channelId, locationId } }),
    )
    tx.later(writeAll([...newCartPieces(clock, opened), eventsPiece(clock, events)]))
    wakeAfter(tx)
  }
  return outcomes
}

/** The same for one cart. @throws Problem orders.variant_unknown, too_many_units, phone_invalid, catalog.channel_not_found */
export async function createCart(tx: Tx, clock: Clock, input: NewCart): Promise<OpenedCart> {
  const [outcome] = await createCarts(tx, clock, [input])
  if (!outcome?.ok) throw outcome?.error
  return outcome.value
}

async function newCart(tx: Tx, clock: Clock, input: NewCart): Promise<OpenedCart> {
  const channel = await findChannel(tx, input.channelId)
  const lines = await linesOf(tx, input.lines)
  const tooMany = lines.find(({ units }) => units > unitsMax)
  if (tooMany) throw orderProblems.too_many_units({ parameter: 'units', requested: tooMany.units, max: unitsMax })
  const cart: CartRow = {
    id: newId('crt'),
    code: null,
    codeExpiresAt: null,
    channelId: channel.id,
    locationId: input.locationId ?? null,
    staffId: input.staffId ?? null,
    personId: input.personId ?? null,
    status: 'open',
    currency: channel.currency,
    language: input.language,
    couponCodes: codes(input.couponCodes ?? []),
    contact: input.contact ? normalizeContact(input.contact) : { name: '', email: '', phone: '' },
    delivery: input.delivery ?? null,
    consents: [...(input.consents ?? [])],
    held: [],
    heldUntil: null,
    note: input.note ?? '',
    version: 1,
    createdAt: clock.now(),
    updatedAt: clock.now(),
    lines,
    order: null,
  }
  return { cart, token: newToken() }
}

/** Lines of a new cart: a variant once, units summed. */
async function linesOf(tx: Tx, lines: readonly LineInput[]): Promise<CartLineRow[]> {
  const wanted = new Map<string, number>()
  for (const line of lines) {
    const variantId = 'variantId' in line ? line.variantId : await variantOfCode(tx, line.code)
    wanted.set(variantId, (wanted.get(variantId) ?? 0) + (line.units ?? 1))
  }
  return [...wanted].map(([variantId, units]) => ({ id: newId('lin'), variantId, units }))
}

/**
 * Locks a cart for a change. One that is being paid goes back to open: its draft order lapses and its goods are free again.
 * @throws Problem orders.cart_not_found, cart_placed, cart_merged
 */
export async function openForChange(tx: Tx, clock: Clock, cartId: string): Promise<CartRow> {
  const cart = await lockCart(tx, cartId)
  assertChangeable(cart)
  if (cart.status === 'placing' && cart.order) await lapseDraft(tx, clock, { orderId: cart.order.id })
  return cart
}

/** Ends a change: newer version, status open, and the news for whoever follows a known person or a till. */
export async function closeChange(tx: Tx, clock: Clock, cart: CartRow): Promise<CartRow> {
  tx.later(sql`
    update orders.cart set status = 'open', version = version + 1, updated_at = ${clock.now()} where id = ${cart.id}`)
  const changed = await reread(tx, cart.id)
  const events = changeEvent(changed)
  if (events.length > 0) {
    tx.later(eventsPiece(clock, events))
    wakeAfter(tx)
  }
  return changed
}

/**
 * Changes what is named of locked carts: coupons, contact, delivery, consents, note, language. One that is being paid goes back to
 * open, as in `openForChange`.
 * @returns for each: the cart as it is now, or Problem orders.phone_invalid, cart_placed, cart_merged
 */
export async function changeCarts(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; change: CartChange }[],
): Promise<Outcome<CartRow>[]> {
  const outcomes = await each(asked, async ({ cart, change }) => {
    const changed = withChange(cart, change)
    assertChangeable(cart)
    const lapses = cart.status === 'placing' && cart.order !== null
    if (lapses && cart.order) await lapseDraft(tx, clock, { orderId: cart.order.id })
    const freed = lapses ? { order: null, held: [], heldUntil: null, version: cart.version + 2 } : {}
    return { ...changed, status: 'open' as const, version: cart.version + 1, updatedAt: clock.now(), ...freed }
  })
  const changed = outcomes.flatMap((one) => (one.ok ? [one.value] : []))
  if (changed.length === 0) return outcomes
  const events = changed.flatMap(changeEvent)
  const told = events.length > 0 ? [eventsPiece(clock, events)] : []
  tx.later(writeAll([changedCartsPiece(clock, changed), ...told]))
  wakeAfter(tx)
  return outcomes
}

/** The same for one cart. @throws Problem orders.phone_invalid and those of openForChange */
export async function changeCart(
  tx: Tx,
  clock: Clock,
  { cartId, change }: { cartId: string; change: CartChange },
): Promise<CartRow> {
  const [outcome] = await changeCarts(tx, clock, [{ cart: await lockCart(tx, cartId), change }])
  if (!outcome?.ok) throw outcome?.error
  return outcome.value
}

/** The cart with what is named changed; nothing is written. @throws Problem orders.phone_invalid */
export function withChange(cart: CartRow, change: CartChange): CartRow {
  return {
    ...cart,
    couponCodes: change.couponCodes ? codes(change.couponCodes) : cart.couponCodes,
    contact: change.contact ? normalizeContact(change.contact) : cart.contact,
    delivery: change.delivery === undefined ? cart.delivery : change.delivery,
    consents: change.consents ? [...change.consents] : cart.consents,
    note: change.note ?? cart.note,
    language: change.language ?? cart.language,
  }
}

/** @throws Problem orders.cart_placed, cart_merged */
export function assertChangeable(cart: CartRow): void {
  if (cart.status === 'placed') throw orderProblems.cart_placed({ order: cart.order })
  if (cart.status === 'merged') throw orderProblems.cart_merged()
}

/** The news for whoever follows a known person or a till. */
function changeEvent(cart: CartRow): NewEvent[] {
  if (cart.personId === null && cart.locationId === null) return []
  const units = cart.lines.reduce((sum, line) => sum + line.units, 0)
  const payload = { cartId: cart.id, channelId: cart.channelId, units }
  return [event('orders.cart_changed', { subjectId: cart.id, personId: cart.personId, payload })]
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
