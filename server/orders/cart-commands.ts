import type { ConsentInput, Contact, DeliveryChoice, LineInput } from '@hilo/contract'
import { findChannel, findVariantByCode } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId, newToken } from '#platform/ids'
import { event, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { writeAll } from '#platform/sql'
import { each, type Outcome } from '#platform/together'
import { type CartRow, lockCart } from './cart-rows.ts'
import { type CartChanged, newCartPieces, rewrittenCartsPieces } from './cart-writes.ts'
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
export const unitsMax = 999

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
  return only(await createCarts(tx, clock, [input]))
}

/** How many units of which variant are asked for; a variant once. @throws Problem orders.variant_unknown */
export async function unitsAsked(tx: Tx, lines: readonly LineInput[]): Promise<Map<string, number>> {
  const wanted = new Map<string, number>()
  for (const line of lines) {
    const variantId = 'variantId' in line ? line.variantId : await variantOfCode(tx, line.code)
    wanted.set(variantId, (wanted.get(variantId) ?? 0) + (line.units ?? 1))
  }
  return wanted
}

async function newCart(tx: Tx, clock: Clock, input: NewCart): Promise<OpenedCart> {
  const channel = await findChannel(tx, input.channelId)
  const asked = await unitsAsked(tx, input.lines)
  const lines = [...asked].map(([variantId, units]) => ({ id: newId('lin'), variantId, units }))
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
    lastPosition: lines.length,
    order: null,
  }
  return { cart, token: newToken() }
}

/**
 * Locks a cart for a change. One that is being paid goes back to open: its draft order lapses and its goods are free again.
 * @throws Problem orders.cart_not_found, cart_placed, cart_merged
 */
export async function openForChange(tx: Tx, clock: Clock, cartId: string): Promise<CartRow> {
  const cart = await lockCart(tx, cartId)
  assertChangeable(cart)
  return reopened(tx, clock, cart)
}

/** The locked cart without the draft order that was being paid; that one lapses. */
export async function reopened(tx: Tx, clock: Clock, cart: CartRow): Promise<CartRow> {
  if (cart.status !== 'placing' || cart.order === null) return cart
  await lapseDraft(tx, clock, { orderId: cart.order.id })
  return { ...cart, status: 'open', order: null, held: [], heldUntil: null, version: cart.version + 1 }
}

/**
 * Makes locked carts what they are to be: what the buyer says, and lines. All of them are written by one statement that travels with
 * the next one. One that is being paid goes back to open, as in `openForChange`.
 * @param asked with `become`, which gives the cart as it is to be, or refuses; nothing of that cart is written before
 * @returns for each: the cart as it is now, or what it was refused for, besides Problem orders.cart_placed, cart_merged
 */
export async function rewriteCarts(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; become: (cart: CartRow) => Promise<CartRow> | CartRow }[],
): Promise<Outcome<CartRow>[]> {
  const rewritten: CartChanged[] = []
  const outcomes = await each(asked, async ({ cart, become }) => {
    assertChangeable(cart)
    const wanted = await become(cart)
    const { order, held, heldUntil, version } = await reopened(tx, clock, cart)
    const now = { order, held, heldUntil, version: version + 1, status: 'open' as const, updatedAt: clock.now() }
    const after = { ...wanted, ...now }
    rewritten.push({ before: cart, after })
    return after
  })
  if (rewritten.length === 0) return outcomes
  const events = rewritten.flatMap(({ after }) => changeEvent(after))
  const told = events.length > 0 ? [eventsPiece(clock, events)] : []
  tx.later(writeAll([...rewrittenCartsPieces(clock, rewritten), ...told]))
  if (told.length > 0) wakeAfter(tx)
  return outcomes
}

/**
 * Changes what is named of locked carts: coupons, contact, delivery, consents, note, language.
 * @returns for each: the cart as it is now, or Problem orders.phone_invalid, cart_placed, cart_merged
 */
export async function changeCarts(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; change: CartChange }[],
): Promise<Outcome<CartRow>[]> {
  const list = asked.map(({ cart, change }) => ({ cart, become: (now: CartRow) => withChange(now, change) }))
  return rewriteCarts(tx, clock, list)
}

/** The same for one cart. @throws Problem orders.phone_invalid and those of openForChange */
export async function changeCart(
  tx: Tx,
  clock: Clock,
  { cartId, change }: { cartId: string; change: CartChange },
): Promise<CartRow> {
  return only(await changeCarts(tx, clock, [{ cart: await lockCart(tx, cartId), change }]))
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

/** What became of one cart alone; what it was refused for is thrown. */
export function only<O>([outcome]: readonly Outcome<O>[]): O {
  if (!outcome?.ok) throw outcome?.error
  return outcome.value
}

/** Changes the coupons of locked carts by a function of those entered: the pricing says in its answer what became of each. */
export async function changeCoupons(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; change: (entered: readonly string[]) => readonly string[] }[],
): Promise<Outcome<CartRow>[]> {
  const list = asked.map(({ cart, change }) => ({ cart, change: { couponCodes: change(cart.couponCodes) } }))
  return changeCarts(tx, clock, list)
}

/** @throws Problem orders.variant_unknown */
async function variantOfCode(tx: Tx, code: string): Promise<string> {
  const variant = await findVariantByCode(tx, code)
  if (!variant) throw orderProblems.variant_unknown({ parameter: 'code', given: code })
  return variant.id
}

/** Codes in one spelling, each once, ten at most. */
export function codes(entered: readonly string[]): string[] {
  return [...new Map(entered.map((code) => [code.trim().toUpperCase(), code.trim().toUpperCase()])).values()].slice(
    0,
    10,
  )
}
