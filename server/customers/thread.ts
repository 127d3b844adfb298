import type { EventType, ThreadEntry } from '@hilo/contract'
import type { Queryable, Tx } from '#platform/db'
import type { HiloEvent } from '#platform/outbox'
import { sql } from '#platform/sql'
import type { Subscriber } from '#platform/subscribers'
import { groupOf } from './persons.ts'

/**
 * How an event reads in the thread. An event that is not named here appears under its own type, so a new kind of event is never
 * lost; `null` leaves out what says nothing about the person.
 */
const kinds: Partial<Record<EventType, string | null>> = {
  'customers.person_changed': null,
  'customers.person_erased': null,
  'customers.linked': 'person.linked',
  'customers.unlinked': 'person.unlinked',
  'customers.consent_changed': 'consent',
  'customers.visited': 'visit',
  'orders.cart_opened': 'cart.opened',
  'orders.cart_changed': 'cart',
  'orders.placed': 'order.placed',
  'orders.canceled': 'order.canceled',
  'orders.completed': 'order.completed',
  'orders.returned': 'order.returned',
  'payments.captured': 'payment.captured',
  'payments.refunded': 'payment.refunded',
  'payments.attention': null,
  'fulfillment.changed': null,
  'fulfillment.ready': 'pickup.ready',
  'fulfillment.handed_over': 'pickup.handed_over',
  'fulfillment.shipped': 'delivery.shipped',
  'fulfillment.delivered': 'delivery.delivered',
  'fulfillment.shortage_asked': 'shortage.asked',
  'fulfillment.shortage_chosen': 'shortage.chosen',
  'fulfillment.promise_made': 'promise.made',
  'fulfillment.promise_settled': 'promise.settled',
  'platform.mail_sent': 'mail.sent',
}
/** A basket changes with every click; the thread shows its latest state once. */
const latestOnly: ReadonlySet<string> = new Set(['cart'])

type Entry = { event: HiloEvent; personId: string; kind: string }

/** Makes the thread from events, one entry an event. Handling an event again changes nothing. */
export const threadSubscriber: Subscriber = {
  name: 'customers.thread',
  types: '*',
  handleAll: async ({ tx }, events) => {
    const entries = events.flatMap((event): Entry[] => {
      const named = kinds[event.type]
      return event.personId === null || named === null
        ? []
        : [{ event, personId: event.personId, kind: named ?? event.type }]
    })
    if (entries.length > 0) await writeEntries(tx, entries)
  },
}

async function writeEntries(tx: Tx, entries: readonly Entry[]): Promise<void> {
  const newest = new Map(entries.map((entry) => [keyOf(entry), entry.event.seq]))
  const kept = entries.filter((entry) => !latestOnly.has(entry.kind) || newest.get(keyOf(entry)) === entry.event.seq)
  const latest = kept.filter(({ kind }) => latestOnly.has(kind))
  if (latest.length > 0) {
    tx.later(sql`
      delete from customers.thread_entry e
       using unnest(${latest.map(({ personId }) => personId)}::text[], ${latest.map(({ kind }) => kind)}::text[],
                    ${latest.map(({ event }) => event.subjectId)}::text[], ${latest.map(({ event }) => event.seq)}::bigint[])
             as n (person_id, kind, subject_id, seq)
       where e.person_id = n.person_id and e.kind = n.kind and e.subject_id = n.subject_id and e.seq < n.seq`)
  }
  const rows = kept.map(({ event, personId, kind }) => {
    const data: Record<string, unknown> = { ...event.payload }
    const channel = String(data['channelId'] ?? data['channel'] ?? '')
    return { personId, at: event.occurredAt, seq: event.seq, kind, channel, subjectId: event.subjectId, data }
  })
  tx.later(sql`
    insert into customers.thread_entry (person_id, at, seq, kind, channel, subject_id, data)
    select n."personId", n.at, n.seq, n.kind, n.channel, n."subjectId", n.data
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as n ("personId" text, at timestamptz, seq bigint, kind text, channel text, "subjectId" text, data jsonb)
    on conflict do nothing`)
}

function keyOf({ event, personId, kind }: Entry): string {
  return `${personId} ${kind} ${event.subjectId}`
}

export type ThreadRow = Omit<ThreadEntry, 'at'> & { at: Date }

/**
 * The thread of everybody who counts as this person, newest first. Each of them is read from the end of their own index range, so
 * the length of the thread does not matter (last 50 of 20 million: a few index pages).
 * @param before cursor of the page before: `<ISO time>~<seq>~<kind>`
 */
export async function readThread(
  q: Queryable,
  personId: string,
  { before, limit, kind }: { before?: string; limit: number; kind?: string },
): Promise<{ items: ThreadRow[]; next: string | null }> {
  const ids = await groupOf(q, personId)
  const [at = 'infinity', seq = '0', lastKind = ''] = before?.split('~') ?? []
  const items = await q.many<ThreadRow>(sql`
    select entry.* from unnest(${ids}::text[]) member (id)
     cross join lateral (
       select e.at, e.seq, e.kind, e.channel, e.subject_id as "subjectId", e.person_id as "personId", e.data
         from customers.thread_entry e
        where e.person_id = member.id and (e.at, e.seq, e.kind) < (${at}::timestamptz, ${Number(seq)}::bigint, ${lastKind})
          and (${kind ?? null}::text is null or e.kind = ${kind ?? null} or starts_with(e.kind, ${kind ?? ''} || '.'))
        order by e.at desc, e.seq desc, e.kind desc limit ${limit + 1}::int) entry
     order by entry.at desc, entry.seq desc, entry.kind desc limit ${limit + 1}::int`)
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown,
    next: items.length > limit && last ? `${last.at.toISOString()}~${last.seq}~${last.kind}` : null,
  }
}
