import {
  deliveredBody,
  fulfillmentOrder,
  fulfillmentPage,
  fulfillmentQuery,
  packBody,
  pickBody,
  setAsideBody,
  shipBody,
  unpickBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { type AppContext, get } from '#platform/http'
import { audit } from '#staff'
import { deliver, pack, pick, setAside, ship, unpick } from './work.ts'
import { listWork } from './work-list.ts'
import { byId, placesOf, viewOf, workStep } from './work-step.ts'

const tag = 'fulfillment'

/** Work of the stock room: what there is, and its steps from the shelf to the customer's door. */
export function registerWorkRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/fulfillment',
    action: 'fulfillment.work.read',
    tag,
    summary: 'Work of the places, the most urgent first',
    schema: { querystring: fulfillmentQuery, response: { 200: fulfillmentPage } },
    run: ({ db, clock, actor, query: { cursor, limit, lang: _lang, ...filter } }) =>
      listWork(db, clock, { filter: { ...filter, places: placesOf(actor) }, cursor, limit }),
  })
  get(app, context, {
    url: '/api/admin/fulfillment/:id',
    action: 'fulfillment.work.read',
    tag,
    summary: 'One fulfillment order',
    schema: { params: byId, response: { 200: fulfillmentOrder } },
    run: ({ db, clock, params }) => viewOf(db, clock, params.id),
  })
  registerPicking(app, context)
  registerShipping(app, context)
}

function registerPicking(app: FastifyInstance, context: AppContext): void {
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/pick',
    action: 'fulfillment.pick',
    summary: 'Pick a scanned unit, or units of a line by hand',
    body: pickBody,
    run: (tx, clock, { id, body }) => pick(tx, clock, { id, what: body }),
  })
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/unpick',
    action: 'fulfillment.unpick',
    summary: 'Put units back that were picked by mistake',
    body: unpickBody,
    run: async (tx, clock, { id, body, actor, locationId }) => {
      const put = await unpick(tx, clock, { id, what: body })
      await audit(tx, clock, actor, { action: 'fulfillment.unpicked', subjectId: id, locationId, data: put })
    },
  })
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/set-aside',
    action: 'fulfillment.set_aside',
    summary: 'All of it lies aside in this shop: the pickup is ready and the customer is told',
    body: setAsideBody,
    run: (tx, clock, { id, body, actorId }) => setAside(tx, clock, { id, bin: body.bin, actorId }),
  })
}

function registerShipping(app: FastifyInstance, context: AppContext): void {
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/pack',
    action: 'fulfillment.ship',
    summary: 'The parcel is closed',
    body: packBody,
    run: (tx, clock, { id }) => pack(tx, clock, { id }),
  })
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/ship',
    action: 'fulfillment.ship',
    summary: 'The carrier has it',
    body: shipBody,
    run: (tx, clock, { id, body, actorId }) => ship(tx, clock, { id, tracking: body.tracking, actorId }),
  })
  workStep(app, context, {
    url: '/api/admin/fulfillment/:id/delivered',
    action: 'fulfillment.deliver',
    summary: 'The parcel arrived',
    body: deliveredBody,
    run: (tx, clock, { id }) => deliver(tx, clock, { id }),
  })
}
