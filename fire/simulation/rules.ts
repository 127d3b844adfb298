/**
 * What decides in a run: the product's own pure functions, and, for what SQL decides, the same decision in a line with the file that
 * states it. A planted fault replaces one of them; the laws (laws.ts) never ask these.
 */
import { refundForUnits } from '@hilo/calc'
import { chooseSources } from '../../server/fulfillment/choose-sources.ts'
import { goodsAreThere } from '../../server/fulfillment/goods-there.ts'
import { shortLine } from '../../server/fulfillment/shortages.ts'
import { nextStatus } from '../../server/fulfillment/states.ts'
import { checkAllPicked, pickable } from '../../server/fulfillment/work.ts'
import { decideClaims } from '../../server/inventory/decide-claims.ts'
import { freeUnits } from '../../server/inventory/levels.ts'
import { excessMinor, paymentStatusOf } from '../../server/orders/order-money.ts'
import type { Payment, Refund, Reservation } from './stores.ts'

export const realRules = {
  chooseSources,
  shortLine,
  nextStatus,
  checkAllPicked,
  goodsAreThere,
  pickable,
  freeUnits,
  decideClaims,
  excessMinor,
  paymentStatusOf,
  refundForUnits,
  /** inventory/claim.ts `heldBy`: a hold that lapsed is no longer its holder's. */
  isOwnHold: ({ status }: Reservation): boolean => status === 'live',
  /** inventory/claim.ts `lapsedOn`. */
  isOverdue: ({ status, expiresAt }: Reservation, now: number): boolean => status === 'live' && expiresAt <= now,
  /** payments/online.ts `claimPayment`: a payment that may still be captured, or money enough, is the answer. */
  isAnswered: (payment: Payment, owedMinor: number): boolean =>
    payment.status === 'pending' ||
    payment.status === 'unknown' ||
    (payment.status === 'captured' && payment.capturedMinor - payment.refundedMinor >= owedMinor),
  /** payments/outcome.ts `applyOutcome`: final is final; declined gives way only to captured. */
  takesOutcome: (status: Payment['status'], said: string): boolean =>
    status !== 'captured' && status !== 'voided' && (status !== 'declined' || said === 'captured'),
  /** payments/online.ts `ask`: the call may have worked although its answer is lost. */
  afterLostAnswer: (): Payment['status'] => 'unknown',
  /** payments/refund.ts `refund`: booked money counts as given back from that moment. */
  refundable: ({ capturedMinor, refundedMinor }: Payment): number => capturedMinor - refundedMinor,
  /** payments/refund.ts `sendRefund`: asked as often as it takes, under one key. */
  refundKey: ({ id }: Refund, _attempt: number): string => id,
  /** inventory/allocations.ts `releaseAllocations`: units in a van are given back, too. */
  releasesTransit: true,
  /** orders/place-order.ts: the buyer is told after the commit. */
  answersBeforeCommit: false,
  /** platform/subscribers.ts: the position moves in the handler's transaction. */
  positionMovesFirst: false,
  /** orders/settle-payment.ts `place`: what is gone from the planned place is looked for elsewhere, else the money goes back. */
  paysBackWhatIsGone: true,
}
export type Rules = typeof realRules
