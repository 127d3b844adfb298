import type { ChannelView } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { keptList } from '#platform/facts'
import { sql } from '#platform/sql'
import { catalogProblems } from './problems.ts'

/** Where Hilo sells. */
export type Channel = ChannelView

const all = (q: Queryable): Promise<Channel[]> =>
  keptList(q, 'catalog.channels', () =>
    q.many<Channel>(sql`
      select id, name, kind, currency, country, tax_included as "taxIncluded", trusted, status from catalog.channel order by id`),
  )

/**
 * The channel with this id, whether it sells at present or not.
 * @throws Problem catalog.channel_not_found
 */
export async function findChannel(q: Queryable, id: string): Promise<Channel> {
  const found = (await all(q)).find((channel) => channel.id === id)
  if (!found) throw catalogProblems.channel_not_found({ channelId: id })
  return found
}

/** All channels by id, or only those that sell at present. */
export async function listChannels(q: Queryable, { activeOnly = false } = {}): Promise<Channel[]> {
  return (await all(q)).filter(({ status }) => !activeOnly || status === 'active')
}
