import type { Clock } from '#platform/clock'
import type { Db, Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { staffProblems } from './problems.ts'

/** The site passkeys are bound to: host name and origin of HILO_PUBLIC_URL. */
export type Site = { publicUrl: string }
type Started = { challengeId: string; options: Record<string, unknown> }
type Purpose = 'passkey_login' | 'passkey_enroll'
/** Browser answers keep the shape WebAuthn gives them; the library checks every part of it. */
export type PasskeyAnswer = { id: string; rawId: string; type: 'public-key' } & Record<string, unknown>
type Library = typeof import('@simplewebauthn/server')
type RegistrationAnswer = Parameters<Library['verifyRegistrationResponse']>[0]['response']
type LoginAnswer = Parameters<Library['verifyAuthenticationResponse']>[0]['response']

/** Read at the first passkey: most of what certificates need, for what few processes of a day are asked. */
const library = () => import('@simplewebauthn/server')

const fiveMinutesMs = 300_000

/** Options to make a new passkey for a member. */
export async function startPasskeyEnroll(
  tx: Tx,
  clock: Clock,
  site: Site,
  { memberId, email, name }: { memberId: string; email: string; name: string },
): Promise<Started> {
  const known = await tx.many<{ id: string }>(sql`select id from staff.passkey where member_id = ${memberId}`)
  const options = await (await library()).generateRegistrationOptions({
    rpName: 'Hilo',
    rpID: new URL(site.publicUrl).hostname,
    userID: new TextEncoder().encode(memberId),
    userName: email,
    userDisplayName: name,
    attestationType: 'none',
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  return keepChallenge(tx, clock, { memberId, purpose: 'passkey_enroll', options })
}

/** Keeps a new passkey. @throws Problem staff.challenge_over, staff.passkey_refused */
export async function enrollPasskey(
  tx: Tx,
  clock: Clock,
  site: Site,
  {
    memberId,
    challengeId,
    label,
    response,
  }: { memberId: string; challengeId: string; label: string; response: PasskeyAnswer },
): Promise<void> {
  const challenge = await takeChallenge(tx, clock, { challengeId, purpose: 'passkey_enroll', memberId })
  const verified = await (await library())
    .verifyRegistrationResponse({
      response: response as unknown as RegistrationAnswer,
      expectedChallenge: challenge.secret,
      ...expected(site),
    })
    .catch((cause: unknown) => {
      throw staffProblems.passkey_refused({}, { cause })
    })
  if (!verified.verified) throw staffProblems.passkey_refused()
  const { credential } = verified.registrationInfo
  await tx.run(sql`
    insert into staff.passkey (id, member_id, public_key, counter, transports, label, created_at)
    values (${credential.id}, ${memberId}, ${Buffer.from(credential.publicKey)}, ${credential.counter}, ${credential.transports ?? []}::text[],
            ${label}, ${clock.now()})`)
}

/** Options to log in by passkey: those of a member whose password was right, or, without one, whichever the device offers. */
export async function startPasskeyLogin(
  q: Queryable,
  clock: Clock,
  site: Site,
  memberId: string | null,
): Promise<Started> {
  const keys = await q.many<{ id: string; transports: string[] }>(sql`
    select id, transports from staff.passkey where member_id = ${memberId}`)
  const options = await (await library()).generateAuthenticationOptions({
    rpID: new URL(site.publicUrl).hostname,
    userVerification: 'required',
    allowCredentials: keys.map(({ id, transports }) => ({ id, transports: transports as never[] })),
  })
  return keepChallenge(q, clock, { memberId, purpose: 'passkey_login', options })
}

/**
 * Who this passkey belongs to. The device checked a finger, a face or a PIN, so it stands for both factors.
 * @throws Problem staff.challenge_over, staff.passkey_refused
 */
export async function takePasskey(
  db: Db,
  clock: Clock,
  site: Site,
  { memberId, challengeId, response }: { memberId: string | null; challengeId: string; response: PasskeyAnswer },
): Promise<string> {
  const challenge = await takeChallenge(db, clock, { challengeId, purpose: 'passkey_login', memberId })
  const key = await db.maybeOne<{ memberId: string; publicKey: Buffer; counter: number }>(sql`
    select k.member_id as "memberId", k.public_key as "publicKey", k.counter
      from staff.passkey k join staff.member m on m.id = k.member_id
     where k.id = ${response.id} and m.status = 'active' and (${memberId}::text is null or k.member_id = ${memberId})`)
  if (!key) throw staffProblems.passkey_refused()
  const verified = await (await library())
    .verifyAuthenticationResponse({
      response: response as unknown as LoginAnswer,
      expectedChallenge: challenge.secret,
      ...expected(site),
      credential: { id: response.id, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
    })
    .catch((cause: unknown) => {
      throw staffProblems.passkey_refused({}, { cause })
    })
  if (!verified.verified) throw staffProblems.passkey_refused()
  await db.run(sql`
    update staff.passkey set counter = ${verified.authenticationInfo.newCounter}, last_used_at = ${clock.now()} where id = ${response.id}`)
  return key.memberId
}

export type PasskeyRow = { id: string; label: string; createdAt: Date; lastUsedAt: Date | null }

/** Passkeys of a member, oldest first. */
export async function listPasskeys(q: Queryable, memberId: string): Promise<PasskeyRow[]> {
  return q.many<PasskeyRow>(sql`
    select id, label, created_at as "createdAt", last_used_at as "lastUsedAt" from staff.passkey where member_id = ${memberId} order by created_at`)
}

/** Removes one passkey. @returns whether it was there */
export async function removePasskey(tx: Tx, { memberId, id }: { memberId: string; id: string }): Promise<boolean> {
  return (await tx.run(sql`delete from staff.passkey where id = ${id} and member_id = ${memberId}`)) === 1
}

function expected({ publicUrl }: Site) {
  return {
    expectedOrigin: new URL(publicUrl).origin,
    expectedRPID: new URL(publicUrl).hostname,
    requireUserVerification: true,
  }
}

async function keepChallenge(
  q: Queryable,
  clock: Clock,
  { memberId, purpose, options }: { memberId: string | null; purpose: Purpose; options: { challenge: string } },
): Promise<Started> {
  const challengeId = newId('act')
  await q.run(sql`
    insert into staff.challenge (id, member_id, purpose, secret, expires_at)
    values (${challengeId}, ${memberId}, ${purpose}, ${options.challenge}, ${new Date(clock.now().getTime() + fiveMinutesMs)})`)
  return { challengeId, options: { ...options } }
}

/** A challenge is good once, for its purpose and its member. */
async function takeChallenge(
  q: Queryable,
  clock: Clock,
  { challengeId, purpose, memberId }: { challengeId: string; purpose: Purpose; memberId: string | null },
): Promise<{ secret: string }> {
  const challenge = await q.maybeOne<{ secret: string }>(sql`
    delete from staff.challenge
     where id = ${challengeId} and purpose = ${purpose} and member_id is not distinct from ${memberId}::text and expires_at > ${clock.now()}
    returning secret`)
  if (!challenge) throw staffProblems.challenge_over()
  return challenge
}
