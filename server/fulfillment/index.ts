export { cancelFulfillment } from './cancel.ts'
export { completeCarryOut } from './carry-out.ts'
export { applyShortageChoice, type ChooseShortage } from './choose-shortage.ts'
export { chooseSources, type SourcingInput } from './choose-sources.ts'
export {
  type CreateFulfillment,
  createFulfillment,
  type FulfilledOrder,
  type NewFulfillment,
  prepareFulfillments,
} from './create.ts'
export { fulfillmentJobs } from './jobs.ts'
export { setPaymentDue } from './payment-due.ts'
export { deliveryOptions, planSourcing } from './plan-sourcing.ts'
export { fulfillmentProblems } from './problems.ts'
export { makePromises, type NewPromise, settlePromises } from './promises.ts'
export { registerFulfillmentRoutes } from './routes.ts'
export { fulfillmentStates } from './rows.ts'
export { findShortage, reportShort, type Shortage, settleShortage } from './shortages.ts'
export { fulfillmentSubscribers } from './subscribers.ts'
export { fulfillmentOf, pickupCodeOf, promisesOf, viewMade } from './views.ts'
export { restoreWork, type WorkOfOrder, workOfOrders } from './work-file.ts'
