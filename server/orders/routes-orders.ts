import {
  cancelOrder as cancelBody,
  cancelOwnOrder,
  channelOrder,
  findOwnOrder,
  order as orderSchema,
  orderSummary,
  ordersQuery,
  page,
  pageQuery,
  payRest as payRestBody,
  placeAnswer,
  receipt,
  returnOrder as returnBody,
  returnQuote,
  returnReceipt,
  takePayment as takeBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { groupOf } from '#customers'
import { type Actor, actorId } from '#platform/actor'
import type { Config } from '#platform/config'
import type { Queryable } from '#platform/db'
import { type AppContext, answer, get, write, writeResumable, writeTogether } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { done } from '#platform/together'
import { audit } from '#staff'
import { cancelOrder } from './cancel-order.ts'
import { ordersCsv } from './imports/export-orders.ts'
import { listOrders } from './order-list.ts'
import { findOrderByToken, findOrderOfChannel, findOrderOfGuest, findOrderRow, type OrderRow } from './order-rows.ts'
import { viewCommitted, viewOrder } from './order-view.ts'
import { confirmPayment, payRest, takePayment } from './pay-order.ts'
import { placeChannelOrders } from './place-channel-order.ts'
import { isRace } from './place-order.ts'
import { orderProblems } from './problems.ts'
import { receiptOfOrder, receiptOfReturn } from './receipt.ts'
import { refuseCashFromNowhere } from './refund-drawer.ts'
import { quoteReturn, returnOrder } from './return-order.ts'

const byId = z.object({ id: z.string().max(40) })
const byToken = z.object({ token: z.string().min(20).max(80) })
const oneOrder = { 200: orderSchema }

/** The shopper's own orders: by the page's token, by number and mail, or by their account. */
export function registerOwnOrderRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  const { publicUrl } = config
  get(app, context, {
    url: '/api/store/orders/:token',
    action: 'orders.own.read',
    summary: 'An order by the token of its page',
    tag: 'orders',
    schema: { params: byToken, response: oneOrder },
    run: async ({ db, params }) => viewOrder(db, await ofToken(db, params.token)),
  })
  get(app, context, {
    url: '/api/store/orders',
    action: 'orders.own.read',
    summary: "A guest's order by number and mail address; both must fit",
    tag: 'orders',
    limitPerMinute: 20,
    schema: { querystring: findOwnOrder, response: oneOrder },
    run: async ({ db, query }) => {
      const found = await findOrderOfGuest(db, { number: query.number.toUpperCase(), email: query.email })
      if (!found) throw orderProblems.not_found()
      return viewOrder(db, found)
    },
  })
  get(app, context, {
    url: '/api/store/account/orders',
    action: 'orders.account.read',
    summary: 'Orders of the signed-in customer, newest first',
    tag: 'orders',
    schema: { querystring: pageQuery, response: { 200: page(orderSummary) } },
    run: async ({ db, actor, query }) => {
      if (actor.kind !== 'customer') throw platformProblems.unauthenticated()
      const personIds = await groupOf(db, actor.personId)
      return listOrders(db, { filter: { personIds }, cursor: query.cursor, limit: query.limit })
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/store/orders/:token/cancel',
    action: 'orders.own.cancel',
    summary: 'The customer cancels the order while nothing of it has left',
    tag: 'orders',
    schema: { params: byToken, body: cancelOwnOrder, response: oneOrder },
    run: async ({ tx, clock, actor, params, body }) => {
      const order = await ofToken(tx, params.token)
      const reason = body.reason || (order.language === 'es' ? 'A petición del cliente' : 'Asked by the customer')
      await cancelOrder(tx, clock, { orderId: order.id, reason, actorId: actorId(actor), publicUrl })
      return viewOrder(tx, await ofToken(tx, params.token))
    },
  })
  writeResumable(app, context, {
    url: '/api/store/orders/:token/pay',
    action: 'orders.own.pay',
    summary: 'Pays online what is still due',
    tag: 'orders',
    schema: { params: byToken, body: payRestBody, response: { 200: placeAnswer } },
    run: async ({ db, clock, params, body, resumes }) => {
      const order = await ofToken(db, params.token)
      return payRest(db, clock, { order, cardToken: body.cardToken, publicUrl, resumes })
    },
  })
  writeResumable(app, context, {
    url: '/api/store/payments/:id/confirm',
    action: 'orders.own.pay',
    summary: 'Asks the provider how a payment stands and places the order when it is paid',
    tag: 'orders',
    limitPerMinute: 60,
    schema: { params: byId, response: { 200: placeAnswer } },
    run: async ({ db, clock, params }) => confirmPayment(db, clock, { paymentId: params.id, publicUrl }),
  })
}

/** Orders of staff: list, detail, cancel, payment, return and receipt at the counter. */
export function registerStaffOrderRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  const { publicUrl } = config
  get(app, context, {
    url: '/api/admin/orders',
    action: 'orders.list',
    summary: 'Orders, newest first; by number, receipt, mail, telephone, name, state, channel, place, person, day',
    tag: 'orders',
    schema: { querystring: ordersQuery, response: { 200: page(orderSummary) } },
    run: async ({ db, query }) => {
      const { q, status, payment, due, channel, location, person, from, to } = query
      const personIds = person === undefined ? undefined : await groupOf(db, person)
      const filter = { q, status, payment, due, channel, location, personIds, from, to }
      return listOrders(db, { filter, cursor: query.cursor, limit: query.limit })
    },
  })
  get(app, context, {
    url: '/api/admin/orders/export',
    action: 'orders.export',
    summary: 'All orders and returns as CSV, one row a line; imports back',
    tag: 'orders',
    reference: { answers: 'text/csv' },
    schema: {},
    run: async ({ db, reply }) => {
      reply.header('content-disposition', 'attachment; filename="hilo-orders.csv"').type('text/csv; charset=utf-8')
      return ordersCsv(db)
    },
  })
  get(app, context, {
    url: '/api/admin/orders/:id',
    action: 'orders.read',
    summary: 'One order with payments, fulfillment, promises and returns',
    tag: 'orders',
    schema: { params: byId, response: oneOrder },
    run: async ({ db, params }) => viewOrder(db, await ofId(db, params.id)),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/orders/:id/cancel',
    action: 'orders.cancel',
    summary: 'Cancels an order or some of its units; stock, coupons, money and promises are put right',
    tag: 'orders',
    schema: { params: byId, body: cancelBody, response: oneOrder },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      const { id } = params
      // Money out of a drawer: only out of one's own.
      if (body.locationId !== undefined) mayActAt(body.locationId)
      await refuseCashFromNowhere(tx, { orderId: id, refundMethod: body.refundMethod, locationId: body.locationId })
      const done = await cancelOrder(tx, clock, { orderId: id, ...body, actorId: actorId(actor), publicUrl })
      await audit(tx, clock, actor, {
        action: 'orders.cancel',
        subjectId: id,
        locationId: body.locationId ?? null,
        data: { ...done, lines: body.lines },
      })
      return viewOrder(tx, await ofId(tx, id))
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/orders/:id/payments',
    action: 'orders.counter.sell',
    summary: 'Takes what is due on an order at the counter',
    tag: 'counter',
    schema: { params: byId, body: takeBody, response: { 200: placeAnswer } },
    run: async ({ tx, clock, actor, params: { id }, body, mayActAt }) => {
      mayActAt(body.locationId)
      const { changeMinor } = await takePayment(tx, clock, { orderId: id, ...body, actorId: actorId(actor), publicUrl })
      return { status: 'placed', order: await viewOrder(tx, await ofId(tx, id)), changeMinor }
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/orders/:id/returns/preview',
    action: 'orders.counter.return',
    summary: 'What a return would give back, to the cent',
    tag: 'counter',
    schema: { params: byId, body: returnBody, response: { 200: returnQuote } },
    run: async ({ tx, params: { id }, body, mayActAt }) => {
      mayActAt(body.locationId)
      return quoteReturn(tx, { orderId: id, lines: body.lines })
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/orders/:id/returns',
    action: 'orders.counter.return',
    summary: "Takes units of any channel's order back at this counter",
    tag: 'counter',
    schema: { params: byId, body: returnBody, response: { 201: orderSchema } },
    run: async ({ tx, clock, actor, params: { id }, body, mayActAt }) => {
      mayActAt(body.locationId)
      const done = await returnOrder(tx, clock, { orderId: id, ...body, actorId: actorId(actor), publicUrl })
      await audit(tx, clock, actor, { action: 'orders.return', subjectId: id, locationId: body.locationId, data: done })
      return answer(201, await viewOrder(tx, await ofId(tx, id)))
    },
  })
  get(app, context, {
    url: '/api/pos/orders/:id/receipt',
    action: 'orders.counter.look',
    summary: 'What the receipt prints',
    tag: 'counter',
    schema: { params: byId, response: { 200: receipt } },
    run: async ({ db, params }) => receiptOfOrder(db, await ofId(db, params.id)),
  })
  get(app, context, {
    url: '/api/pos/orders/:id/returns/:returnId/receipt',
    action: 'orders.counter.look',
    summary: 'What the receipt of a return prints',
    tag: 'counter',
    schema: {
      params: z.object({ id: z.string().max(40), returnId: z.string().max(40) }),
      response: { 200: returnReceipt },
    },
    run: async ({ db, params: { id, returnId } }) => receiptOfReturn(db, { order: await ofId(db, id), returnId }),
  })
}

/** Whole orders of trusted channels, by API key. */
export function registerChannelOrderRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  const { publicUrl } = config
  writeTogether(app, context, {
    method: 'POST',
    url: '/api/channel/orders',
    action: 'orders.channel.place',
    summary: 'Places a whole order of a trusted channel in one call; once per externalRef',
    tag: 'channel',
    schema: { body: channelOrder, response: { 200: orderSchema, 201: orderSchema } },
    alone: ({ body }) => (body.couponCodes ?? []).length > 0,
    races: isRace,
    run: async ({ tx, clock, inputs }) => {
      const asked = inputs.map(({ actor, body }) => ({
        ...body,
        channelId: channelOf(actor),
        paymentReference: body.payment.reference,
        actorId: actorId(actor),
        publicUrl,
      }))
      const placed = await placeChannelOrders(tx, clock, asked)
      return Promise.all(
        placed.map(async (one) => {
          if (!one.ok) return one
          const { orderId, placed: now } = one.value
          const view = now && !now.readAgain ? viewCommitted(tx, now) : viewOrder(tx, await ofId(tx, orderId))
          return done(answer(now ? 201 : 200, await view))
        }),
      )
    },
  })
  get(app, context, {
    url: '/api/channel/orders/:ref',
    action: 'orders.channel.read',
    summary: "A channel's own order by its externalRef",
    tag: 'channel',
    schema: { params: z.object({ ref: z.string().max(120) }), response: oneOrder },
    run: async ({ db, actor, params }) => {
      const found = await findOrderOfChannel(db, { channelId: channelOf(actor), externalRef: params.ref })
      if (!found) throw orderProblems.not_found({ externalRef: params.ref })
      return viewOrder(db, found)
    },
  })
}

function channelOf(actor: Actor): string {
  if (actor.kind !== 'api_key') throw platformProblems.forbidden()
  return actor.channelId
}

async function ofToken(q: Queryable, token: string): Promise<OrderRow> {
  const order = await findOrderByToken(q, token)
  if (!order) throw orderProblems.not_found()
  return order
}

async function ofId(q: Queryable, orderId: string): Promise<OrderRow> {
  const order = await findOrderRow(q, orderId)
  if (!order) throw orderProblems.not_found({ orderId })
  return order
}
