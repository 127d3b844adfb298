import { findVariantByCode, findVariants } from '#catalog'
import { findLocation, shipAllocated } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { bookReadyMail, bookShippedMail } from './mails.ts'
import { refuseUnpaid } from './payment-due.ts'
import { fulfillmentProblems } from './problems.ts'
import { settlePromises } from './promises.ts'
import { type FulfillmentLineRow, type FulfillmentRow, lockRow, readRows } from './rows.ts'
import { nextStatus } from './states.ts'
import { step } from './steps.ts'

/** How long a shop keeps what is ready. */
const holdDays = 7
const dayMs = 86_400_000

/**
 * Picks units: a scanned code is one unit, a line named by hand any number. A wrong scan is refused with what it is.
 * @throws Problem fulfillment.unknown_code, wrong_item, already_picked, state
 */
export async function pick(
  tx: Tx,
  clock: Clock,
  { id, what }: { id: string; what: { code: string } | { orderLineId: string; units: number } },
): Promise<void> {
  const row = await lockRow(tx, id)
  nextStatus(row, 'pick')
  const { line, units } =
    'code' in what
      ? { line: await lineOfCode(tx, row, what.code), units: 1 }
      : { line: lineOf(row, what.orderLineId), units: what.units }
  const open = pickable(line)
  if (units > open)
    throw fulfillmentProblems.already_picked({ orderLineId: line.orderLineId, requested: units, available: open })
  await tx.run(sql`
    update fulfillment.fulfillment_line set picked_units = picked_units + ${units}::int
     where fulfillment_order_id = ${id} and order_line_id = ${line.orderLineId}`)
  await step(tx, clock, row, 'pick')
}

/**
 * Puts units back on the shelf that were picked by mistake (wrong unit scanned, miscounted); a packed parcel is opened for it.
 * @returns the order line and how many units went back
 * @throws Problem fulfillment.unknown_code, wrong_item, not_picked, state
 */
export async function unpick(
  tx: Tx,
  clock: Clock,
  { id, what }: { id: string; what: { code: string } | { orderLineId: string; units: number } },
): Promise<{ orderLineId: string; units: number }> {
  const row = await lockRow(tx, id)
  nextStatus(row, 'unpick')
  const { line, units } =
    'code' in what
      ? { line: await lineOfCode(tx, row, what.code, ({ pickedUnits }) => pickedUnits > 0), units: 1 }
      : { line: lineOf(row, what.orderLineId), units: what.units }
  const { orderLineId, pickedUnits } = line
  if (units > pickedUnits)
    throw fulfillmentProblems.not_picked({ orderLineId, requested: units, available: pickedUnits })
  await tx.run(sql`
    update fulfillment.fulfillment_line set picked_units = picked_units - ${units}::int
     where fulfillment_order_id = ${id} and order_line_id = ${orderLineId}`)
  await step(tx, clock, row, 'unpick')
  return { orderLineId, units }
}

/** The line that a scanned article belongs to, best one that fits. */
async function lineOfCode(
  q: Queryable,
  row: FulfillmentRow,
  code: string,
  fits: (line: FulfillmentLineRow) => boolean = (line) => pickable(line) > 0,
): Promise<FulfillmentLineRow> {
  const variant = await findVariantByCode(q, code)
  if (!variant) throw fulfillmentProblems.unknown_code({ scanned: code, parameter: 'code' })
  const lines = row.lines.filter((line) => line.variantId === variant.id && line.units > 0)
  const line = lines.find(fits) ?? lines[0]
  if (line) return line
  const named = [variant.title.es, ...variant.optionLabels.map(({ es }) => es)].join(', ')
  const namedEn = [variant.title.en || variant.title.es, ...variant.optionLabels.map(({ es, en }) => en || es)].join(
    ', ',
  )
  const wanted = await findVariants(
    q,
    row.lines.map(({ variantId }) => variantId),
  )
  throw fulfillmentProblems.wrong_item({
    parameter: 'code',
    scanned: { variantId: variant.id, sku: variant.sku, title: variant.title, optionLabels: variant.optionLabels },
    wanted: row.lines.filter(({ units }) => units > 0).map(({ variantId }) => wanted.get(variantId)?.sku ?? variantId),
    detail: `This is ${namedEn} (${variant.sku}).`,
    detailEs: `Esto es ${named} (${variant.sku}).`,
  })
}

function lineOf(row: FulfillmentRow, orderLineId: string): FulfillmentLineRow {
  const line = row.lines.find((candidate) => candidate.orderLineId === orderLineId)
  if (!line) throw fulfillmentProblems.not_found({ orderLineId, parameter: 'orderLineId' })
  return line
}

/** Units of a line that are still to be picked. */
export function pickable({ units, shortUnits, pickedUnits }: FulfillmentLineRow): number {
  return units - shortUnits - pickedUnits
}

/**
 * Whether nothing is missing: the condition for "ready" and for closing a parcel.
 * @throws Problem fulfillment.shortage_open, fulfillment.not_all_picked, fulfillment.state when there is nothing to hand over
 */
export function checkAllPicked(row: FulfillmentRow): void {
  if (row.lines.every(({ units }) => units === 0)) throw fulfillmentProblems.state({ status: row.status, units: 0 })
  if (row.lines.some(({ shortUnits }) => shortUnits > 0))
    throw fulfillmentProblems.shortage_open({ fulfillmentOrderId: row.id })
  const missing = row.lines.reduce((sum, line) => sum + line.units - line.pickedUnits, 0)
  if (missing > 0) throw fulfillmentProblems.not_all_picked({ missing })
}

/**
 * A person has put the goods aside in this shop: only now the pickup is ready and the customer is told (DESIGN law 8).
 * @param bin where it lies
 * @throws Problem fulfillment.not_all_picked, shortage_open, state
 */
