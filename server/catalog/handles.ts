import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

export type ProductHandle = { handle: string; updatedAt: Date }

/**
 * Addresses of everything a channel shows, in the order of their handles: what a sitemap lists.
 * @param after the last handle of the part before; '' for the first part
 * @returns at most `limit` handles, and the one to go on after (null: that was all)
 */
export async function productHandles(
  q: Queryable,
  { channelId, after, limit }: { channelId: string; after: string; limit: number },
): Promise<{ items: ProductHandle[]; next: string | null }> {
  const rows = await q.many<ProductHandle>(sql`
    select p.handle, p.updated_at as "updatedAt"
      from catalog.product p join catalog.publication u on u.product_id = p.id and u.channel_id = ${channelId}
     where p.status = 'active' and p.handle > ${after}
       and (p.kind in ('grouped', 'external') or exists (select 1 from catalog.variant v where v.product_id = p.id and v.status = 'active'))
     order by p.handle limit ${limit + 1}::int`)
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.handle ?? null) : null }
}
