import type { DeliveryChoice, SourcingPlan } from '@hilo/contract'
import { planSourcing } from '#fulfillment'
import { type Availability, availability } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import type { Quote } from './cart-quote.ts'

/** Figures by variant that several plans share. */
export type Stock = Map<string, Availability>

export type PlannedLine = { lineId: string; variantId: string; units: number; gift: boolean }

/**
 * Where the goods of a quote come from. A gift that is nowhere to be had is left out rather than stopping the sale.
 * @param holderId whose reservations count as free (the cart's own)
 * @returns the plan over stock-tracked lines, and the ids of gift lines that had to be left out
 */
export async function planQuote(
  q: Queryable,
  clock: Clock,
  {
    quote,
    delivery,
    lineIdOf = (id) => id,
    holderId,
    stock,
  }: {
    quote: Quote
    delivery: DeliveryChoice
    lineIdOf?: (pricedId: string) => string
    holderId?: string
    stock?: Stock
  },
): Promise<{ plan: SourcingPlan; droppedGifts: string[] }> {
  const lines = quote.priced.lines
    .filter(({ variantId }) => quote.variants.get(variantId)?.stockTracked)
    .map((line) => ({ lineId: lineIdOf(line.id), variantId: line.variantId, units: line.units, gift: line.isGift }))
  const ask = (wanted: readonly PlannedLine[]) =>
    planSourcing(q, {
      clock,
      channelId: quote.channel.id,
      lines: wanted.map(({ lineId, variantId, units }) => ({ lineId, variantId, units })),
      delivery,
      ...(holderId === undefined ? {} : { holderId }),
      ...(stock === undefined ? {} : { stock }),
    })
  const plan = await ask(lines)
  const gifts = lines.filter(({ gift }) => gift)
  if (plan.feasible || gifts.length === 0) return { plan, droppedGifts: [] }
  const scarce = new Set(plan.shortages.map(({ variantId }) => variantId))
  const dropped = gifts.filter(({ variantId }) => scarce.size === 0 || scarce.has(variantId))
  if (dropped.length === 0) return { plan, droppedGifts: [] }
  const without = await ask(lines.filter((line) => !dropped.includes(line)))
  return { plan: without, droppedGifts: dropped.map(({ lineId }) => lineId) }
}

/**
 * The figures of what lies in these baskets, by channel, in one read; they belong to the caller. It begins at once, so that it travels
 * with whatever else is asked now; gifts, which only the prices know, are read when there are any.
 */
export function stockOf(
  q: Queryable,
  baskets: readonly { channelId: string; lines: readonly { variantId: string }[] }[],
): (quotes: readonly Quote[]) => Promise<Map<string, Stock>> {
  const read = Promise.all(
    [...Map.groupBy(baskets, ({ channelId }) => channelId)].map(async ([channelId, own]) => {
      const variantIds = [...new Set(own.flatMap(({ lines }) => lines.map(({ variantId }) => variantId)))]
      return [channelId, await availability(q, { variantIds, channelId })] as const
    }),
  )
  read.catch(() => undefined)
  return async (quotes) => {
    const stock = new Map(await read)
    for (const { channel, variants } of quotes) {
      const known = stock.get(channel.id) ?? new Map()
      const missing = [...variants.keys()].filter((id) => !known.has(id))
      if (missing.length === 0) continue
      const more = await availability(q, { variantIds: missing, channelId: channel.id })
      stock.set(channel.id, new Map([...known, ...more]))
    }
    return stock
  }
}

/** Takes what a plan takes off the figures, so that the next plan does not find it. */
export function takeOff(stock: Stock, plan: SourcingPlan): void {
  for (const { variantId, units, fromLocationId } of plan.groups.flatMap(({ lines }) => lines)) {
    const place = stock.get(variantId)?.places.find(({ locationId }) => locationId === fromLocationId)
    if (!place) continue
    place.atp = Math.max(0, place.atp - units)
    place.onShelf = Math.max(0, place.onShelf - units)
  }
}

/** Puts units that are held for the asker back on the figures: for them they are free. */
export function addUnits(
  stock: Stock,
  held: readonly { variantId: string; locationId: string; units: number }[],
): void {
  for (const { variantId, locationId, units } of held) {
    const figures = stock.get(variantId)
    if (!figures) continue
    const place = figures.places.find((one) => one.locationId === locationId)
    if (place) {
      place.atp += units
      place.onShelf += units
    } else figures.places.push({ locationId, atp: units, onShelf: units })
    figures.total += units
  }
}
