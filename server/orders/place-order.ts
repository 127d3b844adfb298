import type { ConsentInput, Contact, DeliveryChoice } from '@hilo/contract'
import { reserve } from '#inventory'
import { balanceOf, type Claimed, claimPayment, paymentProblems, startPayment, type TakenTender } from '#payments'
import type { Clock } from '#platform/clock'
import { type Db, isUniqueViolation, type Tx } from '#platform/db'
import { Problem } from '#platform/problems'
import { sql, writeAll } from '#platform/sql'
import { runAgain } from '#platform/together'
import { redeemCoupons } from '#pricing'
import { type CartChange, changeCart } from './cart-commands.ts'
import { assertPlaceable, quote } from './cart-quote.ts'
import { type CartRow, findCart, lockCart } from './cart-rows.ts'
import { allocationLines, commitOrder } from './commit-order.ts'
import { type Draft, draftOrder } from './draft-order.ts'
import { lapseDraft } from './lapse-draft.ts'
import { findOrderRow, lockOrder } from './order-rows.ts'
import { newOrderPieces } from './order-writes.ts'
import { orderProblems } from './problems.ts'
import { settleDraft } from './settle-payment.ts'

/** How long goods stay held for a buyer who is paying. */
export const draftMinutes = 20

export type PlaceOrder = {
  cartId: string
  /** What the buyer saw, in minor units of the cart's currency. */
  expectedTotalMinor: number
  contact?: Contact | undefined
  delivery?: DeliveryChoice | undefined
  consents?: readonly ConsentInput[] | undefined
  /** Money that is already in the till. */
  tenders?: readonly TakenTender[]
  /** Tenders that do not cover the total leave the rest to be paid online, on the order's page. */
  restOnline?: boolean
  /** Asks the provider for what the tenders do not cover; absent at a till. */
  online?: { cardToken?: string | undefined; returnUrl: (paymentId: string) => string }
  acceptUnknownStock?: boolean
  actorId: string
  publicUrl: string
}

export type Placed =
  | { status: 'placed'; orderId: string; changeMinor: number }
  | {
      status: 'payment_needed'
      orderId: string
      token: string
      paymentId: string
      redirectUrl: string
      heldUntil: Date
    }
  | { status: 'checking'; orderId: string; token: string; paymentId: string; heldUntil: Date }

/**
 * Turns a cart into a placed order.
 *
 *   HOLD    transaction     reprice, compare with what the buyer saw, plan, reserve, draft the order, its lines and coupons;
 *                           where all money is there already, COMMIT happens in the same transaction
 *   CHARGE  no transaction  the provider, keyed by the payment that HOLD claimed; a decline leaves the draft to be tried again or to lapse
 *   COMMIT  transaction     the outcome is written down, reservation becomes allocation, draft becomes placed, numbers, promises, event
 *
 * Once per cart: the order's cart_id is unique among live orders, one online payment of an order lives at a time, and only a draft
 * can be committed. A double click, a repeat, a crash and a lost answer all resume where the work stopped.
 * @throws Problem orders.total_changed, out_of_stock, cart_empty, cart_has_problems, contact_missing, delivery_missing,
 *   must_be_paid, payments.declined, tenders_do_not_match, pricing.coupon_used_up
 */
