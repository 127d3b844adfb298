import type { DeliveryChoice, SourcingPlan } from '@hilo/contract'
import { planSourcing } from '#fulfillment'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import type { Quote } from './cart-quote.ts'

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
  }: { quote: Quote; delivery: DeliveryChoice; lineIdOf?: (pricedId: string) => string; holderId?: string },
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
