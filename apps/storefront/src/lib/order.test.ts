import type { Order } from '@hilo/contract'
import { describe, expect, test } from 'vitest'
import { knotsOf, promiseText, statusText } from './order.ts'

const now = new Date('2026-11-24T09:00:00Z')
const order = (changes: Partial<Order>, statuses: string[], kind = 'pickup') =>
  ({
    status: 'placed',
    dueMinor: 0,
    placedAt: '2026-11-24T08:00:00Z',
    canceledAt: null,
    delivery: { kind },
    fulfillments: statuses.map((status) => ({ status, kind, dueAt: '2026-11-25T16:00:00Z' })),
    ...changes,
  }) as unknown as Order
const states = (value: Order) => knotsOf(value, now, 'es').map((knot) => knot.state)

describe('the five knots of an order', () => {
  test('a fresh paid order: received and paid are kept, preparing is now', () => {
    expect(states(order({}, ['open']))).toEqual(['kept', 'kept', 'now', 'owed', 'owed'])
  })
  test('the promised hour stands at the knot that is owed', () => {
    expect(knotsOf(order({}, ['picking']), now, 'es')[3]).toEqual({
      label: 'Listo',
      note: 'mañana, miércoles 25, 17:00',
      state: 'now',
    })
  })
  test('an order in two parts is as far as its slowest part; a canceled part does not hold it back', () => {
    expect(states(order({}, ['ready', 'open']))).toEqual(['kept', 'kept', 'now', 'owed', 'owed'])
    expect(states(order({}, ['handed_over', 'canceled']))).toEqual(['kept', 'kept', 'kept', 'kept', 'kept'])
  })
  test('a canceled order ends in a cut knot', () => {
    const knots = knotsOf(order({ status: 'canceled', canceledAt: '2026-11-24T08:30:00Z' }, ['canceled']), now, 'es')
    expect(knots.map((knot) => [knot.label, knot.state])).toEqual([
      ['Recibido', 'kept'],
      ['Pagado', 'kept'],
      ['Cancelado', 'broken'],
    ])
  })
  test('a delivery is sent and delivered, a pickup is ready and collected', () => {
    expect(
      knotsOf(order({}, ['open'], 'delivery'), now, 'en')
        .map((knot) => knot.label)
        .slice(3),
    ).toEqual(['On its way', 'Delivered'])
  })
  test('a state this page does not know yet is shown as it is', () => {
    expect(statusText('pickup', 'teleported', 'es')).toBe('teleported')
    expect(statusText('delivery', 'open', 'es')).toBe('En la lista de preparación.')
  })
})

describe('a promise as it is read', () => {
  const promise = {
    kind: 'pickup_ready',
    dueAt: '2026-11-24T10:00:00Z',
    text: { es: 'Listo mañana.', en: 'Ready tomorrow.' },
  }
  const said = (at: string, shopName: string | undefined = 'Valencia, La Paz', kind = promise.kind) =>
    promiseText({ ...promise, kind }, { now: new Date(at), lang: 'es', shopName })
  test('"tomorrow" becomes today, then yesterday, as the days go by', () => {
    expect(said('2026-11-23T12:00:00Z')).toBe('Listo en Valencia, La Paz: mañana, martes 24, 11:00.')
    expect(said('2026-11-24T07:00:00Z')).toBe('Listo en Valencia, La Paz: hoy, 11:00.')
    expect(said('2026-11-25T07:00:00Z')).toBe('Listo en Valencia, La Paz: ayer, 11:00.')
    expect(said('2026-11-30T07:00:00Z')).toBe('Listo en Valencia, La Paz: martes, 24 de noviembre, 11:00.')
  })
  test('a parcel is promised by day; what has no words of its own here keeps its sentence', () => {
    expect(said('2026-11-23T12:00:00Z', undefined, 'delivered_by')).toBe('En tu casa, como tarde: mañana, martes 24.')
    expect(said('2026-11-23T12:00:00Z', undefined, 'call_back')).toBe('Listo mañana.')
  })
})
