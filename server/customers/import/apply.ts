import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { type ApplyContext, flag, type Issue, type Outcome, refusal } from '#platform/imports/index'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { keepAddress } from '../addresses.ts'
import { recordConsent } from '../consents.ts'
import { linkPersons } from '../links.ts'
import { canonicalId, findPerson, groupOf } from '../persons.ts'
import { resolvePerson } from '../resolve.ts'
import type { CustomerRecord, ImportedConsent } from './record.ts'

const system = { kind: 'system', name: 'import' } as const

/**
 * Takes people in, one after the other: rows with the same mail are one person, and applying a row again changes nothing. The state
 * before and after is compared as a whole, so "unchanged" is what it says.
 */
export async function applyRecords(
  tx: Tx,
  context: ApplyContext,
  things: readonly { line: number; value: CustomerRecord }[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { line, value } of things) outcomes.push(await applyRecord(tx, context, line, value))
  return outcomes
}

async function applyRecord(tx: Tx, context: ApplyContext, line: number, record: CustomerRecord): Promise<Outcome> {
  const { personId, created } = await findOrMake(tx, context, record)
  if (!created && (await findPerson(tx, personId)).erasedAt)
    return { result: 'refused', issues: [erased(line, personId)] }
  const before = created ? '' : await stateOf(tx, personId)
  await fill(tx, personId, record, created)
  await attachRest(tx, context, personId, record)
  for (const address of record.addresses)
    await keepAddress(tx, { now: () => new Date(address.createdAt ?? context.clock.now()) }, personId, address)
  for (const consent of record.consents) await takeConsent(tx, context, personId, consent)
  const issues = await relink(tx, context, personId, record, line)
  if (created) return { result: 'taken', issues, counts: { customers: 1 } }
  const changed = (await stateOf(tx, personId)) !== before
  if (changed)
    await emit(tx, context.clock, 'customers.person_changed', { subjectId: personId, personId, payload: { personId } })
  return { result: changed ? 'taken' : 'unchanged', issues, counts: changed ? { customersChanged: 1 } : {} }
}

/** The record itself, by its id; else whoever the identifiers say, which may be somebody new. */
async function findOrMake(
  tx: Tx,
  { clock }: ApplyContext,
  record: CustomerRecord,
): Promise<{ personId: string; created: boolean }> {
  const { personId } = record
  if (personId === undefined) {
    const identities = record.identities.map(({ kind, value, proof }) => ({ kind, value, proof }))
    return resolvePerson(tx, clock, {
      identities,
      name: record.name,
      language: record.language,
      source: `import ${String(record.source['from'] ?? '')}`.trim(),
    })
  }
  const made = await tx.run(sql`
    insert into customers.person (id, name, created_at) values (${personId}, ${record.name}, ${record.createdAt ?? clock.now()}) on conflict (id) do nothing`)
  if (made === 1)
    await emit(tx, clock, 'customers.person_changed', { subjectId: personId, personId, payload: { personId } })
  return { personId, created: made === 1 }
}

/** Hilo's own file replaces; other files only fill what is empty, so nothing that staff wrote is lost to an old export. */
async function fill(tx: Tx, personId: string, record: CustomerRecord, created: boolean): Promise<void> {
  const person = await findPerson(tx, personId)
  const replaces = record.personId !== undefined
  const next = {
    name: replaces ? record.name : person.name || record.name,
    language: replaces || created ? (record.language ?? person.language) : person.language,
    birthday: replaces ? record.birthday : (person.birthday ?? record.birthday),
    tags: replaces ? record.tags : [...new Set([...person.tags, ...record.tags])],
    note: replaces ? record.note : person.note || record.note,
  }
  await tx.run(sql`
    update customers.person set name = ${next.name}, language = ${next.language}, birthday = ${next.birthday}, tags = ${next.tags}::text[], note = ${next.note},
           source = case when ${created || replaces} then ${JSON.stringify(record.source)}::jsonb else source end,
           created_at = case when ${created} and ${record.createdAt ?? null}::timestamptz is not null then ${record.createdAt ?? null} else created_at end
     where id = ${personId} and (name, language, note) is distinct from (${next.name}, ${next.language}, ${next.note})
        or id = ${personId} and (birthday is distinct from ${next.birthday}::date or tags <> ${next.tags}::text[] or ${created} or ${replaces})`)
}

/** Identifiers with the proof and the times they had where they come from; those of somebody else stay there. */
async function attachRest(tx: Tx, { clock }: ApplyContext, personId: string, record: CustomerRecord): Promise<void> {
  if (record.personId === undefined) return
  for (const { kind, value, proof, verifiedAt, source, createdAt } of record.identities) {
    await tx.run(sql`
      insert into customers.identity (kind, value, id, person_id, proof, verified_at, source, created_at)
      values (${kind}, ${value}, ${newId('idn')}, ${personId}, ${proof}, ${verifiedAt ?? null}, ${source ?? 'import'}, ${createdAt ?? clock.now()})
      on conflict (kind, value) do nothing`)
  }
}

/**
 * A consent once: the same word at the same moment is known already, and a report without a moment does not speak again after one
 * of the same source did. So a later withdrawal is never undone by importing an old file again.
 */
async function takeConsent(
  tx: Tx,
  { clock, runId }: ApplyContext,
  personId: string,
  consent: ImportedConsent,
): Promise<void> {
  const personIds = await groupOf(tx, personId)
  const known = await tx.maybeOne<{ one: number }>(sql`
    select 1 as one from customers.consent
     where person_id = any(${personIds}::text[]) and purpose = ${consent.purpose} and channel = ${consent.channel} and source = ${consent.source}
       and (${consent.at ?? null}::timestamptz is null or at = ${consent.at ?? null}) limit 1`)
  if (known) return
  const { at, proof, ...said } = consent
  await recordConsent(tx, clock, {
    personId,
    ...said,
    proof: proof ?? { run: runId },
    at: at === undefined ? clock.now() : new Date(at),
  })
}

async function relink(tx: Tx, { clock }: ApplyContext, personId: string, { linkedTo }: CustomerRecord, line: number) {
  if (linkedTo === undefined) return []
  const target = await tx.maybeOne<{ id: string }>(sql`select id from customers.person where id = ${linkedTo}`)
  if (!target) {
    return [
      flag(line, 'linked_to', 'link_target_missing', linkedTo, {
        es: 'La otra ficha no está en el fichero ni aquí; enlázalas a mano cuando esté.',
        en: 'The other record is neither in the file nor here; link the two by hand once it is.',
      }),
    ]
  }
  if ((await canonicalId(tx, personId)) !== (await canonicalId(tx, linkedTo))) {
    await linkPersons(tx, clock, system, { fromPersonId: personId, toPersonId: linkedTo, reason: 'import' })
  }
  return []
}

function erased(line: number, personId: string): Issue {
  return refusal(line, 'person_id', 'erased', personId, {
    es: 'Esta persona pidió que se la olvidara; quita la fila.',
    en: 'This person asked to be forgotten; remove the row.',
  })
}

/** Everything an import may change about a person, as one text. */
async function stateOf(tx: Tx, personId: string): Promise<string> {
  const { state } = await tx.one<{ state: string }>(sql`
    select md5(concat((select to_jsonb(p) - 'version' from customers.person p where p.id = ${personId}),
      (select jsonb_agg(to_jsonb(i) order by i.kind, i.value) from customers.identity i where i.person_id = ${personId}),
      (select jsonb_agg(to_jsonb(a) order by a.id) from customers.address a where a.person_id = ${personId}),
      (select count(*) from customers.consent c where c.person_id = ${personId}))) as state`)
  return state
}
