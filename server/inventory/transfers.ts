import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { allocate } from './allocate.ts'
import {
  type AllocatedLine,
  allocationsOf,
  close,
  lockParts,
  releaseAllocations,
  writeOffMissing,
} from './allocations.ts'
import { allocationRows } from './claim.ts'
import { lockLevels, writeLevels } from './levels.ts'
import { movementRows } from './movements.ts'
import { inventoryProblems } from './problems.ts'

export type TransferLine = {
  lineNo: number
  variantId: string
  units: number
  /** The order it serves; the transfer's own id where staff asked for the goods. */
  orderId: string
  orderLineId: string
  sentUnits: number | null
  receivedUnits: number | null
  damagedUnits: number | null
}
export type Transfer = {
  id: string
  fromLocationId: string
  toLocationId: string
  status: 'requested' | 'sent' | 'received' | 'canceled'
  reason: string
  reference: string
  expectedAt: Date
  requestedBy: string
  createdAt: Date
  sentAt: Date | null
  receivedAt: Date | null
  lines: TransferLine[]
}

export const transferColumns = sql`
  t.id, t.from_location_id as "fromLocationId", t.to_location_id as "toLocationId", t.status, t.reason, t.reference,
  t.expected_at as "expectedAt", t.requested_by as "requestedBy", t.created_at as "createdAt", t.sent_at as "sentAt",
  t.received_at as "receivedAt",
  (select coalesce(jsonb_agg(jsonb_build_object(
      'lineNo', l.line_no, 'variantId', l.variant_id, 'units', l.units, 'orderId', l.order_id, 'orderLineId', l.order_line_id,
      'sentUnits', l.sent_units, 'receivedUnits', l.received_units, 'damagedUnits', l.damaged_units) order by l.line_no), '[]')
     from inventory.transfer_line l where l.transfer_id = t.id) as lines`

/** @throws Problem inventory.transfer_not_found */
export async function findTransfer(q: Queryable, id: string): Promise<Transfer> {
  const found = await q.maybeOne<Transfer>(sql`select ${transferColumns} from inventory.transfer t where t.id = ${id}`)
  if (!found) throw inventoryProblems.transfer_not_found({ transferId: id })
  return found
}

/** Transfers on their way (asked for or sent) that serve these orders. */
export async function openTransfersOf(q: Queryable, orderIds: readonly string[]): Promise<Transfer[]> {
  return q.many<Transfer>(sql`
    select ${transferColumns} from inventory.transfer t
     where t.reference = any(${orderIds}::text[]) and t.status in ('requested', 'sent') order by t.expected_at, t.id`)
}

/**
 * Asks one place to send goods to another. Lines of an order are promised at the sender already; goods that staff ask for are
 * promised to the transfer itself, so that nobody sells what is about to leave.
 * @throws Problem inventory.same_location, inventory.atp_short
 */
export async function requestTransfer(
  tx: Tx,
  clock: Clock,
  {
    fromLocationId,
    toLocationId,
    lines,
    reason = '',
    reference = '',
    expectedAt,
    actorId,
  }: {
    fromLocationId: string
    toLocationId: string
    lines: readonly { variantId: string; units: number; order?: { orderId: string; orderLineId: string } }[]
    reason?: string
    /** The order it serves. */
    reference?: string
    expectedAt: Date
    actorId: string
  },
): Promise<string> {
  if (fromLocationId === toLocationId) throw inventoryProblems.same_location({ locationId: fromLocationId })
  const id = newId('trf')
  const rows = lines.map((line, i) => ({
    ...line,
    lineNo: i + 1,
    orderId: line.order?.orderId ?? id,
    orderLineId: line.order?.orderLineId ?? `${id}:${i + 1}`,
  }))
  const own = rows.filter((row) => row.orderId === id).map((row) => ({ ...row, locationId: fromLocationId }))
  await allocate(tx, clock, { orderId: id, lines: own, ignoreSafetyStock: true })
  await tx.run(sql`
    with head as (
      insert into inventory.transfer (id, from_location_id, to_location_id, reason, reference, expected_at, requested_by, created_at)
      values (${id}, ${fromLocationId}, ${toLocationId}, ${reason}, ${reference}, ${expectedAt}, ${actorId}, ${clock.now()}) returning id)
    insert into inventory.transfer_line (transfer_id, line_no, variant_id, units, order_id, order_line_id)
    select head.id, n.line_no, n.variant_id, n.units, n.order_id, n.order_line_id
      from head, unnest(${rows.map((r) => r.lineNo)}::int[], ${rows.map((r) => r.variantId)}::text[], ${rows.map((r) => r.units)}::int[],
                        ${rows.map((r) => r.orderId)}::text[], ${rows.map((r) => r.orderLineId)}::text[]) as n (line_no, variant_id, units, order_id, order_line_id)`)
  await tell(tx, clock, { id, status: 'requested', fromLocationId, toLocationId, expectedAt })
  return id
}

