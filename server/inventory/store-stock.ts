import { closesAt, distanceKm, type GeoPoint, nextOpening, readyFrom } from '@hilo/calc'
import type { AvailabilityAnswer, LocalizedText, PlaceNow, VariantStock } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { identity, onceAMinute } from '#platform/once-a-minute'
import { type Availability, availability } from './availability.ts'
import { listLanes } from './lanes.ts'
import { type Location, listLocations } from './locations.ts'
import { type TransferLane, transferTimes } from './transfer-time.ts'
import { fromWords, hoursWords, sentence } from './words.ts'

export type Near = GeoPoint & { label: string }

/** At this many units or fewer a shop says "few". */
export const fewUnits = 3
/** Transfers are worked out for the nearest places only, from the senders that come first. */
const placesWithTransfers = 12
const sendersWeighed = 4

/** Places with what the clock says about them now, nearest first where it is known from where; all of them, or the first few. */
export async function placesNow(
  q: Queryable,
  clock: Clock,
  near: Near | null,
  placesShown = Number.POSITIVE_INFINITY,
): Promise<{ places: PlaceNow[]; locations: Location[] }> {
  const all = await listLocations(q, { activeOnly: true })
  const away = new Map(all.map((place) => [place.id, near ? Math.round(distanceKm(near, place) * 10) / 10 : null]))
  const locations = near ? all.toSorted((a, b) => (away.get(a.id) ?? 0) - (away.get(b.id) ?? 0)) : all
  const shown = locations.slice(0, placesShown)
  return {
    locations,
    places: shown.map((place) => ({ ...hoursNow(place, clock), distanceKm: away.get(place.id) ?? null })),
  }
}

function hoursNow(place: Location, clock: Clock): Omit<PlaceNow, 'distanceKm'> {
  const { id, code, kind, name, address, latitude, longitude, timeZone, openingHours, pickup } = place
  const now = clock.now().toISOString()
  const state = onceAMinute(clock.now(), `hours ${id} ${identity(openingHours)}`, () => {
    const closes = closesAt(openingHours, timeZone, now)
    const opens = nextOpening(openingHours, timeZone, now)
    const hoursText = hoursWords({ closesAt: closes, opensAt: opens, now, zone: timeZone })
    return { openNow: closes !== null, closesAt: closes, opensAt: opens, hoursText }
  })
  return { id, code, kind, name, address, latitude, longitude, timeZone, openingHours, pickup, ...state }
}

/**
 * The one answer to "have you this, near me?": for web, till, chat and phone the same figures out of the same statement (S20), with
 * the time at which each shop could have it ready.
 * @param placesShown how many places are split out, nearest first; the total counts all
 */
export async function storeAvailability(
  q: Queryable,
  clock: Clock,
  {
    variantIds,
    channelId,
    near,
    placesShown,
  }: { variantIds: readonly string[]; channelId: string; near: Near | null; placesShown: number },
): Promise<AvailabilityAnswer> {
  const [{ places, locations }, figures, lanes] = await q.together((one) =>
    Promise.all([
      placesNow(one, clock, near, placesShown),
      availability(one, { variantIds, channelId }),
      listLanes(one),
    ]),
  )
  const shown = locations.slice(0, placesShown)
  const ways = new Ways(clock, locations, lanes)
  return {
    at: clock.now().toISOString(),
    near,
    places,
    variants: [...new Set(variantIds)].map((variantId) =>
      variantStock(clock, { variantId, figures: figures.get(variantId), shown, ways }),
    ),
  }
}

function variantStock(
  clock: Clock,
  {
    variantId,
    figures,
    shown,
    ways,
  }: { variantId: string; figures: Availability | undefined; shown: readonly Location[]; ways: Ways },
): VariantStock {
  const held = new Map(
    (figures?.places ?? []).filter(({ atp }) => atp > 0).map(({ locationId, atp }) => [locationId, atp]),
  )
  const places = shown.map((place, at): VariantStock['places'][number] => {
    const available = held.get(place.id) ?? 0
    const ready = !place.pickup
      ? null
      : available > 0
        ? readyHere(clock, place)
        : at < placesWithTransfers
          ? ways.earliest(place, held)
          : null
    return {
      locationId: place.id,
      available,
      state: stateOf(available),
      readyFrom: ready,
      via: ready === null ? null : available > 0 ? 'here' : 'transfer',
      readyText: ready === null ? null : readyWords(clock, ready, place.timeZone),
    }
  })
  const total = figures?.total ?? 0
  return { variantId, total, state: stateOf(total), places }
}

function stateOf(units: number): 'in_stock' | 'few' | 'none' {
  if (units <= 0) return 'none'
  return units <= fewUnits ? 'few' : 'in_stock'
}

function readyHere(clock: Clock, place: Location): string | null {
  return onceAMinute(clock.now(), `ready ${place.id} ${place.handlingMinutes} ${identity(place.openingHours)}`, () =>
    readyFrom(place.openingHours, place.timeZone, clock.now().toISOString(), place.handlingMinutes),
  )
}

function readyWords(clock: Clock, ready: string, zone: string): LocalizedText {
  return onceAMinute(clock.now(), `words ${ready} ${zone}`, () =>
    sentence(fromWords(ready, clock.now().toISOString(), zone)),
  )
}

/** Ways between places during one request: who would send to whom, and when it would be there. */
class Ways {
  readonly #clock: Clock
  readonly #places: readonly Location[]
  readonly #lanes: ReadonlyMap<string, TransferLane>
  readonly #ranked = new Map<string, Location[]>()
  constructor(clock: Clock, places: readonly Location[], lanes: ReadonlyMap<string, TransferLane>) {
    this.#clock = clock
    this.#places = places
    this.#lanes = lanes
  }

  /** The earliest time one of the first few senders that hold it could have brought it here. */
  earliest(to: Location, held: ReadonlyMap<string, number>): string | null {
    const readyAt: string[] = []
    let weighed = 0
    for (const from of this.#senders(to)) {
      if (!held.has(from.id)) continue
      const ready = this.#readyAt(from, to)
      if (ready !== null) readyAt.push(ready)
      weighed += 1
      if (weighed === sendersWeighed) break
    }
    return readyAt.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
  }

  /** Warehouses first, then the nearest; ranked once for each receiver. */
  #senders(to: Location): Location[] {
    const known = this.#ranked.get(to.id)
    if (known) return known
    const ranked = this.#places
      .filter(({ id }) => id !== to.id)
      .map((place) => ({ place, km: distanceKm(place, to) }))
      .sort((a, b) => Number(b.place.kind === 'warehouse') - Number(a.place.kind === 'warehouse') || a.km - b.km)
      .map(({ place }) => place)
    this.#ranked.set(to.id, ranked)
    return ranked
  }

  #readyAt(from: Location, to: Location): string | null {
    const now = this.#clock.now()
    const lane = this.#lanes.get(`${from.id} ${to.id}`)
    const key = `way ${identity(from)} ${identity(to)} ${lane?.workingDays ?? ''} ${lane?.departsOn ?? ''}`
    return onceAMinute(now, key, () => transferTimes({ now: now.toISOString(), from, to, lane })?.readyAt ?? null)
  }
}
