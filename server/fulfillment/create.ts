import type { Address, SourcingPlan } from '@hilo/contract'
import { type Location, listLocations, requestTransfer } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newCode, newId } from '#platform/ids'
import { eventRows, wakeAfter } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'
import { type NewPromise, promiseRows } from './promises.ts'
import type { Contact } from './rows.ts'
import { deliveryPromise, pickupPromise } from './words.ts'

/** What fulfillment keeps of the order, so that it never asks upwards. */
export type FulfilledOrder = {
  id: string
  /** SQL where only the database knows it yet; not possible for goods that another place must send. */
  number: string | Sql
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
  handedOverBy?: string
}

const pickupCodeLength = 8
type Draft = {
  id: string
  code: string | null
  group: SourcingPlan['groups'][number]
  place: Location
  lines: { orderLineId: string; variantId: string; units: number }[]
}

/**
 * Turns the plan of a placed order into work: a fulfillment order for each place with its code and promise, and the transfers it
 * waits for. The units are allocated by the caller at the places the plan names, in the same transaction and before this.
 * @returns ids of the fulfillment orders, in the plan's order
 */
export async function createFulfillment(tx: Tx, clock: Clock, input: CreateFulfillment): Promise<string[]> {
  const { order, plan } = input
  if (plan.groups.length === 0) return []
  const places = new Map((await listLocations(tx)).map((place) => [place.id, place]))
  const drafts = plan.groups.map((group): Draft => {
    const place = places.get(group.locationId)
    if (!place) throw new Error(`plan names unknown place ${group.locationId}`)
    return {
      id: newId('ful'),
      code: group.kind === 'pickup' ? newCode(pickupCodeLength) : null,
      group,
      place,
      lines: linesOf(group, input.lines),
    }
  })
  const promises = drafts
    .filter(({ group }) => group.kind !== 'carry_out')
    .map((draft) => promiseOf(clock, order, draft))
  tx.later(
    sql`with ${fulfillmentRows(clock, input, drafts)}, ${lineRows(drafts)}, ${promiseRows(clock, promises)} select 1`,
  )
  wakeAfter(tx)
  for (const draft of drafts) await requestTransfers(tx, clock, order, draft, input.lines)
  return drafts.map(({ id }) => id)
}

function linesOf(group: SourcingPlan['groups'][number], names: CreateFulfillment['lines']): Draft['lines'] {
  const lines = new Map<string, Draft['lines'][number]>()
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

function promiseOf(clock: Clock, order: FulfilledOrder, { id, group, place }: Draft): NewPromise {
  const words = { shop: place.name, dueAt: group.dueAt, now: clock.now().toISOString(), zone: place.timeZone }
  return {
    kind: group.kind === 'pickup' ? 'pickup_ready' : 'delivered_by',
    personId: order.personId,
    orderId: order.id,
    fulfillmentOrderId: id,
    locationId: place.id,
    owner: place.id,
    dueAt: group.dueAt,
    text: group.kind === 'pickup' ? pickupPromise(words) : deliveryPromise(words),
  }
}

function fulfillmentRows(
  clock: Clock,
  { order, plan, address, deliveryOptionId, handedOverBy }: CreateFulfillment,
  drafts: readonly Draft[],
): Sql {
  const status = ({ group }: Draft) => {
    if (group.kind === 'carry_out' && handedOverBy !== undefined) return 'handed_over'
    return (group.transfers?.length ?? 0) > 0 || group.transferFrom !== null ? 'waiting' : 'open'
  }
  return sql`made as (
    insert into fulfillment.fulfillment_order (id, order_id, order_number, person_id, contact, language, address, delivery_option_id,
      location_id, kind, status, pickup_code, due_at, plan, created_at, handed_over_at, handed_over_by, handed_over_to)
    select n.id, ${order.id}::text, ${order.number}::text, ${order.personId}::text, ${JSON.stringify(order.contact)}::jsonb, ${order.language}::text,
           case when n.kind = 'delivery' then ${address ? JSON.stringify(address) : null}::jsonb end,
           case when n.kind = 'delivery' then ${deliveryOptionId ?? null}::text end,
           n.location_id, n.kind, n.status, n.code, n.due_at, ${JSON.stringify({ reason: plan.reason, alternatives: plan.alternatives })}::jsonb, ${clock.now()}::timestamptz,
           case when n.status = 'handed_over' then ${clock.now()}::timestamptz end,
           case when n.status = 'handed_over' then ${handedOverBy ?? null}::text end, case when n.status = 'handed_over' then '' end
      from unnest(${drafts.map((d) => d.id)}::text[], ${drafts.map((d) => d.group.locationId)}::text[], ${drafts.map((d) => d.group.kind)}::text[],
                  ${drafts.map(status)}::text[], ${drafts.map((d) => d.code)}::text[], ${drafts.map((d) => d.group.dueAt)}::timestamptz[])
             as n (id, location_id, kind, status, code, due_at)
    returning id, order_id, person_id, location_id, kind, status
  ), made_told as (${changedEvents(clock, sql`made`)}), made_handed_over as (${handedOverEvents(clock, sql`made`)})`
}

function lineRows(drafts: readonly Draft[]): Sql {
  const rows = drafts.flatMap(({ id, lines }) => lines.map((line) => ({ id, ...line })))
  return sql`lines as (
    insert into fulfillment.fulfillment_line (fulfillment_order_id, order_line_id, variant_id, units)
    select n.id, n.line, n.variant, n.units
      from unnest(${rows.map((r) => r.id)}::text[], ${rows.map((r) => r.orderLineId)}::text[], ${rows.map((r) => r.variantId)}::text[], ${rows.map((r) => r.units)}::int[])
             as n (id, line, variant, units))`
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

/** One `fulfillment.handed_over` for each row of such a relation that was handed over. */
function handedOverEvents(clock: Clock, relation: Sql): Sql {
  return eventRows(
    clock,
    'fulfillment.handed_over',
    sql`select id as subject_id, person_id, jsonb_build_object('fulfillmentOrderId', id, 'orderId', order_id, 'locationId', location_id)
          as payload from ${relation} where status = 'handed_over'`,
  )
}

async function requestTransfers(
  tx: Tx,
  clock: Clock,
  order: FulfilledOrder,
  draft: Draft,
  names: CreateFulfillment['lines'],
): Promise<void> {
  const { group } = draft
  const brought = group.lines.filter((line) => line.fromLocationId !== group.locationId)
  if (brought.length === 0) return
  if (typeof order.number !== 'string') throw new Error('a transfer needs the number of its order')
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
