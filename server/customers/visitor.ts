import { hashToken } from '#platform/secrets'
import type { IdentityGiven } from './identities.ts'

/**
 * An anonymous visitor is known by the cart their browser holds, the only cookie the shop needs. Resolving with this identity beside
 * a mail address turns the visitor into that person.
 */
export function visitorIdentity(cartToken: string): IdentityGiven {
  return { kind: 'visitor', value: hashToken(cartToken), proof: 'claimed' }
}
