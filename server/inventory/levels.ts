import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { eventRows, wakeAfter } from '#platform/outbox'
import type { Problem } from '#platform/problems'
import { empty, pieces, type Sql, sql } from '#platform/sql'
import { inventoryProblems } from './problems.ts'

/** One variant at one place: the thing that is locked, and always in this order. */
export type StockKey = { variantId: string; locationId: string }
export type Level = StockKey & {
  onHand: number
  allocated: number
  reserved: number
  safetyStock: number
  conflicted: number
}
/** Differences in whole units; absent means none. */
export type LevelChange = StockKey & { onHand?: number; allocated?: number; reserved?: number; conflicted?: number }
export type Shortage = StockKey & {
  requested: number
  available: number
  reservedUntil?: string
  locationName?: string
}

/** The text a key is known by in a Map. */
export function keyOf({ variantId, locationId }: StockKey): string {
  return `${variantId} ${locationId}`
}

/** The key of a row, without the rest of it. */
export function keyFields({ variantId, locationId }: StockKey): StockKey {
  return { variantId, locationId }
}

/** One item a key, units summed. */
export function unitsByKey(items: readonly (StockKey & { units: number })[]): (StockKey & { units: number })[] {
  const sums = sumUnits(items)
  return [...new Map(items.map((item) => [keyOf(item), keyFields(item)])).entries()].map(([key, item]) => ({
    ...item,
    units: sums.get(key) ?? 0,
  }))
}

/** Each key once. */
export function distinctKeys(keys: readonly StockKey[]): StockKey[] {
  return [
    ...new Map(
      keys.map(({ variantId, locationId }) => [`${variantId} ${locationId}`, { variantId, locationId }]),
    ).values(),
  ]
}

/** Units wanted per key, summed. */
export function sumUnits(items: readonly (StockKey & { units: number })[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + item.units)
  return sums
}

/**
 * Locks the levels of these keys until the end of the transaction. Rows are always locked in (variant, place) order, so two
 * orders that share goods wait for each other and never deadlock. Reservations are only touched under the lock of their level.
 * @param create makes an empty level where there is none; otherwise such a key is missing from the answer
 * @param holderIds locks the keys of these holders' live reservations as well
 */
export async function lockLevels(
  tx: Tx,
  keys: readonly StockKey[],
  { create = false, holderIds = [] }: { create?: boolean; holderIds?: readonly string[] } = {},
): Promise<Map<string, Level>> {
  const wanted = distinctKeys(keys)
  let levels = await selectForUpdate(tx, wanted, holderIds)
  if (create && wanted.some((key) => !levels.has(keyOf(key)))) {
    await tx.run(sql`
      insert into inventory.stock_level (variant_id, location_id)
      select k.variant_id, k.location_id
        from unnest(${wanted.map((k) => k.variantId)}::text[], ${wanted.map((k) => k.locationId)}::text[]) as k (variant_id, location_id)
       order by k.variant_id, k.location_id
      on conflict do nothing`)
    levels = await selectForUpdate(tx, wanted, holderIds)
  }
  return levels
}

async function selectForUpdate(
  tx: Tx,
  keys: readonly StockKey[],
  holderIds: readonly string[],
): Promise<Map<string, Level>> {
  const held =
    holderIds.length === 0
      ? empty
      : sql`union select r.variant_id, r.location_id from inventory.reservation r where r.holder_id = any(${[...holderIds]}::text[]) and r.status = 'live'`
  const rows = await tx.many<Level>(sql`
    select l.variant_id as "variantId", l.location_id as "locationId", l.on_hand as "onHand", l.allocated, l.reserved,
           l.safety_stock as "safetyStock", l.conflicted
      from inventory.stock_level l
      join (select n.variant_id, n.location_id
              from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]) as n (variant_id, location_id)
            ${held}) as k
        on k.variant_id = l.variant_id and k.location_id = l.location_id
     order by l.variant_id, l.location_id
       for update of l`)
  return new Map(rows.map((level) => [keyOf(level), level]))
}

/**
 * Applies differences to locked levels and writes one `inventory.level_changed` for each, together with other writes of the same
 * moment (ledger rows, reservations, allocations), as ONE statement.
 * @param others further writes of the same statement (see `writeAll`)
 */
