import {
  chooseShortageBody,
  deliveredBody,
  deliveryOptionsAnswer,
  deliveryOptionsQuery,
  extendHoldBody,
  fulfillmentOrder,
  fulfillmentPage,
  fulfillmentQuery,
  handOverBody,
  handOverByNameBody,
  id,
  packBody,
  pickBody,
  setAsideBody,
  shipBody,
  shortage,
  shortagePage,
  shortageQuery,
  shortBody,
  storeShortage,
  unpickBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type AppContext, get, write } from '#platform/http'
import { sql } from '#platform/sql'
import { freeDeliveryFrom } from '#pricing'
import { audit } from '#staff'
import { applyShortageChoice } from './choose-shortage.ts'
import { setShopOrigin } from './links.ts'
import './permissions.ts'
import { deliveryOptions } from './plan-sourcing.ts'
import { fulfillmentProblems } from './problems.ts'
import { unanswered } from './remind-shortages.ts'
import { type FulfillmentRow, readRows } from './rows.ts'
import {
  findShortage,
  findShortageByToken,
  readShortages,
  reportShort,
  type Shortage,
  shortageViews,
} from './shortages.ts'
import { toViews } from './views.ts'
import { deliver, extendHold, handOver, handOverRow, pack, pick, setAside, ship, unpick } from './work.ts'
import { listWork } from './work-list.ts'

const byId = z.strictObject({ id })
const byToken = z.strictObject({ token: z.string().min(20).max(100) })
const tag = 'fulfillment'

/** Everything over HTTP: delivery options and shortage choices of shoppers, pickups of the till, work of the stock room. */
export function registerFulfillmentRoutes(
  app: FastifyInstance,
  context: AppContext,
  { publicUrl }: { publicUrl: string },
): void {
  setShopOrigin(publicUrl)
  registerStoreRoutes(app, context)
  registerWorkRoutes(app, context)
  registerShippingRoutes(app, context)
  registerPickupRoutes(app, context)
  registerShortageRoutes(app, context)
}

function registerStoreRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/delivery-options',
    action: 'fulfillment.delivery_options.read',
    tag,
    summary: 'How a parcel reaches a postal code, with its days',
    schema: { querystring: deliveryOptionsQuery, response: { 200: deliveryOptionsAnswer } },
    run: async ({ db, clock, query }) => {
      const asked = { clock, channelId: query.channel }
      const [items, freeFromMinor] = await Promise.all([
        deliveryOptions(db, {
          ...asked,
          country: query.country,
          postalCode: query.postal,
          subtotalMinor: query.subtotal,
        }),
        freeDeliveryFrom(db, asked),
      ])
      return { items, freeFromMinor }
    },
  })
  get(app, context, {
    url: '/api/store/shortages/:token',
    action: 'fulfillment.shortage.choose_own',
    tag,
    summary: 'What is missing and what can be done about it, by the link in the message',
    schema: { params: byToken, response: { 200: storeShortage } },
    limitPerMinute: 60,
    run: async ({ db, clock, params }) => storeView(db, clock, await findShortageByToken(db, params.token)),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/store/shortages/:token',
    action: 'fulfillment.shortage.choose_own',
    tag,
    summary: 'Choose what to do about a missing unit, without an account',
    schema: { params: byToken, body: chooseShortageBody, response: { 200: storeShortage } },
    limitPerMinute: 60,
    run: async ({ tx, clock, params, body }) => {
      const { id: shortageId } = await findShortageByToken(tx, params.token)
      return storeView(tx, clock, await applyShortageChoice(tx, clock, { shortageId, ...body, chosenBy: 'customer' }))
    },
  })
}

async function storeView(q: Queryable, clock: Clock, shortage: Shortage): Promise<unknown> {
  const [view] = await shortageViews(q, clock, [shortage], rowOf(q))
  if (!view) throw fulfillmentProblems.shortage_not_found()
  const { orderId: _order, chosenBy: _by, fulfillmentOrderId: _ful, orderLineId: _line, ...shown } = view
  return shown
}

function rowOf(q: Queryable): (id: string) => Promise<FulfillmentRow> {
  return async (fulfillmentOrderId) => {
    const [row] = await readRows(q, sql`f.id = ${fulfillmentOrderId}`)
    if (!row) throw fulfillmentProblems.not_found({ fulfillmentOrderId })
    return row
  }
}

async function viewOf(q: Queryable, clock: Clock, fulfillmentOrderId: string): Promise<unknown> {
  const [view] = await toViews(q, [await rowOf(q)(fulfillmentOrderId)], { clock })
  return view
}

/** Staff who act for some places see the work of these. */
function placesOf(actor: Actor): readonly string[] | undefined {
  return actor.kind === 'staff' && !actor.allPlaces && actor.role !== 'service' ? actor.locationIds : undefined
}

