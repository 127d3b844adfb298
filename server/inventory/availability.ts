import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { listLocations } from './locations.ts'
import { placesOfChannel } from './pools.ts'

export type PlaceFigure = {
  locationId: string
  /** Available to promise: on hand − allocated − reserved − safety stock, never shown below zero. */
  atp: number
  /** The same with the safety stock: what a person standing in the shop may buy. */
  onShelf: number
}
export type Availability = { total: number; places: PlaceFigure[] }

/**
 * How many can be promised and from where: one statement for the figures of any set of variants; places and a channel's pool are
 * remembered. Places without any unit are left out, so a thousand shops cost only the shops that hold the goods.
 */
export async function availability(
  q: Queryable,
  {
    variantIds,
    channelId,
    locationIds,
  }: { variantIds: readonly string[]; channelId?: string; locationIds?: readonly string[] },
): Promise<Map<string, Availability>> {
  const asked = locationIds && new Set(locationIds)
  const [rows, locations, pool] = await q.together((one) =>
    Promise.all([
      one.many<PlaceFigure & { variantId: string }>(sql`
    select variant_id as "variantId", location_id as "locationId",
           greatest(0, on_hand - allocated - reserved - safety_stock) as atp,
           greatest(0, on_hand - allocated - reserved) as "onShelf"
      from inventory.stock_level
     where variant_id = any(${[...new Set(variantIds)]}::text[]) and on_hand - allocated - reserved > 0`),
      listLocations(one, { activeOnly: true }),
      placesOfChannel(one, channelId),
    ]),
  )
  const order = new Map(locations.map(({ id }, at) => [id, at]))
  const found = new Map<string, Availability>(variantIds.map((id) => [id, { total: 0, places: [] }]))
  for (const { variantId, ...figure } of rows) {
    const { locationId } = figure
    if (!order.has(locationId) || pool?.has(locationId) === false || asked?.has(locationId) === false) continue
    const entry = found.get(variantId)
    if (!entry) continue
    entry.total += figure.atp
    entry.places.push(figure)
  }
  for (const { places } of found.values())
    places.sort((a, b) => (order.get(a.locationId) ?? 0) - (order.get(b.locationId) ?? 0))
  return found
}
