import type { Actor, Role } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newToken } from '#platform/ids'
import { hashToken } from '#platform/secrets'
import { sql } from '#platform/sql'

/** Four hours without a touch end a session, sixteen end it anyway: one long working day. A started login has ten minutes. */
export const sessionLimits = { idleMinutes: 240, absoluteMinutes: 960, loginMinutes: 10, confirmedMinutes: 10 }

/** How far a login has come: asked for a second factor, for a new password, for enrolling a factor, or all the way in. */
export type Stage = 'second_factor' | 'password' | 'enroll' | 'full'
export type StaffActor = Extract<Actor, { kind: 'staff' }>
export type StaffSession = { tokenHash: string; memberId: string; stage: Stage; confirmedAt: Date }

/**
 * Opens a session and gives its token; only the hash is stored. Every step of a login opens a new one and drops the old, so a
 * token seen before the proof is worth nothing after it (ASVS 7.2.4).
 */
export async function openSession(
  tx: Tx,
  clock: Clock,
  {
    memberId,
    stage,
    replaces,
    userAgent = '',
    ip = '',
  }: { memberId: string; stage: Stage; replaces?: string; userAgent?: string; ip?: string },
): Promise<string> {
  const token = newToken()
  const now = clock.now()
  const minutes = stage === 'full' ? sessionLimits.absoluteMinutes : sessionLimits.loginMinutes
  if (replaces !== undefined) await tx.run(sql`delete from staff.session where token_hash = ${replaces}`)
  await tx.run(sql`
    insert into staff.session (token_hash, member_id, stage, created_at, last_used_at, expires_at, confirmed_at, user_agent, ip)
    values (${hashToken(token)}, ${memberId}, ${stage}, ${now}, ${now}, ${new Date(now.getTime() + minutes * 60_000)}, ${now},
            ${userAgent.slice(0, 300)}, ${ip})`)
  return token
}

/** A login that is under way or done, by its token; undefined when it is over or its member was dismissed. */
export async function sessionOfToken(q: Queryable, clock: Clock, token: string): Promise<StaffSession | undefined> {
  const now = clock.now()
  return q.maybeOne<StaffSession>(sql`
    select s.token_hash as "tokenHash", s.member_id as "memberId", s.stage, s.confirmed_at as "confirmedAt"
      from staff.session s join staff.member m on m.id = s.member_id
     where s.token_hash = ${hashToken(token)} and m.status = 'active' and s.expires_at > ${now}
       and s.last_used_at > ${idleSince(now)}`)
}

/** Who acts by this token, once logged in all the way. Read on every request, so a dismissed person is out at once. */
export async function staffOfToken(q: Queryable, clock: Clock, token: string): Promise<StaffActor | undefined> {
  return (await memberOfToken(q, clock, token))?.actor
}

/** The same with the session it came by. */
export async function memberOfToken(
  q: Queryable,
  clock: Clock,
  token: string,
): Promise<{ actor: StaffActor; session: StaffSession } | undefined> {
  const now = clock.now()
  const row = await q.maybeOne<StaffSession & MemberColumns & { lastUsedAt: Date }>(sql`
    select s.token_hash as "tokenHash", s.member_id as "memberId", s.stage, s.confirmed_at as "confirmedAt",
           s.last_used_at as "lastUsedAt", m.name, m.role, m.all_places as "allPlaces", m.location_ids as "locationIds", m.language
      from staff.session s join staff.member m on m.id = s.member_id
     where s.token_hash = ${hashToken(token)} and s.stage = 'full' and m.status = 'active' and s.expires_at > ${now}
       and s.last_used_at > ${idleSince(now)}`)
  if (!row) return undefined
  const { tokenHash, memberId, stage, confirmedAt, lastUsedAt, name, role, allPlaces, locationIds, language } = row
  // Written at most once a minute: a busy screen must not turn every read into a write.
  if (now.getTime() - lastUsedAt.getTime() > 60_000) {
    await q.run(sql`update staff.session set last_used_at = ${now} where token_hash = ${tokenHash}`)
  }
  return {
    actor: { kind: 'staff', memberId, name, role, allPlaces, locationIds, language },
    session: { tokenHash, memberId, stage, confirmedAt },
  }
}

type MemberColumns = { name: string; role: Role; allPlaces: boolean; locationIds: string[]; language: 'es' | 'en' }

function idleSince(now: Date): Date {
  return new Date(now.getTime() - sessionLimits.idleMinutes * 60_000)
}

/** Until when sensitive acts need no new proof. */
export function confirmedUntil(session: Pick<StaffSession, 'confirmedAt'>): Date {
  return new Date(session.confirmedAt.getTime() + sessionLimits.confirmedMinutes * 60_000)
}

/** Notes a new proof of identity in the session. */
export async function confirmSession(tx: Tx, clock: Clock, tokenHash: string): Promise<void> {
  await tx.run(sql`update staff.session set confirmed_at = ${clock.now()} where token_hash = ${tokenHash}`)
}

export type SessionRow = {
  id: string
  current: boolean
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
  userAgent: string
  ip: string
}

/** Sessions of one member that still work, newest first. The id is a part of the hash; it opens nothing. */
export async function listSessions(
  q: Queryable,
  clock: Clock,
  { memberId, tokenHash }: { memberId: string; tokenHash?: string },
): Promise<SessionRow[]> {
  const now = clock.now()
  return q.many<SessionRow>(sql`
    select left(token_hash, 16) as id, token_hash = ${tokenHash ?? ''} as current, created_at as "createdAt",
           last_used_at as "lastUsedAt", expires_at as "expiresAt", user_agent as "userAgent", ip
      from staff.session
     where member_id = ${memberId} and stage = 'full' and expires_at > ${now} and last_used_at > ${idleSince(now)}
     order by last_used_at desc limit 200`)
}

/**
 * Ends sessions of a member: one by its listed id, all but one, or all.
 * @returns how many ended
 */
export async function endSessions(
  tx: Tx,
  { memberId, id, except }: { memberId: string; id?: string; except?: string },
): Promise<number> {
  return tx.run(sql`
    delete from staff.session
     where member_id = ${memberId} and (${id ?? null}::text is null or left(token_hash, 16) = ${id ?? null})
       and token_hash is distinct from ${except ?? null}::text`)
}
