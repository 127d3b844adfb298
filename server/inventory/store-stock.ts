import { closesAt, distanceKm, type GeoPoint, nextOpening, readyFrom } from '@hilo/calc'
import type { AvailabilityAnswer, PlaceNow, VariantStock } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
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

/** Calendars are slow to compute and change with the minute, not with the request. */
let memo: { minute: number; values: Map<string, unknown> } = { minute: -1, values: new Map() }
function onceAMinute<T>(now: Date, key: string, compute: () => T): T {
  const minute = Math.floor(now.getTime() / 60_000)
  if (memo.minute !== minute) memo = { minute, values: new Map() }
  if (!memo.values.has(key)) memo.values.set(key, compute())
  return memo.values.get(key) as T
}

/** Places with what the clock says about them now, nearest first where it is known from where. */
export async function placesNow(
  q: Queryable,
  clock: Clock,
  near: Near | null,
): Promise<{ places: PlaceNow[]; locations: Location[] }> {
  const all = await listLocations(q, { activeOnly: true })
  const away = new Map(all.map((place) => [place.id, near ? Math.round(distanceKm(near, place) * 10) / 10 : null]))
  const locations = near ? all.toSorted((a, b) => (away.get(a.id) ?? 0) - (away.get(b.id) ?? 0)) : all
  return {
    locations,
    places: locations.map((place) => ({ ...hoursNow(place, clock), distanceKm: away.get(place.id) ?? null })),
  }
}

function hoursNow(place: Location, clock: Clock): Omit<PlaceNow, 'distanceKm'> {
  const { id, code, kind, name, address, latitude, longitude, timeZone, openingHours, pickup } = place
  const now = clock.now().toISOString()
  const state = onceAMinute(clock.now(), `hours ${id} ${JSON.stringify(openingHours)}`, () => {
    const closes = closesAt(openingHours, timeZone, now)
    const opens = nextOpening(openingHours, timeZone, now)
    return {
      openNow: closes !== null,
      closesAt: closes,
      opensAt: opens,
      hoursText: hoursWords({ closesAt: closes, opensAt: opens, now, zone: timeZone }),
    }
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
  const { places, locations } = await placesNow(q, clock, near)
  const figures = await availability(q, { variantIds, channelId })
  const shown = locations.slice(0, placesShown)
  const missing = [...figures.values()].some(
    ({ places: held }) => held.length < Math.min(shown.length, placesWithTransfers),
  )
  const lanes = missing ? await listLanes(q) : new Map<string, TransferLane>()
  const byId = new Map(locations.map((place) => [place.id, place]))
  return {
    at: clock.now().toISOString(),
    near,
    places: places.slice(0, placesShown),
    variants: [...new Set(variantIds)].map((variantId) =>
      variantStock(clock, { variantId, figures: figures.get(variantId), shown, byId, lanes }),
    ),
  }
}

function variantStock(
  clock: Clock,
  {
    variantId,
    figures,
    shown,
    byId,
    lanes,
  }: {
    variantId: string
    figures: Availability | undefined
    shown: readonly Location[]
    byId: ReadonlyMap<string, Location>
    lanes: ReadonlyMap<string, TransferLane>
  },
): VariantStock {
  const held = new Map((figures?.places ?? []).map(({ locationId, atp }) => [locationId, atp]))
  const senders = [...held].filter(([, atp]) => atp > 0).flatMap(([id]) => byId.get(id) ?? [])
  const places = shown.map((place, at): VariantStock['places'][number] => {
    const available = held.get(place.id) ?? 0
    const ready =
      available > 0
        ? readyHere(clock, place)
        : at < placesWithTransfers
          ? readyByTransfer(clock, place, senders, lanes)
          : null
    return {
      locationId: place.id,
      available,
      state: stateOf(available),
      readyFrom: place.pickup ? ready : null,
      via: !place.pickup || ready === null ? null : available > 0 ? 'here' : 'transfer',
      readyText:
        place.pickup && ready !== null ? sentence(fromWords(ready, clock.now().toISOString(), place.timeZone)) : null,
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
  return onceAMinute(
    clock.now(),
    `ready ${place.id} ${place.handlingMinutes} ${JSON.stringify(place.openingHours)}`,
    () => readyFrom(place.openingHours, place.timeZone, clock.now().toISOString(), place.handlingMinutes),
  )
}

/** The earliest time another place could have brought it here. */
function readyByTransfer(
  clock: Clock,
  to: Location,
  senders: readonly Location[],
  lanes: ReadonlyMap<string, TransferLane>,
): string | null {
  if (!to.pickup) return null
  const times = senders
    .filter(({ id }) => id !== to.id)
    .toSorted(
      (a, b) =>
        Number(b.kind === 'warehouse') - Number(a.kind === 'warehouse') || distanceKm(a, to) - distanceKm(b, to),
    )
    .slice(0, sendersWeighed)
    .flatMap((from) => {
      const lane = lanes.get(`${from.id} ${to.id}`)
      const key = `way ${from.id} ${to.id} ${lane?.workingDays ?? ''} ${lane?.departsOn ?? ''}`
      const found = onceAMinute(clock.now(), key, () =>
        transferTimes({ now: clock.now().toISOString(), from, to, lane }),
      )
      return found ? [found.readyAt] : []
    })
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
}
