import type { AdminProductRow, adminProductsQuery } from '@hilo/contract'
import type { z } from 'zod'
import type { Queryable } from '#platform/db'
import { join, type Sql, sql } from '#platform/sql'
import { pictureUrl } from './pictures.ts'
import { searchProducts } from './search.ts'

type Query = z.output<typeof adminProductsQuery>
/** A row of the console's list without its price. */
export type ProductRow = Omit<AdminProductRow, 'fromMinor' | 'toMinor' | 'currency' | 'markedDown'> & {
  variantIds: string[]
  sortKey: string
}

/** Products for the console: every state, narrowed by what is asked, with the whole count. Two statements, one more to search. */
export async function adminProductRows(
  q: Queryable,
  query: Query,
): Promise<{ rows: ProductRow[]; next: string | null; total: number }> {
  const conditions = await conditionsOf(q, query)
  const [order, sortKey] = orderOf(query.sort)
  const after = query.cursor === undefined ? [] : [afterCursor(query.sort, query.cursor)]
  const rows = await q.many<ProductRow>(sql`
    select p.id, p.handle, p.status, p.kind, p.title, p.vendor, p.product_type as "productType", p.tags, p.version,
           to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt",
           array(select u.channel_id from catalog.publication u where u.product_id = p.id order by u.channel_id) as "channelIds",
           array(select v.id from catalog.variant v where v.product_id = p.id and v.status = 'active' order by v.position, v.id) as "variantIds",
           (select count(*)::int from catalog.variant v where v.product_id = p.id and v.status = 'active') as variants,
           (select m.picture from catalog.media m where m.product_id = p.id and m.status = 'ready' order by m.position, m.id limit 1) as picture,
           ${sortKey} as "sortKey"
      from catalog.product p where ${join([...conditions, ...after], sql` and `)} order by ${order} limit ${query.limit + 1}::int`)
  const { total } = await q.one<{ total: number }>(sql`
    select count(*)::int as total from catalog.product p where ${join(conditions, sql` and `)}`)
  const shown = rows.slice(0, query.limit).map((row) => ({ ...row, picture: pictureUrl(row.picture) }))
  const last = shown.at(-1)
  const next =
    rows.length > query.limit && last
      ? Buffer.from(JSON.stringify([last.sortKey, last.id])).toString('base64url')
      : null
  return { rows: shown, next, total }
}

async function conditionsOf(q: Queryable, query: Query): Promise<Sql[]> {
  const conditions: Sql[] = [sql`true`]
  if (query.q) {
    const { productIds } = await searchProducts(q, query.q)
    conditions.push(sql`p.id = any (${productIds}::text[])`)
  }
  if (query.status) conditions.push(sql`p.status = ${query.status}`)
  else conditions.push(sql`p.status <> 'archived'`)
  if (query.vendor) conditions.push(sql`p.vendor = ${query.vendor}`)
  if (query.type) conditions.push(sql`p.product_type = ${query.type}`)
  if (query.tag) conditions.push(sql`${query.tag} = any (p.tags)`)
  if (query.collection) {
    conditions.push(sql`exists (
      select 1 from catalog.collection_product m join catalog.collection c on c.id = m.collection_id
       where m.product_id = p.id and (c.handle = ${query.collection} or c.id = ${query.collection}))`)
  }
  const shownOn = (channel: Sql) =>
    sql`exists (select 1 from catalog.publication u where u.product_id = p.id ${channel})`
  if (query.channel) conditions.push(shownOn(sql`and u.channel_id = ${query.channel}`))
  if (query.unpublished === 'true') conditions.push(sql`not ${shownOn(sql``)}`)
  return conditions
}

const titleKey = sql`lower(p.title ->> 'es')`
const timeText = (column: Sql): Sql => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

function orderOf(sort: Query['sort']): [order: Sql, key: Sql] {
  if (sort === 'title') return [sql`${titleKey}, p.id`, titleKey]
  if (sort === 'updated') return [sql`p.updated_at desc, p.id desc`, timeText(sql`p.updated_at`)]
  return [sql`p.created_at desc, p.id desc`, timeText(sql`p.created_at`)]
}

function afterCursor(sort: Query['sort'], cursor: string): Sql {
  const [key, id] = readCursor(cursor)
  if (sort === 'title') return sql`(${titleKey}, p.id) > (${key}, ${id})`
  if (sort === 'updated') return sql`(p.updated_at, p.id) < (${key}::timestamptz, ${id})`
  return sql`(p.created_at, p.id) < (${key}::timestamptz, ${id})`
}

function readCursor(cursor: string): [string, string] {
  try {
    const [key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof key === 'string' && typeof id === 'string') return [key, id]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  // A cursor that is none begins after everything: an empty page, as for one that has grown stale.
  return ['-infinity', '']
}
