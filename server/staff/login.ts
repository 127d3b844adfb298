import type { LoginStep, StaffMe } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db, Queryable } from '#platform/db'
import { checkPassword, hashPassword, passwordWeakness } from '#platform/passwords'
import { sql } from '#platform/sql'
import { audit } from './audit.ts'
import { takeOtp } from './otp.ts'
import { type PasskeyAnswer, takePasskey } from './passkeys.ts'
import { staffProblems } from './problems.ts'
import { confirmedUntil, endSessions, openSession, type StaffSession, type Stage } from './sessions.ts'
import { claimAttempt, succeeded } from './throttle.ts'

/** What staff logins need of the settings. */
export type StaffSettings = { secret: string; publicUrl: string; secondFactor: 'required' | 'optional' }
export type Caller = { ip: string; userAgent: string }
export type Login = { token: string; stage: Stage; memberId: string }

type Account = {
  id: string
  email: string
  name: string
  role: StaffMe['role']
  allPlaces: boolean
  locationIds: string[]
  language: 'es' | 'en'
  status: 'active' | 'disabled'
  passwordHash: string | null
  mustChange: boolean
  passwordExpiresAt: Date | null
  otp: boolean
  passkeys: number
}

const columns = sql`m.id, m.email, m.name, m.role, m.all_places as "allPlaces", m.location_ids as "locationIds", m.language, m.status,
  m.password_hash as "passwordHash", m.password_must_change as "mustChange", m.password_expires_at as "passwordExpiresAt",
  m.otp_secret is not null as otp, (select count(*)::int from staff.passkey k where k.member_id = m.id) as passkeys`

/** The account behind a member id. */
export async function accountOf(q: Queryable, memberId: string): Promise<Account> {
  return q.one<Account>(sql`select ${columns} from staff.member m where m.id = ${memberId}`)
}

/**
 * Where a login stands once these proofs were given:
 *
 *   password ──▶ second_factor (has a code app or passkey) ──▶ password (must choose one) ──▶ enroll (house requires a factor) ──▶ full
 */
export function nextStage(
  account: Account,
  settings: StaffSettings,
  { secondFactorGiven }: { secondFactorGiven: boolean },
): Stage {
  const hasFactor = account.otp || account.passkeys > 0
  if (hasFactor && !secondFactorGiven) return 'second_factor'
  if (account.mustChange) return 'password'
  if (!hasFactor && settings.secondFactor === 'required') return 'enroll'
  return 'full'
}

/**
 * First step: mail and password. Unknown mail, wrong password and dismissed member take the same time and get the same refusal.
 * @throws Problem staff.login_refused, staff.one_time_password_over, staff.too_many_attempts
 */
export async function logIn(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  { email, password, caller }: { email: string; password: string; caller: Caller },
): Promise<Login> {
  const mail = email.toLowerCase()
  const attempt = await claimAttempt(db, clock, { account: `email:${mail}`, ip: caller.ip })
  const account = await db.maybeOne<Account>(sql`select ${columns} from staff.member m where lower(m.email) = ${mail}`)
  const checked = await checkPassword(password, account?.status === 'active' ? account.passwordHash : null)
  if (!account || checked === 'wrong') throw staffProblems.login_refused()
  if (account.passwordExpiresAt && account.passwordExpiresAt <= clock.now())
    throw staffProblems.one_time_password_over()
  await succeeded(db, attempt)
  if (checked === 'rehash') {
    const hash = await hashPassword(password)
    await db.run(
      sql`update staff.member set password_hash = ${hash} where id = ${account.id} and password_hash = ${account.passwordHash}`,
    )
  }
  return enter(db, clock, {
    account,
    stage: nextStage(account, settings, { secondFactorGiven: false }),
    caller,
    by: 'password',
  })
}

/** Second step: a code of the app. @throws Problem staff.code_refused, staff.step_missing, staff.too_many_attempts */
export async function logInByCode(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  { session, code, caller }: { session: StaffSession; code: string; caller: Caller },
): Promise<Login> {
  if (session.stage !== 'second_factor') throw staffProblems.step_missing()
  const attempt = await claimAttempt(db, clock, { account: `otp:${session.memberId}`, ip: caller.ip })
  if (!(await takeOtp(db, clock, { memberId: session.memberId, code, secret: settings.secret })))
    throw staffProblems.code_refused({ parameter: 'code' })
  await succeeded(db, attempt)
  const account = await accountOf(db, session.memberId)
  return enter(db, clock, {
    account,
    stage: nextStage(account, settings, { secondFactorGiven: true }),
    caller,
    by: 'code',
    replaces: session.tokenHash,
  })
}

