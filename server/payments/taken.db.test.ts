/** Money that is there already when an order hears of it, and what an order is told of all its money. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsPiece } from '#platform/outbox'
import { Problem } from '#platform/problems'
import { writeAll } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { changeOf, prepareTaken, recordCounterPayment, type TakenTender } from './counter.ts'
import {
  balanceOf,
  balancesOf,
  capturedOf,
  livePaymentsOf,
  type Payment,
  paymentsOf,
  shownPayment,
} from './payment-rows.ts'
import { refund } from './refund.ts'
import { aPayment, bookedFor, toldOf } from './testing.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t?.close())

let made = 0
const anOrder = () => `ord_taken${(made += 1)}`
const paymentOf = (orderId: string, values: Partial<Payment> = {}) => aPayment(t.db, t.clock, { orderId, ...values })
const ledgerOf = (orderId: string) => bookedFor(t.db, orderId)
const eventsOf = (orderId: string) => toldOf(t.db, orderId)

describe('money that is there already', () => {
  const cash = (amountMinor: number, tenderedMinor?: number): TakenTender => ({
    method: 'cash',
    amountMinor,
    tenderedMinor,
  })
  const tenders: TakenTender[] = [
    cash(50, 80),
    { method: 'card_present', amountMinor: 60, reference: 'T-1' },
    { method: 'elsewhere', amountMinor: 70, reference: 'M-1', provider: 'mercado' },
  ]

  test('gives change for cash alone, and cash must cover its part', () => {
    expect(changeOf([...tenders, cash(10, 25), cash(10)])).toBe(45)
    expect(changeOf([])).toBe(0)
    expect(() => changeOf([cash(50, 50), cash(50, 49)])).toThrow(Problem)
  })

  test('is written as captured this moment, tender by tender, with its booking and event', async () => {
    const orderId = anOrder()
    const entry = { orderId, currency: 'EUR', tenders, locationId: 'loc_1', actorId: 'mbr_1', personId: 'per_1' }
    expect(await t.db.transaction((tx) => recordCounterPayment(tx, t.clock, entry))).toEqual({ changeMinor: 30 })
    const shown = await paymentsOf(t.db, orderId)
    const of = (method: string) => shown.find((payment) => payment.method === method)
    const all = { status: 'captured', refundedMinor: 0, currency: 'EUR', refunds: [] }
    expect(of('cash')).toMatchObject({
      ...all,
      provider: 'cash',
      capturedMinor: 50,
      tenderedMinor: 80,
      changeMinor: 30,
      reference: '',
    })
    expect(of('card_present')).toMatchObject({
      ...all,
      provider: 'terminal',
      capturedMinor: 60,
      tenderedMinor: null,
      changeMinor: 0,
      reference: 'T-1',
    })
    expect(of('elsewhere')).toMatchObject({ ...all, provider: 'mercado', capturedMinor: 70, reference: 'M-1' })
    const booked = { kind: 'capture', by: 'mbr_1', place: 'loc_1' }
    expect(await ledgerOf(orderId)).toEqual(
      [
        ['cash', 50],
        ['card_present', 60],
        ['elsewhere', 70],
      ].map(([method, minor]) => ({ ...booked, method, minor })),
    )
    expect(await eventsOf(orderId)).toMatchObject(shown.map(() => ({ type: 'payments.captured', person: 'per_1' })))
    const nothing = { ...entry, orderId: anOrder(), tenders: [] }
    expect(await t.db.transaction((tx) => recordCounterPayment(tx, t.clock, nothing))).toEqual({ changeMinor: 0 })
    expect(await eventsOf(nothing.orderId)).toEqual([])
  })

  test('of several orders is shown with its own, as it will be read', async () => {
    const entries = [anOrder(), anOrder(), anOrder()].map((orderId, at) => ({
      orderId,
      currency: 'EUR',
      tenders: tenders.slice(at),
      locationId: null,
      actorId: 'mbr_1',
    }))
    const { taken, writes, events } = prepareTaken(t.clock, entries)
    await t.db.transaction(async (tx) => tx.later(writeAll([...writes, eventsPiece(t.clock, events)])))
    for (const [at, { orderId }] of entries.entries()) expect(taken[at]).toEqual(await paymentsOf(t.db, orderId))
    expect(taken.map(({ length }) => length)).toEqual([3, 2, 1])
    expect(prepareTaken(t.clock, [{ ...entries[0], tenders: [] } as never])).toEqual({
      taken: [[]],
      writes: [],
      events: [],
    })
  })
})

describe('what an order is told of its money', () => {
  test('what was taken, given back and may still come, of this order alone', async () => {
    const [one, other, none] = [anOrder(), anOrder(), anOrder()]
    for (const status of ['pending', 'captured'] as const) await paymentOf(anOrder(), { status })
    await paymentOf(one, { status: 'captured', amountMinor: 100, refundedMinor: 30 })
    await paymentOf(one, { status: 'captured', amountMinor: 50, method: 'cash' })
    await paymentOf(one, { status: 'declined' })
    const open = await paymentOf(one, { status: 'authorized' })
    await paymentOf(other, { status: 'captured', amountMinor: 7 })
    await paymentOf(other, { status: 'voided' })
    const balances = {
      [one]: { capturedMinor: 150, refundedMinor: 30, live: 1 },
      [other]: { capturedMinor: 7, refundedMinor: 0, live: 0 },
    }
    for (const id of [one, other]) expect(await balanceOf(t.db, id)).toEqual(balances[id])
    expect(await balanceOf(t.db, none)).toEqual({ capturedMinor: 0, refundedMinor: 0, live: 0 })
    const known = [...(await balancesOf(t.db, [one, other, none]))].map(
      ([id, { capturedMinor, refundedMinor, live }]) => [id, { capturedMinor, refundedMinor, live }],
    )
    expect(Object.fromEntries(known)).toEqual(balances)
    expect(await capturedOf(t.db, [one, other, none])).toEqual(
      new Map([
        [one, 150],
        [other, 7],
      ]),
    )
    expect(await livePaymentsOf(t.db, [one, other, none])).toEqual([open.id])
    for (const status of ['pending', 'unknown'] as const) {
      const { orderId, id } = await paymentOf(anOrder(), { status })
      expect([await livePaymentsOf(t.db, [orderId]), (await balanceOf(t.db, orderId)).live]).toEqual([[id], 1])
    }
  })

  test('each payment with its own refunds, oldest first', async () => {
    const orderId = anOrder()
    const [one, other] = [
      await paymentOf(orderId, { status: 'captured' }),
      await paymentOf(orderId, { status: 'captured' }),
    ]
    for (const { id } of [one, await paymentOf(anOrder(), { status: 'captured' })])
      await t.db.transaction((tx) =>
        refund(tx, t.clock, {
          orderId: id === one.id ? orderId : `ord_taken${made}`,
          amountMinor: 30,
          reason: 'Talla',
          actorId: 'mbr_1',
          paymentId: id,
        }),
      )
    const shown = await paymentsOf(t.db, orderId)
    expect(shown.map(({ id }) => id)).toEqual([one.id, other.id].sort())
    const pending = {
      amountMinor: 30,
      reason: 'Talla',
      status: 'pending',
      createdAt: t.clock.now().toISOString(),
      doneAt: null,
    }
    expect(shown.find(({ id }) => id === one.id)?.refunds).toMatchObject([pending])
    expect(shown.find(({ id }) => id === other.id)?.refunds).toEqual([])
  })

  test('the provider’s page only while it waits', async () => {
    const page = 'https://pay.example/1'
    const shown = async (status: Payment['status']) =>
      shownPayment(await paymentOf(anOrder(), { status, redirectUrl: page })).redirectUrl
    expect([await shown('pending'), await shown('unknown'), await shown('declined')]).toEqual([page, null, null])
  })
})
