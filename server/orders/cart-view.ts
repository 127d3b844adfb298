import type { PricedLine } from '@hilo/calc'
import type { Cart, CartLine, CartPickupPlace, CartProblem, DeliveryOption, SourcingPlan } from '@hilo/contract'
import type { SaleVariant } from '#catalog'
import { type Availability, type Location, listLocations } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { askRules } from '#pricing'
import { planQuote, type Stock, stockOf } from './cart-plan.ts'
import { type Quote, quote, warmQuotes } from './cart-quote.ts'
import type { CartRow } from './cart-rows.ts'

/** Below this many units a line says "few". */
const fewUnits = 3

const problems = {
  empty: { code: 'orders.cart_empty', text: { es: 'La cesta está vacía.', en: 'The basket is empty.' } },
  delivery: {
    code: 'orders.delivery_missing',
    text: { es: 'Elige una tienda o una dirección.', en: 'Choose a shop or an address.' },
  },
  option: {
    code: 'orders.delivery_option_unknown',
    text: { es: 'No enviamos a esta dirección.', en: 'We do not deliver to this address.' },
  },
  contact: {
    code: 'orders.contact_missing',
    text: {
      es: 'Falta tu nombre y un correo o teléfono.',
      en: 'Your name and an e-mail or telephone are missing.',
    },
  },
  giftGone: {
    code: 'orders.gift_gone',
    text: { es: 'El regalo se ha agotado. No se incluirá.', en: 'The gift has run out. It will not be included.' },
  },
} satisfies Record<string, CartProblem>

/**
 * The cart as every answer shows it: priced with a reason per line, what can be promised of each, how it can be had, and what is
 * still missing to place it. Reads only.
 */
export async function viewCart(q: Queryable, clock: Clock, cart: CartRow): Promise<Cart> {
  const [shown] = await viewCarts(q, clock, [cart])
  if (!shown) throw new Error('a cart has no view')
  return shown
}

/** The same for several, whose prices and figures are read together. */
export async function viewCarts(q: Queryable, clock: Clock, carts: readonly CartRow[]): Promise<Cart[]> {
  return q.together(async (one) => {
    askRules(one)
    const stockFor = stockOf(one, carts)
    if (carts.length > 1) await warmQuotes(one, carts)
    // What was asked leaves at the end of this turn: pricing runs while the database looks at the stock.
    await new Promise<void>((resolve) => process.nextTick(resolve))
    const quotes = await Promise.all(carts.map((cart) => quote(one, clock, cart)))
    const stock = await stockFor(quotes)
    return Promise.all(
      carts.map((cart, at) => view(one, clock, cart, quotes[at] as Quote, stock.get(cart.channelId) ?? new Map())),
    )
  })
}

async function view(q: Queryable, clock: Clock, cart: CartRow, quoted: Quote, stock: Stock): Promise<Cart> {
  const live = cart.status === 'open' || cart.status === 'placing'
  const holds = cart.status === 'placing' || cart.held.length > 0
  const [places, planned] = await Promise.all([
    listLocations(q, { activeOnly: true }),
    live && cart.delivery && quoted.priced.lines.length > 0
      ? planQuote(q, clock, { quote: quoted, delivery: cart.delivery, stock, ...(holds ? { holderId: cart.id } : {}) })
      : undefined,
  ])
  const lines = viewLines(cart, quoted, stock, clock, planned?.droppedGifts ?? [])
  const found = problemsOf(cart, quoted, planned?.plan)
  const { priced } = quoted
  return {
    id: cart.id,
    channelId: cart.channelId,
    locationId: cart.locationId,
    status: cart.status,
    currency: priced.currency,
    taxIncluded: priced.taxIncluded,
    language: cart.language,
    version: cart.version,
    lines,
    units: lines.reduce((sum, line) => sum + line.units, 0),
    coupons: priced.coupons,
    contact: cart.contact,
    delivery: cart.delivery,
    note: cart.note,
    subtotalMinor: priced.subtotalMinor,
    discountMinor: priced.discountMinor,
    deliveryMinor: cart.delivery === null ? null : priced.deliveryMinor,
    deliveryReason: priced.delivery?.reason ?? null,
    taxMinor: priced.taxMinor,
    totalMinor: priced.totalMinor,
    taxes: priced.taxes,
    deliveryOptions: quoted.deliveryOptions.map(viewOption),
    pickupPlaces: pickupPlaces(places, lines, stock),
    plan: planned ? viewPlan(planned.plan) : null,
    elsewhere: priced.elsewhere,
    problems: found,
    ready: found.length === 0 && lines.every((line) => line.gift || line.problems.length === 0),
    order: cart.order,
    updatedAt: cart.updatedAt.toISOString(),
  }
}

