/** What a step of the work makes stale. */
export const workPaths = [
  '/api/admin/fulfillment',
  '/api/admin/orders',
  '/api/admin/stock',
  '/api/admin/shortages',
] as const
