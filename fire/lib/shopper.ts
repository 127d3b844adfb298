import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import { type Answer, type FailoverClient, GaveUp, type Request } from './client.ts'

/** How a visit ended for the buyer: an order, a refusal, or left while the payment was still being looked into. */
export type End = Pick<Order, 'id' | 'number' | 'token' | 'lines'> | { code: string } | { waiting: string }

export type Purchase = {
  /** Begins the Idempotency-Keys of the visit and gives it an address on the network. */
  n: number
  email: string
  lines: { variantId: string; units: number }[]
  delivery: object
  /** Token of the card; `undefined` goes to the provider's page. */
  card: string | undefined
  /** Takes out another card when the first is declined. */
  secondCard?: string
  /** Sends the decisive request twice at once, under one key. */
  doubleClick: boolean
  /** How often the buyer asks how a payment stands before they leave. */
  asks: number
}

export const address = {
  name: 'Ana Prat',
  line1: 'Calle Mayor 1',
  postalCode: '28013',
  city: 'Madrid',
  province: 'Madrid',
  country: 'ES',
}
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** An address of the buyer's own, as the proxy in front would tell it. */
export const from = (n: number) => ({ 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` })

/** Where the buyer is one who clicks twice, twice at once under one key; the answer that tells of an order counts. */
export async function decisive<T>(client: FailoverClient, doubleClick: boolean, request: Request): Promise<Answer<T>> {
  if (!doubleClick) return client.ask<T>(request)
  const [first, second] = await Promise.all([client.ask<T>(request), client.ask<T>(request)])
  return first.status < 300 ? first : second
}

/** What a refusal said. */
export const refusal = ({ status, body }: Answer<object>): { code: string } => ({ code: body.code ?? `http ${status}` })

/** A whole purchase in the shop: cart, pay and place, the provider's page where it leads there, and asking until it is known. */
export async function buyOnTheWeb(client: FailoverClient, purchase: Purchase): Promise<End> {
  const { n, email, lines, delivery, card, secondCard, doubleClick } = purchase
  const opened = await client.ask<Cart>({
    path: '/api/store/carts',
    headers: { ...from(n), 'idempotency-key': `${n} cart` },
    body: { lines, contact: { name: 'Ana Prat', email, phone: '' }, delivery },
  })
  if (opened.status !== 201) return refusal(opened)
  const own = { ...from(n), 'x-cart-token': opened.body.token ?? '' }
  const place = (turn: string, cardToken?: string) =>
    decisive<PlaceAnswer>(client, doubleClick, {
      path: `/api/store/carts/${opened.body.id}/place`,
      headers: { ...own, 'idempotency-key': `${n} place ${turn}` },
      body: { expectedTotalMinor: opened.body.totalMinor, payment: cardToken === undefined ? {} : { cardToken } },
    })
  let answer = await place('first', card)
  if (secondCard !== undefined && answer.body.code === 'payments.declined') answer = await place('again', secondCard)
  return followPayment(client, purchase, answer)
}

async function followPayment(client: FailoverClient, { n, asks }: Purchase, first: Answer<PlaceAnswer>): Promise<End> {
  let answer = first
  for (let turn = 0; ; turn++) {
    const { status, body } = answer
    if (status !== 200) return refusal(answer)
    if (body.status === 'placed') return body.order
    const paymentId = body.status === 'payment_needed' ? body.next.paymentId : body.paymentId
    if (turn === asks) return { waiting: paymentId }
    if (body.status === 'payment_needed') await approve(body.next.redirectUrl)
    else await pause(Math.min(2000, 300 * 2 ** turn))
    answer = await client.ask<PlaceAnswer>({
      path: `/api/store/payments/${paymentId}/confirm`,
      headers: { ...from(n), 'idempotency-key': `${n} confirm ${turn}` },
      body: {},
    })
  }
}

async function approve(page: string): Promise<void> {
  const answer = await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'decision=approve',
  })
  if (answer.status !== 303) throw new GaveUp(`the provider's page answered ${answer.status}`)
}
