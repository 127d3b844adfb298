import type { StaffRole } from '@hilo/contract'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import { isUniqueViolation, type Queryable, type Tx } from '#platform/db'
import { newCode, newId } from '#platform/ids'
import { hashPassword } from '#platform/passwords'
import { platformProblems } from '#platform/problems'
import { type Sql, sql, where } from '#platform/sql'
import { audit } from './audit.ts'
import { staffProblems } from './problems.ts'
import { endSessions, listSessions, type SessionRow } from './sessions.ts'

const oneTimeHours = 72

export type MemberRow = {
  id: string
  email: string
  name: string
  role: StaffRole
  allPlaces: boolean
  locationIds: string[]
  language: 'es' | 'en'
  status: 'active' | 'disabled'
  otp: boolean
  passkeys: number
  passwordMustChange: boolean
  lastSeenAt: Date | null
  createdAt: Date
}
export type NewMember = {
  email: string
  name: string
  role: StaffRole
  language?: 'es' | 'en'
  allPlaces?: boolean
  locationIds?: string[]
}
export type MemberChange = Partial<NewMember> & { status?: 'active' | 'disabled' }

const columns = sql`m.id, m.email, m.name, m.role, m.all_places as "allPlaces", m.location_ids as "locationIds", m.language, m.status,
  m.otp_secret is not null as otp, (select count(*)::int from staff.passkey k where k.member_id = m.id) as passkeys,
  m.password_must_change as "passwordMustChange", m.created_at as "createdAt",
  (select max(s.last_used_at) from staff.session s where s.member_id = m.id and s.stage = 'full') as "lastSeenAt"`

/** A password to be said once: four groups of four letters and digits that nobody confuses, 80 random bits. */
export function newOneTimePassword(): string {
  return (newCode(16).match(/.{4}/g) ?? []).join('-').toLowerCase()
}

/**
 * Adds somebody who works here. They get a one-time password, good for three days, and choose their own at the first login.
 * @throws Problem staff.email_taken, staff.above_you
 */
export async function createMember(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  member: NewMember,
): Promise<{ member: MemberRow; oneTimePassword: string }> {
  const { role, allPlaces = false, locationIds = [] } = member
  refuseAbove(actor, { role, allPlaces, locationIds })
  const id = newId('mbr')
  const oneTimePassword = newOneTimePassword()
  const hash = await hashPassword(oneTimePassword)
  const inserted = await tx.run(sql`
    insert into staff.member (id, email, name, role, all_places, location_ids, language, password_hash, password_must_change, password_expires_at, created_at)
    values (${id}, ${member.email.toLowerCase()}, ${member.name}, ${role}, ${allPlaces}, ${locationIds}::text[], ${member.language ?? 'es'},
            ${hash}, true, ${oneTimeEnd(clock)}, ${clock.now()})
    on conflict (lower(email)) do nothing`)
  if (inserted === 0) throw staffProblems.email_taken({ parameter: 'email' })
  await audit(tx, clock, actor, {
    action: 'staff.member.created',
    subjectId: id,
    data: { role, allPlaces, locationIds },
  })
  return { member: await findMember(tx, id), oneTimePassword }
}

/**
 * Gives a new one-time password and takes everything that could still open the door: the old password, sessions, second factors.
 * @throws Problem staff.above_you, platform.not_found
 */
export async function resetPassword(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  memberId: string,
): Promise<{ member: MemberRow; oneTimePassword: string }> {
  const member = await findMember(tx, memberId)
  refuseAbove(actor, member)
  const oneTimePassword = newOneTimePassword()
  const hash = await hashPassword(oneTimePassword)
  await tx.run(sql`
    update staff.member set password_hash = ${hash}, password_must_change = true, password_expires_at = ${oneTimeEnd(clock)}, otp_secret = null, otp_last_step = null
     where id = ${memberId}`)
  await tx.run(sql`delete from staff.passkey where member_id = ${memberId}`)
  await endSessions(tx, { memberId })
  await audit(tx, clock, actor, { action: 'staff.password.reset', subjectId: memberId })
  return { member: await findMember(tx, memberId), oneTimePassword }
}

/**
 * Changes role, places, state or words of a member. Who is disabled, or gets another role or place, is logged out by it.
 * @throws Problem staff.above_you, staff.last_owner, staff.email_taken, platform.not_found
 */
export async function updateMember(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  memberId: string,
  change: MemberChange,
): Promise<MemberRow> {
  // Owners are locked first: two of them disabling each other at once must not both succeed.
  await tx.many(sql`select id from staff.member where role = 'owner' order by id for update`)
  const before = await findMember(tx, memberId)
  refuseAbove(actor, before)
  const after = { ...before, ...change }
  refuseAbove(actor, after)
  try {
    await tx.run(sql`
      update staff.member set email = ${after.email.toLowerCase()}, name = ${after.name}, role = ${after.role}, all_places = ${after.allPlaces},
             location_ids = ${after.locationIds}::text[], language = ${after.language}, status = ${after.status}
       where id = ${memberId}`)
  } catch (error) {
    if (isUniqueViolation(error, 'member_email'))
      throw staffProblems.email_taken({ parameter: 'email' }, { cause: error })
    throw error
  }
  if (before.role === 'owner' && (after.role !== 'owner' || after.status !== 'active'))
    await refuseWithoutOwner(tx, memberId)
  if (after.status === 'disabled' || after.role !== before.role) await endSessions(tx, { memberId })
  const fields = (Object.keys(change) as (keyof MemberChange)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(change[field]),
  )
  const action = fields.includes('status')
    ? `staff.member.${after.status === 'disabled' ? 'disabled' : 'enabled'}`
    : 'staff.member.changed'
  if (fields.length > 0) {
    const data = Object.fromEntries(fields.map((field) => [field, { from: before[field], to: change[field] }]))
    await audit(tx, clock, actor, { action, subjectId: memberId, data })
  }
  return findMember(tx, memberId)
}

