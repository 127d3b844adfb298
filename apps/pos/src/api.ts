import { ApiProblem, createClient } from '@hilo/contract/client'
import { serverAnswered, serverIsAway, whyAway } from './server-state.ts'

/** Longest wait for an answer. After it nobody knows what became of the request; asking again with the same key is safe. */
const patienceMs = 12_000
const awayStatuses: readonly number[] = [502, 503, 504]

/** No answer came: the line is cut, the server is away, or it took too long. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause })
    this.name = 'NoAnswer'
  }
}

/** fetch that gives up in time, reads the whole answer before it counts as one, and tells the till whether its server is there. */
const patientFetch: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(patienceMs) })
    const body = response.status === 204 ? null : await response.text()
    if (awayStatuses.includes(response.status)) serverIsAway(whyAway(body))
    else serverAnswered()
    return new Response(body, { status: response.status, headers: response.headers })
  } catch (error) {
    serverIsAway()
    throw new NoAnswer(error)
  }
}

/** The till's way to the server: same origin, the staff cookie, one Idempotency-Key per intent. */
export const api = createClient({ fetch: patientFetch })

/** True when the server says that nobody is signed in here (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.body.status === 401
}

/** True when the server cannot be reached now, or says itself that it cannot work; it will be asked again. */
export function isAway(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof ApiProblem && awayStatuses.includes(error.body.status))
}

/**
 * True when we cannot know whether the server did it: the answer was lost, the server broke, or it is still at the same request. Asking
 * again with the same key is safe.
 */
export function isUnknownOutcome(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return error instanceof NoAnswer
  return error.body.status >= 500 || error.body.code === 'platform.key_in_use'
}

/** For mutations that do no harm when they are done twice: they wait for a server that is away, instead of failing. */
export const untilBack = {
  retry: (_times: number, error: Error) => isAway(error),
  retryDelay: (times: number) => Math.min(500 * 2 ** times, 2_000),
}
