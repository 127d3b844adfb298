import { useSyncExternalStore } from 'react'

/** Whether this till reaches its server, learned from every answer; while it does not, it is asked every two seconds. */
const listeners = new Set<() => void>()
const everyMs = 2_000
let away = false
let timer: ReturnType<typeof setTimeout> | undefined

function set(next: boolean): void {
  if (next === away) return
  away = next
  for (const listener of listeners) listener()
}

/** An answer came, whatever it said. */
export function serverAnswered(): void {
  clearTimeout(timer)
  timer = undefined
  set(false)
}

/** No answer came, or one that says that the server cannot work now. */
export function serverIsAway(): void {
  set(true)
  timer ??= setTimeout(ask, everyMs)
}

async function ask(): Promise<void> {
  timer = undefined
  // Any answer below 500 comes from a server that works, signed in or not.
  const answer = await fetch('/api/staff/me', { signal: AbortSignal.timeout(everyMs) }).then(
    ({ status }) => status,
    () => 503,
  )
  if (answer < 500) serverAnswered()
  else serverIsAway()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** True while the server cannot be reached. */
export function useServerAway(): boolean {
  return useSyncExternalStore(subscribe, () => away)
}

/** Calls back each time the server is there again. @returns how to stop */
export function onServerBack(back: () => void): () => void {
  return subscribe(() => {
    if (!away) back()
  })
}
