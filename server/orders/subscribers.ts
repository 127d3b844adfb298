import type { Subscriber } from '#platform/subscribers'
import { completeWhenDone } from './complete-order.ts'
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

export const ordersSubscribers: Subscriber[] = [payments, completion]
