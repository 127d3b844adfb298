import type { StaffRole } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { createMember, findMemberByEmail, resetPassword } from './members.ts'

export type DemoLogin = { email: string; name: string; role: StaffRole; oneTimePassword: string }

const people: readonly { email: string; name: string; role: StaffRole; placed: boolean }[] = [
  { email: 'propietaria@linoysal.example', name: 'Carmen Ferrer', role: 'owner', placed: false },
  { email: 'encargado@linoysal.example', name: 'Andrés Molina', role: 'manager', placed: false },
  { email: 'caja@linoysal.example', name: 'Lucía Prats', role: 'counter', placed: true },
  { email: 'atencion@linoysal.example', name: 'Nerea Etxebarria', role: 'service', placed: false },
  { email: 'almacen@linoysal.example', name: 'Joaquín Rueda', role: 'stock', placed: false },
]
const system = { kind: 'system', name: 'demo' } as const

/**
 * One person for each role of the demo retailer, with a one-time password each. Called again, those who have not logged in yet
 * get a new one, and those who chose their own keep it and are left out.
 * @param counterPlaces places the counter person is limited to; without it they act everywhere
 */
export async function createDemoStaff(
  db: Db,
  clock: Clock,
  { counterPlaces }: { counterPlaces?: string[] } = {},
): Promise<DemoLogin[]> {
  const logins: DemoLogin[] = []
  for (const { email, name, role, placed } of people) {
    const known = await findMemberByEmail(db, email)
    if (known && !known.passwordMustChange) continue
    const limited = placed && counterPlaces !== undefined && counterPlaces.length > 0
    const { oneTimePassword } = await db.transaction((tx) =>
      known
        ? resetPassword(tx, clock, system, known.id)
        : createMember(tx, clock, system, {
            email,
            name,
            role,
            allPlaces: !limited,
            locationIds: limited ? counterPlaces : [],
          }),
    )
    logins.push({ email, name, role, oneTimePassword })
  }
  return logins
}
