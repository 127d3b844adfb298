/**
 * Which module may know which, and why. Arrows point down only (docs/ARCHITECTURE.md); whoever needs something from above says so
 * with an event. A new arrow needs a reason here, and the reviewer's agreement.
 */
const ground = 'because every module stands on the ground floor: database, HTTP, events, clock, problems'
const deeds = 'because who did what is written in the transaction of the deed'

export const arrows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  platform: {},
  staff: { platform: ground },
  catalog: { platform: ground, staff: deeds },
  customers: { platform: ground, staff: deeds },
  pricing: {
    platform: ground,
    staff: deeds,
    catalog: 'because prices belong to variants, and rules name products, collections and channels',
  },
  inventory: {
    platform: ground,
    staff: deeds,
    catalog: 'because stock is of variants, and a scan at the shelf finds one by its code',
  },
  payments: { platform: ground, staff: deeds, customers: 'because a payment can prove an identity' },
  fulfillment: {
    platform: ground,
    staff: deeds,
    catalog: 'because pick lists show what to pick',
    customers: 'because promises and pickup notices go to a person in their language',
    inventory: 'because sourcing looks at stock, and picking, shipping and handing over move it',
    pricing: 'because delivery options carry their price and tax',
  },
  orders: {
    platform: ground,
    staff: deeds,
    catalog: 'because a cart line is a variant',
    customers: 'because an order belongs to a person',
    pricing: 'because a cart is priced before it is promised',
    inventory: 'because a cart holds stock and an order has it allocated',
    payments: 'because an order is paid',
    fulfillment: 'because placing an order makes its fulfillment orders and promises in the same transaction',
  },
  verify: {
    platform: ground,
    pricing: 'because law 5 asks it for undeclared differences between channels',
    customers: 'because law 6 is checked over identities and links',
    inventory: 'because law 1 is checked over levels and ledgers',
  },
  system: {
    platform: ground,
    verify: 'because the machine room runs the law checks and keeps what they found',
  },
  demo: {
    platform: ground,
    staff: 'because the demo has people who work there',
    catalog: 'because it loads products',
    customers: 'because it loads customers',
    pricing: 'because it loads prices and promotions',
    inventory: 'because it loads places and stock',
    payments: 'because it loads paid orders',
    fulfillment: 'because it loads pickups and promises',
    orders: 'because it loads orders',
  },
  connectors: {
    platform: ground,
    payments: 'because a payment provider is a connector behind the interface of payments',
  },
  // The outermost ring puts everything together; nothing stands above it.
  cli: Object.fromEntries(
    [
      'platform',
      'staff',
      'catalog',
      'customers',
      'pricing',
      'inventory',
      'payments',
      'fulfillment',
      'orders',
      'verify',
      'system',
      'demo',
      'connectors',
    ].map((module) => [module, 'because the command line reaches everything through its door']),
  ),
  bin: { platform: 'because the launcher only finds the right Node' },
}

/** Where SQL names a schema of another module, and why that is right. `schemas: '*'` is every one. */
export const sqlExceptions: readonly { path: RegExp; schemas: '*' | readonly string[]; reason: string }[] = [
  { path: /^verify\//, schemas: '*', reason: 'because it recomputes the laws from every ledger, reading only' },
  {
    path: /^system\/figures\.ts$/,
    schemas: ['orders', 'payments', 'inventory', 'catalog'],
    reason:
      'because it counts what waits in every module, reading only; a figure of a fault must not come from the code at fault',
  },
  {
    path: /^demo\//,
    schemas: '*',
    reason: 'because the demo loads an empty database in bulk, once, before anybody uses it',
  },
  {
    path: /^cli\/first-data\.ts$/,
    schemas: ['catalog'],
    reason: 'because it only asks whether the shop is empty before the demo is loaded',
  },
  {
    path: /^cli\/staff\.ts$/,
    schemas: ['inventory'],
    reason: 'because it turns the place codes somebody typed into ids',
  },
  {
    path: /\.test\.ts$|(^|\/)(testing|fixtures)(\/|\.ts$)/,
    schemas: '*',
    reason: 'because tests look at what others wrote and plant faults in it',
  },
]
