import { type LocalizedText, readyFrom } from '@hilo/calc'
import { basketOf } from './baskets.ts'
import { type Day, daysAround, isWorkday, openMinutes } from './calendar.ts'
import type { DemoPerson } from './people.ts'
import type { DemoPlace, PlaceCode } from './places.ts'
import type { DemoProduct } from './products/index.ts'
import { deliveryOptions, promotions } from './promotions.ts'
import type { Dice } from './seed.ts'

/** How far back the orders go. */
export const historyDays = 120

export type ReturnFact = {
  atMs: number
  place: PlaceCode
  lines: { index: number; units: number; disposition: 'restock' | 'scrap' }[]
  reason: LocalizedText
}

/**
 * One order as it went and will go: instants in epoch milliseconds, some of them still ahead. What has happened by "now" is for
 * the loader to cut.
 */
export type OrderFact = {
  atMs: number
  channelId: 'web' | 'pos'
  /** The counter that sold it. */
  counter: PlaceCode | null
  /** Key of the customer; null for someone who paid and left. */
  person: string | null
  way: 'carry_out' | 'pickup' | 'delivery'
  deliveryOptionId: string | null
  /** The place whose shelf it leaves. */
  from: PlaceCode
  lines: { sku: string; units: number }[]
  couponCode: string | null
  tender: 'cash' | 'card_present' | 'card_online'
  /** What was promised: ready in the shop, or at the door. */
  promisedMs: number
  /** Set aside in the shop, or given to the carrier. */
  preparedMs: number
  /** Handed over or delivered. */
  doneMs: number
  canceled: { atMs: number; reason: LocalizedText } | null
  returns: ReturnFact[]
}

