import { formatOrderNumber, formatReceiptNumber } from '@hilo/calc'
import type { DemoPerson } from '../people.ts'
import type { DemoPlace, PlaceCode } from '../places.ts'
import { demoCurrency, iso, type Loading, must } from './context.ts'
import type { PricedFact, SoldLine } from './price-order.ts'
import { planText } from './promise-words.ts'
import { addGoods, addPromise } from './trade-goods.ts'
import { addMoney, addRefund, addReturn } from './trade-money.ts'
import { addressOf, contactOf, emitted, next, type State, stateOf, type Told, type TradeRows } from './trade-rows.ts'

/** Adds all rows of one order to the trade: the order, its money, its goods, its promise, its returns and the events of all these. */
export function addOrder(
  loading: Loading,
  trade: TradeRows,
  priced: PricedFact,
  { people, places }: { people: ReadonlyMap<string, DemoPerson>; places: ReadonlyMap<PlaceCode, DemoPlace> },
): void {
  const { fact } = priced
  const person = fact.person === null ? undefined : people.get(fact.person)
  const told: Told = {
    ...priced,
    loading,
    trade,
    number: formatOrderNumber(next(trade.counters, 'order_number')),
    person,
    personId: person ? must(loading.personIds, person.key, 'person') : null,
    place: must(places, fact.from, 'place'),
    placeId: must(loading.placeIds, fact.from, 'place'),
    state: stateOf(fact, loading.nowMs),
    paymentId: loading.id('pay', fact.atMs),
    refundedMinor: 0,
  }
  addPlaced(told)
  addGoods(told)
  addPromise(told)
  const returned = told.state === 'done' ? fact.returns.filter(({ atMs }) => atMs <= loading.nowMs) : []
  const units = new Map<string, number>()
  for (const back of returned) addReturn(told, back, units)
  if (told.state === 'canceled')
    addRefund(told, told.priced.totalMinor, fact.canceled?.atMs ?? fact.atMs, fact.canceled?.reason ?? planText, null)
  addMoney(told)
  addOrderRow(told, units)
}

function addPlaced(told: Told): void {
  const { fact, orderId, number, lines, priced, loading } = told
  emitted(told, 'orders.placed', fact.atMs, {
    orderId,
    number,
    channelId: fact.channelId,
    locationId: fact.counter && must(loading.placeIds, fact.counter, 'place'),
    totalMinor: priced.totalMinor,
    currency: demoCurrency,
    units: lines.reduce((sum, { units }) => sum + units, 0),
    deliveryKind: fact.way,
  })
  const promotionId = loading.promotionIds.get('welcome')
  if (fact.couponCode === null || promotionId === undefined) return
  const released = told.state === 'canceled'
  const releasedAt = released ? iso(fact.canceled?.atMs ?? fact.atMs) : null
  told.trade.redemptions.push({
    promotionId,
    released,
    orderId,
    couponCode: fact.couponCode,
    at: iso(fact.atMs),
    releasedAt,
  })
}

function addOrderRow(told: Told, returned: ReadonlyMap<string, number>): void {
  const { fact, orderId, number, person, personId, placeId, state, lines, priced, trade, loading, refundedMinor } = told
  const counter = fact.counter
  const delivery =
    fact.way === 'delivery'
      ? { kind: 'delivery', address: addressOf(person), optionId: fact.deliveryOptionId }
      : { kind: fact.way, locationId: placeId }
  trade.orders.push({
    id: orderId,
    number,
    channelId: fact.channelId,
    locationId: counter && must(loading.placeIds, counter, 'place'),
    personId,
    status: state === 'canceled' ? 'canceled' : state === 'done' ? 'completed' : 'placed',
    paymentStatus: refundedMinor === 0 ? 'paid' : refundedMinor >= priced.totalMinor ? 'refunded' : 'part_refunded',
    language: person?.language ?? 'es',
    contact: contactOf(person),
    delivery,
    subtotalMinor: priced.subtotalMinor,
    discountMinor: priced.discountMinor,
    deliveryMinor: priced.deliveryMinor,
    taxMinor: priced.taxMinor,
    totalMinor: priced.totalMinor,
    taxes: priced.taxes,
    deliveryTax: priced.delivery && { rateBp: priced.delivery.taxRateBp, taxMinor: priced.delivery.taxMinor },
    couponCodes: fact.couponCode === null ? [] : [fact.couponCode],
    receiptNumber:
      counter && formatReceiptNumber({ series: counter, counter: next(trade.counters, `receipt:${counter}`) }),
    placedAt: iso(fact.atMs),
    canceledAt: fact.canceled ? iso(fact.canceled.atMs) : null,
    cancelReason: fact.canceled?.reason[person?.language ?? 'es'] ?? null,
    completedAt: state === 'done' ? iso(fact.doneMs) : null,
  })
  for (const [index, line] of lines.entries()) trade.lines.push(lineRow(line, index, { orderId, state, returned }))
}

function lineRow(
  line: SoldLine,
  index: number,
  { orderId, state, returned }: { orderId: string; state: State; returned: ReadonlyMap<string, number> },
): object {
  const { variant, isGift, netMinor: _net, priorUnitMinor: _prior, ...kept } = line
  const { product } = variant
  const values = [variant.color, variant.options.length > (variant.color ? 1 : 0) && variant.sizeCode.toLowerCase()]
  return {
    ...kept,
    orderId,
    lineNo: index + 1,
    sku: variant.sku,
    title: { es: product.es.title, en: product.en.title },
    optionValues: values.filter(Boolean),
    canceledUnits: state === 'canceled' ? line.units : 0,
    returnedUnits: returned.get(line.id) ?? 0,
    gift: isGift,
  }
}
