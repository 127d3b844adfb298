import { Readable } from 'node:stream'
import { workOfOrders } from '#fulfillment'
import { listLocations, stockOfOrders } from '#inventory'
import { paymentFilesOf } from '#payments'
import { safeCell } from '#platform/csv'
import type { Db, Queryable } from '#platform/db'
import { currencyDigits } from '#platform/imports/index'
import { type Sql, sql } from '#platform/sql'
import { type Column, columns } from './columns.ts'
import type { HistoryDoc, HistoryLine } from './document.ts'
import { nameIds } from './names.ts'

type Document = Omit<HistoryDoc, 'lines' | 'customer' | 'status' | 'work'> & {
  /** Its moment to the last digit, for going on behind it. */
  cursorAt: string
  status: string
  lines: HistoryLine[]
  work?: object
}
type Cursor = { at: string; number: string }
/** Documents read at a time; the export never holds more. */
const page = 500

function decimal(minor: number, currency: string): string {
  const digits = currencyDigits(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return minor < 0 ? `-${whole}` : whole
}

/**
 * All placed orders, then all returns, oldest first, as CSV in pieces of at most 500 documents; imports back to the same state. The same state
 * gives the same file, whatever database it lies in.
 */
export async function* exportOrders(db: Db | Queryable): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  const places = new Map((await listLocations(db)).map(({ id, code }) => [id, code]))
  for (const pageOf of [salesAfter, returnsAfter]) {
    for (let cursor: Cursor = { at: '-infinity', number: '' }; ; ) {
      const documents = await pageOf(db, cursor)
      const last = documents.at(-1)
      if (!last) break
      cursor = { at: last.cursorAt, number: last.number }
      const rows = documents.flatMap((document) =>
        document.lines.map((line, at) => cellsOf(document, line, { isFirst: at === 0, places })),
      )
      yield (await named(db, rows)).map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
    }
  }
}

/** The same as a stream of text, for files and answers. */
export function ordersCsv(db: Db): Readable {
  return Readable.from(exportOrders(db))
}

const jsonColumns = (['line_details', 'details', 'payments', 'work'] as const).map((name) => columns.indexOf(name))

/** Ids in the JSON cells by the names that another database knows. */
async function named(q: Queryable, rows: string[][]): Promise<string[][]> {
  const texts = await nameIds(
    q,
    rows.flatMap((cells) => jsonColumns.map((at) => cells[at] ?? '')),
  )
  return rows.map((cells, row) => {
    const own = cells.slice()
    for (const [n, at] of jsonColumns.entries()) own[at] = texts[row * jsonColumns.length + n] ?? ''
    return own.map(safeCell)
  })
}

