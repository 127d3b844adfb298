import {
  type CsvRow,
  flag,
  type Importer,
  type Issue,
  instantOf,
  refusal,
  registerImporter,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { applyHistory, type HistoryDoc, type HistoryLine } from './history.ts'

/**
 * Retail history as one row a line: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country (the
 * layout of the UCI Online Retail set). Rows of an invoice are one document; negative quantities are goods that came back.
 */
const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
]
/** An invoice may be interrupted by a few others in the file; so many stay open before the oldest is given out. */
const openInvoices = 30
/** Prices are kept exactly in thousandths of a cent while summing; the file has up to three decimals. */
const scale = 100_000n

type Open = {
  first: CsvRow
  rows: { sku: string; title: string; units: number; price: bigint }[]
  issues: Issue[]
  read: number
}

async function* read(
  rows: AsyncIterable<CsvRow>,
  options: Readonly<Record<string, string>>,
): AsyncIterable<Thing<HistoryDoc>> {
  const open = new Map<string, Open>()
  const given = new Map<string, number>()
  for await (const row of rows) {
    const { InvoiceNo: invoice = '' } = row.cells
    let entry = open.get(invoice)
    if (!entry) {
      entry = { first: row, rows: [], issues: [], read: 0 }
      open.set(invoice, entry)
    }
    take(entry, row)
    if (open.size <= openInvoices) continue
    const [oldest] = open.keys()
    if (oldest !== undefined) yield* giveOut(open, given, oldest, options)
  }
  const rest = Array.from(open.keys())
  for (const invoice of rest) yield* giveOut(open, given, invoice, options)
}

function take(entry: Open, row: CsvRow): void {
  entry.read += 1
  const { Quantity = '', UnitPrice = '', InvoiceNo = '' } = row.cells
  const units = wholeOf(Quantity)
  const price = scaled(UnitPrice)
  if (InvoiceNo === '' || units === null || units === 0 || price === null) {
    const [field, value] =
      InvoiceNo === '' ? ['InvoiceNo', ''] : price === null ? ['UnitPrice', UnitPrice] : ['Quantity', Quantity]
    entry.issues.push(
      refusal(row.line, field, 'not_readable', value, {
        es: 'Corrige el valor y vuelve a importar.',
        en: 'Correct the value and import again.',
      }),
    )
    return
  }
  if (price < 0n) {
    entry.issues.push(
      flag(row.line, 'UnitPrice', 'negative_price', UnitPrice, {
        es: 'Precio negativo: se guarda como abono.',
        en: 'Negative price: kept as a credit.',
      }),
    )
  }
  entry.rows.push({ sku: row.cells['StockCode'] ?? '', title: row.cells['Description'] ?? '', units, price })
}

/** Exact: "-11062.06" is −1106206000 hundred-thousandths. */
function scaled(text: string): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d{1,5}))?$/.exec(text.trim())
  if (!match) return null
  const value = BigInt(match[2] ?? '0') * scale + BigInt((match[3] ?? '').padEnd(5, '0') || '0')
  return match[1] === '-' ? -value : value
}

function* giveOut(
  open: Map<string, Open>,
  given: Map<string, number>,
  invoice: string,
  options: Readonly<Record<string, string>>,
): Iterable<Thing<HistoryDoc>> {
  const entry = open.get(invoice)
  if (!entry) return
  open.delete(invoice)
  const times = (given.get(invoice) ?? 0) + 1
  given.set(invoice, times)
  const at = instantOf(entry.first.cells['InvoiceDate'] ?? '')
  const { line } = entry.first
  if (entry.rows.length === 0 || at === null) {
    const issues =
      at === null
        ? [
            refusal(line, 'InvoiceDate', 'not_a_date', entry.first.cells['InvoiceDate'] ?? '', {
              es: 'Escribe la fecha como 2010-12-01 08:26.',
              en: 'Write the date as 2010-12-01 08:26.',
            }),
          ]
        : entry.issues
    yield { line, rows: entry.read, issues }
    return
  }
  const ref = times === 1 ? invoice : `${invoice}/${times}`
  const sold = entry.rows.filter(({ units, price }) => units > 0 && price >= 0n)
  const back = entry.rows.filter((row) => !sold.includes(row))
  // A document holds one direction; an invoice with both becomes two, the second named after the first.
  const docs = [
    ...(sold.length > 0 ? [docOf('sale', ref, at, entry.first, sold, options)] : []),
    ...(back.length > 0 ? [docOf('return', sold.length > 0 ? `${ref}-R` : ref, at, entry.first, back, options)] : []),
  ]
  for (const [position, doc] of docs.entries()) {
    yield {
      line: line + position,
      rows: position === 0 ? entry.read : 0,
      value: doc,
      issues: position === 0 ? entry.issues : [],
    }
  }
}

function docOf(
  kind: 'sale' | 'return',
  ref: string,
  at: string,
  first: CsvRow,
  rows: Open['rows'],
  options: Readonly<Record<string, string>>,
): HistoryDoc {
  const { CustomerID = '', Country = '' } = first.cells
  const exact = rows.reduce((sum, { units, price }) => sum + abs(BigInt(units) * price), 0n)
  const lines = rows.map(({ sku, title, units, price }): HistoryLine => {
    const totalMinor = minorOf(abs(BigInt(units) * price))
    return {
      sku,
      title,
      units: Math.abs(units),
      unitMinor: minorOf(abs(price)),
      grossMinor: totalMinor,
      discountMinor: 0,
      totalMinor,
      taxRateBp: 0,
      taxMinor: 0,
    }
  })
  const totalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0)
  const finer = exact !== BigInt(totalMinor) * (scale / 100n)
  return {
    kind,
    ref,
    number: `${(options['channel'] ?? 'web').toUpperCase()}-${ref}`,
    at,
    currency: options['currency'] ?? 'GBP',
    customer: CustomerID === '' ? null : { kind: 'external', value: `online-retail:${CustomerID}`, name: '' },
    contact: { name: CustomerID, email: '', phone: '' },
    lines,
    deliveryMinor: 0,
    taxIncluded: true,
    taxes: [{ rateBp: 0, netMinor: totalMinor, taxMinor: 0 }],
    subtotalMinor: totalMinor,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor,
    paidMinor: totalMinor,
    source: { format: 'online-retail', country: Country, ...(finer ? { exact: decimal(exact) } : {}) },
  }
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}
/** Cents, half up. */
function minorOf(value: bigint): number {
  const unit = scale / 100n
  return Number((value + unit / 2n) / unit)
}
function decimal(value: bigint): string {
  return `${value / scale}.${(value % scale).toString().padStart(5, '0')}`
}

export const onlineRetailImporter: Importer<HistoryDoc> = {
  kind: 'orders',
  format: 'online-retail-csv',
  name: { es: 'Historial de ventas, una fila por línea', en: 'Sales history, one row a line' },
  source: 'csv',
  batchSize: 40,
  detect: (sample) => sample.source === 'csv' && columns.every((name) => sample.columns.includes(name)),
  read: (rows, options) => read(rows as AsyncIterable<CsvRow>, options),
  apply: (tx, { clock, actorId, options }, things) =>
    applyHistory(
      tx,
      { clock, actorId, channelId: options['channel'] ?? 'web' },
      things.map(({ value }) => value),
    ),
}
registerImporter(onlineRetailImporter)
