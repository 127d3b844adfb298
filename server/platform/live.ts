import type { FastifyReply } from 'fastify'
import type { Db } from './db.ts'
import { eventsAfter, type HiloEvent, lastSeq } from './outbox.ts'

export type LiveFilter = (event: HiloEvent) => boolean
type Listener = { reply: FastifyReply; wants: LiveFilter; sent: number }

/**
 * Server-sent events out of the event log. Each process tails the log; a browser that reconnects with Last-Event-ID first gets
 * what it missed, so nothing is lost and nothing comes twice.
 */
export class Live {
  readonly #db: Db
  readonly #listeners = new Set<Listener>()
  #seq = -1
  #timer: NodeJS.Timeout | undefined
  #reading: Promise<void> | undefined

  constructor(db: Db) {
    this.#db = db
  }

  /** Starts tailing; polls only while somebody listens. */
  start(pollMs = 250): void {
    this.#timer = setInterval(() => this.wake(), pollMs)
    this.#timer.unref()
  }

  /** New events are in the log. */
  wake(): void {
    if (this.#listeners.size === 0 || this.#reading) return
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined
    })
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const events = await eventsAfter(this.#db, this.#seq, 500)
        for (const event of events) {
          this.#seq = event.seq
          for (const listener of this.#listeners) send(listener, event)
        }
        if (events.length < 500) return
      }
    } catch {
      // The database is away: the next poll reads from the same seq, so nothing is missed.
      return
    }
  }

  /** Takes over the reply as an event stream. `lastEventId` is the browser's Last-Event-ID header. */
  async open(reply: FastifyReply, wants: LiveFilter, lastEventId: string | undefined): Promise<void> {
    const newest = await lastSeq(this.#db)
    if (this.#seq < 0 || this.#listeners.size === 0) this.#seq = newest
    const from = lastEventId && /^\d+$/.test(lastEventId) ? Math.min(Number(lastEventId), newest) : newest
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    })
    reply.raw.write(`retry: 1000\nid: ${from}\n\n`)
    const listener: Listener = { reply, wants, sent: from }
    const missed = await eventsAfter(this.#db, from, 5000)
    for (const event of missed) send(listener, event)
    this.#listeners.add(listener)
    const beat = setInterval(() => reply.raw.write(': still here\n\n'), 15_000)
    reply.raw.on('close', () => {
      clearInterval(beat)
      this.#listeners.delete(listener)
    })
    this.wake()
  }

  get listeners(): number {
    return this.#listeners.size
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const { reply } of this.#listeners) reply.raw.end()
    this.#listeners.clear()
  }
}

function send(listener: Listener, event: HiloEvent): void {
  if (event.seq <= listener.sent) return
  listener.sent = event.seq
  if (!listener.wants(event)) return
  const { seq, type, subjectId, personId, payload, occurredAt } = event
  const data = JSON.stringify({ seq, type, subjectId, personId, payload, occurredAt })
  listener.reply.raw.write(`id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`)
}
