import { allocationsOf } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type FulfillmentRow, lockRowsOf } from './rows.ts'
import { isFinal } from './states.ts'
import { step } from './steps.ts'

/** A promised part of an order line at a place, as inventory's `allocationsOf` gives it. */
export type HeldUnits = { orderLineId: string; locationId: string; units: number }

/**
 * Whether the place of a waiting order holds all that is not known to be missing, so that its work may open. Not a question of which
 * vans have arrived: of two that came together, what one of them lost may still be untold.
 * @param rows all of the order's work; several may wait for units of one line at one place
 * @param held what is promised to the order now
 */
export function goodsAreThere(
  locationId: string,
  rows: readonly FulfillmentRow[],
  held: readonly HeldUnits[],
): boolean {
  const wanted = new Map<string, number>()
  for (const row of rows) {
    if (row.locationId !== locationId || isFinal(row.status) || row.status === 'shipped') continue
    for (const { orderLineId, units, shortUnits } of row.lines)
      wanted.set(orderLineId, (wanted.get(orderLineId) ?? 0) + units - shortUnits)
  }
  for (const { orderLineId, locationId: place, units } of held)
    if (place === locationId) wanted.set(orderLineId, (wanted.get(orderLineId) ?? 0) - units)
  return [...wanted.values()].every((missing) => missing <= 0)
}

/** Opens the waiting work of an order whose goods are all there: the last van came, or what was still awaited is no longer wanted. */
export async function openWhatIsThere(tx: Tx, clock: Clock, { orderId }: { orderId: string }): Promise<void> {
  const [rows, held] = await Promise.all([lockRowsOf(tx, orderId), allocationsOf(tx, orderId)])
  for (const row of rows)
    if (row.status === 'waiting' && goodsAreThere(row.locationId, rows, held)) await step(tx, clock, row, 'arrive')
}
