import type { LocationBody } from '@hilo/contract'
import type { Queryable, Tx } from '#platform/db'
import { keptList } from '#platform/facts'
import { type Sql, sql } from '#platform/sql'
import { inventoryProblems } from './problems.ts'

/** A shop or warehouse. Opening hours are wall-clock intervals in `timeZone` (packages/calc/hours.ts computes with them). */
export type Location = LocationBody

const columns: Sql = sql`
  id, code, kind, name, latitude, longitude, time_zone as "timeZone", opening_hours as "openingHours", pickup, ships,
  handling_minutes as "handlingMinutes", daily_capacity as "dailyCapacity", status, position,
  jsonb_build_object(
    'line1', coalesce(address->>'line1', ''), 'postalCode', coalesce(address->>'postalCode', address->>'postal_code', ''),
    'city', coalesce(address->>'city', ''), 'province', coalesce(address->>'province', ''),
    'country', coalesce(address->>'country', 'ES'), 'phone', coalesce(address->>'phone', '')) as address`

/** Places in their own order; shared by all askers, so do not change them. */
export async function listLocations(
  q: Queryable,
  { activeOnly = false }: { activeOnly?: boolean } = {},
): Promise<Location[]> {
  const all = await keptList(q, 'inventory.locations', () =>
    q.many<Location>(sql`select ${columns} from inventory.location order by position, code`),
  )
  return all.filter(({ status }) => !activeOnly || status === 'active')
}

/** @throws Problem inventory.unknown_location */
export async function findLocation(q: Queryable, id: string): Promise<Location> {
  const found = (await listLocations(q)).find((place) => place.id === id)
  if (!found) throw inventoryProblems.unknown_location({ locationId: id })
  return found
}

/** A place by its short code, upper or lower case. */
export async function findLocationByCode(q: Queryable, code: string): Promise<Location | undefined> {
  return q.maybeOne<Location>(sql`select ${columns} from inventory.location where code = upper(${code})`)
}

/** What of a place can be changed; absent fields stay. */
export type LocationEdit = Partial<
  Pick<
    Location,
    | 'name'
    | 'openingHours'
    | 'pickup'
    | 'ships'
    | 'handlingMinutes'
    | 'dailyCapacity'
    | 'status'
    | 'address'
    | 'latitude'
    | 'longitude'
  >
>

/** @throws Problem inventory.unknown_location */
export async function editLocation(tx: Tx, { id, edit }: { id: string; edit: LocationEdit }): Promise<Location> {
  const touched = await tx.run(sql`
    update inventory.location
       set name = coalesce(${edit.name ?? null}::text, name),
           opening_hours = coalesce(${edit.openingHours ? JSON.stringify(edit.openingHours) : null}::jsonb, opening_hours),
           pickup = coalesce(${edit.pickup ?? null}::boolean, pickup),
           ships = coalesce(${edit.ships ?? null}::boolean, ships),
           handling_minutes = coalesce(${edit.handlingMinutes ?? null}::int, handling_minutes),
           daily_capacity = case when ${edit.dailyCapacity !== undefined}::boolean then ${edit.dailyCapacity ?? null}::int else daily_capacity end,
           status = coalesce(${edit.status ?? null}::text, status),
           address = coalesce(${edit.address ? JSON.stringify(edit.address) : null}::jsonb, address),
           latitude = coalesce(${edit.latitude ?? null}::float8, latitude),
           longitude = coalesce(${edit.longitude ?? null}::float8, longitude)
     where id = ${id}`)
  if (touched === 0) throw inventoryProblems.unknown_location({ locationId: id })
  return findLocation(tx, id)
}

/** What a new place needs; the rest has the defaults of the table. */
export type NewLocation = Pick<
  Location,
  'id' | 'code' | 'kind' | 'name' | 'address' | 'latitude' | 'longitude' | 'timeZone'
> &
  LocationEdit & { position?: number }

/** Opens a place. */
export async function createLocation(tx: Tx, place: NewLocation): Promise<Location> {
  await tx.run(sql`
    insert into inventory.location (id, code, kind, name, address, latitude, longitude, time_zone, position)
    values (${place.id}, ${place.code}, ${place.kind}, ${place.name}, ${JSON.stringify(place.address)}::jsonb, ${place.latitude}, ${place.longitude},
            ${place.timeZone}, ${place.position ?? 0})`)
  return editLocation(tx, { id: place.id, edit: place })
}
