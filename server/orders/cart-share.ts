import type { CartShare } from '@hilo/contract'
import { renderSVG } from 'uqr'
import type { Clock } from '#platform/clock'
import { isUniqueViolation, type Tx } from '#platform/db'
import { newCode, newToken } from '#platform/ids'
import { sql } from '#platform/sql'
import { openForChange } from './cart-commands.ts'
import { mergeCarts } from './cart-lines.ts'
import { type CartRow, findCart, hashToken } from './cart-rows.ts'
import { orderProblems } from './problems.ts'

export const shareMinutes = 30

/**
 * Makes a short code that opens this cart on another device, once, within half an hour. 40 random bits, and the opening route is
 * limited, so guessing one does not pay.
 */
export async function shareCart(
  tx: Tx,
  clock: Clock,
  { cartId, publicUrl, minutes = shareMinutes }: { cartId: string; publicUrl: string; minutes?: number },
): Promise<CartShare> {
  await openForChange(tx, clock, cartId)
  const code = newCode(8)
  const expiresAt = new Date(clock.now().getTime() + minutes * 60_000)
  try {
    await tx.run(
      sql`update orders.cart set code = ${code}, code_expires_at = ${expiresAt}, status = 'open' where id = ${cartId}`,
    )
  } catch (error) {
    // Two carts drew the same code of 10^12: the caller's transaction is over, the next try draws another.
    if (isUniqueViolation(error)) throw orderProblems.code_wrong({}, { cause: error })
    throw error
  }
  const url = `${publicUrl}/cart/open?code=${code}`
  return {
    code: `${code.slice(0, 4)}-${code.slice(4)}`,
    expiresAt: expiresAt.toISOString(),
    url,
    qr: url,
    qrSvg: renderSVG(url, { border: 2 }),
  }
}

/**
 * Opens a shared cart on this device: the code is used up, and the device gets a token of its own, while the one that shared it
 * keeps its own. A cart that the device had already joins the opened one.
 * @throws Problem orders.code_wrong
 */
export async function openSharedCart(
  tx: Tx,
  clock: Clock,
  { code, ownCartId, personId }: { code: string; ownCartId: string | undefined; personId: string | null },
): Promise<{ cart: CartRow; token: string }> {
  const clean = code.toUpperCase().replace(/[^0-9A-Z]/g, '')
  const found = await tx.maybeOne<{ id: string }>(sql`
    select id from orders.cart where code = ${clean} and code_expires_at > ${clock.now()} and status in ('open', 'placing') for update`)
  if (!found) throw orderProblems.code_wrong({ parameter: 'code' })
  const token = newToken()
  await tx.run(sql`
    with used as (
      update orders.cart set code = null, code_expires_at = null, person_id = coalesce(person_id, ${personId}) where id = ${found.id}
    )
    insert into orders.cart_token (token_hash, cart_id, created_at) values (${hashToken(token)}, ${found.id}, ${clock.now()})`)
  if (ownCartId !== undefined && ownCartId !== found.id) {
    const own = await findCart(tx, ownCartId)
    if (own?.status === 'open' && own.lines.length > 0)
      await mergeCarts(tx, clock, { fromCartId: ownCartId, intoCartId: found.id })
  }
  const cart = await findCart(tx, found.id)
  if (!cart) throw orderProblems.cart_not_found()
  return { cart, token }
}
