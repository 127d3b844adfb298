import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { type Sql, sql } from '#platform/sql'
import { allocate } from './allocate.ts'
import { keyFields, type LevelChange, lockLevels, type StockKey, writeLevels } from './levels.ts'
import { type MovementKind, movementRows } from './movements.ts'
import { inventoryProblems } from './problems.ts'

/** Units of one order line; a line whose units lie in several places names the place. */
export type AllocatedLine = { orderLineId: string; units: number; locationId?: string }
export type OpenAllocation = StockKey & { id: string; orderLineId: string; units: number }
type Part = OpenAllocation & { take: number; status: 'open' | 'in_transit' }

/** Units still promised to an order, by line and place. */
export async function allocationsOf(q: Queryable, orderId: string): Promise<OpenAllocation[]> {
  return q.many<OpenAllocation>(sql`
    select id, order_line_id as "orderLineId", variant_id as "variantId", location_id as "locationId", units
      from inventory.allocation where order_id = ${orderId} and status = 'open' order by id`)
}

/**
 * Takes promised units out of the house: over the counter ('sold') or by parcel ('shipped').
 * @throws Problem inventory.not_allocated with what is open on the line
 */
export async function shipAllocated(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    lines,
    kind,
    actorId,
  }: { orderId: string; lines: readonly AllocatedLine[]; kind: 'shipped' | 'sold'; actorId: string },
): Promise<void> {
  const parts = await lockParts(tx, orderId, lines)
  await close(tx, clock, parts, { status: 'shipped', movement: { kind, reference: orderId, actorId } })
}

/**
 * Gives promised units back to sale: all of the order, or the named lines. Units that travel to another place for the order
 * are given back, too: they will arrive there as free stock.
 * @throws Problem inventory.not_allocated
 */
export async function releaseAllocations(
  tx: Tx,
  clock: Clock,
  { orderId, lines }: { orderId: string; lines?: readonly AllocatedLine[] },
): Promise<void> {
  const parts = await lockParts(tx, orderId, lines, { withTransit: true })
  await close(tx, clock, parts, { status: 'released' })
}

/**
 * Promised units that are not where they should be: the promise there ends and the figure is corrected in the same moment, so
 * nobody is sold the missing unit again.
 * @throws Problem inventory.not_allocated
 */
export async function writeOffMissing(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    lines,
    actorId,
    reason,
  }: { orderId: string; lines: readonly AllocatedLine[]; actorId: string; reason: string },
): Promise<void> {
  const parts = await lockParts(tx, orderId, lines)
  await close(tx, clock, parts, {
    status: 'released',
    movement: { kind: 'adjusted', reference: orderId, actorId, reason },
  })
}

/**
 * Lets another place keep an order's units: given back here, promised there, in one step.
 * @throws Problem inventory.not_allocated, inventory.atp_short
 */
export async function moveAllocation(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    lines,
    ignoreSafetyStock,
  }: {
    orderId: string
    lines: readonly {
      orderLineId: string
      variantId: string
      units: number
      fromLocationId: string
      toLocationId: string
    }[]
    ignoreSafetyStock?: boolean
  },
): Promise<void> {
  const away = lines.map((line) => ({
    orderLineId: line.orderLineId,
    units: line.units,
    locationId: line.fromLocationId,
  }))
  const parts = await lockParts(tx, orderId, away)
  // Both ends are locked together, in key order, before either is touched.
  await lockLevels(
    tx,
    lines.flatMap((line) => [
      { variantId: line.variantId, locationId: line.fromLocationId },
      { variantId: line.variantId, locationId: line.toLocationId },
    ]),
  )
  await close(tx, clock, parts, { status: 'released' })
  await allocate(tx, clock, {
    orderId,
    lines: lines.map((line) => ({ ...line, locationId: line.toLocationId })),
    ignoreSafetyStock,
  })
}

/**
 * Locks an order's open allocations and finds the rows that make up the named units (all of them when no line is named).
 * @param withTransit units under way to another place count, too, after those that lie on a shelf
 * @throws Problem inventory.not_allocated
 */
