import type { ConsentState } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'

export type ConsentGiven = Omit<ConsentState, 'at'> & {
  personId: string
  /** What shows it: cart id, request id, recording, file. */
  proof?: Record<string, unknown>
  /** When it was said; now, unless an import brings it. */
  at?: Date
}
export type ConsentRow = Omit<ConsentState, 'at'> & { at: Date }

/**
 * Writes down what somebody allowed or withdrew, with the sentence they saw (DESIGN law 7). Append-only: the newest row for a purpose
 * and channel is what holds.
 * @returns the id of the row
 */
export async function recordConsent(tx: Tx, clock: Clock, given: ConsentGiven): Promise<string> {
  const { personId, purpose, channel, granted, wording, wordingVersion, source, proof = {}, at = clock.now() } = given
  const id = newId('con')
  await tx.run(sql`
    insert into customers.consent (id, person_id, purpose, channel, granted, wording, wording_version, source, proof, at)
    values (${id}, ${personId}, ${purpose}, ${channel}, ${granted}, ${wording}, ${wordingVersion}, ${source}, ${JSON.stringify(proof)}::jsonb, ${at})`)
  await emit(tx, clock, 'customers.consent_changed', {
    subjectId: id,
    personId,
    payload: { purpose, channel, granted, source },
  })
  return id
}

/** What holds now for everybody who counts as this person: the newest word for each purpose and channel. */
export async function consentsOf(q: Queryable, personIds: readonly string[]): Promise<ConsentRow[]> {
  return q.many<ConsentRow>(sql`
    select distinct on (purpose, channel) purpose, channel, granted, wording, wording_version as "wordingVersion", source, at
      from customers.consent where person_id = any(${personIds}::text[]) order by purpose, channel, at desc, id desc`)
}

export type ConsentHistoryRow = ConsentRow & { id: string; personId: string }

/** Every word ever said, newest first. */
export async function consentHistory(q: Queryable, personIds: readonly string[]): Promise<ConsentHistoryRow[]> {
  return q.many<ConsentHistoryRow>(sql`
    select id, person_id as "personId", purpose, channel, granted, wording, wording_version as "wordingVersion", source, at
      from customers.consent where person_id = any(${personIds}::text[]) order by at desc, id desc limit 1000`)
}
