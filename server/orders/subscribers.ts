import type { EventPayloads, OrderStatus } from '@hilo/contract'
import { settleShortage } from '#fulfillment'
import { type Balance, balancesOf } from '#payments'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import type { Subscriber } from '#platform/subscribers'
import { cancelOrder } from './cancel-order.ts'
import { allWithCustomer, completeWhenDone } from './complete-order.ts'
import { forgetInOrders } from './forget.ts'
import { findOrderRow } from './order-rows.ts'
import { currentPublicUrl } from './settings.ts'
import { settleMany } from './settle-many.ts'

/**
 * Money that arrived by notice or recheck places, revives or pays back its order, also when the buyer's device is long gone. Most of
 * these events come from a command that has settled the order itself; those orders are found in line and left alone. An order is
 * settled as it stands, so events of one person may be handled together, and one that cannot be settled yet waits by itself.
 */
const payments: Subscriber = {
  name: 'orders.payments',
  types: ['payments.captured'],
  handleAll: async ({ tx, clock }, events) => {
    const orderIds = [...new Set(events.map(({ payload }) => (payload as { orderId: string }).orderId))]
    const [known, balances] = await Promise.all([standingOf(tx, orderIds), balancesOf(tx, orderIds)])
    const open = known.filter((order) => !isSettled(order, balances.get(order.id)))
    const placed = known.filter((order) => !open.includes(order) && order.status === 'placed')
    const done = placed.length === 0 ? new Set<string>() : await allWithCustomer(tx, idsOf(placed))
    const waiting = new Set([...idsOf(open), ...done])
    const unsettled = orderIds.filter((id) => waiting.has(id))
    if (unsettled.length > 0) await settleMany(tx, clock, { orderIds: unsettled, publicUrl: currentPublicUrl() })
  },
}

type Standing = { id: string; status: OrderStatus; paymentStatus: string; totalMinor: number; touched: boolean }

/** How these orders stand; `touched` when units of them were canceled or came back. */
async function standingOf(tx: Tx, orderIds: readonly string[]): Promise<Standing[]> {
  return tx.many<Standing>(sql`
    select o.id, o.status, o.payment_status as "paymentStatus", o.total_minor as "totalMinor",
           coalesce((select bool_or(l.canceled_units > 0 or l.returned_units > 0) from orders.order_line l where l.order_id = o.id), false) as touched
      from orders.customer_order o where o.id = any(${[...orderIds]}::text[])`)
}

function isSettled(order: Standing, balance: Balance | undefined): boolean {
  const exact = balance?.capturedMinor === order.totalMinor && balance.refundedMinor === 0
  return ['placed', 'completed'].includes(order.status) && order.paymentStatus === 'paid' && !order.touched && exact
}

function idsOf(orders: readonly Standing[]): string[] {
  return orders.map(({ id }) => id)
}

/** Goods that reached the customer complete their order once it is paid. */
const completion: Subscriber = {
  name: 'orders.completion',
  types: ['fulfillment.handed_over', 'fulfillment.delivered'],
  handleAll: async ({ tx, clock }, events) => {
    const orderIds = [...new Set(events.map(({ payload }) => (payload as { orderId: string }).orderId))]
    const placed = (await standingOf(tx, orderIds)).filter(({ status }) => status === 'placed')
    for (const { id } of placed) await completeWhenDone(tx, clock, { orderId: id })
  },
}

/**
 * The customer chose their money back for units that were missing: those units are canceled and paid back. Other choices (another
 * shop, a transfer, a parcel) are done by fulfillment alone; the money does not change.
 */
const shortages: Subscriber = {
  name: 'orders.shortages',
  types: ['fulfillment.shortage_chosen'],
  handle: async ({ tx, clock }, event) => {
    const { orderId, choice, orderLineId, units, shortageId } =
      event.payload as EventPayloads['fulfillment.shortage_chosen']
    if (choice !== 'refund' || orderLineId === undefined || units === undefined) return
    const order = await findOrderRow(tx, orderId)
    const line = order?.lines.find(({ id }) => id === orderLineId)
    const left = line ? Math.min(units, line.units - line.canceledUnits - line.returnedUnits) : 0
    // The rest may have been collected meanwhile: an order that is complete by now owes the money all the same.
    if (order && ['placed', 'completed'].includes(order.status) && left > 0) {
      await cancelOrder(tx, clock, {
        orderId,
        reason: order.language === 'es' ? 'No estaba donde debía' : 'It was not where it should be',
        lines: [{ orderLineId, units: left }],
        actorId: 'system:orders',
        publicUrl: currentPublicUrl(),
        unitsAreGone: true,
      })
    }
    await settleShortage(tx, { shortageId })
  },
}

/** Orders that were placed while their person was being forgotten: forgotten as well, once they are there. */
const erased: Subscriber = {
  name: 'orders.erased',
  types: ['customers.person_erased'],
  handle: async ({ tx, clock }, event) => {
    const { personIds } = event.payload as EventPayloads['customers.person_erased']
    await forgetInOrders(tx, clock, { personIds, addresses: [], phones: [], names: [] })
  },
}

export const ordersSubscribers: Subscriber[] = [payments, completion, shortages, erased]
