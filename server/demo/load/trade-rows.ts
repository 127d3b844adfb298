import type { OrderFact } from '../history.ts'
import type { DemoPerson } from '../people.ts'
import type { DemoPlace } from '../places.ts'
import type { Loading } from './context.ts'
import type { PastEvent } from './events.ts'
import type { PricedFact } from './price-order.ts'

/** Rows of every table that trade writes, under the names of the columns in camel case. */
export type TradeRows = {
  orders: object[]
  lines: object[]
  payments: object[]
  ledger: object[]
  refunds: object[]
  redemptions: {
    promotionId: string
    released: boolean
    orderId: string
    couponCode: string
    at: string
    releasedAt: string | null
  }[]
  fulfillments: object[]
  fulfillmentLines: object[]
  promises: object[]
  allocations: { variantId: string; locationId: string; units: number; status: string; [column: string]: unknown }[]
  movements: Movement[]
  returns: object[]
  returnLines: object[]
  events: PastEvent[]
  counters: Map<string, number>
}
export type Movement = {
  id: string
  variantId: string
  locationId: string
  kind: 'received' | 'sold' | 'shipped' | 'returned'
  quantity: number
  reason: string
  reference: string
  atMs: number
}

/** Where order numbers of every shop begin (orders/commit-order.ts). */
const firstOrderNumber = 100_001

/** No trade yet; numbers begin where every shop's do. */
export function emptyTrade(): TradeRows {
  return {
    orders: [],
    lines: [],
    payments: [],
    ledger: [],
    refunds: [],
    redemptions: [],
    fulfillments: [],
    fulfillmentLines: [],
    promises: [],
    allocations: [],
    movements: [],
    returns: [],
    returnLines: [],
    events: [],
    counters: new Map([['order_number', firstOrderNumber - 1]]),
  }
}

/** The next number of a series. */
export function next(counters: Map<string, number>, name: string): number {
  const value = (counters.get(name) ?? 0) + 1
  counters.set(name, value)
  return value
}

/** What one order was at this moment: how far its goods have come, and the money. */
export type Told = PricedFact & {
  loading: Loading
  trade: TradeRows
  number: string
  person: DemoPerson | undefined
  personId: string | null
  place: DemoPlace
  placeId: string
  state: State
  paymentId: string
  refundedMinor: number
}
export type State = 'canceled' | 'open' | 'prepared' | 'done'

/** How far an order has come by now. */
export function stateOf({ canceled, preparedMs, doneMs }: OrderFact, nowMs: number): State {
  if (canceled) return 'canceled'
  if (doneMs <= nowMs) return 'done'
  return preparedMs <= nowMs ? 'prepared' : 'open'
}

/** Adds an event about this order (or about another subject of it). */
export function emitted<T extends PastEvent['type']>(
  told: Told,
  type: T,
  atMs: number,
  payload: Extract<PastEvent, { type: T }>['payload'],
  subjectId = told.orderId,
): void {
  told.trade.events.push({ type, atMs, subjectId, personId: told.personId, payload } as PastEvent)
}

/** The contact of an order; empty for someone who paid and left. */
export function contactOf(person: DemoPerson | undefined): { name: string; email: string; phone: string } {
  return { name: person?.name ?? '', email: person?.email ?? '', phone: person?.phone ?? '' }
}

/** Where a parcel for this person goes. */
export function addressOf(person: DemoPerson | undefined) {
  if (!person) return null
  const { line1, line2, postalCode, city, province } = person.address
  return { name: person.name, line1, line2, postalCode, city, province, country: 'ES', phone: person.phone ?? '' }
}
