import { hashToken } from '#platform/secrets'
import type { IdentityGiven } from './identities.ts'

/**
 * An anonymous visitor is known by the cart their browser holds, the only cookie the shop needs. Resolving with this identity beside
 * a mail address turns the visitor into that person.
 */
export function visitorIdentity(cartToken: string): IdentityGiven {
  return visitorOfHash(hashToken(cartToken))
}

/** The same by the hash under which the cart keeps its token, for when the browser is not there any more (a late payment). */
export function visitorOfHash(tokenHash: string): IdentityGiven {
  return { kind: 'visitor', value: tokenHash, proof: 'claimed' }
}