function cellsOf(
  document: Document,
  line: HistoryLine,
  { isFirst, places }: { isFirst: boolean; places: ReadonlyMap<string, string> },
): string[] {
  const money = (minor: number) => decimal(minor, document.currency)
  const json = (value: unknown) => (!isFirst || value === undefined ? '' : JSON.stringify(value))
  const cells: Record<Column, string | number | boolean> = {
    kind: document.kind,
    number: document.number,
    ref: document.ref,
    channel: document.channelId ?? '',
    place: places.get(document.locationId ?? '') ?? '',
    placed_at: document.at,
    currency: document.currency,
    status: document.status,
    payment_status: document.paymentStatus ?? '',
    name: document.contact.name,
    email: document.contact.email,
    phone: document.contact.phone,
    sku: line.sku,
    title: line.title,
    units: line.units,
    canceled_units: line.canceledUnits ?? 0,
    order_line: line.orderLineNo ?? '',
    disposition: line.disposition ?? '',
    unit_price: money(line.unitMinor),
    gross: money(line.grossMinor),
    discount: money(line.discountMinor),
    line_total: money(line.totalMinor),
    tax_rate_bp: line.taxRateBp,
    line_tax: money(line.taxMinor),
    delivery: money(document.deliveryMinor),
    subtotal: money(document.subtotalMinor),
    total_discount: money(document.discountMinor),
    tax: money(document.taxMinor),
    tax_included: document.taxIncluded,
    total: money(document.totalMinor),
    paid: money(document.paidMinor),
    id: document.id ?? '',
    taxes: json(document.taxes),
    source: json(document.source),
    line_details: line.details === undefined ? '' : JSON.stringify(line.details),
    details: json(document.details),
    payments: json(document.payments),
    work: json(document.work),
  }
  return columns.map((name) => String(cells[name]))
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

const iso = (column: string): Sql => ({
  kind: 'sql',
  parts: [`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`],
  values: [],
})
const noContact = sql`'{"name":"","email":"","phone":""}'::jsonb`

async function salesAfter(q: Queryable, { at, number }: Cursor): Promise<Document[]> {
  const documents = await q.many<Document & { id: string }>(sql`
    select o.id, 'sale' as kind, o.number, coalesce(o.external_ref, o.number) as ref, o.channel_id as "channelId", o.location_id as "locationId",
           ${iso('o.placed_at')} as at, o.placed_at::text as "cursorAt", o.currency, o.status, o.payment_status as "paymentStatus", ${noContact} || o.contact as contact,
           o.delivery_minor as "deliveryMinor", o.subtotal_minor as "subtotalMinor", o.discount_minor as "discountMinor", o.tax_minor as "taxMinor",
           o.tax_included as "taxIncluded", o.total_minor as "totalMinor", o.taxes, o.source,
           jsonb_build_object('personId', o.person_id, 'language', o.language, 'delivery', o.delivery, 'deliveryTax', o.delivery_tax,
             'couponCodes', o.coupon_codes, 'note', o.note, 'receiptNumber', o.receipt_number, 'cancelReason', o.cancel_reason,
             'canceledAt', ${iso('o.canceled_at')}, 'completedAt', ${iso('o.completed_at')}, 'createdAt', ${iso('o.created_at')}) as details,
           (select jsonb_agg(jsonb_build_object('sku', l.sku, 'title', l.title ->> 'es', 'units', l.units, 'canceledUnits', l.canceled_units,
              'unitMinor', l.unit_minor, 'grossMinor', l.gross_minor, 'discountMinor', l.discount_minor, 'totalMinor', l.total_minor,
              'taxRateBp', l.tax_rate_bp, 'taxMinor', l.tax_minor,
              'details', jsonb_build_object('id', l.id, 'title', l.title, 'optionValues', l.option_values, 'listUnitMinor', l.list_unit_minor,
                'discounts', l.discounts, 'reasons', l.reasons, 'gift', l.gift)) order by l.line_no)
              from orders.order_line l where l.order_id = o.id) as lines
      from orders.customer_order o
     where o.status in ('placed', 'completed', 'canceled') and (o.placed_at, o.number) > (${at}::timestamptz, ${number})
       and exists (select 1 from orders.order_line l where l.order_id = o.id)
     order by o.placed_at, o.number limit ${page}::int`)
  const ids = documents.map(({ id }) => id)
  const open = documents.filter(({ status }) => status === 'placed').map(({ id }) => id)
  const [payments, work, stock] = await Promise.all([
    paymentFilesOf(q, ids),
    workOfOrders(q, open),
    stockOfOrders(q, open),
  ])
  return documents.map((document) => {
    const own = payments.get(document.id) ?? []
    const captured = own.flatMap(({ ledger }) => ledger).filter(({ kind }) => kind === 'capture')
    const rest = work.get(document.id)
    return {
      ...document,
      paidMinor: captured.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      payments: own,
      ...(rest ? { work: { ...rest, ...stock.get(document.id) } } : {}),
    }
  })
}

async function returnsAfter(q: Queryable, { at, number }: Cursor): Promise<Document[]> {
  return q.many<Document>(sql`
    select r.id, 'return' as kind, r.number, coalesce(r.external_ref, r.number) as ref, coalesce(r.channel_id, o.channel_id) as "channelId",
           r.location_id as "locationId", ${iso('r.at')} as at, r.at::text as "cursorAt", coalesce(r.currency, o.currency) as currency, 'done' as status,
           ${noContact} || coalesce(o.contact, '{}') as contact, 0 as "deliveryMinor",
           r.refund_minor as "subtotalMinor", 0 as "discountMinor", r.tax_minor as "taxMinor", true as "taxIncluded", r.refund_minor as "totalMinor",
           '[]'::jsonb as taxes, r.source || case when o.id is null then '{}'::jsonb else jsonb_build_object('orderRef', coalesce(o.external_ref, o.number)) end as source,
           0 as "paidMinor",
           jsonb_build_object('personId', r.person_id, 'reason', r.reason, 'refundMethod', r.refund_method, 'actorId', r.actor_id) as details,
           (select jsonb_agg(jsonb_build_object('sku', coalesce(x.sku, l.sku), 'title', coalesce(x.title ->> 'es', l.title ->> 'es', ''), 'units', l.units,
              'orderLineNo', coalesce(x.line_no, 0), 'disposition', l.disposition, 'unitMinor', 0, 'grossMinor', l.refund_minor, 'discountMinor', 0,
              'totalMinor', l.refund_minor, 'taxRateBp', 0, 'taxMinor', l.tax_minor) order by l.line_no)
              from orders.customer_return_line l left join orders.order_line x on x.id = l.order_line_id where l.return_id = r.id) as lines
      from orders.customer_return r left join orders.customer_order o on o.id = r.order_id
     where (r.at, r.number) > (${at}::timestamptz, ${number}) and exists (select 1 from orders.customer_return_line l where l.return_id = r.id)
     order by r.at, r.number limit ${page}::int`)
}
