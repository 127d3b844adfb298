import type { Queryable, Tx } from '#platform/db'
import { keptList } from '#platform/facts'
import { sql } from '#platform/sql'
import { findLocation } from './locations.ts'
import { inventoryProblems } from './problems.ts'
import type { TransferLane } from './transfer-time.ts'

/** Ways between places that do not follow the rule, by `from to`. */
export async function listLanes(q: Queryable): Promise<Map<string, TransferLane>> {
  return keptList(q, 'inventory.lanes', async () => {
    const rows = await q.many<TransferLane & { from: string; to: string }>(sql`
      select from_location_id as "from", to_location_id as "to", working_days as "workingDays", departs_on as "departsOn" from inventory.transfer_lane`)
    return new Map(rows.map(({ from, to, ...lane }) => [`${from} ${to}`, lane]))
  })
}

export type LaneBetween = TransferLane & { fromLocationId: string; toLocationId: string }

/** Every way that does not follow the rule, in the order of the places' ids. */
export async function readLanes(q: Queryable): Promise<LaneBetween[]> {
  return q.many<LaneBetween>(sql`
    select from_location_id as "fromLocationId", to_location_id as "toLocationId", working_days as "workingDays", departs_on as "departsOn"
      from inventory.transfer_lane order by from_location_id, to_location_id`)
}

/**
 * Says which ways do not follow the rule; those that are not named do again. Promises made before stay as they were made.
 * @throws Problem inventory.unknown_location, same_location, lane_twice
 */
export async function setLanes(tx: Tx, lanes: readonly LaneBetween[]): Promise<LaneBetween[]> {
  const seen = new Set<string>()
  for (const { fromLocationId, toLocationId } of lanes) {
    if (fromLocationId === toLocationId) throw inventoryProblems.same_location({ locationId: fromLocationId })
    const key = `${fromLocationId} ${toLocationId}`
    if (seen.has(key)) throw inventoryProblems.lane_twice({ fromLocationId, toLocationId })
    seen.add(key)
  }
  for (const id of new Set(lanes.flatMap((lane) => [lane.fromLocationId, lane.toLocationId])))
    await findLocation(tx, id)
  const rows = lanes.map((lane) => ({ ...lane, departsOn: lane.departsOn && [...new Set(lane.departsOn)].sort() }))
  await tx.run(sql`lock table inventory.transfer_lane in share row exclusive mode`)
  await tx.run(sql`delete from inventory.transfer_lane`)
  await tx.run(sql`
    insert into inventory.transfer_lane (from_location_id, to_location_id, working_days, departs_on)
    select l."fromLocationId", l."toLocationId", l."workingDays", l."departsOn"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as l ("fromLocationId" text, "toLocationId" text, "workingDays" int, "departsOn" int[])`)
  return readLanes(tx)
}
