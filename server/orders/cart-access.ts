import type { Cart } from '@hilo/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { Alone, done, type Outcome, refused } from '#platform/together'
import { setCartCookie } from './cart-cookie.ts'
import { type CartRow, cartIdOfPerson, cartIdOfToken, hashToken, lockCarts, lockCartsOfTokens } from './cart-rows.ts'
import { viewCart } from './cart-view.ts'
import { orderProblems } from './problems.ts'

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

/** The same for several requests, whose carts are locked together. @returns for each: its cart, or Problem orders.cart_not_found */
export async function lockOwnCarts(
  tx: Tx,
  asked: readonly { request: Pick<FastifyRequest, 'actor' | 'cartToken'>; id: string }[],
): Promise<Outcome<CartRow>[]> {
  const hashes = asked.flatMap(({ request: { cartToken } }) => (cartToken === undefined ? [] : [hashToken(cartToken)]))
  const byToken = hashes.length === 0 ? new Map<string, CartRow>() : await lockCartsOfTokens(tx, hashes)
  const ids = await Promise.all(
    asked.map(async ({ request: { actor, cartToken } }) => {
      const own = cartToken === undefined ? undefined : byToken.get(hashToken(cartToken))?.id
      return own === undefined && actor.kind === 'customer' ? cartIdOfPerson(tx, actor.personId) : own
    }),
  )
  const carts = new Map([...byToken.values()].map((cart) => [cart.id, cart]))
  const more = ids.flatMap((id) => (id === undefined || carts.has(id) ? [] : [id]))
  if (more.length > 0) for (const [id, cart] of await lockCarts(tx, more)) carts.set(id, cart)
  const seen = new Set<string>()
  return asked.map(({ id }, at) => {
    const cart = carts.get(ids[at] ?? '')
    if (!cart || (id !== 'current' && id !== cart.id)) return refused(orderProblems.cart_not_found({ cartId: id }))
    if (seen.has(cart.id)) return refused(new Alone('the same cart twice in one batch'))
    seen.add(cart.id)
    return done(cart)
  })
}

/** The answer that hands a device its cart: token in the body for apps, in a cookie that scripts cannot read for browsers. */
export async function handOver(
  q: Queryable,
  clock: Clock,
  { cart, ...rest }: { cart: CartRow; token: string; reply: FastifyReply; secure: boolean },
): Promise<Cart> {
  return handOverView({ cart: await viewCart(q, clock, cart), ...rest })
}

/** The same of a cart that is ready to be shown. */
export function handOverView({
  cart,
  token,
  reply,
  secure,
}: {
  cart: Cart
  token: string
  reply: FastifyReply
  secure: boolean
}): Cart {
  setCartCookie(reply, { token, secure })
  return { ...cart, token }
}
