import { newId } from '../ids.ts'
import { sql } from '../sql.ts'
import type { Subscriber } from '../subscribers.ts'

/** Books one delivery per enabled endpoint that wants the event; the unique index makes a repeat harmless. */
export const webhookSubscriber: Subscriber = {
  name: 'webhooks',
  types: '*',
  handle: async ({ tx, clock }, event) => {
    const endpoints = await tx.many<{ id: string }>(sql`
      select id from platform.webhook_endpoint
       where status <> 'disabled' and (event_types @> array[${event.type}] or event_types @> array['*'])`)
    for (const endpoint of endpoints) {
      await tx.run(sql`
        insert into platform.webhook_delivery (id, endpoint_id, event_seq, next_attempt_at, created_at)
        values (${newId('whe')}, ${endpoint.id}, ${event.seq}, ${clock.now()}, ${clock.now()})
        on conflict do nothing`)
    }
  },
}
