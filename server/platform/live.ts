import type { FastifyReply } from 'fastify'
import type { Db } from './db.ts'
import { eventsAfter, type HiloEvent, lastSeq } from './outbox.ts'

export type LiveFilter = (event: HiloEvent) => boolean
/** What a listener is told of an event: name and data. Staff and integrations read the event itself. */
export type LiveShape = (event: HiloEvent) => { name: string; data: unknown }
type Listener = { reply: FastifyReply; wants: LiveFilter; shape: LiveShape; sent: number; isOpen: boolean }

const wholeEvent: LiveShape = ({ seq, type, subjectId, personId, payload, occurredAt }) => ({
  name: type,
  data: { seq, type, subjectId, personId, payload, occurredAt },
})

/** Of events read at a time. */
const batch = 500
/** A listener that lets this much wait is cut off; it reconnects with Last-Event-ID and goes on where it was. */
const waitingBytesMax = 4 * 1_048_576

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
  #wasAway = false

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
      if (this.#wasAway) await this.#comeBack()
      for (;;) {
        const events = await eventsAfter(this.#db, this.#seq, batch)
        for (const event of events) {
          this.#seq = event.seq
          for (const listener of this.#listeners) send(listener, event)
        }
        if (events.length < batch) return
      }
    } catch {
      // The database is away: the next poll goes on from what the log holds then.
      this.#wasAway = true
    }
  }

  /** The last moments of the log may be lost in a crash of the database; its numbers are then given anew. */
  async #comeBack(): Promise<void> {
    const newest = await lastSeq(this.#db)
    this.#seq = Math.min(this.#seq, newest)
    for (const listener of this.#listeners) listener.sent = Math.min(listener.sent, newest)
    this.#wasAway = false
  }

  /** Takes over the reply as an event stream. `lastEventId` is the browser's Last-Event-ID header. */
  async open(
    reply: FastifyReply,
    wants: LiveFilter,
    lastEventId: string | undefined,
    shape: LiveShape = wholeEvent,
  ): Promise<void> {
    const listener: Listener = { reply, wants, shape, sent: 0, isOpen: true }
    // Listened for before the first wait: who hangs up in the meantime must not stay in the list.
    let beat: NodeJS.Timeout | undefined
    reply.raw.on('close', () => {
      listener.isOpen = false
      clearInterval(beat)
      this.#listeners.delete(listener)
    })
    const newest = await lastSeq(this.#db)
    if (!listener.isOpen) return
    if (this.#seq < 0 || this.#listeners.size === 0) this.#seq = newest
    listener.sent = lastEventId && /^\d+$/.test(lastEventId) ? Math.min(Number(lastEventId), newest) : newest
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    reply.raw.write(`retry: 1000\nid: ${listener.sent}\n\n`)
    beat = setInterval(() => reply.raw.write(': still here\n\n'), 15_000)
    await this.#catchUp(listener).catch(() => reply.raw.destroy())
    this.wake()
  }

  /**
   * Sends what was missed, until nothing lies between it and what the others were sent: only then does the listener join them, in
   * the same tick, so that no event falls between the two.
   */
  async #catchUp(listener: Listener): Promise<void> {
    while (listener.isOpen) {
      const others = this.#seq
      const missed = await eventsAfter(this.#db, listener.sent, batch)
      for (const event of missed) send(listener, event)
      if (missed.length < batch && (this.#seq === others || listener.sent >= this.#seq)) {
        if (listener.isOpen) this.#listeners.add(listener)
        return
      }
      // A reader slower than the log must not fill our memory.
      while (listener.isOpen && listener.reply.raw.writableLength > waitingBytesMax / 4)
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
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
  const { name, data } = listener.shape(event)
  listener.reply.raw.write(`id: ${event.seq}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  if (listener.reply.raw.writableLength > waitingBytesMax) listener.reply.raw.destroy()
}
