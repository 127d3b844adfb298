/** Pages of products: a list narrowed and sorted, a search, and what is suggested while somebody types. */
import type {
  Collection,
  ProductCard,
  StoreProducts,
  StoreSearch,
  storeProductsQuery,
  storeSearchQuery,
} from '@hilo/contract'
import type { z } from 'zod'
import { activeVariantIds, cardFacts, findCollection, listCollections, suggestWords } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type Made, readVersions, type Versions, versionText } from './answers.ts'
import { type Assortment, AssortmentKeeper } from './assortment.ts'
import { toCard } from './cards.ts'
import { catalogChannel } from './channel.ts'
import { unitPricesUntil } from './prices.ts'
import { pricingProblems } from './problems.ts'
import { rulesAt } from './rules.ts'
import { searchIn } from './searches.ts'
import { featured, filtersOf, type Narrowed, narrow, ofCollection, once, pageOf, sorted } from './store-list.ts'

/** Which of these variants can be had now on this channel; stock knows, and stands beside this module. */
export type InStock = (
  q: Queryable,
  asked: { variantIds: readonly string[]; channelId: string },
) => Promise<ReadonlySet<string>>

/** What reads the lists of one app. */
export type Reader = {
  clock: Clock
  keepers: Map<string, AssortmentKeeper>
  /** Collections with their counts by channel: counting 200,000 products takes seconds. */
  collections: Map<string, { version: string; list: Promise<Collection[]> }>
  inStock: InStock | undefined
}
type Language = 'es' | 'en'
type Asking<T> = { asked: T & { channel: string }; language: Language; versions: Versions }

/** A list narrowed to what is in stock looks at so many products, the first in its order: each has to be asked for. */
const mostAskedInStock = 10_000

/**
 * A page of the shop's products, of a collection's or of what a search found.
 * @throws Problem catalog.collection_not_found, pricing.availability_unknown, platform.invalid (channel)
 */
export async function productsPage(
  reader: Reader,
  q: Queryable,
  { asked, language, versions }: Asking<z.output<typeof storeProductsQuery>>,
): Promise<Made> {
  const { channel: channelId, collection: handle, color, size, type, minPrice, maxPrice, sort } = asked
  const collection = handle === undefined ? null : await findCollection(q, handle, channelId)
  const { assortment, untilMs, currency } = await assortmentOf(reader, q, channelId, versions)
  const version = versionText(versions)
  const found =
    asked.q === undefined ? undefined : await searchIn(q, assortment, { query: asked.q, channelId, version })
  const base = found
    ? found.slots
    : handle === undefined
      ? await featured(assortment)
      : await ofCollection(q, assortment, { handle, version })
  const asking = { color, size, type, minPrice, maxPrice, markdown: asked.markdown === 'true' }
  const inOrder = (fitting: Narrowed) => sorted(q, assortment, fitting, { sort, language })
  // The next page of the same list is the same list; what a search found is hardly asked for twice.
  let list = found
    ? await inOrder(narrow(assortment, base, asking))
    : await once(assortment, JSON.stringify([version, handle, asking, sort, language]), () =>
        inOrder(narrow(assortment, base, asking)),
      )
  if (asked.available === 'true')
    list = await inOrder(await inStockOnly(reader, q, { assortment, channelId, list: Array.from(list), asking }))
  const idAt = (slot: number) => assortment.products[slot]?.id ?? ''
  const page = pageOf(list, idAt, asked.cursor, asked.limit)
  const items = await cards(reader, q, channelId, page.items.map(idAt))
  const name = found ? null : `${version} ${handle ?? ''}`
  const body: StoreProducts = {
    items,
    next: page.next,
    total: list.length,
    collection,
    filters: filtersOf(assortment, base, { name, currency }),
  }
  return { body, untilMs }
}

/** What a search found, best first. */
export async function searchPage(
  reader: Reader,
  q: Queryable,
  { asked, language, versions }: Asking<z.output<typeof storeSearchQuery>>,
): Promise<Made> {
  const channelId = asked.channel
  const { assortment, untilMs } = await assortmentOf(reader, q, channelId, versions)
  const version = versionText(versions)
  const [found, suggested] = await Promise.all([
    searchIn(q, assortment, { query: asked.q, channelId, version }),
    suggestedWords(reader, q, { query: asked.q, language, channelId, version }),
  ])
  const idAt = (slot: number) => assortment.products[slot]?.id ?? ''
  const page = pageOf(found.slots, idAt, asked.cursor, asked.limit)
  const items = await cards(reader, q, channelId, page.items.map(idAt))
  const body: StoreSearch = {
    items,
    next: page.next,
    total: found.slots.length,
    words: { query: asked.q, corrected: found.corrected, ignored: found.ignored },
    suggestions: { ...suggested, products: suggestedProducts(items) },
    exactVariantId: found.exactVariantId,
  }
  return { body, untilMs }
}

