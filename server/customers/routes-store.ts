import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Queryable } from '#platform/db'
import { type AppContext, answer, get, write, writeResumable } from '#platform/http'
import { sql } from '#platform/sql'
import { clearCustomerCookie, customerCookie, setCustomerCookie, signedIn } from './actor.ts'
import { addressesOf, changeAddress, keepAddress, removeAddress } from './addresses.ts'
import { consentsOf, recordConsent } from './consents.ts'
import { identitiesOf } from './directory.ts'
import { findPerson, groupOf } from './persons.ts'
import { exportPerson } from './privacy.ts'
import { endCustomerSession } from './sessions.ts'
import { confirmSignIn, startSignIn } from './sign-in.ts'

export type CustomerSettings = { secret: string; publicUrl: string }
const tag = 'Shop account'

/** Profile, addresses and consents of the signed-in customer, over everything that counts as theirs. */
async function showAccount(q: Queryable, personId: string) {
  const personIds = await groupOf(q, personId)
  const { id, name, language, birthday } = await findPerson(q, personId)
  const identities = await identitiesOf(q, personIds)
  const values = (kind: string) => identities.filter((identity) => identity.kind === kind).map(({ value }) => value)
  return {
    id,
    name,
    language,
    birthday,
    emails: values('email'),
    phones: values('phone'),
    addresses: await addressesOf(q, personIds),
    consents: await consentsOf(q, personIds),
  }
}

/** Sign-in by mail code. */
export function registerSignInRoutes(
  app: FastifyInstance,
  context: AppContext,
  { secret, publicUrl }: CustomerSettings,
): void {
  const { db, clock } = context
  write(app, context, {
    method: 'POST',
    url: '/api/store/sign-in',
    action: 'customers.sign_in',
    tag,
    summary: 'Sends a code to a mail address; the answer is the same whoever it belongs to',
    limitPerMinute: 20,
    schema: { body: contract.signInBody, querystring: contract.langQuery, response: { 200: contract.signInStarted } },
    run: ({ tx, body, language }) => startSignIn(tx, clock, { email: body.email, language, secret }),
  })
  writeResumable(app, context, {
    url: '/api/store/sign-in/confirm',
    action: 'customers.sign_in',
    tag,
    secret: true,
    summary: 'Takes the code and opens the session',
    limitPerMinute: 30,
    schema: { body: contract.signInConfirmBody, querystring: contract.langQuery, response: { 200: contract.account } },
    run: async ({ body, request, reply, language }) => {
      const { token, personId } = await confirmSignIn(db, clock, {
        ...body,
        cartToken: request.cartToken,
        language,
        secret,
      })
      setCustomerCookie(reply, publicUrl, token)
      return showAccount(db, personId)
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/store/sign-out',
    action: 'customers.sign_in',
    tag,
    summary: 'Ends the session',
    schema: { response: { 204: z.null() } },
    run: async ({ tx, request, reply }) => {
      const token = request.cookies[customerCookie(publicUrl)]
      if (token !== undefined) await endCustomerSession(tx, token)
      clearCustomerCookie(reply, publicUrl)
      return answer(204, null)
    },
  })
}

/** The account of the signed-in customer; their orders are served by the orders module. */
export function registerAccountRoutes(app: FastifyInstance, context: AppContext): void {
  const { clock } = context
  const common = { action: 'customers.own', tag } as const
  const response = { 200: contract.account }
  get(app, context, {
    ...common,
    url: '/api/store/account',
    summary: 'Who you are here',
    schema: { querystring: contract.langQuery, response },
    run: ({ db, request }) => showAccount(db, signedIn(request)),
  })
  write(app, context, {
    ...common,
    method: 'PATCH',
    url: '/api/store/account',
    summary: 'Your name, language, birthday',
    schema: { body: contract.accountPatch, response },
    run: async ({ tx, body, request }) => {
      const person = { ...(await findPerson(tx, signedIn(request))), ...body }
      await tx.run(sql`
        update customers.person set name = ${person.name}, language = ${person.language}, birthday = ${person.birthday}, version = version + 1
         where id = ${person.id}`)
      return showAccount(tx, person.id)
    },
  })
  write(app, context, {
    ...common,
    method: 'POST',
    url: '/api/store/account/consents',
    summary: 'Allow or withdraw one purpose on one channel',
    schema: { body: contract.ownConsentBody, response },
    run: async ({ tx, body, request }) => {
      const personId = signedIn(request)
      await recordConsent(tx, clock, { personId, ...body, source: 'web account', proof: { requestId: request.id } })
      return showAccount(tx, personId)
    },
  })
  write(app, context, {
    ...common,
    method: 'POST',
    url: '/api/store/account/addresses',
    summary: 'Keeps an address',
    schema: { body: contract.addressBody, response: { 201: contract.account } },
    run: async ({ tx, body, request }) => {
      await keepAddress(tx, clock, signedIn(request), body)
      return answer(201, await showAccount(tx, signedIn(request)))
    },
  })
  write(app, context, {
    ...common,
    method: 'PUT',
    url: '/api/store/account/addresses/:id',
    summary: 'Writes an address anew',
    schema: { params: z.strictObject({ id: contract.id }), body: contract.addressBody, response },
    run: async ({ tx, params, body, request }) => {
      await changeAddress(tx, await groupOf(tx, signedIn(request)), params.id, body)
      return showAccount(tx, signedIn(request))
    },
  })
  write(app, context, {
    ...common,
    method: 'DELETE',
    url: '/api/store/account/addresses/:id',
    summary: 'Removes an address',
    schema: { params: z.strictObject({ id: contract.id }), response },
    run: async ({ tx, params, request }) => {
      await removeAddress(tx, await groupOf(tx, signedIn(request)), params.id)
      return showAccount(tx, signedIn(request))
    },
  })
  get(app, context, {
    ...common,
    url: '/api/store/account/data',
    summary: 'Everything kept about you, as a file',
    limitPerMinute: 6,
    reference: { answers: 'application/json' },
    schema: {},
    run: async ({ db, request, reply }) => {
      reply.header('content-disposition', 'attachment; filename="hilo-data.json"')
      return exportPerson(db, clock, signedIn(request))
    },
  })
}
