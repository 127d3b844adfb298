/**
 * Works through a list in so many lanes side by side. When one item fails, the others are still worked on, then its error is thrown.
 * @param list also one whose items are found on the way
 */
export async function inLanes<T>(
  list: Iterable<T> | AsyncGenerator<T, void>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const items = Symbol.asyncIterator in list ? list : [...list].values()
  const failures: unknown[] = []
  const lane = async () => {
    for await (const item of items) await work(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failures.length > 0) throw failures[0]
}
