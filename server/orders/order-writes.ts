/** Writes of orders and their carts as pieces of one statement (`writeAll`), for any number of them. */
import type { Clock } from '#platform/clock'
import { type Sql, sql } from '#platform/sql'
import type { OrderRow } from './order-rows.ts'

/** New orders with their lines, in whatever state they are: drafts keep their plan, placed ones need it no more. */
export function newOrderPieces(orders: readonly OrderRow[]): Sql[] {
  return [ordersPiece(orders), linesPiece(orders)]
}

function ordersPiece(orders: readonly OrderRow[]): Sql {
  const rows = orders.map(({ lines: _, token: __, plan, ...order }) => ({
    ...order,
    plan: order.status === 'draft' ? plan : null,
  }))
  return sql`insert into orders.customer_order (id, number, cart_id, channel_id, external_ref, location_id, staff_id, person_id, status,
      payment_status, currency, tax_included, language, contact, delivery, subtotal_minor, discount_minor, delivery_minor, tax_minor,
      total_minor, taxes, delivery_tax, coupon_codes, note, receipt_number, lapses_at, plan, consents, created_at, placed_at, completed_at)
    select o.id, o.number, o."cartId", o."channelId", o."externalRef", o."locationId", o."staffId", o."personId", o.status,
      o."paymentStatus", o.currency, o."taxIncluded", o.language, o.contact, o.delivery, o."subtotalMinor", o."discountMinor",
      o."deliveryMinor", o."taxMinor", o."totalMinor", o.taxes, o."deliveryTax", o."couponCodes", o.note, o."receiptNumber",
      o."lapsesAt", o.plan, o.consents, o."createdAt", o."placedAt", o."completedAt"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o (
        id text, number text, "cartId" text, "channelId" text, "externalRef" text, "locationId" text, "staffId" text, "personId" text,
        status text, "paymentStatus" text, currency text, "taxIncluded" boolean, language text, contact jsonb, delivery jsonb,
        "subtotalMinor" bigint, "discountMinor" bigint, "deliveryMinor" bigint, "taxMinor" bigint, "totalMinor" bigint, taxes jsonb,
        "deliveryTax" jsonb, "couponCodes" text[], note text, "receiptNumber" text, "lapsesAt" timestamptz, plan jsonb, consents jsonb,
        "createdAt" timestamptz, "placedAt" timestamptz, "completedAt" timestamptz)`
}

function linesPiece(orders: readonly OrderRow[]): Sql {
  const rows = orders.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, orderId: id })))
  return sql`insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, option_values, units, unit_minor, list_unit_minor,
      gross_minor, discount_minor, total_minor, tax_rate_bp, tax_minor, discounts, reasons, gift)
    select l.id, l."orderId", l."lineNo", l."variantId", l.sku, l.title, l."optionValues", l.units, l."unitMinor", l."listUnitMinor",
           l."grossMinor", l."discountMinor", l."totalMinor", l."taxRateBp", l."taxMinor", l.discounts, l.reasons, l.gift
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (
        id text, "orderId" text, "lineNo" int, "variantId" text, sku text, title jsonb, "optionValues" text[], units int,
        "unitMinor" bigint, "listUnitMinor" bigint, "grossMinor" bigint, "discountMinor" bigint, "totalMinor" bigint, "taxRateBp" int,
        "taxMinor" bigint, discounts jsonb, reasons jsonb, gift boolean)`
}

/** Drafts that became placed orders. */
export function placedPiece(orders: readonly OrderRow[]): Sql {
  const column = <T>(pick: (order: OrderRow) => T) => orders.map(pick)
  return sql`update orders.customer_order o
       set status = d.status, number = d.number, person_id = d.person, payment_status = d.paid, receipt_number = d.receipt,
           placed_at = d.placed_at, completed_at = d.completed_at, lapses_at = null, plan = null, version = o.version + 1
      from unnest(${column((o) => o.id)}::text[], ${column((o) => o.status)}::text[], ${column((o) => o.number)}::text[],
                  ${column((o) => o.personId)}::text[], ${column((o) => o.paymentStatus)}::text[], ${column((o) => o.receiptNumber)}::text[],
                  ${column((o) => o.placedAt)}::timestamptz[], ${column((o) => o.completedAt)}::timestamptz[])
             as d (id, status, number, person, paid, receipt, placed_at, completed_at)
     where o.id = d.id`
}

/** Carts whose orders are placed: they hold nothing any more and open nowhere. */
export function placedCartsPiece(clock: Clock, orders: readonly OrderRow[]): Sql {
  return sql`update orders.cart c
       set status = 'placed', person_id = coalesce(c.person_id, d.person), code = null, held = '[]', held_until = null, updated_at = ${clock.now()}
      from unnest(${orders.map((o) => o.cartId)}::text[], ${orders.map((o) => o.personId)}::text[]) as d (id, person)
     where c.id = d.id`
}
