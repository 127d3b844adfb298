import { defineActions } from '#platform/permissions'

/** Who may do what with products (their prices come with them), prices and promotions. */
export const pricingActions = defineActions({
  'catalog.store.read': { everyone: true },
  'catalog.pos.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'catalog:read' },
  'catalog.products.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'catalog:read' },
  'catalog.products.write': { staff: ['manager'], apiScope: 'catalog:write' },
  'catalog.products.export': { staff: ['manager', 'stock'], apiScope: 'catalog:read' },
  'pricing.prices.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'catalog:read' },
  'pricing.prices.write': { staff: ['manager'], apiScope: 'catalog:write' },
  'pricing.promotions.read': { staff: ['manager', 'counter', 'service'], apiScope: 'catalog:read' },
  'pricing.promotions.write': { staff: ['manager'] },
})
