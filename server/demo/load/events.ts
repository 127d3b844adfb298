import type { EventPayloads, EventType } from '@hilo/contract'
import { catalogSubscribers } from '#catalog'
import { customersSubscribers } from '#customers'
import { fulfillmentSubscribers } from '#fulfillment'
import { inventorySubscribers } from '#inventory'
import { ordersSubscribers } from '#orders'
import { paymentsSubscribers } from '#payments'
import { sql } from '#platform/sql'
import { webhookSubscriber } from '#platform/webhooks/index'
import { pricingSubscribers } from '#pricing'
import { staffSubscribers } from '#staff'
import { iso, type Loading } from './context.ts'

/** Something that happened before the shop was opened to its visitor. */
export type PastEvent = {
  [T in EventType]: { type: T; atMs: number; subjectId: string; personId: string | null; payload: EventPayloads[T] }
}[EventType]

/** How these events read in the thread (customers/thread.ts says the same of new ones; a test compares the two). */
const threadKinds: Partial<Record<EventType, string>> = {
  'customers.consent_changed': 'consent',
  'customers.visited': 'visit',
  'orders.placed': 'order.placed',
  'orders.canceled': 'order.canceled',
  'orders.completed': 'order.completed',
  'orders.returned': 'order.returned',
  'payments.captured': 'payment.captured',
  'payments.refunded': 'payment.refunded',
  'fulfillment.ready': 'pickup.ready',
  'fulfillment.handed_over': 'pickup.handed_over',
  'fulfillment.shipped': 'delivery.shipped',
  'fulfillment.delivered': 'delivery.delivered',
  'fulfillment.promise_made': 'promise.made',
  'fulfillment.promise_settled': 'promise.settled',
}

/**
 * Writes the events of the past into the log, and the thread that comes of them, and says to all who follow the log that they have
 * seen them: nobody is to be mailed about last summer.
 */
export async function loadEvents({ tx, clock }: Loading, events: readonly PastEvent[]): Promise<void> {
  const { base } = await tx.one<{ base: number }>(sql`
    select coalesce((select value from platform.counter where name = 'event_seq'), 0)::bigint as base`)
  const rows = events
    .toSorted((left, right) => left.atMs - right.atMs)
    .map((event, index) => ({ ...event, seq: base + index + 1, at: iso(event.atMs) }))
  await tx.run(sql`
    insert into platform.event (seq, type, subject_id, person_id, payload, occurred_at, relayed_at)
    select e.seq, e.type, e."subjectId", e."personId", e.payload, e.at, ${clock.now()}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as e (seq bigint, type text, "subjectId" text, "personId" text, payload jsonb, at timestamptz)`)
  const entries = rows.flatMap(({ type, payload, ...row }) => {
    const kind = threadKinds[type]
    const channel = ('channelId' in payload ? payload.channelId : 'channel' in payload ? payload.channel : '') ?? ''
    return row.personId === null || kind === undefined ? [] : [{ ...row, kind, channel, payload }]
  })
  await tx.run(sql`
    insert into customers.thread_entry (person_id, at, seq, kind, channel, subject_id, data)
    select t."personId", t.at, t.seq, t.kind, t.channel, t."subjectId", t.payload
      from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
        as t ("personId" text, at timestamptz, seq bigint, kind text, channel text, "subjectId" text, payload jsonb)`)
  await tx.run(sql`
    insert into platform.counter (name, value) values ('event_seq', ${base + rows.length})
    on conflict (name) do update set value = excluded.value`)
  const followers = [
    ...catalogSubscribers,
    ...customersSubscribers,
    ...inventorySubscribers,
    ...pricingSubscribers,
    ...fulfillmentSubscribers,
    ...ordersSubscribers,
    ...paymentsSubscribers,
    ...staffSubscribers,
    webhookSubscriber,
  ]
  await tx.run(sql`
    insert into platform.subscriber (name, last_seq, updated_at)
    select n, ${base + rows.length}::bigint, ${clock.now()} from unnest(${followers.map(({ name }) => name)}::text[]) n
    on conflict (name) do update set last_seq = greatest(platform.subscriber.last_seq, excluded.last_seq)`)
}
