import type { Customer, CustomerRow } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { platformProblems } from '#platform/problems'
import { type Sql, sql, where } from '#platform/sql'
import { addressesOf } from './addresses.ts'
import { consentsOf } from './consents.ts'
import { normalizeIdentity } from './identities.ts'
import { linksOf } from './links.ts'
import { bestOf, findPerson, groupOf } from './persons.ts'

export type CustomerFilter = {
  q?: string
  tag?: string
  speaks?: 'es' | 'en'
  marketing?: 'yes' | 'no'
  anonymous?: 'yes' | 'no'
  /** Id of the last row of the page before. */
  cursor?: string
  limit: number
}
export type DirectoryRow = Omit<CustomerRow, 'createdAt' | 'lastSeenAt'> & { createdAt: Date; lastSeenAt: Date | null }

const marketing = sql`coalesce((select c.granted from customers.consent c join customers.person m on m.id = c.person_id
  where (m.id = root.id or m.canonical_id = root.id) and c.purpose = 'marketing' and c.channel = 'email' order by c.at desc, c.id desc limit 1), false)`

/** People as a list, newest first; linked records appear as the person they count as. */
export async function listCustomers(
  q: Queryable,
  filter: CustomerFilter,
): Promise<{ items: DirectoryRow[]; next: string | null }> {
  const conditions: Sql[] = [sql`root.canonical_id is null`, sql`root.erased_at is null`]
  if (filter.anonymous === 'no') conditions.push(sql`not root.anonymous`)
  if (filter.anonymous === 'yes') conditions.push(sql`root.anonymous`)
  if (filter.tag) conditions.push(sql`${filter.tag} = any(root.tags)`)
  if (filter.speaks) conditions.push(sql`root.language = ${filter.speaks}`)
  if (filter.marketing) conditions.push(filter.marketing === 'yes' ? marketing : sql`not ${marketing}`)
  if (filter.q && filter.q.trim() !== '') conditions.push(matches(filter.q.trim()))
  if (filter.cursor)
    conditions.push(
      sql`(root.created_at, root.id) < (select created_at, id from customers.person where id = ${filter.cursor})`,
    )
  const rows = await q.many<DirectoryRow>(sql`
    select root.id, root.name, root.language, root.tags, root.anonymous, root.created_at as "createdAt", ${marketing} as marketing,
           (select i.value ${bestOf('email')}) as email, (select i.value ${bestOf('phone')}) as phone,
           (select a.city from customers.address a where a.person_id = root.id order by a.created_at desc, a.id desc limit 1) as city,
           (select count(*)::int from customers.person m where m.canonical_id = root.id) as linked,
           (select max(t.at) from customers.thread_entry t where t.person_id = root.id) as "lastSeenAt"
      from customers.person root ${where(conditions)}
     order by root.created_at desc, root.id desc limit ${filter.limit + 1}::int`)
  const items = rows.slice(0, filter.limit)
  return { items, next: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null }
}

/**
 * What was typed into the search field: an order number, the beginning of a mail or of a phone, another identifier, part of a name of
 * the person or of a linked record. The ids are found first, each by its own index, as one array: a chain of ORs would read every person.
 */
function matches(text: string): Sql {
  if (/^[A-Z]{1,5}-?\d{3,}$/i.test(text)) {
    return among(sql`
      select coalesce(p.canonical_id, p.id) from customers.thread_entry t join customers.person p on p.id = t.person_id
       where t.kind = 'order.placed' and t.data ->> 'number' = ${text.toUpperCase()}`)
  }
  const phone = /^[+\d\s().-]{6,}$/.test(text) ? normalizeIdentity('phone', text) : undefined
  if (phone !== undefined) return among(identitiesLike(['phone', 'whatsapp'], phone))
  if (text.includes('@')) return among(identitiesLike(['email', 'instagram'], text.toLowerCase()))
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return among(sql`
    select coalesce(canonical_id, id) from customers.person where customers.plain(name) like customers.plain(${like}) or id = ${text}
    union
    select coalesce(p.canonical_id, p.id) from customers.identity i join customers.person p on p.id = i.person_id
     where i.kind = any('{loyalty_card,external,instagram}') and i.value = ${text}`)
}

const among = (ids: Sql) => sql`root.id = any(array(${ids}))`

/** People with an identifier of these kinds that begins so. */
function identitiesLike(kinds: readonly string[], start: string): Sql {
  return sql`
    select coalesce(p.canonical_id, p.id) from customers.identity i join customers.person p on p.id = i.person_id
     where i.kind = any(${kinds}::text[]) and starts_with(i.value, ${start})`
}

export type CustomerDetail = Omit<
  Customer,
  'createdAt' | 'erasedAt' | 'identities' | 'consents' | 'addresses' | 'links'
> &
  Record<'createdAt' | 'erasedAt' | 'identities' | 'consents' | 'addresses' | 'links', unknown>

/**
 * One person with everything that counts as theirs. Asked for a linked record, the person it counts as is shown.
 * @throws Problem platform.not_found
 */
export async function showCustomer(q: Queryable, personId: string): Promise<CustomerDetail> {
  const personIds = await groupOf(q, personId)
  const [root] = personIds
  if (root === undefined) throw platformProblems.not_found({ personId })
  const person = await findPerson(q, root)
  const { canonicalId: _canonicalId, ...shown } = person
  return {
    ...shown,
    personIds,
    identities: await identitiesOf(q, personIds),
    consents: await consentsOf(q, personIds),
    addresses: await addressesOf(q, personIds),
    links: await linksOf(q, root),
  }
}

export type IdentityRow = {
  id: string
  kind: string
  value: string
  proof: string
  verifiedAt: Date | null
  source: string
  createdAt: Date
  personId: string
}

/** Identifiers of these people; a visitor's cookie is not shown. */
export async function identitiesOf(q: Queryable, personIds: readonly string[]): Promise<IdentityRow[]> {
  return q.many<IdentityRow>(sql`
    select id, kind, value, proof, verified_at as "verifiedAt", source, created_at as "createdAt", person_id as "personId"
      from customers.identity where person_id = any(${personIds}::text[]) and kind <> 'visitor' order by kind, created_at, value`)
}
