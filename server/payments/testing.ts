import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { findPayment, type Payment } from './payment-rows.ts'
import type { PaymentProvider, ProviderState, RefundState } from './provider.ts'

/** A payment as stored, of an order of its own unless it says otherwise; 100 EUR cents online, waiting. */
export async function aPayment(db: Db, clock: Clock, values: Partial<Payment> = {}): Promise<Payment> {
  const id = newId('pay')
  const now = clock.now()
  const row = {
    orderId: newId('ord'),
    method: 'card_online',
    provider: 'scripted',
    amountMinor: 100,
    status: 'pending',
    providerRef: null,
    ...values,
  }
  const capturedMinor = values.capturedMinor ?? (row.status === 'captured' ? row.amountMinor : 0)
  await db.run(sql`
    insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, refunded_minor,
        provider_ref, redirect_url, decline_code, leased_until, next_check_at, checks, created_at, updated_at)
    values (${id}, ${row.orderId}, ${row.method}, ${row.provider}, ${row.amountMinor}, 'EUR', ${row.status}, ${capturedMinor},
        ${values.refundedMinor ?? 0}, ${row.providerRef}, ${values.redirectUrl ?? null}, ${values.declineCode ?? null},
        ${values.leasedUntil ?? null}, ${values.nextCheckAt ?? null}, ${values.checks ?? 0}, ${now}, ${now})`)
  const payment = await findPayment(db, id)
  if (!payment) throw new Error('no payment')
  return payment
}

/** What the ledger booked for an order, smallest amount first. */
export function bookedFor(db: Db, orderId: string): Promise<object[]> {
  return db.many(sql`
    select kind, method, amount_minor as minor, actor_id as "by", location_id as place from payments.ledger_entry
     where order_id = ${orderId} order by amount_minor`)
}

/** What was told of an order and not yet carried on, in the order in which it happened. */
export function toldOf(db: Db, orderId: string): Promise<object[]> {
  return db.many(
    sql`select type, payload, person_id as person from platform.outbox where subject_id = ${orderId} order by id`,
  )
}

export type ScriptedProvider = PaymentProvider & {
  /** What was asked, in order: `create pay_1`. */
  asked: string[]
  /** What it says next to each question; a missing one is a lost answer. */
  answers: Partial<Record<'create' | 'status' | 'capture' | 'void', ProviderState> & { refund: RefundState }>
}

/** A provider that answers what the test wrote down for it. */
export function scriptedProvider(): ScriptedProvider {
  const asked: string[] = []
  const answers: ScriptedProvider['answers'] = {}
  const say =
    <K extends keyof ScriptedProvider['answers']>(what: K) =>
    async (request: { key: string }): Promise<NonNullable<ScriptedProvider['answers'][K]>> => {
      asked.push(`${what} ${request.key}`)
      const told = answers[what]
      if (told === undefined) throw new Error('the answer is lost')
      return told as NonNullable<ScriptedProvider['answers'][K]>
    }
  return {
    name: 'scripted',
    asked,
    answers,
    create: say('create'),
    status: say('status'),
    capture: say('capture'),
    void: say('void'),
    refund: say('refund'),
    parseWebhook: () => ({ eventId: 'evt_1', type: '', key: '', payload: {} }),
  }
}