export async function placeOrder(db: Db, clock: Clock, input: PlaceOrder): Promise<Placed> {
  const held = await retrying(() => db.transaction((tx) => hold(tx, clock, input)))
  if (held.placed) return { status: 'placed', orderId: held.orderId, changeMinor: held.changeMinor }
  const { draft, claimed } = held
  const settle = { orderId: draft.id, publicUrl: input.publicUrl }
  let settled = false
  const payment = await startPayment(db, clock, {
    ...paymentOf(draft, input),
    ...(claimed ? { claimed } : {}),
    recording: async (tx, record) => {
      await settleDraft(tx, clock, { ...settle, record })
      tx.onCommit(() => {
        settled = true
      })
    },
  })
  const rest = {
    orderId: draft.id,
    token: draft.token,
    paymentId: payment.id,
    heldUntil: draft.lapsesAt ?? clock.now(),
  }
  switch (payment.status) {
    case 'captured': {
      if (!settled) await retrying(() => db.transaction((tx) => settleDraft(tx, clock, settle)))
      const order = await findOrderRow(db, draft.id)
      if (order?.status === 'lapsed') throw orderProblems.hold_lapsed({ orderId: draft.id })
      return { status: 'placed', orderId: draft.id, changeMinor: 0 }
    }
    case 'declined':
    case 'voided':
      throw paymentProblems.declined({ declineCode: payment.declineCode, orderToken: draft.token })
    case 'pending':
    case 'authorized':
    case 'unknown':
      if (payment.redirectUrl !== null) return { status: 'payment_needed', ...rest, redirectUrl: payment.redirectUrl }
      return { status: 'checking', ...rest }
    default: {
      const never: never = payment.status
      return never
    }
  }
}

/** What is asked of the provider for a draft. */
function paymentOf(draft: Draft, input: PlaceOrder) {
  return {
    orderId: draft.id,
    amountMinor: draft.totalMinor,
    owedMinor: draft.totalMinor,
    currency: draft.currency,
    description: draft.id,
    language: draft.language,
    returnUrl: input.online?.returnUrl ?? (() => input.publicUrl),
    cardToken: input.online?.cardToken,
  }
}

type Held = { placed: true; orderId: string; changeMinor: number } | { placed: false; draft: Draft; claimed?: Claimed }

/** The first transaction: finds what an earlier try left, or makes the draft; commits it where nothing is left to be paid. */
async function hold(tx: Tx, clock: Clock, input: PlaceOrder): Promise<Held> {
  const locked = await lockCart(tx, input.cartId)
  const resumed = await resume(tx, clock, locked, input)
  if (resumed) return resumed
  const cart = await withChanges(tx, clock, locked, input)
  const quoted = await quote(tx, clock, cart)
  assertPlaceable(cart, quoted)
  assertContact(cart)
  if (quoted.priced.totalMinor !== input.expectedTotalMinor) {
    throw orderProblems.total_changed({ expectedMinor: input.expectedTotalMinor, totalMinor: quoted.priced.totalMinor })
  }
  const due = dueOnline(input, quoted.priced.totalMinor)
  // What the cart holds at a till counts as free for its own plan, and is handed over to the order below.
  const holds = cart.held.length > 0
  const draft = await draftOrder(tx, clock, {
    quote: quoted,
    cartId: cart.id,
    externalRef: null,
    locationId: cart.locationId,
    staffId: cart.staffId,
    personId: cart.personId,
    language: cart.language,
    contact: cart.contact,
    delivery: cart.delivery ?? { kind: 'carry_out', locationId: cart.locationId ?? '' },
    consents: cart.consents,
    couponCodes: cart.couponCodes,
    note: cart.note,
    lapsesAt: new Date(clock.now().getTime() + draftMinutes * 60_000),
    ...(holds ? { holderId: cart.id } : {}),
    onCounter: input.acceptUnknownStock ?? false,
  })
  await redeemCoupons(tx, clock, { orderId: draft.id, redemptions: quoted.coupons })
  if (due > 0 && input.online) {
    await reserve(tx, clock, {
      holderId: cart.id,
      items: allocationLines(draft.plan),
      expiresAt: draft.lapsesAt ?? clock.now(),
      ignoreSafetyStock: cart.locationId !== null,
      replace: holds,
    })
    tx.later(
      writeAll([
        ...newOrderPieces([draft]),
        sql`update orders.cart set status = 'placing', updated_at = ${clock.now()} where id = ${cart.id}`,
      ]),
    )
    return { placed: false, draft, claimed: await claimPayment(tx, clock, paymentOf(draft, input)) }
  }
  const { changeMinor } = await commitOrder(tx, clock, {
    draft,
    fresh: true,
    ...(holds ? { holderId: cart.id } : {}),
    actorId: input.actorId,
    acceptUnknownStock: input.acceptUnknownStock ?? false,
    publicUrl: input.publicUrl,
    tenders: input.tenders ?? [],
    balance: { capturedMinor: quoted.priced.totalMinor - due, refundedMinor: 0, live: 0 },
  })
  return { placed: true, orderId: draft.id, changeMinor }
}

