import { roles } from '#platform/actor'
import { defineActions } from '#platform/permissions'

export const staffActions = defineActions({
  // The steps before one is in: the command itself reads how far the session is.
  'staff.login': { everyone: true },
  'staff.self': { staff: roles },
  'staff.members.read': { staff: ['manager'] },
  'staff.members.write': { staff: ['manager'] },
  'staff.keys.read': { staff: [] },
  'staff.keys.write': { staff: [] },
  'staff.audit.read': { staff: ['manager'] },
})
