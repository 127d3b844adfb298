import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type AppContext, answer, get, write } from '#platform/http'
import { audit } from '#staff'
import { showCustomer } from './directory.ts'
import { findDuplicates, listDuplicates, settleDuplicate } from './duplicates.ts'
import { linkPersons, unlinkPersons } from './links.ts'

const tag = 'Customers'
const linking = { action: 'customers.link', tag } as const
const params = z.strictObject({ id: contract.id })
const shown = { 200: contract.customer }

/** Two records that are one person, and records that were taken for one by mistake. */
export function registerLinkRoutes(app: FastifyInstance, context: AppContext): void {
  const { db, clock } = context
  write(app, context, {
    ...linking,
    method: 'POST',
    url: '/api/admin/customers/:id/links',
    summary: 'Lets another record count as this person; nothing is moved',
    schema: { params, body: contract.linkBody, response: shown },
    run: async ({ tx, params: { id }, body, actor }) => {
      const linkId = await linkPersons(tx, clock, actor, {
        fromPersonId: body.otherPersonId,
        toPersonId: id,
        reason: body.reason,
      })
      await audit(tx, clock, actor, {
        action: 'customers.linked',
        subjectId: id,
        data: { fromPersonId: body.otherPersonId, linkId },
      })
      return showCustomer(tx, id)
    },
  })
  write(app, context, {
    ...linking,
    method: 'DELETE',
    url: '/api/admin/customers/:id/links/:linkId',
    summary: 'Undoes a link; each record has again what was its own',
    schema: { params: params.extend({ linkId: contract.id }), response: shown },
    run: async ({ tx, params: { id, linkId }, actor }) => {
      const { fromPersonId } = await unlinkPersons(tx, clock, actor, linkId)
      await audit(tx, clock, actor, { action: 'customers.unlinked', subjectId: id, data: { fromPersonId, linkId } })
      return showCustomer(tx, id)
    },
  })
  get(app, context, {
    ...linking,
    url: '/api/admin/customers/duplicates',
    summary: 'Pairs who may be one person, with the evidence, strongest first',
    schema: { querystring: contract.pageQuery, response: { 200: contract.page(contract.duplicate) } },
    run: ({ query }) => listDuplicates(db, query),
  })
  write(app, context, {
    ...linking,
    method: 'POST',
    url: '/api/admin/customers/duplicates/find',
    summary: 'Looks for duplicates now instead of tonight',
    schema: { response: { 200: z.object({ found: z.int() }) } },
    run: async () => ({ found: await findDuplicates(db, clock) }),
  })
  write(app, context, {
    ...linking,
    method: 'POST',
    url: '/api/admin/customers/duplicates/:id',
    summary: 'Decides about a pair: one person, or two',
    schema: { params, body: contract.duplicateBody, response: { 200: z.object({ linkId: contract.id.nullable() }) } },
    run: async ({ tx, params: { id }, body, actor }) =>
      answer(200, { linkId: await settleDuplicate(tx, clock, actor, { id, ...body }) }),
  })
}
