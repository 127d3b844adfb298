import type { PlaceAnswer } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { findOrderRow } from './order-rows.ts'
import { viewCommitted, viewOrder } from './order-view.ts'
import type { Placed } from './place-order.ts'
import { orderProblems } from './problems.ts'

/** What the buyer's device is told after placing: the order, where to pay, or that the provider has not answered yet. */
export async function viewPlaced(q: Queryable, placed: Placed): Promise<PlaceAnswer> {
  switch (placed.status) {
    case 'placed': {
      const { committed, changeMinor } = placed
      if (committed && !committed.readAgain)
        return { status: 'placed', order: await viewCommitted(q, committed), changeMinor }
      const order = await findOrderRow(q, placed.orderId)
      if (!order) throw orderProblems.not_found({ orderId: placed.orderId })
      return { status: 'placed', order: await viewOrder(q, order), changeMinor }
    }
    case 'payment_needed': {
      const { orderId, token, paymentId, redirectUrl, heldUntil } = placed
      return {
        status: 'payment_needed',
        orderId,
        orderToken: token,
        next: { paymentId, redirectUrl },
        heldUntil: heldUntil.toISOString(),
      }
    }
    case 'checking': {
      const { orderId, token, paymentId, heldUntil } = placed
      return { status: 'checking', orderId, orderToken: token, paymentId, heldUntil: heldUntil.toISOString() }
    }
    default: {
      const never: never = placed
      return never
    }
  }
}