export type HistoryInput = {
  dice: Dice
  nowMs: number
  people: readonly DemoPerson[]
  places: readonly DemoPlace[]
  products: readonly DemoProduct[]
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Trade by week day (Monday first) at counters and on the web, and by month: sales in July and January, gifts in December. */
const counterWeek = [0.75, 0.85, 0.9, 0.95, 1.2, 1.6, 0.8] as const
const webWeek = [1.1, 1, 1, 0.95, 0.85, 0.85, 1.3] as const
const season = [1.15, 0.85, 0.9, 1, 1.1, 1.15, 1.25, 0.85, 0.95, 1, 1.2, 1.45] as const
const counterSalesADay = 9.5
const webOrdersADay = 6

/** Hours at which the web is busy: lunch, and most of all after dinner. */
const webHours = [2, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 6, 5, 5, 6, 7, 8, 11, 12, 8] as const

/** Every order of the last 120 days, oldest first, always the same for the same dice and the same "now". */
export function demoHistory(input: HistoryInput): OrderFact[] {
  const days = daysAround(input.nowMs, historyDays, 14)
  const buyers = new Set<string>()
  const past = days.filter(({ daysAgo }) => daysAgo >= 0)
  const orders = past.flatMap((day) => [...counterSales(input, day), ...webOrders(input, day, days, buyers)])
  return orders.filter(({ atMs }) => atMs < input.nowMs - 5 * minuteMs).sort((left, right) => left.atMs - right.atMs)
}

/** A whole number that is `expected` on average. */
function around(dice: Dice, expected: number): number {
  const spread = expected * (0.6 + dice.next() * 0.8)
  return Math.floor(spread) + (dice.chance(spread % 1) ? 1 : 0)
}

function factor(week: readonly number[], day: Day): number {
  return (week[day.weekday - 1] ?? 1) * (season[day.month - 1] ?? 1)
}

function counterSales({ dice, people, places, products }: HistoryInput, day: Day): OrderFact[] {
  return places.flatMap((place) => {
    const open = openMinutes(place.hours, day)
    if (place.kind !== 'shop' || open.length === 0) return []
    const own = dice.fork(`counter ${place.code} ${day.daysAgo}`)
    const count = around(own, counterSalesADay * place.shareOfCounterSales * factor(counterWeek, day))
    const regulars = people.filter(
      ({ homeShop, knownForDays }) => homeShop === place.code && knownForDays >= day.daysAgo,
    )
    return Array.from({ length: count }, (): OrderFact => {
      const [from, to] = own.weighted(open, ([start, end]) => end - start)
      const atMs = day.at(own.int(from + 5, to - 5)) + own.int(0, 59) * 1000
      const person = regulars.length > 0 && own.chance(0.5) ? own.weighted(regulars, ({ activity }) => activity) : null
      const lines = basketOf(own, { products, person, daysAgo: day.daysAgo, counter: true })
      const tender = own.chance(0.22) ? 'cash' : 'card_present'
      const fact: OrderFact = {
        ...bare(atMs, lines),
        channelId: 'pos',
        counter: place.code,
        person: person?.key ?? null,
        from: place.code,
        tender,
      }
      return own.chance(0.035) ? { ...fact, returns: [returnOf(own, fact, places, place.code)] } : fact
    })
  })
}

/** An order that was paid, taken and done at one moment. */
function bare(
  atMs: number,
  lines: OrderFact['lines'],
): Omit<OrderFact, 'channelId' | 'counter' | 'person' | 'from' | 'tender'> {
  return {
    atMs,
    way: 'carry_out',
    deliveryOptionId: null,
    lines,
    couponCode: null,
    promisedMs: atMs,
    preparedMs: atMs,
    doneMs: atMs,
    canceled: null,
    returns: [],
  }
}

/** @param buyers keys of those who have bought on the web before; grows */
function webOrders(input: HistoryInput, day: Day, days: readonly Day[], buyers: Set<string>): OrderFact[] {
  const { dice, people, products } = input
  const own = dice.fork(`web ${day.daysAgo}`)
  const known = people.filter(({ email, knownForDays }) => email !== null && knownForDays >= day.daysAgo)
  const count = around(own, webOrdersADay * factor(webWeek, day) * (1.15 - day.daysAgo / 400))
  return Array.from({ length: count }, () => {
    const person = own.weighted(known, ({ activity }) => activity)
    const hour = own.weighted([...webHours.keys()], (index) => webHours[index] ?? 0)
    const atMs = day.at(hour * 60 + own.int(0, 59)) + own.int(0, 59) * 1000
    const lines = basketOf(own, { products, person, daysAgo: day.daysAgo, counter: false })
    const isFirst = !buyers.has(person.key) && person.knownForDays <= historyDays
    buyers.add(person.key)
    const couponCode =
      isFirst && own.chance(0.4) ? (promotions.find(({ key }) => key === 'welcome')?.couponCode ?? null) : null
    const order = {
      ...bare(atMs, lines),
      channelId: 'web' as const,
      counter: null,
      person: person.key,
      couponCode,
      tender: 'card_online' as const,
    }
    const shop = input.places.find(({ code }) => code === person.homeShop)
    const fact =
      shop && own.chance(0.34)
        ? pickupOf(own, order, shop, input.nowMs)
        : deliveryOf(own, order, person, day, days, input)
    return afterwards(own, fact, person, input)
  })
}

type WebOrder = Omit<OrderFact, 'from'>

/** Collected in a shop: promised from its opening hours, set aside a little earlier, fetched within days. */
function pickupOf(dice: Dice, order: WebOrder, shop: DemoPlace, nowMs: number): OrderFact {
  const promised = readyFrom(shop.hours, shop.zone, new Date(order.atMs).toISOString(), shop.handlingMinutes)
  const promisedMs = promised === null ? nowMs + dayMs : Date.parse(promised)
  const isLate = dice.chance(0.03)
  const preparedMs = promisedMs + (isLate ? 40 : -dice.int(5, Math.floor(shop.handlingMinutes * 0.6))) * minuteMs
  const wait = dice.chance(0.6) ? dice.int(2, 26) * hourMs : dice.int(26, 90) * hourMs
  const fetched = readyFrom(shop.hours, shop.zone, new Date(preparedMs + wait).toISOString(), dice.int(1, 90))
  const doneMs = fetched === null ? preparedMs + dayMs : Date.parse(fetched)
  return { ...order, way: 'pickup', from: shop.code, promisedMs, preparedMs, doneMs }
}

/** Sent to the door from Getafe on a working day, promised for the evening of the last day of its option. */
function deliveryOf(
  dice: Dice,
  order: WebOrder,
  person: DemoPerson,
  day: Day,
  days: readonly Day[],
  { places }: HistoryInput,
): OrderFact {
  const hours = places.find(({ code }) => code === 'GET')?.hours
  const island = person.address.postalCode.startsWith('07')
  const optionId = island ? 'islands' : dice.chance(0.14) ? 'express' : 'standard'
  const option = deliveryOptions.find(({ id }) => id === optionId)
  if (!hours || !option) throw new Error('the demo has no warehouse hours or no delivery option')
  const workdays = days.filter((each) => each.daysAgo <= day.daysAgo && isWorkday(hours, each))
  const isEarly = order.atMs < day.at(option.cutoffHour * 60) && workdays[0] === day
  const leaves = workdays[isEarly || workdays[0] !== day ? 0 : 1]
  const start = leaves ? workdays.indexOf(leaves) : 0
  const [due, arrives] = [
    workdays[start + option.daysMax],
    workdays[start + dice.int(option.daysMin, option.daysMax) + (dice.chance(0.04) ? 1 : 0)],
  ]
  if (!leaves || !due || !arrives) throw new Error('the demo calendar does not reach far enough ahead')
  const preparedMs = Math.max(leaves.at(16 * 60) + dice.int(0, 90) * minuteMs, order.atMs + 30 * minuteMs)
  return {
    ...order,
    way: 'delivery',
    deliveryOptionId: option.id,
    from: 'GET',
    promisedMs: due.at(20 * 60),
    preparedMs,
    doneMs: arrives.at(dice.int(9 * 60, 18 * 60)),
  }
}

const cancelReasons: readonly LocalizedText[] = [
  { es: 'Me he equivocado de talla', en: 'I chose the wrong size' },
  { es: 'Ya no lo necesito', en: 'I no longer need it' },
  { es: 'Pedido por duplicado', en: 'Ordered twice' },
]

/** What happens to some web orders later: canceled within the hour, or something comes back. */
function afterwards(dice: Dice, order: OrderFact, person: DemoPerson, { places }: HistoryInput): OrderFact {
  if (dice.chance(0.035)) {
    const atMs = Math.min(order.atMs + dice.int(4, 55) * minuteMs, order.preparedMs - minuteMs)
    return { ...order, canceled: { atMs, reason: dice.pick(cancelReasons) } }
  }
  if (!dice.chance(0.085)) return order
  const place = person.homeShop && dice.chance(0.65) ? person.homeShop : 'GET'
  return { ...order, returns: [returnOf(dice, order, places, place)] }
}

const returnReasons: readonly LocalizedText[] = [
  { es: 'Talla pequeña', en: 'Too small' },
  { es: 'Talla grande', en: 'Too large' },
  { es: 'El color no es el que esperaba', en: 'Not the colour I expected' },
  { es: 'Era un regalo repetido', en: 'A gift they already had' },
  { es: 'Costura abierta', en: 'A seam came open' },
]

/** One line comes back, three to sixteen days after it was received, when the place is open. */
export function returnOf(dice: Dice, order: OrderFact, places: readonly DemoPlace[], code: PlaceCode): ReturnFact {
  const place = places.find((each) => each.code === code)
  const index = dice.int(0, order.lines.length - 1)
  const line = order.lines[index]
  if (!place || !line) throw new Error(`no place ${code} or no line to bring back`)
  const reason = dice.pick(returnReasons)
  const backMs = order.doneMs + dice.int(3 * 24, 16 * 24) * hourMs
  const open = readyFrom(place.hours, place.zone, new Date(backMs).toISOString(), dice.int(1, 180))
  const units = line.units === 1 || dice.chance(0.5) ? line.units : dice.int(1, line.units)
  const disposition = reason.en.startsWith('A seam') ? 'scrap' : 'restock'
  return {
    atMs: open === null ? backMs : Date.parse(open),
    place: code,
    lines: [{ index, units, disposition }],
    reason,
  }
}

/**
 * Orders of the last hours that a visitor finds at any time of day: three pickups to be picked, two set aside and waiting (one in
 * Valencia, the first shop of the list), a parcel under way, and goods of last week that came back yesterday.
 */
export function freshOrders(input: HistoryInput): OrderFact[] {
  const { dice, nowMs, people, places, products } = input
  const own = dice.fork('fresh')
  const near = (code: PlaceCode) => people.filter(({ homeShop, email }) => homeShop === code && email !== null)
  const order = (code: PlaceCode, agoMs: number) => {
    const [person, shop] = [own.pick(near(code)), places.find((place) => place.code === code)]
    if (!shop) throw new Error(`the demo has no place ${code}`)
    const lines = basketOf(own, { products, person, daysAgo: 1, counter: false })
    const base = {
      ...bare(nowMs - agoMs, lines),
      channelId: 'web' as const,
      counter: null,
      person: person.key,
      tender: 'card_online' as const,
    }
    return { shop, base }
  }
  const toPick = (['VLC', 'MAD', 'SVQ'] as const).map((code, index): OrderFact => {
    const { shop, base } = order(code, (8 + index * 6) * minuteMs)
    const { promisedMs, doneMs } = pickupOf(own, base, shop, nowMs)
    return {
      ...base,
      way: 'pickup',
      from: code,
      promisedMs,
      preparedMs: promisedMs - minuteMs,
      doneMs: Math.max(doneMs, promisedMs + dayMs),
    }
  })
  const setAside = (code: PlaceCode): OrderFact => ({
    ...order(code, 26 * hourMs).base,
    way: 'pickup',
    from: code,
    promisedMs: nowMs - 20 * hourMs,
    preparedMs: nowMs - 21 * hourMs,
    doneMs: nowMs + 30 * hourMs,
  })
  const ready = setAside('BIO')
  const { base: sent } = order('SVQ', 30 * hourMs)
  const underWay: OrderFact = {
    ...sent,
    way: 'delivery',
    deliveryOptionId: 'standard',
    from: 'GET',
    promisedMs: nowMs + 32 * hourMs,
    preparedMs: nowMs - 9 * hourMs,
    doneMs: nowMs + 27 * hourMs,
  }
  const { base: sold } = order('VLC', 9 * dayMs)
  const delivered: OrderFact = {
    ...sold,
    way: 'delivery',
    deliveryOptionId: 'standard',
    from: 'GET',
    promisedMs: nowMs - 6 * dayMs,
    preparedMs: nowMs - 8 * dayMs,
    doneMs: nowMs - 7 * dayMs,
  }
  const back: ReturnFact = {
    atMs: nowMs - 18 * hourMs,
    place: 'VLC',
    lines: [{ index: 0, units: 1, disposition: 'restock' }],
    reason: own.pick(returnReasons.slice(0, 3)),
  }
  return [...toPick, ready, underWay, { ...delivered, returns: [back] }, setAside('VLC')]
}
