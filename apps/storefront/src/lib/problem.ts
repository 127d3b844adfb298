import type { ApiProblem } from '@hilo/contract/client'

/**
 * Whether this error is a refusal of the API. Asked by name: the client that throws it lives in the server, outside the shop's
 * bundle, so it is another copy of the same class.
 */
export function isRefusal(error: unknown): error is ApiProblem {
  return error instanceof Error && error.name === 'ApiProblem' && 'body' in error
}
