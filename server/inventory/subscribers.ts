import type { Subscriber } from '#platform/subscribers'

/** Stock follows nobody: whoever changes it calls its door, in the transaction of what caused the change. */
export const inventorySubscribers: readonly Subscriber[] = []
