import { normalizeCode, type PricedCart } from '@hilo/calc'
import type { CartProblem, DeliveryChoice, DeliveryOption } from '@hilo/contract'
import { type Channel, findChannel, findVariants, type SaleVariant } from '#catalog'
import { deliveryOptions } from '#fulfillment'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { Problem } from '#platform/problems'
import { priceLines, warmPrices } from '#pricing'
import type { CartLineRow } from './cart-rows.ts'
import { orderProblems } from './problems.ts'

export type QuoteInput = {
  channelId: string
  lines: readonly CartLineRow[]
  couponCodes: readonly string[]
  delivery: DeliveryChoice | null
}
export type Quote = {
  channel: Channel
  /** Variants of lines and gifts. */
  variants: Map<string, SaleVariant>
  /** Lines that cannot be sold on this channel, with the reason; they are not priced. */
  unsold: Map<string, CartProblem>
  priced: PricedCart
  deliveryOptions: DeliveryOption[]
  /** Coupons that count in this price, with the promotion behind each. */
  coupons: { promotionId: string; couponCode: string }[]
  /** Chosen option of a delivery; null for pickup and carry-out, or when none serves the address. */
  option: DeliveryOption | null
}

const notSold: CartProblem = {
  code: 'orders.variant_not_sold',
  text: { es: 'Ya no se vende aquí. Quítalo para seguir.', en: 'No longer sold here. Remove it to go on.' },
}

/**
 * What a basket costs now on its channel, and why. The one way to a price: cart view, placing, counter and channel orders all call
 * it, so the same basket has the same total everywhere (DESIGN law 5).
 */
export async function quote(q: Queryable, clock: Clock, input: QuoteInput): Promise<Quote> {
  const channel = await findChannel(q, input.channelId)
  const variants = await findVariants(
    q,
    input.lines.map(({ variantId }) => variantId),
  )
  const unsold = new Map<string, CartProblem>()
  for (const line of input.lines) {
    const variant = variants.get(line.variantId)
    if (!variant?.active || !variant.publishedOn.includes(channel.id)) unsold.set(line.id, notSold)
  }
  const options = await optionsFor(q, clock, input, channel)
  const option = chooseOption(options, input.delivery)
  const promotionOf = new Map<string, string>()
  const priced = await priceSold(q, clock, { ...input, promotionOf, variants }, unsold, option)
  await addGifts(q, variants, priced)
  const coupons = priced.coupons.flatMap(({ code, state }) => {
    const promotionId = promotionOf.get(normalizeCode(code))
    return state === 'applied' && promotionId !== undefined ? [{ promotionId, couponCode: code }] : []
  })
  return { channel, variants, unsold, priced, coupons, deliveryOptions: options, option }
}

/** Reads what several quotes are about in one go; each of them then finds it in memory. */
export async function warmQuotes(
  q: Queryable,
  baskets: readonly { lines: readonly { variantId: string }[] }[],
): Promise<void> {
  const variantIds = [...new Set(baskets.flatMap(({ lines }) => lines.map(({ variantId }) => variantId)))]
  await Promise.all([findVariants(q, variantIds), warmPrices(q, variantIds)])
}

async function optionsFor(
  q: Queryable,
  clock: Clock,
  { channelId, delivery }: QuoteInput,
  channel: Channel,
): Promise<DeliveryOption[]> {
  if (delivery?.kind !== 'delivery') return []
  const { country, postalCode } = delivery.address
  // Delivery prices do not step with the basket: "free from" is a promotion (`delivery_free`), so that its reason is shown like any other.
  return deliveryOptions(q, { clock, channelId, country: country || channel.country, postalCode, subtotalMinor: 0 })
}

function chooseOption(options: readonly DeliveryOption[], delivery: DeliveryChoice | null): DeliveryOption | null {
  if (delivery?.kind !== 'delivery') return null
  if (delivery.optionId === undefined) return options[0] ?? null
  return options.find(({ id }) => id === delivery.optionId) ?? null
}

/** Prices what can be sold; a line without a price on this channel joins the unsold and the rest is priced. */
async function priceSold(
  q: Queryable,
  clock: Clock,
  input: QuoteInput & { promotionOf: Map<string, string>; variants: ReadonlyMap<string, SaleVariant> },
  unsold: Map<string, CartProblem>,
  option: DeliveryOption | null,
): Promise<PricedCart> {
  const { channelId, couponCodes, delivery } = input
  const sold = input.lines.filter(({ id }) => !unsold.has(id))
  try {
    return await priceLines(q, {
      clock,
      channelId,
      ...(delivery?.kind === 'delivery' ? { postalCode: delivery.address.postalCode } : {}),
      lines: sold.map(({ id, variantId, units }) => ({ id, variantId, units })),
      variants: input.variants,
      couponCodes: [...couponCodes],
      delivery: option && { amountMinor: option.priceMinor, taxClass: option.taxClass },
      promotions: (current) => {
        for (const { id, couponCode } of current)
          if (couponCode !== null) input.promotionOf.set(normalizeCode(couponCode), id)
        return current
      },
    })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'pricing.no_price') throw error
    const priceless = sold.filter(({ variantId }) => variantId === error.data['variantId'])
    if (priceless.length === 0) throw error
    for (const line of priceless) unsold.set(line.id, notSold)
    return priceSold(q, clock, input, unsold, option)
  }
}

async function addGifts(q: Queryable, variants: Map<string, SaleVariant>, priced: PricedCart): Promise<void> {
  const missing = priced.lines.map(({ variantId }) => variantId).filter((id) => !variants.has(id))
  for (const [id, variant] of await findVariants(q, missing)) variants.set(id, variant)
}

/** @throws Problem orders.cart_empty, cart_has_problems, delivery_missing, delivery_option_unknown: what stops a quote from becoming an order */
export function assertPlaceable(input: QuoteInput, { unsold, option }: Quote): void {
  if (input.lines.length === 0) throw orderProblems.cart_empty()
  if (unsold.size > 0) throw orderProblems.cart_has_problems({ lineIds: [...unsold.keys()] })
  if (input.delivery === null) throw orderProblems.delivery_missing({ parameter: 'delivery' })
  if (input.delivery.kind === 'delivery' && option === null) {
    throw orderProblems.delivery_option_unknown({ parameter: 'delivery.optionId', optionId: input.delivery.optionId })
  }
}
