import { createLocation } from '#inventory'
import { sql } from '#platform/sql'
import type { DemoPlace } from '../places.ts'
import { deliveryOptions, palmaLane } from '../promotions.ts'
import { dayMs, type Loading, must } from './context.ts'

/** Opens the warehouse and the shops, the ferry lane, and the ways a parcel can travel. */
export async function loadPlaces(loading: Loading, places: readonly DemoPlace[]): Promise<void> {
  const { tx, id, nowMs, placeIds } = loading
  for (const [position, place] of places.entries()) {
    const locationId = id('loc', nowMs - 900 * dayMs + position)
    placeIds.set(place.code, locationId)
    await createLocation(tx, {
      id: locationId,
      code: place.code,
      kind: place.kind,
      name: place.name,
      address: {
        line1: place.street,
        postalCode: place.postalCode,
        city: place.town,
        province: place.province,
        country: 'ES',
        phone: place.phone,
      },
      latitude: place.latitude,
      longitude: place.longitude,
      timeZone: place.zone,
      openingHours: { weekly: place.hours.weekly, exceptions: [...place.hours.exceptions] } as never,
      pickup: place.kind === 'shop',
      // Madrid and Valencia have the room to pack parcels when the warehouse has run out.
      ships: place.kind === 'warehouse' || place.code === 'MAD' || place.code === 'VLC',
      handlingMinutes: place.handlingMinutes,
      dailyCapacity: place.kind === 'warehouse' ? null : 60,
      position,
    })
  }
  await tx.run(sql`
    insert into inventory.transfer_lane (from_location_id, to_location_id, working_days, departs_on)
    values (${must(placeIds, palmaLane.from, 'place')}, ${must(placeIds, palmaLane.to, 'place')}, ${palmaLane.workingDays}, ${[...palmaLane.departsOn]}::int[])`)
  await tx.run(sql`
    insert into fulfillment.delivery_option (id, name, country, postal_prefixes, price_minor, currency, days_min, days_max, cutoff_hour)
    select o.id, o.name, 'ES', case when o."postalPrefixes" is null then null else array(select jsonb_array_elements_text(o."postalPrefixes")) end,
           o."priceMinor", 'EUR', o."daysMin", o."daysMax", o."cutoffHour"
      from jsonb_to_recordset(${JSON.stringify(deliveryOptions)}::jsonb)
        as o (id text, name jsonb, "postalPrefixes" jsonb, "priceMinor" bigint, "daysMin" int, "daysMax" int, "cutoffHour" int)`)
}
