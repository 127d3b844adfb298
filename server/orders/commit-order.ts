import { formatOrderNumber, formatReceiptNumber } from '@hilo/calc'
import type { SourcingPlan } from '@hilo/contract'
import { recordConsent, resolvePerson, visitorOfHash } from '#customers'
import { completeCarryOut, createFulfillment, setPaymentDue } from '#fulfillment'
import { allocate, allocateReserved, findLocation, listLocations, sellAtOnce, sellUnknown } from '#inventory'
import { type Balance, balanceOf } from '#payments'
import type { Clock } from '#platform/clock'
import { nextNumber } from '#platform/counter'
import type { Tx } from '#platform/db'
import { emit } from '#platform/outbox'
import { type Sql, sql } from '#platform/sql'
import type { Draft } from './draft-order.ts'
import { mailConfirmation } from './mails.ts'
import { paymentStatusOf } from './order-money.ts'
import { orderProblems } from './problems.ts'

/** Where order numbers begin, so that the first ones do not look like a test. */
export const firstOrderNumber = 100_001

export type Commit = {
  /** Whose reservations become allocations; absent: units are allocated straight away. */
  holderId?: string
  actorId: string
  /** Set when a person at the counter has the goods in hand whatever the figures say. */
  acceptUnknownStock?: boolean
  /** What is booked for the order, where the caller knows it. */
  balance?: Balance
  /** Goods that leave at once must be paid in full. */
  mustBePaid?: boolean
  publicUrl: string
}

/**
 * Makes a draft a placed order, in the caller's transaction: person, allocation, number, fulfillment with its promises, consents,
 * mail, event. The gapless number comes last, after everything that waits for an answer: all orders wait for its row.
 * @returns the status; carried-out and paid orders are complete at once
 * @throws Problem inventory.atp_short, orders.must_be_paid
 */
export async function commitOrder(
  tx: Tx,
  clock: Clock,
  draft: Draft,
  how: Commit,
): Promise<{ status: 'placed' | 'completed'; personId: string | null }> {
  // The places are asked for here, so that nothing is asked while the number's row is locked.
  const [personId] = await Promise.all([personOf(tx, clock, draft), listLocations(tx)])
  const carriedOut = draft.plan.groups.length > 0 && draft.plan.groups.every(({ kind }) => kind === 'carry_out')
  // Goods that were on the shelf go out in one step; unknown ones are promised first, which opens their conflict.
  const atOnce = carriedOut && !how.acceptUnknownStock
  await allocateDraft(tx, clock, draft, { ...how, atOnce })
  const balance = how.balance ?? (await balanceOf(tx, draft.id))
  const paymentStatus = paymentStatusOf({ ...draft, status: 'placed' }, balance)
  if ((carriedOut || how.mustBePaid) && paymentStatus !== 'paid')
    throw orderProblems.must_be_paid({ dueMinor: draft.totalMinor - balance.capturedMinor })
  const receiptNumber = draft.locationId === null ? null : await receiptOf(tx, draft.locationId)
  await recordConsents(tx, clock, draft, personId)
  const number = formatOrderNumber(await nextNumber(tx, 'order_number', firstOrderNumber))
  await createFulfillment(tx, clock, {
    order: { id: draft.id, number, personId, contact: draft.contact, language: draft.language },
    plan: draft.plan,
    lines: {},
    address: draft.delivery?.kind === 'delivery' ? draft.delivery.address : null,
    deliveryOptionId: draft.delivery?.kind === 'delivery' ? (draft.delivery.optionId ?? null) : null,
    ...(atOnce ? { handedOverBy: how.actorId } : {}),
  })
  const dueMinor = Math.max(0, draft.totalMinor - balance.capturedMinor)
  if (dueMinor > 0) await setPaymentDue(tx, { orderId: draft.id, dueMinor, currency: draft.currency })
  if (carriedOut && !atOnce) await completeCarryOut(tx, clock, { orderId: draft.id, actorId: how.actorId })
  const status = carriedOut ? 'completed' : 'placed'
  tx.later(sql`
    with cart as (
      update orders.cart set status = 'placed', person_id = coalesce(person_id, ${personId}), code = null, held = '[]', held_until = null,
             updated_at = ${clock.now()} where id = ${draft.cartId}
    )
    update orders.customer_order
       set status = ${status}, number = ${number}, person_id = ${personId}, payment_status = ${paymentStatus}, receipt_number = ${receiptNumber},
           placed_at = ${clock.now()}, completed_at = ${carriedOut ? clock.now() : null}, lapses_at = null, plan = null, version = version + 1
     where id = ${draft.id}`)
  await tell(tx, clock, draft, { number, personId, carriedOut })
  if (!carriedOut)
    await mailConfirmation(tx, clock, {
      order: { ...draft, number },
      plan: draft.plan,
      personId,
      publicUrl: how.publicUrl,
      dueMinor,
    })
  return { status, personId }
}

