import type { IdentityKind } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { deciding, type IdentityGiven, normalizeIdentities, proofStrength } from './identities.ts'
import { linkPersons, proposeLink } from './links.ts'

export type ResolvePerson = {
  identities: readonly IdentityGiven[]
  name?: string
  language?: 'es' | 'en'
  /** 'web checkout', 'counter VLC', 'import …': kept with identifiers that are new. */
  source: string
}
export type Held = {
  kind: IdentityKind
  value: string
  proof: IdentityGiven['proof']
  personId: string
  root: string
  anonymous: boolean
  /** Whether the person has a name already. */
  named?: boolean
}
const system = { kind: 'system', name: 'resolve' } as const

/**
 * Says who somebody is by what is known of them; makes a new person when nobody is known by it.
 *
 *   DECIDE   the best identifier that counts points at the person (identities.ts says which count)
 *   VISITOR  an anonymous visitor becomes that person: their record is linked, or becomes the known one
 *   ATTACH   identifiers nobody has yet go to the person; proofs grow stronger, never weaker
 *   ASK      identifiers that belong to somebody else are not taken: a link is proposed to staff instead
 *
 * Two requests with the same new mail at once make one person: the identity's primary key lets one insert through, and the
 * other request reads again.
 * @returns the canonical id; `created` when nobody was known before
 * @throws Problem customers.identity_invalid, customers.identity_missing
 */
export async function resolvePerson(
  tx: Tx,
  clock: Clock,
  asked: ResolvePerson,
): Promise<{ personId: string; created: boolean }> {
  const given = normalizeIdentities(asked.identities)
  const madeId = newId('per')
  for (let made = false; ; ) {
    const held = await findHeld(tx, given)
    let owner = decide(given, held)
    const visitor = held.find(({ kind, anonymous }) => kind === 'visitor' && anonymous)
    const named = given.some(({ kind }) => kind !== 'visitor')
    if (owner === undefined) {
      if (visitor && !named) return { personId: visitor.root, created: false }
      if (!visitor && !made) await insertPerson(tx, clock, madeId, { ...asked, anonymous: !named })
      owner = visitor?.root ?? madeId
      made ||= owner === madeId
    }
    const missing = given.filter((identity) => !held.some((row) => sameKey(row, identity)))
    const attached = await attach(tx, clock, owner, missing, asked.source)
    if (attached < missing.length) {
      // Another request was quicker with one of them. A person made here that got nothing was never there.
      if (made && attached === 0) {
        await tx.run(sql`delete from customers.person where id = ${madeId}`)
        made = false
      }
      continue
    }
    if (visitor && visitor.root === owner) await becomeKnown(tx, owner, asked)
    const created = owner === madeId
    // Who was made here has the name already.
    await settle(tx, clock, owner, given, held, created ? { ...asked, name: '' } : asked)
    if (created || missing.length > 0)
      await emit(tx, clock, 'customers.person_changed', {
        subjectId: owner,
        personId: owner,
        payload: { personId: owner },
      })
    return { personId: owner, created }
  }
}

/** The same identifier. */
export function sameKey(a: { kind: string; value: string }, b: { kind: string; value: string }): boolean {
  return a.kind === b.kind && a.value === b.value
}

/** The known person (root) that the best deciding identifier points at. */
export function decide(given: readonly IdentityGiven[], held: readonly Held[]): string | undefined {
  for (const identity of deciding(given)) {
    const row = held.find((candidate) => sameKey(candidate, identity) && !candidate.anonymous)
    if (row) return row.root
  }
  return undefined
}

/** What is known of these identifiers. `offset 0`: each by its key, even where the plan was made while the tables were empty. */
export async function findHeld(q: Queryable, given: readonly IdentityGiven[]): Promise<Held[]> {
  return q.many<Held>(sql`
    select i.kind, i.value, i.proof, i.person_id as "personId", root.id as root, root.anonymous, root.name <> '' as named
      from unnest(${given.map(({ kind }) => kind)}::text[], ${given.map(({ value }) => value)}::text[]) g (kind, value),
           lateral (select * from customers.identity where kind = g.kind and value = g.value offset 0) i,
           lateral (select coalesce(canonical_id, id) as root_id from customers.person where id = i.person_id offset 0) p,
           lateral (select * from customers.person where id = p.root_id offset 0) root`)
}

async function insertPerson(
  tx: Tx,
  clock: Clock,
  id: string,
  { name, language, source, anonymous }: ResolvePerson & { anonymous: boolean },
): Promise<void> {
  tx.later(sql`
    insert into customers.person (id, name, language, anonymous, source, created_at)
    values (${id}, ${name?.trim() ?? ''}, ${language ?? 'es'}, ${anonymous}, ${JSON.stringify({ from: source })}::jsonb, ${clock.now()})`)
}

/** The visitor's own record becomes the known person: what they looked at before stays theirs. */
async function becomeKnown(tx: Tx, personId: string, { name, language }: ResolvePerson): Promise<void> {
  await tx.run(sql`
    update customers.person set anonymous = false, version = version + 1, name = coalesce(nullif(${name?.trim() ?? ''}, ''), name),
           language = coalesce(${language ?? null}, language)
     where id = ${personId}`)
}

/** Gives free identifiers to a person, in key order. @returns how many were still free */
async function attach(
  tx: Tx,
  clock: Clock,
  personId: string,
  identities: readonly IdentityGiven[],
  source: string,
): Promise<number> {
  if (identities.length === 0) return 0
  const now = clock.now()
  return tx.run(sql`
    insert into customers.identity (kind, value, id, person_id, proof, verified_at, source, created_at)
    select kind, value, id, ${personId}, proof, case when proof = 'code' then ${now}::timestamptz end, ${source}, ${now}
      from unnest(${identities.map(({ kind }) => kind)}::text[], ${identities.map(({ value }) => value)}::text[],
                  ${identities.map(() => newId('idn'))}::text[], ${identities.map(({ proof }) => proof)}::text[]) g (kind, value, id, proof)
    on conflict (kind, value) do nothing`)
}

/** What follows from the decision: a visitor's record linked, proofs raised, questions asked about the others, a first name kept. */
async function settle(
  tx: Tx,
  clock: Clock,
  owner: string,
  given: readonly IdentityGiven[],
  held: readonly Held[],
  asked: ResolvePerson,
): Promise<void> {
  for (const row of held) {
    const identity = given.find((candidate) => sameKey(candidate, row))
    if (row.root === owner) {
      if (identity && proofStrength[identity.proof] > proofStrength[row.proof]) await raiseProof(tx, clock, identity)
    } else if (row.anonymous) {
      await linkPersons(tx, clock, system, {
        fromPersonId: row.root,
        toPersonId: owner,
        reason: 'visitor_known',
        evidence: { visitor: row.value },
      })
    } else {
      const kind = row.kind === 'phone' ? 'same_phone' : row.kind === 'visitor' ? 'same_device' : 'same_identifier'
      await proposeLink(tx, clock, owner, row.root, [{ kind, value: row.kind === 'visitor' ? '' : row.value }])
    }
  }
  const name = asked.name?.trim() ?? ''
  if (name !== '')
    tx.later(sql`update customers.person set name = ${name}, version = version + 1 where id = ${owner} and name = ''`)
}

/** Notes a stronger proof of an identifier. */
async function raiseProof(tx: Tx, clock: Clock, { kind, value, proof }: IdentityGiven): Promise<void> {
  await tx.run(sql`
    update customers.identity set proof = ${proof}, verified_at = case when ${proof}::text = 'code' then ${clock.now()}::timestamptz else verified_at end
     where kind = ${kind} and value = ${value}`)
}
