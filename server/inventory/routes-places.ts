import {
  conflictPage,
  conflictQuery,
  editLocationBody,
  id,
  location,
  locationsAnswer,
  newLocationBody,
  setStockPoolBody,
  settleConflictBody,
  stockConflict,
  stockPool,
  stockPoolsAnswer,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findChannel, listChannels } from '#catalog'
import { actorId } from '#platform/actor'
import { type AppContext, answer, get, write } from '#platform/http'
import { findConflict, listConflicts, settleConflict } from './conflicts.ts'
import { editLocation, findLocation, listLocations } from './locations.ts'
import { openPlace } from './open-place.ts'
import { listSeparatePools, setStockPool } from './pools.ts'

const tag = 'inventory'
const byId = z.strictObject({ id })

/** Figures that a person must settle. */
export function registerConflictRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/stock-conflicts',
    action: 'inventory.conflict.read',
    tag,
    summary: 'Figures that a person must settle',
    schema: { querystring: conflictQuery, response: { 200: conflictPage } },
    run: ({ db, query: { lang: _lang, ...query } }) => listConflicts(db, query),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock-conflicts/:id/settle',
    action: 'inventory.conflict.settle',
    tag,
    summary: 'Settle a conflict',
    schema: { params: byId, body: settleConflictBody, response: { 200: stockConflict } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findConflict(tx, params.id)).locationId)
      return settleConflict(tx, clock, { conflictId: params.id, ...body, actorId: actorId(actor) })
    },
  })
}

/** Places and which channels they serve. */
export function registerPlaceRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/locations',
    action: 'inventory.location.read',
    tag,
    summary: 'Shops and warehouses',
    schema: { response: { 200: locationsAnswer } },
    run: async ({ db }) => ({ items: await listLocations(db) }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/locations',
    action: 'inventory.location.open',
    tag,
    summary: 'Open a shop or warehouse; nothing is promised from it until it has hours',
    schema: { body: newLocationBody, response: { 201: location } },
    run: async ({ tx, body }) => answer(201, await openPlace(tx, body)),
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/locations/:id',
    action: 'inventory.location.edit',
    tag,
    summary: 'Hours and abilities of a place',
    schema: { params: byId, body: editLocationBody, response: { 200: location } },
    run: ({ tx, params, body, mayActAt }) => {
      mayActAt(params.id)
      return editLocation(tx, { id: params.id, edit: body })
    },
  })
  get(app, context, {
    url: '/api/admin/stock-pools',
    action: 'inventory.pool.read',
    tag,
    summary: 'Which places serve which channel',
    schema: { response: { 200: stockPoolsAnswer } },
    run: async ({ db }) => {
      const separate = new Map((await listSeparatePools(db)).map((pool) => [pool.channelId, pool]))
      const channels = await listChannels(db)
      return {
        items: channels.map(
          (channel) => separate.get(channel.id) ?? { channelId: channel.id, mode: 'shared', locationIds: [] },
        ),
      }
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/stock-pools/:channel',
    action: 'inventory.pool.set',
    tag,
    summary: 'Give a channel a stock of its own, or the shared pool',
    schema: {
      params: z.strictObject({ channel: z.string().max(40) }),
      body: setStockPoolBody,
      response: { 200: stockPool },
    },
    run: async ({ tx, params, body }) => {
      const channel = await findChannel(tx, params.channel)
      for (const locationId of body.locationIds) await findLocation(tx, locationId)
      return setStockPool(tx, { channelId: channel.id, locationIds: body.locationIds })
    },
  })
}
