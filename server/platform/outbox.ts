import type { EventPayloads, EventType } from '@hilo/contract'
import type { Clock } from './clock.ts'
import type { Db, Tx } from './db.ts'
import { type Sql, sql } from './sql.ts'

export type HiloEvent<T extends EventType = EventType> = {
  seq: number
  type: T
  subjectId: string
  personId: string | null
  payload: EventPayloads[T]
  occurredAt: Date
}

let wake: () => void = () => undefined

/**
 * Writes an event in the transaction that causes it (DESIGN law 10). The relay gives it its place in the log.
 * No NOTIFY here: it would serialize all commits (measured); the relay of this process is woken after the commit instead.
 */
export async function emit<T extends EventType>(
  tx: Tx,
  clock: Clock,
  type: T,
  {
    subjectId,
    personId = null,
    payload,
    filled = sql`'{}'`,
  }: {
    subjectId: string
    personId?: string | null
    payload: EventPayloads[T]
    /** Fields of the payload that only the database knows yet, as jsonb. */
    filled?: Sql
  },
): Promise<void> {
  tx.later(sql`
    insert into platform.outbox (type, subject_id, person_id, payload, occurred_at)
    values (${type}, ${subjectId}, ${personId}, ${JSON.stringify(payload)}::jsonb || ${filled}::jsonb, ${clock.now()})`)
  tx.onCommit(() => wake())
}

/**
 * The same as a piece of a bigger statement, for set-based writes: `with changed as (update …), told as (${eventRows(…)}) …`
 * writes one event a row without a round trip of its own. Call `wakeAfter(tx)` beside it.
 * @param rows a select that gives subject_id text, person_id text and payload jsonb
 */
export function eventRows<T extends EventType>(clock: Clock, type: T, rows: Sql): Sql {
  return sql`insert into platform.outbox (type, subject_id, person_id, payload, occurred_at)
    select ${type}::text, e.subject_id, e.person_id, e.payload, ${clock.now()}::timestamptz from (${rows}) as e`
}

/** An event that is about to be written. */
export type NewEvent<T extends EventType = EventType> = {
  type: T
  subjectId: string
  personId?: string | null
  payload: EventPayloads[T]
}

/** A typed event for a list of them. */
export function event<T extends EventType>(
  type: T,
  { subjectId, personId = null, payload }: Omit<NewEvent<T>, 'type'>,
): NewEvent {
  return { type, subjectId, personId, payload } as NewEvent
}

/** Any number of events as one piece of a bigger write (`writeAll`). Call `wakeAfter(tx)` beside it. */
export function eventsPiece(clock: Clock, events: readonly NewEvent[]): Sql {
  const rows = events.map(({ type, subjectId, personId = null, payload }) => ({ type, subjectId, personId, payload }))
  return sql`insert into platform.outbox (type, subject_id, person_id, payload, occurred_at)
    select e.type, e."subjectId", e."personId", e.payload, ${clock.now()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (type text, "subjectId" text, "personId" text, payload jsonb)`
}

/** Wakes the relay of this process once the transaction has committed. */
export function wakeAfter(tx: Tx): void {
  tx.onCommit(() => wake())
}

/** Called by the relay of this process, so that events move soon instead of at the next poll. */
export function onOutboxWritten(listener: () => void): void {
  wake = listener
}

/**
 * Moves what waits in the outbox into the event log, giving gapless seq numbers. One relay at a time works (advisory lock);
 * rows are taken in id order among those visible, so an event that was caused by another always comes after it.
 * @returns what was moved, oldest first and without a gap, so that who follows the log need not read it again; undefined when another
 *   process is the relay
 */
export async function relayOnce(db: Db, limit = 1000): Promise<HiloEvent[] | undefined> {
  // Not waiting for the disk: after a crash the events are in the outbox again and get the same numbers anew.
  const rows = await db.many<{ got: boolean; seq: number | null } & HiloEvent>(sql`
    with relay as materialized (
      select pg_try_advisory_xact_lock(hashtext('hilo.relay')) as got, set_config('synchronous_commit', 'off', true)
    ), taken as (
      delete from platform.outbox
       where id = any(array(select o.id from relay, lateral (select id from platform.outbox order by id limit ${limit}::int) o where relay.got))
      returning id, type, subject_id, person_id, payload, occurred_at
    ), base as (
      insert into platform.counter (name, value) select 'event_seq', count(*) from taken having count(*) > 0
      on conflict (name) do update set value = platform.counter.value + excluded.value
      returning value
    ), logged as (
      insert into platform.event (seq, type, subject_id, person_id, payload, occurred_at)
      select (select value from base) - (select count(*) from taken) + row_number() over (order by id),
             type, subject_id, person_id, payload, occurred_at
        from taken
      returning seq, type, subject_id as "subjectId", person_id as "personId", payload, occurred_at as "occurredAt"
    )
    select relay.got, logged.* from relay left join logged on true order by logged.seq`)
  if (rows[0]?.got !== true) return undefined
  return rows.filter(({ seq }) => seq !== null).map(({ got: _, ...event }) => event)
}

/** Events after a seq, oldest first. */
export async function eventsAfter(db: Pick<Db, 'many'>, seq: number, limit: number): Promise<HiloEvent[]> {
  return db.many<HiloEvent>(sql`
    select seq, type, subject_id as "subjectId", person_id as "personId", payload, occurred_at as "occurredAt"
      from platform.event where seq > ${seq} order by seq limit ${limit}::int`)
}

/** The newest seq, 0 when nothing happened yet. */
export async function lastSeq(db: Pick<Db, 'one'>): Promise<number> {
  const { seq } = await db.one<{ seq: number }>(sql`select coalesce(max(seq), 0) as seq from platform.event`)
  return seq
}
