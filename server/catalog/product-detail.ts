import type { Queryable } from '#platform/db'
import { type Sql, sql } from '#platform/sql'
import type { LocalizedText } from './options.ts'
import { catalogProblems } from './problems.ts'

/** What a product page says beside its card and variants. */
export type ProductText = {
  id: string
  handle: string
  status: 'draft' | 'active' | 'archived'
  description: LocalizedText
  facts: Record<string, LocalizedText>
  collections: { id: string; handle: string; title: LocalizedText }[]
  channelIds: string[]
  members: string[]
  externalUrl: string | null
  source: Record<string, unknown>
  version: number
  updatedAt: string
}

const columns = sql`
  p.id, p.handle, p.status, p.description, p.facts, p.members, p.external_url as "externalUrl", p.source, p.version,
  to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt",
  array(select u.channel_id from catalog.publication u where u.product_id = p.id order by u.channel_id) as "channelIds",
  coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'handle', c.handle, 'title', c.title) order by c.position, c.handle)
     from catalog.collection_product m join catalog.collection c on c.id = m.collection_id where m.product_id = p.id), '[]')
    as collections`

async function read(q: Queryable, condition: Sql): Promise<ProductText> {
  const row = await q.maybeOne<ProductText>(sql`select ${columns} from catalog.product p where ${condition}`)
  if (!row) throw catalogProblems.product_not_found()
  return row
}

/**
 * The text of a product that a channel shows.
 * @throws Problem catalog.product_not_found also when it is archived or not on this channel
 */
export async function shownProduct(
  q: Queryable,
  { handle, channelId }: { handle: string; channelId: string },
): Promise<ProductText> {
  return read(
    q,
    sql`p.handle = ${handle} and p.status = 'active'
        and exists (select 1 from catalog.publication u where u.product_id = p.id and u.channel_id = ${channelId})`,
  )
}

/**
 * The text of a product in any state.
 * @throws Problem catalog.product_not_found
 */
export async function findProduct(q: Queryable, id: string): Promise<ProductText> {
  return read(q, sql`p.id = ${id}`)
}

/** How many members of a collection are looked at on either side of a product. A collection larger than twice this says little about what goes together, and costs no more. */
const neighbours = 300

/**
 * Products that go with this one: those the merchant linked, then those it shares most collections with, small collections counting more than large ones, and
 * those of its type. Of a large collection those count that came into the catalogue just before and after it. Ids, best first.
 */
export async function relatedProducts(
  q: Queryable,
  { productId, channelId, limit }: { productId: string; channelId: string; limit: number },
): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    with mine as materialized ( -- else the members are counted again for each of them
      select m.collection_id, 1.0 / (select count(*) from (
               select 1 from catalog.collection_product s where s.collection_id = m.collection_id limit ${2 * neighbours}::int) few) as weight
        from catalog.collection_product m where m.product_id = ${productId}
    ), shared as (
      select m.product_id, sum(mine.weight) as weight
        from mine cross join lateral (
          (select s.product_id from catalog.collection_product s
            where s.collection_id = mine.collection_id and s.product_id > ${productId} order by s.product_id limit ${neighbours}::int)
          union all
          (select s.product_id from catalog.collection_product s
            where s.collection_id = mine.collection_id and s.product_id < ${productId} order by s.product_id desc limit ${neighbours}::int)
        ) m group by m.product_id order by weight desc, m.product_id limit 200
    ), linked as (
      select link.id as product_id, 1000.0 - link.at as weight
        from catalog.product p, jsonb_array_elements_text(p.source -> 'links') with ordinality link (id, at) where p.id = ${productId}
    ), near as (
      select product_id, max(weight) as weight from (select * from shared union all select * from linked) both_kinds group by product_id
    )
    select p.id
      from near join catalog.product p on p.id = near.product_id and p.status = 'active' and p.kind <> 'grouped'
      join catalog.publication u on u.product_id = p.id and u.channel_id = ${channelId}
     order by near.weight + case when p.product_type = (select product_type from catalog.product where id = ${productId})
              then 0.5 else 0 end desc, p.position, p.id
     limit ${limit}::int`)
  return rows.map(({ id }) => id)
}
