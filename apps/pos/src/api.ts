import { ApiProblem, createClient } from '@hilo/contract/client'

/** The till's way to the server: same origin, the staff cookie, one Idempotency-Key per intent. */
export const api = createClient()

/** True when the server says that nobody is signed in here (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.body.status === 401
}

/** True when we cannot know whether the server did it: the answer was lost, or the server broke. Asking again with the same key is safe. */
export function isUnknownOutcome(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.body.status >= 500
}
