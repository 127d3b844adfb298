import { closesAt, distanceKm, type GeoPoint, nextOpening, readyFrom } from '@hilo/calc'
import type { AvailabilityAnswer, LocalizedText, PlaceNow, VariantStock } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { identity, onceAMinute } from '#platform/once-a-minute'
import { activeLocations, type ListedLocations } from './active-locations.ts'
import { type Availability, readFigures, summedUp } from './availability.ts'
import { listLanes } from './lanes.ts'
import type { Location } from './locations.ts'
import { placesOfChannel } from './pools.ts'
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
): Promise<PlaceNow[]> {
  return nearestFirst(await activeLocations(q), clock, near, placesShown).places
}

type Shown = { places: PlaceNow[]; locations: readonly Location[] }

/** Without whereabouts the same object for everybody within a minute. */
function nearestFirst({ list }: ListedLocations, clock: Clock, near: Near | null, placesShown: number): Shown {
  const now = clock.now()
  if (near === null)
    return onceAMinute(now, `places ${identity(list)} ${placesShown}`, () => {
      const locations = list.slice(0, placesShown)
      return { locations, places: locations.map((place) => ({ ...hoursNow(place, clock), distanceKm: null })) }
    })
  const away = list.map((place) => ({ place, km: Math.round(distanceKm(near, place) * 10) / 10 }))
  const nearest = away.sort((a, b) => a.km - b.km).slice(0, placesShown)
  return {
    locations: nearest.map(({ place }) => place),
    places: nearest.map(({ place, km }) => ({ ...hoursNow(place, clock), distanceKm: km })),
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
  const wanted = [...new Set(variantIds)]
  const { figures, q: now } = await readFigures(q, wanted)
  const [locations, pool, lanes] = await Promise.all([
    activeLocations(now),
    placesOfChannel(now, channelId),
    listLanes(now),
  ])
  const shown = nearestFirst(locations, clock, near, placesShown)
  const ways = waysBetween(locations, lanes)
  const summed = summedUp(figures, wanted, { locations, pool })
  return {
    at: clock.now().toISOString(),
    near,
    places: shown.places,
    variants: wanted.map((variantId) =>
      variantStock(clock, { variantId, figures: summed.get(variantId), shown: shown.locations, ways }),
    ),
  }
}

const written = new WeakMap<object, string>()

/** The answer as text; places, which most answers share, are written out once. */
export function availabilityText({ at, near, places, variants }: AvailabilityAnswer): string {
  let placesText = written.get(places)
  if (placesText === undefined) {
    placesText = JSON.stringify(places)
    written.set(places, placesText)
  }
  return `{"at":"${at}","near":${JSON.stringify(near)},"places":${placesText},"variants":${JSON.stringify(variants)}}`
}

type Asked = { variantId: string; figures: Availability | undefined; shown: readonly Location[]; ways: Ways }

function variantStock(clock: Clock, { variantId, figures, shown, ways }: Asked): VariantStock {
  const held = new Map<string, number>()
  for (const { locationId, atp } of figures?.places ?? []) if (atp > 0) held.set(locationId, atp)
  const places = shown.map((place, at): VariantStock['places'][number] => {
    const available = held.get(place.id) ?? 0
    const ready = !place.pickup
      ? neverReady
      : available > 0
        ? readyHere(clock, place)
        : at < placesWithTransfers
          ? brought(clock, place, ways.earliest(clock, place, held))
          : neverReady
    return { locationId: place.id, available, state: stateOf(available), ...ready }
  })
  const total = figures?.total ?? 0
  return { variantId, total, state: stateOf(total), places }
}

type Ready = Pick<VariantStock['places'][number], 'readyFrom' | 'via' | 'readyText'>
const neverReady: Ready = { readyFrom: null, via: null, readyText: null }

function stateOf(units: number): 'in_stock' | 'few' | 'none' {
  if (units <= 0) return 'none'
  return units <= fewUnits ? 'few' : 'in_stock'
}

function readyHere(clock: Clock, place: Location): Ready {
  return onceAMinute(clock.now(), `here ${identity(place)}`, () => {
    const ready = readyFrom(place.openingHours, place.timeZone, clock.now().toISOString(), place.handlingMinutes)
    if (ready === null) return neverReady
    return { readyFrom: ready, via: 'here', readyText: readyWords(clock, ready, place.timeZone) }
  })
}

function brought(clock: Clock, place: Location, ready: string | null): Ready {
  if (ready === null) return neverReady
  return { readyFrom: ready, via: 'transfer', readyText: readyWords(clock, ready, place.timeZone) }
}

function readyWords(clock: Clock, ready: string, zone: string): LocalizedText {
  return onceAMinute(clock.now(), `words ${ready} ${zone}`, () =>
    sentence(fromWords(ready, clock.now().toISOString(), zone)),
  )
}

const known = new WeakMap<ListedLocations, Ways>()

/** The same object as long as neither places nor lanes change. */
function waysBetween(locations: ListedLocations, lanes: ReadonlyMap<string, TransferLane>): Ways {
  let ways = known.get(locations)
  if (ways?.lanes !== lanes) {
    ways = new Ways(locations.list, lanes)
    known.set(locations, ways)
  }
  return ways
}

/** Ways between places: who would send to whom, and when it would be there. */
class Ways {
  readonly lanes: ReadonlyMap<string, TransferLane>
  readonly #places: ReadonlyMap<string, Location>
  readonly #ranked = new Map<string, readonly Location[]>()
  constructor(places: readonly Location[], lanes: ReadonlyMap<string, TransferLane>) {
    this.#places = new Map(places.map((place) => [place.id, place]))
    this.lanes = lanes
  }

  /** The earliest time one of the first few senders that hold it could have brought it here. */
  earliest(clock: Clock, to: Location, held: ReadonlyMap<string, number>): string | null {
    const now = clock.now().toISOString()
    const readyAt: string[] = []
    let weighed = 0
    for (const from of this.#senders(to, held)) {
      if (!held.has(from.id)) continue
      const times = transferTimes({ now, from, to, lane: this.lanes.get(`${from.id} ${to.id}`) })
      if (times) readyAt.push(times.readyAt)
      weighed += 1
      if (weighed === sendersWeighed) break
    }
    return readyAt.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
  }

  /** Who may send, best first: the few that hold it, or everybody, ranked once for each receiver. */
  #senders(to: Location, held: ReadonlyMap<string, number>): readonly Location[] {
    if (held.size * fewHolders < this.#places.size)
      return ranked(
        [...held.keys()].flatMap((id) => this.#places.get(id) ?? []),
        to,
      )
    const all = this.#ranked.get(to.id) ?? ranked([...this.#places.values()], to)
    this.#ranked.set(to.id, all)
    return all
  }
}

/** Where one place in so many holds it, ranking those is quicker than looking for them among all. */
const fewHolders = 16

/** Warehouses first, then the nearest. */
function ranked(places: readonly Location[], to: Location): Location[] {
  return places
    .filter(({ id }) => id !== to.id)
    .map((place) => ({ place, km: distanceKm(place, to) }))
    .sort(
      (a, b) =>
        Number(b.place.kind === 'warehouse') - Number(a.place.kind === 'warehouse') ||
        a.km - b.km ||
        (a.place.id < b.place.id ? -1 : 1),
    )
    .map(({ place }) => place)
}
