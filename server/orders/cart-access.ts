import type { Cart } from '@hilo/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type CartRow, cartIdOfPerson, cartIdOfToken } from './cart-rows.ts'
import { viewCart } from './cart-view.ts'
import { orderProblems } from './problems.ts'

const cookieDays = 60

/**
 * The cart a shopper may use: the one whose token they hold, else the newest open one of the person who is signed in. An id in the
 * address must be that cart's; `current` stands for it.
 * @throws Problem orders.cart_not_found
 */
export async function ownCartId(
  q: Queryable,
  { actor, cartToken }: Pick<FastifyRequest, 'actor' | 'cartToken'>,
  asked: string,
): Promise<string> {
  const cartId = await findOwnCartId(q, { actor, cartToken })
  if (cartId === undefined || (asked !== 'current' && asked !== cartId))
    throw orderProblems.cart_not_found({ cartId: asked })
  return cartId
}

/** The same without the refusal. */
export async function findOwnCartId(
  q: Queryable,
  { actor, cartToken }: { actor: Actor; cartToken: string | undefined },
): Promise<string | undefined> {
  const byToken = cartToken === undefined ? undefined : await cartIdOfToken(q, cartToken)
  if (byToken !== undefined || actor.kind !== 'customer') return byToken
  return cartIdOfPerson(q, actor.personId)
}

/** The answer that hands a device its cart: token in the body for apps, in a cookie that scripts cannot read for browsers. */
export async function handOver(
  q: Queryable,
  clock: Clock,
  { cart, token, reply, secure }: { cart: CartRow; token: string; reply: FastifyReply; secure: boolean },
): Promise<Cart> {
  reply.setCookie('hilo_cart', token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: cookieDays * 86_400,
  })
  return { ...(await viewCart(q, clock, cart)), token }
}
