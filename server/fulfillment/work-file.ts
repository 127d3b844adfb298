import type { Queryable, Tx } from '#platform/db'
import { type Sql, sql } from '#platform/sql'

/** What is being done for an order, as files carry it: rows as they are in the tables. */
export type WorkOfOrder = Record<WorkTable, Record<string, unknown>[]>
const tables = ['fulfillment_order', 'fulfillment_line', 'shortage', 'promise'] as const
type WorkTable = (typeof tables)[number]

/** Work, questions and promises of these orders for a file; orders without any are missing from the map. */
export async function workOfOrders(q: Queryable, orderIds: readonly string[]): Promise<Map<string, WorkOfOrder>> {
  const rows = await q.many<WorkOfOrder & { orderId: string }>(sql`
    select n.id as "orderId",
           coalesce((select jsonb_agg(to_jsonb(f) order by f.id) from fulfillment.fulfillment_order f where f.order_id = n.id), '[]') as fulfillment_order,
           coalesce((select jsonb_agg(to_jsonb(l) order by l.fulfillment_order_id, l.order_line_id) from fulfillment.fulfillment_line l
                       join fulfillment.fulfillment_order f on f.id = l.fulfillment_order_id where f.order_id = n.id), '[]') as fulfillment_line,
           coalesce((select jsonb_agg(to_jsonb(s) order by s.id) from fulfillment.shortage s where s.order_id = n.id), '[]') as shortage,
           coalesce((select jsonb_agg(to_jsonb(p) order by p.id) from fulfillment.promise p where p.order_id = n.id), '[]') as promise
      from unnest(${[...orderIds]}::text[]) as n (id)`)
  return new Map(rows.filter((row) => row.fulfillment_order.length > 0).map(({ orderId, ...work }) => [orderId, work]))
}

/** Puts the work of orders that come from a file on the lists again, without notices: who was told was told. */
export async function restoreWork(tx: Tx, work: readonly WorkOfOrder[]): Promise<void> {
  for (const table of tables) {
    const rows = work.flatMap((order) => order[table])
    if (rows.length > 0) await tx.run(insert(table, rows))
  }
}

function insert(table: WorkTable, rows: readonly object[]): Sql {
  const json = JSON.stringify(rows)
  switch (table) {
    case 'fulfillment_order':
      return sql`insert into fulfillment.fulfillment_order select (jsonb_populate_recordset(null::fulfillment.fulfillment_order, ${json}::jsonb)).*`
    case 'fulfillment_line':
      return sql`insert into fulfillment.fulfillment_line select (jsonb_populate_recordset(null::fulfillment.fulfillment_line, ${json}::jsonb)).*`
    case 'shortage':
      return sql`insert into fulfillment.shortage select (jsonb_populate_recordset(null::fulfillment.shortage, ${json}::jsonb)).*`
    default:
      return sql`insert into fulfillment.promise select (jsonb_populate_recordset(null::fulfillment.promise, ${json}::jsonb)).*`
  }
}
