import type { EventType } from '@hilo/contract'
import type { Clock } from './clock.ts'
import type { Db, Tx } from './db.ts'
import { type HiloEvent, onOutboxWritten, relayOnce } from './outbox.ts'
import { sql } from './sql.ts'

/** What a handler gets. It runs in one transaction with the subscriber's position, so its database effects happen once. */
export type SubscriberContext = { tx: Tx; clock: Clock }
/** `handleAll` gets the events of one batch that have its types, oldest first: for what is one statement for many events. */
export type Subscriber = { name: string; types: readonly EventType[] | '*' } & (
  | { handle(context: SubscriberContext, event: HiloEvent): Promise<void> }
  | { handleAll(context: SubscriberContext, events: readonly HiloEvent[]): Promise<void> }
)

/** Events that one who is behind reads at a time. */
const batchSize = 200

/**
 * Brings one subscriber forward by up to one batch. A handler that fails leaves the position before its batch, and the
 * subscriber waits with growing pauses (1 s to 5 min) while all others go on.
 * Its transaction does not wait for the disk: after a crash the position and what the handlers wrote are both at an earlier
 * point, together, and the events are handled again from there.
 * @param newest the end of the log where it is at hand, without a gap: who stands there need not read it
 * @returns events handled; 0 when it is up to date or waiting
 */
export async function advance(
  db: Db,
  clock: Clock,
  subscriber: Subscriber,
  newest: readonly HiloEvent[] = [],
): Promise<number> {
  const [first] = newest
  try {
    return await db.transaction(async (tx) => {
      // Both travel together; the second begins when the first has the lock, so it sees the position as it is then.
      const [position, read] = await Promise.all([
        tx.maybeOne<{ lastSeq: number }>(sql`
          select last_seq as "lastSeq", set_config('synchronous_commit', 'off', true) from platform.subscriber
           where name = ${subscriber.name} and (retry_at is null or retry_at <= ${clock.now()}) for update skip locked`),
        first ? undefined : eventsOf(tx, subscriber.name),
      ])
      const stands = position && first && position.lastSeq >= first.seq - 1
      const events = stands
        ? newest.filter(({ seq }) => seq > position.lastSeq).slice(0, batchSize)
        : (read ?? (await eventsOf(tx, subscriber.name)))
      // None: a new subscriber, which begins at the first event; or one that another process moves, or that waits.
      if (!position) {
        const made = await tx.run(
          sql`insert into platform.subscriber (name) values (${subscriber.name}) on conflict do nothing`,
        )
        if (made === 0) return 0
      }
      const last = events.at(-1)
      if (!last) return 0
      await deliver({ tx, clock }, subscriber, events)
      tx.later(sql`
        update platform.subscriber set last_seq = ${last.seq}, failures = 0, last_error = null, retry_at = null, updated_at = ${clock.now()}
         where name = ${subscriber.name}`)
      return events.length
    })
  } catch (error) {
    // The batch's transaction is gone, and with it the row of a subscriber that failed in its first batch.
    await db.run(sql`
      insert into platform.subscriber as s (name, failures, last_error, updated_at, retry_at)
      values (${subscriber.name}, 1, ${String(error).slice(0, 2000)}, ${clock.now()}, ${clock.now()}::timestamptz + interval '1 second')
      on conflict (name) do update
         set failures = s.failures + 1, last_error = excluded.last_error, updated_at = excluded.updated_at,
             retry_at = excluded.updated_at + least(300, power(2, least(s.failures, 10))) * interval '1 second'`)
    return 0
  }
}

/**
 * Brings everybody forward after one turn of the relay. Who stood at the end of the log gets all of the turn in one transaction, as
 * one statement of positions; in a busy shop that is everybody, and nobody reads the log. When one of them fails, each goes on for
 * itself, and only the one that failed waits.
 * @param newest what the turn added to the log, without a gap
 * @returns events handled
 */
export async function advanceTogether(
  db: Db,
  clock: Clock,
  subscribers: readonly Subscriber[],
  newest: readonly HiloEvent[],
): Promise<number> {
  const moved =
    newest.length > 0
      ? await db
          .transaction((tx) => moveThrough(tx, clock, subscribers, newest))
          // Whoever failed fails again below, alone, where the error is kept.
          .catch(() => new Map<string, HiloEvent[]>())
      : new Map<string, HiloEvent[]>()
  let handled = [...moved.values()].reduce((sum, events) => sum + events.length, 0)
  const rest = subscribers.filter(({ name }) => !moved.has(name))
  if (rest.length === 0) return handled
  for (const subscriber of await behind(db, clock, rest)) handled += await advance(db, clock, subscriber, newest)
  return handled
}

/** Gives each that stands at the end of the log its events. @returns what each was given */
async function moveThrough(
  tx: Tx,
  clock: Clock,
  subscribers: readonly Subscriber[],
  newest: readonly HiloEvent[],
): Promise<Map<string, HiloEvent[]>> {
  const positions = await tx.many<{ name: string; lastSeq: number }>(sql`
    select name, last_seq as "lastSeq", set_config('synchronous_commit', 'off', true) from platform.subscriber
     where name = any(${subscribers.map(({ name }) => name)}::text[]) and last_seq >= ${(newest[0]?.seq ?? 0) - 1}
       and (retry_at is null or retry_at <= ${clock.now()}) order by name for update skip locked`)
  const moved = new Map<string, HiloEvent[]>()
  for (const subscriber of subscribers) {
    const position = positions.find(({ name }) => name === subscriber.name)
    const events = position ? newest.filter(({ seq }) => seq > position.lastSeq) : []
    if (events.length === 0) continue
    await deliver({ tx, clock }, subscriber, events)
    moved.set(subscriber.name, events)
  }
  tx.later(sql`
    update platform.subscriber s set last_seq = n.up_to, failures = 0, last_error = null, retry_at = null, updated_at = ${clock.now()}
      from unnest(${[...moved.keys()]}::text[], ${[...moved.values()].map((events) => events.at(-1)?.seq ?? 0)}::bigint[])
             as n (name, up_to)
     where s.name = n.name`)
  return moved
}

