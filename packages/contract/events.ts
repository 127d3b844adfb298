/**
 * Every event Hilo emits and what it carries. Webhooks, live screens, the thread and connectors read these; a field is only
 * ever added. Money in minor units, times as ISO 8601 UTC.
 */
export type LocalizedText = { es: string; en: string }

export type EventPayloads = {
  'catalog.product_changed': { productId: string; handle: string; change: 'created' | 'updated' | 'archived' }
  'pricing.rules_changed': { version: number }
  'inventory.level_changed': {
    variantId: string
    locationId: string
    onHand: number
    allocated: number
    reserved: number
    atp: number
  }
  'inventory.conflict_opened': { conflictId: string; variantId: string; locationId: string; units: number }
  'inventory.transfer_changed': {
    transferId: string
    status: string
    fromLocationId: string
    toLocationId: string
    expectedAt: string
  }
  'customers.person_changed': { personId: string }
  /** Whoever keeps this person's name, mail, phone or address forgets it now; figures and ledgers stay. */
  'customers.person_erased': { personIds: string[] }
  'customers.linked': { fromPersonId: string; toPersonId: string; reason: string }
  'customers.unlinked': { fromPersonId: string; toPersonId: string }
  'customers.consent_changed': { purpose: string; channel: string; granted: boolean; source: string }
  'customers.visited': { channel: string; locationId: string | null; note: string }
  'orders.cart_opened': { cartId: string; channelId: string; locationId: string | null }
  'orders.cart_changed': { cartId: string; channelId: string; units: number }
  'orders.placed': {
    orderId: string
    number: string
    channelId: string
    locationId: string | null
    totalMinor: number
    currency: string
    units: number
    deliveryKind: 'pickup' | 'delivery' | 'carry_out'
    imported?: boolean
  }
  'orders.canceled': { orderId: string; number: string; reason: string; whole?: boolean; refundMinor?: number }
  'orders.completed': { orderId: string; number: string }
  'orders.returned': {
    orderId: string
    number: string
    returnId: string
    locationId: string
    refundMinor: number
    currency: string
  }
  'payments.captured': { orderId: string; paymentId: string; amountMinor: number; currency: string; method: string }
  'payments.refunded': { orderId: string; paymentId: string; refundId: string; amountMinor: number; currency: string }
  'payments.attention': { orderId: string; paymentId: string; reason: string }
  'fulfillment.changed': {
    fulfillmentOrderId: string
    orderId: string
    locationId: string
    kind: string
    status: string
  }
  'fulfillment.ready': { fulfillmentOrderId: string; orderId: string; locationId: string; holdUntil: string | null }
  'fulfillment.handed_over': { fulfillmentOrderId: string; orderId: string; locationId: string }
  'fulfillment.shipped': { fulfillmentOrderId: string; orderId: string; locationId: string; tracking: unknown }
  'fulfillment.delivered': { fulfillmentOrderId: string; orderId: string; locationId: string }
  'fulfillment.hold_expired': { fulfillmentOrderId: string; orderId: string; locationId: string; holdUntil: string }
  'fulfillment.shortage_asked': {
    shortageId: string
    orderId: string
    locationId: string
    variantId: string
    units: number
  }
  'fulfillment.shortage_chosen': {
    shortageId: string
    orderId: string
    choice: string
    orderLineId: string
    units: number
  }
  'fulfillment.promise_made': {
    promiseId: string
    orderId: string | null
    kind: string
    dueAt: string
    locationId: string | null
    text: LocalizedText
  }
  'fulfillment.promise_settled': {
    promiseId: string
    orderId: string | null
    kind: string
    status: 'kept' | 'broken' | 'withdrawn'
    reason: string
  }
  'platform.mail_sent': { messageId: string; subject: string; to: string }
}
export type EventType = keyof EventPayloads

/** Complete by type: a new event that is missing here does not compile. */
const known = {
  'catalog.product_changed': true,
  'pricing.rules_changed': true,
  'inventory.level_changed': true,
  'inventory.conflict_opened': true,
  'inventory.transfer_changed': true,
  'customers.person_changed': true,
  'customers.person_erased': true,
  'customers.linked': true,
  'customers.unlinked': true,
  'customers.consent_changed': true,
  'customers.visited': true,
  'orders.cart_opened': true,
  'orders.cart_changed': true,
  'orders.placed': true,
  'orders.canceled': true,
  'orders.completed': true,
  'orders.returned': true,
  'payments.captured': true,
  'payments.refunded': true,
  'payments.attention': true,
  'fulfillment.changed': true,
  'fulfillment.ready': true,
  'fulfillment.handed_over': true,
  'fulfillment.shipped': true,
  'fulfillment.delivered': true,
  'fulfillment.hold_expired': true,
  'fulfillment.shortage_asked': true,
  'fulfillment.shortage_chosen': true,
  'fulfillment.promise_made': true,
  'fulfillment.promise_settled': true,
  'platform.mail_sent': true,
} as const satisfies Record<EventType, true>
export const eventTypes = Object.keys(known) as EventType[]
