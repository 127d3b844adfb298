import { z } from 'zod'
import { paymentFile } from '#payments'
import { plainCell } from '#platform/csv'
import { isId } from '#platform/ids'
import {
  type CsvRow,
  type Issue,
  instantOf,
  minorOf,
  refusal,
  registerImporter,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { type Column, moneyColumns } from './columns.ts'
import type { DocDetails, HistoryDoc, HistoryLine } from './document.ts'
import { applyHistory } from './history.ts'
import { idsOfNames } from './names.ts'

const stamp = z.iso.datetime()
const rows = z.array(z.record(z.string(), z.unknown())).default([])
/** The JSON cells; what Hilo wrote has all of it, what people made has none. */
const shapes = {
  taxes: z.array(z.object({ rateBp: z.int(), netMinor: z.int(), taxMinor: z.int() })),
  source: z.record(z.string(), z.unknown()),
  line_details: z.object({
    id: z.string().optional(),
    title: z.object({ es: z.string(), en: z.string().default('') }).optional(),
    optionValues: z.array(z.string()).optional(),
    listUnitMinor: z.int().optional(),
    discounts: z.array(z.unknown()).optional(),
    reasons: z.array(z.unknown()).optional(),
    gift: z.boolean().optional(),
  }),
  details: z.object({
    personId: z.string().nullish(),
    language: z.enum(['es', 'en']).optional(),
    delivery: z.record(z.string(), z.unknown()).optional(),
    deliveryTax: z.record(z.string(), z.unknown()).nullish(),
    couponCodes: z.array(z.string()).optional(),
    note: z.string().optional(),
    receiptNumber: z.string().nullish(),
    cancelReason: z.string().nullish(),
    canceledAt: stamp.nullish(),
    completedAt: stamp.nullish(),
    createdAt: stamp.nullish(),
    reason: z.string().optional(),
    refundMethod: z.enum(['original', 'cash']).optional(),
    actorId: z.string().optional(),
  }),
  payments: z.array(paymentFile),
  work: z.object({
    fulfillment_order: rows,
    fulfillment_line: rows,
    shortage: rows,
    promise: rows,
    allocations: rows,
    transfers: z.array(z.looseObject({ lines: rows })).default([]),
  }),
} as const
type Json = keyof typeof shapes

/** Rows of one document stand together, as the export writes them. */
async function* read(source: AsyncIterable<CsvRow>): AsyncIterable<Thing<CsvDoc>> {
  let open: CsvRow[] = []
  const key = ({ cells }: CsvRow) => `${cells['kind']} ${cells['channel']} ${cells['ref']}`
  for await (const one of source) {
    if (open[0] && key(open[0]) !== key(one)) {
      yield thingOf(open)
      open = []
    }
    open.push(one)
  }
  if (open.length > 0) yield thingOf(open)
}

/** Texts in which places and articles still go by their names, beside the document that waits for them. */
type CsvDoc = { doc: HistoryDoc; place: string; named: { details: string; payments: string; work: string } }

const text = ({ cells }: CsvRow, name: Column) => plainCell(cells[name] ?? '')

function thingOf(all: readonly CsvRow[]): Thing<CsvDoc> {
  const [first] = all
  if (!first) throw new Error('no rows')
  const { line } = first
  const issues = all.flatMap((one) => wrongCells(one))
  for (const name of ['details', 'payments', 'work'] as const)
    if (parse(first, name) === undefined && text(first, name) !== '') issues.push(bad(first, name))
  if (issues.length > 0) return { line, rows: all.length, issues }
  const cell = (name: Column) => text(first, name)
  const money = (name: Column) => minorOf(cell(name), cell('currency')) ?? 0
  const source = parse(first, 'source') ?? {}
  const orderRef = typeof source['orderRef'] === 'string' ? source['orderRef'] : undefined
  const isReturn = cell('kind') === 'return'
  const email = cell('email')
  const id = cell('id')
  const doc: HistoryDoc = {
    kind: isReturn ? 'return' : 'sale',
    ...(isId(isReturn ? 'ret' : 'ord', id) ? { id } : {}),
    channelId: cell('channel'),
    ref: cell('ref'),
    ...(orderRef === undefined ? {} : { orderRef }),
    number: cell('number'),
    at: instantOf(cell('placed_at')) ?? '',
    currency: cell('currency'),
    customer: email === '' ? null : { kind: 'email', value: email, name: cell('name') },
    contact: { name: cell('name'), email, phone: cell('phone') },
    lines: all.map((one) => lineOf(one, cell('currency'))),
    deliveryMinor: money('delivery'),
    taxIncluded: cell('tax_included') === 'true',
    taxes: parse(first, 'taxes') ?? [],
    subtotalMinor: money('subtotal'),
    discountMinor: money('total_discount'),
    taxMinor: money('tax'),
    totalMinor: money('total'),
    paidMinor: money('paid'),
    ...(isReturn ? {} : { status: statusOf(cell('status')) ?? 'completed' }),
    ...(cell('payment_status') === '' ? {} : { paymentStatus: cell('payment_status') }),
    source,
  }
  const named = { details: cell('details'), payments: cell('payments'), work: cell('work') }
  return { line, rows: all.length, value: { doc, place: cell('place'), named }, issues: [] }
}

function lineOf(row: CsvRow, currency: string): HistoryLine {
  const money = (name: Column) => minorOf(text(row, name), currency) ?? 0
  const whole = (name: Column) => wholeOf(text(row, name)) ?? 0
  const disposition = dispositions.find((known) => known === text(row, 'disposition'))
  return {
    sku: text(row, 'sku'),
    title: text(row, 'title'),
    units: whole('units'),
    canceledUnits: whole('canceled_units'),
    unitMinor: money('unit_price'),
    grossMinor: money('gross'),
    discountMinor: money('discount'),
    totalMinor: money('line_total'),
    taxRateBp: whole('tax_rate_bp'),
    taxMinor: money('line_tax'),
    orderLineNo: whole('order_line'),
    ...(disposition === undefined ? {} : { disposition }),
    details: parse(row, 'line_details') ?? {},
  }
}

const dispositions = ['restock', 'repair', 'scrap'] as const
const statuses = ['placed', 'completed', 'canceled'] as const
const paymentStatuses = ['unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded']
/** History of other systems that was put into these columns names no state: it is over. */
function statusOf(cell: string): (typeof statuses)[number] | undefined {
  return cell === '' ? 'completed' : statuses.find((status) => status === cell)
}

function bad({ line, cells }: CsvRow, field: Column): Issue {
  return refusal(line, field, 'not_readable', cells[field] ?? '', {
    es: 'Corrige la celda y vuelve a importar.',
    en: 'Correct the cell and import again.',
  })
}

function wrongCells(row: CsvRow): Issue[] {
  const currency = text(row, 'currency')
  if (!/^[A-Z]{3}$/.test(currency)) return [bad(row, 'currency')]
  const found = moneyColumns.filter((name) => minorOf(text(row, name), currency) === null).map((name) => bad(row, name))
  if (instantOf(text(row, 'placed_at')) === null) found.push(bad(row, 'placed_at'))
  const units = wholeOf(text(row, 'units')) ?? 0
  if (units < 1) found.push(bad(row, 'units'))
  for (const name of ['canceled_units', 'order_line'] as const)
    if (text(row, name) !== '' && (wholeOf(text(row, name)) ?? -1) < 0) found.push(bad(row, name))
  if ((wholeOf(text(row, 'canceled_units')) ?? 0) > Math.max(units, 0)) found.push(bad(row, 'canceled_units'))
  if (text(row, 'kind') !== 'return' && statusOf(text(row, 'status')) === undefined) found.push(bad(row, 'status'))
  if (text(row, 'payment_status') !== '' && !paymentStatuses.includes(text(row, 'payment_status')))
    found.push(bad(row, 'payment_status'))
  for (const name of ['ref', 'number', 'channel'] as const) if (text(row, name) === '') found.push(bad(row, name))
  for (const name of ['taxes', 'source', 'line_details'] as const)
    if (text(row, name) !== '' && parse(row, name) === undefined) found.push(bad(row, name))
  return found
}

/** The cell as its shape says; undefined when it is empty or none. */
function parse<K extends Json>(row: CsvRow, name: K): z.output<(typeof shapes)[K]> | undefined {
  return shaped(text(row, name), name)
}

function shaped<K extends Json>(json: string, name: K): z.output<(typeof shapes)[K]> | undefined {
  try {
    const read = shapes[name].safeParse(JSON.parse(json))
    return read.success ? (read.data as z.output<(typeof shapes)[K]>) : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Not JSON: the caller lists the cell.
    return undefined
  }
}

registerImporter<CsvDoc>({
  kind: 'orders',
  format: 'hilo-orders-csv',
  name: { es: 'Pedidos de Hilo (CSV)', en: 'Orders of Hilo (CSV)' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['kind', 'number', 'ref', 'line_total', 'total'].every((name) => sample.columns.includes(name)),
  read: (source) => read(source as AsyncIterable<CsvRow>),
  apply: async (tx, { clock, actorId, options }, things) => {
    const all = things.flatMap(({ value: { named, place } }) => [...Object.values(named), placeText(place)])
    const { translate } = await idsOfNames(tx, all)
    const docs = things.map(({ line, value }) => ({ line, ...translated(value, translate) }))
    const outcomes = await applyHistory(
      tx,
      { clock, actorId, channelId: options['channel'] ?? 'web' },
      docs.map(({ doc }) => doc),
    )
    return outcomes.map((outcome, at) => {
      const { line = 0, missing = '' } = docs[at] ?? {}
      if (missing === '' || outcome.result !== 'taken') return outcome
      return { ...outcome, issues: [...(outcome.issues ?? []), withoutWork(line, missing)] }
    })
  },
})

const placeText = (code: string) => (code === '' ? '""' : JSON.stringify(`place:${code}`))

type Translate = Awaited<ReturnType<typeof idsOfNames>>['translate']

/** The document with the ids of this database. Work whose places or articles are not here is left out, and `missing` names them. */
function translated({ doc, place, named }: CsvDoc, translate: Translate): { doc: HistoryDoc; missing: string } {
  const details = shaped(translate(named.details).text, 'details') as DocDetails | undefined
  const payments = shaped(translate(named.payments).text, 'payments')
  const { text: workText, unknown } = translate(named.work)
  const work = named.work === '' ? undefined : shaped(workText, 'work')
  const missing = [...new Set([...unknown.places, ...unknown.skus])].join(', ')
  const location = translate(placeText(place))
  return {
    missing,
    doc: {
      ...doc,
      ...(location.unknown.places.length > 0 || place === ''
        ? {}
        : { locationId: JSON.parse(location.text) as string }),
      ...(details ? { details } : {}),
      ...(payments ? { payments } : {}),
      ...(work && missing === '' ? { work } : {}),
    },
  }
}

function withoutWork(line: number, missing: string): Issue {
  return {
    line,
    field: 'work',
    severity: 'flagged',
    code: 'work_left_out',
    value: missing,
    remedy: {
      es: 'El pedido se ha tomado, pero no lo que queda por preparar: faltan aquí estos lugares o artículos.',
      en: 'The order was taken, but not the work that is left: these places or articles do not exist here.',
    },
  }
}
