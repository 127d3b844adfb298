import type { Subscriber } from '#platform/subscribers'

export { changeOf, prepareTaken, recordCounterPayment, type TakenPayment, type TakenTender } from './counter.ts'
export { type HistoryPayment, recordHistory } from './history.ts'
export { checkDuePayments, paymentsJobs } from './jobs.ts'
export { type Claimed, checkPayment, claimPayment, dropPayment, type StartPayment, startPayment } from './online.ts'
export {
  type Balance,
  balanceOf,
  balancesOf,
  capturedOf,
  findPayment,
  livePaymentsOf,
  type Payment,
  paymentsOf,
} from './payment-rows.ts'
export { paymentProblems } from './problems.ts'
export {
  type CreateRequest,
  type PaymentProvider,
  type ProviderNotice,
  type ProviderState,
  type RefundState,
  usePaymentProvider,
} from './provider.ts'
export { type RefundOrder, refund, sendDueRefunds } from './refund.ts'
export { registerPaymentsRoutes } from './routes.ts'

/** Payments follow no events: what they cause, orders does. */
export const paymentsSubscribers: Subscriber[] = []