async function personOf(tx: Tx, clock: Clock, draft: Draft): Promise<string | null> {
  const { name, email, phone } = draft.contact
  const proof = draft.staffId === null ? ('claimed' as const) : ('staff' as const)
  const identities = [
    ...(email === '' ? [] : [{ kind: 'email' as const, value: email, proof }]),
    ...(phone === '' ? [] : [{ kind: 'phone' as const, value: phone, proof }]),
  ]
  // A signed-in customer stays who they are, whatever address they give this time.
  if (draft.personId !== null || identities.length === 0) return draft.personId
  const source = draft.staffId === null ? `${draft.channelId} checkout` : `counter ${draft.locationId ?? ''}`
  const visitors = draft.staffId === null ? await visitorsOf(tx, draft.cartId) : []
  const { personId } = await resolvePerson(tx, clock, {
    identities: [...identities, ...visitors],
    name,
    language: draft.language,
    source,
  })
  return personId
}

/** The devices that hold the cart: what an anonymous visitor did on them before is this person's from now on. */
async function visitorsOf(tx: Tx, cartId: string | null) {
  if (cartId === null) return []
  const held = await tx.many<{ tokenHash: string }>(sql`
    select token_hash as "tokenHash" from orders.cart_token where cart_id = ${cartId} order by created_at limit 5`)
  return held.map(({ tokenHash }) => visitorOfHash(tokenHash))
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

async function allocateDraft(tx: Tx, clock: Clock, draft: Draft, how: Commit & { atOnce: boolean }): Promise<void> {
  const order = { orderId: draft.id, lines: allocationLines(draft.plan) }
  const atCounter = draft.locationId !== null
  const { holderId } = how
  if (how.acceptUnknownStock) {
    await sellUnknown(tx, clock, { ...order, actorId: how.actorId, ...(holderId === undefined ? {} : { holderId }) })
  } else if (how.atOnce) {
    const holder = holderId === undefined ? {} : { holderId }
    await sellAtOnce(tx, clock, { ...order, ...holder, ignoreSafetyStock: atCounter, actorId: how.actorId })
  } else if (holderId === undefined) {
    await allocate(tx, clock, { ...order, ignoreSafetyStock: atCounter })
  } else {
    await allocateReserved(tx, clock, { ...order, holderId, ignoreSafetyStock: atCounter })
  }
}

async function receiptOf(tx: Tx, locationId: string): Promise<string> {
  const { code } = await findLocation(tx, locationId)
  return formatReceiptNumber({ series: code, counter: await nextNumber(tx, `receipt:${code}`) })
}

async function recordConsents(tx: Tx, clock: Clock, draft: Draft, personId: string | null): Promise<void> {
  if (personId === null) return
  for (const consent of draft.consents) {
    await recordConsent(tx, clock, {
      ...consent,
      personId,
      source: `${draft.channelId} checkout`,
      proof: { orderId: draft.id },
    })
  }
}

async function tell(
  tx: Tx,
  clock: Clock,
  draft: Draft,
  { number, personId, carriedOut }: { number: string | Sql; personId: string | null; carriedOut: boolean },
): Promise<void> {
  const filled = sql`jsonb_build_object('number', ${number}::text)`
  await emit(tx, clock, 'orders.placed', {
    subjectId: draft.id,
    personId,
    payload: {
      orderId: draft.id,
      number: '',
      channelId: draft.channelId,
      locationId: draft.locationId,
      totalMinor: draft.totalMinor,
      currency: draft.currency,
      units: draft.lines.reduce((sum, { units }) => sum + units, 0),
      deliveryKind: draft.delivery?.kind ?? 'carry_out',
    },
    filled,
  })
  if (carriedOut) {
    await emit(tx, clock, 'orders.completed', {
      subjectId: draft.id,
      personId,
      payload: { orderId: draft.id, number: '' },
      filled,
    })
  }
}
