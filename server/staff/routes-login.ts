import * as contract from '@hilo/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type AppContext, answer, writeResumable } from '#platform/http'
import { begunLogin, clearStaffCookie, setStaffCookie, staffCookie } from './actor.ts'
import {
  accountOf,
  afterEnrolling,
  type Caller,
  choosePassword,
  describeStep,
  type Login,
  logIn,
  logInByCode,
  logInByPasskey,
  type StaffSettings,
} from './login.ts'
import { confirmOtp, startOtp } from './otp.ts'
import { enrollPasskey, startPasskeyEnroll, startPasskeyLogin } from './passkeys.ts'
import { endSessions, sessionOfToken } from './sessions.ts'

const tag = 'Staff login'
const action = 'staff.login'

/** Who is at the other end, for the list of sessions and the limits. */
export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, userAgent: request.headers['user-agent'] ?? '' }
}

/** The steps of a login. None keeps an Idempotency-Key: passwords, codes and cookies stay out of the database. */
export function registerLoginRoutes(app: FastifyInstance, context: AppContext, settings: StaffSettings): void {
  const { db, clock } = context
  const { publicUrl, secret } = settings
  const step = async (reply: FastifyReply, login: Login) => {
    setStaffCookie(reply, publicUrl, login.token, login.stage)
    return describeStep(db, clock, login)
  }
  const begun = async (request: FastifyRequest) => {
    const token = request.cookies[staffCookie(publicUrl)]
    return token === undefined ? undefined : sessionOfToken(db, clock, token)
  }
  const common = { action, tag, secret: true } as const
  const answers = { 200: contract.loginStep }
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login',
    summary: 'First step: mail and password',
    schema: { body: contract.loginBody, response: answers },
    run: async ({ body, request, reply }) =>
      step(reply, await logIn(db, clock, settings, { ...body, caller: callerOf(request) })),
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/code',
    summary: 'Second step: a code of the authenticator app',
    schema: { body: contract.loginCodeBody, response: answers },
    run: async ({ body, request, reply }) => {
      const session = await begunLogin(context, request, publicUrl, ['second_factor'])
      return step(
        reply,
        await logInByCode(db, clock, settings, { session, code: body.code, caller: callerOf(request) }),
      )
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/passkey/options',
    summary: 'What the browser needs to ask for a passkey',
    schema: { response: { 200: contract.passkeyOptions } },
    run: async ({ request }) => {
      const session = await begun(request)
      return startPasskeyLogin(db, clock, settings, session?.stage === 'second_factor' ? session.memberId : null)
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/passkey',
    summary: 'Second step, or the whole login: a passkey',
    schema: { body: contract.passkeyLoginBody, response: answers },
    run: async ({ body, request, reply }) => {
      const session = await begun(request)
      const login = await logInByPasskey(db, clock, settings, { session, ...body, caller: callerOf(request) })
      return step(reply, login)
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/password',
    summary: 'Forced step after a one-time password: choose your own',
    schema: { body: contract.newPasswordBody, response: answers },
    run: async ({ body, request, reply }) => {
      const session = await begunLogin(context, request, publicUrl, ['password'])
      return step(
        reply,
        await choosePassword(db, clock, settings, { session, password: body.password, caller: callerOf(request) }),
      )
    },
  })
  registerForcedEnrollment(app, context, settings, { common, answers, step, secret })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/logout',
    summary: 'Ends this session',
    schema: { response: { 204: z.null() } },
    run: async ({ request, reply }) => {
      const session = await begun(request)
      if (session)
        await db.transaction((tx) =>
          endSessions(tx, { memberId: session.memberId, id: session.tokenHash.slice(0, 16) }),
        )
      clearStaffCookie(reply, publicUrl)
      return answer(204, null)
    },
  })
}

type Parts = {
  common: { action: string; tag: string; secret: true }
  answers: { 200: typeof contract.loginStep }
  step(reply: FastifyReply, login: Login): Promise<contract.LoginStep>
  secret: string
}

/** Where the house requires a second factor, who has none sets one up before they are in. */
function registerForcedEnrollment(
  app: FastifyInstance,
  context: AppContext,
  settings: StaffSettings,
  { common, answers, step, secret }: Parts,
): void {
  const { db, clock } = context
  const begun = (request: FastifyRequest) => begunLogin(context, request, settings.publicUrl, ['enroll'])
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/enroll/otp',
    summary: 'Forced step: a secret for the authenticator app',
    schema: { response: { 200: contract.otpStart } },
    run: async ({ request }) => {
      const { memberId } = await begun(request)
      const { email } = await accountOf(db, memberId)
      return db.transaction((tx) => startOtp(tx, clock, { memberId, email, secret }))
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/enroll/otp/confirm',
    summary: 'Forced step: the first code of the app',
    schema: { body: contract.otpConfirmBody, response: answers },
    run: async ({ body, request, reply }) => {
      const session = await begun(request)
      await db.transaction((tx) => confirmOtp(tx, clock, { memberId: session.memberId, ...body, secret }))
      return step(reply, await afterEnrolling(db, clock, settings, { session, caller: callerOf(request) }))
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/enroll/passkey/options',
    summary: 'Forced step: what the browser needs to make a passkey',
    schema: { response: { 200: contract.passkeyOptions } },
    run: async ({ request }) => {
      const { memberId } = await begun(request)
      const { email, name } = await accountOf(db, memberId)
      return db.transaction((tx) => startPasskeyEnroll(tx, clock, settings, { memberId, email, name }))
    },
  })
  writeResumable(app, context, {
    ...common,
    url: '/api/staff/login/enroll/passkey',
    summary: 'Forced step: the new passkey',
    schema: { body: contract.passkeyEnrollBody, response: answers },
    run: async ({ body, request, reply }) => {
      const session = await begun(request)
      await db.transaction((tx) => enrollPasskey(tx, clock, settings, { memberId: session.memberId, ...body }))
      return step(reply, await afterEnrolling(db, clock, settings, { session, caller: callerOf(request) }))
    },
  })
}
