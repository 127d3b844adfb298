import { fulfillmentOrder, id } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { type ZodType, z } from 'zod'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { type AppContext, write } from '#platform/http'
import { sql } from '#platform/sql'
import { fulfillmentProblems } from './problems.ts'
import { type FulfillmentRow, readRows } from './rows.ts'
import { toViews } from './views.ts'

export const byId = z.strictObject({ id })

/** @throws Problem fulfillment.not_found */
export async function findWork(q: Queryable, fulfillmentOrderId: string): Promise<FulfillmentRow> {
  const [row] = await readRows(q, sql`f.id = ${fulfillmentOrderId}`)
  if (!row) throw fulfillmentProblems.not_found({ fulfillmentOrderId })
  return row
}

/** One fulfillment order as it crosses the wire. @throws Problem fulfillment.not_found */
export async function viewOf(q: Queryable, clock: Clock, fulfillmentOrderId: string): Promise<unknown> {
  const [view] = await toViews(q, [await findWork(q, fulfillmentOrderId)], { clock })
  return view
}

/** Staff who act for some places see the work of these; undefined for everybody's. */
export function placesOf(actor: Actor): readonly string[] | undefined {
  return actor.kind === 'staff' && !actor.allPlaces && actor.role !== 'service' ? actor.locationIds : undefined
}

export type WorkStep<B> = { id: string; body: B; actor: Actor; actorId: string; locationId: string }

/** A route that takes one fulfillment order a step on, where it lies; it answers the order as it stands afterwards. */
export function workStep<B extends ZodType>(
  app: FastifyInstance,
  context: AppContext,
  {
    body: schema,
    run,
    ...route
  }: {
    url: string
    action: string
    summary: string
    body: B
    run(tx: Tx, clock: Clock, step: WorkStep<z.output<B>>): Promise<unknown>
  },
): void {
  write(app, context, {
    ...route,
    method: 'POST',
    tag: 'fulfillment',
    schema: { params: byId, body: schema as ZodType<z.output<B>>, response: { 200: fulfillmentOrder } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      const { locationId } = await findWork(tx, params.id)
      mayActAt(locationId)
      await run(tx, clock, { id: params.id, body, actor, actorId: actorId(actor), locationId })
      return viewOf(tx, clock, params.id)
    },
  })
}
