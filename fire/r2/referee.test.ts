import { describe, expect, test } from 'vitest'
import { bankOf, planPayers } from './plan.ts'
import { type Books, type Charge, isClosed, judgeCharges } from './referee.ts'

const charge = (n: number, other: Partial<Charge> = {}): Charge => ({
  id: `pay_${n}`,
  orderId: `ord_${n}`,
  email: `payer-${n}@example.com`,
  status: 'captured',
  capturedMinor: 1000,
  refundedMinor: 0,
  refundsOpen: 0,
  orderStatus: 'placed',
  owedMinor: 1000,
  thereStatus: 'captured',
  thereMinor: 1000,
  ...other,
})
const nothing = { capturedMinor: 0, thereMinor: 0 }
/** One paid, one given back, one given back in part, one declined, one that a person looks into. */
const good: Books = {
  charges: [
    charge(1),
    charge(2, { refundedMinor: 1000, thereMinor: 0, orderStatus: 'canceled', owedMinor: 1000 }),
    charge(3, { refundedMinor: 400, thereMinor: 600, owedMinor: 600 }),
    charge(4, { status: 'declined', ...nothing, thereStatus: 'declined', orderStatus: 'draft' }),
    charge(5, { status: 'unknown', capturedMinor: 0, orderStatus: 'lapsed' }),
  ],
  listed: new Set(['pay_5']),
  ledger: { capturedMinor: 3000, refundedMinor: 1400 },
  provider: { capturedMinor: 4000, refundedMinor: 1400 },
}

test('a good day: every charge has its end and the books close', () => {
  const verdict = judgeCharges(good)
  expect(verdict).toEqual({
    charges: 5,
    paid: 1,
    refunded: 1,
    partRefunded: 1,
    noMoney: 1,
    onTheList: 1,
    stray: 0,
    chargedTwice: 0,
    wrongAmount: 0,
    ledgerSum: 0,
    booksApart: 0,
  })
  expect(isClosed(verdict)).toBe(true)
})

describe('each fault is seen', () => {
  const withCharge = (extra: Charge): Books => ({ ...good, charges: [...good.charges, extra] })
  test.each<[string, Books, object]>([
    ['a charge nobody lists and nobody knows the end of', { ...good, listed: new Set() }, { stray: 1 }],
    ['money kept for an order that was canceled', withCharge(charge(6, { orderStatus: 'canceled' })), { stray: 1 }],
    ['declined here, taken there', withCharge(charge(6, { status: 'declined', capturedMinor: 0 })), { stray: 1 }],
    ['a refund that never left', withCharge(charge(6, { refundsOpen: 1 })), { stray: 1 }],
    [
      'an order that stands though all its money went back',
      withCharge(charge(6, { refundedMinor: 1000, thereMinor: 0 })),
      { stray: 1, wrongAmount: 1 },
    ],
    ['one buyer charged for two orders', withCharge(charge(6, { email: 'payer-1@example.com' })), { chargedTwice: 1 }],
    [
      'one order charged twice',
      withCharge(charge(6, { orderId: 'ord_1', email: 'payer-1@example.com' })),
      { chargedTwice: 1, wrongAmount: 1 },
    ],
    [
      'a capture that the ledger lacks',
      { ...good, ledger: { capturedMinor: 2000, refundedMinor: 1400 } },
      { ledgerSum: -1000, booksApart: 1000 },
    ],
    [
      'a refund that the provider made twice',
      { ...good, provider: { capturedMinor: 4000, refundedMinor: 1800 } },
      { booksApart: -400 },
    ],
  ])('%s', (_fault, books, expected) => {
    const verdict = judgeCharges(books)
    expect(verdict).toMatchObject(expected)
    expect(isClosed(verdict)).toBe(false)
  })
})

test('a seed replays the same payers; one in twenty has a bank that is away for a day, and the amount tells whose', () => {
  const payers = planPayers(5, 4000, { late: 0.05, gone: 0.01 })
  expect(planPayers(5, 4000, { late: 0.05, gone: 0.01 })).toEqual(payers)
  const late = payers.filter(({ bank }) => bank === 'late').length / payers.length
  expect(late).toBeGreaterThan(0.035)
  expect(late).toBeLessThan(0.065)
  expect([1199, 2398, 1299, 2598, 1399, 2798].map(bankOf)).toEqual(['open', 'open', 'late', 'late', 'gone', 'gone'])
})
