import type { AdminProduct, AdminProductRow, adminProductsQuery } from '@hilo/contract'
import type { z } from 'zod'
import { adminProductRows, cardFacts, findProduct, mediaOf, pictureUrl, variantsOfProducts } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { livePrice } from './prices.ts'
import { currentRules } from './rules.ts'
import { pricesOfVariants } from './set-prices.ts'

/** The console's list of products, with prices of the general list. */
export async function adminProducts(
  q: Queryable,
  clock: Clock,
  query: z.output<typeof adminProductsQuery>,
): Promise<{ items: AdminProductRow[]; next: string | null; total: number }> {
  const { rows, next, total } = await adminProductRows(q, query)
  const general = (await currentRules(q)).lists.find(({ channelId }) => channelId === null)
  const prices = await pricesOfVariants(
    q,
    rows.flatMap(({ variantIds }) => variantIds),
  )
  const live = new Map(
    prices
      .filter(({ priceListId }) => priceListId === general?.id)
      .map((row) => [row.variantId, livePrice(row, clock.now())]),
  )
  const items = rows.map(({ variantIds, sortKey: _sortKey, ...row }) => {
    const known = variantIds.flatMap((id) => live.get(id) ?? [])
    const amounts = known.map(({ effectiveMinor }) => effectiveMinor)
    return {
      ...row,
      fromMinor: amounts.length === 0 ? null : Math.min(...amounts),
      toMinor: amounts.length === 0 ? null : Math.max(...amounts),
      currency: amounts.length === 0 ? null : (general?.currency ?? null),
      markedDown: known.some(({ markdownMinor }) => markdownMinor !== null),
    }
  })
  return { items, next, total }
}

/**
 * One product with everything the console edits.
 * @throws Problem catalog.product_not_found
 */
export async function adminProduct(q: Queryable, id: string): Promise<AdminProduct> {
  const text = await findProduct(q, id)
  const facts = (await cardFacts(q, [id])).get(id)
  if (!facts) throw new Error(`product ${id} vanished while it was read`)
  const variants = await variantsOfProducts(q, [id])
  const prices = Map.groupBy(
    await pricesOfVariants(
      q,
      variants.map((variant) => variant.id),
    ),
    ({ variantId }) => variantId,
  )
  const media = await mediaOf(q, id)
  return {
    id,
    handle: text.handle,
    status: text.status,
    kind: facts.kind,
    title: facts.title,
    description: text.description,
    facts: text.facts,
    vendor: facts.vendor,
    productType: facts.productType,
    tags: facts.tags,
    taxClass: taxClassOf(facts.taxClass),
    options: facts.options,
    variants: variants.map((variant) => ({
      id: variant.id,
      sku: variant.sku,
      gtin: variant.gtin,
      optionValues: variant.optionValues,
      weightGrams: variant.weightGrams,
      stockTracked: variant.stockTracked,
      status: 'active' as const,
      prices: (prices.get(variant.id) ?? []).map((row) => ({
        priceListId: row.priceListId,
        amountMinor: row.amountMinor,
        markdownMinor: row.markdownMinor,
        markdownStartsAt: row.markdownStartsAt?.toISOString() ?? null,
        markdownEndsAt: row.markdownEndsAt?.toISOString() ?? null,
        priorMinor: row.priorMinor,
      })),
    })),
    media: media.map((one) => ({ ...one, url: pictureUrl(one.url) })),
    collectionIds: text.collections.map((collection) => collection.id),
    channelIds: text.channelIds,
    externalUrl: text.externalUrl,
    source: text.source,
    version: text.version,
    createdAt: facts.createdAt,
    updatedAt: text.updatedAt,
  }
}

function taxClassOf(text: string): AdminProduct['taxClass'] {
  const known = (['standard', 'reduced', 'super_reduced', 'zero'] as const).find((name) => name === text)
  if (!known) throw new Error(`tax class ${text}`)
  return known
}