/**
 * The goods leave: off the sender's shelf, on their way for whom they are meant. Units that were not found are written off there
 * at once, so that the waiting customer can be asked before the van arrives without them.
 * @throws Problem inventory.transfer_state, inventory.not_allocated
 */
export async function sendTransfer(
  tx: Tx,
  clock: Clock,
  {
    transferId,
    missing = [],
    actorId,
  }: { transferId: string; missing?: readonly { lineNo: number; units: number }[]; actorId: string },
): Promise<Transfer> {
  const transfer = await lockTransfer(tx, transferId, 'requested')
  const missingOf = new Map(missing.map((line) => [line.lineNo, line.units]))
  const sent = transfer.lines.map((line) => ({
    ...line,
    sent: Math.max(0, line.units - (missingOf.get(line.lineNo) ?? 0)),
  }))
  for (const [orderId, lines] of Map.groupBy(sent, (line) => line.orderId)) {
    const at = (units: (line: (typeof sent)[number]) => number): AllocatedLine[] =>
      lines
        .map((line) => ({ orderLineId: line.orderLineId, units: units(line), locationId: transfer.fromLocationId }))
        .filter((line) => line.units > 0)
    const away = at((line) => line.units - line.sent)
    if (away.length > 0)
      await writeOffMissing(tx, clock, {
        orderId,
        lines: away,
        actorId,
        reason: 'not found when the transfer was packed',
      })
    await close(
      tx,
      clock,
      await lockParts(
        tx,
        orderId,
        at((line) => line.sent),
      ),
      {
        status: 'in_transit',
        transferId,
        movement: { kind: 'transfer_out', reference: transferId, actorId },
      },
    )
  }
  await tx.run(sql`
    with head as (update inventory.transfer set status = 'sent', sent_at = ${clock.now()} where id = ${transferId})
    update inventory.transfer_line l set sent_units = d.sent
      from unnest(${sent.map((l) => l.lineNo)}::int[], ${sent.map((l) => l.sent)}::int[]) as d (line_no, sent)
     where l.transfer_id = ${transferId} and l.line_no = d.line_no`)
  await tell(tx, clock, { ...transfer, status: 'sent' })
  return findTransfer(tx, transferId)
}

/**
 * The goods arrive: on the receiver's shelf, promised to the orders they came for. Lost and broken units are listed on the line
 * and never enter the shelf. A line that is not named arrived whole.
 * @throws Problem inventory.transfer_state, inventory.transfer_received
 */
export async function receiveTransfer(
  tx: Tx,
  clock: Clock,
  {
    transferId,
    lines = [],
    actorId,
  }: {
    transferId: string
    lines?: readonly { lineNo: number; receivedUnits: number; damagedUnits?: number }[]
    actorId: string
  },
): Promise<Transfer> {
  const transfer = await lockTransfer(tx, transferId, 'sent')
  const counted = new Map(lines.map((line) => [line.lineNo, line]))
  const arrived = transfer.lines.map((line) => {
    const sent = line.sentUnits ?? 0
    const damaged = counted.get(line.lineNo)?.damagedUnits ?? 0
    const received = counted.get(line.lineNo)?.receivedUnits ?? sent
    if (received + damaged > sent)
      throw inventoryProblems.transfer_received({ lineNo: line.lineNo, sent, received, damaged, parameter: 'lines' })
    return { ...line, received, damaged, locationId: transfer.toLocationId }
  })
  await lockLevels(tx, arrived, { create: true })
  const carried = await tx.many<{ orderId: string; orderLineId: string; units: number }>(sql`
    with done as (
      update inventory.allocation set status = 'arrived', closed_at = ${clock.now()}
       where transfer_id = ${transferId} and status = 'in_transit' returning order_id, order_line_id, units)
    select order_id as "orderId", order_line_id as "orderLineId", sum(units)::int as units from done group by 1, 2`)
  const waiting = new Map(carried.map((row) => [`${row.orderId} ${row.orderLineId}`, row.units]))
  const promised = arrived
    .filter((line) => line.orderId !== transferId)
    .map((line) => ({
      ...line,
      units: Math.min(line.received, waiting.get(`${line.orderId} ${line.orderLineId}`) ?? 0),
    }))
    .filter((line) => line.units > 0)
  await writeLevels(
    tx,
    clock,
    [
      ...arrived.map((line) => ({ variantId: line.variantId, locationId: line.locationId, onHand: line.received })),
      ...promised.map((line) => ({ variantId: line.variantId, locationId: line.locationId, allocated: line.units })),
    ],
    [
      movementRows(
        clock,
        arrived.map((line) => ({ ...line, quantity: line.received })),
        { kind: 'transfer_in', reference: transferId, actorId },
      ),
      allocationRows(clock, promised, { transferId }),
      sql`update inventory.transfer_line l set received_units = d.received, damaged_units = d.damaged
          from unnest(${arrived.map((l) => l.lineNo)}::int[], ${arrived.map((l) => l.received)}::int[], ${arrived.map((l) => l.damaged)}::int[])
                 as d (line_no, received, damaged)
         where l.transfer_id = ${transferId}::text and l.line_no = d.line_no`,
      sql`update inventory.transfer set status = 'received', received_at = ${clock.now()}::timestamptz where id = ${transferId}::text`,
    ],
  )
  await tell(tx, clock, { ...transfer, status: 'received' })
  return findTransfer(tx, transferId)
}

