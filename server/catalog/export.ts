import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import type { LocalizedText, StoredOption } from './options.ts'

/** A product as it leaves the house: everything an import needs to make it again. */
export type ExportedProduct = {
  id: string
  handle: string
  status: string
  kind: string
  title: LocalizedText
  description: LocalizedText
  facts: Record<string, LocalizedText>
  vendor: string
  productType: string
  tags: string[]
  taxClass: string
  externalUrl: string | null
  options: StoredOption[]
  channelIds: string[]
  collections: { handle: string; title: LocalizedText }[]
  memberHandles: string[]
  /** `address`: where it was fetched from, else its name here. */
  media: { address: string; alt: LocalizedText; optionValue: string | null }[]
  variants: {
    id: string
    sku: string
    gtin: string | null
    optionValues: string[]
    weightGrams: number | null
    stockTracked: boolean
  }[]
}

/** Products after an id that are not archived, with their live variants. One statement. */
export async function exportedProducts(
  q: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<ExportedProduct[]> {
  return q.many<ExportedProduct>(sql`
    select p.id, p.handle, p.status, p.kind, p.title, p.description, p.facts, p.vendor, p.product_type as "productType", p.tags,
           p.tax_class as "taxClass", p.external_url as "externalUrl", p.options,
           array(select u.channel_id from catalog.publication u where u.product_id = p.id order by u.channel_id) as "channelIds",
           coalesce((select jsonb_agg(jsonb_build_object('handle', c.handle, 'title', c.title) order by c.position, c.handle)
              from catalog.collection_product m join catalog.collection c on c.id = m.collection_id where m.product_id = p.id), '[]')
             as collections,
           array(select o.handle from unnest(p.members) with ordinality listed (id, at) join catalog.product o on o.id = listed.id
                  order by listed.at) as "memberHandles",
           coalesce((select jsonb_agg(jsonb_build_object('address', coalesce(m.source_url, m.picture), 'alt', m.alt, 'optionValue', m.option_value)
                                      order by m.position, m.id)
              from catalog.media m where m.product_id = p.id), '[]') as media,
           coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'gtin', v.gtin, 'optionValues', v.option_values,
                                      'weightGrams', v.weight_grams, 'stockTracked', v.stock_tracked) order by v.position, v.id)
              from catalog.variant v where v.product_id = p.id and v.status = 'active'), '[]') as variants
      from catalog.product p where p.id > ${after} and p.status <> 'archived' order by p.id limit ${limit}::int`)
}
