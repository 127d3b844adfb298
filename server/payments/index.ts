import type { Subscriber } from '#platform/subscribers'

export { type CaptureWriter, useCaptureWriter } from './captured.ts'
export { type Captured, capturesPieces, decideCaptures } from './captures.ts'
export { checkDuePayments } from './check-due.ts'
export { changeOf, prepareTaken, recordCounterPayment, type TakenPayment, type TakenTender } from './counter.ts'
export { type HistoryPayment, recordHistory, recordHistoryRefunds } from './history.ts'
export { paymentsJobs } from './jobs.ts'
export {
  type Capture,
  type Claimed,
  checkPayment,
  dropPayment,
  prepareClaims,
  type StartPayment,
  startPayment,
} from './online.ts'
export { type PaymentFile, paymentFile, paymentFilesOf, restorePayments } from './payment-file.ts'
export {
  type Balance,
  balanceOf,
  balancesOf,
  capturedOf,
  findPayment,
  lastOnlineCapture,
  livePaymentsOf,
  type Payment,
  paymentsOf,
  shownPayment,
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
