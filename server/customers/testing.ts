import type { FastifyInstance } from 'fastify'
import { createBase } from '#platform/app-base'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { registerActor, registerStaffRoutes } from '#staff'
import type { IdentityGiven } from './identities.ts'
import { type ResolvePerson, resolvePerson } from './resolve.ts'
import { registerCustomersRoutes } from './routes.ts'

export const testSettings = {
  secret: 'a secret of the tests, longer than 32 characters',
  publicUrl: 'http://localhost:4211',
  secondFactor: 'optional',
} as const

/** An app with staff and customer routes on this database; nothing listens. */
export async function customersTestApp({ db, clock }: { db: Db; clock: Clock }): Promise<FastifyInstance> {
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: testSettings.publicUrl,
    ratePerMinute: 100_000,
  })
  const context = { db, clock, authorize }
  registerActor(app, context, testSettings)
  registerStaffRoutes(app, context, { ...testSettings, channelIds: async () => ['web'] })
  registerCustomersRoutes(app, context, testSettings)
  await app.ready()
  return app
}

/** A mail address nobody else has. */
export function aMail(): string {
  return `${newId('per').slice(4).toLowerCase()}@example.com`
}

/** Somebody known by a mail address that they typed in, unless said otherwise. @returns the canonical id */
export async function aPerson(db: Db, clock: Clock, overrides: Partial<ResolvePerson> = {}): Promise<string> {
  const identities: IdentityGiven[] = [{ kind: 'email', value: aMail(), proof: 'claimed' }]
  const made = await db.transaction((tx) =>
    resolvePerson(tx, clock, { identities, name: 'Marta Soler', source: 'test', ...overrides }),
  )
  return made.personId
}
