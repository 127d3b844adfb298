import { refundForUnits } from '@hilo/calc'
import type { Disposition, FulfillmentOrderBody, ReturnQuote } from '@hilo/contract'
import { fulfillmentOf } from '#fulfillment'
import { changeStock, findLocation } from '#inventory'
import { balanceOf, refund } from '#payments'
import type { Clock } from '#platform/clock'
import { nextNumber } from '#platform/counter'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { mailReturned } from './mails.ts'
import { excessMinor } from './order-money.ts'
import { findOrderRow, lockOrder, type OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'
import { writePaymentStatus } from './settle-payment.ts'

export type ReturnLine = { orderLineId: string; units: number; disposition: Disposition }
export type ReturnOrder = {
  orderId: string
  locationId: string
  reason: string
  refundMethod: 'original' | 'cash'
  lines: readonly ReturnLine[]
  actorId: string
  publicUrl: string
}

/**
 * Takes units of any channel's order back at any counter: exact refund by cumulative arithmetic, stock by disposition (restock puts
 * units on this shop's shelf; repair and scrap do not), receipt number of the place.
 * @returns id and number of the return, and what goes back in minor units
 * @throws Problem orders.not_found, orders.cannot_return, inventory.unknown_location
 */
export async function returnOrder(
  tx: Tx,
  clock: Clock,
  input: ReturnOrder,
): Promise<{ returnId: string; number: string; refundMinor: number }> {
  const order = await lockOrder(tx, input.orderId)
  const priced = quoteLines(order, input.lines, returnableUnits(order, await fulfillmentOf(tx, order.id)))
  const location = await findLocation(tx, input.locationId)
  await tx.run(sql`
    update orders.order_line l set returned_units = returned_units + r.units
      from unnest(${priced.map(({ orderLineId }) => orderLineId)}::text[], ${priced.map(({ units }) => units)}::int[]) as r (id, units)
     where l.id = r.id and l.order_id = ${order.id}`)
  const after = await lockOrder(tx, order.id)
  const worthMinor = priced.reduce((sum, line) => sum + line.refundMinor, 0)
  // Never more than was paid: a unit that was handed over unpaid only lowers what is due.
  const refundMinor = Math.min(worthMinor, excessMinor(after, await balanceOf(tx, order.id)))
  const returnId = newId('ret')
  const number = `D-${location.code}-${String(await nextNumber(tx, `return:${location.code}`)).padStart(6, '0')}`
  await restock(tx, clock, { priced, input, returnId })
  if (refundMinor > 0) {
    await refund(tx, clock, {
      orderId: order.id,
      amountMinor: refundMinor,
      reason: input.reason,
      actorId: input.actorId,
      method: input.refundMethod,
      locationId: input.locationId,
      personId: order.personId,
    })
  }
  await insertReturn(tx, clock, { input, priced, returnId, number })
  await writePaymentStatus(tx, after)
  await emit(tx, clock, 'orders.returned', {
    subjectId: order.id,
    personId: order.personId,
    payload: {
      orderId: order.id,
      number: order.number ?? '',
      returnId,
      locationId: input.locationId,
      refundMinor,
      currency: order.currency,
    },
  })
  await mailReturned(tx, clock, { order, returnNumber: number, refundMinor, publicUrl: input.publicUrl })
  return { returnId, number, refundMinor }
}

/** What a return would give back; changes nothing. @throws Problem orders.not_found, orders.cannot_return */
export async function quoteReturn(
  q: Queryable,
  { orderId, lines }: { orderId: string; lines: readonly ReturnLine[] },
): Promise<ReturnQuote> {
  const order = await findOrderRow(q, orderId)
  if (!order) throw orderProblems.not_found({ orderId })
  const priced = quoteLines(order, lines, returnableUnits(order, await fulfillmentOf(q, order.id)))
  return {
    currency: order.currency,
    refundMinor: priced.reduce((sum, line) => sum + line.refundMinor, 0),
    taxMinor: priced.reduce((sum, line) => sum + line.taxMinor, 0),
    lines: priced.map(({ orderLineId, units, refundMinor, taxMinor }) => ({
      orderLineId,
      units,
      refundMinor,
      taxMinor,
    })),
  }
}

/**
 * Units of each line that are with the customer and have not come back: handed over or delivered, or every unit of an order that
 * needs no fulfillment here (imported history).
 */
export function returnableUnits(order: OrderRow, fulfillments: readonly FulfillmentOrderBody[]): Map<string, number> {
  if (!['placed', 'completed'].includes(order.status)) return new Map()
  const out = new Map<string, number>()
  for (const { status, lines } of fulfillments) {
    if (!['handed_over', 'delivered', 'shipped'].includes(status)) continue
    for (const { orderLineId, units } of lines) out.set(orderLineId, (out.get(orderLineId) ?? 0) + units)
  }
  return new Map(
    order.lines.map((line) => {
      const left = line.units - line.canceledUnits - line.returnedUnits
      const handed = fulfillments.length === 0 ? line.units : (out.get(line.id) ?? 0)
      return [line.id, Math.max(0, Math.min(left, handed - line.returnedUnits))]
    }),
  )
}

type PricedReturn = ReturnLine & { variantId: string | null; refundMinor: number; taxMinor: number }

function quoteLines(order: OrderRow, lines: readonly ReturnLine[], returnable: Map<string, number>): PricedReturn[] {
  const seen = new Set<string>()
  return lines.map((line) => {
    const sold = order.lines.find(({ id }) => id === line.orderLineId)
    const most = returnable.get(line.orderLineId) ?? 0
    if (!sold || line.units > most || seen.has(line.orderLineId)) {
      throw orderProblems.cannot_return({ orderLineId: line.orderLineId, requested: line.units, available: most })
    }
    seen.add(line.orderLineId)
    const { amountMinor, taxMinor } = refundForUnits(sold, line.units, sold.canceledUnits + sold.returnedUnits)
    return { ...line, variantId: sold.variantId, refundMinor: amountMinor, taxMinor }
  })
}

async function restock(
  tx: Tx,
  clock: Clock,
  { priced, input, returnId }: { priced: readonly PricedReturn[]; input: ReturnOrder; returnId: string },
): Promise<void> {
  const items = priced.flatMap(({ variantId, units, disposition }) =>
    disposition === 'restock' && variantId !== null
      ? [{ variantId, locationId: input.locationId, quantity: units }]
      : [],
  )
  if (items.length === 0) return
  await changeStock(tx, clock, {
    items,
    kind: 'returned',
    reason: input.reason,
    reference: returnId,
    actorId: input.actorId,
  })
}

async function insertReturn(
  tx: Tx,
  clock: Clock,
  {
    input,
    priced,
    returnId,
    number,
  }: { input: ReturnOrder; priced: readonly PricedReturn[]; returnId: string; number: string },
): Promise<void> {
  const sum = (key: 'refundMinor' | 'taxMinor') => priced.reduce((total, line) => total + line[key], 0)
  await tx.run(sql`
    with back as (
      insert into orders.customer_return (id, number, order_id, location_id, reason, refund_minor, tax_minor, refund_method, actor_id, at)
      values (${returnId}, ${number}, ${input.orderId}, ${input.locationId}, ${input.reason}, ${sum('refundMinor')}, ${sum('taxMinor')},
              ${input.refundMethod}, ${input.actorId}, ${clock.now()})
      returning id
    )
    insert into orders.customer_return_line (return_id, line_no, order_line_id, units, disposition, refund_minor, tax_minor)
    select back.id, l.at, l.order_line_id, l.units, l.disposition, l.refund_minor, l.tax_minor
      from back, unnest(${priced.map(({ orderLineId }) => orderLineId)}::text[], ${priced.map(({ units }) => units)}::int[],
                        ${priced.map(({ disposition }) => disposition)}::text[], ${priced.map(({ refundMinor }) => refundMinor)}::bigint[],
                        ${priced.map(({ taxMinor }) => taxMinor)}::bigint[]) with ordinality
             as l (order_line_id, units, disposition, refund_minor, tax_minor, at)`)
}
