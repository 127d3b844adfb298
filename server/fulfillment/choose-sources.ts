import { distanceKm, type GeoPoint, readyFrom } from '@hilo/calc'
import type { LocalizedText, SourcingPlan } from '@hilo/contract'
import { fromWords, type TransferLane, type TransferPlace, transferTimes } from '#inventory'
import { type DeliverySpeed, deliveryDates } from './delivery-dates.ts'
import { planWords } from './plan-words.ts'

export type SourcePlace = TransferPlace & {
  id: string
  name: string
  kind: 'shop' | 'warehouse'
  pickup: boolean
  ships: boolean
  /** It has as many orders today as it can do. */
  full: boolean
}
export type SourceLine = { lineId: string; variantId: string; units: number }
/** Free units: `atp` for every channel, `onShelf` for whoever stands in the shop. */
export type Free = { atp: number; onShelf: number }
export type SourcingInput = {
  now: string
  wish:
    | { kind: 'pickup'; locationId: string }
    | { kind: 'carry_out'; locationId: string }
    | { kind: 'delivery'; point: GeoPoint | null; speed: DeliverySpeed }
  lines: readonly SourceLine[]
  places: readonly SourcePlace[]
  /** By variant, then by place; only places that serve the channel. */
  stock: ReadonlyMap<string, ReadonlyMap<string, Free>>
  lanes: ReadonlyMap<string, TransferLane>
}
type Group = SourcingPlan['groups'][number]
type PlanLine = Group['lines'][number]

/** How many senders are weighed with their calendars; beyond the first dozen no better one hides. */
const sendersWeighed = 12
const alternativesShown = 3

/**
 * Chooses where each unit comes from. Pure: the same figures, places and moment give the same plan.
 *
 *   pickup     the chosen shop hands over, always; what it lacks is brought from the fewest other places, earliest first, and the
 *              plan is due when the last of it is set aside. Other shops that have everything now are offered beside it.
 *   carry_out  what lies on this shop's shelves, or nothing
 *   delivery   the fewest parcels; among equals a place with room today, a warehouse before a shop, then the nearest
 *
 * Never plans a unit that is not free. When not everything is to be had the plan is not feasible and names what is short.
 */
export function chooseSources(input: SourcingInput): SourcingPlan {
  const { wish } = input
  if (wish.kind === 'delivery') return planDelivery(input, wish)
  const place = input.places.find(({ id }) => id === wish.locationId)
  if (!place || (wish.kind === 'pickup' && !place.pickup))
    return infeasible(input, planWords.noPickup(place?.name ?? ''))
  return wish.kind === 'pickup' ? planPickup(input, place) : planCarryOut(input, place)
}

function planPickup(input: SourcingInput, shop: SourcePlace): SourcingPlan {
  const shelf = new Shelf(input)
  const here = shelf.takeAll(input.lines, shop.id)
  const ownReady = readyFrom(shop.openingHours, shop.timeZone, input.now, shop.handlingMinutes)
  if (ownReady === null) return infeasible(input, planWords.closed(shop.name))
  const brought = bring(input, shelf, shelf.missing(input.lines, here), shop)
  const lines = [...here, ...brought.lines]
  const alternatives = brought.lines.length > 0 || brought.missing > 0 ? otherShops(input, shop) : []
  if (brought.missing > 0) return { ...infeasible(input, planWords.short(shop.name)), alternatives }
  const last = latest(brought.transfers.map(({ readyAt }) => readyAt))
  const group: Group = {
    kind: 'pickup',
    locationId: shop.id,
    dueAt: latest([ownReady, ...(last === undefined ? [] : [last])]) ?? ownReady,
    lines,
    transferFrom: brought.transfers.find(({ readyAt }) => readyAt === last)?.fromLocationId ?? null,
    ...(brought.transfers.length > 0 ? { transfers: brought.transfers } : {}),
  }
  const when = fromWords(group.dueAt, input.now, shop.timeZone)
  const names = brought.transfers.map(({ fromLocationId }) => nameOf(input, fromLocationId))
  const units = brought.lines.reduce((sum, line) => sum + line.units, 0)
  const reason =
    names.length === 0 ? planWords.here(shop.name, when) : planWords.brought({ shop: shop.name, units, names, when })
  return { feasible: true, groups: lines.length === 0 ? [] : [group], reason, alternatives, shortages: [] }
}

