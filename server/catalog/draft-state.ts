/** What is there already of the products a batch of drafts is about. */
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import type { DraftCollection, ProductDraft } from './drafts.ts'
import type { LocalizedText, StoredOption } from './options.ts'

export type KnownVariant = {
  id: string
  productId: string
  sku: string
  gtin: string | null
  optionValues: string[]
  weightGrams: number | null
  stockTracked: boolean
  status: string
  position: number
  source: Record<string, unknown>
}
export type KnownProduct = {
  id: string
  handle: string
  title: LocalizedText
  description: LocalizedText
  facts: Record<string, LocalizedText>
  vendor: string
  productType: string
  tags: string[]
  taxClass: string
  status: string
  kind: string
  externalUrl: string | null
  options: StoredOption[]
  source: Record<string, unknown>
  variants: KnownVariant[]
  addresses: Set<string>
  collectionIds: Set<string>
}
export type DraftState = {
  byRef: Map<string, KnownProduct>
  byHandle: Map<string, KnownProduct>
  /** Every variant that has one of the SKUs or barcodes of the batch, whosever it is. */
  bySku: Map<string, KnownVariant>
  byGtin: Map<string, KnownVariant>
  handles: Set<string>
  channelIds: string[]
}

const productColumns = sql`
  p.id, p.handle, p.title, p.description, p.facts, p.vendor, p.product_type as "productType", p.tags, p.tax_class as "taxClass",
  p.status, p.kind, p.external_url as "externalUrl", p.options, p.source`
const variantColumns = sql`
  v.id, v.product_id as "productId", v.sku, v.gtin, v.option_values as "optionValues", v.weight_grams as "weightGrams",
  v.stock_tracked as "stockTracked", v.status, v.position, v.source`

/** Reads all a batch needs, in five statements; the products are locked. */
export async function readState(tx: Tx, drafts: readonly ProductDraft[]): Promise<DraftState> {
  const refs = drafts.map(({ ref }) => ref)
  const keys = drafts.flatMap(({ handle, isHandleKey }) => (isHandleKey ? [handle] : []))
  const products = await tx.many<KnownProduct>(sql`
    select ${productColumns} from catalog.product p
     where p.source ->> 'ref' = any (${refs}::text[]) or p.handle = any (${keys}::text[]) order by p.id for update`)
  const ids = products.map(({ id }) => id)
  const skus = drafts.flatMap(({ variants }) => variants.flatMap(({ sku }) => sku?.toUpperCase() ?? []))
  const gtins = drafts.flatMap(({ variants }) => variants.flatMap(({ gtin }) => gtin ?? []))
  const variants = await tx.many<KnownVariant>(sql`
    select ${variantColumns} from catalog.variant v
     where v.product_id = any (${ids}::text[]) or upper(v.sku) = any (${skus}::text[]) or v.gtin = any (${gtins}::text[])
     order by v.product_id, v.position, v.id`)
  const more = await tx.many<{ productId: string; address: string | null; collectionId: string | null }>(sql`
    select product_id as "productId", coalesce(source_url, picture) as address, null as "collectionId"
      from catalog.media where product_id = any (${ids}::text[])
    union all
    select product_id, null, collection_id from catalog.collection_product where product_id = any (${ids}::text[])`)
  for (const product of products) {
    const own = more.filter(({ productId }) => productId === product.id)
    product.variants = variants.filter(({ productId }) => productId === product.id)
    product.addresses = new Set(own.flatMap(({ address }) => address ?? []))
    product.collectionIds = new Set(own.flatMap(({ collectionId }) => collectionId ?? []))
  }
  const channels = await tx.many<{ id: string }>(
    sql`select id from catalog.channel where status = 'active' order by id`,
  )
  return {
    byRef: new Map(
      products.flatMap((product) => (typeof product.source.ref === 'string' ? [[product.source.ref, product]] : [])),
    ),
    byHandle: new Map(products.map((product) => [product.handle, product])),
    bySku: new Map(variants.map((variant) => [variant.sku.toUpperCase(), variant])),
    byGtin: new Map(variants.flatMap((variant) => (variant.gtin === null ? [] : [[variant.gtin, variant]]))),
    handles: await takenHandles(tx, drafts),
    channelIds: channels.map(({ id }) => id),
  }
}

async function takenHandles(q: Queryable, drafts: readonly ProductDraft[]): Promise<Set<string>> {
  const rows = await q.many<{ handle: string }>(sql`
    select handle from catalog.product where handle = any (${drafts.map(({ handle }) => handle)}::text[])`)
  return new Set(rows.map(({ handle }) => handle))
}

/** The product a draft is about, if it is there. */
export function knownProduct(state: DraftState, draft: ProductDraft): KnownProduct | undefined {
  const byRef = state.byRef.get(draft.ref)
  if (byRef || !draft.isHandleKey) return byRef
  return state.byHandle.get(draft.handle)
}

/** Collections of a batch by handle; missing ones are made, parents before children. */
export async function ensureCollections(tx: Tx, wanted: readonly DraftCollection[]): Promise<Map<string, string>> {
  const byHandle = new Map(wanted.map((collection) => [collection.handle, collection]))
  if (byHandle.size === 0) return new Map()
  const handles = [...byHandle.keys()]
  const read = async () =>
    new Map(
      (
        await tx.many<{ id: string; handle: string }>(sql`
          select id, handle from catalog.collection where handle = any (${handles}::text[])`)
      ).map(({ id, handle }) => [handle, id]),
    )
  let known = await read()
  // Parents come before their children in a path, and a path before what continues it.
  for (const { handle, title, parent, position } of byHandle.values()) {
    if (known.has(handle)) continue
    await tx.run(sql`
      insert into catalog.collection (id, handle, parent_id, title, position)
      select ${newId('col')}, ${handle}, (select id from catalog.collection where handle = ${parent}), ${JSON.stringify(title)}::jsonb,
             coalesce(${position ?? null}::int, max(position) + 1, 0) from catalog.collection
      on conflict (handle) do nothing`)
  }
  known = await read()
  return known
}
