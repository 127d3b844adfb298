import { type Sql, sql } from '#platform/sql'
import { demoActor, demoCurrency, iso, type Loading } from './context.ts'
import type { TradeRows } from './trade-rows.ts'

const records = (rows: readonly unknown[]) => JSON.stringify(rows)

/** Writes the rows of trade, one statement a table. */
export async function writeTrade({ tx }: Loading, trade: TradeRows): Promise<void> {
  for (const statement of [
    ...orderStatements(trade),
    ...moneyStatements(trade),
    ...goodsStatements(trade),
    ...returnStatements(trade),
  ]) {
    await tx.run(statement)
  }
  await tx.run(sql`
    insert into platform.counter (name, value)
    select c.name, c.value from unnest(${[...trade.counters.keys()]}::text[], ${[...trade.counters.values()]}::bigint[]) as c (name, value)`)
}

function orderStatements({ orders, lines, redemptions }: TradeRows): Sql[] {
  const used = redemptions.filter(({ released }) => !released).length
  return [
    sql`
    insert into orders.customer_order (id, number, channel_id, location_id, person_id, status, payment_status, currency, language, contact, delivery,
      subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, delivery_tax, coupon_codes, receipt_number, placed_at, canceled_at,
      cancel_reason, completed_at, created_at)
    select o.id, o.number, o."channelId", o."locationId", o."personId", o.status, o."paymentStatus", ${demoCurrency}, o.language, o.contact, o.delivery,
           o."subtotalMinor", o."discountMinor", o."deliveryMinor", o."taxMinor", o."totalMinor", o.taxes,
           case when jsonb_typeof(o."deliveryTax") = 'object' then o."deliveryTax" end, array(select jsonb_array_elements_text(o."couponCodes")),
           o."receiptNumber", o."placedAt", o."canceledAt", o."cancelReason", o."completedAt", o."placedAt"
      from jsonb_to_recordset(${records(orders)}::jsonb)
        as o (id text, number text, "channelId" text, "locationId" text, "personId" text, status text, "paymentStatus" text, language text,
              contact jsonb, delivery jsonb, "subtotalMinor" bigint, "discountMinor" bigint, "deliveryMinor" bigint, "taxMinor" bigint, "totalMinor" bigint,
              taxes jsonb, "deliveryTax" jsonb, "couponCodes" jsonb, "receiptNumber" text, "placedAt" timestamptz, "canceledAt" timestamptz,
              "cancelReason" text, "completedAt" timestamptz)`,
    sql`
    insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, option_values, units, canceled_units, returned_units, unit_minor,
      list_unit_minor, gross_minor, discount_minor, total_minor, tax_rate_bp, tax_minor, discounts, reasons, gift)
    select l.id, l."orderId", l."lineNo", l."variantId", l.sku, l.title, array(select jsonb_array_elements_text(l."optionValues")), l.units, l."canceledUnits",
           l."returnedUnits", l."unitMinor", l."listUnitMinor", l."grossMinor", l."discountMinor", l."totalMinor", l."taxRateBp", l."taxMinor", l.discounts,
           l.reasons, l.gift
      from jsonb_to_recordset(${records(lines)}::jsonb)
        as l (id text, "orderId" text, "lineNo" int, "variantId" text, sku text, title jsonb, "optionValues" jsonb, units int, "canceledUnits" int,
              "returnedUnits" int, "unitMinor" bigint, "listUnitMinor" bigint, "grossMinor" bigint, "discountMinor" bigint, "totalMinor" bigint,
              "taxRateBp" int, "taxMinor" bigint, discounts jsonb, reasons jsonb, gift boolean)`,
    sql`
    insert into pricing.coupon_redemption (order_id, promotion_id, coupon_code, redeemed_at, released_at)
    select r."orderId", r."promotionId", r."couponCode", r.at, r."releasedAt"
      from jsonb_to_recordset(${records(redemptions)}::jsonb)
        as r ("orderId" text, "promotionId" text, "couponCode" text, at timestamptz, "releasedAt" timestamptz)`,
    sql`update pricing.promotion set coupon_uses = ${used} where id = any(${redemptions.map(({ promotionId }) => promotionId)}::text[])`,
  ]
}