export async function lockParts(
  tx: Tx,
  orderId: string,
  lines: readonly AllocatedLine[] | undefined,
  { withTransit = false } = {},
): Promise<Part[]> {
  const rows = await tx.many<OpenAllocation & { status: 'open' | 'in_transit' }>(sql`
    select id, order_line_id as "orderLineId", variant_id as "variantId", location_id as "locationId", units, status
      from inventory.allocation where order_id = ${orderId} and status in ('open', 'in_transit') order by status desc, id for update`)
  const open = rows.filter((row) => withTransit || row.status === 'open')
  if (lines === undefined) return open.map((row) => ({ ...row, take: row.units }))
  const left = new Map(open.map((row) => [row.id, row.units]))
  const parts: Part[] = []
  for (const line of lines) {
    let missing = line.units
    for (const row of open) {
      if (row.orderLineId !== line.orderLineId || (line.locationId !== undefined && row.locationId !== line.locationId))
        continue
      const take = Math.min(missing, left.get(row.id) ?? 0)
      if (take === 0) continue
      left.set(row.id, (left.get(row.id) ?? 0) - take)
      missing -= take
      parts.push({ ...row, take })
    }
    if (missing > 0) {
      throw inventoryProblems.not_allocated({
        orderId,
        orderLineId: line.orderLineId,
        requested: line.units,
        available: line.units - missing,
      })
    }
  }
  return mergeParts(parts)
}

/** Two lines of one call may take from the same row. */
function mergeParts(parts: readonly Part[]): Part[] {
  const merged = new Map<string, Part>()
  for (const part of parts) {
    const known = merged.get(part.id)
    merged.set(part.id, known ? { ...known, take: known.take + part.take } : part)
  }
  return [...merged.values()]
}

type Closing = {
  status: 'shipped' | 'released' | 'in_transit'
  movement?: { kind: MovementKind; reference: string; actorId: string; reason?: string }
  transferId?: string
}

/** Ends the promise of locked parts; with a movement the units leave the shelf as well. */
export async function close(tx: Tx, clock: Clock, parts: readonly Part[], closing: Closing): Promise<void> {
  if (parts.length === 0) return
  const here = parts.filter((part) => part.status === 'open')
  await lockLevels(tx, here)
  const leaves = closing.movement !== undefined
  const changes: LevelChange[] = here.map((part) => ({
    ...keyFields(part),
    allocated: -part.take,
    onHand: leaves ? -part.take : 0,
  }))
  const others = [closedRows(clock, parts, closing), restRows(clock, parts)]
  if (closing.movement)
    others.push(
      movementRows(
        clock,
        here.map((part) => ({ ...keyFields(part), quantity: -part.take })),
        closing.movement,
      ),
    )
  await writeLevels(tx, clock, changes, others)
}

function closedRows(clock: Clock, parts: readonly Part[], { status, transferId }: Closing): Sql {
  return sql`update inventory.allocation a
       set status = ${status}::text, units = d.units, closed_at = ${clock.now()}::timestamptz, transfer_id = coalesce(${transferId ?? null}::text, a.transfer_id)
      from unnest(${parts.map((p) => p.id)}::text[], ${parts.map((p) => p.take)}::int[]) as d (id, units) where a.id = d.id`
}

/** What remains promised of a row that was taken in part becomes a row of its own. */
function restRows(clock: Clock, parts: readonly Part[]): Sql {
  const rests = parts.filter((part) => part.take < part.units)
  return sql`insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, status, transfer_id, created_at)
    select d.id, a.order_id, a.order_line_id, a.variant_id, a.location_id, d.units, a.status, a.transfer_id, ${clock.now()}::timestamptz
      from unnest(${rests.map(() => newId('alc'))}::text[], ${rests.map((p) => p.id)}::text[], ${rests.map((p) => p.units - p.take)}::int[])
             as d (id, old_id, units) join inventory.allocation a on a.id = d.old_id`
}