/** The next batch of a subscriber: what comes after its position, or from the first event when it has none. */
async function eventsOf(tx: Tx, name: string): Promise<HiloEvent[]> {
  return tx.many<HiloEvent>(sql`
    select seq, type, subject_id as "subjectId", person_id as "personId", payload, occurred_at as "occurredAt"
      from platform.event where seq > coalesce((select last_seq from platform.subscriber where name = ${name}), 0)
     order by seq limit ${batchSize}::int`)
}

async function deliver(
  context: SubscriberContext,
  subscriber: Subscriber,
  events: readonly HiloEvent[],
): Promise<void> {
  const wanted = events.filter(({ type }) => subscriber.types === '*' || subscriber.types.includes(type))
  if (wanted.length === 0) return
  if ('handleAll' in subscriber) return subscriber.handleAll(context, wanted)
  for (const event of wanted) await subscriber.handle(context, event)
}

type Standing = { name: string; lastSeq: number; isDue: boolean; upTo: number; types: string[] }

/**
 * Who of them has events to handle now; one reading statement for all, so that an idle system writes nothing. Those whose next
 * batch holds nothing for them are moved past it together.
 */
async function behind(db: Db, clock: Clock, subscribers: readonly Subscriber[]): Promise<Subscriber[]> {
  const rows = await db.many<Standing>(sql`
    select s.name, s.last_seq as "lastSeq", s.last_seq < newest.seq and (s.retry_at is null or s.retry_at <= ${clock.now()}) as "isDue",
           least(newest.seq, s.last_seq + ${batchSize}::int) as "upTo",
           case when s.last_seq < newest.seq
                then array(select distinct e.type from platform.event e
                            where e.seq > s.last_seq and e.seq <= s.last_seq + ${batchSize}::int)
                else '{}' end as types
      from platform.subscriber s, (select coalesce(max(seq), 0) as seq from platform.event) newest`)
  const known = new Map(rows.map((row) => [row.name, row]))
  const due = subscribers.filter(({ name }) => known.get(name)?.isDue ?? true)
  const idle = due.flatMap(({ name, types }) => {
    const row = known.get(name)
    return row && types !== '*' && !row.types.some((type) => (types as readonly string[]).includes(type)) ? [row] : []
  })
  if (idle.length === 0) return due
  await db.run(sql`
    with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
    update platform.subscriber s set last_seq = n.up_to, updated_at = ${clock.now()}
      from relaxed, unnest(${idle.map(({ name }) => name)}::text[], ${idle.map(({ lastSeq }) => lastSeq)}::bigint[],
                           ${idle.map(({ upTo }) => upTo)}::bigint[]) as n (name, last_seq, up_to)
     where s.name = n.name and s.last_seq = n.last_seq`)
  const moved = new Set(idle.map(({ name }) => name))
  return due.filter(({ name }) => !moved.has(name))
}

/** A round waits a moment after it was woken, and after a round with events: one round then serves many transactions. */
const gatherMs = 25

export type Relay = { stop(): Promise<void>; drain(): Promise<void> }

/** Relays and delivers until nothing is left; tests and commands use it to see all effects of what they did. */
export async function drainEvents(db: Db, clock: Clock, subscribers: readonly Subscriber[]): Promise<void> {
  for (;;) {
    let moved = (await relayOnce(db))?.length ?? 0
    for (const subscriber of subscribers) moved += await advance(db, clock, subscriber)
    if (moved === 0) return
  }
}

/**
 * Runs relay and subscribers in this process until stopped: a moment after a local commit, else every `pollMs`.
 * @param onRelayed told when new events are in the log (live screens)
 */
export function startRelay(
  {
    db,
    clock,
    subscribers,
    onRelayed,
    onError,
  }: {
    db: Db
    clock: Clock
    subscribers: readonly Subscriber[]
    onRelayed: () => void
    onError: (error: unknown) => void
  },
  pollMs = 100,
): Relay {
  let running = true
  let nudge: () => void = () => undefined
  let nudged = false
  onOutboxWritten(() => {
    nudged = true
    nudge()
  })
  const idle = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, nudged ? 0 : pollMs)
      nudge = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  let stopGathering: () => void = () => undefined
  const gatherOrStop = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatherMs)
      stopGathering = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async () => {
    while (running) {
      nudged = false
      try {
        const newest = (await relayOnce(db)) ?? []
        let work = newest.length
        if (work > 0) onRelayed()
        work += await advanceTogether(db, clock, subscribers, newest)
        if (work > 0) {
          await gatherOrStop()
          continue
        }
      } catch (error) {
        onError(error)
      }
      if (running) await idle()
      if (running && nudged) await gatherOrStop()
    }
  }
  const done = loop()
  return {
    drain: () => drainEvents(db, clock, subscribers),
    stop: async () => {
      running = false
      nudge()
      stopGathering()
      await done
    },
  }
}