function planCarryOut(input: SourcingInput, shop: SourcePlace): SourcingPlan {
  const shelf = new Shelf(input, 'onShelf')
  const lines = shelf.takeAll(input.lines, shop.id)
  const missing = shelf.missing(input.lines, lines)
  if (missing.length > 0) {
    const shortages = missing.map(({ variantId, units }) => {
      const requested = wantedOf(input, variantId)
      return { variantId, requested, available: requested - units }
    })
    return {
      feasible: false,
      groups: [],
      reason: planWords.short(shop.name),
      alternatives: otherShops(input, shop),
      shortages,
    }
  }
  const group: Group = { kind: 'carry_out', locationId: shop.id, dueAt: input.now, lines, transferFrom: null }
  return {
    feasible: true,
    groups: lines.length === 0 ? [] : [group],
    reason: planWords.carriedOut(shop.name),
    alternatives: [],
    shortages: [],
  }
}

function planDelivery(input: SourcingInput, wish: { point: GeoPoint | null; speed: DeliverySpeed }): SourcingPlan {
  const shelf = new Shelf(input)
  const shippers = rankShippers(input, wish.point)
  const groups: Group[] = []
  let missing: SourceLine[] = [...input.lines]
  while (missing.length > 0) {
    const best = shelf.best(
      shippers.filter(({ id }) => !groups.some((group) => group.locationId === id)),
      missing,
    )
    if (!best) break
    const lines = shelf.takeAll(missing, best.id)
    missing = shelf.missing(missing, lines)
    groups.push({ kind: 'delivery', locationId: best.id, dueAt: '', lines, transferFrom: null })
  }
  const base = input.places.find(({ id }) => id === groups[0]?.locationId) ?? shippers[0]
  if (missing.length > 0 && base) missing = bringToShipper(input, shelf, { missing, base, groups })
  if (missing.length > 0) return infeasible(input, planWords.shortEverywhere())
  for (const group of groups) {
    const place = input.places.find(({ id }) => id === group.locationId)
    const from = latest([input.now, ...(group.transfers ?? []).map(({ readyAt }) => readyAt)]) ?? input.now
    const dates = place && deliveryDates({ now: from, place, speed: wish.speed })
    if (!dates) return infeasible(input, planWords.closed(place?.name ?? ''))
    group.dueAt = dates.dueAt
  }
  const names = groups.map(({ locationId }) => nameOf(input, locationId))
  return { feasible: true, groups, reason: planWords.sentFrom(names), alternatives: [], shortages: [] }
}

/** Goods that lie in shops which do not ship travel to the sending place first. @returns what is missing all the same */
function bringToShipper(
  input: SourcingInput,
  shelf: Shelf,
  { missing, base, groups }: { missing: SourceLine[]; base: SourcePlace; groups: Group[] },
): SourceLine[] {
  const brought = bring(input, shelf, missing, base)
  if (brought.missing > 0) return missing
  const group = groups.find(({ locationId }) => locationId === base.id)
  const transferFrom = brought.transfers.at(-1)?.fromLocationId ?? null
  if (group) {
    group.lines.push(...brought.lines)
    Object.assign(group, { transferFrom, transfers: brought.transfers })
  } else {
    groups.push({
      kind: 'delivery',
      locationId: base.id,
      dueAt: '',
      lines: brought.lines,
      transferFrom,
      transfers: brought.transfers,
    })
  }
  return []
}

type Brought = { lines: PlanLine[]; transfers: { fromLocationId: string; readyAt: string }[]; missing: number }

/** Fetches what is missing from the fewest other places; among those that bring as much, the earliest, a warehouse first, the nearest. */
function bring(input: SourcingInput, shelf: Shelf, wanted: SourceLine[], to: SourcePlace): Brought {
  const result: Brought = { lines: [], transfers: [], missing: 0 }
  let missing = wanted
  while (missing.length > 0) {
    const senders = input.places
      .filter(({ id }) => id !== to.id && !result.transfers.some((transfer) => transfer.fromLocationId === id))
      .map((place) => ({ place, covers: shelf.covers(missing, place.id), km: distanceKm(place, to) }))
      .filter(({ covers }) => covers > 0)
      .sort((a, b) => b.covers - a.covers || warehouseFirst(a.place, b.place) || a.km - b.km)
      .slice(0, sendersWeighed)
      .flatMap((sender) => {
        const times = transferTimes({
          now: input.now,
          from: sender.place,
          to,
          lane: input.lanes.get(`${sender.place.id} ${to.id}`),
        })
        return times ? [{ ...sender, readyAt: times.readyAt }] : []
      })
      .sort(
        (a, b) =>
          b.covers - a.covers ||
          compareInstants(a.readyAt, b.readyAt) ||
          warehouseFirst(a.place, b.place) ||
          a.km - b.km,
      )
    const [sender] = senders
    if (!sender) break
    const lines = shelf.takeAll(missing, sender.place.id)
    missing = shelf.missing(missing, lines)
    result.lines.push(...lines)
    result.transfers.push({ fromLocationId: sender.place.id, readyAt: sender.readyAt })
  }
  result.missing = missing.reduce((sum, line) => sum + line.units, 0)
  return result
}

