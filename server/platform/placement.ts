/**
 * Where each table lives once one machine is not enough (docs/ARCHITECTURE.md, "Past one machine"):
 *
 *   core       on the coordinator with its standby: stock, orders, money, jobs, everything that must be exact together
 *   by-person  distributed by person_id over many nodes: append-only history of people
 *   reference  small, rarely written, copied to every node
 *
 * Declared from the first migration on, so that keys and foreign keys never grow into a shape that cannot be spread.
 */
export type Placement = 'core' | 'by-person' | 'reference'

/** The column by which a by-person table is spread; in its key, never null, never updated. */
export const distributionColumn = 'person_id'

export const placement: Readonly<Record<string, Placement>> = {
  'platform.caller_limit': 'core',
  'platform.counter': 'core',
  'platform.event': 'core',
  'platform.fact_change': 'core',
  'platform.fact_version': 'core',
  'platform.idempotency_key': 'core',
  'platform.import_issue': 'core',
  'platform.import_run': 'core',
  'platform.mail_message': 'core',
  'platform.outbox': 'core',
  'platform.setting': 'reference',
  'platform.subscriber': 'core',
  'platform.webhook_attempt': 'core',
  'platform.webhook_delivery': 'core',
  'platform.webhook_endpoint': 'core',

  'system.backup': 'core',
  'system.check_run': 'core',
  'system.process': 'core',

  'staff.api_key': 'core',
  'staff.audit_entry': 'core',
  'staff.challenge': 'core',
  'staff.login_attempt': 'core',
  'staff.member': 'core',
  'staff.passkey': 'core',
  'staff.session': 'core',

  'catalog.channel': 'reference',
  'catalog.collection': 'reference',
  'catalog.collection_product': 'reference',
  'catalog.media': 'reference',
  'catalog.product': 'reference',
  'catalog.publication': 'reference',
  'catalog.search_document': 'core',
  'catalog.search_word': 'core',
  'catalog.variant': 'reference',
  'catalog.version': 'core',

  // Found by value (mail, phone): a distributed table could not keep one identifier unique without being spread by it.
  'customers.address': 'core',
  'customers.consent': 'core',
  'customers.identity': 'core',
  'customers.link_proposal': 'core',
  'customers.login_code': 'core',
  'customers.person': 'core',
  'customers.person_link': 'core',
  'customers.session': 'core',
  'customers.thread_entry': 'by-person',
  'customers.visit_day': 'core',

  'pricing.coupon_redemption': 'core',
  'pricing.price': 'reference',
  'pricing.price_change': 'core',
  'pricing.price_list': 'reference',
  // Coupon uses are counted in it with every order, too often for a table copied to every node.
  'pricing.promotion': 'core',
  'pricing.tax_rate': 'reference',
  'pricing.version': 'core',

  'inventory.allocation': 'core',
  'inventory.channel_location': 'reference',
  'inventory.foreign_name': 'reference',
  'inventory.location': 'reference',
  'inventory.reservation': 'core',
  'inventory.stock_conflict': 'core',
  'inventory.stock_level': 'core',
  'inventory.stock_movement': 'core',
  'inventory.transfer': 'core',
  'inventory.transfer_lane': 'reference',
  'inventory.transfer_line': 'core',

  'payments.ledger_entry': 'core',
  'payments.payment': 'core',
  'payments.provider_event': 'core',
  'payments.refund': 'core',

  'orders.cart': 'core',
  'orders.cart_line': 'core',
  'orders.cart_token': 'core',
  'orders.customer_order': 'core',
  'orders.customer_return': 'core',
  'orders.customer_return_line': 'core',
  'orders.old_order_link': 'core',
  'orders.order_line': 'core',
  'orders.order_note': 'core',
  'orders.settle_later': 'core',

  'fulfillment.delivery_option': 'reference',
  'fulfillment.fulfillment_line': 'core',
  'fulfillment.fulfillment_order': 'core',
  'fulfillment.promise': 'core',
  'fulfillment.shortage': 'core',
}
