import type { Queryable } from '#platform/db'
import { type Location, listLocations } from './locations.ts'

/** Places that are open for business, in their own order, and the position of each. */
export type ListedLocations = { list: readonly Location[]; order: ReadonlyMap<string, number> }

const known = new WeakMap<Location, ListedLocations>()

/** The same object as long as no place changes, so that what is derived from it can be remembered with it. */
export async function activeLocations(q: Queryable): Promise<ListedLocations> {
  const list = await listLocations(q, { activeOnly: true })
  const [first] = list
  if (first === undefined) return { list, order: new Map() }
  // Rows are the same objects until any place changes, the first one among them.
  let listed = known.get(first)
  if (listed === undefined) {
    listed = { list, order: new Map(list.map(({ id }, at) => [id, at])) }
    known.set(first, listed)
  }
  return listed
}
