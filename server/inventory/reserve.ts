import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import {
  freeUnits,
  keyOf,
  type Level,
  type LevelChange,
  lockLevels,
  refuseShort,
  type Shortage,
  type StockKey,
  sumUnits,
  writeLevels,
} from './levels.ts'

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
 * Holds units for a while, all items or none. Two statements when enough is free; only a short key costs a third, which gives
 * back what other baskets held past their time.
 * @throws Problem inventory.atp_short with every short item, the figures, and until when others hold theirs
 */
export async function reserve(
  tx: Tx,
  clock: Clock,
  { holderId, items, expiresAt, ignoreSafetyStock = false, replace = false }: Reserve,
): Promise<void> {
  if (items.length === 0 && !replace) return
  const levels = await lockLevels(tx, items, replace ? { holderId } : {})
  const own = replace ? await closeReservations(tx, { holderId, levels, status: 'released' }) : []
  const wanted = unitsByKey(items)
  const { lapsed, short } = await checkFree(tx, clock, { levels, wanted, own, ignoreSafetyStock })
  if (short.length > 0) await refuseShort(tx, short)
  const changes: LevelChange[] = [
    ...[...own, ...lapsed].map((row) => ({ ...keyFields(row), reserved: -row.units })),
    ...wanted.map((item) => ({ ...keyFields(item), reserved: item.units })),
  ]
  await writeLevels(tx, clock, changes, [
    sql`held as (
      insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
      select n.id, ${holderId}::text, n.variant_id, n.location_id, n.units, ${expiresAt}::timestamptz, ${clock.now()}::timestamptz
        from unnest(${wanted.map(() => newId('res'))}::text[], ${wanted.map((w) => w.variantId)}::text[],
                    ${wanted.map((w) => w.locationId)}::text[], ${wanted.map((w) => w.units)}::int[]) as n (id, variant_id, location_id, units))`,
  ])
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
  const levels = await lockLevels(tx, [], { holderId })
  if (levels.size === 0) return 0
  const released = await closeReservations(tx, { holderId, levels, status: 'released' })
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

/**
 * Looks on the locked levels for keys with too few free units; a short key first gets back what lapsed there.
 * @returns what lapsed (to be taken off `reserved` by the caller's write), and what is short all the same
 */
export async function checkFree(
  tx: Tx,
  clock: Clock,
  {
    levels,
    wanted,
    own,
    ignoreSafetyStock,
  }: {
    levels: Map<string, Level>
    wanted: readonly ReserveItem[]
    own: readonly ReserveItem[]
    ignoreSafetyStock: boolean
  },
): Promise<{ lapsed: ReserveItem[]; short: Shortage[] }> {
  const held = sumUnits(own)
  const shortOnes = () =>
    wanted
      .map((item) => ({
        ...keyFields(item),
        requested: item.units,
        available: freeUnits(levels.get(keyOf(item)), { own: held.get(keyOf(item)) ?? 0, ignoreSafetyStock }),
      }))
      .filter((item) => item.available < item.requested)
  const first = shortOnes()
  if (first.length === 0) return { lapsed: [], short: [] }
  const lapsed = await lapseOn(tx, clock, first)
  for (const row of lapsed) {
    const level = levels.get(keyOf(row))
    if (level) level.reserved -= row.units
  }
  return { lapsed, short: shortOnes() }
}

/**
 * Closes a holder's live reservations on locked levels. One that appeared on another key meanwhile stays: it was asked for after
 * this, and touching it without its level's lock is how deadlocks are made.
 */
export async function closeReservations(
  tx: Tx,
  {
    holderId,
    levels,
    status,
  }: { holderId: string; levels: ReadonlyMap<string, Level>; status: 'released' | 'consumed' },
): Promise<ReserveItem[]> {
  const keys = [...levels.values()]
  return tx.many<ReserveItem>(sql`
    update inventory.reservation r set status = ${status}
      from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]) as k (variant_id, location_id)
     where r.holder_id = ${holderId} and r.status = 'live' and r.variant_id = k.variant_id and r.location_id = k.location_id
    returning r.variant_id as "variantId", r.location_id as "locationId", r.units`)
}

async function lapseOn(tx: Tx, clock: Clock, keys: readonly StockKey[]): Promise<ReserveItem[]> {
  return tx.many<ReserveItem>(sql`
    update inventory.reservation r set status = 'lapsed'
      from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]) as k (variant_id, location_id)
     where r.variant_id = k.variant_id and r.location_id = k.location_id and r.status = 'live' and r.expires_at <= ${clock.now()}
    returning r.variant_id as "variantId", r.location_id as "locationId", r.units`)
}

/** One item a key, units summed. */
export function unitsByKey(items: readonly ReserveItem[]): ReserveItem[] {
  const sums = sumUnits(items)
  return [...new Map(items.map((item) => [keyOf(item), keyFields(item)])).entries()].map(([key, item]) => ({
    ...item,
    units: sums.get(key) ?? 0,
  }))
}

/** The key of a row, without the rest of it. */
export function keyFields({ variantId, locationId }: StockKey): StockKey {
  return { variantId, locationId }
}
