import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import type { Answer, FailoverClient, Request } from '../lib/client.ts'
import { GaveUp } from '../lib/client.ts'
import type { World } from '../lib/world.ts'
import type { Buyer } from './plan.ts'

export type Outcome =
  | { buyer: Buyer; end: 'bought'; orderId: string; number: string }
  | { buyer: Buyer; end: 'refused'; code: string }
  | { buyer: Buyer; end: 'gave_up'; why: string }

export type Shopping = { client: FailoverClient; world: World }

const address = {
  name: 'Ana Prat',
  line1: 'Calle Mayor 1',
  postalCode: '28013',
  city: 'Madrid',
  province: 'Madrid',
  country: 'ES',
}
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** The address that tells one buyer's orders from everybody else's. */
export const emailOf = (n: number) => `buyer-${n}@example.com`

/** One buyer's whole visit, to the end that they were told. */
export async function visit(buyer: Buyer, shopping: Shopping): Promise<Outcome> {
  try {
    const answer = await { web: onTheWeb, till: atTheTill, channel: byChannel }[buyer.by](buyer, shopping)
    if ('id' in answer) return { buyer, end: 'bought', orderId: answer.id, number: answer.number ?? '' }
    return { buyer, end: 'refused', code: answer.code }
  } catch (error) {
    if (error instanceof GaveUp) return { buyer, end: 'gave_up', why: error.message }
    throw error
  }
}

type End = Pick<Order, 'id' | 'number'> | { code: string }

/** Asks, where the buyer is one who clicks twice, twice at once under one key; two answers must say the same. */
async function decisive<T>(buyer: Buyer, { client }: Shopping, request: Request): Promise<Answer<T>> {
  if (!buyer.doubleClick) return client.ask<T>(request)
  const [first, second] = await Promise.all([client.ask<T>(request), client.ask<T>(request)])
  // Whichever of the two was told of an order; the referee counts what there is.
  return first.status < 300 ? first : second
}

const refusal = ({ status, body }: Answer<object>): { code: string } => ({ code: body.code ?? `http ${status}` })
const placeOf = ({ place }: Buyer, { locationIds }: World) => locationIds[place] ?? ''
const lines = ({ article }: Buyer, { variantIds }: World) => [{ variantId: variantIds[article] ?? '', units: 1 }]
const contact = ({ n }: Buyer) => ({ name: 'Ana Prat', email: emailOf(n), phone: '' })
const from = ({ n }: Buyer) => ({ 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` })

function delivery(buyer: Buyer, world: World) {
  return buyer.delivery === 'delivery'
    ? { kind: 'delivery', address }
    : { kind: buyer.delivery, locationId: placeOf(buyer, world) }
}

async function onTheWeb(buyer: Buyer, shopping: Shopping): Promise<End> {
  const { client, world } = shopping
  const opened = await client.ask<Cart>({
    path: '/api/store/carts',
    headers: { ...from(buyer), 'idempotency-key': `${buyer.n} cart` },
    body: { lines: lines(buyer, world), contact: contact(buyer), delivery: delivery(buyer, world) },
  })
  if (opened.status !== 201) return refusal(opened)
  const own = { ...from(buyer), 'x-cart-token': opened.body.token ?? '' }
  const place = (turn: string, cardToken?: string) =>
    decisive<PlaceAnswer>(buyer, shopping, {
      path: `/api/store/carts/${opened.body.id}/place`,
      headers: { ...own, 'idempotency-key': `${buyer.n} place ${turn}` },
      body: { expectedTotalMinor: opened.body.totalMinor, payment: cardToken === undefined ? {} : { cardToken } },
    })
  let answer = await place('first', buyer.card === 'page' ? undefined : buyer.card)
  if (buyer.card === 'tok_declined' && answer.body.code === 'payments.declined') answer = await place('again', 'tok_ok')
  return followPayment(buyer, shopping, answer)
}

/** Pays at the provider's page where the answer leads there, and asks until it is known how it went. */
async function followPayment(buyer: Buyer, { client }: Shopping, first: Answer<PlaceAnswer>): Promise<End> {
  let answer = first
  for (let turn = 0; ; turn++) {
    const { status, body } = answer
    if (status !== 200) return refusal(answer)
    if (body.status === 'placed') return body.order
    const paymentId = body.status === 'payment_needed' ? body.next.paymentId : body.paymentId
    if (body.status === 'payment_needed') await approve(body.next.redirectUrl)
    else await pause(Math.min(2000, 300 * 2 ** turn))
    answer = await client.ask<PlaceAnswer>({
      path: `/api/store/payments/${paymentId}/confirm`,
      headers: { ...from(buyer), 'idempotency-key': `${buyer.n} confirm ${turn}` },
      body: {},
    })
    if (turn > 60) throw new GaveUp(`payment ${paymentId} never settled`)
  }
}

async function approve(page: string): Promise<void> {
  await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'decision=approve',
  })
}

async function atTheTill(buyer: Buyer, shopping: Shopping): Promise<End> {
  const { client, world } = shopping
  const own = (name: string) => ({ cookie: world.tillCookie, 'idempotency-key': `${buyer.n} ${name}` })
  const opened = await client.ask<Cart>({
    path: '/api/pos/carts',
    headers: own('basket'),
    body: { locationId: placeOf(buyer, world), lines: lines(buyer, world), contact: contact(buyer) },
  })
  if (opened.status !== 201) return refusal(opened)
  const { id, totalMinor } = opened.body
  const sold = await decisive<PlaceAnswer>(buyer, shopping, {
    path: `/api/pos/carts/${id}/place`,
    headers: own('sell'),
    body: { expectedTotalMinor: totalMinor, tenders: [{ method: 'cash', amountMinor: totalMinor }] },
  })
  if (sold.status === 200 && sold.body.status === 'placed') return sold.body.order
  const lineId = opened.body.lines[0]?.id
  if (buyer.clears && lineId !== undefined) {
    await client.ask({
      method: 'PUT',
      path: `/api/pos/carts/${id}/lines/${lineId}`,
      headers: own('clear'),
      body: { units: 0 },
    })
  }
  return refusal(sold)
}

async function byChannel(buyer: Buyer, shopping: Shopping): Promise<End> {
  const { world } = shopping
  const reference = `R1-${buyer.n}`
  const answer = await decisive<Order>(buyer, shopping, {
    path: '/api/channel/orders',
    headers: { authorization: `Bearer ${world.channelKey}`, 'idempotency-key': reference },
    body: {
      externalRef: reference,
      lines: lines(buyer, world),
      contact: contact(buyer),
      delivery: delivery(buyer, world),
    },
  })
  return answer.status < 300 ? answer.body : refusal(answer)
}
