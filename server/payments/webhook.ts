import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { sql } from '#platform/sql'
import { applyOutcome } from './outcome.ts'
import { findPayment, type Payment } from './payment-rows.ts'
import { type ProviderState, providerNamed } from './provider.ts'

/**
 * Whether a notice may change anything: not of what is final (outcome.ts), and not while the charge itself is being made. Whoever makes
 * it learns the same from the answer; should they die, the job that asks again does. While an older payment is only being asked about,
 * the notice may be newer than that answer, and the next question an hour away.
 */
function isOpen(clock: Clock, { status, leasedUntil, checks }: Payment): boolean {
  const isBeingMade = checks === 0 && leasedUntil !== null && leasedUntil > clock.now()
  return status !== 'captured' && status !== 'voided' && !isBeingMade
}

/**
 * Takes a provider's notice. A notice says only that something happened: the truth is asked from the provider (before the
 * transaction), so lost order and stale content do no harm. Stored once by its event id; its effect is applied by the transaction
 * that stores it, so a repeat changes nothing and a crash leaves nothing half done.
 * @returns whether it was new
 * @throws Problem payments.provider_unknown, payments.signature_wrong
 */
export async function receiveWebhook(
  db: Db,
  clock: Clock,
  { provider: name, headers, body }: { provider: string; headers: Record<string, string | undefined>; body: Buffer },
): Promise<{ fresh: boolean }> {
  const provider = providerNamed(name)
  const notice = provider.parseWebhook(headers, body)
  // Notices come in several copies, often: those that are known cost the provider no question.
  if (await isKnown(db, name, notice.eventId)) return { fresh: false }
  const payment = await findPayment(db, notice.key)
  const state: ProviderState | undefined =
    payment && isOpen(clock, payment) ? await provider.status({ key: payment.id, ref: payment.providerRef }) : undefined
  const store = sql`
    insert into payments.provider_event (provider, event_id, type, payload, received_at)
    values (${name}, ${notice.eventId}, ${notice.type}, ${JSON.stringify(notice.payload)}::jsonb, ${clock.now()})
    on conflict do nothing`
  if (!payment || !state) return { fresh: (await db.run(store)) === 1 }
  return db.transaction(async (tx) => {
    if ((await tx.run(store)) === 0) return { fresh: false }
    await applyOutcome(tx, clock, { paymentId: payment.id, state })
    return { fresh: true }
  })
}

async function isKnown(db: Db, provider: string, eventId: string): Promise<boolean> {
  const stored = await db.maybeOne(sql`
    select 1 from payments.provider_event where provider = ${provider} and event_id = ${eventId}`)
  return stored !== undefined
}
