import type { DeliveryChoice, DeliveryOption, SourcingPlan } from '@hilo/contract'
import {
  type Availability,
  availability,
  type Location,
  listLanes,
  listLocations,
  postalPoint,
  reservationsOf,
} from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { keptList } from '#platform/facts'
import { sql } from '#platform/sql'
import { chooseSources, type Free, type SourceLine, type SourcePlace } from './choose-sources.ts'
import { type DeliverySpeed, deliveryDates } from './delivery-dates.ts'
import { deliveryOptionWords } from './words.ts'

/**
 * Where the goods of a basket come from and when they can be in the customer's hands. Reads the figures and leaves the choosing to
 * `chooseSources`; holds nothing.
 * @param lines stock-tracked ones only
 * @param holderId whose reservations count as free (the basket's own)
 * @param stock figures to plan with; read when absent
 */
export async function planSourcing(
  q: Queryable,
  {
    clock,
    channelId,
    lines,
    delivery,
    holderId,
    stock: given,
  }: {
    clock: Clock
    channelId: string
    lines: readonly SourceLine[]
    delivery: DeliveryChoice
    holderId?: string
    stock?: ReadonlyMap<string, Availability>
  },
): Promise<SourcingPlan> {
  const variantIds = lines.map(({ variantId }) => variantId)
  const [places, stock, speed, lanes] = await Promise.all([
    listLocations(q, { activeOnly: true }),
    freeUnits(q, { variantIds, channelId, holderId, given }),
    delivery.kind === 'delivery' ? speedOf(q, delivery) : standardSpeed,
    listLanes(q),
  ])
  const now = clock.now().toISOString()
  const full = await fullPlaces(q, places, clock)
  const wish =
    delivery.kind === 'delivery'
      ? { kind: delivery.kind, point: postalPoint(delivery.address.postalCode) ?? null, speed }
      : delivery
  return chooseSources({ now, wish, lines, places: places.map((place) => toSource(place, full)), stock, lanes })
}

function toSource(place: Location, full: ReadonlySet<string>): SourcePlace {
  const { id, name, kind, pickup, ships, latitude, longitude, timeZone, openingHours, handlingMinutes } = place
  return {
    id,
    name,
    kind,
    pickup,
    ships,
    latitude,
    longitude,
    timeZone,
    openingHours,
    handlingMinutes,
    full: full.has(id),
  }
}

async function freeUnits(
  q: Queryable,
  {
    variantIds,
    channelId,
    holderId,
    given,
  }: {
    variantIds: readonly string[]
    channelId: string
    holderId: string | undefined
    given: ReadonlyMap<string, Availability> | undefined
  },
): Promise<Map<string, Map<string, Free>>> {
  const [found, held] = await Promise.all([
    given ?? availability(q, { variantIds, channelId }),
    holderId === undefined ? [] : reservationsOf(q, holderId),
  ])
  const stock = new Map(
    variantIds.map((variantId) => [
      variantId,
      new Map(
        (found.get(variantId)?.places ?? []).map(({ locationId, atp, onShelf }) => [locationId, { atp, onShelf }]),
      ),
    ]),
  )
  for (const own of held) {
    const byPlace = stock.get(own.variantId)
    if (!byPlace) continue
    const free = byPlace.get(own.locationId) ?? { atp: 0, onShelf: 0 }
    byPlace.set(own.locationId, { atp: free.atp + own.units, onShelf: free.onShelf + own.units })
  }
  return stock
}

/** Places that have taken on as many orders today as they can do. One statement, and only where a place has a limit. */
async function fullPlaces(q: Queryable, places: readonly Location[], clock: Clock): Promise<Set<string>> {
  const limited = places.filter(({ dailyCapacity }) => dailyCapacity !== null)
  if (limited.length === 0) return new Set()
  const rows = await q.many<{ locationId: string; orders: number }>(sql`
    select f.location_id as "locationId", count(*)::int as orders
      from fulfillment.fulfillment_order f
      join unnest(${limited.map(({ id }) => id)}::text[], ${limited.map(({ timeZone }) => timeZone)}::text[]) as p (id, zone) on p.id = f.location_id
     where f.status <> 'canceled' and f.created_at >= date_trunc('day', ${clock.now()}::timestamptz, p.zone)
     group by f.location_id`)
  const taken = new Map(rows.map((row) => [row.locationId, row.orders]))
  return new Set(
    limited.filter(({ id, dailyCapacity }) => (taken.get(id) ?? 0) >= (dailyCapacity ?? 0)).map(({ id }) => id),
  )
}

type OptionRow = DeliverySpeed & Pick<DeliveryOption, 'id' | 'name' | 'priceMinor' | 'currency' | 'taxClass'>
const optionColumns = sql`
  id, name, price_minor as "priceMinor", currency, tax_class as "taxClass", days_min as "daysMin", days_max as "daysMax", cutoff_hour as "cutoffHour"`

/** Options that serve an address, cheapest first. */
async function optionsFor(
  q: Queryable,
  { country, postalCode }: { country: string; postalCode: string },
): Promise<OptionRow[]> {
  const all = await keptList(q, 'fulfillment.delivery_options', () =>
    q.many<OptionRow & { country: string; postalPrefixes: string[] | null }>(sql`
      select ${optionColumns}, country, postal_prefixes as "postalPrefixes" from fulfillment.delivery_option
       where status = 'active' order by price_minor, id`),
  )
  return all.filter(
    (option) =>
      option.country === country &&
      (option.postalPrefixes === null || option.postalPrefixes.some((prefix) => postalCode.startsWith(prefix))),
  )
}

async function speedOf(q: Queryable, delivery: Extract<DeliveryChoice, { kind: 'delivery' }>): Promise<DeliverySpeed> {
  const options = await optionsFor(q, delivery.address)
  return options.find(({ id }) => id === delivery.optionId) ?? options[0] ?? standardSpeed
}

/** Where no option is set up for an address: the promise of an ordinary parcel, on the safe side. */
const standardSpeed: DeliverySpeed = { daysMin: 2, daysMax: 5, cutoffHour: 14 }

/**
 * How a parcel can reach an address, with its days, cheapest first. Days are counted from the place that sends most parcels: the
 * first warehouse that ships, else the first place that does.
 */
export async function deliveryOptions(
  q: Queryable,
  {
    clock,
    country,
    postalCode,
  }: { clock: Clock; channelId: string; country: string; postalCode: string; subtotalMinor: number },
): Promise<DeliveryOption[]> {
  const options = await optionsFor(q, { country, postalCode })
  if (options.length === 0) return []
  const places = (await listLocations(q, { activeOnly: true })).filter(({ ships }) => ships)
  const sender = places.find(({ kind }) => kind === 'warehouse') ?? places[0]
  if (!sender) return []
  const now = clock.now().toISOString()
  return options.flatMap((option) => {
    const dates = deliveryDates({ now, place: sender, speed: option })
    if (!dates) return []
    const { id, name, priceMinor, currency, taxClass } = option
    const { arrivesFrom, arrivesBy, orderBefore } = dates
    return [
      {
        id,
        name,
        priceMinor,
        currency,
        taxClass,
        arrivesFrom,
        arrivesBy,
        orderBefore,
        text: deliveryOptionWords({ ...dates, now, zone: sender.timeZone }),
      },
    ]
  })
}