/** Shops that have all of it on their shelves now, the nearest to the chosen one first: today there instead of tomorrow here. */
function otherShops(input: SourcingInput, shop: SourcePlace): SourcingPlan['alternatives'] {
  const shelf = new Shelf(input)
  const needed = input.lines.reduce((sum, line) => sum + line.units, 0)
  return input.places
    .filter((place) => place.id !== shop.id && place.pickup && shelf.covers(input.lines, place.id) === needed)
    .map((place) => ({ place, km: distanceKm(place, shop) }))
    .sort((a, b) => a.km - b.km)
    .slice(0, alternativesShown)
    .flatMap(({ place, km }) => {
      const readyAt = readyFrom(place.openingHours, place.timeZone, input.now, place.handlingMinutes)
      if (readyAt === null) return []
      const text = planWords.instead({ shop: place.name, km, when: fromWords(readyAt, input.now, place.timeZone) })
      return [{ kind: 'pickup' as const, locationId: place.id, readyAt, text }]
    })
}

function rankShippers(input: SourcingInput, point: GeoPoint | null): SourcePlace[] {
  const away = (place: SourcePlace) => (point ? distanceKm(place, point) : 0)
  return input.places
    .filter(({ ships }) => ships)
    .toSorted((a, b) => Number(a.full) - Number(b.full) || warehouseFirst(a, b) || away(a) - away(b))
}

function infeasible(input: SourcingInput, reason: LocalizedText): SourcingPlan {
  const shortages = [...new Set(input.lines.map(({ variantId }) => variantId))]
    .map((variantId) => {
      const places = [...(input.stock.get(variantId)?.values() ?? [])]
      return {
        variantId,
        requested: wantedOf(input, variantId),
        available: places.reduce((sum, { atp }) => sum + atp, 0),
      }
    })
    .filter(({ requested, available }) => available < requested)
  return { feasible: false, groups: [], reason, alternatives: [], shortages }
}

/** Free units that are left while a plan takes from them. */
class Shelf {
  readonly #left: Map<string, number>
  constructor({ stock, places }: SourcingInput, figure: keyof Free = 'atp') {
    const known = new Set(places.map(({ id }) => id))
    this.#left = new Map(
      [...stock].flatMap(([variantId, byPlace]) =>
        [...byPlace]
          .filter(([id]) => known.has(id))
          .map(([id, free]): [string, number] => [`${variantId} ${id}`, Math.max(0, free[figure])]),
      ),
    )
  }

  /** Takes as many units of the lines as the place has. */
  takeAll(lines: readonly SourceLine[], locationId: string): PlanLine[] {
    return lines.flatMap(({ lineId, variantId, units }) => {
      const key = `${variantId} ${locationId}`
      const take = Math.min(units, this.#left.get(key) ?? 0)
      if (take === 0) return []
      this.#left.set(key, (this.#left.get(key) ?? 0) - take)
      return [{ lineId, variantId, units: take, fromLocationId: locationId }]
    })
  }

  /** How many units of the lines the place could give. */
  covers(lines: readonly SourceLine[], locationId: string): number {
    const wanted = new Map<string, number>()
    for (const { variantId, units } of lines) wanted.set(variantId, (wanted.get(variantId) ?? 0) + units)
    return [...wanted].reduce(
      (sum, [variantId, units]) => sum + Math.min(units, this.#left.get(`${variantId} ${locationId}`) ?? 0),
      0,
    )
  }

  /** The first of the ranked places that covers most. */
  best(ranked: readonly SourcePlace[], lines: readonly SourceLine[]): SourcePlace | undefined {
    let best: { place: SourcePlace; covers: number } | undefined
    for (const place of ranked) {
      const covers = this.covers(lines, place.id)
      if (covers > (best?.covers ?? 0)) best = { place, covers }
    }
    return best?.place
  }

  /** What of the lines is not in the taken ones. */
  missing(lines: readonly SourceLine[], taken: readonly PlanLine[]): SourceLine[] {
    return lines
      .map((line) => ({
        ...line,
        units: line.units - taken.filter((t) => t.lineId === line.lineId).reduce((sum, t) => sum + t.units, 0),
      }))
      .filter(({ units }) => units > 0)
  }
}

function wantedOf({ lines }: SourcingInput, variantId: string): number {
  return lines.filter((line) => line.variantId === variantId).reduce((sum, line) => sum + line.units, 0)
}

function nameOf({ places }: SourcingInput, id: string): string {
  return places.find((place) => place.id === id)?.name ?? ''
}

function warehouseFirst(a: SourcePlace, b: SourcePlace): number {
  return Number(b.kind === 'warehouse') - Number(a.kind === 'warehouse')
}

function compareInstants(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b)
}

function latest(instants: readonly string[]): string | undefined {
  return instants.toSorted(compareInstants).at(-1)
}
