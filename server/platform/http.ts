import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodType, z } from 'zod'
import { type Actor, actorId } from './actor.ts'
import { callerKey } from './app-base.ts'
import type { Clock } from './clock.ts'
import { type Db, isUniqueViolation, type Tx } from './db.ts'
import {
  type Answer,
  answersPiece,
  findKeys,
  fingerprint,
  type Key,
  keepAnswer,
  keepAnswerAfter,
  keepRefusal,
  noteKey,
  takeKey,
} from './idempotency.ts'
import { Problem, platformProblems, problemBody } from './problems.ts'
import { hashToken } from './secrets.ts'
import { writeAll } from './sql.ts'
import { done, type Outcome, orThrow, Raced, refused, runAgain, together } from './together.ts'

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor
    language: 'es' | 'en'
    /** Opaque token of the shopper's cart, from cookie or X-Cart-Token. */
    cartToken: string | undefined
  }
  interface FastifyContextConfig {
    /** Row of the authorisation table (staff/permissions.ts). A route without one stops the start. */
    action?: string
    /** Whether the route asks for the place (`mayActAt`); the authorisation test reads it for rows limited to places. */
    asksPlace?: boolean
    reference?: Reference
  }
}

/** What the API reference says of a route beyond its zod schemas. */
export type Reference = {
  /** The Idempotency-Key is taken and not kept (`secret`). */
  secret?: true
  /** Fields of a multipart form with their explanation; `file` is the file. */
  form?: Readonly<Record<string, string>>
  /** Type of an answer that is no JSON, such as text/csv. */
  answers?: string
  /** Another type that the same answer may come as, when asked for. */
  alsoAnswers?: string
}

/** What every route is given by the app it belongs to. */
export type AppContext = {
  db: Db
  clock: Clock
  /** Throws unless the actor may do this; with a place, unless they may do it there. */
  authorize(actor: Actor, action: string, place?: string): void
  /** Told of each deed of a `write` route in its own transaction, once it is done: who did what is kept with it or not at all. */
  noteDeed?(tx: Tx, request: FastifyRequest, status: number): void
}

type Schemas = { params?: ZodType; querystring?: ZodType; body?: ZodType; response?: Record<number, ZodType> }
type Infer<T> = T extends ZodType ? z.output<T> : undefined

export type RouteInput<S extends Schemas> = {
  db: Db
  clock: Clock
  actor: Actor
  language: 'es' | 'en'
  params: Infer<S['params']>
  query: Infer<S['querystring']>
  body: Infer<S['body']>
  request: FastifyRequest
  reply: FastifyReply
  /** Checks the place once it is known: `mayActAt(order.locationId)`. */
  mayActAt(locationId: string): void
}
/** A plain value answers 200 (201 for `created`); use `answer(status, body)` for anything else. */
export type RouteResult = unknown

type Common<S extends Schemas> = {
  url: string
  /** Row of the authorisation table. */
  action: string
  summary: string
  tag: string
  schema: S
  /** Requests a minute and actor; the default is the app's. */
  limitPerMinute?: number
  /**
   * The request or its answer carries a secret (password, code, new key, session cookie): no Idempotency-Key is kept for it, since
   * its fingerprint and its answer would lie in the database. Such a route is safe to repeat by itself.
   */
  secret?: true
  /** Gives a repeat the headers that the first answer had beside its body, such as a cookie. */
  onRepeat?(reply: FastifyReply, body: unknown): void
  /** Asked before the work and outside its transaction, such as whether this caller has tried too often. */
  before?(input: RouteInput<S>): Promise<void>
  /** Told what was answered below 300, also to a repeat; outside the transaction, too. */
  after?(input: RouteInput<S>, body: unknown): Promise<void>
  reference?: Omit<Reference, 'secret'>
}
type ReadRoute<S extends Schemas> = Common<S> & { method: 'GET'; run(input: RouteInput<S>): Promise<RouteResult> }
type TxRoute<S extends Schemas> = Common<S> & {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  run(input: RouteInput<S> & { tx: Tx }): Promise<RouteResult>
}
type ResumableRoute<S extends Schemas> = Common<S> & {
  method: 'POST'
  resumable: true
  /** `resumes`: an earlier run under the same key did not come to its answer; this one gives it. */
  run(input: RouteInput<S> & { resumes: boolean }): Promise<RouteResult>
}
type TogetherRoute<S extends Schemas> = Common<S> & {
  method: 'POST' | 'PATCH'
  /** For calls that write before they can be sure of their outcome. */
  alone?(input: RouteInput<S>): boolean
  /** Errors that only somebody quicker can have caused; the call is run again. */
  races?(error: unknown): boolean
  /** One outcome for each input, in their order. It must not write for one before it is sure of it. */
  run(work: { tx: Tx; clock: Clock; inputs: readonly RouteInput<S>[] }): Promise<Outcome<RouteResult>[]>
}
/** What came in a multipart form, already on disk or in memory; `content` tells it apart from another one. */
export type Received = { content: unknown; discard?(): Promise<void> }
type UploadRoute<S extends Schemas, T extends Received> = Common<S> & {
  reference: Reference & { form: Readonly<Record<string, string>> }
  receive(input: RouteInput<S>): Promise<T>
  run(input: RouteInput<S> & { tx: Tx; received: T }): Promise<RouteResult>
}

