import type { Clock } from './clock.ts'
import type { Queryable, Tx } from './db.ts'
import { sql } from './sql.ts'

/** Who sells: the registered name and the tax number. Both are empty until somebody has said it. */
export type Issuer = { name: string; taxId: string }
type Entry = Issuer & { from: string }

const key = 'issuer'
const nobody: Issuer = { name: '', taxId: '' }

/** Whom papers of this moment name: a receipt that is printed again years later names whom it named at first. */
export async function issuerAt(q: Queryable, at: Date): Promise<Issuer> {
  const entries = await readEntries(q)
  const found = entries.findLast(({ from }) => Date.parse(from) <= at.getTime()) ?? entries[0]
  return found ? { name: found.name, taxId: found.taxId } : nobody
}

/** From now on papers name this one. The same once more changes nothing. */
export async function keepIssuer(tx: Tx, clock: Clock, { name, taxId }: Issuer): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('hilo.issuer'))`)
  const entries = await readEntries(tx)
  const last = entries.at(-1)
  if (last?.name === name && last.taxId === taxId) return
  const value = [...entries, { name, taxId, from: clock.now().toISOString() }]
  await tx.run(sql`
    insert into platform.setting (key, value, updated_at) values (${key}, ${JSON.stringify(value)}::jsonb, ${clock.now()})
    on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`)
}

async function readEntries(q: Queryable): Promise<Entry[]> {
  const row = await q.maybeOne<{ value: Entry[] }>(sql`
    select value from platform.setting where key = ${key}`)
  return row?.value ?? []
}

type Letter = { text: string; html: string }

/** A letter with who wrote it below, where it does not say so already; as it is while nobody has said who that is. */
export function signed<T extends Letter>(letter: T, { name, taxId }: Issuer): T {
  if (taxId === '' || letter.text.includes(taxId)) return letter
  const line = `${name} · NIF ${taxId}`
  const small = `<p style="color:#6b6558;font-size:13px">${escape(line)}</p>`
  const html = letter.html.includes('</body>') ? letter.html.replace('</body>', `${small}</body>`) : letter.html + small
  return { ...letter, text: `${letter.text.trimEnd()}\n\n${line}\n`, html }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