export async function setAside(
  tx: Tx,
  clock: Clock,
  { id, bin, actorId }: { id: string; bin: string; actorId: string },
): Promise<void> {
  const row = await lockRow(tx, id)
  nextStatus(row, 'set_aside')
  checkAllPicked(row)
  const holdUntil = new Date(clock.now().getTime() + holdDays * dayMs)
  await step(tx, clock, row, 'set_aside', { actorId, bin, holdUntil })
  await settlePromises(tx, clock, {
    which: sql`p.fulfillment_order_id = ${id} and p.kind = 'pickup_ready'`,
    status: 'kept',
    reason: 'set aside',
  })
  await bookReadyMail(tx, clock, { row, place: await findLocation(tx, row.locationId), holdUntil })
}

/** The parcel is closed. @throws Problem fulfillment.not_all_picked, shortage_open, state */
export async function pack(tx: Tx, clock: Clock, { id }: { id: string }): Promise<void> {
  const row = await lockRow(tx, id)
  nextStatus(row, 'pack')
  checkAllPicked(row)
  await step(tx, clock, row, 'pack')
}

/** The carrier has it: units leave the shelf. @throws Problem fulfillment.state, payment_due, inventory.not_allocated */
export async function ship(
  tx: Tx,
  clock: Clock,
  { id, tracking, actorId }: { id: string; tracking?: FulfillmentRow['tracking']; actorId: string },
): Promise<void> {
  const row = await lockRow(tx, id)
  nextStatus(row, 'ship')
  refuseUnpaid(row)
  await shipAllocated(tx, clock, { orderId: row.orderId, lines: unitsOf(row), kind: 'shipped', actorId })
  await step(tx, clock, row, 'ship', { tracking: tracking ?? null })
  await bookShippedMail(tx, clock, { row, tracking: tracking ?? null })
}

/** The carrier says it arrived. @throws Problem fulfillment.state */
export async function deliver(tx: Tx, clock: Clock, { id }: { id: string }): Promise<void> {
  const row = await lockRow(tx, id)
  await step(tx, clock, row, 'deliver')
  await settlePromises(tx, clock, {
    which: sql`p.fulfillment_order_id = ${id} and p.kind = 'delivered_by'`,
    status: 'kept',
    reason: 'delivered',
  })
}

/** The letters of a pickup code out of whatever was scanned or typed. */
export function normalizePickupCode(scanned: string): string {
  return scanned
    .trim()
    .toUpperCase()
    .replace(/^HILO:P:/, '')
    .replace(/[\s-]/g, '')
}

/**
 * Gives a pickup to whoever brings its code or QR, in the shop where it lies. Every way it can go wrong has its own sentence.
 * @returns the fulfillment order's id
 * @throws Problem fulfillment.wrong_code, wrong_shop, already_collected, canceled, not_ready, payment_due
 */
export async function handOver(
  tx: Tx,
  clock: Clock,
  {
    locationId,
    code,
    handedOverTo,
    actorId,
  }: { locationId: string; code: string; handedOverTo: string; actorId: string },
): Promise<string> {
  const [found] = await readRows(tx, sql`f.pickup_code = ${normalizePickupCode(code)}`)
  if (!found) throw fulfillmentProblems.wrong_code({ parameter: 'code' })
  if (found.locationId !== locationId) {
    const { name } = await findLocation(tx, found.locationId)
    throw fulfillmentProblems.wrong_shop({
      orderNumber: found.orderNumber,
      locationId: found.locationId,
      detail: `It waits at ${name}.`,
      detailEs: `Espera en ${name}.`,
    })
  }
  await handOverRow(tx, clock, { id: found.id, handedOverTo, actorId })
  return found.id
}

/** The same without the code, to a person whose papers were seen. @throws Problem as `handOver` */
export async function handOverRow(
  tx: Tx,
  clock: Clock,
  { id, handedOverTo, actorId }: { id: string; handedOverTo: string; actorId: string },
): Promise<void> {
  const row = await lockRow(tx, id)
  if (row.status === 'handed_over')
    throw fulfillmentProblems.already_collected({
      orderNumber: row.orderNumber,
      at: row.handedOverAt?.toISOString(),
      handedOverTo: row.handedOverTo,
    })
  if (row.status === 'canceled') throw fulfillmentProblems.canceled({ orderNumber: row.orderNumber })
  if (row.kind === 'pickup' && row.status !== 'ready')
    throw fulfillmentProblems.not_ready({ orderNumber: row.orderNumber, status: row.status })
  nextStatus(row, 'hand_over')
  refuseUnpaid(row)
  await shipAllocated(tx, clock, { orderId: row.orderId, lines: unitsOf(row), kind: 'sold', actorId })
  await step(tx, clock, row, 'hand_over', { actorId, handedOverTo: handedOverTo || (row.contact.name ?? '') })
}

/** Keeps what is ready some days longer. @throws Problem fulfillment.state */
export async function extendHold(tx: Tx, clock: Clock, { id, days }: { id: string; days: number }): Promise<void> {
  const row = await lockRow(tx, id)
  if (row.status !== 'ready') throw fulfillmentProblems.state({ status: row.status, step: 'extend_hold' })
  const until = new Date(clock.now().getTime() + days * dayMs)
  await tx.run(sql`
    update fulfillment.fulfillment_order set hold_until = ${until}, hold_expired_at = null, version = version + 1 where id = ${id}`)
}

function unitsOf(row: FulfillmentRow): { orderLineId: string; units: number; locationId: string }[] {
  return row.lines
    .filter(({ units }) => units > 0)
    .map(({ orderLineId, units }) => ({ orderLineId, units, locationId: row.locationId }))
}
