import type { Queryable, Tx } from '#platform/db'
import { keptList } from '#platform/facts'
import { type Sql, sql } from '#platform/sql'

export type StockPool = { channelId: string; mode: 'shared' | 'separate'; locationIds: string[] }

/**
 * Condition "this place serves this channel" (S44): places named for the channel are its separate stock; a channel for which no
 * place is named sells from the shared pool. Null asks for no channel.
 */
export function servesChannel(locationColumn: Sql, channelId: string | null): Sql {
  return sql`(${channelId}::text is null
    or not exists (select 1 from inventory.channel_location c where c.channel_id = ${channelId}::text)
    or ${locationColumn} in (select c.location_id from inventory.channel_location c where c.channel_id = ${channelId}::text))`
}

/** Ids of the places that serve a channel; null when it sells from the shared pool. The same rule as `servesChannel`. */
export async function placesOfChannel(
  q: Queryable,
  channelId: string | undefined,
): Promise<ReadonlySet<string> | null> {
  const pools = await keptList(q, 'inventory.pools', async () => {
    const rows = await listSeparatePools(q)
    return new Map(rows.map((pool) => [pool.channelId, new Set(pool.locationIds)]))
  })
  return (channelId === undefined ? undefined : pools.get(channelId)) ?? null
}

/** Channels that have a separate stock; every other one sells from the shared pool. */
export async function listSeparatePools(q: Queryable): Promise<StockPool[]> {
  return q.many<StockPool>(sql`
    select channel_id as "channelId", 'separate' as mode, array_agg(location_id order by location_id) as "locationIds"
      from inventory.channel_location group by channel_id order by channel_id`)
}

/** Names the places that serve a channel; none named makes it sell from the shared pool again. */
export async function setStockPool(
  tx: Tx,
  { channelId, locationIds }: { channelId: string; locationIds: readonly string[] },
): Promise<StockPool> {
  const wanted = [...new Set(locationIds)].sort()
  await tx.run(sql`delete from inventory.channel_location where channel_id = ${channelId}`)
  await tx.run(sql`
    insert into inventory.channel_location (channel_id, location_id) select ${channelId}, unnest(${wanted}::text[])`)
  return { channelId, mode: wanted.length === 0 ? 'shared' : 'separate', locationIds: wanted }
}
