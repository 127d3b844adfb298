import type { OrderStatus, OrderSummary, PaymentStatus } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { type Sql, sql, where } from '#platform/sql'
import { orderToken } from './order-link.ts'
import { zoneOf } from './sales-today.ts'

export type OrderFilter = {
  q?: string | undefined
  status?: OrderStatus | undefined
  payment?: PaymentStatus | undefined
  /** Placed and not paid in full. */
  due?: boolean | undefined
  channel?: string | undefined
  location?: string | undefined
  /** The person and everybody linked with them. */
  personIds?: readonly string[] | undefined
  from?: string | undefined
  to?: string | undefined
}
type Row = Omit<OrderSummary, 'placedAt' | 'token'> & { placedAt: Date | null }

function conditions(filter: OrderFilter, zone: string): Sql[] {
  const found: Sql[] = [sql`o.status not in ('draft', 'lapsed')`]
  if (filter.status) found.push(sql`o.status = ${filter.status}`)
  if (filter.payment) found.push(sql`o.payment_status = ${filter.payment}`)
  if (filter.due) found.push(sql`o.status = 'placed' and o.payment_status in ('unpaid', 'part_paid')`)
  if (filter.channel) found.push(sql`o.channel_id = ${filter.channel}`)
  if (filter.location)
    found.push(sql`(o.location_id = ${filter.location} or o.delivery ->> 'locationId' = ${filter.location})`)
  if (filter.personIds) found.push(sql`o.person_id = any(${[...filter.personIds]}::text[])`)
  // Days are those of the house, not of the database's clock.
  if (filter.from) found.push(sql`o.placed_at >= ${filter.from}::date::timestamp at time zone ${zone}`)
  if (filter.to) found.push(sql`o.placed_at < (${filter.to}::date + 1)::timestamp at time zone ${zone}`)
  if (filter.q) found.push(matching(filter.q))
  return found
}

/** Number, receipt, reference, mail, telephone, or a part of the name. */
function matching(text: string): Sql {
  const plain = text.trim()
  const number = plain.toUpperCase()
  const part = `%${plain.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql`(o.number = ${number} or o.number = ${`H-${number}`} or o.receipt_number = ${number} or o.external_ref = ${plain}
    or lower(o.contact ->> 'email') = ${plain.toLowerCase()} or o.contact ->> 'phone' = ${plain.replace(/\s/g, '')}
    or o.contact ->> 'phone' = ${`+34${plain.replace(/\s/g, '')}`} or lower(o.contact ->> 'name') like ${part})`
}

/** Orders, newest first. `cursor` is what `next` of the page before said. */
export async function listOrders(
  q: Queryable,
  { filter, cursor, limit }: { filter: OrderFilter; cursor?: string | undefined; limit: number },
): Promise<{ items: OrderSummary[]; next: string | null }> {
  const asked = conditions(filter, filter.from || filter.to ? await zoneOf(q, filter.location) : 'UTC')
  const [at, id] = cursor?.split('|') ?? []
  if (at && id) asked.push(sql`(o.placed_at, o.id) < (${at}::timestamptz, ${id}::text)`)
  const rows = await q.many<Row & { cursorAt: string }>(sql`
    select o.id, o.number, o.status, o.payment_status as "paymentStatus", o.channel_id as "channelId",
           o.location_id as "locationId", o.person_id as "personId", coalesce(o.contact ->> 'name', '') as name,
           o.delivery ->> 'kind' as "deliveryKind", o.total_minor as "totalMinor", o.currency, o.receipt_number as "receiptNumber",
           o.external_ref as "externalRef", o.placed_at as "placedAt", o.placed_at::text as "cursorAt",
           (select coalesce(sum(l.units), 0)::int from orders.order_line l where l.order_id = o.id) as units
      from orders.customer_order o ${where(asked)}
     order by o.placed_at desc, o.id desc limit ${limit + 1}::int`)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map((row) => {
      const { cursorAt: _cursorAt, placedAt, ...summary } = row
      return { ...summary, token: orderToken(row.id), placedAt: placedAt?.toISOString() ?? null }
    }),
    next: rows.length > limit && last ? `${last.cursorAt}|${last.id}` : null,
  }
}
