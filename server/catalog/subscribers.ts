import type { Subscriber } from '#platform/subscribers'

/** Catalog follows no events: whoever changes products does it through its commands. */
export const catalogSubscribers: readonly Subscriber[] = []
