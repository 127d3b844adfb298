import { formatMoney } from '@hilo/calc'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { fulfillmentProblems } from './problems.ts'
import type { FulfillmentRow } from './rows.ts'

/**
 * Orders says what of an order is still to be paid, in the transaction that changes it; until it is zero nothing of the order may leave.
 * @param dueMinor minor units of `currency`
 */
export async function setPaymentDue(
  tx: Tx,
  { orderId, dueMinor, currency }: { orderId: string; dueMinor: number; currency: string },
): Promise<void> {
  tx.later(sql`
    update fulfillment.fulfillment_order set due_minor = ${dueMinor}, currency = ${currency}
     where order_id = ${orderId} and (due_minor <> ${dueMinor} or currency is distinct from ${currency})`)
}

/** Goods that are not paid for stay. @throws Problem fulfillment.payment_due with the amount */
export function refuseUnpaid({ orderId, orderNumber, dueMinor, currency }: FulfillmentRow): void {
  if (dueMinor === 0) return
  const amount = (locale: string) => formatMoney(dueMinor, currency ?? 'EUR', locale)
  throw fulfillmentProblems.payment_due({
    orderId,
    orderNumber,
    dueMinor,
    currency,
    detail: `${amount('en-GB')} of order ${orderNumber} is still to be paid.`,
    detailEs: `Quedan por pagar ${amount('es-ES')} del pedido ${orderNumber}.`,
  })
}
