import { variantIdsBySku } from '#catalog'
import { knownPersons, personOfIdentity, resolvePerson } from '#customers'
import { restoreWork } from '#fulfillment'
import { restoreStockOfOrders } from '#inventory'
import { recordHistory, restorePayments } from '#payments'
import { raiseNumbers } from '#platform/counter'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { flag, type Issue, type Outcome } from '#platform/imports/index'
import { eventRows } from '#platform/outbox'
import { sql } from '#platform/sql'
import type { HistoryContext, HistoryDoc, HistoryRow } from './document.ts'
import { insertReturns } from './history-returns.ts'

export type { HistoryContext, HistoryDoc, HistoryLine } from './document.ts'

/**
 * Writes documents of history, a batch in a handful of set-based statements. Orders are complete and paid elsewhere unless the document says
 * otherwise; no stock moves, since today's figures know already what was sold then. What an order of Hilo's own file still promises is
 * promised again. A document that is here already is left as it is.
 * @returns one outcome for each document, in order
 */
export async function applyHistory(tx: Tx, context: HistoryContext, docs: readonly HistoryDoc[]): Promise<Outcome[]> {
  const known = await knownRefs(tx, context.channelId, docs)
  const fresh = docs.filter((doc) => !known.has(keyOf(context, doc)))
  const rows = await withPersons(tx, context, fresh)
  const sales = rows.filter(({ kind }) => kind === 'sale')
  await insertOrders(tx, context, sales)
  await recordHistory(
    tx,
    context,
    sales
      .filter(({ payments }) => payments === undefined)
      .map(({ id, paidMinor, currency, ref, at, channel }) => ({
        orderId: id,
        amountMinor: paidMinor,
        currency,
        reference: ref,
        at,
        provider: channel,
      })),
  )
  const paid = sales.flatMap(({ id, payments = [] }) => payments.map((payment) => ({ ...payment, orderId: id })))
  const doubtful = new Set(await restorePayments(tx, context, paid))
  const open = sales.flatMap((row) => ownWork(row))
  await restoreStockOfOrders(tx, context.clock, open)
  await restoreWork(tx, open)
  await insertReturns(
    tx,
    context,
    rows.filter(({ kind }) => kind === 'return'),
  )
  await raiseCounters(tx, rows)
  const rowOf = new Map(fresh.map((doc, at) => [doc, rows[at]]))
  return docs.map((doc): Outcome => {
    const row = rowOf.get(doc)
    if (!row) return { result: 'unchanged' }
    const lines = doc.lines.length
    return {
      result: 'taken',
      issues: doubtfulRefunds(row, doubtful),
      counts: doc.kind === 'sale' ? { orders: 1, orderLines: lines } : { returns: 1, returnLines: lines },
    }
  })
}

/** A refund that was booked and not yet done when the file was written: whether it reached the provider, only the provider knows. */
function doubtfulRefunds({ payments = [], number }: HistoryRow, doubtful: ReadonlySet<string>): Issue[] {
  return payments
    .flatMap(({ refunds }) => refunds)
    .filter(({ id }) => doubtful.has(id))
    .map(() =>
      flag(0, 'payments', 'refund_was_pending', number, {
        es: 'Había una devolución pendiente al sacar el fichero. Mira en el proveedor si salió; si no, devuélvela aquí.',
        en: 'A refund was pending when the file was written. See at the provider whether it went out; if not, refund it here.',
      }),
    )
}

function channelOf({ channelId }: Pick<HistoryContext, 'channelId'>, doc: HistoryDoc): string {
  return doc.channelId ?? channelId
}
function keyOf(context: Pick<HistoryContext, 'channelId'>, doc: HistoryDoc): string {
  return `${channelOf(context, doc)} ${doc.ref}`
}

/** Documents that are here already: under their reference, or under a number of our own that was exported. */
async function knownRefs(q: Queryable, channelId: string, docs: readonly HistoryDoc[]): Promise<Set<string>> {
  const channels = docs.map((doc) => channelOf({ channelId }, doc))
  const rows = await q.many<{ key: string }>(sql`
    with asked as (
      select * from unnest(${channels}::text[], ${docs.map(({ ref }) => ref)}::text[], ${docs.map(({ number }) => number)}::text[]) as a (channel, ref, number)
    )
    select a.channel || ' ' || a.ref as key from asked a
     where exists (select 1 from orders.customer_order o where o.channel_id = a.channel and o.external_ref = a.ref)
        or exists (select 1 from orders.customer_return r where r.channel_id = a.channel and r.external_ref = a.ref)
        or exists (select 1 from orders.customer_order o where o.number = a.number)
        or exists (select 1 from orders.customer_return r where r.number = a.number)`)
  return new Set(rows.map(({ key }) => key))
}

