import type { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { safeCell, through } from '#platform/csv'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { hiloColumns } from './import/hilo.ts'

type Cell = (typeof hiloColumns)[number]
type Row = {
  id: string
  name: string
  language: string
  birthday: string | null
  tags: string[]
  note: string
  linkedTo: string | null
  createdAt: Date
  source: object
  identities: { kind: string; value: string }[]
  addresses: Record<string, string>[]
  consents: object[]
  depth: number
}

/**
 * All customers as Hilo's own CSV, streamed; it imports back to the same state. Records come before those linked to them. Anonymous
 * visitors and erased people are left out: there is nothing to know them by.
 */
export function customersCsv(q: Queryable): Readable {
  return through(rows(q), stringify({ header: true, columns: [...hiloColumns] }))
}

async function* rows(q: Queryable): AsyncGenerator<string[]> {
  for (let after: Row | undefined; ; ) {
    const page = await readPage(q, after)
    for (const row of page) yield cellsOf(row)
    after = page.at(-1)
    if (page.length === 0) return
  }
}

const iso = (column: string) =>
  sql`to_char(${{ kind: 'sql', parts: [column], values: [] }} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

async function readPage(q: Queryable, after: Row | undefined): Promise<Row[]> {
  return q.many<Row>(sql`
    with recursive placed (id, linked_to, depth) as (
      select p.id, null::text, 0 from customers.person p where p.canonical_id is null and not p.anonymous and p.erased_at is null
      union all
      select l.from_person_id, l.to_person_id, placed.depth + 1
        from placed join customers.person_link l on l.to_person_id = placed.id and l.unlinked_at is null
        join customers.person p on p.id = l.from_person_id and not p.anonymous
    )
    select p.id, p.name, p.language, p.birthday, p.tags, p.note, placed.linked_to as "linkedTo", p.created_at as "createdAt", p.source, placed.depth,
           coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', i.kind, 'value', i.value, 'proof', i.proof,
                       'verifiedAt', ${iso('i.verified_at')}, 'source', i.source, 'createdAt', ${iso('i.created_at')})) order by i.kind, i.created_at, i.value)
                       from customers.identity i where i.person_id = p.id and i.kind <> 'visitor'), '[]') as identities,
           coalesce((select jsonb_agg(jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'postalCode', a.postal_code, 'city', a.city,
                       'province', a.province, 'country', a.country, 'phone', a.phone, 'createdAt', ${iso('a.created_at')}) order by a.created_at, a.line1, a.name)
                       from customers.address a where a.person_id = p.id), '[]') as addresses,
           coalesce((select jsonb_agg(jsonb_build_object('purpose', c.purpose, 'channel', c.channel, 'granted', c.granted, 'wording', c.wording,
                       'wordingVersion', c.wording_version, 'source', c.source, 'at', ${iso('c.at')}, 'proof', c.proof) order by c.at, c.purpose, c.channel, c.granted)
                       from customers.consent c where c.person_id = p.id), '[]') as consents
      from placed join customers.person p on p.id = placed.id
     where ${after?.id ?? null}::text is null or (placed.depth, p.id) > (${after?.depth ?? 0}::int, ${after?.id ?? ''})
     order by placed.depth, p.id limit 500`)
}

function cellsOf(row: Row): string[] {
  const best = (kind: string) => row.identities.find((identity) => identity.kind === kind)?.value ?? ''
  const [first] = row.addresses
  const cells: Record<Cell, string> = {
    person_id: row.id,
    name: row.name,
    email: best('email'),
    phone: best('phone'),
    language: row.language,
    birthday: row.birthday ?? '',
    tags: row.tags.join(';'),
    note: row.note,
    address_name: first?.['name'] ?? '',
    address_line1: first?.['line1'] ?? '',
    address_line2: first?.['line2'] ?? '',
    postal_code: first?.['postalCode'] ?? '',
    city: first?.['city'] ?? '',
    province: first?.['province'] ?? '',
    country: first?.['country'] ?? '',
    address_phone: first?.['phone'] ?? '',
    linked_to: row.linkedTo ?? '',
    created_at: row.createdAt.toISOString(),
    identities: JSON.stringify(row.identities),
    addresses: JSON.stringify(row.addresses),
    consents: JSON.stringify(row.consents),
    source: JSON.stringify(row.source),
  }
  return hiloColumns.map((column) => safeCell(cells[column]))
}
