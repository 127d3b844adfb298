import {
  adjustStock,
  availabilityQuery,
  conflictQuery,
  countStockBody,
  editLocationBody,
  id,
  movementQuery,
  receiveStock,
  receiveTransferBody,
  requestTransferBody,
  safetyStockBody,
  sendTransferBody,
  setStockPoolBody,
  settleConflictBody,
  stockQuery,
  storePlacesQuery,
  transferQuery,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findChannel, listChannels } from '#catalog'
import { actorId } from '#platform/actor'
import type { Queryable } from '#platform/db'
import { type AppContext, answer, get, write } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { findConflict, listConflicts, settleConflict } from './conflicts.ts'
import { exportStock } from './export-stock.ts'
import { listLanes } from './lanes.ts'
import { editLocation, findLocation, listLocations } from './locations.ts'
import './permissions.ts'
import { listSeparatePools, setStockPool } from './pools.ts'
import { postalPoint } from './postal-areas.ts'
import { inventoryProblems } from './problems.ts'
import { changeStock, countStock, setSafetyStock } from './stock-changes.ts'
import { listMovements, listStock, readLevels, stockDetail } from './stock-list.ts'
import { type Near, placesNow, storeAvailability } from './store-stock.ts'
import { listTransfers, transferViews } from './transfer-list.ts'
import { transferTimes } from './transfer-time.ts'
import { cancelTransfer, findTransfer, receiveTransfer, requestTransfer, sendTransfer } from './transfers.ts'

const tag = 'inventory'
const byId = z.strictObject({ id })

/** Everything over HTTP: what shoppers ask of the stock, and what staff do with it. */
export function registerInventoryRoutes(app: FastifyInstance, context: AppContext): void {
  registerStoreRoutes(app, context)
  registerStockRoutes(app, context)
  registerStockCommands(app, context)
  registerTransferRoutes(app, context)
  registerConflictRoutes(app, context)
  registerPlaceRoutes(app, context)
}

function registerStoreRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/availability',
    action: 'inventory.availability.read',
    tag,
    summary: 'How many can be had, where, and from when',
    schema: { querystring: availabilityQuery },
    run: ({ db, clock, query }) => {
      const variantIds = query.variants.split(',').filter((each) => each !== '')
      if (variantIds.length > 100)
        throw platformProblems.invalid({
          parameter: 'variants',
          detail: 'At most 100 variants.',
          detailEs: 'Como mucho 100 variantes.',
        })
      return storeAvailability(db, clock, {
        variantIds,
        channelId: query.channel,
        near: nearOf(query),
        placesShown: query.places,
      })
    },
  })
  get(app, context, {
    url: '/api/store/places',
    action: 'inventory.place.read',
    tag,
    summary: 'Shops, nearest first, with their hours now',
    schema: { querystring: storePlacesQuery },
    run: async ({ db, clock, query }) => ({
      at: clock.now().toISOString(),
      items: (await placesNow(db, clock, nearOf(query))).places,
    }),
  })
}

function nearOf({ near, postal }: { near?: string | undefined; postal?: string | undefined }): Near | null {
  if (near !== undefined) {
    const [latitude = 0, longitude = 0] = near.split(',').map(Number)
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw platformProblems.invalid({ parameter: 'near' })
    return { latitude, longitude, label: '' }
  }
  return postal === undefined ? null : (postalPoint(postal) ?? null)
}

function registerStockRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/stock',
    action: 'inventory.stock.read',
    tag,
    summary: 'Stock by variant and place',
    schema: { querystring: stockQuery },
    run: ({ db, query: { cursor, limit, lang: _lang, ...filter } }) => listStock(db, { filter, cursor, limit }),
  })
  get(app, context, {
    url: '/api/admin/stock/export',
    action: 'inventory.stock.export',
    tag,
    summary: 'Stock as CSV that imports back',
    schema: {},
    run: async ({ db, reply }) => {
      reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="hilo-stock.csv"')
      return reply.send(exportStock(db))
    },
  })
  get(app, context, {
    url: '/api/admin/stock/:id',
    action: 'inventory.stock.read',
    tag,
    summary: 'One variant: places, holds, promises, ledger',
    schema: { params: byId },
    run: ({ db, params }) => stockDetail(db, params.id),
  })
  get(app, context, {
    url: '/api/admin/stock-movements',
    action: 'inventory.stock.read',
    tag,
    summary: 'The ledger, newest first',
    schema: { querystring: movementQuery },
    run: ({ db, query: { cursor, limit, lang: _lang, ...filter } }) => listMovements(db, { filter, cursor, limit }),
  })
}