function customerKey({ kind, value }: NonNullable<HistoryDoc['customer']>): string {
  return `${kind} ${value}`
}

/** Each document with its id and whose it is: the person the file names, when they are here; else whoever the identifier says, who may be new. */
async function withPersons(tx: Tx, context: HistoryContext, docs: readonly HistoryDoc[]): Promise<HistoryRow[]> {
  const named = await knownPersons(
    tx,
    docs.flatMap(({ details }) => details?.personId ?? []),
  )
  const persons = new Map<string, string>()
  const rows: HistoryRow[] = []
  for (const doc of docs) {
    const { customer, details } = doc
    // Hilo's own file says whose an order is, also that it is nobody's.
    const own = details?.personId === null ? null : named.has(details?.personId ?? '') ? details?.personId : undefined
    const key = customer === null ? '' : customerKey(customer)
    if (own === undefined && customer !== null && !persons.has(key))
      persons.set(key, await personOf(tx, context, customer))
    const personId = own === undefined ? (persons.get(key) ?? null) : own
    rows.push({
      ...doc,
      id: doc.id ?? newId(doc.kind === 'sale' ? 'ord' : 'ret'),
      channel: channelOf(context, doc),
      personId,
    })
  }
  return rows
}

async function personOf(
  tx: Tx,
  { clock, channelId }: HistoryContext,
  { kind, value, name }: NonNullable<HistoryDoc['customer']>,
): Promise<string> {
  const known = await personOfIdentity(tx, kind, value)
  if (known) return known
  const identities = [{ kind, value, proof: 'imported' as const }]
  return (await resolvePerson(tx, clock, { identities, name, source: `import ${channelId}` })).personId
}

/** What an order of Hilo's own file still promises; never that of another order. */
function ownWork({ id, work }: HistoryRow): NonNullable<HistoryDoc['work']>[] {
  if (work === undefined) return []
  const own = (rows: Record<string, unknown>[]) => rows.map((row) => ({ ...row, order_id: id }))
  const here = new Set(work.fulfillment_order.map((row) => row.id))
  return [
    {
      fulfillment_order: own(work.fulfillment_order),
      fulfillment_line: work.fulfillment_line.filter((row) => here.has(row.fulfillment_order_id)),
      shortage: own(work.shortage),
      promise: own(work.promise),
      allocations: own(work.allocations),
      transfers: work.transfers.map((transfer) => ({ ...transfer, reference: id, lines: transfer.lines })),
    },
  ]
}

/** The next numbers of this house begin behind those that came with a file. */
async function raiseCounters(tx: Tx, rows: readonly HistoryRow[]): Promise<void> {
  const highest = new Map<string, number>()
  const seen = (series: string, number: string | undefined) => {
    if (number !== undefined) highest.set(series, Math.max(highest.get(series) ?? 0, Number(number)))
  }
  for (const { kind, number, details } of rows) {
    if (kind === 'sale') seen('order_number', /^H-(\d{1,12})$/.exec(number)?.[1])
    const [, returnSeries = '', returned] = /^D-([A-Z0-9]{2,8})-(\d{1,12})$/.exec(number) ?? []
    if (kind === 'return') seen(`return:${returnSeries}`, returned)
    const [, receiptSeries = '', receipt] = /^([A-Z0-9]{2,8})-(\d{1,12})$/.exec(details?.receiptNumber ?? '') ?? []
    seen(`receipt:${receiptSeries}`, receipt)
  }
  await raiseNumbers(tx, highest)
}

