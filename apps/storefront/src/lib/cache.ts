/**
 * Remembers one answer per key for some seconds, for what is the same for every visitor (collections, shops). Whoever asks while
 * the answer is on its way gets the same one; a failed one is forgotten at once.
 */
export function remembered<T>(seconds: number): (key: string, now: Date, load: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { until: number; value: Promise<T> }>()
  return (key, now, load) => {
    const found = kept.get(key)
    if (found && found.until > now.getTime()) return found.value
    const value = load()
    kept.set(key, { until: now.getTime() + seconds * 1000, value })
    value.catch(() => kept.delete(key))
    return value
  }
}