async function levelsAt(
  q: Queryable,
  variantIds: readonly string[],
  locationId: string,
): Promise<{ levels: unknown[] }> {
  return { levels: await readLevels(q, { variantIds, location: locationId }) }
}

function registerStockCommands(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/receive',
    action: 'inventory.stock.receive',
    tag,
    summary: 'Goods came in',
    schema: { body: receiveStock },
    run: async ({ tx, clock, actor, body: { locationId, items, reason, reference }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await changeStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        kind: 'received',
        reason,
        reference,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/adjust',
    action: 'inventory.stock.adjust',
    tag,
    summary: 'Correct the figure by a difference',
    schema: { body: adjustStock },
    run: async ({ tx, clock, actor, body: { locationId, items, reason }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await changeStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        kind: 'adjusted',
        reason,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock/count',
    action: 'inventory.stock.count',
    tag,
    summary: 'What a person counted',
    schema: { body: countStockBody },
    run: async ({ tx, clock, actor, body: { locationId, items, reason }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await countStock(tx, clock, {
        items: items.map((item) => ({ ...item, locationId })),
        reason,
        actorId: actorId(actor),
      })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/stock/safety',
    action: 'inventory.safety.set',
    tag,
    summary: 'Units kept back for the shop',
    schema: { body: safetyStockBody },
    run: async ({ tx, clock, body: { locationId, items }, mayActAt }) => {
      mayActAt((await findLocation(tx, locationId)).id)
      await setSafetyStock(tx, clock, { items: items.map((item) => ({ ...item, locationId })) })
      return levelsAt(
        tx,
        items.map(({ variantId }) => variantId),
        locationId,
      )
    },
  })
}

function registerTransferRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/transfers',
    action: 'inventory.transfer.read',
    tag,
    summary: 'Transfers, newest first',
    schema: { querystring: transferQuery },
    run: ({ db, query: { lang: _lang, ...query } }) => listTransfers(db, query),
  })
  get(app, context, {
    url: '/api/admin/transfers/:id',
    action: 'inventory.transfer.read',
    tag,
    summary: 'One transfer',
    schema: { params: byId },
    run: async ({ db, params }) => (await transferViews(db, [await findTransfer(db, params.id)]))[0],
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers',
    action: 'inventory.transfer.request',
    tag,
    summary: 'Ask a place for goods',
    schema: { body: requestTransferBody },
    run: async ({ tx, clock, actor, body }) => {
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
  write(app, context, {
    method: 'POST',
    url: '/api/admin/transfers/:id/send',
    action: 'inventory.transfer.send',
    tag,
    summary: 'The goods leave',
    schema: { params: byId, body: sendTransferBody },
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
    schema: { params: byId, body: receiveTransferBody },
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
    schema: { params: byId },
    run: async ({ tx, clock, params, mayActAt }) => {
      mayActAt((await findTransfer(tx, params.id)).fromLocationId)
      return (await transferViews(tx, [await cancelTransfer(tx, clock, { transferId: params.id })]))[0]
    },
  })
}

function registerConflictRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/stock-conflicts',
    action: 'inventory.conflict.read',
    tag,
    summary: 'Figures that a person must settle',
    schema: { querystring: conflictQuery },
    run: ({ db, query: { lang: _lang, ...query } }) => listConflicts(db, query),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/stock-conflicts/:id/settle',
    action: 'inventory.conflict.settle',
    tag,
    summary: 'Settle a conflict',
    schema: { params: byId, body: settleConflictBody },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt((await findConflict(tx, params.id)).locationId)
      return settleConflict(tx, clock, { conflictId: params.id, ...body, actorId: actorId(actor) })
    },
  })
}

function registerPlaceRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/locations',
    action: 'inventory.location.read',
    tag,
    summary: 'Shops and warehouses',
    schema: {},
    run: async ({ db }) => ({ items: await listLocations(db) }),
  })
  write(app, context, {
    method: 'PATCH',
    url: '/api/admin/locations/:id',
    action: 'inventory.location.edit',
    tag,
    summary: 'Hours and abilities of a place',
    schema: { params: byId, body: editLocationBody },
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
    schema: {},
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
    schema: { params: z.strictObject({ channel: z.string().max(40) }), body: setStockPoolBody },
    run: async ({ tx, params, body }) => {
      const channel = await findChannel(tx, params.channel)
      for (const locationId of body.locationIds) await findLocation(tx, locationId)
      return setStockPool(tx, { channelId: channel.id, locationIds: body.locationIds })
    },
  })
}
