import type { Address, ShortageOption } from '@hilo/contract'
import { allocate, findLocation, requestTransfer } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { cancelRows, writeLines } from './cancel.ts'
import { createFulfillment } from './create.ts'
import { setPaymentDue } from './payment-due.ts'
import { fulfillmentProblems } from './problems.ts'
import { makePromises, settlePromises } from './promises.ts'
import { type FulfillmentRow, lockRow, readPromises } from './rows.ts'
import { shortageOptions } from './shortage-options.ts'
import { findShortage, readShortages, type Shortage } from './shortages.ts'
import { step } from './steps.ts'
import { pickupPromise } from './words.ts'

export type ChooseShortage = { shortageId: string; optionId: string; address?: Address | undefined; chosenBy: string }

/**
 * Does what the customer (or staff for them) chose about missing units: stock, fulfillment and promises are put right in this
 * transaction, so a choice that cannot be had any more is refused at once. A refund only takes the units out of the work here; the
 * money is the order's business, which hears `fulfillment.shortage_chosen` and calls `settleShortage` when it is done.
 * @throws Problem fulfillment.shortage_settled, option_gone with what is possible now, address_needed, inventory.atp_short
 */
export async function applyShortageChoice(
  tx: Tx,
  clock: Clock,
  { shortageId, optionId, address, chosenBy }: ChooseShortage,
): Promise<Shortage> {
  const asked = await findShortage(tx, shortageId)
  const row = await lockRow(tx, asked.fulfillmentOrderId)
  const [shortage] = await readShortages(tx, sql`s.id = ${shortageId}`, sql`for update of s`)
  if (shortage?.status !== 'asked') {
    throw fulfillmentProblems.shortage_settled({ shortageId, choice: shortage?.choice?.text })
  }
  const { variantId, units, orderLineId } = shortage
  const options = await shortageOptions(tx, clock, { row, variantId, units })
  const option = options.find(({ id }) => id === optionId)
  if (!option) throw fulfillmentProblems.option_gone({ parameter: 'optionId', options })
  await carryOut(tx, clock, { row, shortage, option, address: address ?? row.address })
  await tx.run(sql`
    update fulfillment.shortage
       set status = ${option.kind === 'refund' ? 'chosen' : 'settled'}, choice = ${JSON.stringify(option)}::jsonb, chosen_by = ${chosenBy}, chosen_at = ${clock.now()}
     where id = ${shortageId}`)
  await emit(tx, clock, 'fulfillment.shortage_chosen', {
    subjectId: shortageId,
    personId: row.personId,
    payload: { shortageId, orderId: row.orderId, choice: option.kind, orderLineId, units },
  })
  return findShortage(tx, shortageId)
}

type Carry = { row: FulfillmentRow; shortage: Shortage; option: ShortageOption; address: Address | null }

async function carryOut(tx: Tx, clock: Clock, carry: Carry): Promise<void> {
  const { row, shortage, option } = carry
  switch (option.kind) {
    case 'refund':
      return leave(tx, clock, carry)
    case 'transfer':
      return bringHere(tx, clock, carry)
    case 'other_shop':
    case 'delivery': {
      if (option.kind === 'delivery' && !carry.address)
        throw fulfillmentProblems.address_needed({ parameter: 'address' })
      const locationId = option.locationId ?? row.locationId
      await allocate(tx, clock, { orderId: row.orderId, lines: [lineAt(shortage, locationId)] })
      await leave(tx, clock, carry)
      await makeElsewhere(tx, clock, carry, locationId)
      return
    }
    default: {
      const never: never = option.kind
      return never
    }
  }
}

function lineAt(
  { orderLineId, variantId, units }: Shortage,
  locationId: string,
): { orderLineId: string; variantId: string; units: number; locationId: string } {
  return { orderLineId, variantId, units, locationId }
}

