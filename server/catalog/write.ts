/** What every change of products ends with, and the rows it writes. */
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { indexProducts, raiseCatalogVersion } from './search-index.ts'

export type Change = 'created' | 'updated' | 'archived'

/** Search, version and events after products changed; once per transaction. */
export async function productsChanged(tx: Tx, clock: Clock, changes: ReadonlyMap<string, Change>): Promise<void> {
  if (changes.size === 0) return
  const ids = [...changes.keys()].sort()
  await indexProducts(tx, ids)
  const rows = await tx.many<{ id: string; handle: string }>(sql`
    select id, handle from catalog.product where id = any (${ids}::text[]) order by id`)
  for (const { id, handle } of rows) {
    const change = changes.get(id) ?? 'updated'
    await emit(tx, clock, 'catalog.product_changed', { subjectId: id, payload: { productId: id, handle, change } })
  }
  await raiseCatalogVersion(tx)
}

/** Shows a product on exactly these channels. */
export async function publishOn(tx: Tx, productId: string, channelIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    delete from catalog.publication where product_id = ${productId} and channel_id <> all (${[...channelIds]}::text[])`)
  await tx.run(sql`
    insert into catalog.publication (product_id, channel_id) select ${productId}, unnest(${[...channelIds]}::text[])
    on conflict do nothing`)
}

/** Puts a product into exactly these collections; in those it is new in, it comes last. */
export async function collectIn(tx: Tx, productId: string, collectionIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    delete from catalog.collection_product
     where product_id = ${productId} and collection_id <> all (${[...collectionIds]}::text[])`)
  await tx.run(sql`
    insert into catalog.collection_product (collection_id, product_id, position)
    select c, ${productId}, coalesce((select max(position) + 1 from catalog.collection_product m where m.collection_id = c), 0)
      from unnest(${[...collectionIds]}::text[]) c
    on conflict do nothing`)
}

export type VariantRow = {
  id: string
  sku: string
  gtin: string | null
  optionValues: readonly string[]
  weightGrams: number | null
  stockTracked: boolean
  position: number
  source?: Record<string, unknown>
}

/** Inserts new variants of a product. */
export async function insertVariants(
  tx: Tx,
  clock: Clock,
  productId: string,
  variants: readonly VariantRow[],
): Promise<void> {
  if (variants.length === 0) return
  await tx.run(sql`
    insert into catalog.variant (id, product_id, sku, gtin, option_values, weight_grams, stock_tracked, position, source, created_at)
    select r.id, ${productId}, r.sku, r.gtin, array(select jsonb_array_elements_text(r."optionValues")), r."weightGrams",
           r."stockTracked", r.position, coalesce(r.source, '{}'), ${clock.now()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(variants)}::jsonb)
        r (id text, sku text, gtin text, "optionValues" jsonb, "weightGrams" int, "stockTracked" boolean, position int, source jsonb)`)
}

/** Writes variants that exist, all in one statement so that values may change places; archived ones come back. */
export async function updateVariants(tx: Tx, variants: readonly VariantRow[]): Promise<void> {
  if (variants.length === 0) return
  await tx.run(sql`
    update catalog.variant v
       set sku = r.sku, gtin = r.gtin, option_values = array(select jsonb_array_elements_text(r."optionValues")),
           weight_grams = r."weightGrams", stock_tracked = r."stockTracked", position = r.position, status = 'active',
           source = coalesce(r.source, v.source)
      from jsonb_to_recordset(${JSON.stringify(variants)}::jsonb)
        r (id text, sku text, gtin text, "optionValues" jsonb, "weightGrams" int, "stockTracked" boolean, position int, source jsonb)
     where v.id = r.id`)
}
