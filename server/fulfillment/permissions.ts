import { defineActions } from '#platform/permissions'

/** Rows of the authorisation table for picking, handing over, shipping and shortages. */
export const fulfillmentActions = defineActions({
  'fulfillment.delivery_options.read': { everyone: true },
  'fulfillment.work.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'orders:read' },
  'fulfillment.pickup.read': { staff: ['manager', 'counter', 'service'] },
  'fulfillment.pick': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'fulfillment.unpick': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'fulfillment.set_aside': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'fulfillment.hand_over': { staff: ['manager', 'counter'], place: 'own' },
  'fulfillment.ship': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'fulfillment.deliver': { staff: ['manager', 'service', 'stock'], place: 'own', apiScope: 'orders:write' },
  'fulfillment.short': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'fulfillment.shortage.read': { staff: ['manager', 'counter', 'service', 'stock'] },
  'fulfillment.shortage.choose': { staff: ['manager', 'counter', 'service'], place: 'own' },
  'fulfillment.shortage.choose_own': { everyone: true },
})
