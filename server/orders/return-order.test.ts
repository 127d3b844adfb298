import type { FulfillmentOrderBody } from '@hilo/contract'
import { expect, test } from 'vitest'
import type { OrderRow } from './order-rows.ts'
import { returnableUnits } from './return-order.ts'

type Line = { id: string; units: number; canceledUnits: number; returnedUnits: number }
const line = (id: string, units: number, more: Partial<Line> = {}): Line => ({
  id,
  units,
  canceledUnits: 0,
  returnedUnits: 0,
  ...more,
})
const order = (lines: Line[], status = 'placed') => ({ status, lines }) as unknown as OrderRow
const work = (status: string, ...lines: [string, number][]) =>
  ({ status, lines: lines.map(([orderLineId, units]) => ({ orderLineId, units })) }) as unknown as FulfillmentOrderBody
const units = (...given: Parameters<typeof returnableUnits>) => Object.fromEntries(returnableUnits(...given))

test('what was handed over, delivered or sent may come back; what still lies in the shop may not', () => {
  const lines = [line('a', 6), line('b', 2)]
  const done = ['handed_over', 'delivered', 'shipped'].map((status) => work(status, ['a', 1]))
  const open = ['requested', 'picking', 'packed', 'ready', 'canceled'].map((status) => work(status, ['a', 1], ['b', 1]))
  expect(units(order(lines), [...done, ...open])).toEqual({ a: 3, b: 0 })
})

test('what came back or was canceled does not come back again', () => {
  const all = [work('handed_over', ['a', 3])]
  expect(units(order([line('a', 3, { returnedUnits: 1 })]), all)).toEqual({ a: 2 })
  expect(units(order([line('a', 4, { canceledUnits: 1, returnedUnits: 3 })]), all)).toEqual({ a: 0 })
  expect(units(order([line('a', 6, { returnedUnits: 1 })]), all)).toEqual({ a: 2 })
  // A unit that was given up after it had gone out is the customer's and paid back already.
  expect(units(order([line('a', 3, { canceledUnits: 2 })]), all)).toEqual({ a: 1 })
  expect(units(order([line('a', 3, { canceledUnits: 2, returnedUnits: 2 })]), all)).toEqual({ a: 0 })
})

test('of an order that needs no work here, every unit that is left', () => {
  expect(
    units(order([line('a', 3, { returnedUnits: 1 }), line('b', 2, { canceledUnits: 1 })], 'completed'), []),
  ).toEqual({
    a: 2,
    b: 1,
  })
})

test('of a draft, a lapsed or a canceled order nothing comes back', () => {
  for (const status of ['draft', 'lapsed', 'canceled']) expect(units(order([line('a', 3)], status), [])).toEqual({})
})