export async function writeLevels(
  tx: Tx,
  clock: Clock,
  changes: readonly LevelChange[],
  others: readonly Sql[] = [],
): Promise<void> {
  const merged = mergeChanges(changes)
  const column = (pick: (change: Required<LevelChange>) => unknown) => merged.map(pick)
  const more = others.length === 0 ? empty : sql`, ${pieces(others)}`
  // A key without a level row would be a change that vanishes: callers lock (and create) before they write. Told by a division by
  // zero, so that nobody has to wait for the answer.
  tx.later(sql`
    with changed as (
      update inventory.stock_level l
         set on_hand = l.on_hand + d.on_hand, allocated = l.allocated + d.allocated,
             reserved = l.reserved + d.reserved, conflicted = l.conflicted + d.conflicted
        from unnest(${column((c) => c.variantId)}::text[], ${column((c) => c.locationId)}::text[], ${column((c) => c.onHand)}::int[],
                    ${column((c) => c.allocated)}::int[], ${column((c) => c.reserved)}::int[], ${column((c) => c.conflicted)}::int[])
             as d (variant_id, location_id, on_hand, allocated, reserved, conflicted)
       where l.variant_id = d.variant_id and l.location_id = d.location_id
      returning l.variant_id, l.location_id, l.on_hand, l.allocated, l.reserved, l.safety_stock
    ), told as (${eventRows(
      clock,
      'inventory.level_changed',
      sql`select variant_id as subject_id, null::text as person_id, jsonb_build_object(
            'variantId', variant_id, 'locationId', location_id, 'onHand', on_hand, 'allocated', allocated, 'reserved', reserved,
            'atp', greatest(0, on_hand - allocated - reserved - safety_stock)) as payload
          from changed order by variant_id, location_id`,
    )})${more}
    select 1 / (count(*) = ${merged.length}::int)::int as every_level_was_there from changed`)
  wakeAfter(tx)
}

function mergeChanges(changes: readonly LevelChange[]): Required<LevelChange>[] {
  const merged = new Map<string, Required<LevelChange>>()
  for (const { variantId, locationId, ...change } of changes) {
    const key = keyOf({ variantId, locationId })
    const sum = merged.get(key) ?? { variantId, locationId, onHand: 0, allocated: 0, reserved: 0, conflicted: 0 }
    sum.onHand += change.onHand ?? 0
    sum.allocated += change.allocated ?? 0
    sum.reserved += change.reserved ?? 0
    sum.conflicted += change.conflicted ?? 0
    merged.set(key, sum)
  }
  return [...merged.values()]
}

/** Units that may still be promised from a locked level; `own` are units the asker holds already by reservation. */
export function freeUnits(level: Level | undefined, { own = 0, ignoreSafetyStock = false } = {}): number {
  if (!level) return 0
  const kept = ignoreSafetyStock ? 0 : level.safetyStock
  return own + Math.max(0, level.onHand - level.allocated - level.reserved - kept)
}

/** The refusal that names every short key at once: what was asked, what there is, and until when somebody's basket holds units. */
export async function shortProblem(q: Queryable, shortages: readonly Shortage[]): Promise<Problem> {
  const held = await q.many<StockKey & { until: Date }>(sql`
    select r.variant_id as "variantId", r.location_id as "locationId", min(r.expires_at) as until
      from inventory.reservation r
      join unnest(${shortages.map((s) => s.variantId)}::text[], ${shortages.map((s) => s.locationId)}::text[]) as k (variant_id, location_id)
        on k.variant_id = r.variant_id and k.location_id = r.location_id
     where r.status = 'live' group by 1, 2`)
  const names = await q.many<{ id: string; name: string }>(sql`
    select id, name from inventory.location where id = any(${shortages.map((s) => s.locationId)}::text[])`)
  const until = new Map(held.map((row) => [keyOf(row), row.until.toISOString()]))
  const nameOf = new Map(names.map((row) => [row.id, row.name]))
  const told = shortages.map((shortage) => ({
    ...shortage,
    reservedUntil: until.get(keyOf(shortage)),
    locationName: nameOf.get(shortage.locationId) ?? '',
  }))
  const [first] = told
  return inventoryProblems.atp_short({
    shortages: told,
    ...(first && {
      detail: `${first.locationName} has ${first.available} free, ${first.requested} were asked for.`,
      detailEs: `En ${first.locationName} quedan ${first.available} libres y se piden ${first.requested}.`,
    }),
  })
}
