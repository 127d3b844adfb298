import type { Clock } from './clock.ts'
import type { Tx } from './db.ts'
import { platformProblems, problemBody } from './problems.ts'
import { sql } from './sql.ts'

/** Who is to be forgotten: their ids and what they could be recognised by. */
export type Forgotten = {
  personIds: readonly string[]
  /** Mail addresses in lower case. */
  addresses: readonly string[]
  /** In E.164. */
  phones: readonly string[]
  names: readonly string[]
}
type Forgetter = (tx: Tx, clock: Clock, who: Forgotten) => Promise<void>
const forgetters = new Map<string, Forgetter>()

/**
 * Registers how a module forgets people; it runs in the transaction that forgets them, so nothing is left behind when it commits.
 * Modules above customers use it, since identifiers may not stand in an event that is kept for ever.
 */
export function onForget(module: string, forget: Forgetter): void {
  forgetters.set(module, forget)
}

/** Free texts of imports shorter than this are no name that could be looked for. */
const nameLength = 5

/**
 * Forgets people in every module that registered, and in what the ground floor keeps: mails to them go, and what was noted about them
 * in events that carry free text, in refused rows of imports and in answers kept for repeats is emptied. The events themselves stay,
 * for figures and order of things.
 */
export async function forgetPeople(tx: Tx, clock: Clock, who: Forgotten): Promise<void> {
  const { personIds, addresses } = who
  for (const forget of forgetters.values()) await forget(tx, clock, who)
  await tx.run(sql`
    delete from platform.mail_message where person_id = any(${personIds}::text[]) or lower(to_address) = any(${addresses}::text[])`)
  for (const table of [sql`platform.event`, sql`platform.outbox`]) {
    await tx.run(sql`
      update ${table} set payload = payload || '{"note":""}'
       where person_id = any(${personIds}::text[]) and type = 'customers.visited'`)
    await tx.run(sql`
      update ${table} set payload = payload || '{"to":"","subject":""}'
       where person_id = any(${personIds}::text[]) and type = 'platform.mail_sent'`)
  }
  await forgetWords(tx, who)
}

/** Rows that belong to nobody by id, but hold an address, number or name as text. */
async function forgetWords(tx: Tx, { addresses, phones, names }: Forgotten): Promise<void> {
  const words = [...addresses, ...phones, ...names.filter((name) => name.length >= nameLength)]
  if (words.length === 0) return
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  await tx.run(sql`update platform.import_issue set value = null where value ilike any(${patterns}::text[])`)
  // A repeat of such a request is told that its answer is gone; doing the work again would be worse.
  const gone = platformProblems.answer_gone()
  await tx.run(sql`
    update platform.idempotency_key set status = ${gone.status}, body = ${JSON.stringify(problemBody(gone, 'es'))}::jsonb
     where body::text ilike any(${patterns}::text[])`)
}
