import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { paymentProblems } from './problems.ts'

/** Money that is already taken when Hilo hears of it: cash, a card on the shop's terminal, a marketplace's own checkout. */
export type TakenTender =
  | { method: 'cash'; amountMinor: number; tenderedMinor?: number | undefined }
  | { method: 'card_present'; amountMinor: number; reference: string }
  | { method: 'elsewhere'; amountMinor: number; reference: string; provider: string }

/**
 * Books tenders that need no provider: payment and capture in one statement each.
 * @returns the change to give back over all cash tenders, in minor units
 * @throws Problem payments.cash_too_little
 */
export async function recordCounterPayment(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    currency,
    tenders,
    locationId,
    actorId,
    personId = null,
  }: {
    orderId: string
    currency: string
    tenders: readonly TakenTender[]
    locationId: string | null
    actorId: string
    personId?: string | null
  },
): Promise<{ changeMinor: number }> {
  let changeMinor = 0
  for (const tender of tenders) {
    const paymentId = newId('pay')
    const tendered = tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : null
    if (tendered !== null && tendered < tender.amountMinor) {
      throw paymentProblems.cash_too_little({ amountMinor: tender.amountMinor, tenderedMinor: tendered })
    }
    changeMinor += tendered === null ? 0 : tendered - tender.amountMinor
    tx.later(sql`
      with paid as (
        insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, tendered_minor,
                                      reference, created_at, updated_at)
        values (${paymentId}, ${orderId}, ${tender.method}, ${providerOf(tender)}, ${tender.amountMinor}, ${currency}, 'captured',
                ${tender.amountMinor}, ${tendered}, ${'reference' in tender ? tender.reference : ''}, ${clock.now()}, ${clock.now()})
      )
      insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, location_id, actor_id, at)
      values (${newId('cap')}, ${paymentId}, ${orderId}, 'capture', ${tender.method}, ${tender.amountMinor}, ${currency},
              ${locationId}, ${actorId}, ${clock.now()})`)
    await emit(tx, clock, 'payments.captured', {
      subjectId: orderId,
      personId,
      payload: { orderId, paymentId, amountMinor: tender.amountMinor, currency, method: tender.method },
    })
  }
  return { changeMinor }
}

function providerOf(tender: TakenTender): string {
  if (tender.method === 'elsewhere') return tender.provider
  return tender.method === 'cash' ? 'cash' : 'terminal'
}
