import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { forgetPeople } from '#platform/forget'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { audit } from '#staff'
import { addressesOf } from './addresses.ts'
import { consentHistory } from './consents.ts'
import { identitiesOf } from './directory.ts'
import { linksOf } from './links.ts'
import { findPerson, groupOf } from './persons.ts'
import { customerProblems } from './problems.ts'
import { readThread } from './thread.ts'

/**
 * Everything kept about a person, as JSON (GDPR art. 15 and 20): records, identifiers, addresses, consents, links and the thread, which
 * holds what every other module told of them.
 * @throws Problem platform.not_found
 */
export async function exportPerson(q: Queryable, clock: Clock, personId: string): Promise<Record<string, unknown>> {
  const personIds = await groupOf(q, personId)
  const persons = []
  for (const id of personIds) persons.push(await findPerson(q, id))
  const thread = []
  for (let next: string | null | undefined; next !== null; ) {
    const page = await readThread(q, personId, { before: next, limit: 1000 })
    thread.push(...page.items)
    next = page.next
  }
  return {
    format: 'hilo.person.v1',
    exportedAt: clock.now().toISOString(),
    persons,
    identities: await identitiesOf(q, personIds),
    addresses: await addressesOf(q, personIds),
    consents: await consentHistory(q, personIds),
    links: await linksOf(q, personId),
    thread,
  }
}

/**
 * Forgets a person and everybody who counts as them (GDPR art. 17). Names, identifiers, addresses, notes, sessions and free texts go;
 * ids, consents without their proof, figures and ledgers stay, since tax law keeps them. Modules that hold contact data of their own
 * follow `customers.person_erased`. A second call changes nothing.
 * @throws Problem platform.not_found
 */
export async function erasePerson(tx: Tx, clock: Clock, actor: Actor, personId: string, reason: string): Promise<void> {
  const personIds = await groupOf(tx, personId)
  const [root = personId] = personIds
  if ((await findPerson(tx, root)).erasedAt) return
  const held = await tx.many<{ kind: string; value: string }>(sql`
    delete from customers.identity where person_id = any(${personIds}::text[]) returning kind, value`)
  const valuesOf = (...kinds: string[]) => held.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value)
  const names = await tx.many<{ name: string }>(sql`
    select name from customers.person where id = any(${personIds}::text[]) and name <> ''
     union select name from customers.address where person_id = any(${personIds}::text[]) and name <> ''`)
  await tx.run(sql`
    update customers.person set name = '', birthday = null, tags = '{}', note = '', source = '{}', erased_at = ${clock.now()}, version = version + 1
     where id = any(${personIds}::text[])`)
  await tx.run(sql`delete from customers.address where person_id = any(${personIds}::text[])`)
  await tx.run(sql`delete from customers.session where person_id = any(${personIds}::text[])`)
  await tx.run(sql`delete from customers.login_code where destination = any(${held.map(({ value }) => value)}::text[])`)
  await tx.run(sql`update customers.consent set proof = '{}' where person_id = any(${personIds}::text[])`)
  await tx.run(
    sql`update customers.person_link set evidence = '{}' where from_person_id = any(${personIds}::text[]) or to_person_id = any(${personIds}::text[])`,
  )
  await tx.run(
    sql`delete from customers.link_proposal where person_a = any(${personIds}::text[]) or person_b = any(${personIds}::text[])`,
  )
  for (const id of personIds) {
    await tx.run(sql`
      update customers.thread_entry set data = data - array['note', 'to', 'subject', 'text', 'tracking']
       where person_id = ${id} and data ?| array['note', 'to', 'subject', 'text', 'tracking']`)
  }
  await forgetPeople(tx, clock, {
    personIds,
    addresses: valuesOf('email'),
    phones: valuesOf('phone', 'whatsapp'),
    names: names.map(({ name }) => name),
  })
  await audit(tx, clock, actor, { action: 'customers.erased', subjectId: root, data: { reason, personIds } })
  await emit(tx, clock, 'customers.person_erased', { subjectId: root, personId: root, payload: { personIds } })
}

/** @throws Problem customers.erased when this person was forgotten */
export async function refuseErased(q: Queryable, personId: string): Promise<void> {
  const { erasedAt } = await findPerson(q, personId)
  if (erasedAt) throw customerProblems.erased({ personId })
}