function registerWorkRoutes(app: FastifyInstance, context: AppContext): void {
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
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/pick',
    action: 'fulfillment.pick',
    tag,
    summary: 'Pick a scanned unit, or units of a line by hand',
    schema: { params: byId, body: pickBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await pick(tx, clock, { id: params.id, what: body })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/unpick',
    action: 'fulfillment.unpick',
    tag,
    summary: 'Put units back that were picked by mistake',
    schema: { params: byId, body: unpickBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      const { locationId } = await rowOf(tx)(params.id)
      mayActAt(locationId)
      const put = await unpick(tx, clock, { id: params.id, what: body })
      await audit(tx, clock, actor, { action: 'fulfillment.unpicked', subjectId: params.id, locationId, data: put })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/set-aside',
    action: 'fulfillment.set_aside',
    tag,
    summary: 'All of it lies aside in this shop: the pickup is ready and the customer is told',
    schema: { params: byId, body: setAsideBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await setAside(tx, clock, { id: params.id, bin: body.bin, actorId: actorId(actor) })
      return viewOf(tx, clock, params.id)
    },
  })
}

function registerShippingRoutes(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/pack',
    action: 'fulfillment.ship',
    tag,
    summary: 'The parcel is closed',
    schema: { params: byId, body: packBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, params, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await pack(tx, clock, { id: params.id })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/ship',
    action: 'fulfillment.ship',
    tag,
    summary: 'The carrier has it',
    schema: { params: byId, body: shipBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await ship(tx, clock, { id: params.id, tracking: body.tracking, actorId: actorId(actor) })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/delivered',
    action: 'fulfillment.deliver',
    tag,
    summary: 'The parcel arrived',
    schema: { params: byId, body: deliveredBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, params, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await deliver(tx, clock, { id: params.id })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/short',
    action: 'fulfillment.short',
    tag,
    summary: 'Units are not where they should be: the customer is asked',
    schema: { params: byId, body: shortBody, response: { 200: shortage } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      const shortageId = await reportShort(tx, clock, { id: params.id, ...body, actorId: actorId(actor) })
      const [shortage] = await shortageViews(tx, clock, await readShortages(tx, sql`s.id = ${shortageId}`), rowOf(tx))
      return shortage
    },
  })
}

function registerPickupRoutes(app: FastifyInstance, context: AppContext): void {
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
  write(app, context, {
    method: 'POST',
    url: '/api/pos/pickups/:id/hand-over',
    action: 'fulfillment.hand_over',
    tag,
    summary: 'Hand over without the code, to a person whose papers were seen',
    schema: { params: byId, body: handOverByNameBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await handOverRow(tx, clock, { id: params.id, handedOverTo: body.handedOverTo, actorId: actorId(actor) })
      return viewOf(tx, clock, params.id)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/pickups/:id/extend-hold',
    action: 'fulfillment.hand_over',
    tag,
    summary: 'Keep it some days longer',
    schema: { params: byId, body: extendHoldBody, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, params, body, mayActAt }) => {
      mayActAt((await rowOf(tx)(params.id)).locationId)
      await extendHold(tx, clock, { id: params.id, days: body.days })
      return viewOf(tx, clock, params.id)
    },
  })
}

function registerShortageRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/shortages',
    action: 'fulfillment.shortage.read',
    tag,
    summary: 'Missing units and what was chosen about them',
    schema: { querystring: shortageQuery, response: { 200: shortagePage } },
    run: async ({ db, clock, query }) => {
      const condition = sql`(${query.location ?? null}::text is null or s.location_id = ${query.location ?? null})
        and (${query.status ?? null}::text is null or s.status = ${query.status ?? null})
        and ${query.unanswered ? unanswered(clock) : sql`true`}
        and (${query.cursor ?? null}::text is null or s.id < ${query.cursor ?? null})`
      const rows = await readShortages(db, condition, sql`order by s.id desc limit ${query.limit + 1}::int`)
      const shown = rows.slice(0, query.limit)
      return {
        items: await shortageViews(db, clock, shown, rowOf(db)),
        next: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
      }
    },
  })
  get(app, context, {
    url: '/api/admin/shortages/:id',
    action: 'fulfillment.shortage.read',
    tag,
    summary: 'One missing unit, and what can be done about it now',
    schema: { params: byId, response: { 200: shortage } },
    run: async ({ db, clock, params }) => {
      const [view] = await shortageViews(db, clock, [await findShortage(db, params.id)], rowOf(db))
      return view
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/shortages/:id/choose',
    action: 'fulfillment.shortage.choose',
    tag,
    summary: 'Choose for the customer who says so by phone or at the counter',
    schema: { params: byId, body: chooseShortageBody, response: { 200: shortage } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findShortage(tx, params.id)).locationId)
      const chosen = await applyShortageChoice(tx, clock, { shortageId: params.id, ...body, chosenBy: actorId(actor) })
      const [view] = await shortageViews(tx, clock, [chosen])
      return view
    },
  })
}
