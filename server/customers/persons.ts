import type { Queryable } from '#platform/db'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'

export type Person = {
  id: string
  name: string
  language: 'es' | 'en'
  birthday: string | null
  tags: string[]
  note: string
  canonicalId: string | null
  anonymous: boolean
  erasedAt: Date | null
  version: number
  createdAt: Date
}

/** Columns of a person, for `from customers.person p`. */
export const personColumns = sql`p.id, p.name, p.language, p.birthday, p.tags, p.note, p.canonical_id as "canonicalId", p.anonymous,
  p.erased_at as "erasedAt", p.version, p.created_at as "createdAt"`

/** One record as it stands, links not followed. @throws Problem platform.not_found */
export async function findPerson(q: Queryable, personId: string): Promise<Person> {
  const person = await q.maybeOne<Person>(sql`select ${personColumns} from customers.person p where p.id = ${personId}`)
  if (!person) throw platformProblems.not_found({ personId })
  return person
}

/** The id this one counts as: its own, or that of the person it is linked to. Unknown ids come back as they are. */
export async function canonicalId(q: Queryable, personId: string): Promise<string> {
  const row = await q.maybeOne<{ id: string }>(sql`
    select coalesce(canonical_id, id) as id from customers.person where id = ${personId}`)
  return row?.id ?? personId
}

/**
 * Every id that counts as this person, the canonical one first. Other modules keep the id they wrote and read with
 * `person_id = any(…)`: so a link brings everything together, and undoing it puts everything back.
 */
export async function groupOf(q: Queryable, personId: string): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    with root as (select coalesce(canonical_id, id) as id from customers.person where id = ${personId})
    select p.id from customers.person p, root where p.id = root.id or p.canonical_id = root.id
     order by p.canonical_id is not null, p.id`)
  return rows.length === 0 ? [personId] : rows.map(({ id }) => id)
}

/** Who an identifier belongs to (canonical id), or undefined. The value must be normalized. */
export async function personOfIdentity(q: Queryable, kind: string, value: string): Promise<string | undefined> {
  const row = await q.maybeOne<{ id: string }>(sql`
    select coalesce(p.canonical_id, p.id) as id
      from customers.identity i join customers.person p on p.id = i.person_id where i.kind = ${kind} and i.value = ${value}`)
  return row?.id
}

export type Contact = {
  personId: string
  name: string
  language: 'es' | 'en'
  email: string | null
  phone: string | null
}

/**
 * How to reach people: name, language, best proven mail and phone of all their linked records, by the id that was asked for.
 * Erased and unknown people are left out.
 */
export async function contactsOf(q: Queryable, personIds: readonly string[]): Promise<Map<string, Contact>> {
  const rows = await q.many<Contact>(sql`
    select asked.id as "personId", root.name, root.language,
           (select i.value ${bestOf('email')}) as email, (select i.value ${bestOf('phone')}) as phone
      from customers.person asked
      join customers.person root on root.id = coalesce(asked.canonical_id, asked.id)
     where asked.id = any(${personIds}::text[]) and root.erased_at is null`)
  return new Map(rows.map((row) => [row.personId, row]))
}

/** `from … limit 1`: the identity of this kind over the group of `root`, a verified one first, then the oldest. */
export function bestOf(kind: 'email' | 'phone') {
  return sql`from customers.person member join customers.identity i on i.person_id = member.id and i.kind = ${kind}
    where member.id = root.id or member.canonical_id = root.id
    order by i.verified_at is null, i.created_at, i.value limit 1`
}
