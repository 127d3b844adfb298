import type { Queryable } from '#platform/db'
import { empty, sql } from '#platform/sql'
import { servesChannel } from './pools.ts'

export type PlaceFigure = {
  locationId: string
  /** Available to promise: on hand − allocated − reserved − safety stock, never shown below zero. */
  atp: number
  /** The same with the safety stock: what a person standing in the shop may buy. */
  onShelf: number
}
export type Availability = { total: number; places: PlaceFigure[] }

/**
 * How many can be promised and from where: one statement for any set of variants, places and a channel's pool. Places without
 * any unit are left out, so a thousand shops cost only the shops that hold the goods.
 */
export async function availability(
  q: Queryable,
  {
    variantIds,
    channelId,
    locationIds,
  }: { variantIds: readonly string[]; channelId?: string; locationIds?: readonly string[] },
): Promise<Map<string, Availability>> {
  const rows = await q.many<PlaceFigure & { variantId: string }>(sql`
    select l.variant_id as "variantId", l.location_id as "locationId",
           greatest(0, l.on_hand - l.allocated - l.reserved - l.safety_stock) as atp,
           greatest(0, l.on_hand - l.allocated - l.reserved) as "onShelf"
      from inventory.stock_level l
      join inventory.location p on p.id = l.location_id and p.status = 'active'
      ${locationIds ? sql`join unnest(${[...new Set(locationIds)]}::text[]) as asked (id) on asked.id = l.location_id` : empty}
     where l.variant_id = any(${[...new Set(variantIds)]}::text[])
       and l.on_hand - l.allocated - l.reserved > 0
       and ${servesChannel(sql`l.location_id`, channelId ?? null)}
     order by l.variant_id, p.position, p.code`)
  const found = new Map<string, Availability>(variantIds.map((id) => [id, { total: 0, places: [] }]))
  for (const { variantId, ...figure } of rows) {
    const entry = found.get(variantId)
    if (!entry) continue
    entry.total += figure.atp
    entry.places.push(figure)
  }
  return found
}
