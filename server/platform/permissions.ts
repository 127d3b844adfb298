import { type Actor, actsFor, type Role } from './actor.ts'
import { platformProblems } from './problems.ts'

/**
 * One row of the authorisation table.
 * `everyone`: no proof needed · `shopper`: whoever holds the cart token or a customer session (the command checks whose)
 * `staff`: these roles (the owner always may) · `place`: 'own' = only for places the person acts for, where a place is known
 * `apiScope`: an API key with this scope may, too.
 */
export type ActionRow = {
  everyone?: true
  shopper?: true
  staff?: readonly Role[]
  place?: 'own'
  apiScope?: string
}

const table = new Map<string, ActionRow>()

/** Declares a module's rows; action names read `module.thing.verb`. */
export function defineActions<const T extends Record<string, ActionRow>>(rows: T): T {
  for (const [action, row] of Object.entries(rows)) table.set(action, row)
  return rows
}

/** The whole table, for tests and the printed documentation. */
export function allActions(): ReadonlyMap<string, ActionRow> {
  return table
}

/** Whether the actor may do this at all, and, when a place is given, whether they may do it there. */
export function can(actor: Actor, action: string, place?: string): boolean {
  const row = table.get(action)
  if (!row) throw new Error(`action ${action} has no row in the authorisation table`)
  if (row.everyone || actor.kind === 'system') return true
  switch (actor.kind) {
    case 'public':
    case 'customer':
      return row.shopper === true
    case 'api_key':
      return row.shopper === true || (row.apiScope !== undefined && actor.scopes.includes(row.apiScope))
    case 'staff': {
      if (row.shopper) return true
      const role = actor.role === 'owner' || (row.staff?.includes(actor.role) ?? false)
      return role && (row.place !== 'own' || place === undefined || actsFor(actor, place))
    }
    default: {
      const never: never = actor
      return never
    }
  }
}

/** @throws Problem platform.unauthenticated, platform.forbidden */
export function authorize(actor: Actor, action: string, place?: string): void {
  if (can(actor, action, place)) return
  if (actor.kind === 'public') throw platformProblems.unauthenticated({ action })
  if (place !== undefined && can(actor, action)) {
    throw platformProblems.forbidden({
      action,
      locationId: place,
      detail: 'You do not act for this place.',
      detailEs: 'No actúas para este lugar.',
    })
  }
  throw platformProblems.forbidden({ action })
}
