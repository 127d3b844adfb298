/** Loads under way at the same time; more only take turns on the processors of the database. */
const lanes = 2

/**
 * Makes one load of many asks. An ask never joins a load that has begun, so nobody gets what was read before they asked; it waits for
 * the end of this turn of the event loop, and for a free lane. While there is little to do that costs nothing; under load a statement
 * answers dozens.
 * @param load gets everything that was asked for and gives one answer to all who asked
 * @param mostAsks of one load; the others go with the next
 */
export function gatherReads<K, R>(
  load: (keys: readonly K[]) => Promise<R>,
  { mostAsks = 64 }: { mostAsks?: number } = {},
): (key: K) => Promise<R> {
  let waiting: { key: K; done: (result: Promise<R>) => void }[] = []
  let underWay = 0
  let called = false

  const call = (): void => {
    if (called || waiting.length === 0 || underWay >= lanes) return
    called = true
    setImmediate(begin)
  }
  const begin = (): void => {
    called = false
    const batch = waiting.splice(0, mostAsks)
    if (batch.length === 0) return
    underWay += 1
    const result = load(batch.map(({ key }) => key)).finally(() => {
      underWay -= 1
      call()
    })
    for (const { done } of batch) done(result)
    call()
  }
  return (key) =>
    new Promise((resolve) => {
      waiting.push({ key, done: resolve })
      call()
    })
}
