import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'

export type HistoryPayment = {
  orderId: string
  amountMinor: number
  currency: string
  reference: string
  provider: string
  /** When it was paid there. */
  at: string
}

/**
 * Books what was paid elsewhere long ago, for history that is brought in: one payment and one ledger row each, in one statement,
 * without events (nothing happens now).
 */
export async function recordHistory(
  tx: Tx,
  { clock, actorId }: { clock: Clock; actorId: string },
  payments: readonly HistoryPayment[],
): Promise<void> {
  const rows = payments.filter(({ amountMinor }) => amountMinor > 0)
  if (rows.length === 0) return
  await tx.run(sql`
    with n as (
      select * from unnest(${rows.map(() => newId('pay'))}::text[], ${rows.map(() => newId('cap'))}::text[], ${rows.map(({ orderId }) => orderId)}::text[],
                           ${rows.map(({ amountMinor }) => amountMinor)}::bigint[], ${rows.map(({ currency }) => currency)}::text[],
                           ${rows.map(({ reference }) => reference)}::text[], ${rows.map(({ provider }) => provider)}::text[],
                           ${rows.map(({ at }) => at)}::timestamptz[]) as n (id, entry_id, order_id, amount, currency, reference, provider, at)
    ), paid as (
      insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, reference, created_at, updated_at)
      select id, order_id, 'elsewhere', provider, amount, currency, 'captured', amount, reference, at, ${clock.now()}::timestamptz from n
    )
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
    select entry_id, id, order_id, 'capture', 'elsewhere', amount, currency, ${actorId}::text, at from n`)
}
