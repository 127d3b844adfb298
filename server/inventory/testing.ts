import type { OpeningHours } from '@hilo/calc'
import type { FastifyInstance } from 'fastify'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import type { Clock } from '#platform/clock'
import type { Db, Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import { createLocation, type Location, type NewLocation } from './locations.ts'
import { registerInventoryRoutes } from './routes.ts'
import { changeStock, setSafetyStock } from './stock-changes.ts'

/** Somebody who may do everything everywhere. */
export const owner: Extract<Actor, { kind: 'staff' }> = {
  kind: 'staff',
  memberId: 'mbr_1',
  name: 'Eva',
  role: 'owner',
  allPlaces: true,
  locationIds: [],
  language: 'es',
}

/**
 * The inventory's routes on a test's database.
 * @param actor says at each call who calls; what the authorisation table refuses them is refused
 */
export async function inventoryApp(
  { db, clock }: { db: Db; clock: Clock },
  actor: () => Actor = () => owner,
): Promise<FastifyInstance> {
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'https://tienda.test',
    ratePerMinute: 100_000,
  })
  app.addHook('onRequest', async (request) => {
    request.actor = actor()
    authorize(request.actor, request.routeOptions.config.action ?? '')
  })
  registerInventoryRoutes(app, { db, clock, authorize })
  return app
}

const day = [['10:00', '20:00'] as [string, string]]
/** Monday to Saturday, ten to eight. */
export const shopHours: OpeningHours = {
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: [] },
  exceptions: [],
}

let places = 0

/** A shop in Valencia that hands over and ships, open Monday to Saturday; anything can be overridden. */
export async function aPlace(db: Db, overrides: Partial<NewLocation> = {}): Promise<Location> {
  places += 1
  return db.transaction((tx) =>
    createLocation(tx, {
      id: newId('loc'),
      code: `T${places}`,
      kind: 'shop',
      name: `Tienda ${places}`,
      address: {
        line1: 'Calle de la Paz, 1',
        postalCode: '46001',
        city: 'Valencia',
        province: 'Valencia',
        country: 'ES',
        phone: '',
      },
      latitude: 39.4699,
      longitude: -0.3763,
      timeZone: 'Europe/Madrid',
      openingHours: shopHours as Location['openingHours'],
      pickup: true,
      ships: true,
      position: places,
      ...overrides,
    }),
  )
}

/** Puts goods on a shelf, through the ledger. */
export async function someStock(
  db: Db,
  clock: Clock,
  {
    variantId,
    locationId,
    units,
    safetyStock = 0,
  }: { variantId: string; locationId: string; units: number; safetyStock?: number },
): Promise<void> {
  await db.transaction(async (tx) => {
    await changeStock(tx, clock, {
      items: [{ variantId, locationId, quantity: units }],
      kind: 'received',
      reason: 'test',
      actorId: 'system:test',
    })
    if (safetyStock > 0) await setSafetyStock(tx, clock, { items: [{ variantId, locationId, safetyStock }] })
  })
}

/**
 * Rows that break DESIGN law 1, recomputed from the ledgers: on hand = Σ movements, allocated = Σ open allocations, reserved =
 * Σ live reservations, conflicted = Σ open conflicts, nothing below zero. Empty when all is well.
 */
export async function brokenLevels(q: Queryable): Promise<object[]> {
  return q.many(sql`
    with facts as (
      select variant_id, location_id, sum(on_hand)::int as on_hand, sum(allocated)::int as allocated, sum(reserved)::int as reserved, sum(conflicted)::int as conflicted
        from (
          select variant_id, location_id, quantity as on_hand, 0 as allocated, 0 as reserved, 0 as conflicted from inventory.stock_movement
          union all select variant_id, location_id, 0, units, 0, 0 from inventory.allocation where status = 'open'
          union all select variant_id, location_id, 0, 0, units, 0 from inventory.reservation where status = 'live'
          union all select variant_id, location_id, 0, 0, 0, units from inventory.stock_conflict where settled_at is null
        ) as rows group by 1, 2)
    select coalesce(l.variant_id, f.variant_id) as "variantId", coalesce(l.location_id, f.location_id) as "locationId", to_jsonb(l) as level, to_jsonb(f) as facts
      from inventory.stock_level l full join facts f using (variant_id, location_id)
     where (coalesce(l.on_hand, 0), coalesce(l.allocated, 0), coalesce(l.reserved, 0), coalesce(l.conflicted, 0))
           is distinct from (coalesce(f.on_hand, 0), coalesce(f.allocated, 0), coalesce(f.reserved, 0), coalesce(f.conflicted, 0))
        or l.on_hand - l.allocated - l.reserved + l.conflicted < 0`)
}

/** The figures of one level, zeros where there is none. */
export async function levelOf(
  q: Queryable,
  variantId: string,
  locationId: string,
): Promise<{ onHand: number; allocated: number; reserved: number; conflicted: number }> {
  const row = await q.maybeOne<{ onHand: number; allocated: number; reserved: number; conflicted: number }>(sql`
    select on_hand as "onHand", allocated, reserved, conflicted from inventory.stock_level where variant_id = ${variantId} and location_id = ${locationId}`)
  return row ?? { onHand: 0, allocated: 0, reserved: 0, conflicted: 0 }
}
