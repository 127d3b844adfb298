import { type LocalizedText, refundForUnits } from '@hilo/calc'
import type { ReturnFact } from '../history.ts'
import { demoCurrency, iso, must } from './context.ts'
import { emitted, next, type Told } from './trade-rows.ts'

const methods = { cash: 'cash', card_present: 'terminal', card_online: 'simulator' } as const

/** The payment of an order and its capture. */
export function addMoney(told: Told): void {
  const { fact, orderId, paymentId, priced, trade, loading, refundedMinor } = told
  const amountMinor = priced.totalMinor
  const method = fact.tender
  const note = [500, 1000, 2000, 5000].find((each) => amountMinor % each !== 0 && loading.dice.chance(0.6)) ?? 1
  trade.payments.push({
    id: paymentId,
    orderId,
    method,
    provider: methods[method],
    amountMinor,
    currency: demoCurrency,
    capturedMinor: amountMinor,
    refundedMinor,
    providerRef: method === 'card_online' ? `simp_demo_${paymentId.slice(4)}` : null,
    tenderedMinor: method === 'cash' ? Math.ceil(amountMinor / note) * note : null,
    reference: method === 'card_present' ? `T-${loading.dice.int(100_000, 999_999)}` : '',
    at: iso(fact.atMs),
  })
  const locationId = fact.counter && must(loading.placeIds, fact.counter, 'place')
  trade.ledger.push({
    id: loading.id('cap', fact.atMs),
    paymentId,
    orderId,
    kind: 'capture',
    method,
    amountMinor,
    currency: demoCurrency,
    refundId: null,
    locationId,
    at: iso(fact.atMs),
  })
  emitted(told, 'payments.captured', fact.atMs, { orderId, paymentId, amountMinor, currency: demoCurrency, method })
}

/** Money given back, the way it was paid. */
export function addRefund(
  told: Told,
  amountMinor: number,
  atMs: number,
  reason: LocalizedText,
  locationId: string | null,
): void {
  const { fact, orderId, paymentId, trade, loading, person } = told
  if (amountMinor === 0) return
  const refundId = loading.id('ref', atMs)
  const text = reason[person?.language ?? 'es']
  trade.refunds.push({
    id: refundId,
    orderId,
    paymentId,
    amountMinor,
    method: fact.tender,
    locationId,
    reason: text,
    providerRef: fact.tender === 'card_online' ? `simr_demo_${refundId.slice(4)}` : null,
    at: iso(atMs),
  })
  trade.ledger.push({
    id: loading.id('cap', atMs),
    paymentId,
    orderId,
    kind: 'refund',
    method: fact.tender,
    amountMinor,
    currency: demoCurrency,
    refundId,
    locationId,
    at: iso(atMs),
  })
  told.refundedMinor += amountMinor
  emitted(told, 'payments.refunded', atMs, { orderId, paymentId, refundId, amountMinor, currency: demoCurrency })
  if (told.state === 'canceled')
    emitted(told, 'orders.canceled', atMs, {
      orderId,
      number: told.number,
      reason: text,
      whole: true,
      refundMinor: amountMinor,
    })
}

/** Goods that came back: refund to the cent, units on the shelf of the place that took them. @param units grows by line id */
export function addReturn(told: Told, back: ReturnFact, units: Map<string, number>): void {
  const { orderId, lines, trade, loading, person } = told
  const locationId = must(loading.placeIds, back.place, 'place')
  const returnId = loading.id('ret', back.atMs)
  const number = `D-${back.place}-${String(next(trade.counters, `return:${back.place}`)).padStart(6, '0')}`
  const reason = back.reason[person?.language ?? 'es']
  const rows = back.lines.flatMap(({ index, units: some, disposition }, at) => {
    const line = lines.filter(({ isGift }) => !isGift)[index]
    if (!line) return []
    const { amountMinor, taxMinor } = refundForUnits(line, some, units.get(line.id) ?? 0)
    units.set(line.id, (units.get(line.id) ?? 0) + some)
    if (disposition === 'restock') {
      trade.movements.push({
        id: loading.id('mov', back.atMs),
        variantId: line.variantId,
        locationId,
        kind: 'returned',
        quantity: some,
        reason,
        reference: returnId,
        atMs: back.atMs,
      })
    }
    return [
      { returnId, lineNo: at + 1, orderLineId: line.id, units: some, disposition, refundMinor: amountMinor, taxMinor },
    ]
  })
  const sum = (key: 'refundMinor' | 'taxMinor') => rows.reduce((total, row) => total + row[key], 0)
  trade.returnLines.push(...rows)
  trade.returns.push({
    id: returnId,
    number,
    orderId,
    locationId,
    reason,
    refundMinor: sum('refundMinor'),
    taxMinor: sum('taxMinor'),
    at: iso(back.atMs),
  })
  addRefund(told, sum('refundMinor'), back.atMs, back.reason, locationId)
  emitted(told, 'orders.returned', back.atMs, {
    orderId,
    number: told.number,
    returnId,
    locationId,
    refundMinor: sum('refundMinor'),
    currency: demoCurrency,
  })
}
