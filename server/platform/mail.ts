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

/** Any number of mails as one piece of a bigger write (`writeAll`). */
export function mailsPiece(clock: Clock, mails: readonly Mail[]): Sql {
  const column = (pick: (mail: Mail) => string | null) => mails.map(pick)
  return sql`
    insert into platform.mail_message (id, dedupe_key, person_id, to_address, subject, text_body, html_body, language, created_at)
    select n.*, ${clock.now()}::timestamptz
      from unnest(${mails.map(() => newId('msg'))}::text[], ${column((m) => m.dedupeKey)}::text[], ${column((m) => m.personId)}::text[],
                  ${column((m) => m.to)}::text[], ${column((m) => m.subject)}::text[], ${column((m) => m.text)}::text[],
                  ${column((m) => m.html)}::text[], ${column((m) => m.language)}::text[])
             as n (id, dedupe_key, person_id, to_address, subject, text_body, html_body, language)
    on conflict (dedupe_key) do nothing returning id`
}

function insertion(clock: Clock, mail: Mail): Sql {
  return mailsPiece(clock, [mail])
}

/** The same for whoever need not know whether it was new: sent with the next statement. */
export function bookMailLater(tx: Tx, clock: Clock, mail: Mail): void {
  tx.later(insertion(clock, mail))
}

/**
 * Books a mail of before once more, as it was, to this address.
 * @param of the dedupe key of then
 * @returns whether that mail is still kept
 */
export async function repeatMail(
  tx: Tx,
  clock: Clock,
  { of, dedupeKey, to }: { of: string; dedupeKey: string; to: string },
): Promise<boolean> {
  const booked = await tx.run(sql`
    insert into platform.mail_message (id, dedupe_key, person_id, to_address, subject, text_body, html_body, language, created_at)
    select ${newId('msg')}, ${dedupeKey}, person_id, ${to}, subject, text_body, html_body, language, ${clock.now()}
      from platform.mail_message where dedupe_key = ${of}`)
  return booked > 0
}
