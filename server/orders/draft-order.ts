import type { PricedLine } from '@hilo/calc'
import type { ConsentInput, Contact, DeliveryChoice, SourcingPlan } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { planQuote, type Stock, takeOff } from './cart-plan.ts'
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
 * The draft order of a quote: plan, order, lines. Nothing is written yet. Totals are the quote's, to the cent.
 * @param stock figures to plan with; read when absent. What the plan takes is taken off them.
 * @throws Problem orders.out_of_stock with shortages and alternatives
 */
export async function draftOrder(q: Queryable, clock: Clock, input: DraftInput, stock?: Stock): Promise<Draft> {
  const orderId = newId('ord')
  const lineIds = new Map(input.quote.priced.lines.map(({ id }) => [id, newId('lin')]))
  const { plan, dropped } = await planDraft(q, clock, { ...input, stock }, lineIds)
  if (stock) takeOff(stock, plan)
  const lines = input.quote.priced.lines
    .filter(({ id }) => !dropped.has(lineIds.get(id) ?? ''))
    .map((line, at) => orderLine(input.quote, line, lineIds.get(line.id) ?? '', at + 1))
  return orderOf(clock, input, { orderId, lines, plan })
}

async function planDraft(
  q: Queryable,
  clock: Clock,
  input: DraftInput & { stock: Stock | undefined },
  lineIds: ReadonlyMap<string, string>,
): Promise<{ plan: SourcingPlan; dropped: Set<string> }> {
  const lineIdOf = (id: string) => lineIds.get(id) ?? ''
  const { quote, delivery, holderId, stock } = input
  const { plan, droppedGifts } = await planQuote(q, clock, {
    quote,
    delivery,
    lineIdOf,
    ...(holderId ? { holderId } : {}),
    ...(stock ? { stock } : {}),
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
