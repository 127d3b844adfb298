import type { Queryable } from '#platform/db'
import { keptById } from '#platform/facts'
import { type Sql, sql } from '#platform/sql'
import { type LocalizedText, optionLabels, type StoredOption } from './options.ts'
import { pictureUrl } from './pictures.ts'

/** A variant with what carts, tills and orders need of it. */
export type SaleVariant = {
  id: string
  productId: string
  handle: string
  sku: string
  gtin: string | null
  title: LocalizedText
  optionValues: string[]
  optionLabels: LocalizedText[]
  taxClass: string
  /** Those it is in, and those these stand in: what is said of a collection holds for all below it. */
  collectionIds: string[]
  weightGrams: number | null
  /** False: sold without stock (a digital thing, or made on demand). */
  stockTracked: boolean
  /** Channel ids. */
  publishedOn: string[]
  /** Variant and product are both active and of a kind that is sold here. */
  active: boolean
  /** Path that takes `?w=`. */
  picture: string | null
}
type Row = Omit<SaleVariant, 'optionLabels'> & { options: StoredOption[] }

const columns = sql`
  v.id, v.product_id as "productId", p.handle, v.sku, v.gtin, p.title, v.option_values as "optionValues", p.options,
  p.tax_class as "taxClass", v.weight_grams as "weightGrams",
  (v.stock_tracked and p.kind <> 'digital') as "stockTracked",
  (v.status = 'active' and p.status = 'active' and p.kind in ('physical', 'digital')) as active,
  array(with recursive above (id) as (
          select c.collection_id from catalog.collection_product c where c.product_id = p.id
          union select o.parent_id from above join catalog.collection o on o.id = above.id where o.parent_id is not null)
        select id from above order by id) as "collectionIds",
  array(select u.channel_id from catalog.publication u where u.product_id = p.id order by u.channel_id) as "publishedOn",
  (select m.picture from catalog.media m
    where m.product_id = p.id and m.status = 'ready' and m.picture is not null
      and (m.option_value is null or m.option_value = any (v.option_values))
    order by (m.option_value is null), m.position, m.id limit 1) as picture`

/**
 * Variants by id, in any state; ids that do not exist are missing from the map. One tiny statement when this process knows them
 * already, one more when not. They are shared: do not change them.
 */
export async function findVariants(q: Queryable, ids: readonly string[]): Promise<Map<string, SaleVariant>> {
  return keptById(q, 'catalog.variants', ids, async (missing) => {
    const found = await read(q, sql`v.id = any (${missing}::text[])`)
    return new Map(found.map((variant) => [variant.id, variant]))
  })
}

/**
 * The variant with this SKU (any case) or barcode. Scanners give 12-digit UPC codes with or without the leading zero that makes
 * them an EAN-13; both are found. An active one goes before an archived one.
 */
export async function findVariantByCode(q: Queryable, code: string): Promise<SaleVariant | undefined> {
  const clean = code.trim()
  if (clean === '') return undefined
  const gtins = /^[0-9]{8,14}$/.test(clean) ? [clean, `0${clean}`, clean.replace(/^0/, '')] : []
  const found = await read(
    q,
    sql`v.id in (select id from catalog.variant where upper(sku) = upper(${clean}) union all
                 select id from catalog.variant where gtin = any (${gtins}::text[]))`,
  )
  return found.find((variant) => variant.active) ?? found[0]
}

/** Ids of the variants with these SKUs, by SKU in upper case; for files that name many. SKUs that do not exist are missing. */
export async function variantIdsBySku(q: Queryable, skus: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(skus.map((sku) => sku.trim().toUpperCase()))].filter((sku) => sku !== '')
  if (wanted.length === 0) return new Map()
  const rows = await q.many<{ sku: string; id: string }>(sql`
    select upper(sku) as sku, id from catalog.variant where upper(sku) = any (${wanted}::text[])`)
  return new Map(rows.map(({ sku, id }) => [sku, id]))
}

/** Every variant of these products that is not archived, in the merchant's order. */
export async function variantsOfProducts(q: Queryable, productIds: readonly string[]): Promise<SaleVariant[]> {
  if (productIds.length === 0) return []
  return read(q, sql`v.product_id = any (${[...productIds]}::text[]) and v.status = 'active'`)
}

async function read(q: Queryable, condition: Sql): Promise<SaleVariant[]> {
  const rows = await q.many<Row>(sql`
    select ${columns}
      from catalog.variant v join catalog.product p on p.id = v.product_id
     where ${condition} order by v.product_id, v.position, v.id`)
  return rows.map(({ options, ...row }) => ({
    ...row,
    picture: pictureUrl(row.picture),
    optionLabels: optionLabels(options, row.optionValues),
  }))
}
