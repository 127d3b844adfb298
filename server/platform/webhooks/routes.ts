import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Queryable } from '../db.ts'
import { type AppContext, answer, get, write } from '../http.ts'
import { newId } from '../ids.ts'
import { defineActions } from '../permissions.ts'
import { platformProblems } from '../problems.ts'
import { sql } from '../sql.ts'
import { newWebhookSecret } from './sign.ts'

defineActions({
  'platform.webhook.read': { staff: ['manager'] },
  'platform.webhook.write': { staff: ['manager'] },
})

const params = z.strictObject({ id: contract.id })
const columns = sql`id, url, event_types as "eventTypes", description, status, disabled_reason as "disabledReason", created_at as "createdAt"`

async function endpoint(q: Queryable, id: string): Promise<contract.WebhookEndpoint> {
  const row = await q.maybeOne<contract.WebhookEndpoint>(
    sql`select ${columns} from platform.webhook_endpoint where id = ${id}`,
  )
  if (!row) throw platformProblems.not_found({ parameter: 'id', id })
  return row
}

/** Endpoints, their log, replay, and rotation of secrets. */
export function registerWebhookRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Webhooks'
  get(app, context, {
    url: '/api/admin/webhooks',
    action: 'platform.webhook.read',
    tag,
    summary: 'List webhook endpoints',
    schema: { response: { 200: z.object({ items: z.array(contract.webhookEndpoint) }) } },
    run: async ({ db }) => ({
      items: await db.many(sql`select ${columns} from platform.webhook_endpoint order by id`),
    }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/webhooks',
    action: 'platform.webhook.write',
    tag,
    summary: 'Add a webhook endpoint; the answer shows its secret once',
    schema: { body: contract.webhookEndpointInput, response: { 201: contract.webhookEndpointWithSecret } },
    run: async ({ tx, clock, body }) => {
      const secret = newWebhookSecret()
      const row = await tx.one<contract.WebhookEndpoint>(sql`
        insert into platform.webhook_endpoint (id, url, event_types, secrets, description, created_at)
        values (${newId('whe')}, ${body.url}, ${body.eventTypes}, ${[secret]}, ${body.description}, ${clock.now()}) returning ${columns}`)
      return answer(201, { ...row, secret })
    },
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/webhooks/:id',
    action: 'platform.webhook.write',
    tag,
    summary: 'Change, pause or resume an endpoint',
    schema: { params, body: contract.webhookEndpointChange, response: { 200: contract.webhookEndpoint } },
    run: async ({ tx, params: { id }, body }) => {
      await endpoint(tx, id)
      await tx.run(sql`
        update platform.webhook_endpoint set url = coalesce(${body.url ?? null}, url), event_types = coalesce(${body.eventTypes ?? null}, event_types),
               description = coalesce(${body.description ?? null}, description), status = coalesce(${body.status ?? null}, status),
               disabled_reason = case when ${body.status ?? null}::text = 'enabled' then null else disabled_reason end
         where id = ${id}`)
      return endpoint(tx, id)
    },
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/admin/webhooks/:id',
    action: 'platform.webhook.write',
    tag,
    summary: 'Remove an endpoint and its log',
    schema: { params, response: { 204: z.null() } },
    run: async ({ tx, params: { id } }) => {
      await endpoint(tx, id)
      await tx.run(sql`delete from platform.webhook_endpoint where id = ${id}`)
      return answer(204, null)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/webhooks/:id/rotate',
    action: 'platform.webhook.write',
    tag,
    summary: 'New secret; the old one signs beside it until the next rotation',
    schema: { params, response: { 200: contract.webhookEndpointWithSecret } },
    run: async ({ tx, params: { id } }) => {
      const row = await endpoint(tx, id)
      const secret = newWebhookSecret()
      await tx.run(sql`update platform.webhook_endpoint set secrets = array[${secret}, secrets[1]] where id = ${id}`)
      return { ...row, secret }
    },
  })
  registerDeliveryRoutes(app, context)
}

function registerDeliveryRoutes(app: FastifyInstance, context: AppContext): void {
  const tag = 'Webhooks'
  get(app, context, {
    url: '/api/admin/webhooks/:id/deliveries',
    action: 'platform.webhook.read',
    tag,
    summary: 'Log of deliveries, newest first',
    schema: { params, querystring: contract.pageQuery, response: { 200: contract.page(contract.webhookDelivery) } },
    run: async ({ db, params: { id }, query }) => {
      await endpoint(db, id)
      const rows = await db.many<contract.WebhookDelivery>(sql`
        select d.id, d.endpoint_id as "endpointId", d.event_seq as "eventSeq", v.type as "eventType", d.status, d.attempts,
               d.next_attempt_at as "nextAttemptAt", d.replay_of as "replayOf", d.created_at as "createdAt",
               coalesce((select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', a.at, 'responseStatus', a.response_status,
                 'error', a.error, 'durationMs', a.duration_ms) order by a.attempt) from platform.webhook_attempt a where a.delivery_id = d.id), '[]') as log
          from platform.webhook_delivery d join platform.event v on v.seq = d.event_seq
         where d.endpoint_id = ${id} and (${query.cursor ?? null}::text is null or d.id < ${query.cursor ?? null})
         order by d.id desc limit ${query.limit + 1}::int`)
      const items = rows.slice(0, query.limit)
      return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/webhooks/:id/deliveries/:deliveryId/replay',
    action: 'platform.webhook.write',
    tag,
    summary: 'Send a delivery again',
    schema: { params: params.extend({ deliveryId: contract.id }), response: { 202: z.object({ id: contract.id }) } },
    run: async ({ tx, clock, params: { id, deliveryId } }) => {
      const row = await tx.maybeOne<{ id: string }>(sql`
        insert into platform.webhook_delivery (id, endpoint_id, event_seq, next_attempt_at, replay_of, created_at)
        select ${newId('whe')}, endpoint_id, event_seq, ${clock.now()}, id, ${clock.now()} from platform.webhook_delivery
         where id = ${deliveryId} and endpoint_id = ${id} returning id`)
      if (!row) throw platformProblems.not_found({ parameter: 'deliveryId', id: deliveryId })
      return answer(202, row)
    },
  })
}
