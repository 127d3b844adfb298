import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import type { World } from '../lib/world.ts'
import { emailOf, type Outcome } from './buyers.ts'

/** An order as the database has it; `email` tells the buyer. */
export type FoundOrder = {
  id: string
  email: string
  status: string
  paymentStatus: string
  totalMinor: number
  online: boolean
  charges: number
}
/** Units of one article: how many there were, how many orders have them, how many are free. */
export type FoundStock = { variantId: string; there: number; sold: number; left: number }
export type Evidence = {
  outcomes: readonly Outcome[]
  orders: readonly FoundOrder[]
  stock: readonly FoundStock[]
  /** What the provider took and gave back, in minor units. */
  provider: { capturedMinor: number; refundedMinor: number }
  /** Articles that somebody wanted in vain. */
  wantedInVain: ReadonlySet<string>
}
export type Verdict = {
  sold: number
  oversold: number
  undersold: number
  acknowledged: number
  lost: number
  doubled: number
  /** Orders of buyers who were told "no". */
  untold: number
  gaveUp: number
  chargedTwice: number
  /** Provider's books against ours, in minor units; 0 when they agree. */
  moneyApart: number
  /** Refusals that no buyer should have read, by code. */
  strangeRefusals: Record<string, number>
}

const live = ['placed', 'completed']
/** What may be said to somebody who came too late, or whose card does not pay. */
const fairRefusals = ['orders.out_of_stock', 'inventory.atp_short', 'payments.declined', 'orders.hold_lapsed']

/** Says what went wrong, from what the buyers were told and what the database and the provider have. Every count but the sums of good ones must be 0. */
export function judge({ outcomes, orders, stock, provider, wantedInVain }: Evidence): Verdict {
  const byId = new Map(orders.map((order) => [order.id, order]))
  const living = orders.filter(({ status }) => live.includes(status))
  const perBuyer = Map.groupBy(living, ({ email }) => email)
  const bought = outcomes.filter((outcome) => outcome.end === 'bought')
  const refused = outcomes.filter((outcome) => outcome.end === 'refused')
  const strange = refused.filter(({ code }) => !fairRefusals.includes(code))
  const ours = living.filter(({ online }) => online).reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  return {
    sold: stock.reduce((sum, { sold }) => sum + sold, 0),
    oversold: stock.reduce((sum, { there, sold }) => sum + Math.max(0, sold - there), 0),
    undersold: stock
      .filter(({ variantId }) => wantedInVain.has(variantId))
      .reduce((sum, { there, sold }) => sum + Math.max(0, there - sold), 0),
    acknowledged: bought.length,
    lost: bought.filter(({ orderId }) => !live.includes(byId.get(orderId)?.status ?? 'none')).length,
    doubled: [...perBuyer.values()].reduce((sum, { length }) => sum + length - 1, 0),
    untold: refused.filter(({ buyer }) => perBuyer.has(emailOf(buyer.n))).length,
    gaveUp: outcomes.filter(({ end }) => end === 'gave_up').length,
    chargedTwice: orders.filter(({ charges }) => charges > 1).length,
    moneyApart: Math.abs(provider.capturedMinor - provider.refundedMinor - ours),
    strangeRefusals: Object.fromEntries(
      [...Map.groupBy(strange, ({ code }) => code)].map(([code, list]) => [code, list.length]),
    ),
  }
}

/** Whether everything that must be 0 is 0. */
export function isClean(verdict: Verdict): boolean {
  const { sold: _sold, acknowledged: _acknowledged, strangeRefusals, ...faults } = verdict
  return Object.values(faults).every((count) => count === 0) && Object.keys(strangeRefusals).length === 0
}

/** Every order that was made, with its buyer and charges. */
export async function findOrders(db: Db): Promise<FoundOrder[]> {
  return db.many<FoundOrder>(sql`
    select o.id, o.contact ->> 'email' as email, o.status, o.payment_status as "paymentStatus", o.total_minor as "totalMinor",
           coalesce(bool_or(p.method = 'card_online'), false) as online,
           count(p.id) filter (where p.captured_minor > p.refunded_minor)::int as charges
      from orders.customer_order o left join payments.payment p on p.order_id = o.id group by o.id`)
}

/** Units per article: sold ones are counted over the orders, not over the figures beside the stock. */
export async function findStock(db: Db, world: World): Promise<FoundStock[]> {
  const there = world.perPlace * world.locationIds.length
  const rows = await db.many<{ variantId: string; sold: number; left: number }>(sql`
    select v.id as "variantId",
           (select coalesce(sum(l.units - l.canceled_units), 0)::int
              from orders.order_line l join orders.customer_order o on o.id = l.order_id
             where l.variant_id = v.id and o.status in ('placed', 'completed')) as sold,
           (select coalesce(sum(s.on_hand - s.allocated - s.reserved), 0)::int from inventory.stock_level s where s.variant_id = v.id) as left
      from catalog.variant v where v.id = any(${world.variantIds}::text[]) order by v.id`)
  return rows.map((row) => ({ ...row, there }))
}
