/** One charge for a buyer's intent, whatever is lost, late or doubled. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventsPiece } from '#platform/outbox'
import { sql, writeAll } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { Alone, type Outcome } from '#platform/together'
import { meeting } from '../platform/testing/lock-waits.ts'
import { type CaptureWriter, useCaptureWriter } from './captured.ts'
import { type Captured, capturesPieces, decideCaptures } from './captures.ts'
import {
  checkPayment,
  claimPayment,
  dropPayment,
  prepareClaims,
  recordState,
  type StartPayment,
  startPayment,
} from './online.ts'
import { applyOutcome } from './outcome.ts'
import { findPayment, type Payment } from './payment-rows.ts'
import { usePaymentProvider } from './provider.ts'
import { aPayment, bookedFor, scriptedProvider, toldOf } from './testing.ts'

let t: TestDatabase
const provider = scriptedProvider()
const alone: CaptureWriter = async () => {
  throw new Error('nobody writes captures with their orders here')
}
beforeAll(async () => {
  t = await testDatabase()
  usePaymentProvider(provider)
})
afterAll(() => t?.close())
beforeEach(() => {
  provider.asked.length = 0
  for (const what of Object.keys(provider.answers)) delete provider.answers[what as 'create']
})
afterEach(() => useCaptureWriter(alone))

let made = 0
const anOrder = () => `ord_online${(made += 1)}`
const aRef = () => `ref-online-${(made += 1)}`
const after = (seconds: number) => new Date(t.clock.now().getTime() + seconds * 1000)
const aStart = (more: Partial<StartPayment> = {}): StartPayment => ({
  orderId: anOrder(),
  amountMinor: 100,
  owedMinor: 100,
  currency: 'EUR',
  description: 'Pedido 1',
  language: 'es',
  returnUrl: (id) => `https://shop.example/return?payment=${id}`,
  ...more,
})
const claim = (start: StartPayment) => t.db.transaction((tx) => claimPayment(tx, t.clock, start))
const paymentOf = (orderId: string, values: Partial<Payment> = {}) => aPayment(t.db, t.clock, { orderId, ...values })
const ledgerOf = (orderId: string) => bookedFor(t.db, orderId)
const eventsOf = (orderId: string) => toldOf(t.db, orderId)

describe('the claim to charge an order', () => {
  test('is made once while a payment lives, and not at all when enough was paid', async () => {
    const start = aStart()
    const first = await claim(start)
    expect(first).toMatchObject({
      fresh: true,
      payment: {
        status: 'pending',
        amountMinor: 100,
        provider: 'scripted',
        leasedUntil: after(20),
        nextCheckAt: after(20),
      },
    })
    for (const status of ['pending', 'authorized', 'unknown']) {
      await t.db.run(sql`update payments.payment set status = ${status} where id = ${first.payment.id}`)
      expect(await claim(start)).toMatchObject({ fresh: false, payment: { id: first.payment.id } })
    }
    await t.db.run(
      sql`update payments.payment set status = 'captured', captured_minor = 100 where id = ${first.payment.id}`,
    )
    expect(await claim(start)).toMatchObject({ fresh: false, payment: { id: first.payment.id, status: 'captured' } })
    expect((await claim({ ...start, owedMinor: 101 })).fresh).toBe(true)
    expect((await claim({ ...start, owedMinor: 101 })).fresh).toBe(false)
  })

  test('counts what was given back, and money of tills; a declined card is no payment', async () => {
    const start = aStart()
    await paymentOf(start.orderId, { status: 'declined' })
    await paymentOf(start.orderId, { status: 'captured', amountMinor: 60, method: 'cash' })
    const last = await paymentOf(start.orderId, { status: 'captured', amountMinor: 60, refundedMinor: 20 })
    expect(await claim(start)).toMatchObject({ fresh: false, payment: { id: last.id } })
    await t.db.run(sql`update payments.payment set refunded_minor = 21 where id = ${last.id}`)
    expect((await claim(start)).fresh).toBe(true)
  })

  test('twice at the same moment: the second waits, and finds the first one’s', async () => {
    const start = aStart()
    const outcome = await meeting(t.db, { first: (tx) => claimPayment(tx, t.clock, start), second: () => claim(start) })
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { fresh: false } })
  })

  test('while the money of an earlier one is written down: waits, and finds it paid', async () => {
    const start = aStart()
    const { payment } = await claim(start)
    const outcome = await meeting(t.db, {
      first: (tx) =>
        applyOutcome(tx, t.clock, {
          paymentId: payment.id,
          state: { status: 'captured', ref: aRef(), amountMinor: 100 },
        }),
      second: () => claim(start),
    })
    expect(outcome).toMatchObject({ value: { fresh: false, payment: { id: payment.id, status: 'captured' } } })
  })

  test('of orders made this moment is part of their own statement, and found by the next one', async () => {
    const orders = [anOrder(), anOrder()].map((orderId, at) => ({ orderId, amountMinor: 100 + at, currency: 'EUR' }))
    const { payments, writes } = prepareClaims(t.clock, orders)
    await t.db.transaction(async (tx) => tx.later(writeAll(writes)))
    for (const payment of payments) expect(await findPayment(t.db, payment.id)).toEqual(payment)
    expect(payments.map(({ amountMinor, leasedUntil }) => [amountMinor, leasedUntil])).toEqual([
      [100, after(20)],
      [101, after(20)],
    ])
    expect(await claim(aStart({ orderId: orders[0]?.orderId ?? '' }))).toMatchObject({
      fresh: false,
      payment: { id: payments[0]?.id },
    })
    expect(prepareClaims(t.clock, [])).toEqual({ payments: [], writes: [] })
  })
})

describe('a charge', () => {
  const begin = (start: StartPayment) => startPayment(t.db, t.clock, start)

  test('is asked for once under the payment’s id, and written down as the provider answers', async () => {
    const start = aStart({ cardToken: 'tok' })
    const requests: object[] = []
    const asks = provider.create
    provider.create = async (request) => {
      requests.push(request)
      return asks(request)
    }
    provider.answers.create = { status: 'captured', ref: aRef(), amountMinor: 100 }
    const payment = await begin(start)
    provider.create = asks
    expect(payment).toMatchObject({ status: 'captured', capturedMinor: 100 })
    const { description, language } = start
    const asked = { key: payment.id, amountMinor: 100, currency: 'EUR', description, language, cardToken: 'tok' }
    expect(requests).toEqual([{ ...asked, returnUrl: start.returnUrl(payment.id) }])
    expect(await begin(start)).toEqual(payment)
    expect(provider.asked).toEqual([`create ${payment.id}`])
  })

  test('whose answer is lost is known by nobody, and not asked for anew by an impatient buyer', async () => {
    const start = aStart()
    const payment = await begin(start)
    expect(payment.status).toBe('unknown')
    expect((await begin(start)).id).toBe(payment.id)
    expect(provider.asked).toHaveLength(1)
  })

  test('goes on with the claim that the caller has made', async () => {
    const start = aStart()
    const claimed = await claim(start)
    provider.answers.create = { status: 'pending', ref: aRef(), redirectUrl: 'https://pay.example/1' }
    expect(await begin({ ...start, claimed })).toMatchObject({
      id: claimed.payment.id,
      redirectUrl: 'https://pay.example/1',
    })
    expect(await begin({ ...start, claimed: { ...claimed, fresh: false } })).toEqual(claimed.payment)
    expect(provider.asked).toHaveLength(1)
  })

  test('that was taken is handed to whoever writes it with its order; refused there, it is written down alone', async () => {
    const taken: object[] = []
    const written = { id: 'pay_written' } as Payment
    const [one, other] = [aStart(), aStart()]
    const ref = aRef()
    provider.answers.create = { status: 'captured', ref, amountMinor: 100 }
    const by = (payment: Payment | undefined) => async (capture: object) => {
      taken.push(capture)
      if (!payment) throw new Alone('not the plain case')
      return payment
    }
    expect(await begin({ ...one, captured: by(written) })).toBe(written)
    const alonePayment = await begin({ ...other, captured: by(undefined) })
    expect(alonePayment).toMatchObject({ status: 'captured', providerRef: ref })
    const paymentId = provider.asked.map((line) => line.split(' ')[1])
    expect(taken).toEqual(
      [one, other].map(({ orderId }, at) => ({ orderId, paymentId: paymentId[at], ref, amountMinor: 100 })),
    )
    provider.answers.create = { status: 'declined', ref: aRef(), code: 'no_funds' }
    expect(await begin({ ...aStart(), captured: by(written) })).toMatchObject({ status: 'declined' })
    expect(taken).toHaveLength(2)
  })
})

describe('a payment that is asked about', () => {
  const check = (paymentId: string) => checkPayment(t.db, t.clock, { paymentId })

  test('is not while somebody else asks, nor once it is done; a declined one is, since its page may still take the money', async () => {
    provider.answers.status = { status: 'pending', ref: aRef(), redirectUrl: null }
    const leased = await paymentOf(anOrder(), { leasedUntil: after(1) })
    const ended = await Promise.all(
      ['captured', 'voided'].map((status) => paymentOf(anOrder(), { status } as Partial<Payment>)),
    )
    const till = await paymentOf(anOrder(), { method: 'card_present', provider: 'terminal' })
    for (const payment of [leased, till, ...ended]) expect(await check(payment.id)).toEqual(payment)
    expect(await check('pay_none')).toBeUndefined()
    expect(provider.asked).toEqual([])
    const free = await paymentOf(anOrder(), { leasedUntil: t.clock.now() })
    expect(await check(free.id)).toMatchObject({ status: 'pending', checks: 1 })
    provider.answers.status = { status: 'captured', ref: aRef(), amountMinor: 100 }
    const declined = await paymentOf(anOrder(), { status: 'declined' })
    expect((await check(declined.id))?.status).toBe('captured')
  })

  test('and is only authorized is captured, under its own reference', async () => {
    const refs: (string | null)[] = []
    const { status, capture } = provider
    provider.status = (request) => (refs.push(request.ref), status(request))
    provider.capture = (request) => (refs.push(request.ref), capture(request))
    const { id } = await paymentOf(anOrder(), { providerRef: 'known' })
    provider.answers.status = { status: 'authorized', ref: 'theirs' }
    provider.answers.capture = { status: 'captured', ref: 'theirs', amountMinor: 100 }
    expect(await check(id)).toMatchObject({ status: 'captured', providerRef: 'theirs' })
    Object.assign(provider, { status, capture })
    expect([provider.asked, refs]).toEqual([
      [`status ${id}`, `capture ${id}`],
      ['known', 'theirs'],
    ])
  })

  test('is written with its order where somebody does that, otherwise alone', async () => {
    const written = { id: 'pay_written' } as Payment
    useCaptureWriter(async (_db, _clock, { ref }) => {
      if (ref === 'refused') throw new Alone('not the plain case')
      return written
    })
    const [one, other, third] = await Promise.all([1, 2, 3].map(() => paymentOf(anOrder())))
    provider.answers.status = { status: 'captured', ref: 'plain', amountMinor: 100 }
    expect(await check(one?.id ?? '')).toBe(written)
    provider.answers.status = { status: 'captured', ref: 'refused', amountMinor: 100 }
    expect(await check(other?.id ?? '')).toMatchObject({ status: 'captured', providerRef: 'refused' })
    const turns: string[] = []
    const inTurn = <T>(work: () => Promise<T>) => (turns.push('turn'), work())
    const record = (state: Parameters<typeof recordState>[2]['state']) =>
      recordState(t.db, t.clock, { payment: third as Payment, state, inTurn })
    expect(await record({ status: 'captured', ref: 'plain', amountMinor: 100 })).toBe(written)
    expect(turns).toEqual([])
    expect(await record({ status: 'unknown_there' })).toMatchObject({ status: 'declined' })
    expect(turns).toEqual(['turn'])
  })

  test('and whose order will not be placed is dropped at the provider, unless it is done or was never there', async () => {
    const drop = (paymentId: string) => dropPayment(t.db, t.clock, { paymentId })
    const ref = aRef()
    const open = await paymentOf(anOrder(), { providerRef: ref })
    provider.answers.status = { status: 'pending', ref, redirectUrl: null }
    provider.answers.void = { status: 'voided', ref }
    expect((await drop(open.id))?.status).toBe('voided')
    expect(provider.asked).toEqual([`status ${open.id}`, `void ${open.id}`])
    const other = aRef()
    const late = await paymentOf(anOrder(), { providerRef: other })
    provider.answers.status = { status: 'captured', ref: other, amountMinor: 100 }
    expect((await drop(late.id))?.status).toBe('captured')
    const unnamed = await paymentOf(anOrder())
    delete provider.answers.status
    expect((await drop(unnamed.id))?.status).toBe('unknown')
    expect(provider.asked.filter((line) => line.startsWith('void'))).toHaveLength(1)
    expect(await drop('pay_none')).toBeUndefined()
  })
})

describe('captures that are written with their orders', () => {
  const decide = async (orderId: string, paymentId: string, amountMinor = 100) => {
    const taken = [{ orderId, paymentId, ref: 'new-ref', amountMinor }]
    const [one] = await t.db.transaction((tx) => decideCaptures(tx, t.clock, taken))
    return one as Outcome<Captured>
  }

  test('are plain while the payment waits and all of it was taken; whatever else there is goes the long way', async () => {
    const said: [string, boolean][] = []
    for (const status of ['pending', 'authorized', 'unknown', 'captured', 'declined', 'voided'] as const) {
      const payment = await paymentOf(anOrder(), {
        status,
        declineCode: 'x',
        leasedUntil: after(9),
        nextCheckAt: after(9),
      })
      const one = await decide(payment.orderId, payment.id)
      said.push([status, one.ok])
      if (!one.ok) expect(one.error).toBeInstanceOf(Alone)
      else if (status === 'captured') expect(one.value).toMatchObject({ written: true, payment })
      else
        expect(one.value).toMatchObject({
          written: false,
          payment: {
            status: 'captured',
            capturedMinor: 100,
            providerRef: 'new-ref',
            declineCode: null,
            leasedUntil: null,
            nextCheckAt: null,
          },
        })
    }
    expect(said).toEqual([
      ['pending', true],
      ['authorized', true],
      ['unknown', true],
      ['captured', true],
      ['declined', false],
      ['voided', false],
    ])
    const [open, done, till] = [
      await paymentOf(anOrder()),
      await paymentOf(anOrder(), { status: 'captured', capturedMinor: 90 }),
      await paymentOf(anOrder(), { method: 'card_present' }),
    ]
    const others = [
      decide(open.orderId, open.id, 99),
      decide(done.orderId, done.id),
      decide(till.orderId, till.id),
      decide(open.orderId, 'pay_none'),
      decide(anOrder(), open.id),
    ]
    expect((await Promise.all(others)).map(({ ok }) => ok)).toEqual([false, false, false, false, false])
  })

  test('know what else was paid for their order, and are written once, for theirs alone', async () => {
    const orderId = anOrder()
    const payment = await paymentOf(orderId, { status: 'unknown' })
    await paymentOf(orderId, { status: 'captured', method: 'cash', amountMinor: 70, refundedMinor: 20 })
    const beside = await paymentOf(anOrder())
    const one = await decide(orderId, payment.id)
    if (!one.ok) throw one.error
    expect(one.value.balance).toEqual({ capturedMinor: 170, refundedMinor: 20, live: 0 })
    await t.db.transaction(async (tx) => {
      const { writes, events } = capturesPieces(t.clock, [one.value.payment])
      tx.later(writeAll([...writes, eventsPiece(t.clock, events)]))
    })
    expect(await findPayment(t.db, payment.id)).toEqual(one.value.payment)
    expect(await ledgerOf(orderId)).toEqual([
      { kind: 'capture', method: 'card_online', minor: 100, by: 'provider:scripted', place: null },
    ])
    const payload = { orderId, paymentId: payment.id, amountMinor: 100, currency: 'EUR', method: 'card_online' }
    expect(await eventsOf(orderId)).toEqual([{ type: 'payments.captured', payload, person: null }])
    expect(await findPayment(t.db, beside.id)).toEqual(beside)
    expect(capturesPieces(t.clock, [])).toEqual({ writes: [], events: [] })
    // A notice was quicker, and the rest of the order is being paid meanwhile.
    for (const status of ['pending', 'authorized', 'unknown'] as const) {
      const done = await paymentOf(anOrder(), { status: 'captured' })
      await paymentOf(done.orderId, { status })
      expect(await decide(done.orderId, done.id)).toMatchObject({ value: { written: true, balance: { live: 1 } } })
    }
  })

  test('hold their payments until they are written', async () => {
    const payment = await paymentOf(anOrder())
    const { orderId, id: paymentId } = payment
    const outcome = await meeting(t.db, {
      first: async (tx) => {
        const [one] = await decideCaptures(tx, t.clock, [{ orderId, paymentId, ref: 'held', amountMinor: 100 }])
        if (one?.ok) tx.later(writeAll(capturesPieces(t.clock, [one.value.payment]).writes))
      },
      second: () => decide(orderId, paymentId),
    })
    expect(outcome).toMatchObject({ value: { ok: true, value: { written: true } } })
    expect(await ledgerOf(orderId)).toHaveLength(1)
  })
})
