import { personOfIdentity, resolvePerson } from '#customers'
import { recordHistory } from '#payments'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId, newToken } from '#platform/ids'
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
  /** Its number there; unique with the channel. */
  ref: string
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
  /** What it was there; `mismatch` marks totals that do not add up, `exact` holds amounts finer than a cent. */
  source: Record<string, unknown>
}
export type HistoryContext = { clock: Clock; channelId: string; actorId: string }

/**
 * Writes documents of history, a batch in a handful of set-based statements. Orders are complete and paid elsewhere; no stock
 * moves, since today's figures know already what was sold then. A document that is here already is left as it is.
 * @returns one outcome for each document, in order
 */
export async function applyHistory(tx: Tx, context: HistoryContext, docs: readonly HistoryDoc[]): Promise<Outcome[]> {
  const known = await knownRefs(tx, context.channelId, docs)
  const fresh = docs.filter((doc) => !known.has(doc.ref))
  const persons = await personsOf(tx, context, fresh)
  const rows = fresh.map((doc) => ({
    ...doc,
    id: newId(doc.kind === 'sale' ? 'ord' : 'ret'),
    token: newToken(),
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
    sales.map(({ id, paidMinor, currency, ref, at }) => ({
      orderId: id,
      amountMinor: paidMinor,
      currency,
      reference: ref,
      at,
      provider: context.channelId,
    })),
  )
  return docs.map((doc): Outcome => {
    if (known.has(doc.ref)) return { result: 'unchanged' }
    const lines = doc.lines.length
    return {
      result: 'taken',
      counts: doc.kind === 'sale' ? { orders: 1, orderLines: lines } : { returns: 1, returnLines: lines },
    }
  })
}

async function knownRefs(q: Queryable, channelId: string, docs: readonly HistoryDoc[]): Promise<Set<string>> {
  const refs = docs.map(({ ref }) => ref)
  const rows = await q.many<{ ref: string }>(sql`
    select external_ref as ref from orders.customer_order where channel_id = ${channelId} and external_ref = any(${refs}::text[])
    union all
    select external_ref from orders.customer_return where channel_id = ${channelId} and external_ref = any(${refs}::text[])`)
  return new Set(rows.map(({ ref }) => ref))
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

type Row = HistoryDoc & { id: string; token: string; personId: string | null }

async function insertOrders(tx: Tx, { clock, channelId }: HistoryContext, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const orders = rows.map(({ lines: _, customer: __, ...order }) => order)
  await tx.run(sql`
    insert into orders.customer_order (id, number, token, channel_id, external_ref, person_id, status, payment_status, currency, tax_included,
      contact, subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, source, imported, placed_at, completed_at, created_at)
    select o.id, o.number, o.token, ${channelId}, o.ref, o."personId", 'completed',
           case when o."paidMinor" >= o."totalMinor" then 'paid' when o."paidMinor" = 0 then 'unpaid' else 'part_paid' end,
           o.currency, o."taxIncluded", o.contact, o."subtotalMinor", o."discountMinor", o."deliveryMinor", o."taxMinor", o."totalMinor",
           o.taxes, o.source, true, o.at, o.at, o.at
      from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as o (id text, number text, token text, ref text, "personId" text,
        "paidMinor" bigint, "totalMinor" bigint, currency text, "taxIncluded" boolean, contact jsonb, "subtotalMinor" bigint,
        "discountMinor" bigint, "deliveryMinor" bigint, "taxMinor" bigint, taxes jsonb, source jsonb, at timestamptz)`)
  const lines = rows.flatMap((row) =>
    row.lines.map((line, at) => ({ ...line, id: newId('lin'), orderId: row.id, lineNo: at + 1 })),
  )
  await tx.run(sql`
    insert into orders.order_line (id, order_id, line_no, sku, title, units, unit_minor, list_unit_minor, gross_minor, discount_minor,
      total_minor, tax_rate_bp, tax_minor)
    select l.id, l.order_id, l.line_no, l.sku, jsonb_build_object('es', l.title, 'en', l.title), l.units, l.unit, l.unit, l.gross, l.discount,
           l.total, l.rate, l.tax
      from unnest(${lines.map(({ id }) => id)}::text[], ${lines.map(({ orderId }) => orderId)}::text[], ${lines.map(({ lineNo }) => lineNo)}::int[],
                  ${lines.map(({ sku }) => sku)}::text[], ${lines.map(({ title }) => title)}::text[], ${lines.map(({ units }) => units)}::int[],
                  ${lines.map(({ unitMinor }) => unitMinor)}::bigint[], ${lines.map(({ grossMinor }) => grossMinor)}::bigint[],
                  ${lines.map(({ discountMinor }) => discountMinor)}::bigint[], ${lines.map(({ totalMinor }) => totalMinor)}::bigint[],
                  ${lines.map(({ taxRateBp }) => taxRateBp)}::int[], ${lines.map(({ taxMinor }) => taxMinor)}::bigint[])
             as l (id, order_id, line_no, sku, title, units, unit, gross, discount, total, rate, tax)`)
  const told = rows.filter(({ personId }) => personId !== null)
  await tx.run(
    eventRows(
      clock,
      'orders.placed',
      sql`select e.id as subject_id, e.person_id, jsonb_build_object('orderId', e.id, 'number', e.number, 'channelId', ${channelId}::text,
            'locationId', null, 'totalMinor', e.total, 'currency', e.currency, 'units', e.units, 'deliveryKind', 'delivery', 'imported', true,
            'placedAt', e.at) as payload
          from unnest(${told.map(({ id }) => id)}::text[], ${told.map(({ personId }) => personId)}::text[], ${told.map(({ number }) => number)}::text[],
                      ${told.map(({ totalMinor }) => totalMinor)}::bigint[], ${told.map(({ currency }) => currency)}::text[],
                      ${told.map(({ lines: some }) => some.reduce((sum, { units }) => sum + units, 0))}::int[], ${told.map(({ at }) => at)}::text[])
                 as e (id, person_id, number, total, currency, units, at)`,
    ),
  )
}

async function insertReturns(tx: Tx, { channelId, actorId }: HistoryContext, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const returns = rows.map(({ lines: _, customer: __, contact: ___, ...row }) => row)
  await tx.run(sql`
    insert into orders.customer_return (id, number, reason, refund_minor, tax_minor, refund_method, actor_id, at, imported, channel_id,
      external_ref, person_id, currency, source)
    select r.id, r.number, 'imported', r."totalMinor", r."taxMinor", 'original', ${actorId}, r.at, true, ${channelId}, r.ref, r."personId",
           r.currency, r.source
      from jsonb_to_recordset(${JSON.stringify(returns)}::jsonb) as r (id text, number text, "totalMinor" bigint, "taxMinor" bigint,
        at timestamptz, ref text, "personId" text, currency text, source jsonb)`)
  const lines = rows.flatMap((row) => row.lines.map((line, at) => ({ ...line, returnId: row.id, lineNo: at + 1 })))
  await tx.run(sql`
    insert into orders.customer_return_line (return_id, line_no, sku, title, units, disposition, refund_minor, tax_minor)
    select l.return_id, l.line_no, l.sku, jsonb_build_object('es', l.title, 'en', l.title), l.units, 'restock', l.total, l.tax
      from unnest(${lines.map(({ returnId }) => returnId)}::text[], ${lines.map(({ lineNo }) => lineNo)}::int[], ${lines.map(({ sku }) => sku)}::text[],
                  ${lines.map(({ title }) => title)}::text[], ${lines.map(({ units }) => units)}::int[],
                  ${lines.map(({ totalMinor }) => totalMinor)}::bigint[], ${lines.map(({ taxMinor }) => taxMinor)}::bigint[])
             as l (return_id, line_no, sku, title, units, total, tax)`)
}
