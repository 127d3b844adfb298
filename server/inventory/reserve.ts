import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { claim } from './claim.ts'
import { keyFields, lockLevels, type StockKey, writeLevels } from './levels.ts'

export type ReserveItem = StockKey & { units: number }
export type Reserve = {
  /** Cart, order draft or conversation that holds the units. */
  holderId: string
  items: readonly ReserveItem[]
  expiresAt: Date
  /** A till may take the units that are kept back for whoever stands in the shop. */
  ignoreSafetyStock?: boolean
  /** The holder holds exactly these items afterwards: what it held before counts for it, and what is not named is given back. */
  replace?: boolean
}

/**
 * Holds units for a while, all items or none.
 * @throws Problem inventory.atp_short with every short item, the figures, and until when others hold theirs
 */
export async function reserve(tx: Tx, clock: Clock, { items, ...rest }: Reserve): Promise<void> {
  if (items.length === 0 && !rest.replace) return
  const lines = items.map((item) => ({ ...item, orderLineId: '' }))
  await claim(tx, clock, { kind: 'reserve', lines, ...rest })
}

/**
 * Holds on longer to what a holder still has.
 * @returns units still held; fewer than it had means that some lapsed
 */
export async function extendReservations(
  tx: Tx,
  _clock: Clock,
  { holderId, expiresAt }: { holderId: string; expiresAt: Date },
): Promise<number> {
  const { units } = await tx.one<{ units: number }>(sql`
    with kept as (
      update inventory.reservation set expires_at = ${expiresAt} where holder_id = ${holderId} and status = 'live' returning units)
    select coalesce(sum(units), 0)::int as units from kept`)
  return units
}

/** Gives back everything a holder holds. @returns units given back */
export async function releaseReservations(tx: Tx, clock: Clock, { holderId }: { holderId: string }): Promise<number> {
  const keys = [...(await lockLevels(tx, [], { holderIds: [holderId] })).values()]
  if (keys.length === 0) return 0
  // One that appeared on another key meanwhile stays: touching it without its level's lock is how deadlocks are made.
  const released = await tx.many<ReserveItem>(sql`
    update inventory.reservation r set status = 'released'
      from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]) as k (variant_id, location_id)
     where r.holder_id = ${holderId} and r.status = 'live' and r.variant_id = k.variant_id and r.location_id = k.location_id
    returning r.variant_id as "variantId", r.location_id as "locationId", r.units`)
  if (released.length === 0) return 0
  await writeLevels(
    tx,
    clock,
    released.map((row) => ({ ...keyFields(row), reserved: -row.units })),
  )
  return released.reduce((sum, row) => sum + row.units, 0)
}

/** What a holder holds now, for the basket's view. */
export async function reservationsOf(
  q: Pick<Db, 'many'>,
  holderId: string,
): Promise<(ReserveItem & { expiresAt: Date })[]> {
  return q.many(sql`
    select variant_id as "variantId", location_id as "locationId", units, expires_at as "expiresAt"
      from inventory.reservation where holder_id = ${holderId} and status = 'live' order by variant_id, location_id`)
}

/**
 * Gives back what was held past its time, a batch of keys a transaction; periodic, and safe in several processes.
 * @returns reservations that lapsed
 */
export async function lapseReservations(db: Db, clock: Clock): Promise<number> {
  let lapsed = 0
  for (;;) {
    const keys = await db.many<StockKey>(sql`
      select distinct variant_id as "variantId", location_id as "locationId" from (
        select variant_id, location_id from inventory.reservation
         where status = 'live' and expires_at <= ${clock.now()} order by expires_at limit 500) as due`)
    if (keys.length === 0) return lapsed
    lapsed += await db.transaction(async (tx) => {
      await lockLevels(tx, keys)
      const rows = await lapseOn(tx, clock, keys)
      if (rows.length > 0)
        await writeLevels(
          tx,
          clock,
          rows.map((row) => ({ ...keyFields(row), reserved: -row.units })),
        )
      return rows.length
    })
  }
}

async function lapseOn(tx: Tx, clock: Clock, keys: readonly StockKey[]): Promise<ReserveItem[]> {
  return tx.many<ReserveItem>(sql`
    update inventory.reservation r set status = 'lapsed'
      from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]) as k (variant_id, location_id)
     where r.variant_id = k.variant_id and r.location_id = k.location_id and r.status = 'live' and r.expires_at <= ${clock.now()}
    returning r.variant_id as "variantId", r.location_id as "locationId", r.units`)
}
