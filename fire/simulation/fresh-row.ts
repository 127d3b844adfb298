import type { Fulfillment } from './stores.ts'

/** A fulfillment order as the product's functions take it, with what a run does not need left empty. */
export function freshRow(
  some: Pick<Fulfillment, 'id' | 'orderId' | 'locationId' | 'kind' | 'status' | 'lines'>,
): Fulfillment {
  return {
    orderNumber: some.orderId,
    personId: null,
    contact: {},
    language: 'es',
    address: null,
    deliveryOptionId: null,
    pickupCode: null,
    setAsideAt: null,
    setAsideBin: null,
    readyAt: null,
    handedOverAt: null,
    handedOverTo: null,
    shippedAt: null,
    deliveredAt: null,
    canceledAt: null,
    tracking: null,
    holdUntil: null,
    holdExpiredAt: null,
    dueAt: null,
    plan: {},
    dueMinor: 0,
    currency: null,
    version: 1,
    createdAt: new Date(0),
    ...some,
  }
}
