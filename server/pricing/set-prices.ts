import { findVariants } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { livePrice, type PriceRow } from './prices.ts'
import { lowestBefore, type PriceState } from './prior-price.ts'
import { pricingProblems } from './problems.ts'
import { currentRules, raiseVersion } from './rules.ts'

/** A price to set. What is undefined stays as it is; a new price needs `amountMinor`; `markdownMinor: null` ends the markdown. */
export type PriceItem = {
  /** The general list when absent. */
  priceListId?: string
  variantId: string
  amountMinor?: number
  markdownMinor?: number | null
  markdownStartsAt?: Date | null
  markdownEndsAt?: Date | null
}
export type SetPrices = { items: readonly PriceItem[]; changedBy: string }
export type PricesSet = { changed: number; unchanged: number; version: number; changedVariantIds: string[] }

type Row = Omit<PriceRow, 'priorMinor'> & { priorMinor: number | null }
const keyOf = ({ priceListId, variantId }: { priceListId: string; variantId: string }) => `${priceListId} ${variantId}`

/**
 * Sets prices and markdowns, many at once; what is already so is left alone. Each change goes into the append-only history, and a
 * markdown gets its prior price from it. A markdown without a start begins now.
 * @throws Problem pricing.variant_unknown, pricing.no_price_list, pricing.no_price (a new price without amount),
 *   pricing.markdown_not_lower, pricing.markdown_window
 */
export async function setPrices(tx: Tx, clock: Clock, { items, changedBy }: SetPrices): Promise<PricesSet> {
  const { lists, version } = await currentRules(tx)
  const general = lists.find(({ channelId }) => channelId === null)?.id
  const wanted = items.map((item) => {
    const priceListId = item.priceListId ?? general
    if (priceListId === undefined || !lists.some(({ id }) => id === priceListId))
      throw pricingProblems.no_price_list({ priceListId })
    return { ...item, priceListId }
  })
  const variantIds = [...new Set(wanted.map(({ variantId }) => variantId))]
  const variants = await findVariants(tx, variantIds)
  const unknown = variantIds.find((id) => !variants.has(id))
  if (unknown !== undefined) throw pricingProblems.variant_unknown({ variantId: unknown })
  const present = new Map((await lockedPrices(tx, wanted)).map((row) => [keyOf(row), row]))
  const now = clock.now()
  const changed = new Map<string, Row>()
  for (const item of wanted) {
    const key = keyOf(item)
    const before = changed.get(key) ?? present.get(key)
    const after = merged(before, item, now)
    if (!before || differs(before, after)) changed.set(key, after)
  }
  const rows = [...changed.values()]
  if (rows.length === 0) return { changed: 0, unchanged: items.length, version, changedVariantIds: [] }
  const priced = await withPrior(tx, rows, now)
  await save(tx, priced, now, changedBy)
  return {
    changed: rows.length,
    unchanged: items.length - rows.length,
    version: await raiseVersion(tx, clock),
    changedVariantIds: [...new Set(rows.map(({ variantId }) => variantId))],
  }
}

const columns = sql`
  p.price_list_id as "priceListId", p.variant_id as "variantId", p.amount_minor as "amountMinor", p.markdown_minor as "markdownMinor",
  p.markdown_starts_at as "markdownStartsAt", p.markdown_ends_at as "markdownEndsAt"`

async function lockedPrices(tx: Tx, keys: readonly { priceListId: string; variantId: string }[]): Promise<Row[]> {
  return tx.many<Row>(sql`
    select ${columns}, p.prior_minor as "priorMinor"
      from pricing.price p
     where (p.price_list_id, p.variant_id) in (
       select * from unnest(${keys.map(({ priceListId }) => priceListId)}::text[], ${keys.map(({ variantId }) => variantId)}::text[]))
     order by p.price_list_id, p.variant_id for update`)
}

function merged(before: Row | undefined, item: PriceItem & { priceListId: string }, now: Date): Row {
  const { priceListId, variantId } = item
  const amountMinor = item.amountMinor ?? before?.amountMinor
  if (amountMinor === undefined) throw pricingProblems.no_price({ variantId, priceListId, parameter: 'amountMinor' })
  const markdownMinor = item.markdownMinor === undefined ? (before?.markdownMinor ?? null) : item.markdownMinor
  const none = {
    priceListId,
    variantId,
    amountMinor,
    markdownMinor: null,
    markdownStartsAt: null,
    markdownEndsAt: null,
    priorMinor: null,
  }
  if (markdownMinor === null) return none
  if (markdownMinor >= amountMinor) throw pricingProblems.markdown_not_lower({ variantId, amountMinor, markdownMinor })
  // The same markdown said again keeps its start; another one begins now unless it says when.
  const isSame = before?.markdownMinor === markdownMinor
  const startsAt = item.markdownStartsAt ?? (isSame ? before.markdownStartsAt : null) ?? now
  const endsAt = item.markdownEndsAt === undefined ? (isSame ? before.markdownEndsAt : null) : item.markdownEndsAt
  if (endsAt !== null && endsAt <= startsAt) throw pricingProblems.markdown_window({ variantId })
  return {
    ...none,
    markdownMinor,
    markdownStartsAt: startsAt,
    markdownEndsAt: endsAt,
    priorMinor: before?.priorMinor ?? null,
  }
}

