import type { AdminProduct, EditProductBody, PriceListView, ProductOption } from '@hilo/contract'
import { readMoney, typedMoney } from '../../lib/format.ts'
import { htmlOf, plainOf } from '../../lib/rich-text.ts'

export type VariantDraft = {
  /** Null until it is saved for the first time. */
  id: string | null
  sku: string
  gtin: string
  optionValues: string[]
  weightGrams: number | null
  stockTracked: boolean
  /** Amounts as typed. */
  price: string
  markdown: string
  markdownStartsAt: string | null
  markdownEndsAt: string | null
  priorMinor: number | null
}
/** Everything of a product that is edited together and saved at once. */
export type ProductDraft = {
  version: number
  title: { es: string; en: string }
  description: { es: string; en: string }
  handle: string
  status: AdminProduct['status']
  vendor: string
  productType: string
  tags: string
  facts: Record<string, { es: string; en: string }>
  taxClass: AdminProduct['taxClass']
  channelIds: string[]
  collectionIds: string[]
  options: ProductOption[]
  variants: VariantDraft[]
}
type Language = 'es' | 'en'

/** What one edits, made from what was read; prices are those of one list. */
export function draftOf(product: AdminProduct, listId: string | undefined, language: Language): ProductDraft {
  const { version, title, description, handle, status, vendor, productType, tags, taxClass } = product
  return {
    version,
    title,
    description: { es: plainOf(description.es), en: plainOf(description.en) },
    handle,
    status,
    vendor,
    productType,
    tags: tags.join(', '),
    facts: product.facts,
    taxClass,
    channelIds: product.channelIds,
    collectionIds: product.collectionIds,
    options: product.options,
    variants: product.variants
      .filter((variant) => variant.status === 'active')
      .map((variant) => {
        const price = variant.prices.find((entry) => entry.priceListId === listId)
        return {
          id: variant.id,
          sku: variant.sku,
          gtin: variant.gtin ?? '',
          optionValues: variant.optionValues,
          weightGrams: variant.weightGrams,
          stockTracked: variant.stockTracked,
          price: typedMoney(price?.amountMinor, language),
          markdown: typedMoney(price?.markdownMinor, language),
          markdownStartsAt: price?.markdownStartsAt ?? null,
          markdownEndsAt: price?.markdownEndsAt ?? null,
          priorMinor: price?.priorMinor ?? null,
        }
      }),
  }
}

/** The general price list, that every channel falls back to. */
export function generalList(lists: readonly PriceListView[]): PriceListView | undefined {
  return lists.find((list) => list.channelId === null && list.status === 'active') ?? lists[0]
}

/** Fields that differ, as the API takes them; undefined when none does. */
export function changedFields(draft: ProductDraft, read: ProductDraft): Omit<EditProductBody, 'version'> | undefined {
  const body: Record<string, unknown> = {}
  const names = [
    'title',
    'description',
    'handle',
    'status',
    'vendor',
    'productType',
    'taxClass',
    'channelIds',
    'collectionIds',
  ] as const
  for (const name of names) if (JSON.stringify(draft[name]) !== JSON.stringify(read[name])) body[name] = draft[name]
  if (body['description']) body['description'] = { es: htmlOf(draft.description.es), en: htmlOf(draft.description.en) }
  if (draft.tags !== read.tags) body['tags'] = tagsOf(draft.tags)
  if (JSON.stringify(factsOf(draft.facts)) !== JSON.stringify(factsOf(read.facts))) body['facts'] = factsOf(draft.facts)
  return Object.keys(body).length > 0 ? (body as Omit<EditProductBody, 'version'>) : undefined
}

/** Facts that the shop has a place for, in its order. */
const shownFacts = ['material', 'fit', 'care', 'origin'] as const

/** The shop's own facts first, then whatever else a product brought. */
export function factNames(facts: ProductDraft['facts']): string[] {
  const others = Object.keys(facts).filter((name) => !(shownFacts as readonly string[]).includes(name))
  return [...shownFacts, ...others.toSorted()]
}

/** Facts that say something; emptied in both languages is gone. */
function factsOf(facts: ProductDraft['facts']): ProductDraft['facts'] {
  const said = factNames(facts).flatMap((name): [string, { es: string; en: string }][] => {
    const { es = '', en = '' } = facts[name] ?? {}
    return es.trim() || en.trim() ? [[name, { es: es.trim(), en: en.trim() }]] : []
  })
  return Object.fromEntries(said)
}

export function tagsOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
}

/** The matrix as the API takes it; undefined when nothing of it changed. New variants bring their first price. */
export function changedMatrix(draft: ProductDraft, read: ProductDraft): Record<string, unknown> | undefined {
  const shape = (from: ProductDraft) => ({
    options: from.options,
    variants: from.variants.map(({ id, sku, gtin, optionValues, weightGrams, stockTracked }) => ({
      id,
      sku,
      gtin,
      optionValues,
      weightGrams,
      stockTracked,
    })),
  })
  if (JSON.stringify(shape(draft)) === JSON.stringify(shape(read))) return undefined
  return {
    options: draft.options,
    variants: draft.variants.map((variant) => ({
      ...(variant.id ? { id: variant.id } : { amountMinor: readMoney(variant.price) ?? undefined }),
      sku: variant.sku.trim(),
      gtin: variant.gtin.trim() || null,
      optionValues: variant.optionValues,
      weightGrams: variant.weightGrams,
      stockTracked: variant.stockTracked,
    })),
  }
}

/** Prices that differ, for `PUT /api/admin/prices`. */
export function changedPrices(
  draft: ProductDraft,
  read: ProductDraft,
  priceListId: string | undefined,
): Record<string, unknown>[] {
  const before = new Map(read.variants.map((variant) => [variant.id, variant]))
  return draft.variants.flatMap((variant) => {
    const old = before.get(variant.id)
    if (!variant.id || !old) return []
    const fields = ['price', 'markdown', 'markdownStartsAt', 'markdownEndsAt'] as const
    if (fields.every((field) => variant[field] === old[field])) return []
    const markdownMinor = variant.markdown.trim() === '' ? null : readMoney(variant.markdown)
    const amountMinor = readMoney(variant.price)
    return [
      {
        priceListId,
        variantId: variant.id,
        ...(amountMinor === null ? {} : { amountMinor }),
        markdownMinor,
        markdownStartsAt: markdownMinor === null ? null : variant.markdownStartsAt,
        markdownEndsAt: markdownMinor === null ? null : variant.markdownEndsAt,
      },
    ]
  })
}

/** What cannot be saved as it is typed, by variant. */
export function wrongAmounts(draft: ProductDraft): Set<string> {
  const wrong = new Set<string>()
  draft.variants.forEach((variant, i) => {
    if (variant.price.trim() !== '' && readMoney(variant.price) === null) wrong.add(`${i}:price`)
    if (variant.price.trim() === '' && variant.markdown.trim() !== '') wrong.add(`${i}:price`)
    const price = readMoney(variant.price)
    const markdown = readMoney(variant.markdown)
    if (variant.markdown.trim() !== '' && (markdown === null || (price !== null && markdown >= price)))
      wrong.add(`${i}:markdown`)
  })
  return wrong
}
