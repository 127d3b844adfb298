/** Roles of people who work here. */
export const roles = ['owner', 'manager', 'counter', 'service', 'stock'] as const
export type Role = (typeof roles)[number]

/** Who acts. A request has exactly one actor; a shopper without a session is `public`. */
export type Actor =
  | { kind: 'public' }
  | { kind: 'customer'; personId: string }
  | {
      kind: 'staff'
      memberId: string
      name: string
      role: Role
      allPlaces: boolean
      locationIds: readonly string[]
      language: 'es' | 'en'
    }
  | { kind: 'api_key'; keyId: string; name: string; channelId: string; scopes: readonly string[] }
  | { kind: 'system'; name: string }

/** The id written into ledgers and audit rows. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'public':
      return 'public'
    case 'customer':
      return actor.personId
    case 'staff':
      return actor.memberId
    case 'api_key':
      return actor.keyId
    case 'system':
      return `system:${actor.name}`
    default: {
      const never: never = actor
      return never
    }
  }
}

/** Whether the actor may act for this place (staff are limited to theirs; everybody else is not asked about places). */
export function actsFor(actor: Actor, locationId: string): boolean {
  return actor.kind !== 'staff' || actor.allPlaces || actor.locationIds.includes(locationId)
}
