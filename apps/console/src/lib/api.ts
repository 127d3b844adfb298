import { ApiProblem, type CallOptions, type Client, createClient } from '@hilo/contract/client'
import { QueryClient } from '@tanstack/react-query'
import { dropDrafts } from './drafts.ts'

/** One cache for the whole console. A refusal is an answer, so only a lost connection is asked again by itself. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
      refetchOnWindowFocus: true,
    },
  },
})

/** How long a call that the server had no time for is made again by itself; then the reader is told. */
const patienceSeconds = 20
const isBusy = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && error.body.code === 'platform.busy'

/** The server refuses what is too much before it looks at it: nothing was done, so the same call is made again when it says so. */
async function patient<T>(call: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; ) {
    try {
      return await call()
    } catch (error) {
      if (!isBusy(error)) throw error
      const { retryAfterSeconds = 2 } = error.body as { retryAfterSeconds?: number }
      waited += retryAfterSeconds
      if (waited > patienceSeconds) throw error
      await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1000))
    }
  }
}

let askProof: (() => Promise<boolean>) | undefined
/** Names who asks for a fresh proof of identity; true when it was given. */
export function onProofNeeded(ask: () => Promise<boolean>): void {
  askProof = ask
}

/**
 * Runs a call. Where the API wants a fresh proof of identity, asks for it and runs the call once more; where the session is over,
 * leads back to the login without losing what was typed.
 */
async function guarded<T>(call: (again: boolean) => Promise<T>): Promise<T> {
  try {
    return await patient(() => call(false))
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    if (error.body.code === 'staff.confirm_first' && askProof && (await askProof())) return call(true)
    if (error.body.code === 'platform.unauthenticated') queries.setQueryData(meKey, null)
    throw error
  }
}

const client = createClient()
// A repeat after the proof is a new request: the refusal was kept under the old key.
const keyed = (options: CallOptions | undefined, again: boolean): CallOptions | undefined =>
  again ? { ...options, key: undefined } : options

/** The API of this shop, with the types of `@hilo/contract`. */
export const api: Client = {
  get: (path, options) => guarded(() => client.get(path, options)),
  post: (path, body, options) => guarded((again) => client.post(path, body, keyed(options, again))),
  put: (path, body, options) => guarded((again) => client.put(path, body, keyed(options, again))),
  patch: (path, body, options) => guarded((again) => client.patch(path, body, keyed(options, again))),
  delete: (path, options) => guarded((again) => client.delete(path, keyed(options, again))),
}

/** The login steps: a refusal there is about the password or code, never about the session that does not exist yet. */
export const loginApi: Client = client

export const meKey = ['/api/staff/me', {}] as const

/**
 * Nobody is at this screen any more: the login comes first, then everything that was read or left half typed goes, so that the next
 * one to log in here sees nothing of it. (Emptying the cache at once would cut the gate off from the answer it waits for.)
 */
export function forgetSession(): void {
  queries.setQueryData(meKey, null)
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] })
  dropDrafts()
}

/** Sends a file as multipart form data. @throws ApiProblem as every other call */
export async function upload<T>(path: string, fields: Record<string, string>, file: File): Promise<T> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('file', file, file.name)
  const response = await fetch(path, {
    method: 'POST',
    body: form,
    headers: { accept: 'application/json', 'idempotency-key': crypto.randomUUID() },
  })
  const body: unknown = await response.json()
  if (!response.ok) throw new ApiProblem(body as ApiProblem['body'])
  return body as T
}
