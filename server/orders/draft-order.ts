import type { PricedLine } from '@hilo/calc'
import type { ConsentInput, Contact, DeliveryChoice, SourcingPlan } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { redeemCoupons } from '#pricing'
import { planQuote } from './cart-plan.ts'
import type { Quote } from './cart-quote.ts'
import { orderToken } from './order-link.ts'
import type { OrderLineRow, OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'

export type DraftInput = {
  quote: Quote
  cartId: string | null
  externalRef: string | null
  locationId: string | null
  staffId: string | null
  personId: string | null
  language: 'es' | 'en'
  contact: Contact
  delivery: DeliveryChoice
  consents: readonly ConsentInput[]
  couponCodes: readonly string[]
  note: string
  lapsesAt: Date
  /** Whose reservations count as free while planning. */
  holderId?: string
  /** The goods lie on the counter, whatever the figures say: planned as carried out from here. */
  onCounter?: boolean
}
export type Draft = OrderRow & { plan: SourcingPlan }

/**
 * Writes the draft order of a quote: plan, one row, its lines, its coupons. Totals are the quote's, to the cent.
 * @throws Problem orders.out_of_stock with shortages and alternatives, pricing.coupon_used_up
 */
export async function draftOrder(tx: Tx, clock: Clock, input: DraftInput): Promise<Draft> {
  const orderId = newId('ord')
  const lineIds = new Map(input.quote.priced.lines.map(({ id }) => [id, newId('lin')]))
  const { plan, dropped } = await planDraft(tx, clock, input, lineIds)
  const lines = input.quote.priced.lines
    .filter(({ id }) => !dropped.has(lineIds.get(id) ?? ''))
    .map((line, at) => orderLine(input.quote, line, lineIds.get(line.id) ?? '', at + 1))
  const draft = orderOf(clock, input, { orderId, lines, plan })
  insertOrder(tx, draft)
  await redeemCoupons(tx, clock, { orderId, redemptions: input.quote.coupons })
  return draft
}

async function planDraft(
  tx: Tx,
  clock: Clock,
  input: DraftInput,
  lineIds: ReadonlyMap<string, string>,
): Promise<{ plan: SourcingPlan; dropped: Set<string> }> {
  const lineIdOf = (id: string) => lineIds.get(id) ?? ''
  const { quote, delivery, holderId } = input
  const { plan, droppedGifts } = await planQuote(tx, clock, {
    quote,
    delivery,
    lineIdOf,
    ...(holderId ? { holderId } : {}),
  })
  if (plan.feasible) return { plan, dropped: new Set(droppedGifts) }
  if (input.onCounter && delivery.kind === 'carry_out') {
    return { plan: counterPlan(clock, input, lineIdOf), dropped: new Set() }
  }
  throw orderProblems.out_of_stock({
    detail: plan.reason.en,
    detailEs: plan.reason.es,
    shortages: plan.shortages,
    alternatives: plan.alternatives,
  })
}

/** Everything is carried out from this counter: the person there has the goods in hand. */
function counterPlan(clock: Clock, { quote, delivery }: DraftInput, lineIdOf: (id: string) => string): SourcingPlan {
  const locationId = delivery.kind === 'delivery' ? '' : delivery.locationId
  const lines = quote.priced.lines
    .filter(({ variantId }) => quote.variants.get(variantId)?.stockTracked)
    .map(({ id, variantId, units }) => ({ lineId: lineIdOf(id), variantId, units, fromLocationId: locationId }))
  return {
    feasible: true,
    groups: [{ kind: 'carry_out', locationId, dueAt: clock.now().toISOString(), lines, transferFrom: null }],
    reason: { es: 'Entregado en el mostrador.', en: 'Handed over at the counter.' },
    alternatives: [],
    shortages: [],
  }
}

function orderLine({ variants }: Quote, line: PricedLine, id: string, lineNo: number): OrderLineRow {
  const variant = variants.get(line.variantId)
  return {
    id,
    lineNo,
    variantId: line.variantId,
    sku: variant?.sku ?? '',
    title: variant?.title ?? { es: '', en: '' },
    optionValues: variant?.optionValues ?? [],
    units: line.units,
    canceledUnits: 0,
    returnedUnits: 0,
    unitMinor: line.unitMinor,
    listUnitMinor: line.listUnitMinor,
    grossMinor: line.grossMinor,
    discountMinor: line.discountMinor,
    totalMinor: line.totalMinor,
    taxRateBp: line.taxRateBp,
    taxMinor: line.taxMinor,
    discounts: line.discounts,
    reasons: line.reasons,
    gift: line.isGift,
  }
}

function orderOf(
  clock: Clock,
  input: DraftInput,
  { orderId, lines, plan }: { orderId: string; lines: OrderLineRow[]; plan: SourcingPlan },
): Draft {
  const { priced, channel } = input.quote
  return {
    id: orderId,
    number: null,
    token: orderToken(orderId),
    cartId: input.cartId,
    channelId: channel.id,
    externalRef: input.externalRef,
    locationId: input.locationId,
    staffId: input.staffId,
    personId: input.personId,
    status: 'draft',
    paymentStatus: 'unpaid',
    currency: priced.currency,
    taxIncluded: priced.taxIncluded,
    language: input.language,
    contact: input.contact,
    delivery: input.delivery,
    subtotalMinor: priced.subtotalMinor,
    discountMinor: priced.discountMinor,
    deliveryMinor: priced.deliveryMinor,
    taxMinor: priced.taxMinor,
    totalMinor: priced.totalMinor,
    taxes: priced.taxes,
    deliveryTax: priced.delivery && { rateBp: priced.delivery.taxRateBp, taxMinor: priced.delivery.taxMinor },
    couponCodes: [...input.couponCodes],
    note: input.note,
    receiptNumber: null,
    imported: false,
    plan,
    consents: [...input.consents],
    placedAt: null,
    canceledAt: null,
    cancelReason: null,
    completedAt: null,
    lapsesAt: input.lapsesAt,
    createdAt: clock.now(),
    lines,
  }
}

/** Order and lines in one statement. */
function insertOrder(tx: Tx, order: Draft): void {
  const lines = order.lines.map(({ title, optionValues, discounts, reasons, ...line }) => ({
    ...line,
    title,
    option_values: optionValues,
    discounts,
    reasons,
  }))
  tx.later(sql`
    with placed as (
      insert into orders.customer_order (id, cart_id, channel_id, external_ref, location_id, staff_id, person_id, status, currency,
        tax_included, language, contact, delivery, subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes,
        delivery_tax, coupon_codes, note, lapses_at, plan, consents, created_at)
      values (${order.id}, ${order.cartId}, ${order.channelId}, ${order.externalRef}, ${order.locationId}, ${order.staffId},
        ${order.personId}, 'draft', ${order.currency}, ${order.taxIncluded}, ${order.language}, ${JSON.stringify(order.contact)}::jsonb,
        ${JSON.stringify(order.delivery)}::jsonb, ${order.subtotalMinor}, ${order.discountMinor}, ${order.deliveryMinor}, ${order.taxMinor},
        ${order.totalMinor}, ${JSON.stringify(order.taxes)}::jsonb, ${order.deliveryTax ? JSON.stringify(order.deliveryTax) : null}::jsonb,
        ${order.couponCodes}::text[], ${order.note}, ${order.lapsesAt}, ${JSON.stringify(order.plan)}::jsonb,
        ${JSON.stringify(order.consents)}::jsonb, ${order.createdAt})
      returning id
    )
    insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, option_values, units, unit_minor, list_unit_minor,
      gross_minor, discount_minor, total_minor, tax_rate_bp, tax_minor, discounts, reasons, gift)
    select l.id, p.id, l."lineNo", l."variantId", l.sku, l.title, l.option_values, l.units, l."unitMinor", l."listUnitMinor",
           l."grossMinor", l."discountMinor", l."totalMinor", l."taxRateBp", l."taxMinor", l.discounts, l.reasons, l.gift
      from placed p, jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l (
        id text, "lineNo" int, "variantId" text, sku text, title jsonb, option_values text[], units int, "unitMinor" bigint,
        "listUnitMinor" bigint, "grossMinor" bigint, "discountMinor" bigint, "totalMinor" bigint, "taxRateBp" int, "taxMinor" bigint,
        discounts jsonb, reasons jsonb, gift boolean)`)
}
