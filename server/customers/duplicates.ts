import type { Actor } from '#platform/actor'
import { actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Db, Queryable, Tx } from '#platform/db'
import { platformProblems } from '#platform/problems'
import { type Sql, sql } from '#platform/sql'
import { audit } from '#staff'
import { type Evidence, linkPersons, proposeLink } from './links.ts'
import { contactsOf } from './persons.ts'

type Pair = { a: string; b: string; kind: Evidence['kind']; value: string }

/** People who stand for themselves and have a name worth comparing. */
const known = sql`known as (
  select id, customers.plain(btrim(regexp_replace(name, '[[:space:]]+', ' ', 'g'))) as name, birthday from customers.person
   where canonical_id is null and erased_at is null and not anonymous and length(btrim(name)) >= 5)`

/** Each way to suspect that two are one. A key shared by more than ten people (a switchboard, a block of flats) proves nothing. */
const suspicions: readonly Sql[] = [
  sql`with phones as (
        select coalesce(p.canonical_id, p.id) as person, i.value as key from customers.identity i join customers.person p on p.id = i.person_id
         where i.kind in ('phone', 'whatsapp')
        union
        select coalesce(p.canonical_id, p.id), a.phone from customers.address a join customers.person p on p.id = a.person_id where a.phone <> '')
      select 'same_phone' as kind, person, key from phones`,
  sql`with ${known}
      select distinct 'same_name_postal_code' as kind, k.id as person, k.name || ', ' || a.postal_code as key
        from known k join customers.address a on a.person_id = k.id`,
  sql`with ${known} select 'same_name_birthday' as kind, id as person, name || ', ' || birthday::text as key from known where birthday is not null`,
  sql`with ${known}
      select 'same_mail_name' as kind, k.id as person, k.name || ', ' || split_part(i.value, '@', 1) || '@' as key
        from known k join customers.identity i on i.person_id = k.id and i.kind = 'email'`,
]

/**
 * Looks for people who may be one and asks about each pair once, with all the evidence found. Pairs that were linked or dismissed are
 * left alone.
 * @returns how many pairs were found
 */
export async function findDuplicates(db: Db, clock: Clock): Promise<number> {
  const byPair = new Map<string, Pair[]>()
  for (const suspicion of suspicions) {
    const pairs = await db.many<Pair>(sql`
      with fact as (${suspicion}), shared as (
        select kind, key from fact group by kind, key having count(distinct person) between 2 and 10)
      select distinct x.person as a, y.person as b, x.kind, x.key as value
        from shared s join fact x using (kind, key) join fact y using (kind, key)
       where x.person collate "C" < y.person collate "C"
         and not exists (select 1 from customers.link_proposal lp
                          where lp.person_a = x.person and lp.person_b = y.person and lp.status <> 'open')
       limit 20000`)
    for (const pair of pairs) byPair.set(`${pair.a} ${pair.b}`, [...(byPair.get(`${pair.a} ${pair.b}`) ?? []), pair])
  }
  for (const pairs of byPair.values()) {
    const [first] = pairs
    if (first)
      await proposeLink(
        db,
        clock,
        first.a,
        first.b,
        pairs.map(({ kind, value }) => ({ kind, value })),
      )
  }
  return byPair.size
}

export type DuplicateRow = {
  id: string
  score: number
  evidence: Evidence[]
  createdAt: Date
  personA: string
  personB: string
}
type Side = { id: string; name: string; email: string | null; phone: string | null; createdAt: Date }

/** Open questions, strongest first. Pairs that became one person some other way are left out. */
export async function listDuplicates(
  q: Queryable,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<{ items: (Omit<DuplicateRow, 'personA' | 'personB'> & { a: Side; b: Side })[]; next: string | null }> {
  const [score, id] = cursor?.split('~') ?? []
  const rows = await q.many<DuplicateRow & { createdA: Date; createdB: Date }>(sql`
    select lp.id, lp.score, lp.evidence, lp.created_at as "createdAt", lp.person_a as "personA", lp.person_b as "personB",
           a.created_at as "createdA", b.created_at as "createdB"
      from customers.link_proposal lp join customers.person a on a.id = lp.person_a join customers.person b on b.id = lp.person_b
     where lp.status = 'open' and a.erased_at is null and b.erased_at is null
       and coalesce(a.canonical_id, a.id) <> coalesce(b.canonical_id, b.id)
       and (${score ?? null}::int is null or (lp.score, lp.id) < (${score ?? null}::int, ${id ?? ''}))
     order by lp.score desc, lp.id desc limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit)
  const contacts = await contactsOf(
    q,
    shown.flatMap(({ personA, personB }) => [personA, personB]),
  )
  const side = (personId: string, createdAt: Date): Side => {
    const { name = '', email = null, phone = null } = contacts.get(personId) ?? {}
    return { id: personId, name, email, phone, createdAt }
  }
  const last = shown.at(-1)
  return {
    items: shown.map(({ personA, personB, createdA, createdB, ...row }) => ({
      ...row,
      a: side(personA, createdA),
      b: side(personB, createdB),
    })),
    next: rows.length > limit && last ? `${last.score}~${last.id}` : null,
  }
}

/**
 * A person decides: the newer record counts as the older one from now on, or the two are different and are not asked about again.
 * @returns the id of the link, or null when dismissed
 * @throws Problem platform.not_found, customers.already_linked
 */
export async function settleDuplicate(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  { id, decision, reason }: { id: string; decision: 'link' | 'dismiss'; reason: string },
): Promise<string | null> {
  const pair = await tx.maybeOne<{ older: string; newer: string; evidence: Evidence[] }>(sql`
    select case when a.created_at <= b.created_at then a.id else b.id end as older,
           case when a.created_at <= b.created_at then b.id else a.id end as newer, lp.evidence
      from customers.link_proposal lp join customers.person a on a.id = lp.person_a join customers.person b on b.id = lp.person_b
     where lp.id = ${id} and lp.status = 'open' for update of lp`)
  if (!pair) throw platformProblems.not_found({ id })
  if (decision === 'link') {
    const linkId = await linkPersons(tx, clock, actor, {
      fromPersonId: pair.newer,
      toPersonId: pair.older,
      reason: reason || 'duplicate',
      evidence: { found: pair.evidence },
    })
    await audit(tx, clock, actor, {
      action: 'customers.linked',
      subjectId: pair.older,
      data: { fromPersonId: pair.newer, linkId },
    })
    return linkId
  }
  await tx.run(sql`
    update customers.link_proposal set status = 'dismissed', settled_by = ${actorId(actor)}, settled_at = ${clock.now()} where id = ${id}`)
  await audit(tx, clock, actor, { action: 'customers.duplicate.dismissed', subjectId: id })
  return null
}
