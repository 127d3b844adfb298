import { paymentsOf } from '#payments'
import type { Queryable } from '#platform/db'
import { orderProblems } from './problems.ts'

/**
 * Cash comes out of somebody's drawer: whoever gives it back says out of which, so that it can be asked whether they may. That holds
 * for a refund in cash and for one "as it was paid" of an order that was paid in cash.
 * @throws Problem orders.drawer_missing
 */
export async function refuseCashFromNowhere(
  q: Queryable,
  {
    orderId,
    refundMethod,
    locationId,
  }: { orderId: string; refundMethod: 'original' | 'cash'; locationId: string | undefined },
): Promise<void> {
  if (locationId !== undefined) return
  const payments = refundMethod === 'cash' ? [] : await paymentsOf(q, orderId)
  const paidInCash = payments.some(
    ({ method, capturedMinor, refundedMinor }) => method === 'cash' && capturedMinor > refundedMinor,
  )
  if (refundMethod === 'cash' || paidInCash) throw orderProblems.drawer_missing({ parameter: 'locationId' })
}
