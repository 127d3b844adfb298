import { refundForUnits } from '@hilo/calc'
import type { PaymentStatus } from '@hilo/contract'

/** Pure arithmetic of what an order is worth after units were canceled or came back. Minor units. */

export type WorthLine = {
  units: number
  canceledUnits: number
  returnedUnits: number
  totalMinor: number
  taxMinor: number
}
export type Worth = { status: string; totalMinor: number; deliveryMinor: number; lines: readonly WorthLine[] }

/** What of a line was given up by cancellations and returns, cumulative, so that any sequence of them sums exactly. */
export function givenUpOfLine(line: WorthLine): { amountMinor: number; taxMinor: number } {
  return refundForUnits(line, line.canceledUnits + line.returnedUnits, 0)
}

/**
 * What the customer owes in all: the total less what was canceled or came back. Delivery is owed as long as one unit was; an order
 * that was canceled as a whole owes nothing.
 */
export function owedMinor(order: Worth): number {
  if (order.status === 'canceled' || order.status === 'lapsed') {
    // Only what came back or was canceled before reduces an order that ended; a whole cancellation ends everything.
    return 0
  }
  return order.totalMinor - order.lines.reduce((sum, line) => sum + givenUpOfLine(line).amountMinor, 0)
}

/** What is still to be paid; never below zero. */
export function dueMinor(
  order: Worth,
  { capturedMinor, refundedMinor }: { capturedMinor: number; refundedMinor: number },
): number {
  return Math.max(0, owedMinor(order) - (capturedMinor - refundedMinor))
}

/** What must be given back, because more was taken than is owed now. */
export function excessMinor(
  order: Worth,
  { capturedMinor, refundedMinor }: { capturedMinor: number; refundedMinor: number },
): number {
  return Math.max(0, capturedMinor - refundedMinor - owedMinor(order))
}

/** One word for the money of an order. */
export function paymentStatusOf(
  order: Worth,
  { capturedMinor, refundedMinor }: { capturedMinor: number; refundedMinor: number },
): PaymentStatus {
  if (refundedMinor > 0) return refundedMinor >= capturedMinor ? 'refunded' : 'part_refunded'
  if (capturedMinor >= owedMinor(order)) return capturedMinor === 0 && order.totalMinor > 0 ? 'unpaid' : 'paid'
  return capturedMinor === 0 ? 'unpaid' : 'part_paid'
}
