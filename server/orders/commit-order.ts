import { formatOrderNumber, formatReceiptNumber } from '@hilo/calc'
import type { OrderPayment, SourcingPlan } from '@hilo/contract'
import { recordConsent, resolvePersons, visitorOfHash } from '#customers'
import { completeCarryOut, type NewFulfillment, prepareFulfillments } from '#fulfillment'
import { type Claim, claimStock, listLocations } from '#inventory'
import {
  type Balance,
  balanceOf,
  type Captured,
  capturesPieces,
  changeOf,
  prepareTaken,
  shownPayment,
  type TakenTender,
} from '#payments'
import type { Clock } from '#platform/clock'
import { takeNumbers } from '#platform/counter'
import type { Tx } from '#platform/db'
import { mailsPiece } from '#platform/mail'
import { event, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { type Sql, sql, writeAll } from '#platform/sql'
import { done, each, type Outcome, refused } from '#platform/together'
import type { Draft } from './draft-order.ts'
import { confirmationMail } from './mails.ts'
import { paymentStatusOf } from './order-money.ts'
import type { OrderRow } from './order-rows.ts'
import { newOrderPieces, placedCartsPiece, placedPiece } from './order-writes.ts'
import { orderProblems } from './problems.ts'

/** Where order numbers begin, so that the first ones do not look like a test. */
export const firstOrderNumber = 100_001

export type Commit = {
  draft: Draft
  /** Not in the database yet: written as it is placed, in one go. */
  fresh?: boolean
  /** Whose reservations become allocations; absent: units are allocated straight away. */
  holderId?: string | undefined
  actorId: string
  /** Set when a person at the counter has the goods in hand whatever the figures say. */
  acceptUnknownStock?: boolean
  /** Money that is already there and is booked with the order. */
  tenders?: readonly TakenTender[]
  /** The online payment, whose capture is written down with the order. */
  captured?: Captured
  /** What is booked for the order, its tenders included; read when absent. */
  balance?: Balance
  publicUrl: string
}
export type Committed = {
  order: OrderRow
  payments: OrderPayment[]
  fulfillment: NewFulfillment
  /** Some of it waits for a transfer, or was handed over against the figures: read it again to show it. */
  readAgain: boolean
  changeMinor: number
}
type Checked = Commit & {
  balance: Balance
  paymentStatus: OrderRow['paymentStatus']
  carriedOut: boolean
  changeMinor: number
}
type Placing = Checked & { order: OrderRow & { number: string }; conflicts: string[] }

/**
 * Makes drafts placed orders, in the caller's transaction and for each of them on its own: what one lacks is that one's refusal.
 *
 *   CHECK   the money fits what leaves at once
 *   CLAIM   one lock over all their goods, served in their order
 *   NAME    who bought, and the gapless numbers: all orders wait for that row, so it comes late
 *   WRITE   orders, payments, stock, work with its promises, mails and events: one statement for all of them
 *
 * @returns for each: the placed order and what was made with it, or inventory.atp_short, orders.must_be_paid, payments.cash_too_little
 */
export async function commitOrders(tx: Tx, clock: Clock, asked: readonly Commit[]): Promise<Outcome<Committed>[]> {
  const checked = await each(asked, (one) => check(tx, one))
  const outcomes: Outcome<Committed>[] = checked.map((one) => (one.ok ? refused(undefined) : one))
  const at = checked.flatMap((one, index) => (one.ok ? [index] : []))
  const good = checked.flatMap((one) => (one.ok ? [one.value] : []))
  const strangers = strangersOf(good.map(({ draft }) => draft))
  const [claimed, devices] = await Promise.all([claimStock(tx, clock, good.map(claimOf)), visitorsOf(tx, strangers)])
  claimed.outcomes.forEach((one, index) => {
    if (!one.ok) outcomes[at[index] ?? -1] = one
  })
  const served = good.flatMap((one, index) => {
    const outcome = claimed.outcomes[index]
    return outcome?.ok ? [{ one, conflicts: outcome.value, at: at[index] ?? -1 }] : []
  })
  if (served.length === 0) return outcomes
  const { placing, writes, events } = await nameOrders(tx, clock, served, devices)
  const committed = await writeOrders(tx, clock, placing, {
    writes: [...writes, ...claimed.writes],
    events: [...events, ...claimed.events],
  })
  committed.forEach((one, index) => {
    outcomes[served[index]?.at ?? -1] = done(one)
  })
  return outcomes
}

/** The same for one order. @throws Problem inventory.atp_short, orders.must_be_paid, payments.cash_too_little */
export async function commitOrder(tx: Tx, clock: Clock, one: Commit): Promise<Committed> {
  const [outcome] = await commitOrders(tx, clock, [one])
  if (!outcome?.ok) throw outcome?.error
  return outcome.value
}

/** Goods that leave at once must be paid in full. */
async function check(tx: Tx, one: Commit): Promise<Checked> {
  const { draft, tenders = [] } = one
  const changeMinor = changeOf(tenders)
  const balance = one.balance ?? (await balanceOf(tx, draft.id))
  const carriedOut = draft.plan.groups.length > 0 && draft.plan.groups.every(({ kind }) => kind === 'carry_out')
  const paymentStatus = paymentStatusOf({ ...draft, status: 'placed' }, balance)
  if (carriedOut && paymentStatus !== 'paid')
    throw orderProblems.must_be_paid({ dueMinor: draft.totalMinor - balance.capturedMinor })
  return { ...one, balance, paymentStatus, carriedOut, changeMinor }
}

/** Goods that were on the shelf go out in one step; unknown ones are promised first, which opens their conflict. */
function claimOf({ draft, holderId, actorId, acceptUnknownStock, carriedOut }: Checked): Claim {
  const common = {
    orderId: draft.id,
    lines: allocationLines(draft.plan),
    holderId,
    ignoreSafetyStock: draft.locationId !== null,
  }
  if (acceptUnknownStock) return { kind: 'allocate', ...common, ignoreSafetyStock: true, unknownBy: actorId }
  return carriedOut ? { kind: 'sell', ...common, actorId } : { kind: 'allocate', ...common }
}

type Served = { one: Checked; conflicts: string[] }

/** Who bought each, and its numbers. */
async function nameOrders(
  tx: Tx,
  clock: Clock,
  served: readonly Served[],
  devices: ReadonlyMap<string, string[]>,
): Promise<{ placing: Placing[]; writes: Sql[]; events: NewEvent[] }> {
  const codes = new Map((await listLocations(tx)).map(({ id, code }) => [id, code]))
  const seriesOf = ({ draft }: Checked) => draft.locationId && `receipt:${codes.get(draft.locationId) ?? ''}`
  const wanted = new Map([['order_number', { count: served.length, start: firstOrderNumber }]])
  for (const { one } of served) {
    const series = seriesOf(one)
    if (series) wanted.set(series, { count: (wanted.get(series)?.count ?? 0) + 1, start: 1 })
  }
  const [people, numbers] = await Promise.all([
    buyersOf(
      tx,
      clock,
      served.map(({ one }) => one.draft),
      devices,
    ),
    takeNumbers(tx, wanted),
  ])
  const next = (series: string) => numbers.get(series)?.shift() ?? 0
  const placing = served.map(({ one, conflicts }): Placing => {
    const series = seriesOf(one)
    const { draft, carriedOut, paymentStatus } = one
    const order = {
      ...draft,
      number: formatOrderNumber(next('order_number')),
      personId: people.personOf.get(draft.id) ?? draft.personId,
      receiptNumber: series
        ? formatReceiptNumber({ series: series.replace('receipt:', ''), counter: next(series) })
        : null,
      status: carriedOut ? ('completed' as const) : ('placed' as const),
      paymentStatus,
      placedAt: clock.now(),
      completedAt: carriedOut ? clock.now() : null,
      lapsesAt: null,
    }
    return { ...one, order, conflicts }
  })
  return { placing, writes: people.writes, events: people.events }
}

/** A signed-in customer stays who they are, whatever address they give this time. */
function strangersOf(drafts: readonly Draft[]): Draft[] {
  return drafts.filter(({ personId, contact }) => personId === null && (contact.email !== '' || contact.phone !== ''))
}

async function buyersOf(tx: Tx, clock: Clock, drafts: readonly Draft[], devices: ReadonlyMap<string, string[]>) {
  const strangers = strangersOf(drafts)
  const { personIds, ...rest } = await resolvePersons(
    tx,
    clock,
    strangers.map((draft) => {
      const { email, phone, name } = draft.contact
      const proof = draft.staffId === null ? ('claimed' as const) : ('staff' as const)
      return {
        identities: [
          ...(email === '' ? [] : [{ kind: 'email' as const, value: email, proof }]),
          ...(phone === '' ? [] : [{ kind: 'phone' as const, value: phone, proof }]),
          ...(devices.get(draft.cartId ?? '') ?? []).map(visitorOfHash),
        ],
        name,
        language: draft.language,
        source: draft.staffId === null ? `${draft.channelId} checkout` : `counter ${draft.locationId ?? ''}`,
      }
    }),
  )
  return { personOf: new Map(strangers.map(({ id }, at) => [id, personIds[at] ?? null])), ...rest }
}

/** The devices that hold the carts: what an anonymous visitor did on them before is this person's from now on. */
async function visitorsOf(tx: Tx, drafts: readonly Draft[]): Promise<Map<string, string[]>> {
  const cartIds = drafts.flatMap(({ cartId, staffId }) => (staffId === null && cartId !== null ? [cartId] : []))
  if (cartIds.length === 0) return new Map()
  const held = await tx.many<{ cartId: string; tokenHashes: string[] }>(sql`
    select cart_id as "cartId", (array_agg(token_hash order by created_at))[1:5] as "tokenHashes"
      from orders.cart_token where cart_id = any(${cartIds}::text[]) group by cart_id`)
  return new Map(held.map(({ cartId, tokenHashes }) => [cartId, tokenHashes]))
}

/** Units of the plan, taken from where the plan takes them. */
export function allocationLines(plan: SourcingPlan) {
  return plan.groups.flatMap(({ lines }) =>
    lines.map(({ lineId, variantId, units, fromLocationId }) => ({
      orderLineId: lineId,
      variantId,
      units,
      locationId: fromLocationId,
    })),
  )
}

async function writeOrders(
  tx: Tx,
  clock: Clock,
  placing: readonly Placing[],
  before: { writes: Sql[]; events: NewEvent[] },
): Promise<Committed[]> {
  const work = await prepareFulfillments(tx, clock, placing.map(workOf))
  const taken = prepareTaken(
    clock,
    placing.map(({ order, tenders = [], actorId }) => ({
      orderId: order.id,
      currency: order.currency,
      tenders,
      locationId: order.locationId,
      actorId,
      personId: order.personId,
    })),
  )
  const mails = placing
    .filter(({ carriedOut, order }) => !carriedOut && order.contact.email !== '')
    .map((one) => {
      const { order, draft, publicUrl } = one
      return confirmationMail({ order, plan: draft.plan, personId: order.personId, publicUrl, dueMinor: dueOf(one) })
    })
  const fresh = placing.filter((one) => one.fresh).map(({ order }) => order)
  const held = placing.filter((one) => !one.fresh).map(({ order }) => order)
  const carts = placing.flatMap(({ order }) => (order.cartId === null ? [] : [order]))
  const caught = capturesPieces(
    clock,
    placing.flatMap(({ captured }) => (captured && !captured.written ? [captured.payment] : [])),
  )
  const events = [...taken.events, ...caught.events, ...before.events, ...work.events, ...placing.flatMap(placedEvents)]
  const writes = [
    ...before.writes,
    ...(fresh.length > 0 ? newOrderPieces(fresh) : []),
    ...(held.length > 0 ? [placedPiece(held)] : []),
    ...(carts.length > 0 ? [placedCartsPiece(clock, carts)] : []),
    ...taken.writes,
    ...caught.writes,
    ...work.writes,
    ...(mails.length > 0 ? [mailsPiece(clock, mails)] : []),
    eventsPiece(clock, events),
  ]
  tx.later(writeAll(writes))
  wakeAfter(tx)
  await recordConsents(tx, clock, placing)
  for (const { order, carriedOut, acceptUnknownStock, actorId } of placing)
    if (carriedOut && acceptUnknownStock) await completeCarryOut(tx, clock, { orderId: order.id, actorId })
  await work.requestTransfers(tx)
  return placing.map(({ order, draft, captured, changeMinor, carriedOut, acceptUnknownStock }, at) => ({
    order,
    payments: [...(captured ? [shownPayment(captured.payment)] : []), ...(taken.taken[at] ?? [])],
    fulfillment: work.made[at] ?? { rows: [], promises: [] },
    readAgain: travels(draft.plan) || (carriedOut && acceptUnknownStock === true),
    changeMinor,
  }))
}

function workOf(one: Placing) {
  const { order, draft, carriedOut, acceptUnknownStock, actorId } = one
  const { delivery } = draft
  return {
    order: {
      id: order.id,
      number: order.number,
      personId: order.personId,
      contact: order.contact,
      language: order.language,
    },
    plan: draft.plan,
    lines: {},
    address: delivery?.kind === 'delivery' ? delivery.address : null,
    deliveryOptionId: delivery?.kind === 'delivery' ? (delivery.optionId ?? null) : null,
    handedOverBy: carriedOut && !acceptUnknownStock ? actorId : undefined,
    due: { minor: dueOf(one), currency: order.currency },
  }
}

function dueOf({ order, balance }: Placing): number {
  return Math.max(0, order.totalMinor - balance.capturedMinor)
}

function travels(plan: SourcingPlan): boolean {
  return plan.groups.some(({ locationId, lines }) => lines.some(({ fromLocationId }) => fromLocationId !== locationId))
}

async function recordConsents(tx: Tx, clock: Clock, placing: readonly Placing[]): Promise<void> {
  for (const { order, draft } of placing) {
    if (order.personId === null) continue
    for (const consent of draft.consents) {
      await recordConsent(tx, clock, {
        ...consent,
        personId: order.personId,
        source: `${order.channelId} checkout`,
        proof: { orderId: order.id },
      })
    }
  }
}

function placedEvents({ order, carriedOut }: Placing): NewEvent[] {
  const about = { subjectId: order.id, personId: order.personId }
  const placed = event('orders.placed', {
    ...about,
    payload: {
      orderId: order.id,
      number: order.number,
      channelId: order.channelId,
      locationId: order.locationId,
      totalMinor: order.totalMinor,
      currency: order.currency,
      units: order.lines.reduce((sum, { units }) => sum + units, 0),
      deliveryKind: order.delivery?.kind ?? 'carry_out',
    },
  })
  if (!carriedOut) return [placed]
  return [placed, event('orders.completed', { ...about, payload: { orderId: order.id, number: order.number } })]
}
