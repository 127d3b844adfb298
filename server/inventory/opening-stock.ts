import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { findLocationByCode, listLocations } from './locations.ts'
import { changeStock } from './stock-changes.ts'

/**
 * Puts the first units of variants on the shelf: of those that never moved anywhere. What has a history is left alone, because what
 * was counted and sold since is truer than the file a product came with.
 * @param place code of the place; else the first warehouse, else the first place
 * @returns the variants that got units; undefined while there is no such place
 */
export async function openStock(
  tx: Tx,
  clock: Clock,
  {
    items,
    place,
    reference,
    actorId,
  }: { items: readonly { variantId: string; units: number }[]; place?: string; reference: string; actorId: string },
): Promise<ReadonlySet<string> | undefined> {
  const places = await listLocations(tx, { activeOnly: true })
  const chosen =
    place === undefined
      ? (places.find(({ kind }) => kind === 'warehouse') ?? places[0])
      : await findLocationByCode(tx, place)
  if (!chosen) return undefined
  const moved = await tx.many<{ id: string }>(sql`
    select distinct variant_id as id from inventory.stock_movement where variant_id = any (${items.map(({ variantId }) => variantId)}::text[])`)
  const known = new Set(moved.map(({ id }) => id))
  const fresh = new Map(
    items
      .filter(({ variantId, units }) => units > 0 && !known.has(variantId))
      .map((item) => [item.variantId, item.units]),
  )
  if (fresh.size === 0) return new Set()
  await changeStock(tx, clock, {
    items: [...fresh].map(([variantId, quantity]) => ({ variantId, locationId: chosen.id, quantity })),
    kind: 'received',
    reason: 'import',
    reference,
    actorId,
  })
  return new Set(fresh.keys())
}
