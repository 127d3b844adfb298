import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type PaymentProvider, useCaptureWriter, usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { checkDuePayments } from './check-due.ts'
import { applyOutcome } from './outcome.ts'
import { sendDueRefunds } from './refund.ts'
import { receiveWebhook } from './webhook.ts'

/** What a provider was asked: how often about each payment or refund, and how many calls at once at most. */
const asked = { times: new Map<string, number>(), now: 0, most: 0 }
const call = async (key: string) => {
  asked.times.set(key, (asked.times.get(key) ?? 0) + 1)
  asked.now += 1
  asked.most = Math.max(asked.most, asked.now)
  await new Promise((resolve) => setTimeout(resolve, 5))
  asked.now -= 1
}
const never = async () => {
  throw new Error('not asked for')
}
const provider: PaymentProvider = {
  name: 'patient',
  create: never,
  capture: never,
  void: never,
  status: async ({ key }) => {
    await call(key)
    return { status: 'captured', ref: `ref-${key}`, amountMinor: 100 }
  },
  refund: async ({ key }) => {
    await call(key)
    return { status: 'done', ref: `ref-${key}` }
  },
  parseWebhook: (headers, body) => ({
    eventId: headers['id'] ?? 'evt_1',
    type: 'payment.captured',
    key: body.toString(),
    payload: {},
  }),
}

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
  usePaymentProvider(provider)
})
afterAll(async () => t?.close())
beforeEach(async () => {
  asked.times.clear()
  asked.most = 0
  await t.db.script(
    'truncate payments.payment, payments.refund, payments.ledger_entry, payments.provider_event cascade',
  )
})

const later = () => new Date(t.clock.now().getTime() - 1000)

async function somePayments(count: number, status: 'unknown' | 'captured'): Promise<void> {
  const taken = status === 'captured' ? 100 : 0
  await t.db.run(sql`
    insert into payments.payment (id, order_id, method, provider, provider_ref, amount_minor, currency, status, captured_minor, refunded_minor, next_check_at, created_at, updated_at)
    select 'pay_' || lpad(n::text, 22, '0'), 'ord_' || lpad(n::text, 22, '0'), 'card_online', 'patient', 'ref-' || n, 100, 'EUR', ${status}, ${taken}::bigint,
           ${taken}::bigint, case when ${status}::text = 'unknown' then ${later()}::timestamptz end, ${later()}, ${later()} from generate_series(1, ${count}::int) n`)
}

test('a backlog of charges is asked about side by side, each once, though two processes work on it', async () => {
  await somePayments(300, 'unknown')
  await Promise.all([checkDuePayments(t.db, t.clock), checkDuePayments(t.db, t.clock)])
  expect(asked.times.size).toBe(300)
  expect([...asked.times.values()].filter((times) => times !== 1)).toEqual([])
  expect(asked.most).toBeGreaterThan(1)
  expect(asked.most).toBeLessThanOrEqual(32)
  const ledger = await t.db.one(sql`
    select count(*)::int as rows, coalesce(sum(amount_minor), 0)::int as minor from payments.ledger_entry where kind = 'capture'`)
  expect(ledger).toEqual({ rows: 300, minor: 30_000 })
})

test('a backlog of refunds is sent side by side, each once, up to what was asked for', async () => {
  await somePayments(40, 'captured')
  await t.db.run(sql`
    insert into payments.refund (id, order_id, payment_id, amount_minor, method, reason, status, next_check_at, actor_id, created_at)
    select 'ref_' || substr(id, 5), order_id, id, 100, 'card_online', 'test', 'pending', ${later()}, 'system:test', ${later()} from payments.payment`)
  expect(await sendDueRefunds(t.db, t.clock, 10)).toBe(10)
  const [one, other] = await Promise.all([sendDueRefunds(t.db, t.clock, 100), sendDueRefunds(t.db, t.clock, 100)])
  expect(one + other).toBe(30)
  expect([...asked.times.values()]).toEqual(Array.from({ length: 40 }, () => 1))
  expect(asked.most).toBeGreaterThan(1)
  expect(await t.db.one(sql`select count(*)::int as done from payments.refund where status = 'done'`)).toEqual({
    done: 40,
  })
})

