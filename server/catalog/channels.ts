import type { ChannelView } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { type Sql, sql } from '#platform/sql'
import { catalogProblems } from './problems.ts'

/** Where Hilo sells. */
export type Channel = ChannelView

const read = (q: Queryable, condition: Sql): Promise<Channel[]> =>
  q.many<Channel>(sql`
    select id, name, kind, currency, country, tax_included as "taxIncluded", trusted, status
      from catalog.channel where ${condition} order by id`)

/**
 * The channel with this id, whether it sells at present or not.
 * @throws Problem catalog.channel_not_found
 */
export async function findChannel(q: Queryable, id: string): Promise<Channel> {
  const [found] = await read(q, sql`id = ${id}`)
  if (!found) throw catalogProblems.channel_not_found({ channelId: id })
  return found
}

/** All channels by id, or only those that sell at present. */
export async function listChannels(q: Queryable, { activeOnly = false } = {}): Promise<Channel[]> {
  return read(q, activeOnly ? sql`status = 'active'` : sql`true`)
}
