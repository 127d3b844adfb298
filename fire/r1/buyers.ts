import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import { type FailoverClient, GaveUp } from '../lib/client.ts'
import { address, buyOnTheWeb, decisive, type End, refusal } from '../lib/shopper.ts'
import type { World } from '../lib/world.ts'
import type { Buyer } from './plan.ts'

export type Outcome =
  | { buyer: Buyer; end: 'bought'; orderId: string }
  | { buyer: Buyer; end: 'refused'; code: string }
  | { buyer: Buyer; end: 'gave_up'; why: string }

export type Shopping = { client: FailoverClient; world: World }

/** The address that tells one buyer's orders from everybody else's. */
export const emailOf = (n: number) => `buyer-${n}@example.com`

/** One buyer's whole visit, to the end that they were told. */
export async function visit(buyer: Buyer, shopping: Shopping): Promise<Outcome> {
  try {
    const end = await { web: onTheWeb, till: atTheTill, channel: byChannel }[buyer.by](buyer, shopping)
    if ('id' in end) return { buyer, end: 'bought', orderId: end.id }
    if ('code' in end) return { buyer, end: 'refused', code: end.code }
    return { buyer, end: 'gave_up', why: `payment ${end.waiting} never settled` }
  } catch (error) {
    if (error instanceof GaveUp) return { buyer, end: 'gave_up', why: error.message }
    throw error
  }
}

const placeOf = ({ place }: Buyer, { locationIds }: World) => locationIds[place] ?? ''
const lines = ({ article }: Buyer, { variantIds }: World) => [{ variantId: variantIds[article] ?? '', units: 1 }]

function delivery(buyer: Buyer, world: World) {
  return buyer.delivery === 'delivery'
    ? { kind: 'delivery', address }
    : { kind: buyer.delivery, locationId: placeOf(buyer, world) }
}

function onTheWeb(buyer: Buyer, { client, world }: Shopping): Promise<End> {
  return buyOnTheWeb(client, {
    n: buyer.n,
    email: emailOf(buyer.n),
    lines: lines(buyer, world),
    delivery: delivery(buyer, world),
    card: buyer.card === 'page' ? undefined : buyer.card,
    ...(buyer.card === 'tok_declined' ? { secondCard: 'tok_ok' } : {}),
    doubleClick: buyer.doubleClick,
    asks: 60,
  })
}

async function atTheTill(buyer: Buyer, { client, world }: Shopping): Promise<End> {
  const own = (name: string) => ({ cookie: world.staffCookie, 'idempotency-key': `${buyer.n} ${name}` })
  const opened = await client.ask<Cart>({
    path: '/api/pos/carts',
    headers: own('basket'),
    body: {
      locationId: placeOf(buyer, world),
      lines: lines(buyer, world),
      contact: { name: 'Ana Prat', email: emailOf(buyer.n), phone: '' },
    },
  })
  if (opened.status !== 201) return refusal(opened)
  const { id, totalMinor } = opened.body
  const sold = await decisive<PlaceAnswer>(client, buyer.doubleClick, {
    path: `/api/pos/carts/${id}/place`,
    headers: own('sell'),
    body: { expectedTotalMinor: totalMinor, tenders: [{ method: 'cash', amountMinor: totalMinor }] },
  })
  if (sold.status === 200 && sold.body.status === 'placed') return sold.body.order
  const lineId = opened.body.lines[0]?.id
  if (buyer.clears && lineId !== undefined) {
    const path = `/api/pos/carts/${id}/lines/${lineId}`
    await client.ask({ method: 'PUT', path, headers: own('clear'), body: { units: 0 } })
  }
  return refusal(sold)
}

async function byChannel(buyer: Buyer, { client, world }: Shopping): Promise<End> {
  const reference = `R1-${buyer.n}`
  const answer = await decisive<Order>(client, buyer.doubleClick, {
    path: '/api/channel/orders',
    headers: { authorization: `Bearer ${world.channelKey}`, 'idempotency-key': reference },
    body: {
      externalRef: reference,
      lines: lines(buyer, world),
      contact: { name: 'Ana Prat', email: emailOf(buyer.n), phone: '' },
      delivery: delivery(buyer, world),
    },
  })
  return answer.status < 300 ? answer.body : refusal(answer)
}
