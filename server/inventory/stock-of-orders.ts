import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { keyOf, lockLevels, shortProblem, sumUnits, writeLevels } from './levels.ts'

/** What is promised to an order and on its way to it, as files carry it: rows as they are in the tables. */
export type StockOfOrder = { allocations: Row[]; transfers: (Row & { lines: Row[] })[] }
type Row = Record<string, unknown>

/** Open promises and transfers of these orders for a file; orders without any are missing from the map. */
export async function stockOfOrders(q: Queryable, orderIds: readonly string[]): Promise<Map<string, StockOfOrder>> {
  const rows = await q.many<StockOfOrder & { orderId: string }>(sql`
    select n.id as "orderId",
           coalesce((select jsonb_agg(to_jsonb(a) order by a.id) from inventory.allocation a
                      where a.order_id = n.id and a.status in ('open', 'in_transit')), '[]') as allocations,
           coalesce((select jsonb_agg(to_jsonb(t) || jsonb_build_object('lines',
                              (select jsonb_agg(to_jsonb(l) order by l.line_no) from inventory.transfer_line l where l.transfer_id = t.id)) order by t.id)
                       from inventory.transfer t where t.reference = n.id and t.status in ('requested', 'sent')), '[]') as transfers
      from unnest(${[...orderIds]}::text[]) as n (id)`)
  return new Map(rows.map(({ orderId, ...stock }) => [orderId, stock]))
}

/**
 * Promises units to orders that come from a file, and puts their vans on the road again. The shelves are filled before: units that are
 * not there cannot be promised.
 * @throws Problem inventory.atp_short
 */
export async function restoreStockOfOrders(tx: Tx, clock: Clock, stock: readonly StockOfOrder[]): Promise<void> {
  const transfers = stock.flatMap((order) => order.transfers)
  const lines = transfers.flatMap((transfer) => transfer.lines)
  const allocations = stock.flatMap((order) => order.allocations)
  if (transfers.length > 0) {
    await tx.run(sql`
      insert into inventory.transfer select (jsonb_populate_recordset(null::inventory.transfer, ${JSON.stringify(transfers)}::jsonb)).*`)
    await tx.run(sql`
      insert into inventory.transfer_line select (jsonb_populate_recordset(null::inventory.transfer_line, ${JSON.stringify(lines)}::jsonb)).*`)
  }
  if (allocations.length === 0) return
  const promised = allocations
    .filter(({ status }) => status === 'open')
    .map((row) => ({
      variantId: String(row.variant_id),
      locationId: String(row.location_id),
      units: Number(row.units),
    }))
  const levels = await lockLevels(tx, promised)
  const short = [...sumUnits(promised)].flatMap(([key, requested]) => {
    const level = levels.get(key)
    const available = level ? level.onHand - level.allocated - level.reserved + level.conflicted : 0
    const [variantId = '', locationId = ''] = key.split(' ')
    return available < requested ? [{ variantId, locationId, requested, available: Math.max(0, available) }] : []
  })
  if (short.length > 0) throw await shortProblem(tx, short)
  await tx.run(sql`
    insert into inventory.allocation select (jsonb_populate_recordset(null::inventory.allocation, ${JSON.stringify(allocations)}::jsonb)).*`)
  const changes = [...new Map(promised.map((item) => [keyOf(item), item])).values()].map(
    ({ variantId, locationId }) => ({
      variantId,
      locationId,
      allocated: promised
        .filter((item) => item.variantId === variantId && item.locationId === locationId)
        .reduce((sum, { units }) => sum + units, 0),
    }),
  )
  if (changes.length > 0) await writeLevels(tx, clock, changes)
}
