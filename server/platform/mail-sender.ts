import { createTransport } from 'nodemailer'
import type { Clock } from './clock.ts'
import type { Db } from './db.ts'
import { issuerAt, signed } from './issuer.ts'
import type { PeriodicJob } from './jobs.ts'
import { sql } from './sql.ts'

type Queued = { id: string; to: string; subject: string; text: string; html: string; attempts: number; createdAt: Date }

/** A mail is tried for three days, as mail servers themselves do; the pause doubles from five seconds to an hour. */
const patienceMs = 3 * 86_400_000
const pauseMs = (attempts: number) => Math.min(5000 * 2 ** (attempts - 1), 3_600_000)
/** A mail server that takes the connection and says nothing must not hold the queue. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000 }

/**
 * The job that sends booked mail over SMTP, oldest first. What the mail server refuses for now, or cannot take because it is away, is
 * tried again for three days; what it refuses for good is failed with its reason. Without an SMTP server mail is held: it can be read in
 * the console, and goes out once a server is set.
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
  const transport = createTransport({ url: smtpUrl, ...timeouts }, { from })
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
       where id = (select id from platform.mail_message where status in ('queued', 'held')
                     and (next_attempt_at is null or next_attempt_at <= ${clock.now()})
                   order by created_at, id limit 1 for update skip locked)
      returning id, to_address as "to", subject, text_body as "text", html_body as html, attempts, created_at as "createdAt"`)
    if (!mail) return
    try {
      const { to, subject, text, html } = signed(mail, await issuerAt(db, mail.createdAt))
      await deliver({ messageId: `<${mail.id}@hilo>`, to, subject, text, html })
      await db.run(
        sql`update platform.mail_message set status = 'sent', error = null, sent_at = ${clock.now()} where id = ${mail.id}`,
      )
    } catch (error) {
      const text = error instanceof Error ? error.message.slice(0, 500) : String(error)
      const isFinal = isRefusedForGood(error) || clock.now().getTime() - mail.createdAt.getTime() > patienceMs
      const next = new Date(clock.now().getTime() + pauseMs(mail.attempts))
      await db.run(sql`
        update platform.mail_message set status = ${isFinal ? 'failed' : 'queued'}, error = ${text}, next_attempt_at = ${isFinal ? null : next}
         where id = ${mail.id}`)
      // Away for this mail is away for all; a mail refused for good says nothing about the next.
      if (!isFinal) return
    }
  }
}

/** SMTP's answers from 500 on are final (RFC 5321, 4.2.1): no such mailbox, not from you. */
function isRefusedForGood(error: unknown): boolean {
  const code = (error as { responseCode?: unknown } | null)?.responseCode
  return typeof code === 'number' && code >= 500
}
