/**
 * Works through a list in so many lanes side by side. When one item fails, the others are still worked on, then its error is thrown.
 */
export async function inLanes<T>(list: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const items = list.values()
  const failures: unknown[] = []
  const lane = async () => {
    for (const item of items) await work(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(lanes, list.length) }, lane))
  if (failures.length > 0) throw failures[0]
}
