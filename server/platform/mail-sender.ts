import { createTransport } from 'nodemailer'
import type { Clock } from './clock.ts'
import type { Db } from './db.ts'
import type { PeriodicJob } from './jobs.ts'
import { sql } from './sql.ts'

type Queued = { id: string; to: string; subject: string; text: string; html: string; attempts: number }

/**
 * The job that sends booked mail over SMTP, oldest first, at most five attempts each. Without an SMTP server mail is held: it
 * can be read in the console, and goes out once a server is set.
 * @param smtpUrl `smtp://user:pass@host:587`; null holds everything
 */
export function mailJob(smtpUrl: string | null, from: string): PeriodicJob {
  if (smtpUrl === null) {
    return {
      name: 'mail',
      everyMs: 1000,
      run: async ({ db }) =>
        void (await db.run(sql`update platform.mail_message set status = 'held' where status = 'queued'`)),
    }
  }
  const transport = createTransport(smtpUrl, { from })
  return {
    name: 'mail',
    everyMs: 500,
    run: ({ db, clock }) => sendQueued(db, clock, (mail) => transport.sendMail(mail).then(() => undefined)),
  }
}

/** Sends what is queued (and what was held while no server was set); a row is claimed before it is sent, so two workers never send it twice. */
export async function sendQueued(
  db: Db,
  clock: Clock,
  deliver: (mail: { messageId: string; to: string; subject: string; text: string; html: string }) => Promise<void>,
): Promise<void> {
  for (;;) {
    const mail = await db.maybeOne<Queued>(sql`
      update platform.mail_message set attempts = attempts + 1, status = 'failed', error = 'interrupted while sending'
       where id = (select id from platform.mail_message where status in ('queued', 'held') order by created_at, id limit 1 for update skip locked)
      returning id, to_address as "to", subject, text_body as "text", html_body as html, attempts`)
    if (!mail) return
    try {
      await deliver({
        messageId: `<${mail.id}@hilo>`,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
      })
      await db.run(
        sql`update platform.mail_message set status = 'sent', error = null, sent_at = ${clock.now()} where id = ${mail.id}`,
      )
    } catch (error) {
      const text = error instanceof Error ? error.message.slice(0, 500) : String(error)
      await db.run(sql`
        update platform.mail_message set status = ${mail.attempts >= 5 ? 'failed' : 'queued'}, error = ${text} where id = ${mail.id}`)
      return
    }
  }
}
