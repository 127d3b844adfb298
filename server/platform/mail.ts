import type { Clock } from './clock.ts'
import type { Tx } from './db.ts'
import { newId } from './ids.ts'
import { type Sql, sql } from './sql.ts'

export type Mail = {
  /** The same notice is never sent twice: 'pickup_ready:ful_…'. */
  dedupeKey: string | null
  personId: string | null
  to: string
  subject: string
  text: string
  html: string
  language: 'es' | 'en'
}

/**
 * Books a mail in the transaction of what it tells; a job sends it afterwards (mail-sender.ts).
 * @returns its id, or undefined when this notice was booked before
 */
export async function bookMail(tx: Tx, clock: Clock, mail: Mail): Promise<string | undefined> {
  const row = await tx.maybeOne<{ id: string }>(insertion(clock, mail))
  return row?.id
}

/**
 * The same for whoever need not know whether it was new: sent with the next statement.
 * @param fill a word of subject and texts that only the database knows yet, and what stands for it
 */
export function bookMailLater(tx: Tx, clock: Clock, mail: Mail, fill?: { word: string; value: Sql }): void {
  tx.later(insertion(clock, mail, fill))
}

function insertion(clock: Clock, mail: Mail, fill?: { word: string; value: Sql }): Sql {
  const text = (value: string) => (fill ? sql`replace(${value}, ${fill.word}, ${fill.value})` : sql`${value}`)
  return sql`
    insert into platform.mail_message (id, dedupe_key, person_id, to_address, subject, text_body, html_body, language, created_at)
    values (${newId('msg')}, ${mail.dedupeKey}, ${mail.personId}, ${mail.to}, ${text(mail.subject)}, ${text(mail.text)}, ${text(mail.html)},
            ${mail.language}, ${clock.now()})
    on conflict (dedupe_key) do nothing returning id`
}
