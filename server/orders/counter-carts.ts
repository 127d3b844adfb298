import type { CartShare, CartSummary, DeliveryChoice, LocalizedText, SentCart } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { type Sql, sql, where } from '#platform/sql'
import { only, rewriteCarts } from './cart-commands.ts'
import { holdCart } from './cart-hold.ts'
import { type CartRow, lockCart } from './cart-rows.ts'
import { shareCart } from './cart-share.ts'
import { belongingPiece } from './cart-writes.ts'
import { contactHint, normalizePhone } from './contact.ts'
import { noteVisitHere } from './counter-customer.ts'
import { basketSms, mailBasket } from './mails.ts'

/** The counter's own channel. */
export const counterChannel = 'pos'
/** A basket sent to a phone may be opened until the evening, not only for half an hour. */
const sentMinutes = 12 * 60

type SummaryRow = Omit<CartSummary, 'updatedAt' | 'contactHint' | 'titles'> & {
  contact: { name: string; email: string; phone: string }
  variantIds: string[]
  updatedAt: Date
}
export type FoundCart = Omit<CartSummary, 'titles'> & { variantIds: string[] }

/**
 * Open baskets a counter may look for: by the short code on the customer's screen, by telephone or mail, or those that are open at
 * this place. Never a list of everybody's baskets: without a search only the place's own are shown.
 */
export async function findCounterCarts(
  q: Queryable,
  clock: Clock,
  { text, locationId, limit }: { text: string | undefined; locationId: string | undefined; limit: number },
): Promise<FoundCart[]> {
  const conditions = [sql`c.status in ('open', 'placing')`]
  if (text) {
    const code = text.toUpperCase().replace(/[^0-9A-Z]/g, '')
    conditions.push(sql`c.id in (${cartsOf(clock, text, code)})`)
  } else {
    conditions.push(sql`c.location_id = ${locationId ?? null}`)
  }
  const rows = await q.many<SummaryRow>(sql`
    select c.id, c.channel_id as "channelId", c.location_id as "locationId", coalesce(c.contact ->> 'name', '') as name,
           jsonb_build_object('name', '', 'email', '', 'phone', '') || c.contact as contact, c.updated_at as "updatedAt",
           (select coalesce(sum(l.units), 0)::int from orders.cart_line l where l.cart_id = c.id) as units,
           array(select l.variant_id from orders.cart_line l where l.cart_id = c.id order by l.position limit 3) as "variantIds"
      from orders.cart c ${where(conditions)} order by c.updated_at desc limit ${limit}::int`)
  return rows
    .filter(({ units }) => units > 0)
    .map(({ contact, updatedAt, ...row }) => ({
      ...row,
      contactHint: contactHint(contact),
      updatedAt: updatedAt.toISOString(),
    }))
}

/**
 * Ids of carts by what was typed in, each kind by its own index: `or` between them would read every cart there ever was. What is being
 * paid is found by its draft.
 */
function cartsOf(clock: Clock, text: string, code: string): Sql {
  const [email, phone] = [text.toLowerCase(), phoneOf(text)]
  return sql`
    select id from orders.cart where code = ${code} and code_expires_at > ${clock.now()}
    union all select id from orders.cart where id = ${text}
    union all select id from orders.cart
     where status = 'open' and contact ->> 'email' <> '' and lower(contact ->> 'email') = ${email}
    union all select id from orders.cart where status = 'open' and contact ->> 'phone' <> '' and contact ->> 'phone' = ${phone}
    union all select cart_id from orders.customer_order
     where status = 'draft' and (lower(contact ->> 'email') = ${email} or contact ->> 'phone' = ${phone})`
}

/** The telephone number meant by a search; null where it is none: a basket without a number has an empty one and must not be found by it. */
function phoneOf(text: string): string | null {
  if (!/^[+\d][\d\s.-]{5,}$/.test(text)) return null
  try {
    return normalizePhone(text) || null
  } catch {
    // Digits that are no telephone number: no basket has it.
    return null
  }
}

/** Titles of the first lines, for a list; ids without a variant are left out. */
export function titlesOf(
  variantIds: readonly string[],
  variants: ReadonlyMap<string, { title: LocalizedText }>,
): LocalizedText[] {
  return variantIds.flatMap((id) => {
    const variant = variants.get(id)
    return variant ? [variant.title] : []
  })
}

/**
 * A till takes a basket over: it becomes the counter's, priced as the counter prices, and its units are held there and elsewhere
 * (S11). The customer's own devices keep showing the same basket. Whoever is known by it stands in this shop now (S28).
 * @throws Problem orders.cart_not_found, cart_placed
 */
export async function claimCart(
  tx: Tx,
  clock: Clock,
  { cartId, locationId, staffId }: { cartId: string; locationId: string; staffId: string | null },
): Promise<CartRow> {
  const cart = await lockCart(tx, cartId)
  const delivery: DeliveryChoice = cart.delivery ?? { kind: 'carry_out', locationId }
  const become = (now: CartRow) => ({ ...now, locationId, staffId, channelId: counterChannel, delivery })
  const claimed = only(await rewriteCarts(tx, clock, [{ cart, become }]))
  tx.later(belongingPiece(claimed))
  if (claimed.personId !== null) await noteVisitHere(tx, clock, { personId: claimed.personId, locationId })
  return holdCart(tx, clock, claimed)
}

/**
 * Sends a basket to the customer's own device: a link by mail where there is an address, the text of a short message, and a QR for
 * the till's screen. Its units stay held for as long as the till held them. From then on it is a basket of the web.
 */
export async function sendCart(
  tx: Tx,
  clock: Clock,
  {
    cartId,
    email,
    phone,
    publicUrl,
  }: { cartId: string; email?: string | undefined; phone?: string | undefined; publicUrl: string },
): Promise<SentCart> {
  const cart = await lockCart(tx, cartId)
  const contact = {
    ...cart.contact,
    email: email?.toLowerCase() ?? cart.contact.email,
    phone: phone ? normalizePhone(phone) : cart.contact.phone,
  }
  // What could only be carried out of the shop must be decided anew on the phone.
  const delivery = cart.delivery?.kind === 'carry_out' ? null : cart.delivery
  const become = (now: CartRow) => ({ ...now, contact, delivery, channelId: 'web' })
  const changed = only(await rewriteCarts(tx, clock, [{ cart, become }]))
  tx.later(belongingPiece(changed))
  const share: CartShare = await shareCart(tx, clock, { cartId, publicUrl, minutes: sentMinutes })
  const until = new Intl.DateTimeFormat(cart.language === 'es' ? 'es-ES' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: 'Europe/Madrid',
  }).format(new Date(share.expiresAt))
  const mailed = await mailBasket(tx, clock, {
    cartId,
    code: share.code,
    to: contact.email,
    contact,
    language: cart.language,
    url: share.url,
    until,
    personId: changed.personId,
  })
  return {
    ...share,
    mailedTo: mailed ? contact.email : null,
    smsText: basketSms(cart.language, { url: share.url, until }),
  }
}
