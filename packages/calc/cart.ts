/** The price of a cart: one pure function that every channel calls. */
import { type Bundle, bundleLines, compareText, unitPrice } from './bundles.ts'
import { couponStatesOf, enteredCodes, incentivesElsewhere } from './coupons.ts'
import { allocate, assertAtLeast } from './money.ts'
import { assessPromotion, type Basket, instantMs, normalizeCode } from './promotions.ts'
import { markdownReason, promotionText, type Wording } from './reasons.ts'
import { type Effect, outcomeChooser } from './stacking.ts'
import { type Taxable, taxByRate } from './tax.ts'
import type {
  CartLineInput,
  LineDiscount,
  LocalizedText,
  PriceCartInput,
  PricedCart,
  PricedDelivery,
  PricedGift,
  PricedLine,
  TaxGroup,
} from './types.ts'

/**
 * Prices a cart and says why.
 *
 *   BUNDLE    equal lines together, in an order that does not depend on how the cart was filled
 *   ASSESS    each promotion against dates, coupons, customer and minimums
 *   CHOOSE    the outcome that costs the customer least (rule in `stacking.ts`)
 *   SPLIT     each discount to lines, tax per rate to lines and delivery, all sums exact
 *
 * Same input, same answer: no clock, no randomness, no dependence on the order of lines or promotions. Amounts in minor units;
 * `totalMinor` of cart, line and delivery is always what the customer pays, tax in it. Gift lines of the input get the units the
 * promotions give now and are left out of the answer when they give none.
 * @throws RangeError when the input is malformed: fractional or negative amounts, repeated line ids, instants without offset
 */
export function priceCart(input: PriceCartInput): PricedCart {
  const { currency, taxIncluded, channelId, delivery, giftPrices } = input
  const wording: Wording = { currency, timeZone: input.timeZone ?? null }
  const bundles = bundleLines(input.lines)
  if (delivery) {
    assertAtLeast(delivery.amountMinor, 0, 'amountMinor of the delivery')
    assertAtLeast(delivery.taxRateBp, 0, 'taxRateBp of the delivery')
  }
  const basket: Basket = {
    bundles,
    atMs: instantMs(input.at, 'at'),
    hasDelivery: delivery !== null,
    customerTags: new Set(input.customerTags),
  }
  const entered = enteredCodes(input.couponCodes)
  const assessments = input.promotions
    .filter(({ couponCode }) => couponCode === null || entered.has(normalizeCode(couponCode)))
    .map((promotion) => assessPromotion(promotion, basket))
  const outcomeOn = outcomeChooser(assessments, { bundles, delivery, taxIncluded, giftPrices })
  const outcome = outcomeOn(channelId)

  const gifts = giftsOf(outcome.effects)
  const priced = splitToLines(bundles, outcome.effects, wording)
  const paid = new Map(priced.flat().map((line) => [line.id, line]))
  const lines = inInputOrder(input.lines, paid, giftLines(input, gifts))
  const pricedDelivery = delivery && deliveryOf(delivery, outcome.effects)
  const taxes = addTaxes(priced, pricedDelivery, taxIncluded)

  return {
    currency,
    taxIncluded,
    lines,
    gifts,
    delivery: pricedDelivery,
    subtotalMinor: sumOf(lines, 'grossMinor'),
    discountMinor: sumOf(lines, 'discountMinor'),
    deliveryMinor: pricedDelivery?.totalMinor ?? 0,
    totalMinor: sumOf(lines, 'totalMinor') + (pricedDelivery?.totalMinor ?? 0),
    taxMinor: sumOf(taxes, 'taxMinor'),
    taxes,
    coupons: couponStatesOf(entered, assessments, outcome, channelId, wording),
    elsewhere: incentivesElsewhere(assessments, channelId, outcomeOn),
  }
}

function sumOf<K extends string>(rows: readonly Record<K, number>[], key: K): number {
  return rows.reduce((sum, row) => sum + row[key], 0)
}

/** The lines of each bundle, discounts split exactly; tax is still to come, so `totalMinor` is the amount in the cart's tax mode. */
function splitToLines(bundles: readonly Bundle[], effects: readonly Effect[], wording: Wording): PricedLine[][] {
  const priced = bundles.map(({ lines }) => lines.map((line) => undiscounted(line, wording)))
  for (const effect of effects) {
    const reason = promotionText(effect.promotion)
    for (const { at, amountMinor } of effect.discounts) {
      const lines = priced[at] ?? []
      const [only] = lines
      if (only && lines.length === 1) takeOff(only, effect, amountMinor, reason)
      else takeOffEach(lines, effect, amountMinor, reason)
    }
  }
  return priced
}

function takeOffEach(lines: readonly PricedLine[], effect: Effect, amountMinor: number, reason: LocalizedText): void {
  const parts = allocate(
    amountMinor,
    lines.map((line) => line.totalMinor),
  )
  lines.forEach((line, index) => {
    takeOff(line, effect, parts[index] ?? 0, reason)
  })
}

function undiscounted(line: CartLineInput, wording: Wording): PricedLine {
  const unitMinor = unitPrice(line)
  const grossMinor = line.units * unitMinor
  const markdown = markdownReason(line, wording)
  return {
    id: line.id,
    variantId: line.variantId,
    units: line.units,
    unitMinor,
    listUnitMinor: line.listUnitMinor,
    priorUnitMinor: line.priorUnitMinor ?? null,
    grossMinor,
    discounts: [],
    discountMinor: 0,
    totalMinor: grossMinor,
    taxRateBp: line.taxRateBp,
    netMinor: 0,
    taxMinor: 0,
    reasons: markdown ? [markdown] : [],
    isGift: false,
  }
}

