import { defineActions } from '#platform/permissions'

/** Who may see and change collections, channels and pictures. */
export const catalogActions = defineActions({
  'catalog.collections.show': { everyone: true },
  'catalog.collections.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'catalog:read' },
  'catalog.collections.write': { staff: ['manager'], apiScope: 'catalog:write' },
  'catalog.channels.read': { staff: ['manager', 'counter', 'service', 'stock'], apiScope: 'catalog:read' },
  'catalog.media.write': { staff: ['manager'], apiScope: 'catalog:write' },
})
