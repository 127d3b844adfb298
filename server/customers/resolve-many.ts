import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { event, type NewEvent } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'
import { type IdentityGiven, normalizeIdentities, proofStrength } from './identities.ts'
import { decide, findHeld, type Held, type ResolvePerson, resolvePerson, sameKey } from './resolve.ts'

export type ResolvedPersons = {
  /** Canonical id for each that was asked for. */
  personIds: string[]
  writes: Sql[]
  events: NewEvent[]
}
type NewPerson = ResolvePerson & { id: string }
type NewIdentity = IdentityGiven & { personId: string; source: string }

/**
 * Says who each of these is (see `resolvePerson`), in one read for all. Somebody nobody knows, and somebody who is known by all they
 * gave, are decided here; whoever needs more (a link, a stronger proof, a further identifier) is resolved in place. Nothing of the
 * new ones is written yet: the caller puts `writes` and `events` into its own statement, which fails as a whole when another request
 * was quicker with an identifier, and may then be run again.
 * @throws Problem customers.identity_invalid
 */
export async function resolvePersons(tx: Tx, clock: Clock, asked: readonly ResolvePerson[]): Promise<ResolvedPersons> {
  const given = asked.map(({ identities }) => normalizeIdentities(identities))
  const held = given.length === 0 ? [] : await findHeld(tx, given.flat())
  const persons: NewPerson[] = []
  const identities: NewIdentity[] = []
  const personIds: string[] = []
  for (const [at, one] of asked.entries()) {
    const own = given[at] ?? []
    const known = held.filter((row) => own.some((identity) => sameKey(row, identity)))
    const isNamed = own.some(({ kind }) => kind !== 'visitor')
    if (known.length === 0 && isNamed) {
      const id = newId('per')
      persons.push({ ...one, id })
      identities.push(...own.map((identity) => ({ ...identity, personId: id, source: one.source })))
      // The next of the list may be the same person.
      held.push(...own.map((identity): Held => ({ ...identity, personId: id, root: id, anonymous: false })))
      personIds.push(id)
      continue
    }
    // A device nobody was known by joins who they say they are.
    const devices = own.filter(
      (identity) => identity.kind === 'visitor' && !known.some((row) => sameKey(row, identity)),
    )
    const rest = own.filter((identity) => !devices.includes(identity))
    const owner = isFullyKnown(rest, known) ? decide(rest, known) : undefined
    if (owner !== undefined && (persons.some(({ id }) => id === owner) || known.every(({ named }) => named ?? false))) {
      identities.push(...devices.map((identity) => ({ ...identity, personId: owner, source: one.source })))
      held.push(
        ...devices.map(
          (identity): Held => ({ ...identity, personId: owner, root: owner, anonymous: false, named: true }),
        ),
      )
      personIds.push(owner)
      continue
    }
    personIds.push((await resolvePerson(tx, clock, one)).personId)
  }
  return {
    personIds,
    writes: [
      ...(persons.length === 0 ? [] : [personsPiece(clock, persons)]),
      ...(identities.length === 0 ? [] : [identitiesPiece(clock, identities)]),
    ],
    events: [...new Set(identities.map(({ personId }) => personId))].map((id) =>
      event('customers.person_changed', { subjectId: id, personId: id, payload: { personId: id } }),
    ),
  }
}

/** Everything they gave is one person's already, with a proof as good: there is nothing to write. */
function isFullyKnown(given: readonly IdentityGiven[], known: readonly Held[]): boolean {
  const root = known[0]?.root
  return given.every((identity) => {
    const row = known.find((one) => sameKey(one, identity))
    return (
      row?.root === root && !row?.anonymous && proofStrength[identity.proof] <= proofStrength[row?.proof ?? 'claimed']
    )
  })
}

function personsPiece(clock: Clock, persons: readonly NewPerson[]): Sql {
  return sql`insert into customers.person (id, name, language, source, anonymous, created_at)
    select n.*, false, ${clock.now()}::timestamptz
      from unnest(${persons.map(({ id }) => id)}::text[], ${persons.map(({ name }) => name?.trim() ?? '')}::text[],
                  ${persons.map(({ language }) => language ?? 'es')}::text[], ${persons.map(({ source }) => JSON.stringify({ from: source }))}::jsonb[])
             as n (id, name, language, source)`
}

function identitiesPiece(clock: Clock, rows: readonly NewIdentity[]): Sql {
  const now = clock.now()
  return sql`insert into customers.identity (kind, value, id, person_id, proof, verified_at, source, created_at)
    select n.kind, n.value, n.id, n.person, n.proof, case when n.proof = 'code' then ${now}::timestamptz end, n.source, ${now}::timestamptz
      from unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ value }) => value)}::text[], ${rows.map(() => newId('idn'))}::text[],
                  ${rows.map(({ personId }) => personId)}::text[], ${rows.map(({ proof }) => proof)}::text[],
                  ${rows.map(({ source }) => source)}::text[]) as n (kind, value, id, person, proof, source)`
}
