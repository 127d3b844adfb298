import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { eventRows } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'
import {
  keyOf,
  type LevelChange,
  lockLevels,
  refuseShort,
  type Shortage,
  type StockKey,
  writeLevels,
} from './levels.ts'
import { movementRows } from './movements.ts'
import { checkFree, closeReservations, keyFields, type ReserveItem, unitsByKey } from './reserve.ts'

export type AllocateLine = StockKey & { orderLineId: string; units: number }
type Allocate = { orderId: string; lines: readonly AllocateLine[]; ignoreSafetyStock?: boolean }

/**
 * Turns what a holder has reserved into units promised to a placed order. Reservations that lapsed meanwhile are no loss as
 * long as the units are still free.
 * @throws Problem inventory.atp_short
 */
export async function allocateReserved(
  tx: Tx,
  clock: Clock,
  { holderId, ...rest }: Allocate & { holderId: string },
): Promise<void> {
  await allocateLines(tx, clock, { ...rest, holderId })
}

/**
 * Units that leave the house the moment they are promised: carried out over a counter, in one step instead of a promise that is
 * closed at once. With a holder, what it has reserved is used.
 * @throws Problem inventory.atp_short
 */
export async function sellAtOnce(
  tx: Tx,
  clock: Clock,
  order: Allocate & { holderId?: string; actorId: string },
): Promise<void> {
  const { actorId, ...rest } = order
  await allocateLines(tx, clock, { ...rest, soldBy: actorId })
}

/** Promises units to an order without a reservation before (one-call channels, other place after a shortage). @throws Problem inventory.atp_short */
export async function allocate(tx: Tx, clock: Clock, order: Allocate): Promise<void> {
  await allocateLines(tx, clock, order)
}

/**
 * A counter sale of goods that lie on the counter, whatever the figure says: units the system did not know become a named
 * conflict that a person settles (DESIGN law 1). What is there is allocated as ever.
 * @returns ids of the conflicts opened
 */
export async function sellUnknown(
  tx: Tx,
  clock: Clock,
  { actorId, ...order }: Omit<Allocate, 'ignoreSafetyStock'> & { actorId: string; holderId?: string },
): Promise<string[]> {
  return allocateLines(tx, clock, { ...order, ignoreSafetyStock: true, unknownBy: actorId })
}

async function allocateLines(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    lines,
    holderId,
    ignoreSafetyStock = false,
    unknownBy,
    soldBy,
  }: Allocate & { holderId?: string; unknownBy?: string; soldBy?: string },
): Promise<string[]> {
  if (lines.length === 0) return []
  const levels = await lockLevels(tx, lines, { create: unknownBy !== undefined, holderId })
  const own = holderId === undefined ? [] : await closeReservations(tx, { holderId, levels, status: 'consumed' })
  const wanted = unitsByKey(lines)
  const { lapsed, short } = await checkFree(tx, clock, { levels, wanted, own, ignoreSafetyStock })
  if (short.length > 0 && unknownBy === undefined) await refuseShort(tx, short)
  const conflicts = short.map((item) => ({
    id: newId('con'),
    ...keyFields(item),
    units: missingUnits(item, levels.get(keyOf(item)), own),
  }))
  const changes: LevelChange[] = [
    ...[...own, ...lapsed].map((row) => ({ ...keyFields(row), reserved: -row.units })),
    ...wanted.map((item) => ({
      ...keyFields(item),
      ...(soldBy === undefined ? { allocated: item.units } : { onHand: -item.units }),
    })),
    ...conflicts.map((item) => ({ ...keyFields(item), conflicted: item.units })),
  ]
  const others = [
    allocationRows(
      clock,
      lines.map((line) => ({ ...line, orderId })),
      { leaving: soldBy !== undefined },
    ),
  ]
  if (soldBy !== undefined) {
    const movements = wanted.map((item) => ({ ...keyFields(item), quantity: -item.units }))
    others.push(movementRows(clock, movements, { kind: 'sold', reference: orderId, actorId: soldBy }))
  }
  if (conflicts.length > 0)
    others.push(...conflictRows(clock, conflicts, { reference: orderId, actorId: unknownBy ?? '' }))
  await writeLevels(tx, clock, changes, others)
  return conflicts.map((conflict) => conflict.id)
}

/** How far below zero the promise would go; a level that is below already (an older conflict) answers only for the new units. */
function missingUnits(
  item: Shortage,
  level: { onHand: number; allocated: number; reserved: number } | undefined,
  own: readonly ReserveItem[],
): number {
  const mine = own.filter((row) => keyOf(row) === keyOf(item)).reduce((sum, row) => sum + row.units, 0)
  const free = level ? Math.max(0, level.onHand - level.allocated - level.reserved) : 0
  return item.requested - free - mine
}

/** The piece of a statement that promises units to orders; `leaving` ones are out of the house already. */
export function allocationRows(
  clock: Clock,
  lines: readonly (AllocateLine & { orderId: string })[],
  { transferId = null, leaving = false }: { transferId?: string | null; leaving?: boolean } = {},
): Sql {
  return sql`promised as (
    insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, transfer_id, created_at, status, closed_at)
    select n.id, n.order_id, n.line, n.variant_id, n.location_id, n.units, ${transferId}::text, ${clock.now()}::timestamptz,
           ${leaving ? 'shipped' : 'open'}::text, ${leaving ? clock.now() : null}::timestamptz
      from unnest(${lines.map(() => newId('alc'))}::text[], ${lines.map((l) => l.orderId)}::text[], ${lines.map((l) => l.orderLineId)}::text[],
                  ${lines.map((l) => l.variantId)}::text[], ${lines.map((l) => l.locationId)}::text[], ${lines.map((l) => l.units)}::int[])
             as n (id, order_id, line, variant_id, location_id, units))`
}

/** Pieces that open named conflicts and tell it. */
export function conflictRows(
  clock: Clock,
  conflicts: readonly (StockKey & { id: string; units: number })[],
  { reference, actorId }: { reference: string; actorId: string },
): Sql[] {
  return [
    sql`opened as (
      insert into inventory.stock_conflict (id, variant_id, location_id, units, reference, actor_id, at)
      select n.id, n.variant_id, n.location_id, n.units, ${reference}::text, ${actorId}::text, ${clock.now()}::timestamptz
        from unnest(${conflicts.map((c) => c.id)}::text[], ${conflicts.map((c) => c.variantId)}::text[],
                    ${conflicts.map((c) => c.locationId)}::text[], ${conflicts.map((c) => c.units)}::int[]) as n (id, variant_id, location_id, units)
      returning id, variant_id, location_id, units)`,
    sql`opened_told as (${eventRows(
      clock,
      'inventory.conflict_opened',
      sql`select id as subject_id, null::text as person_id, jsonb_build_object(
        'conflictId', id, 'variantId', variant_id, 'locationId', location_id, 'units', units) as payload from opened`,
    )})`,
  ]
}
