import { defineActions } from '#platform/permissions'

export const customerActions = defineActions({
  'customers.sign_in': { everyone: true },
  // The session says whose account it is; without one the command refuses.
  'customers.own': { shopper: true },
  'customers.read': { staff: ['manager', 'counter', 'service'], apiScope: 'customers:read' },
  'customers.write': { staff: ['manager', 'counter', 'service'], apiScope: 'customers:write' },
  'customers.link': { staff: ['manager', 'service'] },
  'customers.visit': { staff: ['manager', 'counter', 'service'], place: 'own' },
  'customers.export': { staff: ['manager'] },
  'customers.erase': { staff: ['manager'] },
})
