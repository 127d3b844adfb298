import type { Address, FulfillmentStatus, LocalizedText, PromiseBody } from '@hilo/contract'
import type { Queryable, Tx } from '#platform/db'
import { type Sql, sql } from '#platform/sql'
import { fulfillmentProblems } from './problems.ts'
import type { FulfillmentKind } from './states.ts'

export type Contact = { name?: string; email?: string; phone?: string }
export type FulfillmentLineRow = {
  orderLineId: string
  variantId: string
  units: number
  pickedUnits: number
  shortUnits: number
}
export type FulfillmentRow = {
  id: string
  orderId: string
  orderNumber: string
  personId: string | null
  contact: Contact
  language: 'es' | 'en'
  address: Address | null
  deliveryOptionId: string | null
  locationId: string
  kind: FulfillmentKind
  status: FulfillmentStatus
  pickupCode: string | null
  setAsideAt: Date | null
  setAsideBin: string | null
  readyAt: Date | null
  handedOverAt: Date | null
  handedOverTo: string | null
  shippedAt: Date | null
  deliveredAt: Date | null
  canceledAt: Date | null
  tracking: { carrier: string; number: string; url?: string } | null
  holdUntil: Date | null
  holdExpiredAt: Date | null
  dueAt: Date | null
  plan: { reason?: LocalizedText }
  /** Still to be paid before it may leave, in minor units. */
  dueMinor: number
  currency: string | null
  version: number
  createdAt: Date
  lines: FulfillmentLineRow[]
}

const columns = sql`
  f.id, f.order_id as "orderId", f.order_number as "orderNumber", f.person_id as "personId", f.contact, f.language, f.address,
  f.delivery_option_id as "deliveryOptionId", f.location_id as "locationId", f.kind, f.status, f.pickup_code as "pickupCode",
  f.set_aside_at as "setAsideAt", f.set_aside_bin as "setAsideBin", f.ready_at as "readyAt", f.handed_over_at as "handedOverAt",
  f.handed_over_to as "handedOverTo", f.shipped_at as "shippedAt", f.delivered_at as "deliveredAt", f.canceled_at as "canceledAt",
  f.tracking, f.hold_until as "holdUntil", f.hold_expired_at as "holdExpiredAt", f.due_at as "dueAt", f.plan, f.due_minor as "dueMinor", f.currency, f.version, f.created_at as "createdAt",
  (select coalesce(jsonb_agg(jsonb_build_object(
      'orderLineId', l.order_line_id, 'variantId', l.variant_id, 'units', l.units, 'pickedUnits', l.picked_units,
      'shortUnits', l.short_units) order by l.order_line_id), '[]')
     from fulfillment.fulfillment_line l where l.fulfillment_order_id = f.id) as lines`

/** Fulfillment orders by any condition on `f`. */
export async function readRows(
  q: Queryable,
  condition: Sql,
  tail: Sql = sql`order by f.created_at, f.id`,
): Promise<FulfillmentRow[]> {
  return q.many<FulfillmentRow>(sql`select ${columns} from fulfillment.fulfillment_order f where ${condition} ${tail}`)
}

/** Locks one and reads it. @throws Problem fulfillment.not_found */
export async function lockRow(tx: Tx, id: string): Promise<FulfillmentRow> {
  await tx.run(sql`select 1 from fulfillment.fulfillment_order where id = ${id} for update`)
  const [row] = await readRows(tx, sql`f.id = ${id}`)
  if (!row) throw fulfillmentProblems.not_found({ fulfillmentOrderId: id })
  return row
}

/** Locks all of an order, in id order, and reads them. */
export async function lockRowsOf(tx: Tx, orderId: string): Promise<FulfillmentRow[]> {
  await tx.run(sql`select 1 from fulfillment.fulfillment_order where order_id = ${orderId} order by id for update`)
  return readRows(tx, sql`f.order_id = ${orderId}`, sql`order by f.id`)
}

/** States of everything that is being done for each of these orders; orders without any are missing from the map. */
export async function fulfillmentStates(
  q: Queryable,
  orderIds: readonly string[],
): Promise<Map<string, FulfillmentStatus[]>> {
  const rows = await q.many<{ orderId: string; statuses: FulfillmentStatus[] }>(sql`
    select order_id as "orderId", array_agg(status) as statuses from fulfillment.fulfillment_order
     where order_id = any(${[...orderIds]}::text[]) group by order_id`)
  return new Map(rows.map(({ orderId, statuses }) => [orderId, statuses]))
}

export type PromiseRow = Omit<PromiseBody, 'dueAt' | 'madeAt' | 'settledAt'> & {
  fulfillmentOrderId: string | null
  orderId: string | null
  personId: string | null
  dueAt: Date
  madeAt: Date
  settledAt: Date | null
}

/** Promises by any condition on `p`. */
export async function readPromises(q: Queryable, condition: Sql): Promise<PromiseRow[]> {
  return q.many<PromiseRow>(sql`
    select p.id, p.kind, p.location_id as "locationId", p.due_at as "dueAt", p.status, p.text, p.made_at as "madeAt",
           p.settled_at as "settledAt", p.settled_reason as "settledReason", p.fulfillment_order_id as "fulfillmentOrderId",
           p.order_id as "orderId", p.person_id as "personId"
      from fulfillment.promise p where ${condition} order by p.made_at, p.id`)
}
