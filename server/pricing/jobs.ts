import type { PeriodicJob } from '#platform/jobs'
import type { Subscriber } from '#platform/subscribers'

/** Pricing follows no events; markdowns and promotions begin and end by the clock at the moment of pricing. */
export const pricingSubscribers: readonly Subscriber[] = []
export const pricingJobs: readonly PeriodicJob[] = []