async function insertOrders(tx: Tx, context: HistoryContext, rows: readonly HistoryRow[]): Promise<void> {
  if (rows.length === 0) return
  const orders = rows.map(({ details = {}, lines: _lines, work: _work, payments: _payments, ...row }) => ({
    ...row,
    ...details,
    personId: row.personId,
    status: row.status ?? 'completed',
    // An order of our own has no number of somebody else's.
    ref: row.ref === row.number ? null : row.ref,
  }))
  await tx.run(sql`
    insert into orders.customer_order (id, number, channel_id, external_ref, location_id, person_id, status, payment_status, currency, tax_included,
      language, contact, delivery, subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, delivery_tax, coupon_codes, note,
      receipt_number, source, imported, placed_at, completed_at, canceled_at, cancel_reason, created_at)
    select o.id, o.number, o.channel, o.ref, o."locationId", o."personId", o.status,
           coalesce(o."paymentStatus", case when o."paidMinor" >= o."totalMinor" then 'paid' when o."paidMinor" = 0 then 'unpaid' else 'part_paid' end),
           o.currency, o."taxIncluded", coalesce(o.language, 'es'), o.contact, coalesce(o.delivery, '{}'), o."subtotalMinor", o."discountMinor", o."deliveryMinor",
           o."taxMinor", o."totalMinor", o.taxes, o."deliveryTax",
           array(select jsonb_array_elements_text(coalesce(o."couponCodes", '[]'))), coalesce(o.note, ''), o."receiptNumber", o.source, true, o.at,
           coalesce(o."completedAt", case when o.status = 'completed' then o.at end), coalesce(o."canceledAt", case when o.status = 'canceled' then o.at end),
           o."cancelReason", coalesce(o."createdAt", o.at)
      from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as o (id text, number text, channel text, ref text, "locationId" text, "personId" text, status text,
        "paymentStatus" text, "paidMinor" bigint, "totalMinor" bigint, currency text, "taxIncluded" boolean, language text, contact jsonb, delivery jsonb,
        "subtotalMinor" bigint, "discountMinor" bigint, "deliveryMinor" bigint, "taxMinor" bigint, taxes jsonb, "deliveryTax" jsonb, "couponCodes" jsonb,
        note text, "receiptNumber" text, source jsonb, at timestamptz, "completedAt" timestamptz, "canceledAt" timestamptz, "cancelReason" text,
        "createdAt" timestamptz)`)
  await insertLines(tx, rows)
  await tellPlaced(tx, context, rows)
}

async function insertLines(tx: Tx, rows: readonly HistoryRow[]): Promise<void> {
  const variants = await variantIdsBySku(
    tx,
    rows.flatMap((row) => row.lines.map(({ sku }) => sku)),
  )
  const lines = rows.flatMap((row) =>
    row.lines.map((line, at) => {
      const { title, optionValues, listUnitMinor, ...more } = line.details ?? {}
      const name = line.title
      return {
        id: newId('lin'),
        ...line,
        ...more,
        // What people may have corrected in the plain cell wins over the other language's place.
        title: title && title.es === name ? title : { es: name, en: title?.en || name },
        options: optionValues ?? [],
        list: listUnitMinor ?? line.unitMinor,
        orderId: row.id,
        lineNo: at + 1,
        variant: variants.get(line.sku.trim().toUpperCase()) ?? null,
        details: undefined,
      }
    }),
  )
  await tx.run(sql`
    insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, option_values, units, canceled_units, unit_minor, list_unit_minor,
      gross_minor, discount_minor, total_minor, tax_rate_bp, tax_minor, discounts, reasons, gift)
    select l.id, l."orderId", l."lineNo", l.variant, l.sku, l.title, array(select jsonb_array_elements_text(l.options)), l.units, coalesce(l."canceledUnits", 0),
           l."unitMinor", l.list, l."grossMinor", l."discountMinor", l."totalMinor", l."taxRateBp", l."taxMinor", coalesce(l.discounts, '[]'),
           coalesce(l.reasons, '[]'), coalesce(l.gift, false)
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l (id text, "orderId" text, "lineNo" int, variant text, sku text, title jsonb, options jsonb,
        units int, "canceledUnits" int, "unitMinor" bigint, list bigint, "grossMinor" bigint, "discountMinor" bigint, "totalMinor" bigint, "taxRateBp" int,
        "taxMinor" bigint, discounts jsonb, reasons jsonb, gift boolean)`)
}

async function tellPlaced(tx: Tx, { clock }: HistoryContext, rows: readonly HistoryRow[]): Promise<void> {
  const told = rows.filter(({ personId }) => personId !== null)
  if (told.length === 0) return
  await tx.run(
    eventRows(
      clock,
      'orders.placed',
      sql`select e.id as subject_id, e.person_id, jsonb_build_object('orderId', e.id, 'number', e.number, 'channelId', e.channel,
            'locationId', null, 'totalMinor', e.total, 'currency', e.currency, 'units', e.units, 'deliveryKind', 'delivery', 'imported', true,
            'placedAt', e.at) as payload
          from unnest(${told.map(({ id }) => id)}::text[], ${told.map(({ personId }) => personId)}::text[], ${told.map(({ number }) => number)}::text[],
                      ${told.map(({ totalMinor }) => totalMinor)}::bigint[], ${told.map(({ currency }) => currency)}::text[],
                      ${told.map(({ lines: some }) => some.reduce((sum, { units }) => sum + units, 0))}::int[], ${told.map(({ at }) => at)}::text[], ${told.map(({ channel }) => channel)}::text[])
                 as e (id, person_id, number, total, currency, units, at, channel)`,
    ),
  )
}
