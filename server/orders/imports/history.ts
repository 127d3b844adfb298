import { variantIdsBySku } from '#catalog'
import { personOfIdentity, resolvePerson } from '#customers'
import { recordHistory } from '#payments'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import type { Outcome } from '#platform/imports/index'
import { eventRows } from '#platform/outbox'
import { sql } from '#platform/sql'

export type HistoryLine = {
  sku: string
  title: string
  /** Whole units, at least 1. */
  units: number
  unitMinor: number
  grossMinor: number
  discountMinor: number
  totalMinor: number
  taxRateBp: number
  taxMinor: number
}
/** A document of another system: a sale, or goods that came back. */
export type HistoryDoc = {
  kind: 'sale' | 'return'
  /** Where it was sold, when the file says so; else the import's channel. */
  channelId?: string
  /** Its number there; unique with the channel. */
  ref: string
  /** Of a return: the `ref` of its order, where that is known. */
  orderRef?: string
  /** Orders keep the number that customers know. */
  number: string
  at: string
  currency: string
  /** Who bought, as the other system names them; null where it did not say. */
  customer: { kind: 'external' | 'email' | 'phone'; value: string; name: string } | null
  contact: { name: string; email: string; phone: string }
  lines: HistoryLine[]
  deliveryMinor: number
  taxIncluded: boolean
  taxes: { rateBp: number; netMinor: number; taxMinor: number }[]
  /** Totals as stated there: the truth, also where the parts do not add up. */
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
  paidMinor: number
  /** Absent: completed, as history is. Orders that Hilo wrote out itself keep their state. */
  status?: 'placed' | 'completed' | 'canceled'
  /** What it was there; `mismatch` marks totals that do not add up, `exact` holds amounts finer than a cent. */
  source: Record<string, unknown>
}
export type HistoryContext = { clock: Clock; channelId: string; actorId: string }

/**
 * Writes documents of history, a batch in a handful of set-based statements. Orders are complete and paid elsewhere unless the document says otherwise; no stock
 * moves, since today's figures know already what was sold then. A document that is here already is left as it is.
 * @returns one outcome for each document, in order
 */
