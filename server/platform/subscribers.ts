import type { EventType } from '@hilo/contract'
import type { Clock } from './clock.ts'
import type { Db, Tx } from './db.ts'
import { eventsAfter, type HiloEvent, onOutboxWritten, relayOnce } from './outbox.ts'
import { sql } from './sql.ts'

/** What a handler gets. It runs in one transaction with the subscriber's position, so its database effects happen once. */
export type SubscriberContext = { tx: Tx; clock: Clock }
export type Subscriber = {
  name: string
  types: readonly EventType[] | '*'
  handle(context: SubscriberContext, event: HiloEvent): Promise<void>
}

const batchSize = 200

/**
 * Brings one subscriber forward by up to one batch. A handler that fails leaves the position before its batch, and the
 * subscriber waits with growing pauses (1 s to 5 min) while all others go on.
 * Its transaction does not wait for the disk: after a crash the position and what the handlers wrote are both at an earlier
 * point, together, and the events are handled again from there.
 * @returns events handled; 0 when it is up to date or waiting
 */
export async function advance(db: Db, clock: Clock, subscriber: Subscriber): Promise<number> {
  try {
    return await db.transaction(async (tx) => {
      const position = await tx.maybeOne<{ lastSeq: number }>(sql`
        select last_seq as "lastSeq", set_config('synchronous_commit', 'off', true) from platform.subscriber
         where name = ${subscriber.name} and (retry_at is null or retry_at <= ${clock.now()}) for update skip locked`)
      // None: a new subscriber, which begins at the first event; or one that another process moves, or that waits.
      if (!position) {
        const made = await tx.run(
          sql`insert into platform.subscriber (name) values (${subscriber.name}) on conflict do nothing`,
        )
        if (made === 0) return 0
      }
      const events = await eventsAfter(tx, position?.lastSeq ?? 0, batchSize)
      const last = events.at(-1)
      if (!last) return 0
      for (const event of events) {
        if (subscriber.types === '*' || subscriber.types.includes(event.type))
          await subscriber.handle({ tx, clock }, event)
      }
      await tx.run(sql`
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

/** Who of them has events to handle now; one reading statement for all, so that an idle system writes nothing. */
async function behind(db: Db, clock: Clock, subscribers: readonly Subscriber[]): Promise<Subscriber[]> {
  const rows = await db.many<{ name: string; isDue: boolean }>(sql`
    select name, last_seq < (select coalesce(max(seq), 0) from platform.event) and (retry_at is null or retry_at <= ${clock.now()}) as "isDue"
      from platform.subscriber`)
  const known = new Map(rows.map(({ name, isDue }) => [name, isDue]))
  return subscribers.filter(({ name }) => known.get(name) ?? true)
}

export type Relay = { stop(): Promise<void>; drain(): Promise<void> }

/** Relays and delivers until nothing is left; tests and commands use it to see all effects of what they did. */
export async function drainEvents(db: Db, clock: Clock, subscribers: readonly Subscriber[]): Promise<void> {
  for (;;) {
    let moved = Math.max(0, await relayOnce(db))
    for (const subscriber of subscribers) moved += await advance(db, clock, subscriber)
    if (moved === 0) return
  }
}

/**
 * Runs relay and subscribers in this process until stopped: at once after a local commit, else every `pollMs`.
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
  const loop = async () => {
    while (running) {
      nudged = false
      try {
        let work = Math.max(0, await relayOnce(db))
        if (work > 0) onRelayed()
        for (const subscriber of await behind(db, clock, subscribers)) work += await advance(db, clock, subscriber)
        if (work > 0) continue
      } catch (error) {
        onError(error)
      }
      if (running) await idle()
    }
  }
  const done = loop()
  return {
    drain: () => drainEvents(db, clock, subscribers),
    stop: async () => {
      running = false
      nudge()
      await done
    },
  }
}
