import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { groupOf } from './persons.ts'
import { customerProblems } from './problems.ts'

export type LinkRow = {
  id: string
  fromPersonId: string
  fromName: string
  toPersonId: string
  reason: string
  evidence: Record<string, unknown>
  linkedBy: string
  linkedAt: Date
}

/**
 * Lets one person count as another (DESIGN law 6). Nothing is moved: identities, consents, orders, cards stay with the record
 * they were written for, and everybody reads the group. The live links form a tree: the root of one hangs on the other record itself,
 * so that undoing a link further up takes along what belongs to it. canonical_id is the root, kept in the same transaction, so that
 * reading needs one hop however often people were linked.
 * @returns the id of the link
 * @throws Problem customers.already_linked, customers.erased, platform.not_found
 */
export async function linkPersons(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  {
    fromPersonId,
    toPersonId,
    reason,
    evidence = {},
  }: { fromPersonId: string; toPersonId: string; reason: string; evidence?: Record<string, unknown> },
): Promise<string> {
  const roots = await lockRoots(tx, [fromPersonId, toPersonId])
  const from = rootOf(roots, fromPersonId)
  const to = rootOf(roots, toPersonId)
  if (from === to) throw customerProblems.already_linked({ fromPersonId, toPersonId })
  const id = newId('lnk')
  await tx.run(sql`
    insert into customers.person_link (id, from_person_id, to_person_id, reason, evidence, linked_by, linked_at)
    values (${id}, ${from}, ${toPersonId}, ${reason}, ${JSON.stringify(evidence)}::jsonb, ${actorId(actor)}, ${clock.now()})`)
  await tx.run(sql`update customers.person set canonical_id = ${to} where id = ${from} or canonical_id = ${from}`)
  await tx.run(sql`
    update customers.link_proposal lp set status = 'linked', settled_by = ${actorId(actor)}, settled_at = ${clock.now()}
      from customers.person a, customers.person b
     where lp.status = 'open' and a.id = lp.person_a and b.id = lp.person_b
       and coalesce(a.canonical_id, a.id) = ${to} and coalesce(b.canonical_id, b.id) = ${to}`)
  await emit(tx, clock, 'customers.linked', {
    subjectId: id,
    personId: from,
    payload: { fromPersonId: from, toPersonId, reason },
  })
  return id
}

/**
 * Undoes a link: the branch that hung on it stands by itself again, with everything it had.
 * @throws Problem customers.not_linked, platform.not_found
 */
export async function unlinkPersons(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  linkId: string,
): Promise<{ fromPersonId: string; toPersonId: string }> {
  const link = await tx.maybeOne<{ fromPersonId: string; toPersonId: string }>(sql`
    select from_person_id as "fromPersonId", to_person_id as "toPersonId" from customers.person_link where id = ${linkId}`)
  if (!link) throw platformProblems.not_found({ linkId })
  await lockRoots(tx, [link.fromPersonId, link.toPersonId])
  const undone = await tx.run(sql`
    update customers.person_link set unlinked_by = ${actorId(actor)}, unlinked_at = ${clock.now()} where id = ${linkId} and unlinked_at is null`)
  if (undone === 0) throw customerProblems.not_linked({ linkId })
  await tx.run(sql`
    with recursive branch (id) as (
      select ${link.fromPersonId}::text
      union
      select l.from_person_id from customers.person_link l join branch b on l.to_person_id = b.id where l.unlinked_at is null
    )
    update customers.person p set canonical_id = nullif(${link.fromPersonId}, p.id) from branch where p.id = branch.id`)
  await emit(tx, clock, 'customers.unlinked', { subjectId: linkId, personId: link.fromPersonId, payload: link })
  return link
}

type Rooted = { id: string; root: string; erased: boolean }

/**
 * Locks the roots of these people in key order, so that two links at once wait for each other; whoever waited reads again, for
 * the other may have changed the roots.
 */
async function lockRoots(tx: Tx, personIds: readonly string[]): Promise<Rooted[]> {
  for (;;) {
    const rows = await readRoots(tx, personIds)
    const ids = rows.map(({ root }) => root)
    await tx.many(
      sql`select id from customers.person where id = any(${ids}::text[]) order by id collate "C" for update`,
    )
    const again = await readRoots(tx, personIds)
    if (again.every(({ id, root }) => rows.some((row) => row.id === id && row.root === root))) return again
  }
}

function readRoots(tx: Tx, personIds: readonly string[]): Promise<Rooted[]> {
  return tx.many<Rooted>(sql`
    select p.id, coalesce(p.canonical_id, p.id) as root, p.erased_at is not null as erased
      from customers.person p where p.id = any(${personIds}::text[])`)
}

function rootOf(rows: readonly Rooted[], personId: string): string {
  const row = rows.find(({ id }) => id === personId)
  if (!row) throw platformProblems.not_found({ personId })
  if (row.erased) throw customerProblems.erased({ personId })
  return row.root
}

/** Live links of everybody who counts as this person, newest first. */
export async function linksOf(q: Queryable, personId: string): Promise<LinkRow[]> {
  const ids = await groupOf(q, personId)
  return q.many<LinkRow>(sql`
    select l.id, l.from_person_id as "fromPersonId", f.name as "fromName", l.to_person_id as "toPersonId", l.reason, l.evidence,
           l.linked_by as "linkedBy", l.linked_at as "linkedAt"
      from customers.person_link l join customers.person f on f.id = l.from_person_id
     where l.unlinked_at is null and l.from_person_id = any(${ids}::text[]) order by l.linked_at desc, l.id desc`)
}

export type Evidence = {
  kind:
    | 'same_phone'
    | 'same_name_postal_code'
    | 'same_name_birthday'
    | 'same_mail_name'
    | 'same_device'
    | 'same_identifier'
  value: string
}

/** What each piece of evidence is worth, out of 100; pieces add up to at most 99, since nobody is sure but the person. */
export const evidenceScore: Readonly<Record<Evidence['kind'], number>> = {
  same_identifier: 70,
  same_phone: 60,
  same_name_birthday: 60,
  same_name_postal_code: 50,
  same_mail_name: 30,
  same_device: 20,
}

/** Asks whether two people are one. Once asked and dismissed, the pair is left alone; new evidence joins an open question. */
export async function proposeLink(
  tx: Queryable,
  clock: Clock,
  a: string,
  b: string,
  evidence: readonly Evidence[],
): Promise<void> {
  if (a === b || evidence.length === 0) return
  const score = Math.min(
    99,
    evidence.reduce((sum, { kind }) => sum + evidenceScore[kind], 0),
  )
  await tx.run(sql`
    insert into customers.link_proposal (id, person_a, person_b, evidence, score, created_at)
    values (${newId('lnk')}, ${a < b ? a : b}, ${a < b ? b : a}, ${JSON.stringify(evidence)}::jsonb, ${score}, ${clock.now()})
    on conflict (person_a, person_b) do update
       set evidence = case when customers.link_proposal.evidence @> excluded.evidence then customers.link_proposal.evidence
                           else customers.link_proposal.evidence || excluded.evidence end,
           score = greatest(customers.link_proposal.score, excluded.score)
     where customers.link_proposal.status = 'open'`)
}
