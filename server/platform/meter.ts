/**
 * How many requests each face answers, and how long they take: for the system screen (by face, minute by minute) and for Prometheus (by
 * route). What is counted with every request is a few numbers in arrays that are there already; everything else is worked out by
 * whoever looks.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Clock } from './clock.ts'

/** The doors people and programs come in by. */
export const faces = ['shop', 'till', 'console', 'api'] as const
export type Face = (typeof faces)[number]

/** Minutes that are remembered, and seconds for the rate of this moment. */
export const minutesKept = 60
const secondsKept = 60

/** Times are sorted into eight steps an octave from 64 µs to over a minute: what is told of them is right to 5 %. */
const stepsPerOctave = 8
const firstMicroseconds = 64
export const steps = 160

/** The step a time belongs to. */
export function stepOf(ms: number): number {
  const step = Math.floor(Math.log2((ms * 1000) / firstMicroseconds) * stepsPerOctave)
  return step > 0 ? Math.min(step, steps - 1) : 0
}

/** Milliseconds that stand for a step: its middle. */
export function msOf(step: number): number {
  return (firstMicroseconds * 2 ** ((step + 0.5) / stepsPerOctave)) / 1000
}

/** The time below which this share of the requests stayed, in milliseconds; null when there was none. */
export function quantile(counts: ArrayLike<number>, share: number): number | null {
  let total = 0
  for (let step = 0; step < counts.length; step++) total += counts[step] ?? 0
  if (total === 0) return null
  const wanted = Math.max(1, Math.ceil(total * share))
  let seen = 0
  for (let step = 0; step < counts.length; step++) {
    seen += counts[step] ?? 0
    if (seen >= wanted) return msOf(step)
  }
  return msOf(counts.length - 1)
}

/** Upper bounds of the buckets that Prometheus gets, in seconds; the last one, +Inf, is not written down. */
export const bucketSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
const bucketMs = bucketSeconds.map((seconds) => seconds * 1000)

