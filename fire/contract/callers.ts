import { openCustomerSession, resolvePerson } from '../../server/customers/index.ts'
import { roles } from '../../server/platform/actor.ts'
import type { Clock } from '../../server/platform/clock.ts'
import type { Db } from '../../server/platform/db.ts'
import { allActions } from '../../server/platform/permissions.ts'
import { createApiKey } from '../../server/staff/index.ts'
import { aStaffCookie } from '../../server/staff/testing.ts'

/** Somebody who calls; `renew` gives new proof of who they are when a call has ended their session. */
export type Caller = { name: string; headers: Record<string, string>; renew(): Promise<void> }

/** Everybody the authorisation table knows: public, customer, each role, one limited to a place, a key with every scope, one with one. */
export async function makeCallers(db: Db, clock: Clock, placeId: string): Promise<Caller[]> {
  const scopes = [...new Set([...allActions().values()].flatMap(({ apiScope }) => apiScope ?? []))]
  const key = async (given: string[]) => {
    const system = { kind: 'system', name: 'fire' } as const
    const { key: token } = await db.transaction((tx) =>
      createApiKey(tx, clock, system, { name: 'fire', channelId: 'mercado', scopes: given }),
    )
    return { authorization: `Bearer ${token}` }
  }
  const customer = async () => {
    const token = await db.transaction(async (tx) => {
      const email = 'ana@correo.es'
      const identities = [{ kind: 'email', value: email, proof: 'code' }] as const
      const { personId } = await resolvePerson(tx, clock, { identities: [...identities], source: 'fire' })
      return openCustomerSession(tx, clock, personId)
    })
    return { cookie: `hilo_customer=${token}` }
  }
  const staff = async (role: (typeof roles)[number], places?: string[]) => ({
    cookie: (await aStaffCookie(db, clock, role, places)).cookie,
  })
  const made: [string, () => Promise<Record<string, string>>][] = [
    ['public', async () => ({})],
    ['customer', customer],
    ...roles.map((role): [string, () => Promise<Record<string, string>>] => [role, () => staff(role)]),
    ['counter of one place', () => staff('counter', [placeId])],
    ['key with every scope', () => key(scopes)],
    ['key for orders', () => key(['orders:write'])],
  ]
  return Promise.all(
    made.map(async ([name, make]) => {
      const caller: Caller = { name, headers: await make(), renew: async () => void (caller.headers = await make()) }
      return caller
    }),
  )
}