/** The missing units are no longer this place's work; with its last unit the work is over and its promise withdrawn. */
async function leave(tx: Tx, clock: Clock, { row, shortage, option }: Carry): Promise<void> {
  const lines = linesWithout(row, shortage, { keepUnits: false })
  await writeLines(tx, lines)
  if (lines.every(({ units }) => units === 0)) await cancelRows(tx, clock, [row], `missing: ${option.kind}`)
}

function linesWithout(
  row: FulfillmentRow,
  { orderLineId, units }: Shortage,
  { keepUnits }: { keepUnits: boolean },
): Parameters<typeof writeLines>[1] {
  return row.lines
    .filter((line) => line.orderLineId === orderLineId || !keepUnits)
    .map((line) => ({
      ...line,
      fulfillmentOrderId: row.id,
      ...(line.orderLineId === orderLineId
        ? { units: keepUnits ? line.units : line.units - units, shortUnits: line.shortUnits - units }
        : {}),
    }))
}

/** Another place brings the units here: the work waits for it, and a new promise takes the place of the old one. */
async function bringHere(tx: Tx, clock: Clock, { row, shortage, option }: Carry): Promise<void> {
  const fromLocationId = option.fromLocationId ?? ''
  const readyAt = option.readyAt ?? clock.now().toISOString()
  await allocate(tx, clock, { orderId: row.orderId, lines: [lineAt(shortage, fromLocationId)] })
  const { orderLineId, variantId, units } = shortage
  await requestTransfer(tx, clock, {
    fromLocationId,
    toLocationId: row.locationId,
    reference: row.orderId,
    reason: row.orderNumber,
    expectedAt: new Date(readyAt),
    actorId: 'system:shortage',
    lines: [{ variantId, units, order: { orderId: row.orderId, orderLineId } }],
  })
  await writeLines(tx, linesWithout(row, shortage, { keepUnits: true }))
  if (row.status !== 'waiting') await step(tx, clock, row, 'wait', { dueAt: readyAt })
  const place = await findLocation(tx, row.locationId)
  const mine = sql`p.fulfillment_order_id = ${row.id} and p.kind = 'pickup_ready'`
  const [old] = (await readPromises(tx, mine)).toReversed()
  await settlePromises(tx, clock, {
    which: mine,
    status: 'withdrawn',
    reason: 'a unit was missing; the customer waits for a transfer',
  })
  const words = { shop: place.name, dueAt: readyAt, now: clock.now().toISOString(), zone: place.timeZone }
  await makePromises(tx, clock, [
    {
      kind: 'pickup_ready',
      personId: row.personId,
      orderId: row.orderId,
      fulfillmentOrderId: row.id,
      locationId: row.locationId,
      owner: row.locationId,
      dueAt: readyAt,
      text: pickupPromise(words),
      replaces: old?.id ?? null,
    },
  ])
}

async function makeElsewhere(
  tx: Tx,
  clock: Clock,
  { row, shortage, option, address }: Carry,
  locationId: string,
): Promise<void> {
  const { orderLineId, variantId, units } = shortage
  const { orderId, orderNumber, personId, contact, language } = row
  await createFulfillment(tx, clock, {
    order: { id: orderId, number: orderNumber, personId, contact, language },
    plan: {
      feasible: true,
      groups: [
        {
          kind: option.kind === 'delivery' ? 'delivery' : 'pickup',
          locationId,
          dueAt: option.readyAt ?? clock.now().toISOString(),
          lines: [{ lineId: orderLineId, variantId, units, fromLocationId: locationId }],
          transferFrom: null,
        },
      ],
      reason: option.text,
      alternatives: [],
      shortages: [],
    },
    lines: {},
    address: option.kind === 'delivery' ? address : null,
  })
  // What is unpaid of the order holds back this part, too.
  if (row.dueMinor > 0) await setPaymentDue(tx, { orderId, dueMinor: row.dueMinor, currency: row.currency ?? '' })
}
