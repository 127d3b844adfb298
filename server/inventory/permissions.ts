import { defineActions } from '#platform/permissions'

/** Rows of the authorisation table for stock and places. */
export const inventoryActions = defineActions({
  'inventory.availability.read': { everyone: true },
  'inventory.place.read': { everyone: true },
  'inventory.stock.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'stock:read' },
  'inventory.stock.receive': { staff: ['manager', 'stock'], place: 'own', apiScope: 'stock:write' },
  'inventory.stock.adjust': { staff: ['manager', 'stock'], place: 'own', apiScope: 'stock:write' },
  'inventory.stock.count': { staff: ['manager', 'stock', 'counter'], place: 'own', apiScope: 'stock:write' },
  'inventory.safety.set': { staff: ['manager'], place: 'own' },
  'inventory.transfer.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'stock:read' },
  'inventory.transfer.request': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'inventory.transfer.send': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'inventory.transfer.receive': { staff: ['manager', 'counter', 'stock'], place: 'own' },
  'inventory.transfer.cancel': { staff: ['manager', 'stock'], place: 'own' },
  'inventory.conflict.read': { staff: ['manager', 'counter', 'service', 'stock'] },
  'inventory.conflict.settle': { staff: ['manager', 'stock'], place: 'own' },
  'inventory.location.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'stock:read' },
  // A new place is the house's business, and costs it money.
  'inventory.location.open': { staff: [] },
  'inventory.location.edit': { staff: ['manager'], place: 'own' },
  'inventory.pool.read': { staff: ['manager', 'stock'] },
  'inventory.pool.set': { staff: ['manager'] },
  'inventory.lane.read': { staff: ['manager', 'stock', 'service'] },
  'inventory.lane.set': { staff: ['manager'] },
  'inventory.stock.export': { staff: ['manager', 'stock'], apiScope: 'stock:read' },
})
