import { dropPayment, livePaymentsOf } from '#payments'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Db } from '#platform/db'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import { abandonCarts, lapseDrafts } from './lapse-draft.ts'
import { useOrderLinks } from './order-link.ts'
import { placeWithCapture } from './place-with-capture.ts'
import { remindDue } from './remind-due.ts'
import { usePublicUrl } from './settings.ts'
import { settleLater } from './settle-many.ts'

/**
 * Drops online payments that wait for a buyer whose order lapsed or was canceled, at the provider, so that its page takes no money
 * for nothing. One that was captured a moment before is settled by the subscriber: order revived, or money back.
 * @returns how many were dropped
 */
export async function dropStalePayments(db: Db, clock: Clock, paymentIds: readonly string[]): Promise<number> {
  let dropped = 0
  for (const paymentId of paymentIds) {
    const payment = await dropPayment(db, clock, { paymentId })
    if (payment?.status === 'voided') dropped += 1
  }
  return dropped
}

/** Orders that ended lately without being placed, and so may still have a payment page open somewhere. */
async function endedOrders(db: Db, clock: Clock): Promise<string[]> {
  const since = new Date(clock.now().getTime() - 6 * 3_600_000)
  const rows = await db.many<{ id: string }>(sql`
    select id from orders.customer_order where status in ('lapsed', 'canceled') and created_at > ${since} order by created_at desc limit 500`)
  return rows.map(({ id }) => id)
}

/** Periodic work of orders; each is safe in several processes. */
export function ordersJobs(config: Pick<Config, 'publicUrl' | 'secret'>): PeriodicJob[] {
  usePublicUrl(config.publicUrl)
  useOrderLinks(config.secret)
  placeWithCapture()
  return [
    { name: 'orders-lapse', everyMs: 5000, run: async ({ db, clock }) => void (await lapseDrafts(db, clock)) },
    {
      name: 'orders-settle-later',
      everyMs: 1000,
      run: async ({ db, clock }) => void (await settleLater(db, clock)),
    },
    {
      name: 'orders-stale-payments',
      everyMs: 30_000,
      run: async ({ db, clock }) => {
        await dropStalePayments(db, clock, await livePaymentsOf(db, await endedOrders(db, clock)))
      },
    },
    {
      name: 'orders-remind-due',
      everyMs: 600_000,
      run: async ({ db, clock }) => void (await remindDue(db, clock, config)),
    },
    { name: 'orders-abandon', everyMs: 3_600_000, run: async ({ db, clock }) => void (await abandonCarts(db, clock)) },
  ]
}
