import { chooseShortageBody, shortage, shortagePage, shortageQuery, shortBody, storeShortage } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type AppContext, get, write } from '#platform/http'
import { sql } from '#platform/sql'
import { applyShortageChoice } from './choose-shortage.ts'
import { fulfillmentProblems } from './problems.ts'
import { unanswered } from './remind-shortages.ts'
import {
  findShortage,
  findShortageByToken,
  readShortages,
  reportShort,
  type Shortage,
  shortageViews,
} from './shortages.ts'
import { byId, findWork } from './work-step.ts'

const tag = 'fulfillment'
const byToken = z.strictObject({ token: z.string().min(20).max(100) })

/** What the customer sees and chooses by the link in the message. */
export function registerStoreShortageRoutes(app: FastifyInstance, context: AppContext): void {
  const common = { url: '/api/store/shortages/:token', action: 'fulfillment.shortage.choose_own', tag } as const
  get(app, context, {
    ...common,
    summary: 'What is missing and what can be done about it, by the link in the message',
    schema: { params: byToken, response: { 200: storeShortage } },
    limitPerMinute: 60,
    run: async ({ db, clock, params }) => storeView(db, clock, await findShortageByToken(db, params.token)),
  })
  write(app, context, {
    ...common,
    method: 'POST',
    summary: 'Choose what to do about a missing unit, without an account',
    schema: { params: byToken, body: chooseShortageBody, response: { 200: storeShortage } },
    limitPerMinute: 60,
    run: async ({ tx, clock, params, body }) => {
      const { id: shortageId } = await findShortageByToken(tx, params.token)
      return storeView(tx, clock, await applyShortageChoice(tx, clock, { shortageId, ...body, chosenBy: 'customer' }))
    },
  })
}

async function storeView(q: Queryable, clock: Clock, found: Shortage): Promise<unknown> {
  const view = await viewOf(q, clock, found)
  return Object.fromEntries(Object.entries(view).filter(([field]) => field in storeShortage.shape))
}

async function viewOf(q: Queryable, clock: Clock, found: Shortage) {
  const [view] = await shortageViews(q, clock, [found], (id) => findWork(q, id))
  if (!view) throw fulfillmentProblems.shortage_not_found()
  return view
}

/** Missing units as staff see them: report, look, choose for the customer. */
export function registerShortageRoutes(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/fulfillment/:id/short',
    action: 'fulfillment.short',
    tag,
    summary: 'Units are not where they should be: the customer is asked',
    schema: { params: byId, body: shortBody, response: { 200: shortage } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findWork(tx, params.id)).locationId)
      const shortageId = await reportShort(tx, clock, { id: params.id, ...body, actorId: actorId(actor) })
      return viewOf(tx, clock, await findShortage(tx, shortageId))
    },
  })
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
        items: await shortageViews(db, clock, shown, (id) => findWork(db, id)),
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
    run: async ({ db, clock, params }) => viewOf(db, clock, await findShortage(db, params.id)),
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
      return viewOf(
        tx,
        clock,
        await applyShortageChoice(tx, clock, { shortageId: params.id, ...body, chosenBy: actorId(actor) }),
      )
    },
  })
}