test('captures that a backlog brings together are written by whoever places their orders; what is refused there is written alone', async () => {
  await somePayments(40, 'unknown')
  const asked: string[] = []
  useCaptureWriter(async (db, clock, { paymentId, amountMinor, ref }) => {
    asked.push(paymentId)
    if (paymentId.endsWith('3')) throw new Error('its goods are gone')
    const state = { status: 'captured' as const, ref, amountMinor }
    const payment = await db.transaction((tx) => applyOutcome(tx, clock, { paymentId, state }))
    if (!payment) throw new Error('no payment')
    return payment
  })
  expect(await checkDuePayments(t.db, t.clock)).toBe(40)
  useCaptureWriter(async () => {
    throw new Error('every other capture is written alone')
  })
  expect(asked).toHaveLength(40)
  expect(
    await t.db.one(
      sql`select count(*)::int as captured from payments.payment where status = 'captured' and captured_minor = 100`,
    ),
  ).toEqual({ captured: 40 })
})

test('in a flood of notices only some are asked about on the spot; the others make their payments due, and none is forgotten', async () => {
  await somePayments(60, 'unknown')
  const hour = new Date(t.clock.now().getTime() + 3_600_000)
  await t.db.run(sql`update payments.payment set next_check_at = ${hour}, checks = 12`)
  const ids = await t.db.many<{ id: string }>(sql`select id from payments.payment order by id`)
  const notice = (id: string, copy: number) => ({
    provider: 'patient',
    headers: { id: `evt_${id}_${copy % 2}` },
    body: Buffer.from(id),
  })
  // Four copies of each, two of them the same notice.
  const flood = [0, 1, 2, 3].flatMap((copy) => ids.map(({ id }) => receiveWebhook(t.db, t.clock, notice(id, copy))))
  const fresh = (await Promise.all(flood)).filter((answer) => answer.fresh).length
  expect(fresh).toBe(120)
  const { open, due } = await t.db.one<{ open: number; due: number }>(sql`
    select count(*) filter (where status = 'unknown')::int as open,
           count(*) filter (where status = 'unknown' and next_check_at <= ${t.clock.now()} and checks <= 1)::int as due from payments.payment`)
  expect([open > 0, due]).toEqual([true, open])
  expect(await checkDuePayments(t.db, t.clock)).toBe(open)
  expect(await t.db.one(sql`select count(*)::int as open from payments.payment where status <> 'captured'`)).toEqual({
    open: 0,
  })
})

test('one payment whose provider is not connected any more does not hold up the others', async () => {
  await somePayments(10, 'unknown')
  await t.db.run(sql`update payments.payment set provider = 'gone' where id like '%3'`)
  await expect(checkDuePayments(t.db, t.clock)).rejects.toMatchObject({ code: 'payments.provider_unknown' })
  expect(asked.times.size).toBe(9)
})

test('the second and third copy of a notice cost the provider no question', async () => {
  await somePayments(1, 'unknown')
  const [payment] = await t.db.many<{ id: string }>(sql`select id from payments.payment`)
  const notice = { provider: 'patient', headers: {}, body: Buffer.from(payment?.id ?? '') }
  const fresh = []
  for (let copy = 0; copy < 3; copy++) fresh.push((await receiveWebhook(t.db, t.clock, notice)).fresh)
  expect(fresh).toEqual([true, false, false])
  expect([...asked.times.values()]).toEqual([1])
})

test('a notice that comes while an older payment is being asked about counts; one that comes while it is being made need not', async () => {
  const noticed = async (checks: number) => {
    await t.db.script('truncate payments.payment, payments.ledger_entry, payments.provider_event cascade')
    await somePayments(1, 'unknown')
    const until = new Date(t.clock.now().getTime() + 10_000)
    await t.db.run(sql`update payments.payment set status = 'pending', checks = ${checks}, leased_until = ${until}`)
    const { id } = await t.db.one<{ id: string }>(sql`select id from payments.payment`)
    await receiveWebhook(t.db, t.clock, { provider: 'patient', headers: {}, body: Buffer.from(id) })
    return t.db.one(
      sql`select status, (select count(*)::int from payments.provider_event) as stored from payments.payment`,
    )
  }
  expect(await noticed(5)).toEqual({ status: 'captured', stored: 1 })
  expect(await noticed(0)).toEqual({ status: 'pending', stored: 1 })
})
