import type { LocalizedText, Receipt, ReturnReceipt } from '@hilo/contract'
import { findVariants } from '#catalog'
import { findLocation } from '#inventory'
import { paymentsOf } from '#payments'
import type { Queryable } from '#platform/db'
import { issuerAt } from '#platform/issuer'
import { sql } from '#platform/sql'
import { memberName } from '#staff'
import type { OrderRow } from './order-rows.ts'
import { returnsOf } from './order-view.ts'
import { orderProblems } from './problems.ts'

/** What the receipt of a counter sale prints, today or years later: it names who sold, not who prints. @throws Problem orders.not_found when the order has no receipt */
export async function receiptOfOrder(q: Queryable, order: OrderRow): Promise<Receipt> {
  const { receiptNumber, locationId } = order
  if (receiptNumber === null || locationId === null) throw orderProblems.not_found({ orderId: order.id })
  const { name, address } = await findLocation(q, locationId)
  const payments = await paymentsOf(q, order.id)
  const labels = await labelsOf(q, order)
  const at = order.placedAt ?? order.createdAt
  return {
    issuer: await issuerAt(q, at),
    number: receiptNumber,
    orderNumber: order.number,
    locationName: name,
    address: lineOf(address),
    at: at.toISOString(),
    staffName: await nameOf(q, order.staffId),
    currency: order.currency,
    lines: order.lines.map(({ id, title, sku, units, unitMinor, totalMinor, reasons }) => ({
      title,
      optionLabels: labels.get(id) ?? [],
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

/** What the receipt of a return prints: what came back and what went back for it. @throws Problem orders.not_found */
export async function receiptOfReturn(
  q: Queryable,
  { order, returnId }: { order: OrderRow; returnId: string },
): Promise<ReturnReceipt> {
  const back = (await returnsOf(q, order)).find(({ id }) => id === returnId)
  if (!back) throw orderProblems.not_found({ orderId: order.id, returnId })
  const { name, address } = await findLocation(q, back.locationId)
  const taken = await q.one<{ by: string }>(
    sql`select actor_id as by from orders.customer_return where id = ${returnId}`,
  )
  const labels = await labelsOf(q, order)
  const rateOf = new Map(order.lines.map(({ id, taxRateBp }) => [id, taxRateBp]))
  const byRate = Map.groupBy(back.lines, ({ orderLineId }) => rateOf.get(orderLineId) ?? 0)
  return {
    issuer: await issuerAt(q, new Date(back.at)),
    number: back.number,
    orderNumber: order.number,
    locationName: name,
    address: lineOf(address),
    at: back.at,
    staffName: await nameOf(q, taken.by),
    currency: order.currency,
    reason: back.reason,
    lines: back.lines.map(({ orderLineId, title, sku, units, refundMinor }) => ({
      title,
      optionLabels: labels.get(orderLineId) ?? [],
      sku,
      units,
      refundMinor,
    })),
    refundMinor: back.refundMinor,
    refundMethod: back.refundMethod,
    taxes: [...byRate].map(([rateBp, lines]) => {
      const sum = (key: 'refundMinor' | 'taxMinor') => lines.reduce((total, line) => total + line[key], 0)
      return { rateBp, netMinor: sum('refundMinor') - sum('taxMinor'), taxMinor: sum('taxMinor') }
    }),
  }
}

/** Size and colour of each line, by its id. What has left the catalogue keeps the words it was sold with. */
async function labelsOf(q: Queryable, { lines }: OrderRow): Promise<Map<string, LocalizedText[]>> {
  const variants = await findVariants(
    q,
    lines.flatMap(({ variantId }) => (variantId === null ? [] : [variantId])),
  )
  return new Map(
    lines.map(({ id, variantId, optionValues }) => [
      id,
      (variantId === null ? undefined : variants.get(variantId)?.optionLabels) ??
        optionValues.map((value) => ({ es: value, en: value })),
    ]),
  )
}

/** First name is enough on paper that a customer carries; nobody for a sale that software made. */
async function nameOf(q: Queryable, memberId: string | null): Promise<string> {
  const name = memberId === null ? '' : await memberName(q, memberId)
  return name.trim().split(/\s+/)[0] ?? ''
}

function lineOf(address: { line1: string; postalCode: string; city: string }): string {
  return [address.line1, `${address.postalCode} ${address.city}`.trim()].filter((part) => part !== '').join(', ')
}
