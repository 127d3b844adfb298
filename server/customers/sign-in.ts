import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { bookMail } from '#platform/mail'
import { sql } from '#platform/sql'
import { normalizeIdentity } from './identities.ts'
import { customerProblems } from './problems.ts'
import { resolvePerson } from './resolve.ts'
import { openCustomerSession } from './sessions.ts'
import { signInMail } from './sign-in-mail.ts'
import { visitorIdentity } from './visitor.ts'

const codeMinutes = 10
const codesPerHour = 3
const guessesPerCode = 5
const purpose = 'sign_in'

/**
 * Sends a six-digit code to a mail address. The same happens whether somebody is known by it or not, so the answer tells nothing; the
 * first sign-in makes the person.
 * @throws Problem customers.identity_invalid, customers.too_many_codes
 */
export async function startSignIn(
  tx: Tx,
  clock: Clock,
  { email, language, secret }: { email: string; language: 'es' | 'en'; secret: string },
): Promise<{ requestId: string; expiresAt: Date }> {
  const destination = normalizeIdentity('email', email)
  if (destination === undefined) throw customerProblems.identity_invalid({ parameter: 'email', value: email })
  const now = clock.now()
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${destination}, 11))`)
  const { sent, oldest } = await tx.one<{ sent: number; oldest: Date | null }>(sql`
    select count(*)::int as sent, min(created_at) as oldest from customers.login_code
     where destination = ${destination} and purpose = ${purpose} and created_at > ${new Date(now.getTime() - 3_600_000)}`)
  if (sent >= codesPerHour) {
    const retryAfterSeconds = Math.ceil(((oldest ?? now).getTime() + 3_600_000 - now.getTime()) / 1000)
    throw customerProblems.too_many_codes({ retryAfterSeconds })
  }
  const requestId = newId('act')
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const expiresAt = new Date(now.getTime() + codeMinutes * 60_000)
  await tx.run(sql`
    insert into customers.login_code (id, purpose, destination, code_hash, created_at, expires_at)
    values (${requestId}, ${purpose}, ${destination}, ${hashCode(secret, requestId, code)}, ${now}, ${expiresAt})`)
  await bookMail(tx, clock, {
    dedupeKey: `sign_in:${requestId}`,
    personId: null,
    to: destination,
    language,
    ...signInMail(language, code),
  })
  return { requestId, expiresAt }
}

/**
 * Takes a code, once, for this purpose only. Every guess is counted before it is looked at, and the sixth is not looked at.
 * @param cartToken of this browser: what was looked at before signing in belongs to the person from now on
 * @returns the token of the new session
 * @throws Problem customers.code_refused
 */
export async function confirmSignIn(
  db: Db,
  clock: Clock,
  {
    requestId,
    code,
    cartToken,
    language,
    secret,
  }: { requestId: string; code: string; cartToken?: string; language: 'es' | 'en'; secret: string },
): Promise<{ token: string; personId: string }> {
  const now = clock.now()
  const asked = await db.maybeOne<{ destination: string; codeHash: string }>(sql`
    update customers.login_code set attempts = attempts + 1
     where id = ${requestId} and purpose = ${purpose} and used_at is null and expires_at > ${now} and attempts < ${guessesPerCode}
    returning destination, code_hash as "codeHash"`)
  const given = Buffer.from(hashCode(secret, requestId, code))
  if (!asked || !timingSafeEqual(given, Buffer.from(asked.codeHash)))
    throw customerProblems.code_refused({ parameter: 'code' })
  return db.transaction(async (tx) => {
    const used = await tx.run(
      sql`update customers.login_code set used_at = ${now} where id = ${requestId} and used_at is null`,
    )
    if (used === 0) throw customerProblems.code_refused({ parameter: 'code' })
    const visitor = cartToken === undefined ? [] : [visitorIdentity(cartToken)]
    const { personId } = await resolvePerson(tx, clock, {
      identities: [{ kind: 'email', value: asked.destination, proof: 'code' }, ...visitor],
      language,
      source: 'web sign-in',
    })
    return { token: await openCustomerSession(tx, clock, personId), personId }
  })
}

/** Six digits can be tried out in no time, so their hash is keyed with what stands outside the database. */
function hashCode(secret: string, requestId: string, code: string): string {
  return createHmac('sha256', secret).update(`${purpose}:${requestId}:${code}`).digest('base64url')
}
