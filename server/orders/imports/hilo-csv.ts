import { Readable } from 'node:stream'
import { capturedOf } from '#payments'
import { plainCell, safeCell } from '#platform/csv'
import type { Db } from '#platform/db'
import {
  type CsvRow,
  currencyDigits,
  instantOf,
  minorOf,
  refusal,
  registerImporter,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { sql } from '#platform/sql'
import { applyHistory, type HistoryDoc, type HistoryLine } from './history.ts'

/** One row a line; what belongs to the whole document stands on each of its rows. */
const columns = [
  'kind',
  'number',
  'ref',
  'channel',
  'placed_at',
  'currency',
  'status',
  'name',
  'email',
  'phone',
  'sku',
  'title',
  'units',
  'unit_price',
  'gross',
  'discount',
  'line_total',
  'tax_rate_bp',
  'line_tax',
  'delivery',
  'subtotal',
  'total_discount',
  'tax',
  'tax_included',
  'total',
  'paid',
  'taxes',
  'source',
] as const
type Column = (typeof columns)[number]

type Document = Omit<HistoryDoc, 'lines' | 'customer' | 'status'> & {
  cursor: string
  status: string
  lines: HistoryLine[]
}

function decimal(minor: number, currency: string): string {
  const digits = currencyDigits(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return minor < 0 ? `-${whole}` : whole
}

/** All placed orders and returns as CSV, in pieces of at most 500 documents; imports back to the same orders. */
export async function* exportOrders(db: Db): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for (const pageOf of [salesAfter, returnsAfter]) {
    for (let cursor = ''; ; ) {
      const documents = await pageOf(db, cursor)
      const last = documents.at(-1)
      if (!last) break
      cursor = last.cursor
      yield documents.flatMap((document) => document.lines.map((line) => row(document, line))).join('')
    }
  }
}

/** The same as a stream of text, for files and answers. */
export function ordersCsv(db: Db): Readable {
  return Readable.from(exportOrders(db))
}

function row(document: Document, line: HistoryLine): string {
  const money = (minor: number) => decimal(minor, document.currency)
  const cells: Record<Column, string | number | boolean> = {
    kind: document.kind,
    number: document.number,
    ref: document.ref,
    channel: document.channelId ?? '',
    placed_at: document.at,
    currency: document.currency,
    status: document.status,
    name: document.contact.name,
    email: document.contact.email,
    phone: document.contact.phone,
    sku: line.sku,
    title: line.title,
    units: line.units,
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
    taxes: JSON.stringify(document.taxes),
    source: JSON.stringify(document.source),
  }
  return `${columns.map((name) => quoted(safeCell(cells[name]))).join(',')}\r\n`
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

async function salesAfter(db: Db, cursor: string): Promise<Document[]> {
  const documents = await db.many<Omit<Document, 'paidMinor'>>(sql`
    select o.id as cursor, 'sale' as kind, o.number, coalesce(o.external_ref, o.number) as ref, o.channel_id as "channelId",
           to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, o.currency, o.status,
           jsonb_build_object('name', '', 'email', '', 'phone', '') || o.contact as contact, o.delivery_minor as "deliveryMinor",
           o.subtotal_minor as "subtotalMinor", o.discount_minor as "discountMinor", o.tax_minor as "taxMinor", o.tax_included as "taxIncluded",
           o.total_minor as "totalMinor", o.taxes, o.source,
           (select jsonb_agg(jsonb_build_object('sku', l.sku, 'title', l.title ->> 'es', 'units', l.units, 'unitMinor', l.unit_minor, 'grossMinor', l.gross_minor,
              'discountMinor', l.discount_minor, 'totalMinor', l.total_minor, 'taxRateBp', l.tax_rate_bp, 'taxMinor', l.tax_minor) order by l.line_no)
              from orders.order_line l where l.order_id = o.id) as lines
      from orders.customer_order o
     where o.status in ('placed', 'completed', 'canceled') and o.id > ${cursor} and exists (select 1 from orders.order_line l where l.order_id = o.id)
     order by o.id limit 500`)
  const captured = await capturedOf(
    db,
    documents.map((document) => document.cursor),
  )
  // What was paid for a canceled order went back.
  return documents.map((document) => ({
    ...document,
    paidMinor: document.status === 'canceled' ? 0 : (captured.get(document.cursor) ?? 0),
  }))
}

async function returnsAfter(db: Db, cursor: string): Promise<Document[]> {
  return db.many<Document>(sql`
    select r.id as cursor, 'return' as kind, r.number, coalesce(r.external_ref, r.number) as ref, coalesce(r.channel_id, o.channel_id) as "channelId",
           to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, coalesce(r.currency, o.currency) as currency, 'done' as status,
           jsonb_build_object('name', '', 'email', '', 'phone', '') || coalesce(o.contact, '{}') as contact, 0 as "deliveryMinor",
           r.refund_minor as "subtotalMinor", 0 as "discountMinor", r.tax_minor as "taxMinor", true as "taxIncluded", r.refund_minor as "totalMinor",
           '[]'::jsonb as taxes, r.source || case when o.id is null then '{}'::jsonb else jsonb_build_object('orderRef', coalesce(o.external_ref, o.number)) end as source,
           0 as "paidMinor",
           (select jsonb_agg(jsonb_build_object('sku', coalesce(x.sku, l.sku), 'title', coalesce(x.title ->> 'es', l.title ->> 'es', ''), 'units', l.units, 'unitMinor', 0,
              'grossMinor', l.refund_minor, 'discountMinor', 0, 'totalMinor', l.refund_minor, 'taxRateBp', 0, 'taxMinor', l.tax_minor) order by l.line_no)
              from orders.customer_return_line l left join orders.order_line x on x.id = l.order_line_id where l.return_id = r.id) as lines
      from orders.customer_return r left join orders.customer_order o on o.id = r.order_id
     where r.id > ${cursor} and exists (select 1 from orders.customer_return_line l where l.return_id = r.id) order by r.id limit 500`)
}

/** Rows of one document stand together, as the export writes them. */
async function* read(rows: AsyncIterable<CsvRow>): AsyncIterable<Thing<HistoryDoc>> {
  let open: CsvRow[] = []
  const key = ({ cells }: CsvRow) => `${cells['kind']} ${cells['channel']} ${cells['ref']}`
  for await (const one of rows) {
    if (open[0] && key(open[0]) !== key(one)) {
      yield thingOf(open)
      open = []
    }
    open.push(one)
  }
  if (open.length > 0) yield thingOf(open)
}

function thingOf(rows: readonly CsvRow[]): Thing<HistoryDoc> {
  const [first] = rows
  if (!first) throw new Error('no rows')
  const { line } = first
  const wrong = rows.flatMap((one) => wrongCells(one))
  if (wrong.length > 0) return { line, rows: rows.length, issues: wrong }
  const cell = (name: Column, from = first) => plainCell(from.cells[name] ?? '')
  const currency = cell('currency')
  const money = (name: Column, from = first) => minorOf(cell(name, from), currency) ?? 0
  const source = parse(cell('source')) as Record<string, unknown>
  const email = cell('email')
  const orderRef = typeof source['orderRef'] === 'string' ? source['orderRef'] : undefined
  const value: HistoryDoc = {
    kind: cell('kind') === 'return' ? 'return' : 'sale',
    channelId: cell('channel'),
    ref: cell('ref'),
    ...(orderRef === undefined ? {} : { orderRef }),
    number: cell('number'),
    at: instantOf(cell('placed_at')) ?? '',
    currency,
    customer: email === '' ? null : { kind: 'email', value: email, name: cell('name') },
    contact: { name: cell('name'), email, phone: cell('phone') },
    lines: rows.map((one) => ({
      sku: cell('sku', one),
      title: cell('title', one),
      units: wholeOf(cell('units', one)) ?? 0,
      unitMinor: money('unit_price', one),
      grossMinor: money('gross', one),
      discountMinor: money('discount', one),
      totalMinor: money('line_total', one),
      taxRateBp: wholeOf(cell('tax_rate_bp', one)) ?? 0,
      taxMinor: money('line_tax', one),
    })),
    deliveryMinor: money('delivery'),
    taxIncluded: cell('tax_included') === 'true',
    taxes: parse(cell('taxes')) as HistoryDoc['taxes'],
    subtotalMinor: money('subtotal'),
    discountMinor: money('total_discount'),
    taxMinor: money('tax'),
    totalMinor: money('total'),
    paidMinor: money('paid'),
    ...(cell('kind') === 'return' ? {} : { status: statusOf(cell('status')) ?? 'completed' }),
    source,
  }
  return { line, rows: rows.length, value, issues: [] }
}

const statuses = ['placed', 'completed', 'canceled'] as const
/** History of other systems that was put into these columns names no state: it is over. */
function statusOf(cell: string): (typeof statuses)[number] | undefined {
  return cell === '' ? 'completed' : statuses.find((status) => status === cell)
}

function wrongCells({ line, cells }: CsvRow) {
  const bad = (field: Column) =>
    refusal(line, field, 'not_readable', cells[field] ?? '', {
      es: 'Corrige la celda y vuelve a importar.',
      en: 'Correct the cell and import again.',
    })
  const currency = plainCell(cells['currency'] ?? '')
  if (!/^[A-Z]{3}$/.test(currency)) return [bad('currency')]
  const amounts = (
    [
      'unit_price',
      'gross',
      'discount',
      'line_total',
      'line_tax',
      'delivery',
      'subtotal',
      'total_discount',
      'tax',
      'total',
      'paid',
    ] as const
  ).filter((name) => minorOf(plainCell(cells[name] ?? ''), currency) === null)
  const found = amounts.map(bad)
  if (instantOf(plainCell(cells['placed_at'] ?? '')) === null) found.push(bad('placed_at'))
  if ((wholeOf(plainCell(cells['units'] ?? '')) ?? 0) < 1) found.push(bad('units'))
  if (cells['kind'] !== 'return' && statusOf(plainCell(cells['status'] ?? '')) === undefined) found.push(bad('status'))
  for (const name of ['ref', 'number', 'channel'] as const) if ((cells[name] ?? '') === '') found.push(bad(name))
  for (const name of ['taxes', 'source'] as const)
    if (parse(plainCell(cells[name] ?? '')) === undefined) found.push(bad(name))
  return found
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the caller lists the cell.
    return undefined
  }
}

registerImporter<HistoryDoc>({
  kind: 'orders',
  format: 'hilo-orders-csv',
  name: { es: 'Pedidos de Hilo (CSV)', en: 'Orders of Hilo (CSV)' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['kind', 'number', 'ref', 'line_total', 'total'].every((name) => sample.columns.includes(name)),
  read: (rows) => read(rows as AsyncIterable<CsvRow>),
  apply: (tx, { clock, actorId, options }, things) =>
    applyHistory(
      tx,
      { clock, actorId, channelId: options['channel'] ?? 'web' },
      things.map(({ value }) => value),
    ),
})
