import type { Receipt } from '@hilo/contract'
import { findLocation } from '#inventory'
import { paymentsOf } from '#payments'
import type { Queryable } from '#platform/db'
import type { OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'

/** What the receipt of a counter sale prints. @throws Problem orders.not_found when the order has no receipt */
export async function receiptOfOrder(q: Queryable, order: OrderRow, staffName: string): Promise<Receipt> {
  const { receiptNumber, locationId } = order
  if (receiptNumber === null || locationId === null) throw orderProblems.not_found({ orderId: order.id })
  const { name, address } = await findLocation(q, locationId)
  const payments = await paymentsOf(q, order.id)
  return {
    number: receiptNumber,
    orderNumber: order.number,
    locationName: name,
    address: [address.line1, `${address.postalCode} ${address.city}`.trim()].filter((part) => part !== '').join(', '),
    at: (order.placedAt ?? order.createdAt).toISOString(),
    staffName,
    currency: order.currency,
    lines: order.lines.map(({ title, sku, units, unitMinor, totalMinor, reasons }) => ({
      title,
      sku,
      units,
      unitMinor,
      totalMinor,
      reasons,
    })),
    deliveryMinor: order.deliveryMinor,
    totalMinor: order.totalMinor,
    taxes: order.taxes,
    tenders: payments
      .filter(({ status }) => status === 'captured')
      .map(({ method, amountMinor, tenderedMinor, changeMinor, reference }) => ({
        method,
        amountMinor,
        tenderedMinor,
        changeMinor,
        reference,
      })),
  }
}
