import type { Queryable } from '#platform/db'
import { keptList } from '#platform/facts'
import { sql } from '#platform/sql'
import type { TransferLane } from './transfer-time.ts'

/** Ways between places that do not follow the rule, by `from to`. */
export async function listLanes(q: Queryable): Promise<Map<string, TransferLane>> {
  return keptList(q, 'inventory.lanes', async () => {
    const rows = await q.many<TransferLane & { from: string; to: string }>(sql`
      select from_location_id as "from", to_location_id as "to", working_days as "workingDays", departs_on as "departsOn" from inventory.transfer_lane`)
    return new Map(rows.map(({ from, to, ...lane }) => [`${from} ${to}`, lane]))
  })
}
