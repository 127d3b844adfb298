import type { Contact, DeliveryChoice, LineInput } from '@hilo/contract'
import { findVariantByCode } from '#catalog'
import type { TakenTender } from '#payments'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { done, each, type Outcome, Raced, refused } from '#platform/together'
import { askRules, redeemCoupons } from '#pricing'
import { stockOf } from './cart-plan.ts'
import { assertPlaceable, type Quote, quote, warmQuotes } from './cart-quote.ts'
import type { CartLineRow } from './cart-rows.ts'
import { type Committed, commitOrders } from './commit-order.ts'
import { normalizeContact } from './contact.ts'
import { type Draft, draftOrder } from './draft-order.ts'
import { findOrdersOfChannels, type OrderRow } from './order-rows.ts'
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
/** `placed` is what was made now; absent for an order that was there before. */
export type ChannelPlaced = { orderId: string; placed?: Committed }

/** A reference stands for one order; with other goods under it the channel has made a mistake that must not pass for a repeat. */
function sameOrder(order: OrderRow, input: PlaceChannelOrder): ChannelPlaced {
  const asked = input.lines.reduce((sum, { units = 1 }) => sum + units, 0)
  const has = order.lines.filter(({ gift }) => !gift).reduce((sum, { units }) => sum + units, 0)
  const total = input.expectedTotalMinor ?? order.totalMinor
  if (asked !== has || total !== order.totalMinor) {
    throw orderProblems.external_ref_differs({ parameter: 'externalRef', orderId: order.id, number: order.number })
  }
  return { orderId: order.id }
}

/**
 * Whole orders of trusted channels, each in one call: price, plan, allocate, book the payment taken elsewhere, commit. Orders that
 * arrive together commit together. Once per channel and external reference: a repeat answers the order that is there. An order with
 * coupons must come alone, since a coupon is counted before the goods are sure.
 * @returns for each: the order, or Problem orders.channel_not_trusted, external_ref_differs, total_changed, out_of_stock, and those of
 *   a quote
 */
export async function placeChannelOrders(
  tx: Tx,
  clock: Clock,
  inputs: readonly PlaceChannelOrder[],
): Promise<Outcome<ChannelPlaced>[]> {
  askRules(tx)
  const stockFor = stockOf(tx, inputs.map(basketOf))
  const known = await findOrdersOfChannels(tx, inputs)
  const outcomes: (Outcome<ChannelPlaced> | undefined)[] = inputs.map(() => undefined)
  const seen = new Set<string>()
  const fresh: { at: number; input: PlaceChannelOrder }[] = []
  for (const [at, input] of inputs.entries()) {
    const ref = JSON.stringify([input.channelId, input.externalRef])
    const there = known.find((order) => order.channelId === input.channelId && order.externalRef === input.externalRef)
    if (there) [outcomes[at]] = await each([there], (order) => sameOrder(order, input))
    // The same reference twice in one batch: the second runs in the next one and finds the first.
    else if (seen.has(ref)) outcomes[at] = refused(new Raced('the same reference twice in one batch'))
    else fresh.push({ at, input })
    seen.add(ref)
  }
  if (fresh.length > 1)
    await warmQuotes(
      tx,
      fresh.map(({ input }) => basketOf(input)),
    )
  const quoted = await each(fresh, async ({ input }) => ({ input, quoted: await quoteChannel(tx, clock, input) }))
  const stock = await stockFor(quoted.flatMap((one) => (one.ok ? [one.value.quoted] : [])))
  const drafted: Outcome<{ draft: Draft; input: PlaceChannelOrder }>[] = []
  // One after the other: each plan takes its units off the figures of the next.
  for (const one of quoted) {
    if (!one.ok) drafted.push(one)
    else drafted.push(...(await each([one.value], (value) => draftChannel(tx, clock, value, stock))))
  }
  const ready = drafted.flatMap((one) => (one.ok ? [one.value] : []))
  const committed = await commitOrders(
    tx,
    clock,
    ready.map(({ draft, input }) => ({
      draft,
      fresh: true,
      actorId: input.actorId,
      publicUrl: input.publicUrl,
      tenders: tenders(draft, input),
      balance: { capturedMinor: draft.totalMinor, refundedMinor: 0, live: 0 },
    })),
  )
  let next = 0
  drafted.forEach((one, index) => {
    const at = fresh[index]?.at ?? -1
    const outcome = one.ok ? committed[next++] : one
    if (outcome?.ok === false) outcomes[at] = outcome
    else if (outcome && 'order' in outcome.value)
      outcomes[at] = done({ orderId: outcome.value.order.id, placed: outcome.value })
  })
  return outcomes.map((outcome) => outcome ?? refused(new Error('an order of the batch has no outcome')))
}

/** What is known of the goods before their codes are looked up. */
function basketOf({ channelId, lines }: PlaceChannelOrder) {
  return { channelId, lines: lines.filter((line) => 'variantId' in line) }
}

async function quoteChannel(tx: Tx, clock: Clock, input: PlaceChannelOrder): Promise<Quote> {
  const basket = {
    channelId: input.channelId,
    lines: await resolveLines(tx, input.lines),
    couponCodes: input.couponCodes,
    delivery: input.delivery,
  }
  const quoted = await quote(tx, clock, basket)
  if (!quoted.channel.trusted) throw orderProblems.channel_not_trusted({ channelId: input.channelId })
  assertPlaceable(basket, quoted)
  const { totalMinor } = quoted.priced
  if (input.expectedTotalMinor !== undefined && input.expectedTotalMinor !== totalMinor) {
    throw orderProblems.total_changed({ expectedMinor: input.expectedTotalMinor, totalMinor })
  }
  return quoted
}

async function draftChannel(
  tx: Tx,
  clock: Clock,
  { quoted, input }: { quoted: Quote; input: PlaceChannelOrder },
  stock: Awaited<ReturnType<ReturnType<typeof stockOf>>>,
): Promise<{ draft: Draft; input: PlaceChannelOrder }> {
  const draft = await draftOrder(
    tx,
    clock,
    {
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
    },
    stock.get(input.channelId),
  )
  await redeemCoupons(tx, clock, { orderId: draft.id, redemptions: quoted.coupons })
  return { draft, input }
}

function tenders({ totalMinor }: Draft, { paymentReference, channelId }: PlaceChannelOrder): TakenTender[] {
  if (totalMinor === 0) return []
  return [{ method: 'elsewhere', amountMinor: totalMinor, reference: paymentReference, provider: channelId }]
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
