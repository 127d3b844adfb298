import * as contract from '@hilo/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type AppContext, answer, get, write, writeResumable } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { requireRecentProof, setStaffCookie } from './actor.ts'
import { audit } from './audit.ts'
import { accountOf, choosePassword, describeMe, describeStep, proveAgain, type StaffSettings } from './login.ts'
import { confirmOtp, removeOtp, startOtp } from './otp.ts'
import { enrollPasskey, listPasskeys, removePasskey, startPasskeyEnroll } from './passkeys.ts'
import { staffProblems } from './problems.ts'
import { callerOf } from './routes-login.ts'
import { confirmSession, endSessions, listSessions, type StaffSession } from './sessions.ts'

const tag = 'Staff, oneself'
const action = 'staff.self'
const idParams = z.strictObject({ id: z.string().max(600) })

/** The session of the member who asks; the authorisation table has let only staff come this far. */
function own(request: FastifyRequest): StaffSession {
  if (!request.staffSession) throw platformProblems.unauthenticated({ action })
  return request.staffSession
}

/** What a member may see and change of themselves: language, password, second factors, sessions. */
export function registerSelfRoutes(app: FastifyInstance, context: AppContext, settings: StaffSettings): void {
  const { db, clock } = context
  const common = { action, tag } as const
  const me = async (request: FastifyRequest) =>
    describeMe(await accountOf(db, own(request).memberId), own(request).confirmedAt)
  get(app, context, {
    ...common,
    url: '/api/staff/me',
    summary: 'Who you are here',
    schema: { response: { 200: contract.staffMe } },
    run: ({ request }) => me(request),
  })
  write(app, context, {
    ...common,
    method: 'PUT',
    url: '/api/staff/me/language',
    summary: 'Your language',
    schema: { body: contract.languageBody, response: { 200: contract.staffMe } },
    run: async ({ tx, body, request }) => {
      await tx.run(sql`update staff.member set language = ${body.language} where id = ${own(request).memberId}`)
      return describeMe(await accountOf(tx, own(request).memberId), own(request).confirmedAt)
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/confirm',
    secret: true,
    summary: 'Prove again that it is you; good for ten minutes of sensitive acts',
    schema: { body: contract.confirmBody, response: { 200: contract.staffMe } },
    run: async ({ body, request }) => {
      const session = own(request)
      await proveAgain(db, clock, settings, { session, ...body, caller: callerOf(request) })
      await db.transaction((tx) => confirmSession(tx, clock, session.tokenHash))
      return describeMe(await accountOf(db, session.memberId), clock.now())
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/me/password',
    secret: true,
    summary: 'A new password; your other sessions end',
    schema: { body: contract.newPasswordBody, response: { 200: contract.loginStep } },
    run: async ({ body, request, reply }) => {
      requireRecentProof(request, clock)
      const login = await choosePassword(db, clock, settings, {
        session: own(request),
        password: body.password,
        caller: callerOf(request),
      })
      setStaffCookie(reply, settings.publicUrl, login.token, login.stage)
      return describeStep(db, clock, login)
    },
  })
  get(app, context, {
    ...common,
    url: '/api/staff/me/sessions',
    summary: 'Where you are logged in',
    schema: { response: { 200: z.object({ items: z.array(contract.staffSession) }) } },
    run: async ({ request }) => ({ items: await listSessions(db, clock, own(request)) }),
  })
  write(app, context, {
    ...common,
    method: 'DELETE',
    url: '/api/staff/me/sessions/:id',
    summary: 'Ends one of your sessions; `others` ends all but this one',
    schema: { params: idParams },
    run: async ({ tx, params, request }) => {
      const { memberId, tokenHash } = own(request)
      const ended = await endSessions(
        tx,
        params.id === 'others' ? { memberId, except: tokenHash } : { memberId, id: params.id },
      )
      await audit(tx, clock, request.actor, { action: 'staff.sessions.ended', subjectId: memberId, data: { ended } })
      return answer(204, null)
    },
  })
  registerFactorRoutes(app, context, settings)
}

function registerFactorRoutes(app: FastifyInstance, context: AppContext, settings: StaffSettings): void {
  const { clock } = context
  const { secret } = settings
  const common = { action, tag, secret: true } as const
  write(app, context, {
    ...common,
    method: 'POST',
    url: '/api/staff/me/otp',
    summary: 'A secret for your authenticator app',
    schema: { response: { 200: contract.otpStart } },
    run: async ({ tx, request }) => {
      requireRecentProof(request, clock)
      const { memberId } = own(request)
      return startOtp(tx, clock, { memberId, email: (await accountOf(tx, memberId)).email, secret })
    },
  })
  write(app, context, {
    ...common,
    method: 'POST',
    url: '/api/staff/me/otp/confirm',
    summary: 'Turns codes on with the first one',
    schema: { body: contract.otpConfirmBody, response: { 200: contract.staffMe } },
    run: async ({ tx, body, request }) => {
      const { memberId, confirmedAt } = own(request)
      await confirmOtp(tx, clock, { memberId, ...body, secret })
      await audit(tx, clock, request.actor, { action: 'staff.otp.enabled', subjectId: memberId })
      return describeMe(await accountOf(tx, memberId), confirmedAt)
    },
  })
  write(app, context, {
    ...common,
    method: 'DELETE',
    url: '/api/staff/me/otp',
    summary: 'Turns codes off',
    schema: {},
    run: async ({ tx, request }) => {
      requireRecentProof(request, clock)
      const { memberId } = own(request)
      if (settings.secondFactor === 'required' && (await accountOf(tx, memberId)).passkeys === 0)
        throw staffProblems.last_factor()
      await removeOtp(tx, memberId)
      await audit(tx, clock, request.actor, { action: 'staff.otp.disabled', subjectId: memberId })
      return answer(204, null)
    },
  })
  registerPasskeyRoutes(app, context, settings)
}

function registerPasskeyRoutes(app: FastifyInstance, context: AppContext, settings: StaffSettings): void {
  const { db, clock } = context
  const common = { action, tag } as const
  get(app, context, {
    ...common,
    url: '/api/staff/me/passkeys',
    summary: 'Your passkeys',
    schema: { response: { 200: z.object({ items: z.array(contract.passkeyView) }) } },
    run: async ({ request }) => ({ items: await listPasskeys(db, own(request).memberId) }),
  })
  write(app, context, {
    ...common,
    secret: true,
    method: 'POST',
    url: '/api/staff/me/passkeys/options',
    summary: 'What the browser needs to make a passkey',
    schema: { response: { 200: contract.passkeyOptions } },
    run: async ({ tx, request }) => {
      requireRecentProof(request, clock)
      const { memberId } = own(request)
      const { email, name } = await accountOf(tx, memberId)
      return startPasskeyEnroll(tx, clock, settings, { memberId, email, name })
    },
  })
  write(app, context, {
    ...common,
    secret: true,
    method: 'POST',
    url: '/api/staff/me/passkeys',
    summary: 'Keeps the new passkey',
    schema: { body: contract.passkeyEnrollBody, response: { 200: z.object({ items: z.array(contract.passkeyView) }) } },
    run: async ({ tx, body, request }) => {
      const { memberId } = own(request)
      await enrollPasskey(tx, clock, settings, { memberId, ...body })
      await audit(tx, clock, request.actor, { action: 'staff.passkey.added', subjectId: memberId })
      return { items: await listPasskeys(tx, memberId) }
    },
  })
  write(app, context, {
    ...common,
    method: 'DELETE',
    url: '/api/staff/me/passkeys/:id',
    summary: 'Removes a passkey',
    schema: { params: idParams },
    run: async ({ tx, params, request }) => {
      requireRecentProof(request, clock)
      const { memberId } = own(request)
      const { otp, passkeys } = await accountOf(tx, memberId)
      if (settings.secondFactor === 'required' && !otp && passkeys === 1) throw staffProblems.last_factor()
      if (!(await removePasskey(tx, { memberId, id: params.id }))) throw platformProblems.not_found({ id: params.id })
      await audit(tx, clock, request.actor, { action: 'staff.passkey.removed', subjectId: memberId })
      return answer(204, null)
    },
  })
}
