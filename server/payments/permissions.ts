import { defineActions } from '#platform/permissions'

export const paymentActions = defineActions({
  'payments.webhook.receive': { everyone: true },
  'payments.attention.list': { staff: ['manager', 'service'] },
  'payments.attention.settle': { staff: ['manager'] },
})
