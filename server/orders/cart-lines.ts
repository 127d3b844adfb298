import type { Contact, LineInput } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql, writeAll } from '#platform/sql'
import type { Outcome } from '#platform/together'
import { assertChangeable, codes, only, reopened, rewriteCarts, unitsAsked, unitsMax } from './cart-commands.ts'
import { type CartRow, lockCart, lockCarts } from './cart-rows.ts'
import { belongingPiece } from './cart-writes.ts'
import { orderProblems } from './problems.ts'

/**
 * Adds units to locked carts; a variant that is there already grows.
 * @returns for each: the cart as it is now, or Problem orders.variant_unknown, too_many_units, cart_placed, cart_merged
 */
export async function addLinesToCarts(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; lines: readonly LineInput[] }[],
): Promise<Outcome<CartRow>[]> {
  const list = asked.map(({ cart, lines }) => ({
    cart,
    become: async (now: CartRow) => ({ ...now, ...grown(now, await unitsAsked(tx, lines)) }),
  }))
  return rewriteCarts(tx, clock, list)
}

/** The same for one cart. @throws Problem orders.cart_not_found and those of addLinesToCarts */
export async function addLines(
  tx: Tx,
  clock: Clock,
  { cartId, lines }: { cartId: string; lines: readonly LineInput[] },
): Promise<CartRow> {
  return only(await addLinesToCarts(tx, clock, [{ cart: await lockCart(tx, cartId), lines }]))
}

/**
 * Sets the units of a line in each of some locked carts; 0 removes it.
 * @returns for each: the cart as it is now, or Problem orders.line_not_found, cart_placed, cart_merged
 */
export async function setLines(
  tx: Tx,
  clock: Clock,
  asked: readonly { cart: CartRow; lineId: string; units: number }[],
): Promise<Outcome<CartRow>[]> {
  const list = asked.map(({ cart, lineId, units }) => ({
    cart,
    become: (now: CartRow) => {
      if (!now.lines.some(({ id }) => id === lineId)) throw orderProblems.line_not_found({ lineId })
      const lines = now.lines.flatMap((line) => (line.id !== lineId ? line : units === 0 ? [] : { ...line, units }))
      return { ...now, lines }
    },
  }))
  return rewriteCarts(tx, clock, list)
}

/** The same for one cart. @throws Problem orders.cart_not_found and those of setLines */
export async function setLine(
  tx: Tx,
  clock: Clock,
  { cartId, lineId, units }: { cartId: string; lineId: string; units: number },
): Promise<CartRow> {
  return only(await setLines(tx, clock, [{ cart: await lockCart(tx, cartId), lineId, units }]))
}

/**
 * Joins one cart into another: lines add up (999 units of one at most), what the other lacks of contact, delivery and coupons is taken
 * over, and the first one ends as `merged`. Both are locked in id order, so that two devices doing it at once do not wait for each
 * other for ever.
 * @throws Problem orders.cart_not_found, cart_placed, cart_merged
 */
export async function mergeCarts(
  tx: Tx,
  clock: Clock,
  { fromCartId, intoCartId }: { fromCartId: string; intoCartId: string },
): Promise<CartRow> {
  const carts = await lockCarts(tx, [fromCartId, intoCartId])
  const from = carts.get(fromCartId)
  const into = carts.get(intoCartId)
  if (!from || !into) throw orderProblems.cart_not_found()
  assertChangeable(from)
  assertChangeable(into)
  await reopened(tx, clock, from)
  const changed = only(
    await rewriteCarts(tx, clock, [{ cart: into, become: (cart) => ({ ...cart, ...joined(from, cart) }) }]),
  )
  tx.later(
    writeAll([
      belongingPiece(changed),
      sql`update orders.cart set status = 'merged', code = null, code_expires_at = null, updated_at = ${clock.now()} where id = ${fromCartId}`,
    ]),
  )
  return changed
}

/** What the one cart gets of the other. */
function joined(from: CartRow, into: CartRow): Partial<CartRow> {
  const contact = Object.fromEntries(
    Object.entries(from.contact).map(([field, value]) => [field, into.contact[field as keyof Contact] || value]),
  ) as Contact
  const units = new Map(from.lines.map((line) => [line.variantId, line.units]))
  return {
    personId: into.personId ?? from.personId,
    ...grown(into, units, { cap: true }),
    couponCodes: codes([...into.couponCodes, ...from.couponCodes]),
    contact,
    delivery: into.delivery ?? from.delivery,
    note: into.note === '' ? from.note : into.note,
  }
}

/** The lines with these units more, new variants behind the others. @throws Problem orders.too_many_units unless `cap` */
function grown(
  { lines, lastPosition }: CartRow,
  more: ReadonlyMap<string, number>,
  { cap = false } = {},
): Pick<CartRow, 'lines' | 'lastPosition'> {
  const left = new Map(more)
  const unitsOf = (units: number) => {
    if (units > unitsMax && !cap)
      throw orderProblems.too_many_units({ parameter: 'units', requested: units, max: unitsMax })
    return Math.min(units, unitsMax)
  }
  const same = lines.map((line) => {
    const added = left.get(line.variantId)
    left.delete(line.variantId)
    return added === undefined ? line : { ...line, units: unitsOf(line.units + added) }
  })
  const fresh = [...left].map(([variantId, units]) => ({ id: newId('lin'), variantId, units: unitsOf(units) }))
  return { lines: [...same, ...fresh], lastPosition: lastPosition + fresh.length }
}
