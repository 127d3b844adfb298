import type { FulfillmentOrderBody, Order, OrderPayment, OrderReturn } from '@hilo/contract'
import { findVariants, type SaleVariant } from '#catalog'
import { fulfillmentOf, viewMade } from '#fulfillment'
import { paymentsOf } from '#payments'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import type { Committed } from './commit-order.ts'
import { dueMinor } from './order-money.ts'
import type { OrderRow } from './order-rows.ts'
import { returnableUnits } from './return-order.ts'

/** States of fulfillment in which nothing has left yet, so the customer may still cancel. */
const stillHere = ['waiting', 'open', 'picking', 'packed', 'ready', 'canceled']

/** An order with everything its page shows. The same for shopper and staff; the shopper's routes leave the person's id out. */
export async function viewOrder(q: Queryable, order: OrderRow): Promise<Order> {
  const variantIds = order.lines.flatMap(({ variantId }) => (variantId === null ? [] : [variantId]))
  const [payments, fulfillments, returns, variants] = await q.together((one) =>
    Promise.all([
      paymentsOf(one, order.id),
      fulfillmentOf(one, order.id),
      returnsOf(one, order),
      findVariants(one, variantIds),
    ]),
  )
  return compose(order, { payments, fulfillments, returns, variants })
}

/** An order that was placed this moment, from what was written: nothing of it is read again. */
export async function viewCommitted(q: Queryable, { order, payments, fulfillment }: Committed): Promise<Order> {
  const variantIds = order.lines.flatMap(({ variantId }) => (variantId === null ? [] : [variantId]))
  const [fulfillments, variants] = await Promise.all([viewMade(q, fulfillment), findVariants(q, variantIds)])
  return compose(order, { payments, fulfillments, returns: [], variants })
}

type Parts = {
  payments: OrderPayment[]
  fulfillments: FulfillmentOrderBody[]
  returns: OrderReturn[]
  variants: ReadonlyMap<string, SaleVariant>
}

function compose(order: OrderRow, { payments, fulfillments, returns, variants }: Parts): Order {
  const balance = {
    capturedMinor: payments.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0),
    refundedMinor: payments.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0),
  }
  const returnable = returnableUnits(order, fulfillments)
  const due = ['placed', 'completed'].includes(order.status) ? dueMinor(order, balance) : 0
  return {
    id: order.id,
    number: order.number,
    token: order.token,
    status: order.status,
    paymentStatus: order.paymentStatus,
    channelId: order.channelId,
    externalRef: order.externalRef,
    locationId: order.locationId,
    personId: order.personId,
    currency: order.currency,
    taxIncluded: order.taxIncluded,
    language: order.language,
    contact: order.contact,
    delivery: order.delivery,
    lines: order.lines.map((line) => {
      const variant = line.variantId === null ? undefined : variants.get(line.variantId)
      return {
        ...line,
        productId: variant?.productId ?? null,
        handle: variant?.handle ?? null,
        optionLabels: variant?.optionLabels ?? [],
        picture: variant?.picture ?? null,
        returnableUnits: returnable.get(line.id) ?? 0,
      }
    }),
    subtotalMinor: order.subtotalMinor,
    discountMinor: order.discountMinor,
    deliveryMinor: order.deliveryMinor,
    taxMinor: order.taxMinor,
    totalMinor: order.totalMinor,
    taxes: order.taxes,
    paidMinor: balance.capturedMinor,
    refundedMinor: balance.refundedMinor,
    dueMinor: due,
    couponCodes: order.couponCodes,
    note: order.note,
    receiptNumber: order.receiptNumber,
    payments,
    fulfillments: fulfillments.map(
      ({ id, kind, status, locationId, locationName, dueAt, readyAt, holdUntil, pickupCode, tracking, lines }) => ({
        id,
        kind,
        status,
        locationId,
        locationName,
        dueAt,
        readyAt,
        holdUntil,
        pickupCode,
        tracking,
        lines: lines.map(({ orderLineId, variantId, units }) => ({ orderLineId, variantId, units })),
      }),
    ),
    promises: fulfillments.flatMap(({ promises }) =>
      promises.map(({ id, kind, status, dueAt, text, settledAt }) => ({ id, kind, status, dueAt, text, settledAt })),
    ),
    returns,
    actions: {
      cancel: order.status === 'placed' && fulfillments.every(({ status }) => stillHere.includes(status)),
      pay: due > 0,
      return: [...returnable.values()].some((units) => units > 0),
    },
    cancelReason: order.cancelReason,
    imported: order.imported,
    createdAt: order.createdAt.toISOString(),
    placedAt: iso(order.placedAt),
    completedAt: iso(order.completedAt),
    canceledAt: iso(order.canceledAt),
  }
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

type ReturnRow = Omit<OrderReturn, 'at' | 'lines'> & {
  at: Date
  lines: {
    orderLineId: string
    units: number
    disposition: 'restock' | 'repair' | 'scrap'
    refundMinor: number
    taxMinor: number
  }[]
}

/** What came back of an order, oldest first. */
export async function returnsOf(q: Queryable, order: OrderRow): Promise<OrderReturn[]> {
  if (order.lines.every(({ returnedUnits }) => returnedUnits === 0)) return []
  const rows = await q.many<ReturnRow>(sql`
    select r.id, r.number, r.location_id as "locationId", r.reason, r.refund_minor as "refundMinor", r.tax_minor as "taxMinor",
           r.refund_method as "refundMethod", r.at,
           (select jsonb_agg(jsonb_build_object('orderLineId', l.order_line_id, 'units', l.units, 'disposition', l.disposition,
                                                'refundMinor', l.refund_minor, 'taxMinor', l.tax_minor) order by l.order_line_id)
              from orders.customer_return_line l where l.return_id = r.id) as lines
      from orders.customer_return r where r.order_id = ${order.id} order by r.at, r.id`)
  return rows.map((row) => ({
    ...row,
    at: row.at.toISOString(),
    lines: (row.lines ?? []).map((line) => {
      const sold = order.lines.find(({ id }) => id === line.orderLineId)
      return { ...line, sku: sold?.sku ?? '', title: sold?.title ?? { es: '', en: '' } }
    }),
  }))
}
