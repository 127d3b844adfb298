import { mailedReceipt, mailReceipt } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findLocation } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Queryable, Tx } from '#platform/db'
import { type AppContext, write } from '#platform/http'
import { bookMailLater } from '#platform/mail'
import { audit } from '#staff'
import { orderUrl } from './mails.ts'
import { findOrderRow, type OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'
import { receiptOfOrder, receiptOfReturn } from './receipt.ts'
import { type ReceiptMail, type ReceiptReader, receiptMail, returnReceiptMail } from './receipt-mail.ts'

const id = z.string().max(40)
const shared = {
  method: 'POST',
  action: 'orders.counter.receipt',
  tag: 'counter',
  limitPerMinute: 30,
} as const
const response = { 200: mailedReceipt }

/**
 * Receipts that go to the customer by mail, at the sale or years later. The address serves this mail only: it does not become the
 * customer's, and nothing is advertised to it. One request books one mail, repeated or not; asking anew sends another.
 */
export function registerReceiptRoutes(app: FastifyInstance, context: AppContext, { publicUrl }: Config): void {
  write(app, context, {
    ...shared,
    url: '/api/pos/orders/:id/receipt/mail',
    summary: 'Sends the receipt of a counter sale by mail, also of one long ago',
    schema: { params: z.object({ id }), body: mailReceipt, response },
    run: async ({ tx, clock, actor, params, body, mayActAt }) => {
      mayActAt(body.locationId)
      const order = await orderOf(tx, params.id)
      const receipt = await receiptOfOrder(tx, order)
      const { language = order.language } = body
      const reader = await readerOf(tx, { order, language, publicUrl, locationId: order.locationId })
      book(tx, clock, { order, language, to: body.email, mail: receiptMail(receipt, reader) })
      await audit(tx, clock, actor, {
        action: 'orders.receipt_mailed',
        subjectId: order.id,
        locationId: body.locationId,
      })
      return { mailedTo: body.email }
    },
  })
  write(app, context, {
    ...shared,
    url: '/api/pos/orders/:id/returns/:returnId/receipt/mail',
    summary: 'Sends the receipt of a return by mail',
    schema: { params: z.object({ id, returnId: id }), body: mailReceipt, response },
    run: async ({ tx, clock, actor, params: { id: orderId, returnId }, body, mayActAt }) => {
      mayActAt(body.locationId)
      const order = await orderOf(tx, orderId)
      const receipt = await receiptOfReturn(tx, { order, returnId })
      const { language = order.language } = body
      const reader = await readerOf(tx, { order, language, publicUrl, locationId: body.locationId })
      book(tx, clock, { order, language, to: body.email, mail: returnReceiptMail(receipt, reader) })
      await audit(tx, clock, actor, {
        action: 'orders.receipt_mailed',
        subjectId: returnId,
        locationId: body.locationId,
      })
      return { mailedTo: body.email }
    },
  })
}

async function orderOf(q: Queryable, orderId: string): Promise<OrderRow> {
  const order = await findOrderRow(q, orderId)
  if (!order) throw orderProblems.not_found({ orderId })
  return order
}

async function readerOf(
  q: Queryable,
  {
    order,
    language,
    publicUrl,
    locationId,
  }: { order: OrderRow; language: 'es' | 'en'; publicUrl: string; locationId: string | null },
): Promise<ReceiptReader> {
  const { timeZone } = locationId === null ? { timeZone: 'Europe/Madrid' } : await findLocation(q, locationId)
  return { language, timeZone, url: orderUrl(publicUrl, order.token) }
}

function book(
  tx: Tx,
  clock: Clock,
  { order, language, to, mail }: { order: OrderRow; language: 'es' | 'en'; to: string; mail: ReceiptMail },
): void {
  const head = { dedupeKey: null, personId: order.personId, to, language }
  bookMailLater(tx, clock, { ...mail, ...head })
}
