import { defineActions } from '#platform/permissions'

export const orderActions = defineActions({
  'orders.cart.create': { everyone: true },
  'orders.cart.use': { shopper: true },
  'orders.cart.open': { everyone: true },
  'orders.cart.place': { shopper: true },
  'orders.own.read': { everyone: true },
  'orders.own.cancel': { everyone: true },
  'orders.own.pay': { everyone: true },
  'orders.account.read': { shopper: true },
  'orders.counter.sell': { staff: ['manager', 'counter', 'service'], place: 'own' },
  'orders.counter.look': { staff: ['manager', 'counter', 'service', 'stock'], place: 'own' },
  'orders.counter.receipt': { staff: ['manager', 'counter', 'service'], place: 'own' },
  'orders.counter.return': { staff: ['manager', 'counter'], place: 'own' },
  'orders.channel.place': { apiScope: 'orders:write' },
  'orders.channel.read': { apiScope: 'orders:read' },
  'orders.list': { staff: ['manager', 'counter', 'service', 'stock'] },
  'orders.read': { staff: ['manager', 'counter', 'service', 'stock'] },
  'orders.cancel': { staff: ['manager', 'service', 'counter'], place: 'own' },
  'orders.export': { staff: ['manager'] },
  'orders.note.write': { staff: ['manager', 'counter', 'service', 'stock'] },
  'orders.confirmation.send': { staff: ['manager', 'counter', 'service'] },
})
