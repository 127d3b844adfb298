import { cancelFulfillment, fulfillmentOf } from '#fulfillment'
import { balanceOf, refund } from '#payments'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { releaseCoupons } from '#pricing'
import { completeWhenDone } from './complete-order.ts'
import { mailCanceled } from './mails.ts'
import { excessMinor } from './order-money.ts'
import { lockOrder, type OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'
import { writePaymentStatus } from './settle-payment.ts'

export type CancelOrder = {
  orderId: string
  reason: string
  /** Some units only; absent: everything that is left. */
  lines?: readonly { orderLineId: string; units: number }[] | undefined
  refundMethod?: 'original' | 'cash'
  locationId?: string | null | undefined
  actorId: string
  publicUrl: string
  /** Fulfillment has already let the units go (a shortage, settled by the customer's choice), maybe the last ones of an order that is complete. */
  unitsAreGone?: boolean
}

/**
 * Cancels an order or some of its units: stock back to sale, fulfillment and promises withdrawn, coupons free, money back. Possible
 * while nothing of what is canceled has left the house (README has the state table). A cancellation that leaves no unit cancels the
 * whole order, its delivery included.
 * @returns minor units that go back to the customer
 * @throws Problem orders.not_found, orders.cannot_cancel, and fulfillment's refusals for units that have left
 */
export async function cancelOrder(
  tx: Tx,
  clock: Clock,
  input: CancelOrder,
): Promise<{ refundMinor: number; whole: boolean }> {
  const order = await lockOrder(tx, input.orderId)
  const open = order.status === 'placed' || (order.status === 'completed' && input.unitsAreGone === true)
  if (!open) throw orderProblems.cannot_cancel({ orderId: order.id, status: order.status })
  const canceled = chosenLines(order, input.lines)
  const whole = leftAfter(order, canceled) === 0 && order.lines.every(({ returnedUnits }) => returnedUnits === 0)
  if (!input.unitsAreGone || whole) {
    await letGo(tx, clock, { orderId: order.id, reason: input.reason, lines: whole ? undefined : canceled })
  }
  await writeCanceled(tx, clock, { order, canceled, whole, reason: input.reason })
  if (whole) await releaseCoupons(tx, { orderId: order.id, clock })
  const after = await lockOrder(tx, order.id)
  const refundMinor = excessMinor(after, await balanceOf(tx, order.id))
  if (refundMinor > 0) {
    await refund(tx, clock, {
      orderId: order.id,
      amountMinor: refundMinor,
      reason: input.reason,
      actorId: input.actorId,
      method: input.refundMethod ?? 'original',
      locationId: input.locationId ?? null,
      personId: order.personId,
    })
  }
  await writePaymentStatus(tx, after)
  // What is left may all be with the customer already.
  if (!whole) await completeWhenDone(tx, clock, { orderId: order.id })
  await emit(tx, clock, 'orders.canceled', {
    subjectId: order.id,
    personId: order.personId,
    payload: { orderId: order.id, number: order.number ?? '', reason: input.reason, whole, refundMinor },
  })
  const key = `order_canceled:${order.id}:${after.lines.map(({ canceledUnits }) => canceledUnits).join('.')}`
  await mailCanceled(tx, clock, { order, whole, refundMinor, dedupeKey: key, publicUrl: input.publicUrl })
  return { refundMinor, whole }
}

/** Fulfillment and its promises withdrawn; the units are for sale again with them. Lines that need no stock have neither. */
async function letGo(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    reason,
    lines,
  }: { orderId: string; reason: string; lines: { orderLineId: string; units: number }[] | undefined },
): Promise<void> {
  const fulfilled = new Set(
    (await fulfillmentOf(tx, orderId)).flatMap((row) => row.lines.map(({ orderLineId }) => orderLineId)),
  )
  if (fulfilled.size === 0) return
  const some = lines?.filter(({ orderLineId }) => fulfilled.has(orderLineId))
  if (some?.length === 0) return
  const which = some === undefined ? {} : { lines: some }
  await cancelFulfillment(tx, clock, { orderId, reason, ...which })
}

/** Units to cancel by line; everything that is left when none are named. @throws Problem orders.cannot_cancel */
function chosenLines(order: OrderRow, lines: CancelOrder['lines']): { orderLineId: string; units: number }[] {
  const left = new Map(order.lines.map((line) => [line.id, line.units - line.canceledUnits - line.returnedUnits]))
  if (lines === undefined) {
    return [...left].filter(([, units]) => units > 0).map(([orderLineId, units]) => ({ orderLineId, units }))
  }
  const sums = new Map<string, number>()
  for (const { orderLineId, units } of lines) sums.set(orderLineId, (sums.get(orderLineId) ?? 0) + units)
  for (const [orderLineId, units] of sums) {
    const most = left.get(orderLineId) ?? 0
    if (units > most) throw orderProblems.cannot_cancel({ orderLineId, requested: units, available: most })
  }
  return [...sums].map(([orderLineId, units]) => ({ orderLineId, units }))
}

function leftAfter(order: OrderRow, canceled: readonly { orderLineId: string; units: number }[]): number {
  const gone = new Map(canceled.map(({ orderLineId, units }) => [orderLineId, units]))
  // A gift is no reason to keep an order alive.
  return order.lines
    .filter(({ gift }) => !gift)
    .reduce((sum, line) => sum + line.units - line.canceledUnits - line.returnedUnits - (gone.get(line.id) ?? 0), 0)
}

async function writeCanceled(
  tx: Tx,
  clock: Clock,
  {
    order,
    canceled,
    whole,
    reason,
  }: { order: OrderRow; canceled: readonly { orderLineId: string; units: number }[]; whole: boolean; reason: string },
): Promise<void> {
  // With the last paid unit the gifts go, too.
  const units = whole
    ? order.lines.map((line) => ({ id: line.id, units: line.units - line.canceledUnits - line.returnedUnits }))
    : canceled.map(({ orderLineId, units: some }) => ({ id: orderLineId, units: some }))
  await tx.run(sql`
    update orders.order_line l set canceled_units = canceled_units + c.units
      from unnest(${units.map(({ id }) => id)}::text[], ${units.map((line) => line.units)}::int[]) as c (id, units)
     where l.id = c.id and l.order_id = ${order.id}`)
  if (whole) {
    await tx.run(sql`
      update orders.customer_order
         set status = 'canceled', canceled_at = ${clock.now()}, cancel_reason = ${reason}, version = version + 1 where id = ${order.id}`)
  } else {
    await tx.run(sql`update orders.customer_order set version = version + 1 where id = ${order.id}`)
  }
}
