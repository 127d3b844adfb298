import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Actor } from './actor.ts'
import { type AppContext, answer, get } from './http.ts'
import { issuerAt, signed } from './issuer.ts'
import type { Live } from './live.ts'
import { isMigrated } from './migrate.ts'
import { allActions, can, defineActions } from './permissions.ts'
import { allProblems, platformProblems } from './problems.ts'
import { sql } from './sql.ts'

defineActions({
  'platform.health': { everyone: true },
  'platform.problems': { everyone: true },
  'platform.events': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'events:read' },
  'platform.mail.read': { staff: ['manager', 'service'] },
})

export type SystemParts = { live: Live; version: string; shopAnswers: () => Promise<boolean> }

/** Events that say something about a person beyond their id, and the row of the authorisation table that lets one read such things. */
const eventsAbout: readonly (readonly [string, string])[] = [
  ['customers.', 'customers.read'],
  ['platform.mail_', 'platform.mail.read'],
  ['payments.attention', 'payments.attention.list'],
]

/** Whether this actor's live events include this type: nobody learns by the stream what the lists would refuse them. */
export function maySee(actor: Actor, type: string): boolean {
  const needed = eventsAbout.find(([start]) => type.startsWith(start))?.[1]
  return needed === undefined || (allActions().has(needed) && can(actor, needed))
}

/** Health, live events, the table of refusals, and mail that was said. */
export function registerSystemRoutes(
  app: FastifyInstance,
  context: AppContext,
  { live, version, shopAnswers }: SystemParts,
): void {
  const tag = 'System'
  get(app, context, {
    url: '/api/health',
    action: 'platform.health',
    tag,
    summary: '200 only when shop, API and database serve',
    schema: { response: { 200: contract.health, 503: contract.health } },
    run: async ({ db, reply }) => {
      const isAway = app.hasDecorator('outage') && app.outage.isAway
      const schema = isAway ? null : await isMigrated(db).catch(() => null)
      const shop = schema === null ? false : await shopAnswers().catch(() => false)
      const ok = schema === true && shop
      if (!ok) reply.header('retry-after', '2')
      return answer(ok ? 200 : 503, {
        status: ok ? 'ok' : 'failing',
        version,
        checks: { database: schema !== null, schema: schema === true, shop },
      })
    },
  })
  get(app, context, {
    url: '/api/events',
    action: 'platform.events',
    tag,
    summary: 'Server-sent events out of the event log; reconnect with Last-Event-ID to miss nothing',
    reference: { answers: 'text/event-stream' },
    schema: {
      querystring: z.strictObject({ types: z.string().max(1000).optional(), subject: z.string().max(60).optional() }),
    },
    run: async ({ query, request, reply, actor }) => {
      const types = query.types?.split(',')
      const lastEventId = request.headers['last-event-id']
      await live.open(
        reply,
        (event) =>
          maySee(actor, event.type) &&
          (!types || types.includes(event.type)) &&
          (!query.subject || event.subjectId === query.subject),
        typeof lastEventId === 'string' ? lastEventId : undefined,
      )
      return undefined
    },
  })
  get(app, context, {
    url: '/api/problems',
    action: 'platform.problems',
    tag,
    summary: 'Every refusal the API can give, by code',
    schema: { response: { 200: z.object({ items: z.array(contract.problemEntry) }) } },
    run: async () => ({
      items: [...allProblems()]
        .map(([code, entry]) => ({ code, ...entry }))
        .sort((a, b) => a.code.localeCompare(b.code)),
    }),
  })
  get(app, context, {
    url: '/api/problems/:code',
    action: 'platform.problems',
    tag,
    summary: 'One refusal',
    schema: { params: z.strictObject({ code: z.string().max(80) }), response: { 200: contract.problemEntry } },
    run: async ({ params: { code } }) => {
      const entry = allProblems().get(code)
      if (!entry) throw platformProblems.not_found({ parameter: 'code' })
      return { code, ...entry }
    },
  })
  registerMailRoute(app, context)
}

type Booked = contract.MailMessage & { dedupeKey: string | null }

/**
 * Who reads the mail that went out must not be able to sign in as who got it: codes are covered. A mail that is held, because no mail
 * server is set up, is read here instead of in a mailbox and keeps its code.
 */
function withoutCode({ dedupeKey, ...mail }: Booked): contract.MailMessage {
  if (mail.status === 'held' || dedupeKey?.startsWith('sign_in:') !== true) return mail
  const cover = (text: string) => text.replace(/\b\d{6}\b/g, '••••••')
  return { ...mail, subject: cover(mail.subject), text: cover(mail.text), html: cover(mail.html) }
}

function registerMailRoute(app: FastifyInstance, context: AppContext): void {
  const tag = 'System'
  get(app, context, {
    url: '/api/admin/mail',
    action: 'platform.mail.read',
    tag,
    summary: 'Mail that Hilo booked, newest first',
    schema: {
      querystring: contract.pageQuery.extend({ q: z.string().max(200).optional() }),
      response: { 200: contract.page(contract.mailMessage) },
    },
    run: async ({ db, clock, query }) => {
      const issuer = await issuerAt(db, clock.now())
      const rows = await db.many<Booked>(sql`
        select id, dedupe_key as "dedupeKey", person_id as "personId", to_address as "to", subject, text_body as "text", html_body as html, language, status, error,
               created_at as "createdAt", sent_at as "sentAt"
          from platform.mail_message
         where (${query.cursor ?? null}::text is null or id < ${query.cursor ?? null})
           and (${query.q ?? null}::text is null or to_address ilike '%' || ${query.q ?? ''} || '%' or subject ilike '%' || ${query.q ?? ''} || '%')
         order by id desc limit ${query.limit + 1}::int`)
      const items = rows.slice(0, query.limit).map((mail) => signed(withoutCode(mail), issuer))
      return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
}
