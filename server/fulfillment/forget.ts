import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type Forgotten, onForget } from '#platform/forget'
import { type Sql, sql } from '#platform/sql'

/**
 * Forgets people in the work of the places: whom to tell and who collected it go at once. The address of a parcel that is still to leave
 * stays until the carrier has it, or nobody could bring what was paid for; the step that ends the work takes it away (`forgotten_at`).
 */
export async function forgetInFulfillment(tx: Tx, clock: Clock, who: Forgotten): Promise<void> {
  await tx.run(sql`
    update fulfillment.fulfillment_order f
       set contact = '{}', handed_over_to = case when handed_over_to is null then null else '' end, forgotten_at = ${clock.now()}::timestamptz,
           address = case when status in ('waiting', 'open', 'picking', 'packed') then address else ${townOnly} end, version = version + 1
     where f.person_id = any(${who.personIds}::text[]) or (f.person_id is null
       and (lower(f.contact ->> 'email') = any(${who.addresses}::text[]) or f.contact ->> 'phone' = any(${who.phones}::text[])))`)
}

/** What an address keeps of a forgotten person: the town and the beginning of the postal code. */
const townOnly: Sql = sql`case when address is not null then jsonb_build_object('name', '', 'line1', '—', 'line2', '',
  'postalCode', rpad(left(address ->> 'postalCode', 3), 3, '0'), 'city', address ->> 'city', 'province', coalesce(address ->> 'province', ''),
  'country', coalesce(address ->> 'country', 'ES'), 'phone', '') end`

/** For the statement that ends a piece of work: `address = …`, without the person if they were forgotten meanwhile. */
export const addressOnceDone: Sql = sql`address = case when forgotten_at is null then address else ${townOnly} end`

onForget('fulfillment', forgetInFulfillment)
