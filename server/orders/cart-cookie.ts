import type { Cart } from '@hilo/contract'
import type { FastifyReply } from 'fastify'

const cookieDays = 60

/**
 * The cookie by which a browser holds its cart: scripts cannot read it. Over https its name carries `__Host-`, so that no neighbouring
 * host can slip a basket of its own under a shopper; the name without it is still read, for baskets that were begun before.
 */
export function setCartCookie(reply: FastifyReply, { token, secure }: { token: string; secure: boolean }): void {
  const maxAge = cookieDays * 86_400
  reply.setCookie(secure ? '__Host-hilo_cart' : 'hilo_cart', token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge,
  })
}

/** For `onRepeat`: whose first answer got lost gets the cookie with the repeated one. */
export function handOverAgain(secure: boolean): (reply: FastifyReply, body: unknown) => void {
  return (reply, body) => setCartCookie(reply, { token: (body as Cart).token ?? '', secure })
}
