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
import type { KeySettings } from './routes-admin.ts'
import { openSession } from './sessions.ts'

export const testSettings: StaffSettings & KeySettings = {
  secret: 'a secret of the tests, longer than 32 characters',
  publicUrl: 'http://localhost:4210',
  secondFactor: 'optional',
  channelIds: async () => ['web', 'marketplace'],
}
const system = { kind: 'system', name: 'test' } as const

/** An app with staff routes and whatever `extend` adds, on this database; nothing listens. */
export async function staffTestApp(
  { db, clock }: { db: Db; clock: Clock },
  {
    settings = testSettings,
    extend,
  }: { settings?: typeof testSettings; extend?: (app: FastifyInstance, context: AppContext) => void } = {},
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

type Answer = {
  status: number
  body: Record<string, never> & { step?: string; code?: string; methods?: string[] }
  cookie: string
}
export type TestBrowser = ReturnType<typeof testBrowser>
let browsers = 0

/** A browser with an address of its own, which keeps its staff cookie. */
export function testBrowser(app: FastifyInstance, ip = `10.0.${Math.floor(++browsers / 250)}.${browsers % 250}`) {
  let cookie = ''
  return {
    get cookie() {
      return cookie
    },
    async send(
      method: 'GET' | 'POST' | 'DELETE' | 'PUT',
      url: string,
      payload?: object,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const response = await app.inject({ method, url, payload, remoteAddress: ip, headers: { cookie, ...headers } })
      const set = response.cookies.find(({ name }) => name === 'hilo_staff')
      if (set) cookie = `hilo_staff=${set.value}`
      return { status: response.statusCode, body: response.body === '' ? {} : response.json(), cookie }
    },
  }
}

/** The password that members of tests choose. */
export const ownPassword = 'barca lenta sobre el agua'

/** A member who has chosen a password of their own, and the browser they did it in. */
export async function aSettledMember(app: FastifyInstance, db: Db, clock: Clock, role: Role = 'manager') {
  const member = await aMember(db, clock, { role })
  const browser = testBrowser(app)
  await browser.send('POST', '/api/staff/login', { email: member.email, password: member.oneTimePassword })
  const { body } = await browser.send('POST', '/api/staff/login/password', { password: ownPassword })
  if (body.step !== 'done') throw new Error(`the member could not settle: ${JSON.stringify(body)}`)
  return { ...member, browser }
}