function differs(a: Row, b: Row): boolean {
  return (
    a.amountMinor !== b.amountMinor ||
    a.markdownMinor !== b.markdownMinor ||
    a.markdownStartsAt?.getTime() !== b.markdownStartsAt?.getTime() ||
    a.markdownEndsAt?.getTime() !== b.markdownEndsAt?.getTime()
  )
}

/** The rows with the prior price of their markdown, read from the history. */
async function withPrior(tx: Tx, rows: readonly Row[], now: Date): Promise<Row[]> {
  const lowered = rows.filter(({ markdownMinor }) => markdownMinor !== null)
  if (lowered.length === 0) return [...rows]
  const history = await tx.many<PriceState & { priceListId: string; variantId: string }>(sql`
    select c.price_list_id as "priceListId", c.variant_id as "variantId", c.changed_at as at, c.amount_minor as "amountMinor",
           c.markdown_minor as "markdownMinor", c.markdown_starts_at as "markdownStartsAt", c.markdown_ends_at as "markdownEndsAt"
      from pricing.price_change c
     where (c.price_list_id, c.variant_id) in (
       select * from unnest(${lowered.map(({ priceListId }) => priceListId)}::text[], ${lowered.map(({ variantId }) => variantId)}::text[]))
     order by c.changed_at, c.id`)
  const byKey = Map.groupBy(history, keyOf)
  return rows.map((row) => {
    if (row.markdownMinor === null) return row
    const start = row.markdownStartsAt ?? now
    // Until a later start, what is set now holds without its markdown.
    const states = [...(byKey.get(keyOf(row)) ?? []), { ...row, at: now, markdownMinor: null }]
    return { ...row, priorMinor: lowestBefore(states, start) ?? row.amountMinor }
  })
}

async function save(tx: Tx, rows: readonly Row[], now: Date, changedBy: string): Promise<void> {
  const json = JSON.stringify(rows.map((row) => ({ ...row, effectiveMinor: livePrice(row, now).effectiveMinor })))
  const records = sql`jsonb_to_recordset(${json}::jsonb) r ("priceListId" text, "variantId" text, "amountMinor" bigint,
    "markdownMinor" bigint, "markdownStartsAt" timestamptz, "markdownEndsAt" timestamptz, "priorMinor" bigint, "effectiveMinor" bigint)`
  await tx.run(sql`
    insert into pricing.price (price_list_id, variant_id, amount_minor, markdown_minor, markdown_starts_at, markdown_ends_at, prior_minor)
    select r."priceListId", r."variantId", r."amountMinor", r."markdownMinor", r."markdownStartsAt", r."markdownEndsAt", r."priorMinor"
      from ${records} order by 1, 2
    on conflict (price_list_id, variant_id) do update
       set amount_minor = excluded.amount_minor, markdown_minor = excluded.markdown_minor,
           markdown_starts_at = excluded.markdown_starts_at, markdown_ends_at = excluded.markdown_ends_at,
           prior_minor = excluded.prior_minor`)
  await tx.run(sql`
    insert into pricing.price_change (price_list_id, variant_id, effective_minor, amount_minor, markdown_minor, markdown_starts_at,
                                      markdown_ends_at, changed_at, changed_by)
    select r."priceListId", r."variantId", r."effectiveMinor", r."amountMinor", r."markdownMinor", r."markdownStartsAt",
           r."markdownEndsAt", ${now}::timestamptz, ${changedBy}
      from ${records} order by 1, 2`)
}

/** Rows of every list for these variants, as the console edits them. */
export async function pricesOfVariants(q: Pick<Tx, 'many'>, variantIds: readonly string[]): Promise<PriceRow[]> {
  return q.many<PriceRow>(sql`
    select ${columns}, p.prior_minor as "priorMinor" from pricing.price p
     where p.variant_id = any (${[...variantIds]}::text[]) order by p.price_list_id, p.variant_id`)
}
