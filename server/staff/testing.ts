import type { FastifyInstance } from 'fastify'
import type { Role } from '#platform/actor'
import { createBase } from '#platform/app-base'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { AppContext } from '#platform/http'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { registerActor, staffCookie } from './actor.ts'
import type { StaffSettings } from './login.ts'
import { createMember, type NewMember } from './members.ts'
import { registerStaffRoutes } from './routes.ts'
import { openSession } from './sessions.ts'

export const testSettings: StaffSettings = {
  secret: 'a secret of the tests, longer than 32 characters',
  publicUrl: 'http://localhost:4210',
  secondFactor: 'optional',
}
const system = { kind: 'system', name: 'test' } as const

/** An app with staff routes and whatever `extend` adds, on this database; nothing listens. */
export async function staffTestApp(
  { db, clock }: { db: Db; clock: Clock },
  {
    settings = testSettings,
    extend,
  }: { settings?: StaffSettings; extend?: (app: FastifyInstance, context: AppContext) => void } = {},
): Promise<FastifyInstance> {
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: settings.publicUrl,
    ratePerMinute: 100_000,
  })
  const context = { db, clock, authorize }
  registerActor(app, context, settings)
  registerStaffRoutes(app, context, settings)
  extend?.(app, context)
  await app.ready()
  return app
}

/** Somebody who works here: a manager of every place unless said otherwise. The password is still the one-time one. */
export async function aMember(
  db: Db,
  clock: Clock,
  overrides: Partial<NewMember> = {},
): Promise<{ id: string; email: string; oneTimePassword: string }> {
  const email = `${newId('mbr').toLowerCase()}@example.com`
  const made = await db.transaction((tx) =>
    createMember(tx, clock, system, {
      email,
      name: 'Ana Pruebas',
      role: 'manager',
      allPlaces: overrides.locationIds === undefined,
      ...overrides,
    }),
  )
  return { id: made.member.id, email: made.member.email, oneTimePassword: made.oneTimePassword }
}

/** The cookie header of a member who is logged in all the way. */
export async function loggedIn(
  db: Db,
  clock: Clock,
  memberId: string,
  publicUrl = testSettings.publicUrl,
): Promise<string> {
  const token = await db.transaction((tx) => openSession(tx, clock, { memberId, stage: 'full' }))
  return `${staffCookie(publicUrl)}=${token}`
}

/** A logged-in member of this role, and their cookie header. */
export async function aStaffCookie(
  db: Db,
  clock: Clock,
  role: Role,
  locationIds?: string[],
): Promise<{ memberId: string; cookie: string }> {
  const { id } = await aMember(db, clock, { role, locationIds })
  return { memberId: id, cookie: await loggedIn(db, clock, id) }
}
