/** What a channel shows, in the few words that lists are narrowed and sorted by; prices come with it from whoever knows them. */
import type { Queryable } from '#platform/db'
import { empty, type Sql, sql } from '#platform/sql'
import type { StoredOption } from './options.ts'

export type AssortmentVariant = {
  optionValues: string[]
  amountMinor: number | null
  markdownMinor: number | null
  /** Milliseconds since 1970. */
  startsMs: number | null
  endsMs: number | null
}
export type AssortmentRow = {
  id: string
  position: number
  createdMs: number
  productType: string
  options: readonly StoredOption[]
  /** Without one it is not sold, unless it is whole: it groups others, or is sold elsewhere. */
  isWhole: boolean
  variants: AssortmentVariant[]
}
/**
 * How prices are found for the variant `v`: joins, and an expression each for amount, markdown and the two ends of its window. They are
 * the business of the module that asks.
 */
export type PricesOfVariant = { joins: Sql; amount: Sql; markdown: Sql; startsAt: Sql; endsAt: Sql }

type Row = Omit<AssortmentRow, 'options' | 'variants'> & { options: string; variants: string | null }
const [unit, value, variant] = ['\u001f', '\u001e', '\u001d']

/**
 * Products that a channel shows, by rising id: these, or the next so many after an id. Those that are not shown are missing. One
 * statement; variants travel as one text a product, since a large shop has a million of them.
 */
export async function assortmentRows(
  q: Queryable,
  asked: { channelId: string; prices: PricesOfVariant } & (
    | { ids: readonly string[] }
    | { after: string; limit: number }
  ),
): Promise<AssortmentRow[]> {
  const { channelId, prices } = asked
  const which = 'ids' in asked ? sql`p.id = any (${[...asked.ids]}::text[])` : sql`p.id > ${asked.after}`
  const most = 'ids' in asked ? empty : sql`limit ${asked.limit}::int`
  const ms = (moment: Sql) => sql`coalesce((extract(epoch from ${moment}) * 1000)::bigint::text, '')`
  const rows = await q.many<Row>(sql`
    with chosen as materialized (
      select p.id, p.position, (extract(epoch from p.created_at) * 1000)::float8 as "createdMs", p.product_type as "productType",
             p.options::text as options, p.kind in ('grouped', 'external') as "isWhole"
        from catalog.product p
       where p.status = 'active' and ${which}
         and exists (select 1 from catalog.publication u where u.product_id = p.id and u.channel_id = ${channelId})
       order by p.id ${most}
    )
    select chosen.*, v.variants
      from chosen left join (
        select v.product_id, string_agg(concat(${prices.amount}::text, ${unit}::text, ${prices.markdown}::text, ${unit}::text,
                 ${ms(prices.startsAt)}, ${unit}::text, ${ms(prices.endsAt)}, ${unit}::text, array_to_string(v.option_values, ${value}::text)),
                 ${variant}::text order by v.position, v.id) as variants
          from catalog.variant v ${prices.joins}
         where v.product_id in (select id from chosen) and v.status = 'active' group by v.product_id) v on v.product_id = chosen.id
     order by chosen.id`)
  return rows.map(({ options, variants, ...row }) => ({
    ...row,
    options: parsedOptions(options),
    variants: variants === null ? [] : variants.split(variant).map(toVariant),
  }))
}

function toVariant(text: string): AssortmentVariant {
  const [amount = '', markdown = '', starts = '', ends = '', values = ''] = text.split(unit)
  const number = (figure: string) => (figure === '' ? null : Number(figure))
  return {
    optionValues: values.split(value),
    amountMinor: number(amount),
    markdownMinor: number(markdown),
    startsMs: number(starts),
    endsMs: number(ends),
  }
}

// Most products of a shop have one of a few sets of options.
const known = new Map<string, readonly StoredOption[]>()
const mostKnown = 5_000

function parsedOptions(text: string): readonly StoredOption[] {
  let options = known.get(text)
  if (options === undefined) {
    options = JSON.parse(text) as StoredOption[]
    if (known.size >= mostKnown) known.clear()
    known.set(text, options)
  }
  return options
}

/** Oldest transaction that may still be at work: what it or a later one writes is not seen yet. */
const oldestAtWork = sql`pg_snapshot_xmin(pg_current_snapshot())::text`

/** Products changed by transactions that were at work at that moment or began after it, and this moment for the next time. */
export async function productsTouchedSince(q: Queryable, since: string): Promise<{ ids: string[]; now: string }> {
  return q.one<{ ids: string[]; now: string }>(sql`
    select ${oldestAtWork} as now, array(
      select product_id from catalog.search_document
       where touched >= ${since}::xid8 and touched < pg_snapshot_xmax(pg_current_snapshot()) order by product_id) as ids`)
}

/** This moment as `productsTouchedSince` takes it. */
export async function touchedNow(q: Queryable): Promise<string> {
  return (await q.one<{ now: string }>(sql`select ${oldestAtWork} as now`)).now
}

/** The products of these variants. */
export async function productsOfVariants(q: Queryable, variantIds: readonly string[]): Promise<string[]> {
  if (variantIds.length === 0) return []
  const rows = await q.many<{ id: string }>(sql`
    select distinct product_id as id from catalog.variant where id = any (${[...variantIds]}::text[])`)
  return rows.map(({ id }) => id)
}

/** Ids of the variants that are not archived, by product, in the merchant's order. */
export async function activeVariantIds(q: Queryable, productIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await q.many<{ id: string; variantIds: string[] }>(sql`
    select product_id as id, array_agg(id order by position, id) as "variantIds" from catalog.variant
     where product_id = any (${[...productIds]}::text[]) and status = 'active' group by product_id`)
  return new Map(rows.map(({ id, variantIds }) => [id, variantIds]))
}

/** Products of a collection and of those below it, each with its best place in them. */
export async function membersOf(q: Queryable, handle: string): Promise<{ id: string; at: number }[]> {
  return q.many<{ id: string; at: number }>(sql`
    with recursive below as (
      select id, 0 as depth from catalog.collection where handle = ${handle}
      union all select c.id, below.depth + 1 from catalog.collection c join below on c.parent_id = below.id where below.depth < 20
    )
    select m.product_id as id, min(below.depth * 1000000 + m.position)::float8 as at
      from below join catalog.collection_product m on m.collection_id = below.id group by m.product_id`)
}

/** These products by title, as a reader of the language expects. */
export async function byTitle(q: Queryable, ids: readonly string[], language: 'es' | 'en'): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    select p.id from catalog.product p where p.id = any (${[...ids]}::text[])
     order by ${titleOrder(language)}, p.id`)
  return rows.map(({ id }) => id)
}

function titleOrder(language: 'es' | 'en'): Sql {
  const title = sql`coalesce(nullif(p.title ->> ${language}::text, ''), p.title ->> 'es')`
  return language === 'es' ? sql`${title} collate "es-x-icu"` : sql`${title} collate "en-x-icu"`
}
