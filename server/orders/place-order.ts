import type { ConsentInput, Contact, DeliveryChoice } from '@hilo/contract'
import { paymentProblems, startPayment, type TakenTender } from '#payments'
import type { Clock } from '#platform/clock'
import { type Db, isUniqueViolation } from '#platform/db'
import { Problem } from '#platform/problems'
import { orThrow, runAgain, together } from '#platform/together'
import type { Committed } from './commit-order.ts'
import type { Draft } from './draft-order.ts'
import { type Held, holdOrders } from './hold-orders.ts'
import { findOrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'
import { settleDraft } from './settle-payment.ts'
import { settleTogether } from './settle-together.ts'

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
  /** An earlier run of the same request did not come to its answer. */
  resumes?: boolean
  actorId: string
  publicUrl: string
}

export type Placed =
  | {
      status: 'placed'
      orderId: string
      changeMinor: number
      /** What was written, where this call placed it. */
      committed?: Committed | undefined
    }
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
 * Turns a cart into a placed order. Carts that arrive together are held, and committed, together.
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
  const held = await retrying(() => holdTogether(db, { clock, input }))
  if (held.placed) {
    const { orderId, changeMinor, committed } = held
    return { status: 'placed', orderId, changeMinor, committed }
  }
  const { draft, claimed } = held
  let committed: Committed | undefined
  const payment = await startPayment(db, clock, {
    ...paymentOf(draft, input),
    ...(claimed ? { claimed } : {}),
    captured: async (taken) => {
      const settled = await retrying(() => settleTogether(db, { clock, taken, publicUrl: input.publicUrl }))
      committed = settled.committed
      return settled.payment
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
      if (committed) return { status: 'placed', orderId: draft.id, changeMinor: 0, committed }
      await retrying(() =>
        db.transaction((tx) => settleDraft(tx, clock, { orderId: draft.id, publicUrl: input.publicUrl })),
      )
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

const holdTogether = together<{ clock: Clock; input: PlaceOrder }, Held>(
  async (db, items) => {
    const [first] = items
    if (!first) return []
    const inputs = items.map(({ input }) => input)
    return db.transaction(async (tx) => orThrow(await holdOrders(tx, first.clock, inputs)), { byKey: true })
  },
  // A sale at a till commits at once.
  { alone: ({ input }) => input.online === undefined || (input.tenders ?? []).length > 0 },
)

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
    resumes: input.resumes,
  }
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