function takeOff(line: PricedLine, { promotion }: Effect, amountMinor: number, reason: LocalizedText): void {
  if (amountMinor === 0) return
  const discount: LineDiscount = { promotionId: promotion.id, couponCode: promotion.couponCode, amountMinor, reason }
  line.discounts.push(discount)
  line.reasons.push(reason)
  line.discountMinor += amountMinor
  line.totalMinor -= amountMinor
}

function giftsOf(effects: readonly Effect[]): PricedGift[] {
  return effects.flatMap(({ promotion, giftUnits }) =>
    giftUnits > 0 && promotion.giftVariantId !== undefined
      ? [
          {
            promotionId: promotion.id,
            variantId: promotion.giftVariantId,
            units: giftUnits,
            reason: promotionText(promotion),
          },
        ]
      : [],
  )
}

/**
 * One free line per gift variant. It keeps the id of the gift line the cart already holds (the lowest where there are several), so
 * that pricing the answer again changes nothing; a new one is named after the variant. Without a line and without a known tax
 * rate there is no line, only the entry in `gifts`.
 */
function giftLines({ lines, giftPrices }: PriceCartInput, gifts: readonly PricedGift[]): Map<string, PricedLine> {
  const present = new Map<string, CartLineInput>()
  for (const line of lines) {
    if (!line.isGift) continue
    const first = present.get(line.variantId)
    if (!first || compareText(line.id, first.id) < 0) present.set(line.variantId, line)
  }
  const free = new Map<string, PricedLine>()
  for (const { variantId, units, reason } of gifts) {
    const held = present.get(variantId)
    const facts = giftPrices?.[variantId]
    const id = held?.id ?? `gift:${variantId}`
    const known = free.get(id)
    if (known) {
      known.units += units
      known.reasons.push(reason)
    } else if (held || facts) {
      const listUnitMinor = facts?.listUnitMinor ?? held?.listUnitMinor ?? 0
      const taxRateBp = facts?.taxRateBp ?? held?.taxRateBp ?? 0
      free.set(id, freeLine({ id, variantId, units, listUnitMinor, taxRateBp, reasons: [reason] }))
    }
  }
  return free
}

type FreeLine = Pick<PricedLine, 'id' | 'variantId' | 'units' | 'listUnitMinor' | 'taxRateBp' | 'reasons'>

function freeLine(line: FreeLine): PricedLine {
  const nothing = { unitMinor: 0, grossMinor: 0, discountMinor: 0, totalMinor: 0, netMinor: 0, taxMinor: 0 }
  return { ...line, ...nothing, priorUnitMinor: null, discounts: [], isGift: true }
}

/** The lines as the cart holds them, then gifts it does not hold yet. */
function inInputOrder(
  input: readonly CartLineInput[],
  paid: ReadonlyMap<string, PricedLine>,
  free: ReadonlyMap<string, PricedLine>,
): PricedLine[] {
  const lines: PricedLine[] = []
  const held = new Set<string>()
  for (const { id, isGift } of input) {
    const line = isGift ? free.get(id) : paid.get(id)
    if (line) lines.push(line)
    held.add(id)
  }
  for (const [id, line] of free) if (!held.has(id)) lines.push(line)
  return lines
}

function deliveryOf(
  { amountMinor, taxRateBp }: { amountMinor: number; taxRateBp: number },
  effects: readonly Effect[],
): PricedDelivery {
  const freed = effects.find((effect) => effect.deliveryMinor > 0)
  const discountMinor = freed?.deliveryMinor ?? 0
  const reason = freed ? promotionText(freed.promotion) : null
  return { amountMinor, discountMinor, totalMinor: amountMinor - discountMinor, taxRateBp, taxMinor: 0, reason }
}

/**
 * Fills net and tax of lines and delivery, lifts their totals to what the customer pays, and returns the groups by rate. A rate's tax
 * goes to whole bundles and the delivery first and then to the lines of a bundle, so that the delivery's share does not depend on
 * how many lines a variant stands on.
 */
function addTaxes(bundles: readonly PricedLine[][], delivery: PricedDelivery | null, taxIncluded: boolean): TaxGroup[] {
  const amounts: Taxable[] = bundles.map((lines) => ({
    amountMinor: sumOf(lines, 'totalMinor'),
    rateBp: lines[0]?.taxRateBp ?? 0,
  }))
  if (delivery) amounts.push({ amountMinor: delivery.totalMinor, rateBp: delivery.taxRateBp })
  const { groups, taxes } = taxByRate(amounts, taxIncluded)
  bundles.forEach((lines, at) => {
    const whole = taxes[at] ?? 0
    const parts =
      lines.length === 1
        ? [whole]
        : allocate(
            whole,
            lines.map((line) => line.totalMinor),
          )
    lines.forEach((line, index) => {
      line.taxMinor = parts[index] ?? 0
      if (!taxIncluded) line.totalMinor += line.taxMinor
      line.netMinor = line.totalMinor - line.taxMinor
    })
  })
  if (delivery) {
    delivery.taxMinor = taxes[bundles.length] ?? 0
    if (!taxIncluded) delivery.totalMinor += delivery.taxMinor
  }
  return groups
}
