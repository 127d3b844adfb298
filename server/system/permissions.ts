import { defineActions } from '#platform/permissions'

/** Rows of the authorisation table. The owner may do everything; /metrics asks for its own token (`metrics-access.ts`). */
export const systemActions = defineActions({
  'system.read': { staff: ['manager'] },
  'system.check': { staff: [] },
  'system.metrics': { everyone: true },
})
