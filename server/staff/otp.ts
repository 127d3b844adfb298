import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { seal, unseal } from '#platform/secrets'
import { sql } from '#platform/sql'
import { staffProblems } from './problems.ts'

/** One step either side is taken, for slow thumbs and clocks that drift (RFC 6238 §5.2). */
const tolerance = 30

/** Begins setting up one-time codes: a secret for the app to scan. Nothing holds until a code proves that the app has it. */
export async function startOtp(
  tx: Tx,
  clock: Clock,
  { memberId, email, secret }: { memberId: string; email: string; secret: string },
): Promise<{ challengeId: string; secret: string; uri: string }> {
  const shared = generateSecret()
  const challengeId = newId('act')
  await tx.run(sql`delete from staff.challenge where member_id = ${memberId} and purpose = 'otp_enroll'`)
  await tx.run(sql`
    insert into staff.challenge (id, member_id, purpose, secret, expires_at)
    values (${challengeId}, ${memberId}, 'otp_enroll', ${seal(secret, 'staff.otp', shared)}, ${new Date(clock.now().getTime() + 600_000)})`)
  return { challengeId, secret: shared, uri: generateURI({ issuer: 'Hilo', label: email, secret: shared }) }
}

/**
 * Turns one-time codes on once the app shows a right one; that code is used up by it.
 * @throws Problem staff.challenge_over, staff.code_refused
 */
export async function confirmOtp(
  tx: Tx,
  clock: Clock,
  { memberId, challengeId, code, secret }: { memberId: string; challengeId: string; code: string; secret: string },
): Promise<void> {
  const challenge = await tx.maybeOne<{ sealed: string }>(sql`
    select secret as sealed from staff.challenge
     where id = ${challengeId} and member_id = ${memberId} and purpose = 'otp_enroll' and expires_at > ${clock.now()} for update`)
  if (!challenge) throw staffProblems.challenge_over()
  const step = stepOf(clock, unseal(secret, 'staff.otp', challenge.sealed), code)
  if (step === undefined) throw staffProblems.code_refused({ parameter: 'code' })
  await tx.run(
    sql`update staff.member set otp_secret = ${challenge.sealed}, otp_last_step = ${step} where id = ${memberId}`,
  )
  await tx.run(sql`delete from staff.challenge where id = ${challengeId}`)
}

/**
 * Takes a code. Each 30-second step is good once: the step is written by the statement that checks it, so of two equal codes at
 * the same moment one passes.
 */
export async function takeOtp(
  q: Queryable,
  clock: Clock,
  { memberId, code, secret }: { memberId: string; code: string; secret: string },
): Promise<boolean> {
  const member = await q.maybeOne<{ sealed: string | null }>(
    sql`select otp_secret as sealed from staff.member where id = ${memberId}`,
  )
  if (!member?.sealed) return false
  const step = stepOf(clock, unseal(secret, 'staff.otp', member.sealed), code)
  if (step === undefined) return false
  const taken = await q.run(sql`
    update staff.member set otp_last_step = ${step} where id = ${memberId} and (otp_last_step is null or otp_last_step < ${step})`)
  return taken === 1
}

/** Turns one-time codes off. */
export async function removeOtp(tx: Tx, memberId: string): Promise<void> {
  await tx.run(sql`update staff.member set otp_secret = null, otp_last_step = null where id = ${memberId}`)
}

function stepOf(clock: Clock, shared: string | undefined, code: string): number | undefined {
  if (shared === undefined || !/^\d{6}$/.test(code)) return undefined
  const epoch = Math.floor(clock.now().getTime() / 1000)
  const result = verifySync({ secret: shared, token: code, epoch, epochTolerance: tolerance })
  return result.valid ? Math.floor(epoch / 30) + result.delta : undefined
}
