import { useSyncExternalStore } from 'react'

/** Whether this till's server is there, cannot be reached, or has more to do than it can. */
export type ServerState = 'there' | 'away' | 'busy'

/** Learned from every answer; while the server does not serve, it is asked every two seconds. */
const listeners = new Set<() => void>()
const everyMs = 2_000
let state: ServerState = 'there'
let timer: ReturnType<typeof setTimeout> | undefined

function set(next: ServerState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

/** An answer came, whatever it said. */
export function serverAnswered(): void {
  clearTimeout(timer)
  timer = undefined
  set('there')
}

/** No answer came, or one that says that the server cannot work now. */
export function serverIsAway(why: Exclude<ServerState, 'there'> = 'away'): void {
  set(why)
  timer ??= setTimeout(ask, everyMs)
}

/** Why an answer that is no answer was given: the load was shed, or the server does not work. Reads the body. */
export function whyAway(body: string | null): Exclude<ServerState, 'there'> {
  return body?.includes('"platform.busy"') ? 'busy' : 'away'
}

async function ask(): Promise<void> {
  timer = undefined
  // Any answer below 500 comes from a server that works, signed in or not.
  const answer = await fetch('/api/staff/me', { signal: AbortSignal.timeout(everyMs) })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch(() => ({ status: 503, body: null }))
  if (answer.status < 500) serverAnswered()
  else serverIsAway(whyAway(answer.body))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How the server is, as this till sees it. */
export function useServerState(): ServerState {
  return useSyncExternalStore(subscribe, () => state)
}

/** Calls back each time the server is there again. @returns how to stop */
export function onServerBack(back: () => void): () => void {
  return subscribe(() => {
    if (state === 'there') back()
  })
}
