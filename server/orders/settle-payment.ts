import type { SourcingPlan } from '@hilo/contract'
import { planSourcing, setPaymentDue } from '#fulfillment'
import { type Balance, balanceOf, refund } from '#payments'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { redeemCoupons } from '#pricing'
import { attempt } from './attempt.ts'
import { commitOrder } from './commit-order.ts'
import { completeWhenDone } from './complete-order.ts'
import { lapseDraft } from './lapse-draft.ts'
import { dueMinor, excessMinor, paymentStatusOf } from './order-money.ts'
import { lockOrder, type OrderRow } from './order-rows.ts'

/** Who commits an order when its money has arrived. */
export const settlingActor = 'system:orders'
/** Refusals of a commit that have their own next step here instead of failing the payment. */
const noGoods = ['inventory.atp_short', 'orders.out_of_stock', 'pricing.coupon_used_up']

/**
 * Brings an order in line with the money that has arrived for it. Called right after a charge and by the subscriber of
 * `payments.captured`; doing it twice changes nothing.
 *
 *   draft, paid      → placed; when its goods are gone from the planned place, from another one; when from nowhere, money back
 *   lapsed, paid     → revived when the cart made no other order and the goods are still to be had; else, and when it is only a part, money back
 *   placed           → its payment status follows; what was paid too much goes back
 *   canceled         → what arrived late goes back
 */
export async function settleDraft(
  tx: Tx,
  clock: Clock,
  { orderId, publicUrl }: { orderId: string; publicUrl: string },
): Promise<void> {
  // The cart is locked before its order everywhere, so that nobody waits for each other in a circle.
  tx.later(sql`
    select 1 from orders.cart c where c.id = (select cart_id from orders.customer_order where id = ${orderId}) for update`)
  const order = await lockOrder(tx, orderId)
  const balance = await balanceOf(tx, orderId)
  if (order.status === 'draft' || order.status === 'lapsed') {
    const open = balance.capturedMinor - balance.refundedMinor
    const isPaid = open >= order.totalMinor
    if (open <= 0 || (order.status === 'draft' && !isPaid)) return
    const placed = isPaid && (await mayPlace(tx, order)) && (await place(tx, clock, order, { publicUrl, balance }))
    if (!placed) await giveBack(tx, clock, order, open)
    return
  }
  await settlePlaced(tx, clock, order, balance)
}

async function mayPlace(tx: Tx, order: OrderRow): Promise<boolean> {
  if (order.status === 'draft') return true
  const other = await tx.maybeOne(sql`
    select 1 from orders.customer_order where cart_id = ${order.cartId} and id <> ${order.id} and status <> 'lapsed'`)
  return other === undefined
}

async function place(
  tx: Tx,
  clock: Clock,
  order: OrderRow,
  money: { publicUrl: string; balance: Balance },
): Promise<boolean> {
  const { plan } = order
  if (plan === null) return false
  const holderId = order.cartId ?? order.id
  const how = { actorId: settlingActor, ...money }
  const asPlanned = await attempt(tx, noGoods, async () => {
    if (order.status === 'lapsed') await redeemAgain(tx, clock, order)
    return commitOrder(tx, clock, {
      draft: { ...order, plan },
      ...how,
      ...(order.status === 'draft' ? { holderId } : {}),
    })
  })
  if (asPlanned) return true
  const elsewhere = await attempt(tx, noGoods, async () => {
    if (order.status === 'draft') await lapseHold(tx, clock, order)
    else await redeemAgain(tx, clock, order)
    const replanned = await planAgain(tx, clock, order, plan)
    return replanned.feasible ? commitOrder(tx, clock, { draft: { ...order, plan: replanned }, ...how }) : undefined
  })
  return elsewhere !== undefined
}

/** The hold did not suffice; whatever is left of it is given back before planning anew. */
async function lapseHold(tx: Tx, clock: Clock, order: OrderRow): Promise<void> {
  await lapseDraft(tx, clock, { orderId: order.id })
  await redeemAgain(tx, clock, order)
}

async function redeemAgain(tx: Tx, clock: Clock, order: OrderRow): Promise<void> {
  const used = new Map(
    order.lines.flatMap(({ discounts }) =>
      discounts.flatMap(({ promotionId, couponCode }) =>
        couponCode === null ? [] : [[promotionId, couponCode] as const],
      ),
    ),
  )
  const redemptions = [...used].map(([promotionId, couponCode]) => ({ promotionId, couponCode }))
  await redeemCoupons(tx, clock, { orderId: order.id, redemptions })
}

async function planAgain(tx: Tx, clock: Clock, order: OrderRow, plan: SourcingPlan): Promise<SourcingPlan> {
  const units = new Map<string, { lineId: string; variantId: string; units: number }>()
  for (const line of plan.groups.flatMap(({ lines }) => lines)) {
    const known = units.get(line.lineId)
    units.set(line.lineId, { lineId: line.lineId, variantId: line.variantId, units: line.units + (known?.units ?? 0) })
  }
  if (order.delivery === null) return plan
  return planSourcing(tx, { clock, channelId: order.channelId, lines: [...units.values()], delivery: order.delivery })
}

/** The buyer paid for what can no longer be had: every cent goes back, and the draft ends. */
async function giveBack(tx: Tx, clock: Clock, order: OrderRow, amountMinor: number): Promise<void> {
  await lapseDraft(tx, clock, { orderId: order.id })
  await refund(tx, clock, {
    orderId: order.id,
    amountMinor,
    reason: 'hold_lapsed',
    actorId: settlingActor,
    personId: order.personId,
  })
  await tx.run(sql`update orders.customer_order set payment_status = 'refunded' where id = ${order.id}`)
}

async function settlePlaced(tx: Tx, clock: Clock, order: OrderRow, balance: Balance): Promise<void> {
  const tooMuch = excessMinor(order, balance)
  if (tooMuch > 0) {
    await refund(tx, clock, {
      orderId: order.id,
      amountMinor: tooMuch,
      reason: 'paid_too_much',
      actorId: settlingActor,
      personId: order.personId,
    })
  }
  await writePaymentStatus(tx, order)
  await completeWhenDone(tx, clock, { orderId: order.id })
}

/** Recomputes the payment status of a locked order from what payments booked, and tells the places what still holds the goods back. */
export async function writePaymentStatus(tx: Tx, order: OrderRow): Promise<void> {
  const balance = await balanceOf(tx, order.id)
  const status = paymentStatusOf(order, balance)
  await tx.run(sql`
    update orders.customer_order set payment_status = ${status}, version = version + 1
     where id = ${order.id} and payment_status <> ${status}`)
  await setPaymentDue(tx, { orderId: order.id, dueMinor: dueMinor(order, balance), currency: order.currency })
}