function moneyStatements({ payments, refunds, ledger }: TradeRows): Sql[] {
  return [
    sql`
    insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, captured_minor, refunded_minor, provider_ref, tendered_minor,
      reference, created_at, updated_at)
    select p.id, p."orderId", p.method, p.provider, p."amountMinor", p.currency, 'captured', p."capturedMinor", p."refundedMinor", p."providerRef",
           p."tenderedMinor", p.reference, p.at, p.at
      from jsonb_to_recordset(${records(payments)}::jsonb)
        as p (id text, "orderId" text, method text, provider text, "amountMinor" bigint, currency text, "capturedMinor" bigint, "refundedMinor" bigint,
              "providerRef" text, "tenderedMinor" bigint, reference text, at timestamptz)`,
    sql`
    insert into payments.refund (id, order_id, payment_id, amount_minor, method, location_id, reason, status, provider_ref, actor_id, created_at, done_at)
    select r.id, r."orderId", r."paymentId", r."amountMinor", r.method, r."locationId", r.reason, 'done', r."providerRef", ${demoActor}, r.at, r.at
      from jsonb_to_recordset(${records(refunds)}::jsonb)
        as r (id text, "orderId" text, "paymentId" text, "amountMinor" bigint, method text, "locationId" text, reason text, "providerRef" text, at timestamptz)`,
    sql`
    insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, refund_id, location_id, actor_id, at)
    select e.id, e."paymentId", e."orderId", e.kind, e.method, e."amountMinor", e.currency, e."refundId", e."locationId", ${demoActor}, e.at
      from jsonb_to_recordset(${records(ledger)}::jsonb)
        as e (id text, "paymentId" text, "orderId" text, kind text, method text, "amountMinor" bigint, currency text, "refundId" text, "locationId" text,
              at timestamptz) order by e.at`,
  ]
}

function goodsStatements({ fulfillments, fulfillmentLines, promises, allocations }: TradeRows): Sql[] {
  return [
    sql`
    insert into fulfillment.fulfillment_order (id, order_id, order_number, person_id, contact, language, address, delivery_option_id, location_id, kind, status,
      pickup_code, set_aside_at, set_aside_by, set_aside_bin, ready_at, handed_over_at, handed_over_by, handed_over_to, shipped_at, delivered_at, canceled_at,
      tracking, hold_until, due_at, plan, created_at)
    select f.id, f."orderId", f."orderNumber", f."personId", f.contact, f.language, case when jsonb_typeof(f.address) = 'object' then f.address end,
           f."deliveryOptionId", f."locationId", f.kind, f.status, f."pickupCode", f."setAsideAt", case when f."setAsideAt" is not null then ${demoActor} end,
           f."setAsideBin", f."setAsideAt", f."handedOverAt", case when f."handedOverAt" is not null then ${demoActor} end, f."handedOverTo", f."shippedAt",
           f."deliveredAt", f."canceledAt", case when jsonb_typeof(f.tracking) = 'object' then f.tracking end, f."holdUntil", f."dueAt", f.plan, f."createdAt"
      from jsonb_to_recordset(${records(fulfillments)}::jsonb)
        as f (id text, "orderId" text, "orderNumber" text, "personId" text, contact jsonb, language text, address jsonb, "deliveryOptionId" text,
              "locationId" text, kind text, status text, "pickupCode" text, "setAsideAt" timestamptz, "setAsideBin" text, "handedOverAt" timestamptz,
              "handedOverTo" text, "shippedAt" timestamptz, "deliveredAt" timestamptz, "canceledAt" timestamptz, tracking jsonb, "holdUntil" timestamptz,
              "dueAt" timestamptz, plan jsonb, "createdAt" timestamptz)`,
    sql`
    insert into fulfillment.fulfillment_line (fulfillment_order_id, order_line_id, variant_id, units, picked_units)
    select l."fulfillmentId", l."orderLineId", l."variantId", l.units, l."pickedUnits"
      from jsonb_to_recordset(${records(fulfillmentLines)}::jsonb)
        as l ("fulfillmentId" text, "orderLineId" text, "variantId" text, units int, "pickedUnits" int)`,
    sql`
    insert into fulfillment.promise (id, kind, person_id, order_id, fulfillment_order_id, location_id, owner, due_at, status, text, made_at, settled_at, settled_reason)
    select p.id, p.kind, p."personId", p."orderId", p."fulfillmentOrderId", p."locationId", p.owner, p."dueAt", p.status, p.text, p."madeAt", p."settledAt",
           p."settledReason"
      from jsonb_to_recordset(${records(promises)}::jsonb)
        as p (id text, kind text, "personId" text, "orderId" text, "fulfillmentOrderId" text, "locationId" text, owner text, "dueAt" timestamptz, status text,
              text jsonb, "madeAt" timestamptz, "settledAt" timestamptz, "settledReason" text)`,
    sql`
    insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, status, created_at, closed_at)
    select a.id, a."orderId", a."orderLineId", a."variantId", a."locationId", a.units, a.status, a."createdAt", a."closedAt"
      from jsonb_to_recordset(${records(allocations)}::jsonb)
        as a (id text, "orderId" text, "orderLineId" text, "variantId" text, "locationId" text, units int, status text, "createdAt" timestamptz,
              "closedAt" timestamptz)`,
  ]
}