/** A passkey: second step of a begun login, or the whole login by itself. @throws Problem staff.passkey_refused, staff.challenge_over */
export async function logInByPasskey(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  {
    session,
    challengeId,
    response,
    caller,
  }: { session: StaffSession | undefined; challengeId: string; response: PasskeyAnswer; caller: Caller },
): Promise<Login> {
  const begun = session?.stage === 'second_factor' ? session : undefined
  const attempt = await claimAttempt(db, clock, { account: `passkey:${begun?.memberId ?? response.id}`, ip: caller.ip })
  const memberId = await takePasskey(db, clock, settings, { memberId: begun?.memberId ?? null, challengeId, response })
  await succeeded(db, attempt)
  const account = await accountOf(db, memberId)
  return enter(db, clock, {
    account,
    stage: nextStage(account, settings, { secondFactorGiven: true }),
    caller,
    by: 'passkey',
    replaces: begun?.tokenHash,
  })
}

/** Goes one step on after a factor was enrolled during a login. */
export async function afterEnrolling(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  { session, caller }: { session: StaffSession; caller: Caller },
): Promise<Login> {
  const account = await accountOf(db, session.memberId)
  return enter(db, clock, {
    account,
    stage: nextStage(account, settings, { secondFactorGiven: true }),
    caller,
    by: 'enrolled',
    replaces: session.tokenHash,
  })
}

/**
 * Chooses a new password: forced after a one-time password, or by oneself later. Every other session of the member ends.
 * @throws Problem staff.password_weak, staff.password_same
 */
export async function choosePassword(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  { session, password, caller }: { session: StaffSession; password: string; caller: Caller },
): Promise<Login> {
  const account = await accountOf(db, session.memberId)
  const weakness = passwordWeakness(password, [account.name, account.email])
  if (weakness) throw staffProblems.password_weak({ parameter: 'password', weakness })
  if ((await checkPassword(password, account.passwordHash)) !== 'wrong')
    throw staffProblems.password_same({ parameter: 'password' })
  const hash = await hashPassword(password)
  await db.transaction(async (tx) => {
    await tx.run(sql`
      update staff.member set password_hash = ${hash}, password_must_change = false, password_expires_at = null where id = ${account.id}`)
    await endSessions(tx, { memberId: account.id, except: session.tokenHash })
    await audit(tx, clock, asActor(account), { action: 'staff.password.changed', subjectId: account.id })
  })
  const stage = nextStage({ ...account, mustChange: false }, settings, { secondFactorGiven: true })
  return enter(db, clock, { account, stage, caller, by: 'new_password', replaces: session.tokenHash })
}

/**
 * Proves anew that it is oneself, before something sensitive.
 * @throws Problem staff.login_refused, staff.too_many_attempts
 */
export async function proveAgain(
  db: Db,
  clock: Clock,
  settings: StaffSettings,
  { session, password, code, caller }: { session: StaffSession; password?: string; code?: string; caller: Caller },
): Promise<void> {
  const attempt = await claimAttempt(db, clock, { account: `confirm:${session.memberId}`, ip: caller.ip })
  const account = await accountOf(db, session.memberId)
  const right =
    code === undefined
      ? (await checkPassword(password ?? '', account.passwordHash)) !== 'wrong'
      : await takeOtp(db, clock, { memberId: session.memberId, code, secret: settings.secret })
  if (!right) throw staffProblems.login_refused({ parameter: code === undefined ? 'password' : 'code' })
  await succeeded(db, attempt)
}

type Entering = { account: Account; stage: Stage; caller: Caller; by: string; replaces?: string }

async function enter(db: Db, clock: Clock, { account, stage, caller, by, replaces }: Entering): Promise<Login> {
  const token = await db.transaction(async (tx) => {
    if (stage === 'full')
      await audit(tx, clock, asActor(account), { action: 'staff.logged_in', subjectId: account.id, data: { by } })
    return openSession(tx, clock, { memberId: account.id, stage, replaces, ...caller })
  })
  return { token, stage, memberId: account.id }
}

function asActor({ id, name, role, allPlaces, locationIds, language }: Account) {
  return { kind: 'staff', memberId: id, name, role, allPlaces, locationIds, language } as const
}

const stepNames = { second_factor: 'second_factor', password: 'new_password', enroll: 'enroll', full: 'done' } as const

/** What the browser is told after a step: what comes next, and who one is once in. */
export async function describeStep(
  q: Queryable,
  clock: Clock,
  { memberId, stage }: { memberId: string; stage: Stage },
): Promise<LoginStep> {
  const account = await accountOf(q, memberId)
  const methods = [...(account.otp ? (['otp'] as const) : []), ...(account.passkeys > 0 ? (['passkey'] as const) : [])]
  return {
    step: stepNames[stage],
    methods: stage === 'enroll' ? ['otp', 'passkey'] : methods,
    member: stage === 'full' ? describeMe(account, clock.now()) : null,
  }
}

/** The member as they see themselves. */
export function describeMe(account: Account, confirmedAt: Date): StaffMe {
  const { id, email, name, role, allPlaces, locationIds, language, otp, passkeys } = account
  return {
    id,
    email,
    name,
    role,
    allPlaces,
    locationIds,
    language,
    otp,
    passkeys,
    confirmedUntil: confirmedUntil({ confirmedAt }).toISOString(),
  }
}
