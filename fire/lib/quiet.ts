import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'

/** What a system at rest has none of. */
export type Unrest = {
  outbox: number
  /** Subscribers that have not seen the newest event; `failing` those that an event makes fail. */
  behind: number
  failing: string[]
  livePayments: number
  refunds: number
  drafts: number
}

const lookMs = 250

/** What is still under way in the whole system. */
export async function findUnrest(db: Db): Promise<Unrest> {
  return db.one<Unrest>(sql`
    select (select count(*)::int from platform.outbox) as outbox,
           (select count(*)::int from platform.subscriber where last_seq < (select coalesce(max(seq), 0) from platform.event)) as behind,
           array(select name || ': ' || last_error from platform.subscriber where last_error is not null) as failing,
           (select count(*)::int from payments.payment where status in ('pending', 'authorized', 'unknown') and next_check_at is not null)
             as "livePayments",
           (select count(*)::int from payments.refund where status = 'pending' and next_check_at is not null) as refunds,
           (select count(*)::int from orders.customer_order o where o.status = 'draft'
               and exists (select 1 from payments.payment p where p.order_id = o.id and p.status = 'captured')) as drafts`)
}

/**
 * Waits until nothing is under way any more. Failing reads (the database was just killed) count as unrest.
 * @param livePaymentsMax payments that may still be open, because nobody can know how they ended yet
 * @returns milliseconds it took, and what was left when the time was up
 */
export async function untilQuiet(
  db: Db,
  secondsMax: number,
  livePaymentsMax = 0,
): Promise<{ ms: number; left: Unrest | null }> {
  const begun = performance.now()
  let left: Unrest | null = null
  while (performance.now() - begun < secondsMax * 1000) {
    left = await findUnrest(db).catch(() => left)
    if (left && isRest(left, livePaymentsMax)) return { ms: performance.now() - begun, left: null }
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  return { ms: performance.now() - begun, left }
}

function isRest({ failing, livePayments, ...counts }: Unrest, livePaymentsMax: number): boolean {
  const others = Object.values(counts).every((count) => count === 0)
  return others && failing.length === 0 && livePayments <= livePaymentsMax
}
