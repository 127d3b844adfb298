import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { createBase } from '../app-base.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db.ts'
import { answer, get, type Reference, write, writeResumable, writeTogether, writeUpload } from '../http.ts'
import { defineProblems, Problem, platformProblems } from '../problems.ts'
import { done, refused } from '../together.ts'

const say = { title: 'No', titleEs: 'No' }
const problems = defineProblems('http', {
  sold_out: { status: 409, retry: 'never', ...say },
  key_like: { status: 422, retry: 'never', ...say },
  unreadable: { status: 400, retry: 'never', ...say },
  at_fault: { status: 500, retry: 'later', ...say },
})
const refusals: Record<string, () => Problem> = {
  sold_out: () => problems.sold_out({ left: 0 }),
  key_like: () => problems.key_like(),
  unreadable: () => problems.unreadable(),
  at_fault: () => problems.at_fault(),
  unauthenticated: () => platformProblems.unauthenticated(),
  forbidden: () => platformProblems.forbidden(),
  not_found: () => platformProblems.not_found(),
  changed: () => platformProblems.changed_meanwhile(),
  limited: () => platformProblems.rate_limited(),
  broken: () => new Problem('http.broken', { status: 503, retry: 'later', ...say }),
  reused: () => platformProblems.key_reused(),
}

/** What a test sees of the app, and what it tells it. */
export type Seen = {
  /** Who calls, unless the header x-as names a customer. */
  actor: Actor
  /** What was run, in order, since the test began. */
  ran: string[]
  /** Sizes of the batches of `/together`. */
  batches: number[]
  /** Calls to `/together` that stand in line or are under way. */
  arrived: number
  /** Holds the next batch of `/together`. */
  gate: Promise<void> | undefined
  /** What the API reference is told of the route that was called last. */
  reference?: Reference | undefined
  /** `/together` answers nobody. */
  silent: boolean
}
const body = z.object({
  name: z.string().default('nobody'),
  refusal: z.string().optional(),
  status: z.number().optional(),
})
type Body = z.output<typeof body>

/** An app with a route of each kind, whose commands count their runs and answer or refuse as the body says. */
export async function countingApp({ db, clock }: { db: Db; clock: Clock }, seen: Seen): Promise<FastifyInstance> {
  function command({ name, refusal, status }: Body): unknown {
    seen.ran.push(name)
    if (refusal !== undefined) throw refusals[refusal]?.() ?? new Error('a defect')
    return status === undefined ? { name, run: seen.ran.length } : answer(status, { name, run: seen.ran.length })
  }
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'http://localhost',
    ratePerMinute: 10_000,
  })
  app.addHook('onRequest', async (request) => {
    const as = request.headers['x-as']
    request.actor = typeof as === 'string' ? { kind: 'customer', personId: as } : seen.actor
    seen.reference = request.routeOptions.config.reference
    request.cartToken = request.headers['x-cart-token'] as string | undefined
  })
  const context = {
    db,
    clock,
    authorize: () => undefined,
    noteDeed: (_tx: unknown, _request: unknown, status: number) => void seen.ran.push(`deed ${status}`),
  }
  const common = { action: 'http.test', tag: 'Test', summary: 'Test', schema: { body } }
  const told = {
    onRepeat: () => void seen.ran.push('repeat'),
    before: async ({ body: { name } }: { body: Body }) => {
      seen.ran.push('before')
      if (name === 'too often') throw platformProblems.rate_limited()
    },
    after: async () => void seen.ran.push('after'),
  }
  get(app, context, { ...common, url: '/get', schema: {}, run: async () => ({ run: seen.ran.push('get') }) })
  get(app, context, {
    ...common,
    url: '/by-itself',
    schema: {},
    limitPerMinute: 2,
    after: async () => void seen.ran.push('after'),
    run: async ({ reply }) => void reply.send({ by: 'itself' }),
  })
  write(app, context, { ...common, ...told, method: 'POST', url: '/write', run: async (input) => command(input.body) })
  write(app, context, {
    ...common,
    method: 'POST',
    url: '/secret',
    secret: true,
    run: async (input) => command(input.body),
  })
  writeResumable(app, context, {
    ...common,
    url: '/resumable',
    run: async ({ body: asked, resumes }) => {
      seen.ran.push(resumes ? 'resumes' : 'begins')
      return command(asked)
    },
  })
  writeTogether(app, context, {
    ...common,
    method: 'POST',
    url: '/together',
    before: async () => void (seen.arrived += 1),
    alone: (input) => input.body.name === 'alone',
    races: (error) => error instanceof Error && error.message === 'somebody was quicker',
    run: async ({ inputs }) => {
      seen.batches.push(inputs.length)
      const mine = seen.gate
      seen.gate = undefined
      await mine
      if (seen.silent) return []
      return inputs.map((input) => {
        if (input.body.name === 'raced' && seen.ran.push('raced') === 1)
          return refused(new Error('somebody was quicker'))
        try {
          return done(command(input.body))
        } catch (error) {
          return refused(error)
        }
      })
    },
  })
  writeTogether(app, context, {
    ...common,
    method: 'POST',
    url: '/plain-together',
    run: async ({ inputs }) => inputs.map((input) => done(command(input.body))),
  })
  writeUpload(app, context, {
    ...common,
    url: '/upload',
    schema: {},
    reference: { form: { file: 'A file' } },
    receive: async ({ request }) => {
      const file = await request.file()
      const content = (await file?.toBuffer())?.toString() ?? ''
      return { content, discard: async () => void seen.ran.push('discarded') }
    },
    run: async ({ received }) => {
      seen.ran.push(String(received.content))
      if (received.content === 'bad') throw problems.sold_out()
      return answer(201, { content: received.content })
    },
  })
  await app.ready()
  return app
}
