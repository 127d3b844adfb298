import type {
  ConsentInput,
  Contact,
  DeliveryChoice,
  LocalizedText,
  OrderStatus,
  PaymentStatus,
  SourcingPlan,
} from '@hilo/contract'
import type { Queryable, Tx } from '#platform/db'
import { hashToken } from '#platform/secrets'
import { eachByKey, type Sql, sql } from '#platform/sql'
import { orderIdOfToken, orderToken } from './order-link.ts'
import { orderProblems } from './problems.ts'

export type OrderLineRow = {
  id: string
  lineNo: number
  variantId: string | null
  sku: string
  title: LocalizedText
  optionValues: string[]
  units: number
  canceledUnits: number
  returnedUnits: number
  unitMinor: number
  listUnitMinor: number
  grossMinor: number
  discountMinor: number
  totalMinor: number
  taxRateBp: number
  taxMinor: number
  discounts: { promotionId: string; couponCode: string | null; amountMinor: number; reason: LocalizedText }[]
  reasons: LocalizedText[]
  gift: boolean
}
export type TaxRow = { rateBp: number; netMinor: number; taxMinor: number }
export type OrderRow = {
  id: string
  number: string | null
  token: string
  cartId: string | null
  channelId: string
  externalRef: string | null
  locationId: string | null
  staffId: string | null
  personId: string | null
  status: OrderStatus
  paymentStatus: PaymentStatus
  currency: string
  taxIncluded: boolean
  language: 'es' | 'en'
  contact: Contact
  delivery: DeliveryChoice | null
  subtotalMinor: number
  discountMinor: number
  deliveryMinor: number
  taxMinor: number
  totalMinor: number
  taxes: TaxRow[]
  deliveryTax: { rateBp: number; taxMinor: number } | null
  couponCodes: string[]
  note: string
  receiptNumber: string | null
  imported: boolean
  plan: SourcingPlan | null
  consents: ConsentInput[]
  placedAt: Date | null
  canceledAt: Date | null
  cancelReason: string | null
  completedAt: Date | null
  lapsesAt: Date | null
  createdAt: Date
  lines: OrderLineRow[]
}

const orderColumns: Sql = sql`
  o.id, o.number, o.cart_id as "cartId", o.channel_id as "channelId", o.external_ref as "externalRef",
  o.location_id as "locationId", o.staff_id as "staffId", o.person_id as "personId", o.status, o.payment_status as "paymentStatus",
  o.currency, o.tax_included as "taxIncluded", o.language,
  jsonb_build_object('name', '', 'email', '', 'phone', '') || o.contact as contact, nullif(o.delivery, '{}') as delivery,
  o.subtotal_minor as "subtotalMinor", o.discount_minor as "discountMinor", o.delivery_minor as "deliveryMinor",
  o.tax_minor as "taxMinor", o.total_minor as "totalMinor", o.taxes, o.delivery_tax as "deliveryTax",
  o.coupon_codes as "couponCodes", o.note, o.receipt_number as "receiptNumber", o.imported, o.plan, o.consents,
  o.placed_at as "placedAt", o.canceled_at as "canceledAt", o.cancel_reason as "cancelReason", o.completed_at as "completedAt",
  o.lapses_at as "lapsesAt", o.created_at as "createdAt"`

const lines: Sql = sql`
  coalesce((select jsonb_agg(jsonb_build_object(
      'id', l.id, 'lineNo', l.line_no, 'variantId', l.variant_id, 'sku', l.sku, 'title', l.title, 'optionValues', l.option_values,
      'units', l.units, 'canceledUnits', l.canceled_units, 'returnedUnits', l.returned_units, 'unitMinor', l.unit_minor,
      'listUnitMinor', l.list_unit_minor, 'grossMinor', l.gross_minor, 'discountMinor', l.discount_minor,
      'totalMinor', l.total_minor, 'taxRateBp', l.tax_rate_bp, 'taxMinor', l.tax_minor, 'discounts', l.discounts,
      'reasons', l.reasons, 'gift', l.gift) order by l.line_no)
    from orders.order_line l where l.order_id = o.id), '[]') as lines`

async function one(q: Queryable, condition: Sql): Promise<OrderRow | undefined> {
  const row = await q.maybeOne<OrderRow>(
    sql`select ${orderColumns}, ${lines} from orders.customer_order o where ${condition}`,
  )
  return row && { ...row, token: orderToken(row.id) }
}

/** One order with its lines, or undefined. */
export async function findOrderRow(q: Queryable, orderId: string): Promise<OrderRow | undefined> {
  return one(q, sql`o.id = ${orderId}`)
}

/** The order behind the token of its page; also behind one that was drawn before tokens could be made again. */
export async function findOrderByToken(q: Queryable, token: string): Promise<OrderRow | undefined> {
  const orderId = orderIdOfToken(token)
  if (orderId !== undefined) return one(q, sql`o.id = ${orderId}`)
  return one(q, sql`o.id = (select order_id from orders.old_order_link where token_hash = ${hashToken(token)})`)
}

/** A guest's order by its number and the mail address it was placed with; both must fit. */
export async function findOrderOfGuest(
  q: Queryable,
  { number, email }: { number: string; email: string },
): Promise<OrderRow | undefined> {
  return one(q, sql`o.number = ${number} and lower(o.contact ->> 'email') = lower(${email})`)
}

/** The order a channel brought under its own number. */
export async function findOrderOfChannel(
  q: Queryable,
  { channelId, externalRef }: { channelId: string; externalRef: string },
): Promise<OrderRow | undefined> {
  return one(q, sql`o.channel_id = ${channelId} and o.external_ref = ${externalRef}`)
}

/** Those of these channels' own numbers that are orders already. */
export async function findOrdersOfChannels(
  q: Queryable,
  refs: readonly { channelId: string; externalRef: string }[],
): Promise<OrderRow[]> {
  const rows = await q.many<OrderRow>(sql`
    select ${orderColumns}, ${lines}
      from unnest(${refs.map(({ channelId }) => channelId)}::text[], ${refs.map(({ externalRef }) => externalRef)}::text[]) as r (channel, ref)
      ${eachByKey(sql`select * from orders.customer_order o where o.channel_id = r.channel and o.external_ref = r.ref`)} o`)
  return rows.map((row) => ({ ...row, token: orderToken(row.id) }))
}

/** Locks orders, in id order, then reads them. Those that do not exist are missing from the map. */
export async function lockOrders(tx: Tx, orderIds: readonly string[]): Promise<Map<string, OrderRow>> {
  const ids = [...new Set(orderIds)]
  const [, rows] = await Promise.all([
    tx.many(sql`select 1 from orders.customer_order where id = any(${ids}::text[]) order by id for update`),
    tx.many<OrderRow>(
      sql`select ${orderColumns}, ${lines} from orders.customer_order o where o.id = any(${ids}::text[])`,
    ),
  ])
  return new Map(rows.map((row) => [row.id, { ...row, token: orderToken(row.id) }]))
}

/**
 * Locks an order, then reads it (two statements, as with carts: a waiting statement would see old lines).
 * @throws Problem orders.not_found
 */
export async function lockOrder(tx: Tx, orderId: string): Promise<OrderRow> {
  const [found, order] = await Promise.all([
    tx.maybeOne(sql`select 1 from orders.customer_order where id = ${orderId} for update`),
    findOrderRow(tx, orderId),
  ])
  if (!found || !order) throw orderProblems.not_found({ orderId })
  return order
}