class Reply {
  readonly status: number
  readonly body: unknown
  constructor(status: number, body: unknown) {
    this.status = status
    this.body = body
  }
}

/** An answer with its own status. */
export function answer(status: number, body: unknown): RouteResult {
  return new Reply(status, body)
}

/** A reading route. */
export function get<S extends Schemas>(
  app: FastifyInstance,
  context: AppContext,
  route: Omit<ReadRoute<S>, 'method'>,
): void {
  add(app, context, { ...route, method: 'GET' }, async (input) => route.run(input as RouteInput<S>))
}

/**
 * A writing route. Everything it does, the Idempotency-Key and the kept answer included, happens in one transaction: after a
 * crash either all of it is there or nothing, and a repeat gets the same answer. No network call belongs in here.
 */
export function write<S extends Schemas>(app: FastifyInstance, context: AppContext, route: TxRoute<S>): void {
  add(app, context, route, async (input, key) =>
    context.db.transaction(async (tx) => {
      const kept = key && (await takeKey(tx, context.clock, key))
      if (kept) return repeated(input.reply, kept)
      const reply = toReply(await route.run({ ...(input as RouteInput<S>), tx }))
      context.noteDeed?.(tx, input.request, reply.status)
      if (key) keepAnswer(tx, key, reply)
      return reply
    }),
  )
}

/**
 * A writing route whose command spans several transactions and is itself once-only (it resumes where it stopped), such as
 * placing an order.
 */
export function writeResumable<S extends Schemas>(
  app: FastifyInstance,
  context: AppContext,
  route: Omit<ResumableRoute<S>, 'resumable' | 'method'>,
): void {
  add(app, context, { ...route, method: 'POST' }, async (input, key) => {
    const noted = key && (await noteKey(context.db, context.clock, key))
    if (noted?.kept) return repeated(input.reply, noted.kept)
    const resumes = noted?.isRepeat ?? false
    const reply = toReply(await route.run({ ...(input as RouteInput<S>), resumes }))
    if (key) await keepAnswerAfter(context.db, key, reply)
    return reply
  })
}

/**
 * A writing route whose calls are one transaction when they arrive together (see `together`): their keys, their work and their kept
 * answers. Each call gets its own answer.
 */
export function writeTogether<S extends Schemas>(
  app: FastifyInstance,
  context: AppContext,
  route: TogetherRoute<S>,
): void {
  type Item = { input: RouteInput<S>; key: Key | undefined }
  const { clock } = context
  const runAll = together<Item, Reply>(
    (db, items) =>
      db.transaction(
        async (tx) => {
          const keys = items.flatMap(({ key }) => key ?? [])
          const known = keys.length === 0 ? [] : await findKeys(tx, keys)
          const outcomes = await alreadyAnswered(items, known)
          const fresh = items.filter((_, at) => outcomes[at] === undefined)
          const answers = await route.run({ tx, clock, inputs: fresh.map(({ input }) => input) })
          const kept: { key: Key; answer: Answer }[] = []
          fresh.forEach((item, at) => {
            const one = answers[at] ?? refused(new Error('a route answered fewer calls than it was given'))
            outcomes[items.indexOf(item)] = one.ok ? done(toReply(one.value)) : one
            if (!one.ok || !item.key) return
            const answer = toReply(one.value)
            // Noted without an answer: by an older version of this route that died in between.
            if (known.some(({ scope, key }) => scope === item.key?.scope && key === item.key.key))
              keepAnswer(tx, item.key, answer)
            else kept.push({ key: item.key, answer })
          })
          if (kept.length > 0) tx.later(writeAll([answersPiece(clock, kept)]))
          return orThrow(outcomes.map((one) => one ?? refused(new Error('a call of the batch has no answer'))))
        },
        { byKey: true },
      ),
    { alone: ({ input }) => route.alone?.(input) ?? false },
  )
  add(app, context, route, (input, key) => {
    const item = { input: input as RouteInput<S>, key }
    return runAgain(
      () => runAll(context.db, item),
      (error) => isUniqueViolation(error, 'idempotency_key_pkey') || (route.races?.(error) ?? false),
    )
  })
}

/** Answers of keys that are known; the same key twice in one batch waits for the next one. */
async function alreadyAnswered(
  items: readonly { input: { reply: FastifyReply }; key: Key | undefined }[],
  known: Awaited<ReturnType<typeof findKeys>>,
): Promise<(Outcome<Reply> | undefined)[]> {
  const seen = new Set<string>()
  return items.map(({ input, key }) => {
    if (!key) return undefined
    const name = JSON.stringify([key.scope, key.key])
    const row = known.find((one) => one.scope === key.scope && one.key === key.key)
    if (row && row.fingerprint !== key.fingerprint)
      return refused(platformProblems.key_reused({ parameter: 'Idempotency-Key' }))
    if (row && row.status !== null) return done(repeated(input.reply, { status: row.status, body: row.body }))
    if (seen.has(name)) return refused(new Raced('the same key is being worked on'))
    seen.add(name)
    return undefined
  })
}