/** Where a member is logged in. @throws Problem staff.above_you, platform.not_found */
export async function sessionsOfMember(
  q: Queryable,
  clock: Clock,
  { actor, memberId }: { actor: Actor; memberId: string },
): Promise<SessionRow[]> {
  refuseAbove(actor, await findMember(q, memberId))
  return listSessions(q, clock, { memberId })
}

/**
 * Logs a member out: of one session by its listed id, or of all. What they know and hold still opens the door.
 * @returns how many ended
 * @throws Problem staff.above_you, platform.not_found
 */
export async function endSessionsOfMember(
  tx: Tx,
  clock: Clock,
  { actor, memberId, id }: { actor: Actor; memberId: string; id?: string },
): Promise<number> {
  refuseAbove(actor, await findMember(tx, memberId))
  const ended = await endSessions(tx, id === undefined ? { memberId } : { memberId, id })
  if (id !== undefined && ended === 0) throw platformProblems.not_found({ id })
  await audit(tx, clock, actor, { action: 'staff.sessions.ended', subjectId: memberId, data: { ended } })
  return ended
}

/** @throws Problem staff.last_owner when nobody is left who may do everything */
async function refuseWithoutOwner(tx: Tx, memberId: string): Promise<void> {
  const { owners } = await tx.one<{ owners: number }>(sql`
    select count(*)::int as owners from staff.member where role = 'owner' and status = 'active'`)
  if (owners === 0) throw staffProblems.last_owner({ memberId })
}

/** One member. @throws Problem platform.not_found */
export async function findMember(q: Queryable, memberId: string): Promise<MemberRow> {
  const member = await q.maybeOne<MemberRow>(sql`select ${columns} from staff.member m where m.id = ${memberId}`)
  if (!member) throw platformProblems.not_found({ memberId })
  return member
}

/** How somebody who works here is called; '' when nobody has this id. */
export async function memberName(q: Queryable, memberId: string): Promise<string> {
  const row = await q.maybeOne<{ name: string }>(sql`select name from staff.member where id = ${memberId}`)
  return row?.name ?? ''
}

/** The member with this mail, or undefined. */
export async function findMemberByEmail(q: Queryable, email: string): Promise<MemberRow | undefined> {
  return q.maybeOne<MemberRow>(sql`select ${columns} from staff.member m where lower(m.email) = ${email.toLowerCase()}`)
}

export type MemberFilter = {
  q?: string
  role?: StaffRole
  status?: 'active' | 'disabled'
  locationId?: string
  /** Only people who act for one of these places, or for all. */
  places?: readonly string[]
  after?: string
  limit?: number
}

/** Members by name, then id; `after` is the cursor. */
export async function listMembers(q: Queryable, filter: MemberFilter = {}): Promise<MemberRow[]> {
  const conditions: Sql[] = []
  if (filter.q) conditions.push(sql`(m.name ilike ${like(filter.q)} or m.email ilike ${like(filter.q)})`)
  if (filter.role) conditions.push(sql`m.role = ${filter.role}`)
  if (filter.status) conditions.push(sql`m.status = ${filter.status}`)
  if (filter.locationId) conditions.push(sql`(m.all_places or ${filter.locationId} = any(m.location_ids))`)
  if (filter.places) conditions.push(sql`(m.all_places or m.location_ids && ${filter.places}::text[])`)
  if (filter.after)
    conditions.push(sql`(lower(m.name), m.id) > (select lower(name), id from staff.member where id = ${filter.after})`)
  return q.many<MemberRow>(sql`
    select ${columns} from staff.member m ${where(conditions)} order by lower(m.name), m.id limit ${filter.limit ?? 200}::int`)
}

function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

function oneTimeEnd(clock: Clock): Date {
  return new Date(clock.now().getTime() + oneTimeHours * 3_600_000)
}

/**
 * Managers manage counter, service and stock people of their own places. Owners, and the system (command line), manage everybody.
 * @throws Problem staff.above_you
 */
function refuseAbove(
  actor: Actor,
  target: { id?: string; role: StaffRole; allPlaces: boolean; locationIds: readonly string[] },
): void {
  if (actor.kind === 'system' || (actor.kind === 'staff' && actor.role === 'owner')) return
  if (actor.kind !== 'staff' || actor.role !== 'manager') throw staffProblems.above_you()
  if (target.role === 'owner' || target.role === 'manager') throw staffProblems.above_you({ role: target.role })
  const foreign = target.locationIds.filter((place) => !actor.locationIds.includes(place))
  if (!actor.allPlaces && (target.allPlaces || foreign.length > 0))
    throw staffProblems.above_you({ locationIds: foreign })
}
