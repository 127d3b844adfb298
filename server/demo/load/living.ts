import { reportShort } from '#fulfillment'
import { addLines, createCart, shareCart } from '#orders'
import { sql } from '#platform/sql'
import type { DemoPerson } from '../people.ts'
import { demoActor, type Loading, must } from './context.ts'
import { contactOf } from './trade-rows.ts'

/** A day: long enough that a code shown on the first evening still opens the basket on the next morning. */
const codeMinutes = 24 * 60

/**
 * Things a visitor can take in hand at once, made by the shop's own commands: two baskets with codes, and a pickup that lacks a unit.
 */
export async function loadLivingThings(loading: Loading, people: readonly DemoPerson[]): Promise<void> {
  await twoBaskets(loading, people)
  await oneShortage(loading)
}

async function twoBaskets({ tx, clock, variants, personIds }: Loading, people: readonly DemoPerson[]): Promise<void> {
  const buyers = people.filter(({ email, phone, homeShop }) => email !== null && phone !== null && homeShop !== null)
  const baskets = [
    { person: buyers[3], first: 'CAM-NERJA-CRU-M', more: ['PAN-RIBERA-ARE-M'] },
    { person: buyers[11], first: 'MAN-SOBREMESA-TER-250', more: ['SER-CONVITE-CRU-J8', 'JAR-NORIA-ANI'] },
  ]
  for (const { person, first, more } of baskets) {
    if (!person) throw new Error('the demo has too few customers for its baskets')
    const lineOf = (sku: string) => ({ variantId: must(variants, sku, 'variant').id, units: 1 })
    const { cart } = await createCart(tx, clock, {
      channelId: 'web',
      language: person.language,
      lines: [lineOf(first)],
      personId: must(personIds, person.key, 'person'),
      contact: contactOf(person),
    })
    await addLines(tx, clock, { cartId: cart.id, lines: more.map(lineOf) })
    await shareCart(tx, clock, { cartId: cart.id, publicUrl: 'http://localhost:3000', minutes: codeMinutes })
  }
}

/** The newest pickup that nobody has begun to pick turns out to lack a unit; its buyer is asked what to do. */
async function oneShortage({ tx, clock }: Loading): Promise<void> {
  const line = await tx.maybeOne<{ fulfillmentId: string; orderLineId: string }>(sql`
    select f.id as "fulfillmentId", l.order_line_id as "orderLineId"
      from fulfillment.fulfillment_order f join fulfillment.fulfillment_line l on l.fulfillment_order_id = f.id
     where f.kind = 'pickup' and f.status = 'open' and l.units > 0 order by f.created_at desc, f.id desc, l.order_line_id limit 1`)
  if (!line) return
  await reportShort(tx, clock, { id: line.fulfillmentId, orderLineId: line.orderLineId, units: 1, actorId: demoActor })
}