/**
 * A writing route that takes a file. The form is received first, since only its content tells a repeat from another request
 * under the same Idempotency-Key; then key, work and kept answer are one transaction, as in `write`.
 */
export function writeUpload<S extends Schemas, T extends Received>(
  app: FastifyInstance,
  context: AppContext,
  route: UploadRoute<S, T>,
): void {
  add(app, context, { ...route, method: 'POST' }, async (given) => {
    const input = given as RouteInput<S>
    const received = await route.receive(input)
    try {
      const key = keyOf(input.request, received.content)
      return await context.db.transaction(async (tx) => {
        const kept = key && (await takeKey(tx, context.clock, key))
        if (kept) {
          await received.discard?.()
          return repeated(input.reply, kept)
        }
        const reply = toReply(await route.run({ ...input, tx, received }))
        if (key) keepAnswer(tx, key, reply)
        return reply
      })
    } catch (error) {
      await received.discard?.()
      throw error
    }
  })
}

/** The kept answer, marked: nothing was done this time, so nothing is noted in the audit either. */
function repeated(reply: FastifyReply, { status, body }: Answer): Reply {
  reply.header('idempotency-replayed', 'true')
  if (status >= 400) reply.type('application/problem+json')
  return new Reply(status, body)
}

function toReply(result: RouteResult): Reply {
  return result instanceof Reply ? result : new Reply(200, result)
}

function add<S extends Schemas>(
  app: FastifyInstance,
  context: AppContext,
  route: Common<S> & { method: string },
  run: (input: Omit<RouteInput<Schemas>, never>, key: Key | undefined) => Promise<RouteResult>,
): void {
  app.route({
    method: route.method as 'GET',
    url: route.url,
    schema: { ...route.schema, summary: route.summary, tags: [route.tag] } as never,
    config: {
      action: route.action,
      reference: { ...route.reference, ...(route.secret ? { secret: true as const } : {}) },
      asksPlace: String((route as { run?: unknown }).run).includes('mayActAt'),
      ...(route.limitPerMinute ? { rateLimit: { max: route.limitPerMinute, timeWindow: 60_000 } } : {}),
    },
    // A call without a body is one with an empty body: what may be left out may all be left out.
    ...(route.schema.body ? { preValidation: async (request: FastifyRequest) => void (request.body ??= {}) } : {}),
    handler: async (request, reply) => {
      const key = route.secret || route.reference?.form ? undefined : keyOf(request)
      try {
        const input = {
          db: context.db,
          clock: context.clock,
          actor: request.actor,
          language: request.language,
          params: request.params as undefined,
          query: request.query as undefined,
          body: request.body as undefined,
          request,
          reply,
          mayActAt: (locationId: string) => context.authorize(request.actor, route.action, locationId),
        }
        if (route.before) await route.before(input as RouteInput<S>)
        const result = toReply(await run(input, key))
        if (reply.sent) return reply
        if (route.after && result.status < 300) await route.after(input as RouteInput<S>, result.body)
        if (result.status < 300 && reply.hasHeader('idempotency-replayed')) route.onRepeat?.(reply, result.body)
        if (result.status === 204) return reply.code(204).send()
        return reply.code(result.status).send(result.body)
      } catch (error) {
        if (key && error instanceof Problem && isAnswer(error)) {
          await keepRefusal(context.db, context.clock, key, {
            status: error.status,
            body: problemBody(error, request.language),
          })
        }
        throw error
      }
    },
  })
}

/** Refusals that the work itself gave are kept for repeats; those about the request's key, rights or rate are not. */
function isAnswer(problem: Problem): boolean {
  return (
    ![401, 403, 404, 412, 429].includes(problem.status) &&
    problem.status < 500 &&
    !problem.code.startsWith('platform.key')
  )
}

function keyOf(request: FastifyRequest, content: unknown = request.body): Key | undefined {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || request.method === 'GET') return undefined
  if (key.length < 1 || key.length > 255)
    throw platformProblems.invalid({ parameter: 'Idempotency-Key', detail: 'The key has 1 to 255 characters.' })
  return { scope: idempotencyScope(request), key, fingerprint: fingerprint(request.method, request.url, content) }
}

/** Whose key it is: keys of different callers never meet. Neither token nor address is kept as it is. */
function idempotencyScope(request: FastifyRequest): string {
  if (request.actor.kind !== 'public') return actorId(request.actor)
  return `public:${hashToken(request.cartToken ?? `${callerKey(request.ip)} ${request.headers['user-agent'] ?? ''}`)}`
}
