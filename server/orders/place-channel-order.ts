import type { Contact, DeliveryChoice, LineInput } from '@hilo/contract'
import { findVariantByCode } from '#catalog'
import { recordCounterPayment } from '#payments'
import type { Clock } from '#platform/clock'
import { type Db, isUniqueViolation, type Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { assertPlaceable, quote } from './cart-quote.ts'
import type { CartLineRow } from './cart-rows.ts'
import { commitOrder } from './commit-order.ts'
import { normalizeContact } from './contact.ts'
import { draftOrder } from './draft-order.ts'
import { findOrderOfChannel, type OrderRow } from './order-rows.ts'
import { retrying } from './place-order.ts'
import { orderProblems } from './problems.ts'

export type PlaceChannelOrder = {
  channelId: string
  externalRef: string
  lines: readonly LineInput[]
  contact: Contact
  delivery: DeliveryChoice
  couponCodes: readonly string[]
  language: 'es' | 'en'
  note: string
  expectedTotalMinor?: number | undefined
  paymentReference: string
  actorId: string
  publicUrl: string
}

/**
 * The whole order of a trusted channel in one call and one transaction: price, plan, allocate, book the payment taken elsewhere,
 * commit. Once per channel and external reference: a repeat answers the order that is there.
 * @returns the order's id and whether it was there before
 * @throws Problem orders.channel_not_trusted, external_ref_differs, total_changed, out_of_stock, and those of a quote
 */
export async function placeChannelOrder(
  db: Db,
  clock: Clock,
  input: PlaceChannelOrder,
): Promise<{ orderId: string; repeated: boolean }> {
  try {
    return await retrying(() => db.transaction((tx) => place(tx, clock, input)))
  } catch (error) {
    if (!isUniqueViolation(error, 'customer_order_external')) throw error
    const other = await findOrderOfChannel(db, input)
    if (!other) throw error
    return { orderId: sameOrder(other, input), repeated: true }
  }
}

/** A reference stands for one order; with other goods under it the channel has made a mistake that must not pass for a repeat. */
function sameOrder(order: OrderRow, input: PlaceChannelOrder): string {
  const asked = input.lines.reduce((sum, { units = 1 }) => sum + units, 0)
  const has = order.lines.filter(({ gift }) => !gift).reduce((sum, { units }) => sum + units, 0)
  const total = input.expectedTotalMinor ?? order.totalMinor
  if (asked !== has || total !== order.totalMinor) {
    throw orderProblems.external_ref_differs({ parameter: 'externalRef', orderId: order.id, number: order.number })
  }
  return order.id
}

async function place(tx: Tx, clock: Clock, input: PlaceChannelOrder): Promise<{ orderId: string; repeated: boolean }> {
  const known = await findOrderOfChannel(tx, input)
  if (known) return { orderId: sameOrder(known, input), repeated: true }
  const basket = {
    channelId: input.channelId,
    lines: await resolveLines(tx, input.lines),
    couponCodes: input.couponCodes,
    delivery: input.delivery,
  }
  const quoted = await quote(tx, clock, basket)
  if (!quoted.channel.trusted) throw orderProblems.channel_not_trusted({ channelId: input.channelId })
  assertPlaceable(basket, quoted)
  const { totalMinor, currency } = quoted.priced
  if (input.expectedTotalMinor !== undefined && input.expectedTotalMinor !== totalMinor) {
    throw orderProblems.total_changed({ expectedMinor: input.expectedTotalMinor, totalMinor })
  }
  const draft = await draftOrder(tx, clock, {
    quote: quoted,
    cartId: null,
    externalRef: input.externalRef,
    locationId: null,
    staffId: null,
    personId: null,
    language: input.language,
    contact: normalizeContact(input.contact),
    delivery: input.delivery,
    consents: [],
    couponCodes: input.couponCodes,
    note: input.note,
    lapsesAt: clock.now(),
  })
  if (totalMinor > 0) {
    await recordCounterPayment(tx, clock, {
      orderId: draft.id,
      currency,
      tenders: [
        { method: 'elsewhere', amountMinor: totalMinor, reference: input.paymentReference, provider: input.channelId },
      ],
      locationId: null,
      actorId: input.actorId,
    })
  }
  const balance = { capturedMinor: totalMinor, refundedMinor: 0, live: 0 }
  await commitOrder(tx, clock, draft, { actorId: input.actorId, publicUrl: input.publicUrl, balance })
  return { orderId: draft.id, repeated: false }
}

async function resolveLines(tx: Tx, lines: readonly LineInput[]): Promise<CartLineRow[]> {
  const units = new Map<string, number>()
  for (const line of lines) {
    const variantId = 'variantId' in line ? line.variantId : await idOfCode(tx, line.code)
    units.set(variantId, (units.get(variantId) ?? 0) + (line.units ?? 1))
  }
  return [...units].map(([variantId, sum]) => ({ id: newId('lin'), variantId, units: sum }))
}

async function idOfCode(tx: Tx, code: string): Promise<string> {
  const variant = await findVariantByCode(tx, code)
  if (!variant) throw orderProblems.variant_unknown({ parameter: 'code', given: code })
  return variant.id
}
