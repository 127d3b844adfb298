import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { AppContext } from '#platform/http'
import { apiKeyActor } from './api-keys.ts'
import { auditScope } from './audit.ts'
import { AuditRest } from './audit-rest.ts'
import { staffProblems } from './problems.ts'
import {
  confirmedUntil,
  memberOfToken,
  type StaffSession,
  type Stage,
  sessionLimits,
  sessionOfToken,
} from './sessions.ts'
import { createStreamWatch } from './streams.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The session of the staff member who acts; absent for everybody else. */
    staffSession: StaffSession | undefined
  }
}

const nobody: Actor = Object.freeze({ kind: 'public' })

/**
 * Says for every request who acts, and refuses it when the authorisation table does: a Bearer key first, then the staff cookie on
 * the interfaces that staff use. In the shop a staff member is a shopper like any other. The customers module does the same for
 * shoppers' sessions.
 */
export function registerActor(app: FastifyInstance, context: AppContext, config: { publicUrl: string }): void {
  const cookie = staffCookie(config.publicUrl)
  app.decorateRequest('actor')
  app.decorateRequest('cartToken')
  app.decorateRequest('staffSession')
  app.addHook('onRequest', async (request) => {
    request.actor = nobody
    request.staffSession = undefined
    request.cartToken = cartToken(request)
    const { authorization } = request.headers
    if (authorization !== undefined && request.url.startsWith('/api/')) {
      const key = /^Bearer (\S{1,200})$/i.exec(authorization)?.[1]
      const actor = key === undefined ? undefined : await apiKeyActor(context.db, context.clock, key)
      if (!actor) throw staffProblems.api_key_refused()
      request.actor = actor
      return
    }
    const token = isStaffUrl(request.url) ? request.cookies[cookie] : undefined
    const member = token === undefined ? undefined : await memberOfToken(context.db, context.clock, token)
    if (!member) return
    request.actor = member.actor
    request.staffSession = member.session
    if (!/[?&]lang=/.test(request.url) && request.cookies['hilo_lang'] === undefined)
      request.language = member.actor.language
  })
  app.addHook('onRequest', (request, _reply, done) => auditScope.run({ requestId: request.id, written: false }, done))
  app.addHook('preValidation', async (request) => {
    const { action } = request.routeOptions.config
    if (action !== undefined) context.authorize(request.actor, action)
  })
  const streams = createStreamWatch(context)
  app.addHook('preHandler', async (request, reply) => {
    const stream = request.headers.accept?.includes('text/event-stream') || request.routeOptions.url === '/api/events'
    if (stream && request.staffSession) streams.watch(reply, request.staffSession.tokenHash)
  })
  app.addHook('onClose', async () => streams.stop())
  const rest = new AuditRest(context)
  context.noteDeed = (tx, request, status) => rest.noteWithin(tx, request, status)
  app.addHook('onResponse', async (request, reply) => rest.note(request, reply))
  app.addHook('onClose', async () => rest.end())
}

/** The header of an app, else the cookie: by its name over https, else by the one it has over http and had before that. */
function cartToken({ headers, cookies }: FastifyRequest): string | undefined {
  const header = headers['x-cart-token']
  const token = typeof header === 'string' ? header : (cookies['__Host-hilo_cart'] ?? cookies['hilo_cart'])
  return token !== undefined && token.length > 0 && token.length <= 200 ? token : undefined
}

function isStaffUrl(url: string): boolean {
  return url.startsWith('/api/') && !url.startsWith('/api/store/')
}

/** Over https the name carries `__Host-`, which browsers give only to this very host, over https, for every path. */
export function staffCookie(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-hilo_staff' : 'hilo_staff'
}

/** Gives the browser its session. Strict: no other site's link or form ever acts as a staff member. */
export function setStaffCookie(reply: FastifyReply, publicUrl: string, token: string, stage: Stage): void {
  const minutes = stage === 'full' ? sessionLimits.absoluteMinutes : sessionLimits.loginMinutes
  const secure = publicUrl.startsWith('https:')
  reply.setCookie(staffCookie(publicUrl), token, {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    path: '/',
    maxAge: minutes * 60,
  })
}

/** Takes the session from the browser, and the pages it kept. */
export function clearStaffCookie(reply: FastifyReply, publicUrl: string): void {
  reply.clearCookie(staffCookie(publicUrl), {
    path: '/',
    secure: publicUrl.startsWith('https:'),
    httpOnly: true,
    sameSite: 'strict',
  })
  // Not "storage": a till keeps sales there that have not reached the server yet.
  reply.header('clear-site-data', '"cache"')
}

/** The login this browser has begun, at whatever step. @throws Problem staff.step_missing unless it stands at one of these */
export async function begunLogin(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  request: FastifyRequest,
  publicUrl: string,
  stages: readonly Stage[],
): Promise<StaffSession> {
  const token = request.cookies[staffCookie(publicUrl)]
  const session = token === undefined ? undefined : await sessionOfToken(db, clock, token)
  if (!session || !stages.includes(session.stage)) throw staffProblems.step_missing()
  return session
}

/**
 * For what is sensitive: the member must have proved who they are within the last ten minutes. Keys and the system are not asked.
 * @throws Problem staff.confirm_first
 */
export function requireRecentProof(request: FastifyRequest, clock: Clock): void {
  if (request.actor.kind !== 'staff') return
  if (!request.staffSession || confirmedUntil(request.staffSession) <= clock.now()) throw staffProblems.confirm_first()
}