/** 1 to 5 for the status classes; 0 for answers that nobody waited for to the end. */
export const statusClasses = ['gone', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** Requests to one route that ended in one class. */
export type RouteCount = { buckets: number[]; count: number; sumMs: number }
export type RouteMeter = {
  method: string
  /** The pattern, `/api/store/carts/:id`; never an address that somebody sent. */
  route: string
  face: Face | null
  /** An answer that stays open (server-sent events): counted, and its time says nothing. */
  isStream: boolean
  classes: (RouteCount | undefined)[]
}

/** Requests of one face in the minutes that are remembered; index by minute modulo `minutesKept`. */
class FaceCounts {
  readonly requests = new Uint32Array(minutesKept)
  readonly failed = new Uint32Array(minutesKept)
  readonly times = new Uint32Array(minutesKept * steps)
  readonly seconds = new Uint32Array(secondsKept)
}

/** A face in the last minutes, oldest first; the last one is the minute that runs. */
export type FaceReport = {
  /** Requests a second, over the ten seconds before this one. */
  perSecond: number
  requests: number[]
  failed: number[]
  /** 95 of 100 stayed below so many milliseconds, minute by minute; null where nobody came. */
  p95Ms: (number | null)[]
  /** Times of the last five minutes: step and how many, those with none left out. */
  times: [step: number, count: number][]
}

export const recentMinutes = 5
const rateSeconds = 10

/** The counts of one process. */
export class Meter {
  readonly routes: RouteMeter[] = []
  readonly #now: () => number
  readonly #faces: Record<Face, FaceCounts> = {
    shop: new FaceCounts(),
    till: new FaceCounts(),
    console: new FaceCounts(),
    api: new FaceCounts(),
  }
  #second = 0
  #minute = 0

  constructor(clock: Clock) {
    this.#now = () => clock.now().getTime()
  }

  /** A route whose requests are counted; resolved once, so that a request only adds. */
  addRoute(route: Omit<RouteMeter, 'classes'>): RouteMeter {
    const added = { ...route, classes: [] }
    this.routes.push(added)
    return added
  }

  /** One request is over. @param status 0 when the caller had gone */
  count(route: RouteMeter, face: Face | null, status: number, ms: number): void {
    const at = status === 0 ? 0 : Math.trunc(status / 100)
    const kind = (route.classes[at] ??= { buckets: bucketMs.map(() => 0), count: 0, sumMs: 0 })
    kind.count += 1
    if (route.isStream) return
    kind.sumMs += ms
    let bucket = 0
    while (bucket < bucketMs.length && ms > (bucketMs[bucket] as number)) bucket += 1
    if (bucket < bucketMs.length) (kind.buckets[bucket] as number) += 1
    if (face === null || at === 0) return
    this.#turn()
    const counts = this.#faces[face]
    const minute = this.#minute % minutesKept
    ;(counts.requests[minute] as number) += 1
    if (status >= 500) (counts.failed[minute] as number) += 1
    ;(counts.times[minute * steps + stepOf(ms)] as number) += 1
    ;(counts.seconds[this.#second % secondsKept] as number) += 1
  }

  /** Empties what has gone round, up to now. */
  #turn(): void {
    const second = Math.floor(this.#now() / 1000)
    if (second === this.#second) return
    const minute = Math.floor(second / 60)
    const [newSeconds, newMinutes] = [second - this.#second, minute - this.#minute]
    for (const face of faces) {
      const counts = this.#faces[face]
      if (newSeconds < 0 || newSeconds >= secondsKept) counts.seconds.fill(0)
      else for (let at = this.#second + 1; at <= second; at++) counts.seconds[at % secondsKept] = 0
      if (newMinutes < 0 || newMinutes >= minutesKept) {
        counts.requests.fill(0)
        counts.failed.fill(0)
        counts.times.fill(0)
      } else {
        for (let at = this.#minute + 1; at <= minute; at++) {
          const slot = at % minutesKept
          counts.requests[slot] = 0
          counts.failed[slot] = 0
          counts.times.fill(0, slot * steps, (slot + 1) * steps)
        }
      }
    }
    this.#second = second
    this.#minute = minute
  }

  /** What the faces did in the last hour. @returns the running minute, counted from 1970, and each face */
  report(): { minute: number; faces: Record<Face, FaceReport> } {
    this.#turn()
    const entries = faces.map((face) => [face, this.#faceReport(this.#faces[face])] as const)
    return { minute: this.#minute, faces: Object.fromEntries(entries) as Record<Face, FaceReport> }
  }

  #faceReport({ requests, failed, times, seconds }: FaceCounts): FaceReport {
    const slots = Array.from({ length: minutesKept }, (_, at) => (this.#minute + 1 + at) % minutesKept)
    const timesOf = (slot: number) => times.subarray(slot * steps, (slot + 1) * steps)
    const recent = new Uint32Array(steps)
    for (const slot of slots.slice(-recentMinutes))
      for (const [step, count] of timesOf(slot).entries()) (recent[step] as number) += count
    let lately = 0
    for (let back = 1; back <= rateSeconds; back++)
      lately += seconds[(((this.#second - back) % secondsKept) + secondsKept) % secondsKept] ?? 0
    return {
      perSecond: lately / rateSeconds,
      requests: slots.map((slot) => requests[slot] ?? 0),
      failed: slots.map((slot) => failed[slot] ?? 0),
      p95Ms: slots.map((slot) => quantile(timesOf(slot), 0.95)),
      times: [...recent.entries()].filter(([, count]) => count > 0),
    }
  }
}

/** Which face a route belongs to; null for what is no work of a face: assets, pictures, health, the machine's own questions. */
export function faceOf(url: string): Face | null {
  if (
    /^\/api\/(health|events|problems|docs|openapi\.json|admin\/system)|^\/(metrics|reference|sim|media)(\/|$)/.test(url)
  )
    return null
  if (/\/assets\/|\.[a-z0-9]{2,5}$/.test(url)) return null
  if (/^\/(api\/)?pos(\/|$)/.test(url)) return 'till'
  if (/^\/api\/(admin|staff)(\/|$)|^\/console(\/|$)/.test(url)) return 'console'
  if (url.startsWith('/api/store') || !url.startsWith('/api/')) return 'shop'
  return 'api'
}

declare module 'fastify' {
  interface FastifyInstance {
    meter: Meter
  }
}

/**
 * Counts every request of the app that has a route. The hook of a route is bound to its counts when the route is made, so nothing is
 * looked up while the shop works. Comes before the routes.
 */
export function registerMeter(app: FastifyInstance, clock: Clock): Meter {
  const meter = new Meter(clock)
  app.decorate('meter', meter)
  app.addHook('onRoute', (route: RouteOptions) => {
    const isStream = route.config?.reference?.answers === 'text/event-stream'
    const counts = new Map(
      [route.method]
        .flat()
        .map((method) => [method, meter.addRoute({ method, route: route.url, face: faceOf(route.url), isStream })]),
    )
    const [only, ...others] = counts.values()
    const hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      // A page of the shop asks the API within the process: one request came in, not five.
      if ((request.raw.socket as { server?: unknown } | null)?.server === undefined) return done()
      const counted = others.length === 0 ? only : counts.get(request.method)
      if (!counted) return done()
      const status = reply.raw.writableFinished ? reply.statusCode : 0
      // A program with a key of its own is the API's business, whatever it asks.
      const face = request.actor?.kind === 'api_key' && counted.face !== null ? 'api' : counted.face
      meter.count(counted, face, status, reply.elapsedTime)
      done()
    }
    route.onResponse = [hook, ...[route.onResponse ?? []].flat()]
  })
  return meter
}
