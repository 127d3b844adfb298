import { attentionQuery, page, paymentAttention, settleAttention as settleBody } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId } from '#platform/actor'
import { type AppContext, answer, get, write, writeResumable } from '#platform/http'
import { audit } from '#staff'
import { listAttention, settleAttention } from './attention.ts'
import './permissions.ts'
import { receiveWebhook } from './webhook.ts'

/** Notices of providers, and the list of payments that a person must look at. */
export function registerPaymentsRoutes(app: FastifyInstance, context: AppContext): void {
  void app.register(async (scoped) => {
    // The signature covers the bytes as they were sent, so this route keeps them.
    scoped.removeContentTypeParser(['application/json'])
    scoped.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    writeResumable(scoped, context, {
      url: '/api/payments/webhooks/:provider',
      action: 'payments.webhook.receive',
      summary: 'Takes a notice of a payment provider',
      tag: 'payments',
      schema: { params: z.object({ provider: z.string().max(40) }), response: { 204: z.null() } },
      run: async ({ db, clock, params, request }) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
        )
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        await receiveWebhook(db, clock, { provider: params.provider, headers, body })
        return answer(204, null)
      },
    })
  })
  get(app, context, {
    url: '/api/admin/payments/attention',
    action: 'payments.attention.list',
    summary: 'Payments and refunds whose outcome a person must settle',
    tag: 'payments',
    schema: { querystring: attentionQuery, response: { 200: page(paymentAttention) } },
    run: async ({ db, query }) => {
      const items = await listAttention(db, { after: query.cursor, limit: query.limit })
      return { items, next: items.length === query.limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/payments/attention/:id/settle',
    action: 'payments.attention.settle',
    summary: 'Records what a person found out at the provider',
    tag: 'payments',
    schema: { params: z.object({ id: z.string().max(40) }), body: settleBody, response: { 204: z.null() } },
    run: async ({ tx, clock, actor, params, body }) => {
      await settleAttention(tx, clock, { id: params.id, outcome: body.outcome, actorId: actorId(actor) })
      await audit(tx, clock, actor, {
        action: 'payments.attention.settle',
        subjectId: params.id,
        locationId: null,
        data: body,
      })
      return answer(204, null)
    },
  })
}