/**
 * Calls a transfer off before it leaves. One that a customer waits for is not called off here: its units are reported missing at
 * the order, so that the customer is asked.
 * @throws Problem inventory.transfer_state, inventory.transfer_serves_order
 */
export async function cancelTransfer(tx: Tx, clock: Clock, { transferId }: { transferId: string }): Promise<Transfer> {
  const transfer = await lockTransfer(tx, transferId, 'requested')
  if (transfer.lines.some((line) => line.orderId !== transferId))
    throw inventoryProblems.transfer_serves_order({ transferId, reference: transfer.reference })
  await releaseAllocations(tx, clock, { orderId: transferId })
  await markCanceled(tx, clock, transfer)
  return findTransfer(tx, transferId)
}

/**
 * An order that needs fewer goods, or none: a van that has not left takes only what is still promised at its sender, and stays when
 * that is nothing; what is under way arrives as free stock. The promised units themselves are given back by `releaseAllocations`.
 */
export async function cancelTransfersOf(tx: Tx, clock: Clock, { orderId }: { orderId: string }): Promise<void> {
  const requested = (await openTransfersOf(tx, [orderId])).filter(({ status }) => status === 'requested')
  if (requested.length === 0) return
  const left = new Map<string, number>()
  const keyOf = (lineId: string, place: string) => `${lineId} ${place}`
  for (const { orderLineId, locationId, units } of await allocationsOf(tx, orderId))
    left.set(keyOf(orderLineId, locationId), (left.get(keyOf(orderLineId, locationId)) ?? 0) + units)
  for (const transfer of requested) {
    const lines = transfer.lines.map((line) => {
      if (line.orderId !== orderId) return { ...line, keep: line.units }
      const key = keyOf(line.orderLineId, transfer.fromLocationId)
      const keep = Math.min(line.units, left.get(key) ?? 0)
      left.set(key, (left.get(key) ?? 0) - keep)
      return { ...line, keep }
    })
    if (lines.every(({ keep }) => keep === 0)) await markCanceled(tx, clock, transfer)
    else
      await lowerLines(
        tx,
        transfer.id,
        lines.filter(({ keep, units }) => keep < units),
      )
  }
}

async function lowerLines(
  tx: Tx,
  transferId: string,
  lines: readonly { lineNo: number; keep: number }[],
): Promise<void> {
  if (lines.length === 0) return
  const gone = lines.filter(({ keep }) => keep === 0).map(({ lineNo }) => lineNo)
  await tx.run(sql`
    with gone as (delete from inventory.transfer_line where transfer_id = ${transferId} and line_no = any(${gone}::int[]))
    update inventory.transfer_line l set units = d.keep
      from unnest(${lines.map(({ lineNo }) => lineNo)}::int[], ${lines.map(({ keep }) => keep)}::int[]) as d (line_no, keep)
     where l.transfer_id = ${transferId} and l.line_no = d.line_no and d.keep > 0`)
}

async function markCanceled(tx: Tx, clock: Clock, transfer: Transfer): Promise<void> {
  await tx.run(
    sql`update inventory.transfer set status = 'canceled' where id = ${transfer.id} and status = 'requested'`,
  )
  await tell(tx, clock, { ...transfer, status: 'canceled' })
}

async function lockTransfer(tx: Tx, id: string, status: Transfer['status']): Promise<Transfer> {
  await tx.run(sql`select 1 from inventory.transfer where id = ${id} for update`)
  const transfer = await findTransfer(tx, id)
  if (transfer.status !== status)
    throw inventoryProblems.transfer_state({ transferId: id, status: transfer.status, needed: status })
  return transfer
}

async function tell(
  tx: Tx,
  clock: Clock,
  transfer: Pick<Transfer, 'id' | 'status' | 'fromLocationId' | 'toLocationId' | 'expectedAt'>,
): Promise<void> {
  const { id, status, fromLocationId, toLocationId, expectedAt } = transfer
  await emit(tx, clock, 'inventory.transfer_changed', {
    subjectId: id,
    payload: { transferId: id, status, fromLocationId, toLocationId, expectedAt: new Date(expectedAt).toISOString() },
  })
}