export async function applyHistory(tx: Tx, context: HistoryContext, docs: readonly HistoryDoc[]): Promise<Outcome[]> {
  const known = await knownRefs(tx, context.channelId, docs)
  const fresh = docs.filter((doc) => !known.has(keyOf(context, doc)))
  const persons = await personsOf(tx, context, fresh)
  const rows = fresh.map((doc) => ({
    ...doc,
    channel: channelOf(context, doc),
    id: newId(doc.kind === 'sale' ? 'ord' : 'ret'),
    personId: doc.customer ? (persons.get(customerKey(doc.customer)) ?? null) : null,
  }))
  const sales = rows.filter(({ kind }) => kind === 'sale')
  await insertOrders(tx, context, sales)
  await insertReturns(
    tx,
    context,
    rows.filter(({ kind }) => kind === 'return'),
  )
  await recordHistory(
    tx,
    context,
    sales.map(({ id, paidMinor, currency, ref, at, channel }) => ({
      orderId: id,
      amountMinor: paidMinor,
      currency,
      reference: ref,
      at,
      provider: channel,
    })),
  )
  return docs.map((doc): Outcome => {
    if (known.has(keyOf(context, doc))) return { result: 'unchanged' }
    const lines = doc.lines.length
    return {
      result: 'taken',
      counts: doc.kind === 'sale' ? { orders: 1, orderLines: lines } : { returns: 1, returnLines: lines },
    }
  })
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

/** Persons of the batch's customers, each looked up or made once. */
async function personsOf(
  tx: Tx,
  { clock, channelId }: HistoryContext,
  docs: readonly HistoryDoc[],
): Promise<Map<string, string>> {
  const persons = new Map<string, string>()
  for (const { customer } of docs) {
    if (!customer || persons.has(customerKey(customer))) continue
    const { kind, value, name } = customer
    const known = await personOfIdentity(tx, kind, value)
    const identities = [{ kind, value, proof: 'imported' as const }]
    const personId =
      known ?? (await resolvePerson(tx, clock, { identities, name, source: `import ${channelId}` })).personId
    persons.set(customerKey(customer), personId)
  }
  return persons
}

type Row = HistoryDoc & { channel: string; id: string; personId: string | null }

async function insertOrders(tx: Tx, { clock }: HistoryContext, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const orders = rows.map((row) => ({
    ...row,
    status: row.status ?? 'completed',
    lines: undefined,
    customer: undefined,
  }))
  const variants = await variantIdsBySku(
    tx,
    rows.flatMap((row) => row.lines.map(({ sku }) => sku)),
  )
  await tx.run(sql`
    insert into orders.customer_order (id, number, channel_id, external_ref, person_id, status, payment_status, currency, tax_included,
      contact, subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, source, imported, placed_at, completed_at, canceled_at,
      created_at)
    select o.id, o.number, o.channel, o.ref, o."personId", o.status,
           case when o."paidMinor" >= o."totalMinor" then 'paid' when o."paidMinor" = 0 then 'unpaid' else 'part_paid' end,
           o.currency, o."taxIncluded", o.contact, o."subtotalMinor", o."discountMinor", o."deliveryMinor", o."taxMinor", o."totalMinor",
           o.taxes, o.source, true, o.at, case when o.status = 'completed' then o.at end, case when o.status = 'canceled' then o.at end, o.at
      from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as o (id text, number text, channel text, ref text, "personId" text, status text,
        "paidMinor" bigint, "totalMinor" bigint, currency text, "taxIncluded" boolean, contact jsonb, "subtotalMinor" bigint,
        "discountMinor" bigint, "deliveryMinor" bigint, "taxMinor" bigint, taxes jsonb, source jsonb, at timestamptz)`)
  const lines = rows.flatMap((row) =>
    row.lines.map((line, at) => ({ ...line, id: newId('lin'), orderId: row.id, lineNo: at + 1 })),
  )
  await tx.run(sql`
    insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, units, unit_minor, list_unit_minor, gross_minor, discount_minor,
      total_minor, tax_rate_bp, tax_minor)
    select l.id, l.order_id, l.line_no, l.variant_id, l.sku, jsonb_build_object('es', l.title, 'en', l.title), l.units, l.unit, l.unit, l.gross, l.discount,
           l.total, l.rate, l.tax
      from unnest(${lines.map(({ id }) => id)}::text[], ${lines.map(({ orderId }) => orderId)}::text[], ${lines.map(({ lineNo }) => lineNo)}::int[],
                  ${lines.map(({ sku }) => variants.get(sku.trim().toUpperCase()) ?? null)}::text[],
                  ${lines.map(({ sku }) => sku)}::text[], ${lines.map(({ title }) => title)}::text[], ${lines.map(({ units }) => units)}::int[],
                  ${lines.map(({ unitMinor }) => unitMinor)}::bigint[], ${lines.map(({ grossMinor }) => grossMinor)}::bigint[],
                  ${lines.map(({ discountMinor }) => discountMinor)}::bigint[], ${lines.map(({ totalMinor }) => totalMinor)}::bigint[],
                  ${lines.map(({ taxRateBp }) => taxRateBp)}::int[], ${lines.map(({ taxMinor }) => taxMinor)}::bigint[])
             as l (id, order_id, line_no, variant_id, sku, title, units, unit, gross, discount, total, rate, tax)`)
  const told = rows.filter(({ personId }) => personId !== null)
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

async function insertReturns(tx: Tx, { actorId }: HistoryContext, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const returns = rows.map((row) => ({ ...row, lines: undefined, customer: undefined, contact: undefined }))
  await tx.run(sql`
    insert into orders.customer_return (id, number, order_id, reason, refund_minor, tax_minor, refund_method, actor_id, at, imported, channel_id,
      external_ref, person_id, currency, source)
    select r.id, r.number,
           (select o.id from orders.customer_order o where o.channel_id = r.channel and o.external_ref = r."orderRef"), 'imported', r."totalMinor", r."taxMinor", 'original', ${actorId}, r.at, true, r.channel, r.ref, r."personId",
           r.currency, r.source
      from jsonb_to_recordset(${JSON.stringify(returns)}::jsonb) as r (id text, number text, "totalMinor" bigint, "taxMinor" bigint,
        at timestamptz, ref text, "orderRef" text, channel text, "personId" text, currency text, source jsonb)`)
  const lines = rows.flatMap((row) => row.lines.map((line, at) => ({ ...line, returnId: row.id, lineNo: at + 1 })))
  await tx.run(sql`
    insert into orders.customer_return_line (return_id, line_no, sku, title, units, disposition, refund_minor, tax_minor)
    select l.return_id, l.line_no, l.sku, jsonb_build_object('es', l.title, 'en', l.title), l.units, 'restock', l.total, l.tax
      from unnest(${lines.map(({ returnId }) => returnId)}::text[], ${lines.map(({ lineNo }) => lineNo)}::int[], ${lines.map(({ sku }) => sku)}::text[],
                  ${lines.map(({ title }) => title)}::text[], ${lines.map(({ units }) => units)}::int[],
                  ${lines.map(({ totalMinor }) => totalMinor)}::bigint[], ${lines.map(({ taxMinor }) => taxMinor)}::bigint[])
             as l (return_id, line_no, sku, title, units, total, tax)`)
}
