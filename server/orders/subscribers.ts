import type { EventPayloads } from '@hilo/contract'
import { settleShortage } from '#fulfillment'
import type { Subscriber } from '#platform/subscribers'
import { cancelOrder } from './cancel-order.ts'
import { completeWhenDone } from './complete-order.ts'
import { forgetInOrders } from './forget.ts'
import { findOrderRow } from './order-rows.ts'
import { currentPublicUrl } from './settings.ts'
import { settleDraft } from './settle-payment.ts'

/** Money that arrived by notice or recheck places, revives or pays back its order, also when the buyer's device is long gone. */
const payments: Subscriber = {
  name: 'orders.payments',
  types: ['payments.captured'],
  handle: async ({ tx, clock }, event) => {
    const { orderId } = event.payload as { orderId: string }
    if (await findOrderRow(tx, orderId)) await settleDraft(tx, clock, { orderId, publicUrl: currentPublicUrl() })
  },
}

/** Goods that reached the customer complete their order once it is paid. */
const completion: Subscriber = {
  name: 'orders.completion',
  types: ['fulfillment.handed_over', 'fulfillment.delivered'],
  handle: async ({ tx, clock }, event) => {
    const { orderId } = event.payload as { orderId: string }
    await completeWhenDone(tx, clock, { orderId })
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
    if (order?.status === 'placed' && left > 0) {
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
