import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { customerOfToken } from './sessions.ts'

/** Over https the name carries `__Host-`, as for staff. */
export function customerCookie(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-hilo_customer' : 'hilo_customer'
}

/** Whoever holds a customer session acts as that customer, everywhere but on the interfaces of staff and software. */
export function registerCustomerActor(
  app: FastifyInstance,
  { db, clock }: AppContext,
  { publicUrl }: { publicUrl: string },
): void {
  const cookie = customerCookie(publicUrl)
  app.addHook('onRequest', async (request) => {
    if (request.actor.kind !== 'public') return
    if (request.url.startsWith('/api/') && !request.url.startsWith('/api/store/')) return
    const token = request.cookies[cookie]
    const personId = token === undefined ? undefined : await customerOfToken(db, clock, token)
    if (personId !== undefined) request.actor = { kind: 'customer', personId }
  })
}

/** Lax: a link in a mail opens the shop signed in; other sites' forms do not act (the Origin check stands behind it). */
export function setCustomerCookie(reply: FastifyReply, publicUrl: string, token: string): void {
  const secure = publicUrl.startsWith('https:')
  reply.setCookie(customerCookie(publicUrl), token, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: 180 * 86_400,
  })
}

/** Takes the session from the browser. */
export function clearCustomerCookie(reply: FastifyReply, publicUrl: string): void {
  reply.clearCookie(customerCookie(publicUrl), {
    path: '/',
    secure: publicUrl.startsWith('https:'),
    httpOnly: true,
    sameSite: 'lax',
  })
}

/** The signed-in customer (canonical id). @throws Problem platform.unauthenticated */
export function signedIn(request: FastifyRequest): string {
  if (request.actor.kind !== 'customer') throw platformProblems.unauthenticated()
  return request.actor.personId
}
