import { recordHistoryRefunds } from '#payments'
import type { Queryable, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import type { HistoryContext, HistoryRow } from './document.ts'

type OrderFacts = {
  channel: string
  ref: string
  id: string
  lines: { id: string; lineNo: number; units: number; gone: number }[]
}

/**
 * Writes returns of history: each is tied to its order, and each of its lines to the line it came from, where both are known. The order's money
 * follows: what was given back is booked against what its order paid, unless the order brought its payments itself.
 */
export async function insertReturns(tx: Tx, context: HistoryContext, rows: readonly HistoryRow[]): Promise<void> {
  if (rows.length === 0) return
  const orders = await ordersOf(tx, rows)
  const orderOf = ({ channel, orderRef }: HistoryRow) => orders.get(`${channel} ${orderRef ?? ''}`)
  const returns = rows.map((row) => ({
    ...row,
    ref: row.ref === row.number ? null : row.ref,
    orderId: orderOf(row)?.id ?? null,
    reason: row.details?.reason ?? 'imported',
    refundMethod: row.details?.refundMethod ?? 'original',
    actorId: row.details?.actorId ?? context.actorId,
    lines: undefined,
  }))
  await tx.run(sql`
    insert into orders.customer_return (id, number, order_id, location_id, reason, refund_minor, tax_minor, refund_method, actor_id, at, imported, channel_id,
      external_ref, person_id, currency, source)
    select r.id, r.number, r."orderId", r."locationId", r.reason, r."totalMinor", r."taxMinor", r."refundMethod", r."actorId", r.at, true, r.channel, r.ref, r."personId",
           r.currency, r.source
      from jsonb_to_recordset(${JSON.stringify(returns)}::jsonb) as r (id text, number text, "orderId" text, "locationId" text, reason text, "totalMinor" bigint,
        "taxMinor" bigint, "refundMethod" text, "actorId" text, at timestamptz, ref text, channel text, "personId" text, currency text, source jsonb)`)
  const lines = rows.flatMap((row) =>
    row.lines.map((line, at) => ({
      ...line,
      returnId: row.id,
      lineNo: at + 1,
      orderLineId: lineOf(orderOf(row), line.orderLineNo ?? 0, line.units),
      details: undefined,
    })),
  )
  await insertLines(tx, lines)
  await bookRefunds(tx, context, rows, orderOf)
}

/** The orders that these returns name, with what is left of each line. */
async function ordersOf(q: Queryable, rows: readonly HistoryRow[]): Promise<Map<string, OrderFacts>> {
  const named = rows.filter(({ orderRef }) => orderRef !== undefined)
  if (named.length === 0) return new Map()
  const found = await q.many<OrderFacts>(sql`
    select n.channel, n.ref, o.id,
           (select jsonb_agg(jsonb_build_object('id', l.id, 'lineNo', l.line_no, 'units', l.units, 'gone', l.canceled_units + l.returned_units) order by l.line_no)
              from orders.order_line l where l.order_id = o.id) as lines
      from (select distinct * from unnest(${named.map(({ channel }) => channel)}::text[], ${named.map(({ orderRef }) => orderRef ?? '')}::text[]) as d (channel, ref)) as n
      join orders.customer_order o on o.channel_id = n.channel and (o.external_ref = n.ref or (o.external_ref is null and o.number = n.ref))`)
  return new Map(found.map((order) => [`${order.channel} ${order.ref}`, order]))
}

/** The line that units came back from; null where the order does not have so many left, which a file of another system may say. */
function lineOf(order: OrderFacts | undefined, lineNo: number, units: number): string | null {
  const line = order?.lines.find((one) => one.lineNo === lineNo)
  if (!line || line.gone + units > line.units) return null
  line.gone += units
  return line.id
}

type ReturnLine = {
  returnId: string
  lineNo: number
  orderLineId: string | null
  sku: string
  title: string
  units: number
  disposition?: string
  totalMinor: number
  taxMinor: number
}

async function insertLines(tx: Tx, lines: readonly ReturnLine[]): Promise<void> {
  await tx.run(sql`
    with back as (
      insert into orders.customer_return_line (return_id, line_no, order_line_id, sku, title, units, disposition, refund_minor, tax_minor)
      select l."returnId", l."lineNo", l."orderLineId", l.sku, jsonb_build_object('es', l.title, 'en', l.title), l.units, coalesce(l.disposition, 'restock'),
             l."totalMinor", l."taxMinor"
        from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l ("returnId" text, "lineNo" int, "orderLineId" text, sku text, title text, units int,
          disposition text, "totalMinor" bigint, "taxMinor" bigint)
      returning order_line_id, units
    )
    update orders.order_line l set returned_units = returned_units + b.units
      from (select order_line_id, sum(units)::int as units from back where order_line_id is not null group by order_line_id) as b
     where l.id = b.order_line_id`)
}

async function bookRefunds(
  tx: Tx,
  context: HistoryContext,
  rows: readonly HistoryRow[],
  orderOf: (row: HistoryRow) => OrderFacts | undefined,
): Promise<void> {
  const refunds = rows.flatMap((row) => {
    const order = orderOf(row)
    const amountMinor = row.refundedMinor ?? 0
    return order && amountMinor > 0
      ? [{ orderId: order.id, amountMinor, reason: `return ${row.number}`, at: row.at }]
      : []
  })
  if (refunds.length === 0) return
  const booked = await recordHistoryRefunds(tx, context, refunds)
  await tx.run(sql`
    update orders.customer_order o
       set payment_status = case when n.back >= o.total_minor then 'refunded' else 'part_refunded' end
      from unnest(${[...booked.keys()]}::text[], ${[...booked.values()]}::bigint[]) as n (id, back) where o.id = n.id`)
}
