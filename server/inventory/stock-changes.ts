import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { eventsPiece } from '#platform/outbox'
import { sql } from '#platform/sql'
import { conflictOpened, conflictsPiece } from './claim.ts'
import { keyFields, keyOf, type Level, type LevelChange, lockLevels, type StockKey, writeLevels } from './levels.ts'
import { type MovementKind, movementRows } from './movements.ts'

export type StockChange = StockKey & { quantity: number; kind?: MovementKind; reason?: string }

/**
 * Moves what lies on the shelves by signed quantities and writes the ledger. What was taken away though it was promised (found
 * broken, counted short) is accepted, because it is true, and opens a named conflict for the missing units.
 * @param reference order, return, delivery note or import run
 * @returns ids of conflicts opened
 */
export async function changeStock(
  tx: Tx,
  clock: Clock,
  {
    items,
    kind,
    reason = '',
    reference = '',
    actorId,
  }: {
    items: readonly StockChange[]
    /** For items that name none of their own. */
    kind?: MovementKind
    reason?: string
    reference?: string
    actorId: string
  },
): Promise<string[]> {
  const conflicts: string[] = []
  // A ledger statement carries one kind; nearly every call has exactly one.
  for (const group of Map.groupBy(items, (item) => item.kind ?? kind ?? 'adjusted')) {
    const levels = await lockLevels(tx, group[1], { create: true })
    conflicts.push(...(await moveOnHand(tx, clock, levels, group[1], { kind: group[0], reason, reference, actorId })))
  }
  return conflicts
}

/**
 * Sets what lies there to what a person counted. A count equal to the figure writes nothing.
 * @returns the differences found, signed, and ids of conflicts opened
 */
export async function countStock(
  tx: Tx,
  clock: Clock,
  {
    items,
    reason = '',
    reference = '',
    actorId,
  }: { items: readonly (StockKey & { counted: number })[]; reason?: string; reference?: string; actorId: string },
): Promise<{ differences: (StockKey & { quantity: number })[]; conflictIds: string[] }> {
  const levels = await lockLevels(tx, items, { create: true })
  const newest = new Map(items.map((item) => [keyOf(item), item]))
  const differences = [...newest.values()]
    .map((item) => ({ ...keyFields(item), quantity: item.counted - (levels.get(keyOf(item))?.onHand ?? 0) }))
    .filter((item) => item.quantity !== 0)
  const conflictIds = await moveOnHand(tx, clock, levels, differences, { kind: 'counted', reason, reference, actorId })
  return { differences, conflictIds }
}

/** Keeps units back from sale on other channels; 0 keeps none. */
export async function setSafetyStock(
  tx: Tx,
  clock: Clock,
  { items }: { items: readonly (StockKey & { safetyStock: number })[] },
): Promise<void> {
  const newest = [...new Map(items.map((item) => [keyOf(item), item])).values()]
  await lockLevels(tx, newest, { create: true })
  await tx.run(sql`
    update inventory.stock_level l set safety_stock = d.safety_stock
      from unnest(${newest.map((i) => i.variantId)}::text[], ${newest.map((i) => i.locationId)}::text[], ${newest.map((i) => i.safetyStock)}::int[])
             as d (variant_id, location_id, safety_stock)
     where l.variant_id = d.variant_id and l.location_id = d.location_id`)
  await writeLevels(tx, clock, newest.map(keyFields))
}

async function moveOnHand(
  tx: Tx,
  clock: Clock,
  levels: Map<string, Level>,
  items: readonly StockChange[],
  how: { kind: MovementKind; reason: string; reference: string; actorId: string },
): Promise<string[]> {
  if (items.length === 0) return []
  const after = new Map([...levels].map(([key, l]) => [key, l.onHand - l.allocated - l.reserved + l.conflicted]))
  for (const item of items) after.set(keyOf(item), (after.get(keyOf(item)) ?? 0) + item.quantity)
  const conflicts = [...levels.values()]
    .map((level) => ({ id: newId('con'), ...keyFields(level), units: -(after.get(keyOf(level)) ?? 0) }))
    .filter((conflict) => conflict.units > 0)
  const changes: LevelChange[] = [
    ...items.map((item) => ({ ...keyFields(item), onHand: item.quantity })),
    ...conflicts.map((conflict) => ({ ...keyFields(conflict), conflicted: conflict.units })),
  ]
  const others = [movementRows(clock, items, how)]
  if (conflicts.length > 0)
    others.push(
      conflictsPiece(
        clock,
        conflicts.map((conflict) => ({ ...conflict, reference: how.reference || how.kind, actorId: how.actorId })),
      ),
      eventsPiece(clock, conflicts.map(conflictOpened)),
    )
  await writeLevels(tx, clock, changes, others)
  return conflicts.map((conflict) => conflict.id)
}
