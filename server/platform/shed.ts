/**
 * Sheds load before it makes everybody wait: in front of routes, log and database, some requests are answered 503 with Retry-After, so
 * that the others are served in time, tills first. How much is let in: shed-control.ts; who is first: shed-classes.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyServerFactory } from 'fastify'
import type { Clock } from './clock.ts'
import { answerBusy, type BusyHeaders } from './shed-answer.ts'
import { classOf, isNeverShed, type SheddingClass, sheddingClasses } from './shed-classes.ts'
import { LoadControl } from './shed-control.ts'

/** What the page of the machine room shows. Of this process alone: each one looks after itself. */
export type SheddingState = {
  /** Somebody was refused within the last seconds. */
  isShedding: boolean
  /** Since when without a break; null while it is not. */
  since: string | null
  /** Classes refused within the last seconds, those served first in front. */
  classes: SheddingClass[]
  /** Requests refused in the last fifteen minutes. */
  refused: Record<SheddingClass, number>
  /** Requests under way, and how many may be. */
  inFlight: number
  limit: number
  /** How long a request waits for its turn in this process and for the database, in milliseconds; 0 without a crowd. */
  queueMs: number
}

export type SheddingOptions = {
  /** A question to the database that asks for nothing, on the way that every request takes. Rejects when the database is away. */
  ask(): Promise<unknown>
  /** Milliseconds from any fixed moment. */
  now?(): number
  /** Told when it begins, and when it has ended with how many were refused. */
  onChange?(isShedding: boolean, refused: number): void
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * New connections that may wait to be taken, for `listen`. With the usual 511 a rush makes the system drop some, which then come back
 * after one, three, seven seconds: a wait that nobody here would see.
 */
export const backlog = 4096

const lookMs = 100
const looksPerTurn = 10
/** With fewer under way nobody can be refused, so nobody need look. */
const crowd = 24
const endsAfterMs = 5_000
const minuteMs = 60_000
const minutesKept = 15

type Minute = { at: number; refused: Record<SheddingClass, number> }

/** The state of shedding in this process. */
export function sheddingState(app: FastifyInstance, clock: Clock): SheddingState {
  return app.shedding.state(clock)
}

/** A server as Fastify makes it, with the load shed before its handler. `headers`: what every answer has. */
export function guardedServer(shedding: Shedding, headers: BusyHeaders): FastifyServerFactory {
  return (handler, options) => {
    const server = createServer({}, shedding.guard(handler, headers))
    server.keepAliveTimeout = Number(options['keepAliveTimeout'])
    server.requestTimeout = Number(options['requestTimeout'])
    server.setTimeout(Number(options['connectionTimeout']))
    return server
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    shedding: Shedding
  }
}

/** Stands in front of one server. Nothing runs, no timer ticks, while there is no crowd. */
export class Shedding {
  readonly #control = new LoadControl()
  readonly #ask: () => Promise<unknown>
  readonly #now: () => number
  readonly #onChange: NonNullable<SheddingOptions['onChange']>
  #timer: NodeJS.Timeout | undefined
  #looks = 0
  #lastLook = 0
  #crowdedAt = 0
  #askedAt: number | undefined
  #answeredMs = 0
  #since: number | undefined
  #refusedInRow = 0
  #refusedAt: Partial<Record<SheddingClass, number>> = {}
  #minutes: Minute[] = []

  constructor({ ask, now = () => performance.now(), onChange = () => undefined }: SheddingOptions) {
    this.#ask = ask
    this.#now = now
    this.#onChange = onChange
  }

  /** Lets a request through to the handler, or answers it. `headers`: what every answer of the server has. */
  guard(handler: Handler, headers: BusyHeaders): Handler {
    const control = this.#control
    return (request, response) => {
      const url = request.url ?? '/'
      if (isNeverShed(url)) return handler(request, response)
      if (!control.isRoomy) {
        const of = classOf(request)
        if (!control.hasRoom(of)) {
          this.#refuse(of)
          return answerBusy(request, response, { of, headers })
        }
      }
      const round = control.enter()
      if (this.#timer === undefined && control.inFlight >= crowd) this.#watch()
      response.once('close', () => control.leave(round))
      handler(request, response)
    }
  }

  state(clock: Clock): SheddingState {
    const now = this.#now()
    const isShedding = this.#isShedding(now)
    const refused = noneRefused()
    for (const minute of this.#minutes) {
      if (minute.at <= now - minutesKept * minuteMs) continue
      for (const of of sheddingClasses) refused[of] += minute.refused[of]
    }
    return {
      isShedding,
      since: isShedding ? new Date(clock.now().getTime() - (now - (this.#since ?? now))).toISOString() : null,
      classes: sheddingClasses.filter((of) => now - (this.#refusedAt[of] ?? -endsAfterMs) < endsAfterMs),
      refused,
      inFlight: this.#control.inFlight,
      limit: this.#control.limit,
      queueMs: this.#timer === undefined ? 0 : Math.round(this.#control.queueMs),
    }
  }

  /** Stops looking; for the end of the app. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #refuse(of: SheddingClass): void {
    const now = this.#now()
    if (!this.#isShedding(now)) {
      this.#since = now
      this.#refusedInRow = 0
      this.#onChange(true, 0)
    }
    this.#refusedInRow += 1
    this.#refusedAt[of] = now
    const at = Math.floor(now / minuteMs) * minuteMs
    let minute = this.#minutes.at(-1)
    if (minute?.at !== at) {
      minute = { at, refused: noneRefused() }
      this.#minutes.push(minute)
      if (this.#minutes.length > minutesKept) this.#minutes.shift()
    }
    minute.refused[of] += 1
  }

  #isShedding(now: number): boolean {
    return this.#since !== undefined && Object.values(this.#refusedAt).some((at) => now - at < endsAfterMs)
  }

  #watch(): void {
    this.#lastLook = this.#now()
    this.#crowdedAt = this.#lastLook
    this.#timer = setInterval(() => this.#look(), lookMs)
    this.#timer.unref()
  }

  #look(): void {
    const now = this.#now()
    const late = now - this.#lastLook - lookMs
    const asking = this.#askedAt === undefined ? 0 : now - this.#askedAt
    this.#lastLook = now
    this.#control.heed(Math.max(late, asking, this.#answeredMs))
    this.#answeredMs = 0
    if (this.#askedAt === undefined) this.#askNow(now)
    if (++this.#looks % looksPerTurn === 0) this.#control.turn()
    if (this.#control.inFlight >= crowd) this.#crowdedAt = now
    if (this.#since !== undefined && !this.#isShedding(now)) {
      this.#since = undefined
      this.#onChange(false, this.#refusedInRow)
    }
    if (now - this.#crowdedAt > endsAfterMs && this.#since === undefined) this.stop()
  }

  #askNow(now: number): void {
    this.#askedAt = now
    const answered = () => {
      this.#answeredMs = this.#now() - now
      this.#askedAt = undefined
    }
    // Without a database there is no queue in front of it; its own watch says what is to be done then.
    const failed = () => {
      this.#askedAt = undefined
    }
    this.#ask().then(answered, failed)
  }
}

function noneRefused(): Record<SheddingClass, number> {
  return { till: 0, purchase: 0, file: 0, order: 0, browse: 0, office: 0 }
}
