import { fulfillmentStates } from '#fulfillment'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'

const ended = ['handed_over', 'delivered', 'canceled']

/**
 * Completes a placed order once all of it is with the customer and paid. Anything else leaves it as it is.
 * @returns whether it was completed now
 */
export async function completeWhenDone(tx: Tx, clock: Clock, { orderId }: { orderId: string }): Promise<boolean> {
  const done = await allWithCustomer(tx, [orderId])
  if (!done.has(orderId)) return false
  const order = await tx.maybeOne<{ number: string; personId: string | null }>(sql`
    update orders.customer_order set status = 'completed', completed_at = ${clock.now()}, version = version + 1
     where id = ${orderId} and status = 'placed' and payment_status in ('paid', 'part_refunded', 'refunded')
    returning number, person_id as "personId"`)
  if (!order) return false
  await emit(tx, clock, 'orders.completed', {
    subjectId: orderId,
    personId: order.personId,
    payload: { orderId, number: order.number },
  })
  return true
}

/** Which of these orders have all their goods with the customer. */
export async function allWithCustomer(tx: Tx, orderIds: readonly string[]): Promise<Set<string>> {
  const states = await fulfillmentStates(tx, orderIds)
  return new Set(
    [...states].flatMap(([orderId, statuses]) => {
      const done =
        statuses.every((status) => ended.includes(status)) && statuses.some((status) => status !== 'canceled')
      return done ? [orderId] : []
    }),
  )
}