function viewLines(
  cart: CartRow,
  { variants, unsold, priced }: Quote,
  stock: Stock,
  clock: Clock,
  droppedGifts: readonly string[],
): CartLine[] {
  const pricedById = new Map(priced.lines.map((line) => [line.id, line]))
  const asked = cart.lines.map((line) => pricedById.get(line.id) ?? unpriced(line))
  const gifts = priced.lines.filter(({ isGift }) => isGift)
  return [...asked, ...gifts].map((line) => {
    const variant = variants.get(line.variantId)
    const found = unsold.get(line.id) ?? (droppedGifts.includes(line.id) ? problems.giftGone : undefined)
    const lineStock = lineStockOf(cart, line, variant, stock.get(line.variantId), clock)
    const short = !found && !line.isGift && lineStock.state === 'short' ? shortProblem(lineStock.available) : undefined
    const gone = !found && !line.isGift && lineStock.state === 'none' ? shortProblem(0) : undefined
    return {
      id: line.id,
      variantId: line.variantId,
      productId: variant?.productId ?? null,
      handle: variant?.handle ?? null,
      sku: variant?.sku ?? '',
      title: variant?.title ?? { es: '', en: '' },
      optionValues: variant?.optionValues ?? [],
      optionLabels: variant?.optionLabels ?? [],
      picture: variant?.picture ?? null,
      units: line.units,
      unitMinor: line.unitMinor,
      listUnitMinor: line.listUnitMinor,
      priorUnitMinor: line.priorUnitMinor,
      grossMinor: line.grossMinor,
      discountMinor: line.discountMinor,
      totalMinor: line.totalMinor,
      taxRateBp: line.taxRateBp,
      taxMinor: line.taxMinor,
      discounts: line.discounts,
      reasons: line.reasons,
      gift: line.isGift,
      stock: lineStock,
      problems: [found, short, gone].filter((problem) => problem !== undefined),
    }
  })
}

function unpriced({ id, variantId, units }: { id: string; variantId: string; units: number }): PricedLine {
  const nothing = {
    unitMinor: 0,
    listUnitMinor: 0,
    grossMinor: 0,
    discountMinor: 0,
    totalMinor: 0,
    netMinor: 0,
    taxMinor: 0,
  }
  return {
    id,
    variantId,
    units,
    ...nothing,
    priorUnitMinor: null,
    discounts: [],
    taxRateBp: 0,
    reasons: [],
    isGift: false,
  }
}

function shortProblem(available: number): CartProblem {
  if (available === 0) {
    return {
      code: 'inventory.atp_short',
      text: { es: 'Ahora no queda ninguna unidad.', en: 'None is left right now.' },
    }
  }
  return {
    code: 'inventory.atp_short',
    text: {
      es: available === 1 ? 'Solo queda 1 unidad.' : `Solo quedan ${available} unidades.`,
      en: available === 1 ? 'Only 1 unit is left.' : `Only ${available} units are left.`,
    },
  }
}

/** What can be promised of a line: free units plus what is held for this cart. */
function lineStockOf(
  cart: CartRow,
  line: { variantId: string; units: number },
  variant: SaleVariant | undefined,
  found: Availability | undefined,
  clock: Clock,
): CartLine['stock'] {
  if (variant && !variant.stockTracked) return { state: 'untracked', available: 0, heldUntil: null }
  const holds = cart.heldUntil !== null && cart.heldUntil > clock.now()
  const held = holds
    ? cart.held.filter(({ variantId }) => variantId === line.variantId).reduce((sum, { units }) => sum + units, 0)
    : 0
  const available = (found?.total ?? 0) + held
  const heldUntil = held > 0 && cart.heldUntil ? cart.heldUntil.toISOString() : null
  if (available === 0) return { state: 'none', available, heldUntil }
  if (available < line.units) return { state: 'short', available, heldUntil }
  return { state: available <= fewUnits ? 'few' : 'available', available, heldUntil }
}

function problemsOf(cart: CartRow, { option }: Quote, plan: SourcingPlan | undefined): CartProblem[] {
  const found: CartProblem[] = []
  if (cart.lines.length === 0) found.push(problems.empty)
  if (cart.delivery === null) found.push(problems.delivery)
  if (cart.delivery?.kind === 'delivery' && option === null) found.push(problems.option)
  const { name, email, phone } = cart.contact
  if (cart.delivery?.kind !== 'carry_out' && (name === '' || (email === '' && phone === '')))
    found.push(problems.contact)
  if (plan && !plan.feasible) found.push({ code: 'orders.out_of_stock', text: plan.reason })
  return found
}

function viewOption({
  id,
  name,
  priceMinor,
  arrivesFrom,
  arrivesBy,
  text,
}: DeliveryOption): Cart['deliveryOptions'][number] {
  return { id, name, amountMinor: priceMinor, earliestOn: arrivesFrom, latestOn: arrivesBy, text }
}

/** Shops that hand over orders, with how much of this cart lies there now. */
function pickupPlaces(places: readonly Location[], lines: readonly CartLine[], stock: Stock): CartPickupPlace[] {
  const tracked = lines.filter((line) => !line.gift && line.stock.state !== 'untracked')
  // One pass over what lies anywhere: asking every place about every line would take a second for 200 lines in 1,000 shops.
  const there = new Map<string, number>()
  for (const { variantId, units } of tracked)
    for (const { locationId, atp } of stock.get(variantId ?? '')?.places ?? [])
      there.set(locationId, (there.get(locationId) ?? 0) + Math.min(units, atp))
  const wanted = tracked.reduce((sum, { units }) => sum + units, 0)
  return places
    .filter(({ pickup }) => pickup)
    .map((place) => {
      const missingUnits = wanted - (there.get(place.id) ?? 0)
      return {
        locationId: place.id,
        code: place.code,
        name: place.name,
        city: place.address.city,
        latitude: place.latitude,
        longitude: place.longitude,
        timeZone: place.timeZone,
        complete: missingUnits === 0,
        missingUnits,
      }
    })
}

function viewPlan({ feasible, reason, groups, alternatives, shortages }: SourcingPlan): NonNullable<Cart['plan']> {
  return {
    feasible,
    reason,
    groups: groups.map(({ kind, locationId, dueAt, transferFrom, lines }) => ({
      kind,
      locationId,
      dueAt,
      transferFrom,
      lineIds: [...new Set(lines.map(({ lineId }) => lineId))],
    })),
    alternatives,
    shortages,
  }
}
