import type { BasketCustomer, Contact } from '@hilo/contract'
import { Temporal } from 'temporal-polyfill'
import { contactsOf, noteVisitOfDay, resolvePerson } from '#customers'
import { findLocation } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { changeCart } from './cart-commands.ts'
import type { CartRow } from './cart-rows.ts'
import { normalizeContact } from './contact.ts'

const nobody: Contact = { name: '', email: '', phone: '' }

/**
 * Says whose basket this is. The order will be this person's, and their visit to the shop stands in their thread from now on, bought
 * something or not. Whoever gives a telephone or a mail that nobody has yet becomes a customer at once.
 * @throws Problem platform.not_found, customers.identity_invalid, orders.phone_invalid, cart_placed, cart_merged
 */
export async function setCustomer(
  tx: Tx,
  clock: Clock,
  { cart, customer }: { cart: CartRow; customer: BasketCustomer },
): Promise<CartRow> {
  const { personId, contact } = await whoIs(tx, clock, { cart, customer })
  await tx.run(sql`update orders.cart set person_id = ${personId} where id = ${cart.id}`)
  const changed = await changeCart(tx, clock, { cartId: cart.id, change: { contact } })
  if (personId !== null && cart.locationId !== null)
    await noteVisitHere(tx, clock, { personId, locationId: cart.locationId })
  return changed
}

/** Notes that this person is in this shop today, once. */
export async function noteVisitHere(
  tx: Tx,
  clock: Clock,
  { personId, locationId }: { personId: string; locationId: string },
): Promise<void> {
  const { timeZone } = await findLocation(tx, locationId)
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now().getTime())
  const on = now.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  await noteVisitOfDay(tx, clock, personId, { locationId, on })
}

async function whoIs(
  tx: Tx,
  clock: Clock,
  { cart, customer }: { cart: CartRow; customer: BasketCustomer },
): Promise<{ personId: string | null; contact: Contact }> {
  if ('nobody' in customer) return { personId: null, contact: nobody }
  if ('personId' in customer) {
    const known = (await contactsOf(tx, [customer.personId])).get(customer.personId)
    if (!known) throw platformProblems.not_found({ personId: customer.personId })
    const { personId, name, email, phone } = known
    return { personId, contact: { name, email: email ?? '', phone: phone ?? '' } }
  }
  const contact = normalizeContact({ ...nobody, ...customer.contact })
  const identities = (['email', 'phone'] as const)
    .filter((kind) => contact[kind] !== '')
    .map((kind) => ({ kind, value: contact[kind], proof: 'staff' as const }))
  if (identities.length === 0) return { personId: null, contact }
  const source = `counter ${cart.locationId ?? ''}`.trim()
  const { personId } = await resolvePerson(tx, clock, {
    identities,
    name: contact.name,
    language: cart.language,
    source,
  })
  return { personId, contact }
}
