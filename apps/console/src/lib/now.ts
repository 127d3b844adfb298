import { useSyncExternalStore } from 'react'

const everyMs = 30_000
const readers = new Set<() => void>()
let now = new Date()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = new Date()
  for (const read of readers) read()
}

function subscribe(read: () => void): () => void {
  readers.add(read)
  timer ??= setInterval(tick, everyMs)
  return () => {
    readers.delete(read)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function current(): Date {
  // Nobody read the clock for a while: what it showed then is no answer now. Within one drawing it stands still.
  if (timer === undefined && Date.now() - now.getTime() > everyMs) now = new Date()
  return now
}

/** The time on the wall, moved on twice a minute, so that "hace 2 min" does not stand there for an hour. The same for all readers. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, current)
}