/**
 * What an earlier try left: a placed order is the answer; a draft in time is gone on with; one past its time lapses here.
 * Tenders of the earlier try count, so a repeated counter sale answers the same change.
 */
async function resume(tx: Tx, clock: Clock, cart: CartRow, input: PlaceOrder): Promise<Held | undefined> {
  if (cart.status === 'merged') throw orderProblems.cart_merged()
  if (!cart.order) return undefined
  if (cart.order.status !== 'draft') {
    return { placed: true, orderId: cart.order.id, changeMinor: changeOf(input.tenders ?? []) }
  }
  const draft = await lockOrder(tx, cart.order.id)
  const { capturedMinor, live } = await balanceOf(tx, draft.id)
  const late = draft.lapsesAt !== null && draft.lapsesAt <= clock.now()
  if (
    capturedMinor === 0 &&
    live === 0 &&
    (late || draft.totalMinor !== input.expectedTotalMinor || differs(draft, input))
  ) {
    await lapseDraft(tx, clock, { orderId: draft.id })
    return undefined
  }
  if (draft.plan === null) throw new Error(`draft ${draft.id} has no plan`)
  return { placed: false, draft: { ...draft, plan: draft.plan } }
}

/** Whether the buyer now asks for another way or another contact than the draft has. */
function differs(
  draft: { contact: Contact; delivery: DeliveryChoice | null },
  { contact, delivery }: PlaceOrder,
): boolean {
  const other = (asked: unknown, has: unknown) => asked !== undefined && JSON.stringify(asked) !== JSON.stringify(has)
  return other(delivery, draft.delivery) || (contact !== undefined && contact.email !== draft.contact.email)
}

async function withChanges(tx: Tx, clock: Clock, cart: CartRow, input: PlaceOrder): Promise<CartRow> {
  const change: CartChange = { contact: input.contact, delivery: input.delivery, consents: input.consents }
  if (Object.values(change).every((value) => value === undefined)) {
    // Only an earlier draft that lapsed just now has changed the cart since it was locked.
    return cart.order === null ? cart : ((await findCart(tx, cart.id)) ?? cart)
  }
  return changeCart(tx, clock, { cartId: cart.id, change })
}

/** Who only carries goods out may stay unknown; everybody else must be told when something happens. */
function assertContact({ contact, delivery }: CartRow): void {
  if (delivery?.kind === 'carry_out') return
  if (contact.name === '') throw orderProblems.contact_missing({ parameter: 'contact.name' })
  if (contact.email === '' && contact.phone === '') throw orderProblems.contact_missing({ parameter: 'contact.email' })
}

/**
 * What the tenders leave to be paid online, in minor units.
 * @throws Problem payments.tenders_do_not_match
 */
function dueOnline({ tenders = [], online, restOnline = false }: PlaceOrder, totalMinor: number): number {
  const offered = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const rest = totalMinor - offered
  if (rest < 0 || (rest > 0 && !online && !restOnline)) {
    throw paymentProblems.tenders_do_not_match({ totalMinor, offeredMinor: offered })
  }
  return rest
}

function changeOf(tenders: readonly TakenTender[]): number {
  return tenders.reduce((sum, tender) => {
    const given = tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : tender.amountMinor
    return sum + given - tender.amountMinor
  }, 0)
}

/** Unique keys that only a request at the same moment can break: the same cart, the same reference, the same new customer. */
const racing = ['customer_order_cart', 'customer_order_external', 'identity_pkey']

/** Somebody was quicker with the cart, the reference or the customer, or took a unit between plan and lock: the next try knows. */
export function isRace(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'inventory.atp_short'
  return racing.some((constraint) => isUniqueViolation(error, constraint))
}

/**
 * Runs a transaction again when it may simply be run again. The last try says the truth: the plan then finds the place empty and
 * names the alternatives.
 */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  return runAgain(work, isRace)
}
