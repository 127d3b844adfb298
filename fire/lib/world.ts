import { loadBenchCatalog } from '../../bench/lib/catalog.ts'
import { type Clock, systemClock } from '../../server/platform/clock.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { createApiKey, createMember, staffCookie } from '../../server/staff/index.ts'
import { openSession } from '../../server/staff/sessions.ts'
// Declares the actions that API keys may be limited to.
import '../../server/orders/index.ts'

export type World = {
  variantIds: string[]
  /** The first one is the warehouse, which sends and has no counter. */
  locationIds: string[]
  perPlace: number
  channelKey: string
  /** Of a manager, who may sell, cancel and read everywhere. */
  staffCookie: string
}

const system = { kind: 'system', name: 'fire' } as const

/** The database of a run: schema, articles with so many units in each of five places, a staff session, a channel's key. */
export async function makeWorld(
  databaseUrl: string,
  { products, perPlace }: { products: number; perPlace: number },
): Promise<World> {
  const db = openDb(databaseUrl, { statementTimeoutMs: 120_000, poolSize: 2 })
  try {
    await migrate(db)
    const { variantIds, locationIds } = await loadBenchCatalog(db, { products, places: 5, perPlace })
    const { key } = await db.transaction((tx) =>
      createApiKey(tx, systemClock, system, { name: 'fire', channelId: 'marketplace', scopes: ['orders:write'] }),
    )
    return { variantIds, locationIds, perPlace, channelKey: key, staffCookie: await openStaffSession(db, systemClock) }
  } finally {
    await db.close()
  }
}

/** The cookie of a manager of every place who logged in just now. */
export async function openStaffSession(db: Db, clock: Clock): Promise<string> {
  const email = `manager-${clock.now().getTime()}@example.com`
  const token = await db.transaction(async (tx) => {
    const made = await createMember(tx, clock, system, { email, name: 'Ana Caja', role: 'manager', allPlaces: true })
    return openSession(tx, clock, { memberId: made.member.id, stage: 'full' })
  })
  return `${staffCookie('http://shop.test')}=${token}`
}
