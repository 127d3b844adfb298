import type { Address, FulfillmentStatus, SourcingPlan } from '@hilo/contract'
import { type Location, listLocations, requestTransfer } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newCode, newId } from '#platform/ids'
import { event, eventRows, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { type Sql, sql, writeAll } from '#platform/sql'
import { type MadePromise, promiseMade, promisesPiece } from './promises.ts'
import type { Contact, FulfillmentRow } from './rows.ts'
import { deliveryPromise, pickupPromise } from './words.ts'

/** What fulfillment keeps of the order, so that it never asks upwards. */
export type FulfilledOrder = {
  id: string
  number: string
  personId: string | null
  contact: Contact
  language: 'es' | 'en'
}
export type CreateFulfillment = {
  order: FulfilledOrder
  plan: SourcingPlan
  /** Order line of each planned line; a line that is not named has its order line's id already. */
  lines: ReadonlyMap<string, string> | Readonly<Record<string, string>>
  /** Of a delivery. */
  address?: Address | null
  deliveryOptionId?: string | null
  /** Who hands everything over this moment: what is carried out is over as soon as it is made. */
  handedOverBy?: string | undefined
  /** Still to be paid before anything of it may leave, in minor units. */
  due?: { minor: number; currency: string } | undefined
}
/** Work of one order, as it is about to be written. */
export type NewFulfillment = { rows: FulfillmentRow[]; promises: MadePromise[] }
export type PreparedFulfillment = {
  /** For each order of the list. */
  made: NewFulfillment[]
  writes: Sql[]
  events: NewEvent[]
  /** Asks for the transfers the orders wait for; after the writes are done. */
  requestTransfers(tx: Tx): Promise<void>
}

const pickupCodeLength = 8

/**
 * Turns the plans of placed orders into work: a fulfillment order for each place with its code and promise. Nothing is written yet:
 * the caller puts `writes` and `events` into its own statement. The units are allocated by the caller at the places the plans name,
 * in the same transaction.
 */
export async function prepareFulfillments(
  q: Queryable,
  clock: Clock,
  inputs: readonly CreateFulfillment[],
): Promise<PreparedFulfillment> {
  const places = new Map((await listLocations(q)).map((place) => [place.id, place]))
  const made = inputs.map((input) => newFulfillment(clock, input, places))
  const rows = made.flatMap((one, at) => one.rows.map((row) => ({ row, by: inputs[at]?.handedOverBy })))
  const promises = made.flatMap((one) => one.promises)
  return {
    made,
    writes:
      rows.length === 0
        ? []
        : [rowsPiece(rows), linesPiece(rows.map(({ row }) => row)), promisesPiece(clock, promises)],
    events: [...rows.flatMap(({ row }) => madeEvents(row)), ...promises.map(promiseMade)],
    requestTransfers: async (tx) => {
      for (const [at, input] of inputs.entries()) await requestTransfers(tx, clock, input, made[at]?.rows ?? [])
    },
  }
}

/** The same for one order, written in the caller's transaction. @returns ids of the fulfillment orders, in the plan's order */
export async function createFulfillment(tx: Tx, clock: Clock, input: CreateFulfillment): Promise<string[]> {
  const { made, writes, events, requestTransfers: request } = await prepareFulfillments(tx, clock, [input])
  if (writes.length === 0) return []
  tx.later(writeAll([...writes, eventsPiece(clock, events)]))
  wakeAfter(tx)
  await request(tx)
  return made.flatMap(({ rows }) => rows.map(({ id }) => id))
}

function newFulfillment(clock: Clock, input: CreateFulfillment, places: ReadonlyMap<string, Location>): NewFulfillment {
  const made: NewFulfillment = { rows: [], promises: [] }
  for (const group of input.plan.groups) {
    const place = places.get(group.locationId)
    if (!place) throw new Error(`plan names unknown place ${group.locationId}`)
    const row = newRow(clock, input, group)
    made.rows.push(row)
    if (group.kind !== 'carry_out') made.promises.push(promiseOf(clock, { order: input.order, group, place, row }))
  }
  return made
}

type Group = SourcingPlan['groups'][number]

function newRow(clock: Clock, input: CreateFulfillment, group: Group): FulfillmentRow {
  const { order, plan, handedOverBy, due } = input
  const status = statusOf(group, handedOverBy)
  const isParcel = group.kind === 'delivery'
  return {
    id: newId('ful'),
    orderId: order.id,
    orderNumber: order.number,
    personId: order.personId,
    contact: order.contact,
    language: order.language,
    address: isParcel ? (input.address ?? null) : null,
    deliveryOptionId: isParcel ? (input.deliveryOptionId ?? null) : null,
    locationId: group.locationId,
    kind: group.kind,
    status,
    pickupCode: group.kind === 'pickup' ? newCode(pickupCodeLength) : null,
    setAsideAt: null,
    setAsideBin: null,
    readyAt: null,
    handedOverAt: status === 'handed_over' ? clock.now() : null,
    handedOverTo: status === 'handed_over' ? '' : null,
    shippedAt: null,
    deliveredAt: null,
    canceledAt: null,
    tracking: null,
    holdUntil: null,
    holdExpiredAt: null,
    dueAt: group.dueAt === null ? null : new Date(group.dueAt),
    plan: { reason: plan.reason, alternatives: plan.alternatives } as FulfillmentRow['plan'],
    dueMinor: due?.minor ?? 0,
    currency: due && due.minor > 0 ? due.currency : null,
    version: 1,
    createdAt: clock.now(),
    lines: linesOf(group, input.lines).map((line) => ({ ...line, pickedUnits: 0, shortUnits: 0 })),
  }
}

function statusOf(group: Group, handedOverBy: string | undefined): FulfillmentStatus {
  if (group.kind === 'carry_out' && handedOverBy !== undefined) return 'handed_over'
  return (group.transfers?.length ?? 0) > 0 || group.transferFrom !== null ? 'waiting' : 'open'
}

function linesOf(
  group: SourcingPlan['groups'][number],
  names: CreateFulfillment['lines'],
): { orderLineId: string; variantId: string; units: number }[] {
  const lines = new Map<string, { orderLineId: string; variantId: string; units: number }>()
  for (const { lineId, variantId, units } of group.lines) {
    const orderLineId = orderLineOf(names, lineId)
    const known = lines.get(orderLineId)
    lines.set(orderLineId, { orderLineId, variantId, units: units + (known?.units ?? 0) })
  }
  return [...lines.values()]
}

function orderLineOf(names: CreateFulfillment['lines'], lineId: string): string {
  return (names instanceof Map ? names.get(lineId) : (names as Readonly<Record<string, string>>)[lineId]) ?? lineId
}

function promiseOf(
  clock: Clock,
  { order, group, place, row }: { order: FulfilledOrder; group: Group; place: Location; row: FulfillmentRow },
): MadePromise {
  const words = { shop: place.name, dueAt: group.dueAt, now: clock.now().toISOString(), zone: place.timeZone }
  return {
    id: newId('pro'),
    kind: group.kind === 'pickup' ? 'pickup_ready' : 'delivered_by',
    personId: order.personId,
    orderId: order.id,
    fulfillmentOrderId: row.id,
    locationId: place.id,
    owner: place.id,
    dueAt: group.dueAt,
    text: group.kind === 'pickup' ? pickupPromise(words) : deliveryPromise(words),
  }
}

function rowsPiece(made: readonly { row: FulfillmentRow; by: string | undefined }[]): Sql {
  const rows = made.map(({ row: { lines: _, ...row }, by }) => ({
    ...row,
    handedOverBy: row.status === 'handed_over' ? (by ?? null) : null,
  }))
  return sql`insert into fulfillment.fulfillment_order (id, order_id, order_number, person_id, contact, language, address, delivery_option_id,
      location_id, kind, status, pickup_code, due_at, plan, created_at, handed_over_at, handed_over_to, due_minor, currency, handed_over_by)
    select f.id, f."orderId", f."orderNumber", f."personId", f.contact, f.language, f.address, f."deliveryOptionId", f."locationId", f.kind,
      f.status, f."pickupCode", f."dueAt", f.plan, f."createdAt", f."handedOverAt", f."handedOverTo", f."dueMinor", f.currency, f."handedOverBy"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f (id text, "orderId" text, "orderNumber" text, "personId" text, contact jsonb,
        language text, address jsonb, "deliveryOptionId" text, "locationId" text, kind text, status text, "pickupCode" text,
        "dueAt" timestamptz, plan jsonb, "createdAt" timestamptz, "handedOverAt" timestamptz, "handedOverTo" text, "dueMinor" bigint,
        currency text, "handedOverBy" text)`
}

function linesPiece(made: readonly FulfillmentRow[]): Sql {
  const rows = made.flatMap(({ id, lines }) => lines.map((line) => ({ id, ...line })))
  return sql`insert into fulfillment.fulfillment_line (fulfillment_order_id, order_line_id, variant_id, units)
    select * from unnest(${rows.map((r) => r.id)}::text[], ${rows.map((r) => r.orderLineId)}::text[], ${rows.map((r) => r.variantId)}::text[],
                         ${rows.map((r) => r.units)}::int[])`
}

function madeEvents({ id, orderId, personId, locationId, kind, status }: FulfillmentRow): NewEvent[] {
  const about = { subjectId: id, personId }
  const payload = { fulfillmentOrderId: id, orderId, locationId }
  const changed = event('fulfillment.changed', { ...about, payload: { ...payload, kind, status } })
  return status === 'handed_over' ? [changed, event('fulfillment.handed_over', { ...about, payload })] : [changed]
}

/** One `fulfillment.changed` for each row of a relation with id, order_id, person_id, location_id, kind, status. */
export function changedEvents(clock: Clock, relation: Sql): Sql {
  return eventRows(
    clock,
    'fulfillment.changed',
    sql`select id as subject_id, person_id, jsonb_build_object('fulfillmentOrderId', id, 'orderId', order_id, 'locationId', location_id,
          'kind', kind, 'status', status) as payload from ${relation}`,
  )
}

async function requestTransfers(
  tx: Tx,
  clock: Clock,
  { order, plan, lines: names }: CreateFulfillment,
  rows: readonly FulfillmentRow[],
): Promise<void> {
  for (const group of plan.groups.slice(0, rows.length)) {
    const brought = group.lines.filter((line) => line.fromLocationId !== group.locationId)
    for (const [fromLocationId, lines] of Map.groupBy(brought, (line) => line.fromLocationId)) {
      const readyAt =
        group.transfers?.find((transfer) => transfer.fromLocationId === fromLocationId)?.readyAt ?? group.dueAt
      await requestTransfer(tx, clock, {
        fromLocationId,
        toLocationId: group.locationId,
        reference: order.id,
        reason: order.number,
        expectedAt: new Date(readyAt),
        actorId: 'system:sourcing',
        lines: lines.map(({ lineId, variantId, units }) => ({
          variantId,
          units,
          order: { orderId: order.id, orderLineId: orderLineOf(names, lineId) },
        })),
      })
    }
  }
}
