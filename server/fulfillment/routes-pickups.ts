import {
  extendHoldBody,
  fulfillmentOrder,
  fulfillmentPage,
  fulfillmentQuery,
  handOverBody,
  handOverByNameBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { actorId } from '#platform/actor'
import { type AppContext, get, write } from '#platform/http'
import { extendHold, handOver, handOverRow } from './work.ts'
import { listWork } from './work-list.ts'
import { placesOf, viewOf, workStep } from './work-step.ts'

const tag = 'fulfillment'

/** Pickups at the till: what waits, and handing it over. */
export function registerPickupRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/pos/pickups',
    action: 'fulfillment.pickup.read',
    tag,
    summary: 'What waits to be collected, and what is still to be prepared',
    schema: { querystring: fulfillmentQuery, response: { 200: fulfillmentPage } },
    run: ({ db, clock, actor, query: { cursor, limit, lang: _lang, ...filter } }) =>
      listWork(db, clock, { filter: { ...filter, kind: 'pickup', places: placesOf(actor) }, cursor, limit }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/pickups/hand-over',
    action: 'fulfillment.hand_over',
    tag,
    summary: 'Hand over by code or QR',
    schema: { body: handOverBody, response: { 200: fulfillmentOrder } },
    limitPerMinute: 60,
    run: async ({ tx, clock, actor, body, mayActAt }) => {
      mayActAt(body.locationId)
      return viewOf(tx, clock, await handOver(tx, clock, { ...body, actorId: actorId(actor) }))
    },
  })
  workStep(app, context, {
    url: '/api/pos/pickups/:id/hand-over',
    action: 'fulfillment.hand_over',
    summary: 'Hand over without the code, to a person whose papers were seen',
    body: handOverByNameBody,
    run: (tx, clock, { id, body, actorId }) => handOverRow(tx, clock, { id, handedOverTo: body.handedOverTo, actorId }),
  })
  workStep(app, context, {
    url: '/api/pos/pickups/:id/extend-hold',
    action: 'fulfillment.hand_over',
    summary: 'Keep it some days longer',
    body: extendHoldBody,
    run: (tx, clock, { id, body }) => extendHold(tx, clock, { id, days: body.days }),
  })
}
