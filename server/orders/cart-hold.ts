import { findVariants } from '#catalog'
import { availability, extendReservations, releaseReservations, reservationsOf, reserve } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { addUnits } from './cart-plan.ts'
import type { CartRow, HeldUnits } from './cart-rows.ts'

/** How long units stay held for a cart that is open at a till; every look at it there begins the time anew. */
export const counterHoldMinutes = 30

/**
 * Holds the units of a cart that is open at a till (S11): on that shop's own shelves first, then wherever most of them lie. What
 * nobody has is not held; the cart's view says so.
 * @returns the cart with what is held, and until when
 */
export async function holdCart(tx: Tx, clock: Clock, cart: CartRow): Promise<CartRow> {
  const expiresAt = new Date(clock.now().getTime() + counterHoldMinutes * 60_000)
  let items: HeldUnits[] = []
  for (let attempt = 0; ; attempt++) {
    items = await chooseUnits(tx, cart)
    try {
      // What it held before is given back under the same lock: two locks one after the other would wait in a circle with other tills.
      await reserve(tx, clock, { holderId: cart.id, items, expiresAt, ignoreSafetyStock: true, replace: true })
      break
    } catch (error) {
      // Somebody took a unit between the look and the lock: look again, twice at most.
      if (!(error instanceof Problem) || error.code !== 'inventory.atp_short' || attempt === 2) throw error
    }
  }
  tx.later(sql`
    update orders.cart set held = ${JSON.stringify(items)}::jsonb, held_until = ${expiresAt} where id = ${cart.id}`)
  return { ...cart, held: items, heldUntil: expiresAt }
}

/** Begins the time of a till's hold anew. Holds again when something lapsed meanwhile. @returns the cart with what is held, and until when */
export async function keepHold(tx: Tx, clock: Clock, cart: CartRow): Promise<CartRow> {
  const expiresAt = new Date(clock.now().getTime() + counterHoldMinutes * 60_000)
  const wanted = cart.held.reduce((sum, { units }) => sum + units, 0)
  if (wanted === 0) return cart
  const held = await extendReservations(tx, clock, { holderId: cart.id, expiresAt })
  if (held < wanted) return holdCart(tx, clock, cart)
  tx.later(sql`update orders.cart set held_until = ${expiresAt} where id = ${cart.id}`)
  return { ...cart, heldUntil: expiresAt }
}

/** Lets go of everything that is held for a cart. */
export async function releaseHold(tx: Tx, clock: Clock, cart: CartRow): Promise<void> {
  await releaseReservations(tx, clock, { holderId: cart.id })
  await tx.run(
    sql`update orders.cart set held = '[]', held_until = null where id = ${cart.id} and held_until is not null`,
  )
}

async function chooseUnits(tx: Tx, cart: CartRow): Promise<HeldUnits[]> {
  const variantIds = cart.lines.map(({ variantId }) => variantId)
  const variants = await findVariants(tx, variantIds)
  const [stock, own] = await Promise.all([
    availability(tx, { variantIds, channelId: cart.channelId }),
    reservationsOf(tx, cart.id),
  ])
  addUnits(stock, own)
  return cart.lines.flatMap(({ variantId, units }) => {
    if (!variants.get(variantId)?.stockTracked) return []
    const places = [...(stock.get(variantId)?.places ?? [])].map((place) => ({
      ...place,
      here: place.locationId === cart.locationId,
      free: place.locationId === cart.locationId ? place.onShelf : place.atp,
    }))
    places.sort((a, b) => Number(b.here) - Number(a.here) || b.free - a.free)
    let rest = units
    return places.flatMap(({ locationId, free }) => {
      const take = Math.min(rest, free)
      rest -= take
      return take > 0 ? [{ variantId, locationId, units: take }] : []
    })
  })
}
