import type { OrderPayment } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { event, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { type Sql, sql, writeAll } from '#platform/sql'
import { paymentProblems } from './problems.ts'

/** Money that is already taken when Hilo hears of it: cash, a card on the shop's terminal, a marketplace's own checkout. */
export type TakenTender =
  | { method: 'cash'; amountMinor: number; tenderedMinor?: number | undefined }
  | { method: 'card_present'; amountMinor: number; reference: string }
  | { method: 'elsewhere'; amountMinor: number; reference: string; provider: string }

export type TakenPayment = {
  orderId: string
  currency: string
  tenders: readonly TakenTender[]
  locationId: string | null
  actorId: string
  personId?: string | null
}
export type PreparedPayments = {
  /** Payments of each entry, as its order shows them. */
  taken: OrderPayment[][]
  writes: Sql[]
  events: NewEvent[]
}

/**
 * The change to give back over all cash tenders, in minor units.
 * @throws Problem payments.cash_too_little
 */
export function changeOf(tenders: readonly TakenTender[]): number {
  return tenders.reduce((sum, tender) => {
    const tendered = tenderedOf(tender)
    if (tendered === null) return sum
    if (tendered < tender.amountMinor) {
      throw paymentProblems.cash_too_little({ amountMinor: tender.amountMinor, tenderedMinor: tendered })
    }
    return sum + tendered - tender.amountMinor
  }, 0)
}

/**
 * Tenders that need no provider, as payments captured this moment, for any number of orders. Nothing is written yet: the caller puts
 * `writes` and `events` into its own statement, after `changeOf` has found nothing wrong with them.
 */
export function prepareTaken(clock: Clock, entries: readonly TakenPayment[]): PreparedPayments {
  const rows = entries.flatMap((entry, at) => entry.tenders.map((tender) => ({ at, entry, tender, id: newId('pay') })))
  if (rows.length === 0) return { taken: entries.map(() => []), writes: [], events: [] }
  const column = <T>(pick: (row: (typeof rows)[number]) => T) => rows.map(pick)
  const now = clock.now()
  const ids = column((row) => row.id)
  const orders = column((row) => row.entry.orderId)
  const methods = column((row) => row.tender.method)
  const amounts = column((row) => row.tender.amountMinor)
  const currencies = column((row) => row.entry.currency)
  return {
    taken: entries.map((_, at) => rows.filter((row) => row.at === at).map((row) => shown(clock, row))),
    writes: [
      sql`insert into payments.payment (id, order_id, method, provider, amount_minor, currency, captured_minor, tendered_minor, reference,
            status, created_at, updated_at)
          select n.*, 'captured', ${now}::timestamptz, ${now}::timestamptz
            from unnest(${ids}::text[], ${orders}::text[], ${methods}::text[], ${column((row) => providerOf(row.tender))}::text[],
                        ${amounts}::bigint[], ${currencies}::text[], ${amounts}::bigint[], ${column((row) => tenderedOf(row.tender))}::bigint[],
                        ${column((row) => referenceOf(row.tender))}::text[])
                   as n (id, order_id, method, provider, amount, currency, captured, tendered, reference)`,
      sql`insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, location_id, actor_id, at)
          select n.id, n.payment, n.order_id, 'capture', n.method, n.amount, n.currency, n.place, n.actor, ${now}::timestamptz
            from unnest(${ids.map(() => newId('cap'))}::text[], ${ids}::text[], ${orders}::text[], ${methods}::text[], ${amounts}::bigint[],
                        ${currencies}::text[], ${column((row) => row.entry.locationId)}::text[], ${column((row) => row.entry.actorId)}::text[])
                   as n (id, payment, order_id, method, amount, currency, place, actor)`,
    ],
    events: rows.map(({ id, entry: { orderId, currency, personId = null }, tender: { amountMinor, method } }) =>
      event('payments.captured', {
        subjectId: orderId,
        personId,
        payload: { orderId, paymentId: id, amountMinor, currency, method },
      }),
    ),
  }
}

/**
 * The same for one order, written in the caller's transaction.
 * @returns the change to give back over all cash tenders, in minor units
 * @throws Problem payments.cash_too_little
 */
export async function recordCounterPayment(
  tx: Tx,
  clock: Clock,
  entry: TakenPayment,
): Promise<{ changeMinor: number }> {
  const changeMinor = changeOf(entry.tenders)
  const { writes, events } = prepareTaken(clock, [entry])
  if (writes.length > 0) {
    tx.later(writeAll([...writes, eventsPiece(clock, events)]))
    wakeAfter(tx)
  }
  return { changeMinor }
}

function shown(
  clock: Clock,
  { id, entry, tender }: { id: string; entry: TakenPayment; tender: TakenTender },
): OrderPayment {
  const tenderedMinor = tenderedOf(tender)
  const { method, amountMinor } = tender
  return {
    id,
    method,
    provider: providerOf(tender),
    amountMinor,
    currency: entry.currency,
    status: 'captured',
    capturedMinor: amountMinor,
    refundedMinor: 0,
    tenderedMinor,
    changeMinor: tenderedMinor === null ? 0 : tenderedMinor - amountMinor,
    reference: referenceOf(tender),
    declineCode: null,
    redirectUrl: null,
    createdAt: clock.now().toISOString(),
    refunds: [],
  }
}

function tenderedOf(tender: TakenTender): number | null {
  return tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : null
}

function referenceOf(tender: TakenTender): string {
  return 'reference' in tender ? tender.reference : ''
}

function providerOf(tender: TakenTender): string {
  if (tender.method === 'elsewhere') return tender.provider
  return tender.method === 'cash' ? 'cash' : 'terminal'
}
