import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AppContext, answer, get, write } from '#platform/http'
import { requireRecentProof } from '#staff'
import { keepAddress, removeAddress } from './addresses.ts'
import { consentHistory, recordConsent } from './consents.ts'
import { listCustomers, showCustomer } from './directory.ts'
import { addIdentity, createCustomer, removeIdentity, updateCustomer } from './edit.ts'
import { customersCsv } from './export.ts'
import { canonicalId, groupOf } from './persons.ts'
import { erasePerson, exportPerson, refuseErased } from './privacy.ts'
import { readThread } from './thread.ts'
import { noteVisit } from './visits.ts'

const tag = 'Customers'
const params = z.strictObject({ id: contract.id })
const shown = { 200: contract.customer }
const read = { action: 'customers.read', tag } as const
const writing = { action: 'customers.write', tag } as const

/** List, detail, thread and what may be taken out. */
export function registerReadingRoutes(app: FastifyInstance, context: AppContext): void {
  const { clock } = context
  get(app, context, {
    ...read,
    url: '/api/admin/customers',
    summary: 'People, newest first; search by name, mail, phone or order number',
    schema: { querystring: contract.customerQuery, response: { 200: contract.page(contract.customerRow) } },
    run: ({ db, query }) => listCustomers(db, query),
  })
  get(app, context, {
    action: 'customers.export',
    tag,
    url: '/api/admin/customers/export',
    summary: 'All customers as CSV, which imports back to the same state',
    reference: { answers: 'text/csv' },
    schema: {},
    run: async ({ db, reply }) => {
      reply.header('content-type', 'text/csv; charset=utf-8')
      reply.header('content-disposition', 'attachment; filename="hilo-customers.csv"')
      return reply.send(customersCsv(db))
    },
  })
  get(app, context, {
    ...read,
    url: '/api/admin/customers/:id',
    summary: 'One person with everything that counts as theirs',
    schema: { params, response: shown },
    run: ({ db, params: { id } }) => showCustomer(db, id),
  })
  get(app, context, {
    ...read,
    url: '/api/admin/customers/:id/thread',
    summary: 'What happened with this person on every channel, newest first',
    schema: { params, querystring: contract.threadQuery, response: { 200: contract.page(contract.threadEntry) } },
    run: ({ db, params: { id }, query }) =>
      readThread(db, id, { before: query.cursor, limit: query.limit, kind: query.kind }),
  })
  get(app, context, {
    ...read,
    url: '/api/admin/customers/:id/consents',
    summary: 'Every word said about consent, newest first',
    schema: { params, response: { 200: z.object({ items: z.array(contract.consentEntry) }) } },
    run: async ({ db, params: { id } }) => ({ items: await consentHistory(db, await groupOf(db, id)) }),
  })
  get(app, context, {
    action: 'customers.export',
    tag,
    url: '/api/admin/customers/:id/data',
    summary: 'Everything kept about this person, as a file for them',
    reference: { answers: 'application/json' },
    schema: { params },
    run: async ({ db, params: { id }, reply }) => {
      reply.header('content-disposition', `attachment; filename="${id}.json"`)
      return exportPerson(db, clock, id)
    },
  })
  write(app, context, {
    method: 'POST',
    action: 'customers.erase',
    tag,
    url: '/api/admin/customers/:id/erase',
    summary: 'Forgets this person; figures and ledgers stay',
    schema: { params, body: contract.eraseBody, response: shown },
    run: async ({ tx, params: { id }, body, actor, request }) => {
      requireRecentProof(request, clock)
      await erasePerson(tx, clock, actor, id, body.reason)
      return showCustomer(tx, id)
    },
  })
}

/** What staff write about a person. */
export function registerWritingRoutes(app: FastifyInstance, context: AppContext): void {
  const { clock } = context
  write(app, context, {
    ...writing,
    method: 'POST',
    url: '/api/admin/customers',
    summary: 'Writes down a person',
    schema: { body: contract.customerBody, response: { 201: contract.customer } },
    run: async ({ tx, body, actor }) =>
      answer(201, await showCustomer(tx, await createCustomer(tx, clock, actor, body))),
  })
  write(app, context, {
    ...writing,
    method: 'PATCH',
    url: '/api/admin/customers/:id',
    summary: 'Name, language, birthday, tags, note',
    schema: { params, body: contract.customerPatch, response: shown },
    run: async ({ tx, params: { id }, body, actor }) => {
      await updateCustomer(tx, clock, actor, id, body)
      return showCustomer(tx, id)
    },
  })
  write(app, context, {
    ...writing,
    method: 'POST',
    url: '/api/admin/customers/:id/identities',
    summary: 'Adds a mail, phone, card or handle',
    schema: { params, body: contract.identityBody, response: { 201: contract.customer } },
    run: async ({ tx, params: { id }, body, actor }) => {
      await addIdentity(tx, clock, actor, id, body)
      return answer(201, await showCustomer(tx, id))
    },
  })
  write(app, context, {
    ...writing,
    method: 'DELETE',
    url: '/api/admin/customers/:id/identities/:identityId',
    summary: 'Takes an identifier away',
    schema: { params: params.extend({ identityId: contract.id }), response: shown },
    run: async ({ tx, params: { id, identityId }, actor }) => {
      await removeIdentity(tx, clock, actor, id, identityId)
      return showCustomer(tx, id)
    },
  })
  write(app, context, {
    ...writing,
    method: 'POST',
    url: '/api/admin/customers/:id/consents',
    summary: 'What the person allowed or withdrew, told to staff',
    schema: { params, body: contract.consentBody, response: { 201: contract.customer } },
    run: async ({ tx, params: { id }, body, actor, request }) => {
      await refuseErased(tx, id)
      const { locationId, ...said } = body
      const source = locationId === null ? 'staff' : `counter ${locationId}`
      const by = actor.kind === 'staff' ? actor.memberId : actor.kind
      await recordConsent(tx, clock, {
        personId: await canonicalId(tx, id),
        ...said,
        source,
        proof: { requestId: request.id, by },
      })
      return answer(201, await showCustomer(tx, id))
    },
  })
  write(app, context, {
    ...writing,
    method: 'POST',
    url: '/api/admin/customers/:id/addresses',
    summary: 'Keeps an address',
    schema: { params, body: contract.addressBody, response: { 201: contract.customer } },
    run: async ({ tx, params: { id }, body }) => {
      await refuseErased(tx, id)
      await keepAddress(tx, clock, await canonicalId(tx, id), body)
      return answer(201, await showCustomer(tx, id))
    },
  })
  write(app, context, {
    ...writing,
    method: 'DELETE',
    url: '/api/admin/customers/:id/addresses/:addressId',
    summary: 'Removes an address',
    schema: { params: params.extend({ addressId: contract.id }), response: shown },
    run: async ({ tx, params: { id, addressId } }) => {
      await removeAddress(tx, await groupOf(tx, id), addressId)
      return showCustomer(tx, id)
    },
  })
  write(app, context, {
    method: 'POST',
    action: 'customers.visit',
    tag,
    url: '/api/admin/customers/:id/visits',
    summary: 'Notes a visit to a shop in the thread',
    schema: { params, body: contract.visitBody, response: { 204: z.null() } },
    run: async ({ tx, params: { id }, body, mayActAt }) => {
      mayActAt(body.locationId)
      await refuseErased(tx, id)
      await noteVisit(tx, clock, id, body)
      return answer(204, null)
    },
  })
}
