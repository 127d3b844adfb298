import { newOrderNote, orderNotes, salesTodayQuery, salesToday as salesTodaySchema } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Config } from '#platform/config'
import type { Queryable } from '#platform/db'
import { type AppContext, answer, get, write } from '#platform/http'
import { addNote, listNotes, removeNote } from './order-notes.ts'
import { findOrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'
import { salesToday } from './sales-today.ts'
import { sendConfirmationAgain } from './send-confirmation-again.ts'

const byId = z.object({ id: z.string().max(40) })
const byNote = byId.extend({ noteId: z.string().max(40) })
const tag = 'orders'

/** What only the console asks of orders: the day's sums, notes among staff, the confirmation once more. */
export function registerConsoleOrderRoutes(app: FastifyInstance, context: AppContext, { publicUrl }: Config): void {
  get(app, context, {
    url: '/api/admin/sales/today',
    action: 'orders.list',
    summary: 'What was sold today by channel, beside the same weekday a week ago up to the same hour',
    tag,
    schema: { querystring: salesTodayQuery, response: { 200: salesTodaySchema } },
    run: ({ db, clock, query }) => salesToday(db, clock, { locationId: query.location }),
  })
  get(app, context, {
    url: '/api/admin/orders/:id/notes',
    action: 'orders.read',
    summary: 'Notes of staff on an order, and mails they sent again',
    tag,
    schema: { params: byId, response: { 200: orderNotes } },
    run: async ({ db, params: { id }, actor }) => ({
      items: await listNotes(db, { orderId: await known(db, id), reader: actor }),
    }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/orders/:id/notes',
    action: 'orders.note.write',
    summary: 'Notes something on an order; customers never see it',
    tag,
    schema: { params: byId, body: newOrderNote, response: { 201: orderNotes } },
    run: async ({ tx, clock, actor, params: { id }, body }) => {
      await addNote(tx, clock, { orderId: await known(tx, id), ...body, actor })
      return answer(201, { items: await listNotes(tx, { orderId: id, reader: actor }) })
    },
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/admin/orders/:id/notes/:noteId',
    action: 'orders.note.write',
    summary: 'Takes a note away: your own, or anybody’s as owner or manager',
    tag,
    schema: { params: byNote, response: { 200: orderNotes } },
    run: async ({ tx, clock, actor, params: { id, noteId } }) => {
      await removeNote(tx, clock, { orderId: id, noteId, actor })
      return { items: await listNotes(tx, { orderId: id, reader: actor }) }
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/orders/:id/confirmation',
    action: 'orders.confirmation.send',
    summary: 'Sends the confirmation once more to the address of the order',
    tag,
    schema: { params: byId, response: { 200: orderNotes } },
    run: async ({ tx, clock, actor, params: { id } }) => {
      await sendConfirmationAgain(tx, clock, { orderId: id, actor, publicUrl })
      return { items: await listNotes(tx, { orderId: id, reader: actor }) }
    },
  })
}

async function known(q: Queryable, orderId: string): Promise<string> {
  if (!(await findOrderRow(q, orderId))) throw orderProblems.not_found({ orderId })
  return orderId
}
