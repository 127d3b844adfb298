import { describe, expect, test } from 'vitest'
import { emailOf, type Outcome } from './buyers.ts'
import type { Buyer } from './plan.ts'
import { type Evidence, type FoundOrder, isClean, judge } from './referee.ts'

const buyer = (n: number): Buyer => ({
  n,
  by: 'web',
  article: 0,
  place: 1,
  delivery: 'pickup',
  card: 'tok_ok',
  doubleClick: false,
  clears: true,
})
const bought = (n: number): Outcome => ({ buyer: buyer(n), end: 'bought', orderId: `ord_${n}` })
const refused = (n: number, code = 'orders.out_of_stock'): Outcome => ({ buyer: buyer(n), end: 'refused', code })
const order = (n: number, other: Partial<FoundOrder> = {}): FoundOrder => ({
  id: `ord_${n}`,
  email: emailOf(n),
  status: 'placed',
  paymentStatus: 'paid',
  totalMinor: 1000,
  online: true,
  charges: 1,
  ...other,
})
/** Two units, two buyers who have them, one who came too late. */
const good: Evidence = {
  outcomes: [bought(1), bought(2), refused(3)],
  orders: [order(1), order(2)],
  stock: [{ variantId: 'var_1', there: 2, sold: 2, left: 0 }],
  provider: { capturedMinor: 2500, refundedMinor: 500 },
  wantedInVain: new Set(['var_1']),
}
const judged = (other: Partial<Evidence>) => judge({ ...good, ...other })

test('a good day is clean', () => {
  expect(judge(good)).toMatchObject({ sold: 2, acknowledged: 2 })
  expect(isClean(judge(good))).toBe(true)
})

describe('each fault is seen, and makes the day unclean', () => {
  test.each<[string, Partial<Evidence>, object]>([
    ['a unit sold twice', { stock: [{ variantId: 'var_1', there: 1, sold: 2, left: -1 }] }, { oversold: 1 }],
    [
      'a unit left over that somebody wanted',
      { stock: [{ variantId: 'var_1', there: 3, sold: 2, left: 1 }] },
      { undersold: 1 },
    ],
    ['an acknowledged order that is gone', { orders: [order(1)] }, { lost: 1 }],
    ['an acknowledged order that lapsed', { orders: [order(1), order(2, { status: 'lapsed' })] }, { lost: 1 }],
    [
      'two orders of one buyer',
      { orders: [order(1), order(2), order(9, { email: emailOf(2), online: false })] },
      { doubled: 1 },
    ],
    [
      'an order of somebody who was told no',
      { orders: [order(1), order(2), order(3, { online: false })] },
      { untold: 1 },
    ],
    [
      'a buyer who was never told',
      { outcomes: [...good.outcomes, { buyer: buyer(4), end: 'gave_up', why: 'no answer' }] },
      { gaveUp: 1 },
    ],
    ['two charges for one order', { orders: [order(1, { charges: 2 }), order(2)] }, { chargedTwice: 1 }],
    ['money kept for nothing', { provider: { capturedMinor: 3000, refundedMinor: 0 } }, { moneyApart: 1000 }],
    ['a charge that went missing', { provider: { capturedMinor: 1000, refundedMinor: 0 } }, { moneyApart: 1000 }],
    [
      'a refusal that nobody should read',
      { outcomes: [...good.outcomes, refused(5, 'orders.cart_not_found')] },
      { strangeRefusals: { 'orders.cart_not_found': 1 } },
    ],
  ])('%s', (_fault, evidence, expected) => {
    expect(judged(evidence)).toMatchObject(expected)
    expect(isClean(judged(evidence))).toBe(false)
  })
})

test('units left over that nobody wanted are no fault', () => {
  expect(
    judged({ stock: [{ variantId: 'var_1', there: 9, sold: 2, left: 7 }], wantedInVain: new Set() }),
  ).toMatchObject({ undersold: 0 })
})
