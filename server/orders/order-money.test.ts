import { describe, expect, test } from 'vitest'
import { dueMinor, excessMinor, givenUpOfLine, owedMinor, paymentStatusOf, type Worth } from './order-money.ts'

const line = { units: 3, canceledUnits: 0, returnedUnits: 0, totalMinor: 1_000, taxMinor: 174 }
const order = (more: Partial<Worth> = {}): Worth => ({
  status: 'placed',
  totalMinor: 1_500,
  deliveryMinor: 500,
  lines: [line],
  ...more,
})
const paid = (capturedMinor: number, refundedMinor = 0) => ({ capturedMinor, refundedMinor })

describe('what an order owes', () => {
  test('all of it, less what was canceled or came back, to the cent in any sequence', () => {
    expect(owedMinor(order())).toBe(1_500)
    expect(owedMinor(order({ lines: [{ ...line, canceledUnits: 1 }] }))).toBe(1_167)
    expect(owedMinor(order({ lines: [{ ...line, canceledUnits: 1, returnedUnits: 1 }] }))).toBe(833)
    expect(
      owedMinor(
        order({
          lines: [
            { ...line, canceledUnits: 1 },
            { ...line, returnedUnits: 2 },
          ],
          totalMinor: 2_500,
        }),
      ),
    ).toBe(1_500)
    expect(givenUpOfLine({ ...line, canceledUnits: 1, returnedUnits: 1 })).toMatchObject({
      amountMinor: 667,
      taxMinor: 116,
    })
  })

  test('delivery as long as one unit was owed; nothing once it is canceled or lapsed as a whole', () => {
    expect(owedMinor(order({ lines: [{ ...line, returnedUnits: 3 }] }))).toBe(500)
    expect(owedMinor(order({ status: 'canceled' }))).toBe(0)
    expect(owedMinor(order({ status: 'lapsed' }))).toBe(0)
    expect(owedMinor(order({ status: 'completed' }))).toBe(1_500)
  })

  test('still to pay and too much are never both, and never below zero', () => {
    expect([dueMinor(order(), paid(600)), excessMinor(order(), paid(600))]).toEqual([900, 0])
    expect([dueMinor(order(), paid(1_500)), excessMinor(order(), paid(1_500))]).toEqual([0, 0])
    expect([dueMinor(order(), paid(2_000)), excessMinor(order(), paid(2_000))]).toEqual([0, 500])
    expect([dueMinor(order(), paid(2_000, 700)), excessMinor(order(), paid(2_000, 400))]).toEqual([200, 100])
  })
})

describe('the word for the money of an order', () => {
  test.each([
    ['unpaid', paid(0)],
    ['part_paid', paid(1)],
    ['part_paid', paid(1_499)],
    ['paid', paid(1_500)],
    ['paid', paid(1_501)],
    ['part_refunded', paid(1_500, 1)],
    ['part_refunded', paid(1_500, 1_499)],
    ['refunded', paid(1_500, 1_500)],
  ] as const)('%s', (word, balance) => {
    expect(paymentStatusOf(order(), balance)).toBe(word)
  })

  test('an order of nothing is paid; one that was canceled before anything was paid is unpaid', () => {
    expect(paymentStatusOf(order({ totalMinor: 0, deliveryMinor: 0, lines: [] }), paid(0))).toBe('paid')
    expect(paymentStatusOf(order({ status: 'canceled' }), paid(0))).toBe('unpaid')
    expect(paymentStatusOf(order({ status: 'canceled' }), paid(300))).toBe('paid')
  })
})
