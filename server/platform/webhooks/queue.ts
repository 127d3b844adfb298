import { newId } from '../ids.ts'
import { sql } from '../sql.ts'
import type { Subscriber } from '../subscribers.ts'

/** Books one delivery per enabled endpoint that wants the event; the unique index makes a repeat harmless. */
export const webhookSubscriber: Subscriber = {
  name: 'webhooks',
  types: '*',
  handleAll: async ({ tx, clock }, events) => {
    const endpoints = await tx.many<{ id: string; types: string[] }>(
      sql`select id, event_types as types from platform.webhook_endpoint where status <> 'disabled' order by id`,
    )
    const wanted = events.flatMap(({ seq, type }) =>
      endpoints
        .filter(({ types }) => types.includes('*') || types.includes(type))
        .map(({ id }) => ({ id: newId('whe'), endpointId: id, seq })),
    )
    if (wanted.length === 0) return
    await tx.run(sql`
      insert into platform.webhook_delivery (id, endpoint_id, event_seq, next_attempt_at, created_at)
      select id, endpoint_id, event_seq, ${clock.now()}::timestamptz, ${clock.now()}::timestamptz
        from unnest(${wanted.map(({ id }) => id)}::text[], ${wanted.map(({ endpointId }) => endpointId)}::text[],
                    ${wanted.map(({ seq }) => seq)}::bigint[]) as n (id, endpoint_id, event_seq)
      on conflict do nothing`)
  },
}
