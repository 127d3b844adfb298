import { sql } from '#platform/sql'
import { consentWordings, type DemoPerson } from '../people.ts'
import { dayMs, iso, type Loading } from './context.ts'
import type { PastEvent } from './events.ts'

/** Writes persons with identities, addresses and consents. @returns the events their consents were */
export async function loadPeople(loading: Loading, people: readonly DemoPerson[]): Promise<PastEvent[]> {
  const { tx, id, nowMs, personIds } = loading
  const persons = people.map((person, index) => {
    // Met within the opening hours of that day, each a little apart.
    const createdMs = nowMs - person.knownForDays * dayMs - (index % 7) * 3_600_000
    const personId = id('per', createdMs)
    personIds.set(person.key, personId)
    return { ...person, id: personId, createdMs, createdAt: iso(createdMs) }
  })
  await tx.run(sql`
    insert into customers.person (id, name, language, birthday, tags, note, source, created_at)
    select p.id, p.name, p.language, p.birthday, array(select jsonb_array_elements_text(p.tags)), p.note, jsonb_build_object('demo', p.key), p."createdAt"
      from jsonb_to_recordset(${JSON.stringify(persons)}::jsonb)
        as p (id text, key text, name text, language text, birthday date, tags jsonb, note text, "createdAt" timestamptz)`)
  const identities = persons.flatMap((person) =>
    person.identities.map((identity) => ({
      ...identity,
      id: id('idn', person.createdMs),
      personId: person.id,
      verifiedAt: identity.proof === 'code' ? person.createdAt : null,
      source: person.metAt === 'web' ? 'web checkout' : `counter ${person.metAt}`,
      createdAt: person.createdAt,
    })),
  )
  await tx.run(sql`
    insert into customers.identity (kind, value, id, person_id, proof, verified_at, source, created_at)
    select i.kind, i.value, i.id, i."personId", i.proof, i."verifiedAt", i.source, i."createdAt"
      from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb)
        as i (kind text, value text, id text, "personId" text, proof text, "verifiedAt" timestamptz, source text, "createdAt" timestamptz)`)
  await loadAddresses(loading, persons)
  return loadConsents(loading, persons)
}

type LoadedPerson = DemoPerson & { id: string; createdMs: number; createdAt: string }

async function loadAddresses({ tx, id }: Loading, persons: readonly LoadedPerson[]): Promise<void> {
  // Whom the shops know by telephone only never gave an address.
  const rows = persons
    .filter(({ email }) => email !== null)
    .map(({ id: personId, name, phone, address, createdMs, createdAt }) => ({
      ...address,
      id: id('adr', createdMs),
      personId,
      name,
      phone: phone ?? '',
      createdAt,
    }))
  await tx.run(sql`
    insert into customers.address (id, person_id, name, line1, line2, postal_code, city, province, country, phone, created_at)
    select a.id, a."personId", a.name, a.line1, a.line2, a."postalCode", a.city, a.province, 'ES', a.phone, a."createdAt"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as a (id text, "personId" text, name text, line1 text, line2 text, "postalCode" text, city text, province text, phone text, "createdAt" timestamptz)`)
}

async function loadConsents({ tx, id, nowMs }: Loading, persons: readonly LoadedPerson[]): Promise<PastEvent[]> {
  const rows = persons.flatMap(({ id: personId, language, createdMs, consents }) =>
    consents.map(({ wording, daysAgo, ...consent }, index) => {
      const atMs = Math.max(createdMs + (index + 1) * 1000, nowMs - daysAgo * dayMs - 3_600_000)
      const words = consentWordings[wording][language]
      return { ...consent, id: id('con', atMs), personId, wording: words, version: wording, atMs, at: iso(atMs) }
    }),
  )
  await tx.run(sql`
    insert into customers.consent (id, person_id, purpose, channel, granted, wording, wording_version, source, at)
    select c.id, c."personId", c.purpose, c.channel, c.granted, c.wording, c.version, c.source, c.at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as c (id text, "personId" text, purpose text, channel text, granted boolean, wording text, version text, source text, at timestamptz)`)
  return rows.map(({ id: consentId, personId, purpose, channel, granted, source, atMs }) => ({
    type: 'customers.consent_changed',
    atMs,
    subjectId: consentId,
    personId,
    payload: { purpose, channel, granted, source },
  }))
}