/** Words, collections and a few products while somebody types. */
export async function suggestPage(
  reader: Reader,
  q: Queryable,
  { asked, language, versions }: Asking<z.output<typeof storeSearchQuery>>,
): Promise<Made> {
  const channelId = asked.channel
  const { assortment, untilMs } = await assortmentOf(reader, q, channelId, versions)
  const version = versionText(versions)
  const [found, suggested] = await Promise.all([
    searchIn(q, assortment, { query: asked.q, channelId, version }),
    suggestedWords(reader, q, { query: asked.q, language, channelId, version }),
  ])
  const sold = Array.from(found.slots).slice(0, productsSuggested)
  const idAt = (slot: number) => assortment.products[slot]?.id ?? ''
  const products = suggestedProducts(await cards(reader, q, channelId, sold.map(idAt)))
  const searched = { query: asked.q, corrected: found.corrected, ignored: found.ignored }
  return { body: { ...suggested, products, searched }, untilMs }
}

/** Reads the assortment of a channel ahead of whoever asks first. */
export async function warmUp(reader: Reader, q: Queryable, channelId: string): Promise<void> {
  await assortmentOf(reader, q, channelId, await readVersions(q))
}

async function assortmentOf(
  { clock, keepers }: Reader,
  q: Queryable,
  channelId: string,
  versions: Versions,
): Promise<{ assortment: Assortment; untilMs: number; currency: string }> {
  const { currency } = catalogChannel(await rulesAt(q, versions), channelId)
  let keeper = keepers.get(channelId)
  if (keeper === undefined) {
    keeper = new AssortmentKeeper(channelId)
    keepers.set(channelId, keeper)
  }
  return { ...(await keeper.at(q, clock, versions)), currency }
}

/** Narrowed once more, to variants that can be had now. */
async function inStockOnly(
  { inStock }: Reader,
  q: Queryable,
  {
    assortment,
    channelId,
    list,
    asking,
  }: { assortment: Assortment; channelId: string; list: number[]; asking: Parameters<typeof narrow>[2] },
): Promise<Narrowed> {
  if (!inStock) throw pricingProblems.availability_unknown({ parameter: 'available' })
  const looked = list.slice(0, mostAskedInStock)
  const ids = looked.map((slot) => assortment.products[slot]?.id ?? '')
  const variants = await activeVariantIds(q, ids)
  const available = await inStock(q, { variantIds: [...variants.values()].flat(), channelId })
  const isAvailable = (productId: string, at: number) => available.has(variants.get(productId)?.[at] ?? '')
  return narrow(assortment, looked, { ...asking, isAvailable })
}

async function cards(
  { clock }: Reader,
  q: Queryable,
  channelId: string,
  ids: readonly string[],
): Promise<ProductCard[]> {
  const facts = await cardFacts(q, ids)
  const variants = [...facts.values()].flatMap(({ taxClass, variants: all }) => all.map(({ id }) => ({ id, taxClass })))
  const { prices } = await unitPricesUntil(q, { clock, channelId, variants })
  return ids.flatMap((id) => {
    const one = facts.get(id)
    return one ? [toCard(one, prices)] : []
  })
}

const productsSuggested = 5
const collectionsSuggested = 4

async function suggestedWords(
  reader: Reader,
  q: Queryable,
  { query, language, channelId, version }: { query: string; language: Language; channelId: string; version: string },
): Promise<Pick<StoreSearch['suggestions'], 'words' | 'collections'>> {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const asked = plain(query.trim())
  const [words, collections] = await Promise.all([
    suggestWords(q, query, language),
    asked === '' ? [] : collectionsOf(reader, q, channelId, version),
  ])
  const fitting = collections.filter(
    ({ title, products }) => products > 0 && [title.es, title.en].some((text) => plain(text).includes(asked)),
  )
  return { words, collections: fitting.slice(0, collectionsSuggested).map(({ handle, title }) => ({ handle, title })) }
}

function collectionsOf(
  { collections }: Reader,
  q: Queryable,
  channelId: string,
  version: string,
): Promise<Collection[]> {
  const known = collections.get(channelId)
  if (known?.version === version) return known.list
  const list = listCollections(q, channelId)
  collections.set(channelId, { version, list })
  list.catch(() => collections.delete(channelId))
  return list
}

function suggestedProducts(found: readonly ProductCard[]): StoreSearch['suggestions']['products'] {
  return found
    .slice(0, productsSuggested)
    .map(({ handle, title, picture }) => ({ handle, title, picture: picture?.url ?? null }))
}
