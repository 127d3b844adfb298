import type { IdentityKind } from '@hilo/contract'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { audit } from '#staff'
import { normalizeIdentity } from './identities.ts'
import { canonicalId, findPerson, groupOf, personOfIdentity } from './persons.ts'
import { customerProblems } from './problems.ts'

export type NewCustomer = {
  name: string
  language?: 'es' | 'en'
  birthday?: string | null
  tags?: string[]
  note?: string
  identities?: { kind: IdentityKind; value: string }[]
}
export type CustomerChange = {
  version: number
  name?: string
  language?: 'es' | 'en'
  birthday?: string | null
  tags?: string[]
  note?: string
}

/**
 * Staff write down a person by hand. Identifiers that somebody else has are refused: staff then open that person instead.
 * @throws Problem customers.identity_taken, customers.identity_invalid
 */
export async function createCustomer(tx: Tx, clock: Clock, actor: Actor, customer: NewCustomer): Promise<string> {
  const id = newId('per')
  await tx.run(sql`
    insert into customers.person (id, name, language, birthday, tags, note, source, created_at)
    values (${id}, ${customer.name}, ${customer.language ?? 'es'}, ${customer.birthday ?? null}, ${unique(customer.tags ?? [])}::text[],
            ${customer.note ?? ''}, '{"from":"staff"}', ${clock.now()})`)
  for (const identity of customer.identities ?? []) await giveIdentity(tx, clock, id, identity)
  await audit(tx, clock, actor, { action: 'customers.created', subjectId: id })
  await emit(tx, clock, 'customers.person_changed', { subjectId: id, personId: id, payload: { personId: id } })
  return id
}

/**
 * Changes what staff keep about a person. The version must be the one they read.
 * @throws Problem platform.changed_meanwhile, customers.erased, platform.not_found
 */
export async function updateCustomer(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  personId: string,
  change: CustomerChange,
): Promise<void> {
  const before = await findPerson(tx, await canonicalId(tx, personId))
  if (before.erasedAt) throw customerProblems.erased({ personId })
  const { version, ...fields } = change
  const after = { ...before, ...fields }
  const changed = await tx.run(sql`
    update customers.person set name = ${after.name}, language = ${after.language}, birthday = ${after.birthday}, tags = ${unique(after.tags)}::text[],
           note = ${after.note}, version = version + 1
     where id = ${before.id} and version = ${version}`)
  if (changed === 0) throw platformProblems.changed_meanwhile({ version: before.version })
  await audit(tx, clock, actor, {
    action: 'customers.changed',
    subjectId: before.id,
    data: { fields: Object.keys(fields) },
  })
  await emit(tx, clock, 'customers.person_changed', {
    subjectId: before.id,
    personId: before.id,
    payload: { personId: before.id },
  })
}

/** Staff add an identifier they saw. @throws Problem customers.identity_taken, customers.identity_invalid, customers.erased */
export async function addIdentity(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  personId: string,
  identity: { kind: IdentityKind; value: string },
): Promise<void> {
  const person = await findPerson(tx, await canonicalId(tx, personId))
  if (person.erasedAt) throw customerProblems.erased({ personId })
  await giveIdentity(tx, clock, person.id, identity)
  await audit(tx, clock, actor, {
    action: 'customers.identity.added',
    subjectId: person.id,
    data: { kind: identity.kind },
  })
  await emit(tx, clock, 'customers.person_changed', {
    subjectId: person.id,
    personId: person.id,
    payload: { personId: person.id },
  })
}

async function giveIdentity(
  tx: Tx,
  clock: Clock,
  personId: string,
  { kind, value }: { kind: IdentityKind; value: string },
): Promise<void> {
  const normal = normalizeIdentity(kind, value)
  if (normal === undefined) throw customerProblems.identity_invalid({ parameter: kind, value })
  const given = await tx.run(sql`
    insert into customers.identity (kind, value, id, person_id, proof, source, created_at)
    values (${kind}, ${normal}, ${newId('idn')}, ${personId}, 'staff', 'staff', ${clock.now()}) on conflict (kind, value) do nothing`)
  if (given === 1) return
  const owner = await personOfIdentity(tx, kind, normal)
  if (owner !== (await canonicalId(tx, personId)))
    throw customerProblems.identity_taken({ parameter: kind, personId: owner })
}

/** Takes an identifier away; the last one stays. @throws Problem customers.last_identity, platform.not_found */
export async function removeIdentity(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  personId: string,
  identityId: string,
): Promise<void> {
  const personIds = await groupOf(tx, personId)
  const rows = await tx.many<{ id: string; kind: string }>(sql`
    select id, kind from customers.identity where person_id = any(${personIds}::text[]) order by kind, value for update`)
  const row = rows.find(({ id }) => id === identityId)
  if (!row) throw platformProblems.not_found({ id: identityId })
  if (rows.length === 1) throw customerProblems.last_identity({ personId })
  await tx.run(sql`delete from customers.identity where id = ${identityId}`)
  // A sign-in rests on a mail address; without it the sessions it opened end, too.
  if (row.kind === 'email') await tx.run(sql`delete from customers.session where person_id = any(${personIds}::text[])`)
  await audit(tx, clock, actor, {
    action: 'customers.identity.removed',
    subjectId: personIds[0],
    data: { kind: row.kind },
  })
  await emit(tx, clock, 'customers.person_changed', { subjectId: personId, personId, payload: { personId } })
}

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
}
