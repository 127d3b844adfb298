import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Actor, actorId } from '#platform/actor'
import type { Queryable } from '#platform/db'
import { type AppContext, answer, get, write } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { requireRecentProof } from './actor.ts'
import { createApiKey, knownScopes, listApiKeys, revokeApiKey } from './api-keys.ts'
import { auditCsv } from './audit-csv.ts'
import { listAudit } from './audit-list.ts'
import {
  createMember,
  endSessionsOfMember,
  findMember,
  listMembers,
  resetPassword,
  sessionsOfMember,
  updateMember,
} from './members.ts'
import { staffProblems } from './problems.ts'

/** What keys need of a module beside this one: a key belongs to a channel that exists. */
export type KeySettings = { channelIds(q: Queryable): Promise<readonly string[]> }

const idParams = z.strictObject({ id: z.string().max(60) })

/** The places a member is limited to; undefined when there is no limit. */
function placesOf(actor: Actor): readonly string[] | undefined {
  return actor.kind === 'staff' && !actor.allPlaces && actor.role !== 'owner' ? actor.locationIds : undefined
}

/** People who work here. Managers see and manage those of their places; owners everybody. */
export function registerMemberRoutes(app: FastifyInstance, context: AppContext): void {
  const { clock } = context
  const tag = 'Staff'
  get(app, context, {
    url: '/api/admin/staff',
    action: 'staff.members.read',
    tag,
    summary: 'People who work here, by name',
    schema: { querystring: contract.memberQuery, response: { 200: contract.page(contract.member) } },
    run: async ({ db, query, actor }) => {
      const { cursor, limit, lang: _lang, ...filter } = query
      const rows = await listMembers(db, { ...filter, places: placesOf(actor), after: cursor, limit: limit + 1 })
      const items = rows.slice(0, limit)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
  get(app, context, {
    url: '/api/admin/staff/:id',
    action: 'staff.members.read',
    tag,
    summary: 'One of them',
    schema: { params: idParams, response: { 200: contract.member } },
    run: async ({ db, params, actor }) => {
      const member = await findMember(db, params.id)
      const places = placesOf(actor)
      const seen = !places || member.allPlaces || member.locationIds.some((place) => places.includes(place))
      if (!seen && member.id !== actorId(actor)) throw platformProblems.not_found({ memberId: params.id })
      return member
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/staff',
    action: 'staff.members.write',
    tag,
    secret: true,
    summary: 'Adds somebody; the one-time password is in this answer only',
    schema: { body: contract.memberBody, response: { 201: contract.memberWithPassword } },
    run: async ({ tx, body, actor, request }) => {
      requireRecentProof(request, clock)
      return answer(201, await createMember(tx, clock, actor, body))
    },
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/staff/:id',
    action: 'staff.members.write',
    tag,
    summary: 'Role, places, name, language, or out: a disabled member is logged out at once',
    schema: { params: idParams, body: contract.memberPatch, response: { 200: contract.member } },
    run: async ({ tx, params, body, actor, request }) => {
      requireRecentProof(request, clock)
      return updateMember(tx, clock, actor, params.id, body)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/staff/:id/reset',
    action: 'staff.members.write',
    tag,
    secret: true,
    summary: 'A new one-time password; everything that opened the door before is taken',
    schema: { params: idParams, response: { 200: contract.memberWithPassword } },
    run: async ({ tx, params, actor, request }) => {
      requireRecentProof(request, clock)
      return resetPassword(tx, clock, actor, params.id)
    },
  })
  registerSessionRoutes(app, context)
}

/** Where those one manages are logged in. */
function registerSessionRoutes(app: FastifyInstance, context: AppContext): void {
  const { clock } = context
  const tag = 'Staff'
  get(app, context, {
    url: '/api/admin/staff/:id/sessions',
    action: 'staff.members.write',
    tag,
    summary: 'Where somebody is logged in',
    schema: { params: idParams, response: { 200: z.object({ items: z.array(contract.staffSession) }) } },
    run: async ({ db, params, actor }) => ({
      items: await sessionsOfMember(db, clock, { actor, memberId: params.id }),
    }),
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/admin/staff/:id/sessions/:sessionId',
    action: 'staff.members.write',
    tag,
    summary: 'Logs somebody out there; `all` ends every session of theirs',
    schema: { params: idParams.extend({ sessionId: z.string().max(60) }) },
    run: async ({ tx, params, actor }) => {
      const id = params.sessionId === 'all' ? undefined : params.sessionId
      await endSessionsOfMember(tx, clock, { actor, memberId: params.id, id })
      return answer(204, null)
    },
  })
}

/** API keys, for software that acts. Owners only. */
export function registerKeyRoutes(app: FastifyInstance, context: AppContext, { channelIds }: KeySettings): void {
  const { clock } = context
  const tag = 'API keys'
  get(app, context, {
    url: '/api/admin/api-keys',
    action: 'staff.keys.read',
    tag,
    summary: 'Keys, newest first, and the scopes that routes ask for',
    schema: { response: { 200: z.object({ items: z.array(contract.apiKey), scopes: z.array(z.string()) }) } },
    run: async ({ db }) => ({ items: await listApiKeys(db), scopes: knownScopes() }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/api-keys',
    action: 'staff.keys.write',
    tag,
    secret: true,
    summary: 'Makes a key; its text is in this answer only',
    schema: { body: contract.apiKeyBody, response: { 201: contract.apiKeyCreated } },
    run: async ({ tx, body, actor, request }) => {
      requireRecentProof(request, clock)
      const known = await channelIds(tx)
      if (!known.includes(body.channelId)) throw staffProblems.unknown_channel({ parameter: 'channelId', known })
      const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt)
      return answer(201, await createApiKey(tx, clock, actor, { ...body, expiresAt }))
    },
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/admin/api-keys/:id',
    action: 'staff.keys.write',
    tag,
    summary: 'Revokes a key at once and for good',
    schema: { params: idParams, response: { 200: contract.apiKey } },
    run: ({ tx, params, actor }) => revokeApiKey(tx, clock, actor, params.id),
  })
}

/** Who did what, when, where. */
export function registerAuditRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Audit'
  get(app, context, {
    url: '/api/admin/audit',
    action: 'staff.audit.read',
    tag,
    summary: 'Deeds, newest first; an action ending in a dot takes all below it',
    schema: { querystring: contract.auditQuery, response: { 200: contract.page(contract.auditEntry) } },
    run: ({ db, query, actor }) => listAudit(db, { ...query, places: placesOf(actor) }),
  })
  get(app, context, {
    url: '/api/admin/audit/export',
    action: 'staff.audit.read',
    tag,
    summary: 'The same as CSV',
    reference: { answers: 'text/csv' },
    schema: { querystring: contract.auditExportQuery },
    run: async ({ db, query, actor, reply }) => {
      reply.header('content-type', 'text/csv; charset=utf-8')
      reply.header('content-disposition', 'attachment; filename="hilo-audit.csv"')
      return reply.send(auditCsv(db, { ...query, places: placesOf(actor) }))
    },
  })
}
