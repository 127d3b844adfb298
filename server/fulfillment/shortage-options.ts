import { distanceKm, readyFrom } from '@hilo/calc'
import type { ShortageOption } from '@hilo/contract'
import {
  availability,
  fromWords,
  type Location,
  listLanes,
  listLocations,
  postalPoint,
  transferTimes,
} from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { deliveryDates } from './delivery-dates.ts'
import type { FulfillmentRow } from './rows.ts'
import { dayOf, deliveryPromise } from './words.ts'

const shopsShown = 2
/** Goods that must be sent because of our mistake go by the quickest usual way. */
const amends = { daysMin: 1, daysMax: 2, cutoffHour: 14 }

const refundOption: ShortageOption = {
  id: 'refund',
  kind: 'refund',
  locationId: null,
  fromLocationId: null,
  readyAt: null,
  text: { es: 'Te devolvemos el importe de lo que falta.', en: 'We refund what is missing.' },
}

/**
 * What can be done now about missing units of one variant, each with a true time: another shop that has them, a transfer to the
 * chosen shop, a delivery at our cost, and always the money back.
 */
export async function shortageOptions(
  q: Queryable,
  clock: Clock,
  { row, variantId, units }: { row: FulfillmentRow; variantId: string; units: number },
): Promise<ShortageOption[]> {
  const places = await listLocations(q, { activeOnly: true })
  const figures = (await availability(q, { variantIds: [variantId] })).get(variantId)?.places ?? []
  const having = places.filter(
    ({ id }) => id !== row.locationId && (figures.find(({ locationId }) => locationId === id)?.atp ?? 0) >= units,
  )
  const here = places.find(({ id }) => id === row.locationId)
  const now = clock.now().toISOString()
  const options =
    row.kind === 'pickup' && here ? [...otherShops(having, here, now), ...(await transfer(q, having, here, now))] : []
  return [...options, ...parcel(having, row, now), refundOption]
}

function otherShops(having: readonly Location[], here: Location, now: string): ShortageOption[] {
  return having
    .filter(({ pickup }) => pickup)
    .toSorted((a, b) => distanceKm(a, here) - distanceKm(b, here))
    .slice(0, shopsShown)
    .flatMap((shop) => {
      const readyAt = readyFrom(shop.openingHours, shop.timeZone, now, shop.handlingMinutes)
      if (readyAt === null) return []
      const when = fromWords(readyAt, now, shop.timeZone)
      const text = { es: `Recógelo en ${shop.name} ${when.es}.`, en: `Collect it at ${shop.name} ${when.en}.` }
      return [
        {
          id: `other_shop:${shop.id}`,
          kind: 'other_shop' as const,
          locationId: shop.id,
          fromLocationId: shop.id,
          readyAt,
          text,
        },
      ]
    })
}

async function transfer(
  q: Queryable,
  having: readonly Location[],
  here: Location,
  now: string,
): Promise<ShortageOption[]> {
  if (having.length === 0) return []
  const lanes = await listLanes(q)
  const [best] = having
    .flatMap((from) => {
      const times = transferTimes({ now, from, to: here, lane: lanes.get(`${from.id} ${here.id}`) })
      return times ? [{ from, readyAt: times.readyAt }] : []
    })
    .sort(
      (a, b) =>
        Date.parse(a.readyAt) - Date.parse(b.readyAt) ||
        Number(b.from.kind === 'warehouse') - Number(a.from.kind === 'warehouse'),
    )
  if (!best) return []
  const when = fromWords(best.readyAt, now, here.timeZone)
  const text = { es: `Lo traemos a ${here.name}: ${when.es}.`, en: `We bring it to ${here.name}: ${when.en}.` }
  return [
    {
      id: `transfer:${best.from.id}`,
      kind: 'transfer',
      locationId: here.id,
      fromLocationId: best.from.id,
      readyAt: best.readyAt,
      text,
    },
  ]
}

function parcel(having: readonly Location[], row: FulfillmentRow, now: string): ShortageOption[] {
  const point = row.address ? postalPoint(row.address.postalCode) : undefined
  const away = (place: Location) => (point ? distanceKm(place, point) : 0)
  const [sender] = having
    .filter(({ ships }) => ships)
    .toSorted((a, b) => Number(b.kind === 'warehouse') - Number(a.kind === 'warehouse') || away(a) - away(b))
  const dates = sender && deliveryDates({ now, place: sender, speed: amends })
  if (!dates) return []
  const by = deliveryPromise({ dueAt: dates.dueAt, now, zone: sender.timeZone })
  const text = { es: `Te lo enviamos sin coste. ${by.es}`, en: `We send it at no cost. ${by.en}` }
  return [
    {
      id: `delivery:${sender.id}`,
      kind: 'delivery',
      locationId: sender.id,
      fromLocationId: sender.id,
      readyAt: dates.dueAt,
      text,
    },
  ]
}

/** The day a choice is due, for lists. */
export function optionDay(option: ShortageOption, zone: string): string | null {
  return option.readyAt === null ? null : dayOf(option.readyAt, zone)
}
