import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { canonicalId, findPerson } from './persons.ts'

/** A visit to a shop that left no purchase, told by the person at the counter. @throws Problem platform.not_found */
export async function noteVisit(
  tx: Tx,
  clock: Clock,
  personId: string,
  { locationId, note }: { locationId: string; note: string },
): Promise<void> {
  const { id } = await findPerson(tx, personId)
  await emit(tx, clock, 'customers.visited', {
    subjectId: newId('vis'),
    personId: id,
    payload: { channel: 'pos', locationId, note },
  })
}

/**
 * The visit of somebody who was identified at a counter: noted the first time that day in that shop, however many baskets and tills
 * identify them. People who were forgotten have no visits.
 * @param on the shop's own date, YYYY-MM-DD
 * @returns whether it was the first of the day
 */
export async function noteVisitOfDay(
  tx: Tx,
  clock: Clock,
  personId: string,
  { locationId, on }: { locationId: string; on: string },
): Promise<boolean> {
  const first = await tx.maybeOne<{ personId: string }>(sql`
    insert into customers.visit_day (person_id, location_id, visited_on, noted_at)
    select p.id, ${locationId}, ${on}::date, ${clock.now()}
      from customers.person p where p.id = ${await canonicalId(tx, personId)} and p.erased_at is null
    on conflict do nothing returning person_id as "personId"`)
  if (!first) return false
  await noteVisit(tx, clock, first.personId, { locationId, note: '' })
  return true
}
