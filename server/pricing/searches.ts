import { type SearchResult, searchProducts } from '#catalog'
import type { Queryable } from '#platform/db'
import type { Assortment } from './assortment.ts'
import { chosen, type Slots } from './store-list.ts'

/** What a search found among what a channel sells, best first; shared, do not change it. */
export type Found = Pick<SearchResult, 'corrected' | 'ignored'> & { slots: Slots; exactVariantId: string | null }

const kept = new WeakMap<Assortment, Map<string, Promise<Found>>>()
/** Of up to 2,000 places each. */
const mostKept = 200

/**
 * Finds what a channel sells by words. The same words are asked for several times by one shopper (suggestions, first page, filters,
 * next page) and by many, so what they found is kept as long as it holds; the words asked for last are kept longest.
 * @param version of what the assortment shows
 */
export async function searchIn(
  q: Queryable,
  assortment: Assortment,
  { query, channelId, version }: { query: string; channelId: string; version: string },
): Promise<Found> {
  const searches = kept.get(assortment) ?? new Map<string, Promise<Found>>()
  kept.set(assortment, searches)
  const key = `${version} ${query}`
  const found = searches.get(key) ?? search(q, assortment, { query, channelId })
  searches.delete(key)
  searches.set(key, found)
  const oldest = searches.keys().next().value
  if (searches.size > mostKept && oldest !== undefined) searches.delete(oldest)
  try {
    return await found
  } catch (error) {
    searches.delete(key)
    throw error
  }
}

async function search(
  q: Queryable,
  assortment: Assortment,
  { query, channelId }: { query: string; channelId: string },
): Promise<Found> {
  const { productIds, corrected, ignored, exact } = await searchProducts(q, query, {
    channelId,
    isShown: (id) => assortment.slots.has(id),
  })
  return { slots: chosen(assortment, productIds), corrected, ignored, exactVariantId: exact?.id ?? null }
}
