/** What becomes of a payment by what its provider says, and how money goes back; every row, entry and event of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { meeting } from '../platform/testing/lock-waits.ts'
import { paymentsJobs } from './jobs.ts'
import { applyOutcome, checksMax, markUnknown, nextCheck } from './outcome.ts'
import { findPayment, type Payment, type PaymentStatus } from './payment-rows.ts'
import { type ProviderState, usePaymentProvider } from './provider.ts'
import { type RefundOrder, refund, sendDueRefunds } from './refund.ts'
import { aPayment, scriptedProvider } from './testing.ts'

let t: TestDatabase
const provider = scriptedProvider()
beforeAll(async () => {
  t = await testDatabase()
  usePaymentProvider(provider)
})
afterAll(() => t?.close())

const actorId = 'mbr_1'
const after = (seconds: number) => new Date(t.clock.now().getTime() + seconds * 1000)
const made = (values: Partial<Payment> = {}) => aPayment(t.db, t.clock, values)
const apply = (paymentId: string, state: ProviderState) =>
  t.db.transaction((tx) => applyOutcome(tx, t.clock, { paymentId, state }))
const captured = (amountMinor = 100, ref = 'ref-1'): ProviderState => ({ status: 'captured', ref, amountMinor })
let refs = 0
const aRef = () => `ref-${(refs += 1)}`
const ledgerOf = (orderId: string) =>
  t.db.many(sql`
    select kind, method, amount_minor as minor, actor_id as "by", location_id as place from payments.ledger_entry
     where order_id = ${orderId} order by at, id`)
const eventsOf = (orderId: string) =>
  t.db.many<{ type: string; payload: Record<string, unknown> }>(
    sql`select type, payload from platform.outbox where subject_id = ${orderId} order by id`,
  )
const told = (work: Promise<unknown>) =>
  work.then(
    (value) => value,
    (error: unknown) => (error instanceof Problem ? { code: error.code, data: error.data } : String(error)),
  )

describe('what the provider says', () => {
  const states: Record<string, (ref: string) => ProviderState> = {
    pending: (ref) => ({ status: 'pending', ref, redirectUrl: null }),
    authorized: (ref) => ({ status: 'authorized', ref }),
    captured: (ref) => captured(100, ref),
    declined: (ref) => ({ status: 'declined', ref, code: 'no_funds' }),
    voided: (ref) => ({ status: 'voided', ref }),
    unknown_there: () => ({ status: 'unknown_there' }),
  }
  const open = ['pending', 'authorized', 'captured', 'declined', 'voided', 'declined']
  const stays = (status: string) => Object.keys(states).map(() => status)
  const table: [PaymentStatus, string[]][] = [
    ['pending', open],
    ['unknown', open],
    ['authorized', open],
    ['captured', stays('captured')],
    ['voided', stays('voided')],
    // A second try at the provider's page may take the money after all.
    ['declined', ['declined', 'declined', 'captured', 'declined', 'declined', 'declined']],
  ]

  test.each(table)('makes of one that is %s what the table of outcomes says, and nothing else', async (from, to) => {
    const became: string[] = []
    for (const state of Object.values(states)) {
      const before = await made({ status: from, providerRef: aRef(), checks: 3 })
      const now = await apply(before.id, state(aRef()))
      became.push(now?.status ?? '')
      expect(await findPayment(t.db, before.id)).toEqual(now)
      const isFinal = from === 'captured' || from === 'voided'
      const isDeclined = from === 'declined' && now?.status === 'declined'
      if (isFinal || isDeclined) expect(now).toEqual(before)
      const isTaken = now?.status === 'captured' && from !== 'captured'
      expect((await ledgerOf(before.orderId)).length).toBe(isTaken ? 1 : 0)
    }
    expect(became).toEqual(to)
  })

  test('a capture is booked once, told once, and leaves nothing to ask', async () => {
    const waiting = { declineCode: 'no_funds', leasedUntil: after(20), nextCheckAt: after(20) }
    const { id, orderId } = await made({ status: 'unknown', ...waiting })
    const beside = await made(waiting)
    const ref = aRef()
    const now = await apply(id, captured(100, ref))
    const cleared = { declineCode: null, leasedUntil: null, nextCheckAt: null }
    expect(now).toMatchObject({ status: 'captured', capturedMinor: 100, providerRef: ref, ...cleared })
    expect(await apply(id, captured(100, ref))).toEqual(now)
    const entry = { kind: 'capture', method: 'card_online', minor: 100, by: 'provider:scripted', place: null }
    expect(await ledgerOf(orderId)).toEqual([entry])
    const payload = { orderId, paymentId: id, amountMinor: 100, currency: 'EUR', method: 'card_online' }
    expect(await eventsOf(orderId)).toEqual([{ type: 'payments.captured', payload }])
    expect(await findPayment(t.db, beside.id)).toEqual(beside)
  })

  test('another amount than was asked is booked up to what was asked, and a person is told', async () => {
    for (const [said, booked] of [
      [130, 100],
      [70, 70],
    ] as const) {
      const { id, orderId } = await made()
      expect(await apply(id, captured(said, aRef()))).toMatchObject({ status: 'captured', capturedMinor: booked })
      expect(await ledgerOf(orderId)).toMatchObject([{ minor: booked }])
      expect(
        (await eventsOf(orderId)).map(({ type, payload }) => [type, payload['reason'] ?? payload['amountMinor']]),
      ).toEqual([
        ['payments.captured', booked],
        ['payments.attention', 'amount_differs'],
      ])
    }
  })

  test('one that waits keeps its page and is asked again, a little later each time', async () => {
    const page = 'https://pay.example/1'
    const { id } = await made({ leasedUntil: after(20), checks: 2 })
    const ref = aRef()
    const waits = { providerRef: ref, redirectUrl: page, leasedUntil: null }
    const first = await apply(id, { status: 'pending', ref, redirectUrl: page })
    expect(first).toMatchObject({ status: 'pending', checks: 3, nextCheckAt: after(30), ...waits })
    const second = await apply(id, { status: 'pending', ref, redirectUrl: null })
    expect(second).toMatchObject({ status: 'pending', checks: 4, nextCheckAt: after(60), ...waits })
    expect(await apply(id, { status: 'authorized', ref })).toMatchObject({ status: 'authorized', checks: 5, ...waits })
    expect([0, 1, 9, 10, 29].map((checks) => nextCheck(t.clock, checks))).toEqual(
      [5, 15, 3600, 3600, 3600].map((seconds) => after(seconds)),
    )
  })

  test('a refusal is kept with its code and ends the asking; of what never arrived nothing was charged', async () => {
    const waiting = { leasedUntil: after(20), nextCheckAt: after(20) }
    const [one, other] = [await made(waiting), await made({ ...waiting, providerRef: 'ref-of-before' })]
    const ref = aRef()
    const ended = { leasedUntil: null, nextCheckAt: null, capturedMinor: 0 }
    expect(await apply(one.id, { status: 'declined', ref, code: 'no_funds' })).toMatchObject({
      status: 'declined',
      declineCode: 'no_funds',
      providerRef: ref,
      ...ended,
    })
    expect(await apply(other.id, { status: 'unknown_there' })).toMatchObject({
      status: 'declined',
      declineCode: 'never_arrived',
      providerRef: 'ref-of-before',
      ...ended,
    })
    const third = await made(waiting)
    expect(await apply(third.id, { status: 'voided', ref: aRef() })).toMatchObject({
      status: 'voided',
      declineCode: null,
      ...ended,
    })
  })

  test('money of a till is no provider’s business; of a payment nobody knows nothing becomes', async () => {
    const cash = await made({ method: 'cash', provider: 'cash' })
    expect(await apply(cash.id, captured())).toEqual(cash)
    expect(await apply('pay_none', captured())).toBeUndefined()
  })

  test('twice at the same moment is booked once: the second waits', async () => {
    const { id, orderId } = await made()
    const ref = aRef()
    const outcome = await meeting(t.db, {
      first: (tx) => applyOutcome(tx, t.clock, { paymentId: id, state: captured(100, ref) }),
      second: () => apply(id, captured(100, ref)),
    })
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { status: 'captured' } })
    expect(await ledgerOf(orderId)).toHaveLength(1)
  })
})

describe('an answer that is lost', () => {
  const lose = (id: string) => t.db.transaction((tx) => markUnknown(tx, t.clock, id))

  test('leaves nobody knowing, unless the provider has named it before', async () => {
    const lease = { leasedUntil: after(20) }
    const [fresh, named] = [await made(lease), await made({ ...lease, providerRef: aRef() })]
    expect(await lose(fresh.id)).toMatchObject({ status: 'unknown', checks: 1, leasedUntil: null })
    expect(await findPayment(t.db, fresh.id)).toMatchObject({ nextCheckAt: after(5) })
    expect(await lose(fresh.id)).toMatchObject({ status: 'unknown', checks: 2 })
    expect(await findPayment(t.db, fresh.id)).toMatchObject({ nextCheckAt: after(15) })
    expect(await lose(named.id)).toMatchObject({ status: 'pending', checks: 1 })
    const authorized = await made({ status: 'authorized', providerRef: aRef() })
    expect((await lose(authorized.id))?.status).toBe('authorized')
    for (const status of ['captured', 'declined', 'voided'] as const) {
      const ended = await made({ status })
      expect(await lose(ended.id)).toBeUndefined()
      expect(await findPayment(t.db, ended.id)).toEqual(ended)
    }
  })

  test('time and again is told to a person, once, and not asked any more', async () => {
    const { id, orderId } = await made({ status: 'unknown', checks: checksMax - 2, nextCheckAt: after(-1) })
    const beside = await made({ nextCheckAt: after(-1) })
    await lose(id)
    expect(await eventsOf(orderId)).toEqual([])
    expect(await findPayment(t.db, id)).toMatchObject({ nextCheckAt: after(3600) })
    await lose(id)
    const payload = { orderId, paymentId: id, reason: 'provider_silent' }
    expect(await eventsOf(orderId)).toEqual([{ type: 'payments.attention', payload }])
    expect(await findPayment(t.db, id)).toMatchObject({ checks: checksMax, nextCheckAt: null })
    expect(await findPayment(t.db, beside.id)).toEqual(beside)
  })
})

describe('money back', () => {
  const give = (orderId: string, amountMinor: number, more: Partial<RefundOrder> = {}) =>
    told(t.db.transaction((tx) => refund(tx, t.clock, { orderId, amountMinor, reason: 'Ya no', actorId, ...more })))
  const refundsOf = (orderId: string) =>
    t.db.many<{ id: string; at: Date | null }>(sql`
      select id, payment_id as payment, amount_minor as minor, method, status, location_id as place, next_check_at as at, done_at as done, checks,
             provider_ref as ref, leased_until as lease from payments.refund where order_id = ${orderId} order by payment_id desc, id`)
  const refundedOf = async (id: string) => (await findPayment(t.db, id))?.refundedMinor
  const online = (more: Partial<Payment> = {}) => made({ status: 'captured', providerRef: aRef(), ...more })

  test('comes from the newest payment first, up to what each took, the way it was paid', async () => {
    const cash = await made({ status: 'captured', method: 'cash', provider: 'cash', amountMinor: 50 })
    const { orderId } = cash
    const spent = await online({ orderId, amountMinor: 30, refundedMinor: 30 })
    const card = await online({ orderId, amountMinor: 40, refundedMinor: 10 })
    expect(await give(orderId, 45, { locationId: 'loc_1' })).toEqual({ nowMinor: 15, pendingMinor: 30 })
    const [first, second, ...more] = await refundsOf(orderId)
    expect(first).toMatchObject({
      payment: card.id,
      minor: 30,
      method: 'card_online',
      status: 'pending',
      at: t.clock.now(),
      done: null,
    })
    expect(second).toMatchObject({
      payment: cash.id,
      minor: 15,
      method: 'cash',
      status: 'done',
      at: null,
      done: t.clock.now(),
      place: 'loc_1',
    })
    expect(more).toEqual([])
    expect([await refundedOf(card.id), await refundedOf(cash.id), await refundedOf(spent.id)]).toEqual([40, 15, 30])
    const entry = { kind: 'refund', method: 'cash', minor: 15, by: actorId, place: 'loc_1' }
    expect(await ledgerOf(orderId)).toEqual([entry])
    const payload = { orderId, paymentId: cash.id, refundId: second?.id, amountMinor: 15, currency: 'EUR' }
    expect(await eventsOf(orderId)).toEqual([{ type: 'payments.refunded', payload }])
  })

  test('never more than there is, and of nothing nothing', async () => {
    const { orderId } = await online({ amountMinor: 40, refundedMinor: 10 })
    const tooHigh = { code: 'payments.refund_too_high', data: { requestedMinor: 31, availableMinor: 30 } }
    expect(await give(orderId, 31)).toMatchObject(tooHigh)
    expect(await give(orderId, 0)).toEqual({ nowMinor: 0, pendingMinor: 0 })
    expect(await refundsOf(orderId)).toEqual([])
    expect(await give(orderId, 30)).toEqual({ nowMinor: 0, pendingMinor: 30 })
    expect(await refundsOf(orderId)).toHaveLength(1)
  })

  test('in cash out of a drawer, or from one payment only, when that is asked for', async () => {
    const [late, { orderId }] = await Promise.all([online({ orderId: 'ord_late' }), online({ orderId: 'ord_late' })])
    expect(await give(orderId, 101, { paymentId: late.id })).toMatchObject({ data: { availableMinor: 100 } })
    await give(orderId, 60, { paymentId: late.id })
    expect(await refundedOf(late.id)).toBe(60)
    expect(await give(orderId, 140, { method: 'cash', locationId: 'loc_1' })).toEqual({
      nowMinor: 140,
      pendingMinor: 0,
    })
    expect((await refundsOf(orderId)).map((row) => (row as { method?: string }).method).sort()).toEqual([
      'card_online',
      'cash',
      'cash',
    ])
  })

  test('asked for twice at the same moment: the second waits, and finds nothing left', async () => {
    const { orderId } = await online()
    const outcome = await meeting(t.db, {
      first: (tx) => refund(tx, t.clock, { orderId, amountMinor: 80, reason: 'Ya no', actorId }),
      second: () => give(orderId, 80),
    })
    expect(outcome).toMatchObject({ value: { code: 'payments.refund_too_high', data: { availableMinor: 20 } } })
  })

  /** One refund of 60 that waits for its provider, alone in the queue. */
  async function waiting() {
    await t.db.run(sql`update payments.refund set status = 'done' where status = 'pending'`)
    const payment = await online()
    await give(payment.orderId, 60)
    const [row] = await refundsOf(payment.orderId)
    provider.asked.length = 0
    return { ...payment, refundId: row?.id ?? '' }
  }

  test('of an online payment is booked when its provider has done it, once', async () => {
    const { id, orderId, refundId } = await waiting()
    provider.answers.refund = { status: 'done', ref: 'rf-1' }
    expect(await sendDueRefunds(t.db, t.clock)).toBe(1)
    expect(await sendDueRefunds(t.db, t.clock)).toBe(0)
    expect(provider.asked).toEqual([`refund ${refundId}`])
    expect(await refundsOf(orderId)).toMatchObject([
      { status: 'done', ref: 'rf-1', done: t.clock.now(), at: null, lease: null, checks: 1 },
    ])
    expect(await ledgerOf(orderId)).toMatchObject([{ kind: 'refund', minor: 60, method: 'card_online' }])
    expect(await eventsOf(orderId)).toMatchObject([{ type: 'payments.refunded', payload: { amountMinor: 60 } }])
    expect(await refundedOf(id)).toBe(60)
  })

  test('that another process has written down meanwhile is not booked again; no more are sent than were asked for', async () => {
    const { orderId, refundId } = await waiting()
    const send = provider.refund
    provider.refund = async (request) => {
      await t.db.run(sql`update payments.refund set status = 'done' where id = ${refundId}`)
      return send(request)
    }
    provider.answers.refund = { status: 'done', ref: null }
    await sendDueRefunds(t.db, t.clock)
    provider.refund = send
    expect([await ledgerOf(orderId), await eventsOf(orderId)]).toEqual([[], []])
    for (let i = 0; i < 2; i++) await give((await online()).orderId, 60)
    expect([await sendDueRefunds(t.db, t.clock, 1), await sendDueRefunds(t.db, t.clock, 5)]).toEqual([1, 1])
  })

  test('that is done at the last try is no matter for a person', async () => {
    const { orderId, refundId } = await waiting()
    await t.db.run(sql`update payments.refund set checks = ${checksMax - 1} where id = ${refundId}`)
    provider.answers.refund = { status: 'done', ref: null }
    await sendDueRefunds(t.db, t.clock)
    expect((await eventsOf(orderId)).map(({ type }) => type)).toEqual(['payments.refunded'])
  })

  test('that the provider refuses stands as not given back, and a person is told', async () => {
    const { id, orderId, refundId } = await waiting()
    const beside = await online({ refundedMinor: 60 })
    provider.answers.refund = { status: 'failed', ref: null }
    await sendDueRefunds(t.db, t.clock)
    expect(await refundsOf(orderId)).toMatchObject([{ status: 'failed', at: null, done: null }])
    expect([await refundedOf(id), await refundedOf(beside.id)]).toEqual([0, 60])
    expect(await ledgerOf(orderId)).toEqual([])
    const attention = [{ type: 'payments.attention', payload: { orderId, paymentId: id, reason: 'refund_failed' } }]
    expect(await eventsOf(orderId)).toEqual(attention)
    await sendDueRefunds(t.db, t.clock)
    expect(provider.asked).toEqual([`refund ${refundId}`])
  })

  test('whose answer is lost is asked for again when its time has come, up to a last time, then told to a person', async () => {
    const { id, orderId, refundId } = await waiting()
    delete provider.answers.refund
    await sendDueRefunds(t.db, t.clock)
    const [lost] = await refundsOf(orderId)
    expect(lost).toMatchObject({ status: 'pending', at: after(5), lease: null, checks: 1 })
    t.clock.advance(4999)
    expect(await sendDueRefunds(t.db, t.clock)).toBe(0)
    t.clock.advance(1)
    provider.answers.refund = { status: 'pending', ref: 'rf-2' }
    expect(await sendDueRefunds(t.db, t.clock)).toBe(1)
    expect(await refundsOf(orderId)).toMatchObject([{ status: 'pending', ref: 'rf-2', at: after(15), checks: 2 }])
    expect(await eventsOf(orderId)).toEqual([])
    for (const checks of [checksMax - 2, checksMax - 1]) {
      await t.db.run(
        sql`update payments.refund set checks = ${checks}, next_check_at = ${t.clock.now()} where id = ${refundId}`,
      )
      await sendDueRefunds(t.db, t.clock)
    }
    expect(await refundsOf(orderId)).toMatchObject([{ status: 'pending', at: null, checks: checksMax }])
    const payload = { orderId, paymentId: id, reason: 'refund_silent' }
    expect(await eventsOf(orderId)).toEqual([{ type: 'payments.attention', payload }])
  })

  test('that another process has under way is left to it until its time is over', async () => {
    const { orderId, refundId } = await waiting()
    provider.answers.refund = { status: 'done', ref: null }
    await t.db.run(sql`update payments.refund set leased_until = ${after(20)} where id = ${refundId}`)
    expect(await sendDueRefunds(t.db, t.clock)).toBe(0)
    t.clock.advance(20_000)
    const job = paymentsJobs().find(({ name }) => name === 'payments-refunds')
    await job?.run(t as never)
    expect(await refundsOf(orderId)).toMatchObject([{ status: 'done' }])
  })
})

test('open payments and refunds are looked after by jobs of their own', async () => {
  expect(paymentsJobs().map(({ name, everyMs }) => [name, everyMs])).toEqual([
    ['payments-check', 500],
    ['payments-refunds', 1000],
  ])
  await t.db.run(sql`update payments.payment set next_check_at = null`)
  const { id } = await made({ nextCheckAt: after(-1) })
  provider.answers.status = captured(100, aRef())
  const job = paymentsJobs().find(({ name }) => name === 'payments-check')
  await job?.run(t as never)
  expect((await findPayment(t.db, id))?.status).toBe('captured')
})
