import { defineActions } from '../permissions.ts'

/** Who may bring files in; the stock role only stock counts (the command checks the kind). */
export const importActions = defineActions({
  'imports.read': { staff: ['manager', 'stock'] },
  'imports.write': { staff: ['manager', 'stock'] },
})
