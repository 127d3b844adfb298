export { chooseSources, type SourcingInput } from './choose-sources.ts'
export {
  type CreateFulfillment,
  cancelFulfillment,
  completeCarryOut,
  createFulfillment,
  type FulfilledOrder,
} from './create.ts'
export { fulfillmentJobs } from './jobs.ts'
export { deliveryOptions, planSourcing } from './plan-sourcing.ts'
export { fulfillmentProblems } from './problems.ts'
export { makePromises, type NewPromise, settlePromises } from './promises.ts'
export { fulfillmentOf, pickupCodeOf } from './views.ts'
