import { daysAround } from '../calendar.ts'
import { historyDays } from '../history.ts'
import type { StockFact } from '../stock.ts'
import { dayMs, type Loading, must } from './context.ts'
import type { Movement, TradeRows } from './trade-rows.ts'

/** Days before today on which the suppliers came: the first fills the shelves, the others replace what went. */
const deliveryDays = [historyDays + 2, 80, 40] as const

function add(units: number[], delivery: number, more: number): void {
  units[delivery] = (units[delivery] ?? 0) + more
}

type Need = { variantId: string; locationId: string; units: number[] }

/**
 * The deliveries that explain today's stock: each brings what is taken until the next one, the first also what still lies there
 * today (less what customers brought back), the last also what is promised and not yet gone. No shelf is ever below zero.
 */
export function receiptsFor(
  loading: Loading,
  { movements, allocations }: Pick<TradeRows, 'movements' | 'allocations'>,
  stock: readonly StockFact[],
): Movement[] {
  const { nowMs, placeIds, variants } = loading
  const needs = new Map<string, Need>()
  const needOf = (variantId: string, locationId: string) => {
    const key = `${variantId} ${locationId}`
    const need = needs.get(key) ?? { variantId, locationId, units: [0, 0, 0] }
    needs.set(key, need)
    return need.units
  }
  const periodOf = (atMs: number) =>
    atMs >= nowMs - deliveryDays[2] * dayMs ? 2 : atMs >= nowMs - deliveryDays[1] * dayMs ? 1 : 0
  const returned = new Map<string, number>()
  for (const { variantId, locationId, quantity, atMs } of movements) {
    if (quantity < 0) add(needOf(variantId, locationId), periodOf(atMs), -quantity)
    else returned.set(`${variantId} ${locationId}`, (returned.get(`${variantId} ${locationId}`) ?? 0) + quantity)
  }
  for (const { variantId, locationId, units, status } of allocations)
    if (status === 'open') add(needOf(variantId, locationId), 2, units)
  for (const { sku, place, units } of stock) {
    const [variantId, locationId] = [must(variants, sku, 'variant').id, must(placeIds, place, 'place')]
    const back = returned.get(`${variantId} ${locationId}`) ?? 0
    if (units - back > 0) add(needOf(variantId, locationId), 0, units - back)
  }
  return movementsOf(loading, needs)
}

function movementsOf({ id, nowMs, placeIds }: Loading, needs: ReadonlyMap<string, Need>): Movement[] {
  const codes = new Map([...placeIds].map(([code, locationId]) => [locationId, code]))
  const days = deliveryDays.map((daysAgo) => daysAround(nowMs, daysAgo, 0)[0])
  return [...needs.values()].flatMap(({ variantId, locationId, units }) =>
    units.flatMap((quantity, delivery): Movement[] => {
      const day = days[delivery]
      if (quantity === 0 || !day) return []
      const atMs = day.at(8 * 60 + delivery)
      const reference = `ALB-${day.date.replaceAll('-', '')}-${must(codes, locationId, 'place')}`
      return [
        {
          id: id('mov', atMs),
          variantId,
          locationId,
          kind: 'received',
          quantity,
          reason: 'Entrega de proveedor',
          reference,
          atMs,
        },
      ]
    }),
  )
}
