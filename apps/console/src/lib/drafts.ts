import { useCallback, useEffect, useRef, useState } from 'react'

const prefix = 'hilo-draft:'

function read<T>(key: string): T | undefined {
  const kept = sessionStorage.getItem(prefix + key)
  return kept === null ? undefined : (JSON.parse(kept) as T)
}

/** Throws away everything that was left unsaved in this tab. */
export function dropDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key)
}

/** Whether something was left unsaved under this key. */
export function hasDraft(key: string): boolean {
  return sessionStorage.getItem(prefix + key) !== null
}

/**
 * What somebody is typing. It survives a reload and going elsewhere in this tab until it is saved or thrown away. `dirty` says
 * that it differs from what was read.
 */
export function useDraft<T>(
  key: string,
  initial: T,
): { value: T; set(next: T | ((value: T) => T)): void; dirty: boolean; clear(): void } {
  const [state, setState] = useState<{ key: string; draft: T | undefined }>(() => ({ key, draft: read<T>(key) }))
  const current = state.key === key ? state.draft : read<T>(key)
  const latest = useRef(initial)
  latest.current = current ?? initial
  useEffect(() => {
    if (state.key !== key) setState({ key, draft: read<T>(key) })
  }, [key, state.key])
  const set = useCallback(
    (next: T | ((value: T) => T)) => {
      const draft = typeof next === 'function' ? (next as (value: T) => T)(latest.current) : next
      latest.current = draft
      sessionStorage.setItem(prefix + key, JSON.stringify(draft))
      setState({ key, draft })
    },
    [key],
  )
  const clear = useCallback(() => {
    sessionStorage.removeItem(prefix + key)
    setState({ key, draft: undefined })
  }, [key])
  return { value: current ?? initial, set, dirty: current !== undefined && !same(current, initial), clear }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
