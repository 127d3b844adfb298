import {
  id,
  receiveTransferBody,
  requestTransferBody,
  sendTransferBody,
  setTransferLanesBody,
  transfer,
  transferLanesAnswer,
  transferPage,
  transferQuery,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId, actsFor } from '#platform/actor'
import { type AppContext, answer, get, write } from '#platform/http'
import { audit } from '#staff'
import { listLanes, readLanes, setLanes } from './lanes.ts'
import { findLocation } from './locations.ts'
import { inventoryProblems } from './problems.ts'
import { listTransfers, transferViews } from './transfer-list.ts'
import { transferTimes } from './transfer-time.ts'
import { cancelTransfer, findTransfer, receiveTransfer, requestTransfer, sendTransfer } from './transfers.ts'

const tag = 'inventory'
const byId = z.strictObject({ id })

/** Goods between places. */
export function registerTransferRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/transfers',
    action: 'inventory.transfer.read',
    tag,
    summary: 'Transfers, newest first',
    schema: { querystring: transferQuery, response: { 200: transferPage } },
    run: ({ db, query: { lang: _lang, ...query } }) => listTransfers(db, query),
  })
  get(app, context, {
    url: '/api/admin/transfers/:id',
    action: 'inventory.transfer.read',
    tag,
    summary: 'One transfer',
    schema: { params: byId, response: { 200: transfer } },
    run: async ({ db, params }) => (await transferViews(db, [await findTransfer(db, params.id)]))[0],
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers',
    action: 'inventory.transfer.request',
    tag,
    summary: 'Ask a place for goods',
    schema: { body: requestTransferBody, response: { 201: transfer } },
    run: async ({ tx, clock, actor, body, mayActAt }) => {
      // Whoever works at one of the two ends may ask.
      mayActAt(actsFor(actor, body.fromLocationId) ? body.fromLocationId : body.toLocationId)
      const [from, to] = [await findLocation(tx, body.fromLocationId), await findLocation(tx, body.toLocationId)]
      const lane = (await listLanes(tx)).get(`${from.id} ${to.id}`)
      const times = from.id === to.id ? null : transferTimes({ now: clock.now().toISOString(), from, to, lane })
      if (from.id !== to.id && times === null) throw inventoryProblems.location_closed({ locationId: to.id })
      const transferId = await requestTransfer(tx, clock, {
        ...body,
        expectedAt: times ? new Date(times.readyAt) : clock.now(),
        actorId: actorId(actor),
      })
      return answer(201, (await transferViews(tx, [await findTransfer(tx, transferId)]))[0])
    },
  })
}

/** How long the vans take where the rule does not hold: promises of pickups elsewhere rest on it. */
export function registerLaneRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/transfer-lanes',
    action: 'inventory.lane.read',
    tag,
    summary: 'Ways between places that do not follow the rule of distance',
    schema: { response: { 200: transferLanesAnswer } },
    run: async ({ db }) => ({ items: await readLanes(db) }),
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/transfer-lanes',
    action: 'inventory.lane.set',
    tag,
    summary: 'Say which ways between places take how long, and on which days the van leaves',
    schema: { body: setTransferLanesBody, response: { 200: transferLanesAnswer } },
    run: async ({ tx, clock, actor, body }) => {
      const items = await setLanes(tx, body.items)
      await audit(tx, clock, actor, {
        action: 'inventory.lanes.set',
        subjectId: 'transfer_lane',
        data: { lanes: items.length },
      })
      return { items }
    },
  })
}

/** A transfer's way: sent, received, called off. */
export function registerTransferSteps(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers/:id/send',
    action: 'inventory.transfer.send',
    tag,
    summary: 'The goods leave',
    schema: { params: byId, body: sendTransferBody, response: { 200: transfer } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findTransfer(tx, params.id)).fromLocationId)
      return (
        await transferViews(tx, [
          await sendTransfer(tx, clock, { transferId: params.id, missing: body.missing, actorId: actorId(actor) }),
        ])
      )[0]
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers/:id/receive',
    action: 'inventory.transfer.receive',
    tag,
    summary: 'The goods arrive',
    schema: { params: byId, body: receiveTransferBody, response: { 200: transfer } },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findTransfer(tx, params.id)).toLocationId)
      return (
        await transferViews(tx, [
          await receiveTransfer(tx, clock, { transferId: params.id, lines: body.lines, actorId: actorId(actor) }),
        ])
      )[0]
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers/:id/cancel',
    action: 'inventory.transfer.cancel',
    tag,
    summary: 'Call it off before it leaves',
    schema: { params: byId, response: { 200: transfer } },
    run: async ({ tx, clock, params, mayActAt }) => {
      mayActAt((await findTransfer(tx, params.id)).fromLocationId)
      return (await transferViews(tx, [await cancelTransfer(tx, clock, { transferId: params.id })]))[0]
    },
  })
}