function returnStatements({ returns, returnLines }: TradeRows): Sql[] {
  return [
    sql`
    insert into orders.customer_return (id, number, order_id, location_id, reason, refund_minor, tax_minor, refund_method, actor_id, at)
    select r.id, r.number, r."orderId", r."locationId", r.reason, r."refundMinor", r."taxMinor", 'original', ${demoActor}, r.at
      from jsonb_to_recordset(${records(returns)}::jsonb)
        as r (id text, number text, "orderId" text, "locationId" text, reason text, "refundMinor" bigint, "taxMinor" bigint, at timestamptz)`,
    sql`
    insert into orders.customer_return_line (return_id, line_no, order_line_id, units, disposition, refund_minor, tax_minor)
    select l."returnId", l."lineNo", l."orderLineId", l.units, l.disposition, l."refundMinor", l."taxMinor"
      from jsonb_to_recordset(${records(returnLines)}::jsonb)
        as l ("returnId" text, "lineNo" int, "orderLineId" text, units int, disposition text, "refundMinor" bigint, "taxMinor" bigint)`,
  ]
}

/** Writes the stock ledger and the levels that sum it up. */
export async function writeStock(
  { tx }: Loading,
  { movements, allocations }: Pick<TradeRows, 'movements' | 'allocations'>,
  safety: readonly { variantId: string; locationId: string; safetyStock: number }[],
): Promise<void> {
  const rows = movements.toSorted((left, right) => left.atMs - right.atMs).map((row) => ({ ...row, at: iso(row.atMs) }))
  await tx.run(sql`
    insert into inventory.stock_movement (id, variant_id, location_id, kind, quantity, reason, reference, actor_id, at)
    select m.id, m."variantId", m."locationId", m.kind, m.quantity, m.reason, m.reference, ${demoActor}, m.at
      from jsonb_to_recordset(${records(rows)}::jsonb)
        as m (id text, "variantId" text, "locationId" text, kind text, quantity int, reason text, reference text, at timestamptz)`)
  const levels = new Map<
    string,
    { variantId: string; locationId: string; onHand: number; allocated: number; safetyStock: number }
  >()
  for (const row of safety) levels.set(`${row.variantId} ${row.locationId}`, { ...row, onHand: 0, allocated: 0 })
  const levelOf = (variantId: string, locationId: string) => {
    const key = `${variantId} ${locationId}`
    const level = levels.get(key) ?? { variantId, locationId, onHand: 0, allocated: 0, safetyStock: 0 }
    levels.set(key, level)
    return level
  }
  for (const { variantId, locationId, quantity } of movements) levelOf(variantId, locationId).onHand += quantity
  for (const { variantId, locationId, units, status } of allocations)
    if (status === 'open') levelOf(variantId, locationId).allocated += units
  await tx.run(sql`
    insert into inventory.stock_level (variant_id, location_id, on_hand, allocated, safety_stock)
    select l."variantId", l."locationId", l."onHand", l.allocated, l."safetyStock"
      from jsonb_to_recordset(${records([...levels.values()])}::jsonb)
        as l ("variantId" text, "locationId" text, "onHand" int, allocated int, "safetyStock" int) order by 1, 2`)
}
