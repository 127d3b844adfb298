import { cancelTransfersOf, releaseAllocations } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { changedEvents } from './create.ts'
import { addressOnceDone } from './forget.ts'
import { openWhatIsThere } from './goods-there.ts'
import { fulfillmentProblems } from './problems.ts'
import { settlePromises } from './promises.ts'
import { type FulfillmentLineRow, type FulfillmentRow, lockRowsOf } from './rows.ts'
import { isFinal, nextStatus } from './states.ts'

/**
 * Takes back what has not left yet: all of an order, or units of some lines. Promises that lose their goods are withdrawn,
 * transfers that have not left are called off, the units are for sale again.
 * @throws Problem fulfillment.already_left when named units are gone, or when nothing is left to cancel of the whole
 */
export async function cancelFulfillment(
  tx: Tx,
  clock: Clock,
  {
    orderId,
    lines,
    reason,
  }: { orderId: string; lines?: readonly { orderLineId: string; units: number }[]; reason: string },
): Promise<void> {
  const rows = await lockRowsOf(tx, orderId)
  const living = rows.filter((row) => !isFinal(row.status) && row.status !== 'shipped')
  if (rows.some((row) => row.status !== 'canceled' && !living.includes(row)) && lines === undefined) {
    throw fulfillmentProblems.already_left({ orderId })
  }
  if (lines === undefined) {
    await releaseAllocations(tx, clock, { orderId })
    await cancelTransfersOf(tx, clock, { orderId })
    await cancelRows(tx, clock, living, reason)
    return
  }
  const { emptied, allocated } = await takeUnits(tx, living, orderId, lines)
  await releaseAllocations(tx, clock, { orderId, lines: allocated })
  await cancelTransfersOf(tx, clock, { orderId })
  await cancelRows(tx, clock, emptied, reason)
  await openWhatIsThere(tx, clock, { orderId })
}

/** Cancels whole fulfillment orders and withdraws their promises. */
export async function cancelRows(tx: Tx, clock: Clock, rows: readonly FulfillmentRow[], reason: string): Promise<void> {
  if (rows.length === 0) return
  for (const row of rows) nextStatus(row, 'cancel')
  const ids = rows.map(({ id }) => id)
  await tx.run(sql`
    with done as (
      update fulfillment.fulfillment_order set status = 'canceled', canceled_at = ${clock.now()}::timestamptz, version = version + 1, ${addressOnceDone}
       where id = any(${ids}::text[]) returning id, order_id, person_id, location_id, kind, status
    ), closed as (
      update fulfillment.shortage set status = 'settled' where fulfillment_order_id = any(${ids}::text[]) and status = 'asked'
    ), told as (${changedEvents(clock, sql`done`)}) select 1`)
  await settlePromises(tx, clock, {
    which: sql`p.fulfillment_order_id = any(${ids}::text[])`,
    status: 'withdrawn',
    reason,
  })
}

/**
 * Lowers lines: units that are missing anyway first, then unpicked ones.
 * @returns rows that have nothing left, and the units that were promised on a shelf or under way
 */
async function takeUnits(
  tx: Tx,
  living: readonly FulfillmentRow[],
  orderId: string,
  lines: readonly { orderLineId: string; units: number }[],
): Promise<{ emptied: FulfillmentRow[]; allocated: { orderLineId: string; units: number }[] }> {
  const left = living.map((row) => ({ row, lines: row.lines.map((line) => ({ ...line })) }))
  const allocated: { orderLineId: string; units: number }[] = []
  for (const { orderLineId, units } of lines) {
    const entries = left.flatMap((entry) => entry.lines).filter((line) => line.orderLineId === orderLineId)
    const missing = takeFrom(entries, units)
    if (missing.rest > 0)
      throw fulfillmentProblems.already_left({
        orderId,
        orderLineId,
        requested: units,
        available: units - missing.rest,
      })
    if (missing.allocated > 0) allocated.push({ orderLineId, units: missing.allocated })
  }
  await writeLines(
    tx,
    left.flatMap(({ row, lines: after }) => after.map((line) => ({ ...line, fulfillmentOrderId: row.id }))),
  )
  return {
    emptied: left.filter((entry) => entry.lines.every(({ units }) => units === 0)).map(({ row }) => row),
    allocated,
  }
}

function takeFrom(lines: FulfillmentLineRow[], wanted: number): { rest: number; allocated: number } {
  let rest = wanted
  let allocated = 0
  for (const line of lines) {
    const short = Math.min(rest, line.shortUnits)
    line.shortUnits -= short
    line.units -= short
    rest -= short
  }
  for (const line of lines) {
    const take = Math.min(rest, line.units - line.shortUnits)
    line.units -= take
    line.pickedUnits = Math.min(line.pickedUnits, line.units - line.shortUnits)
    rest -= take
    allocated += take
  }
  return { rest, allocated }
}

/** Writes lines as they are now, and settles questions about units that are no longer missing. */
export async function writeLines(
  tx: Tx,
  lines: readonly (FulfillmentLineRow & { fulfillmentOrderId: string })[],
): Promise<void> {
  await tx.run(sql`
    with written as (
      update fulfillment.fulfillment_line l set units = d.units, picked_units = d.picked, short_units = d.short
        from unnest(${lines.map((l) => l.fulfillmentOrderId)}::text[], ${lines.map((l) => l.orderLineId)}::text[], ${lines.map((l) => l.units)}::int[],
                    ${lines.map((l) => l.pickedUnits)}::int[], ${lines.map((l) => l.shortUnits)}::int[]) as d (id, line, units, picked, short)
       where l.fulfillment_order_id = d.id and l.order_line_id = d.line
      returning l.fulfillment_order_id, l.order_line_id, l.short_units)
    update fulfillment.shortage s set status = 'settled'
      from written w
     where s.fulfillment_order_id = w.fulfillment_order_id and s.order_line_id = w.order_line_id and w.short_units = 0 and s.status = 'asked'`)
}
