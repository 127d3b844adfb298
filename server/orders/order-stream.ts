import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AppContext, get } from '#platform/http'
import type { Live } from '#platform/live'
import type { HiloEvent } from '#platform/outbox'
import { platformProblems } from '#platform/problems'
import { findOrderByToken } from './order-rows.ts'
import { orderProblems } from './problems.ts'

/** Streams of this process, staff's among them; beyond it an order page asks by itself now and then instead. */
const streamsMax = 5000
const modules = /^(orders|fulfillment|payments)\./

/** Whether this event changes what the page of this order shows. */
export function concernsOrder(orderId: string, { type, subjectId, payload }: HiloEvent): boolean {
  return modules.test(type) && (subjectId === orderId || (payload as { orderId?: unknown } | null)?.orderId === orderId)
}

/**
 * Tells an open order page that its order moved. The stream says only that, never what: the page reads the order again, so it can show
 * nothing that the order itself does not show to the holder of its link.
 */
export function registerOrderStream(app: FastifyInstance, context: AppContext, { live }: { live: Live }): void {
  get(app, context, {
    url: '/api/store/orders/:token/events',
    action: 'orders.own.read',
    summary: 'Server-sent events: `changed` whenever the order moved; reconnect with Last-Event-ID to miss nothing',
    tag: 'orders',
    reference: { answers: 'text/event-stream' },
    limitPerMinute: 60,
    schema: { params: z.object({ token: z.string().min(20).max(80) }) },
    run: async ({ db, params, request, reply }) => {
      const order = await findOrderByToken(db, params.token)
      if (!order) throw orderProblems.not_found()
      if (live.listeners >= streamsMax) throw platformProblems.rate_limited({ limit: streamsMax })
      const lastEventId = request.headers['last-event-id']
      await live.open(
        reply,
        (event) => concernsOrder(order.id, event),
        typeof lastEventId === 'string' ? lastEventId : undefined,
        ({ occurredAt }) => ({ name: 'changed', data: { at: occurredAt } }),
      )
      return undefined
    },
  })
}
