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
  /** Those it is in, and above each the ones it stands in, which the product need not be in. */
  collections: { handle: string; title: LocalizedText; parent: string | null; isMember: boolean; position: number }[]
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
    status: string
  }[]
}

/** Products after an id, also those put away, with all their variants. One statement. */
export async function exportedProducts(
  q: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<ExportedProduct[]> {
  return q.many<ExportedProduct>(sql`
    select p.id, p.handle, p.status, p.kind, p.title, p.description, p.facts, p.vendor, p.product_type as "productType", p.tags,
           p.tax_class as "taxClass", p.external_url as "externalUrl", p.options,
           array(select u.channel_id from catalog.publication u where u.product_id = p.id order by u.channel_id) as "channelIds",
           coalesce((
             with recursive above (id, is_member) as (
               select m.collection_id, true from catalog.collection_product m where m.product_id = p.id
               union all select c.parent_id, false from above join catalog.collection c on c.id = above.id where c.parent_id is not null
             ), each (id, is_member) as (select id, bool_or(is_member) from above group by id)
             select jsonb_agg(jsonb_build_object('handle', c.handle, 'title', c.title, 'parent', up.handle, 'isMember', e.is_member, 'position', c.position)
                              order by c.handle)
               from each e join catalog.collection c on c.id = e.id left join catalog.collection up on up.id = c.parent_id), '[]') as collections,
           array(select o.handle from unnest(p.members) with ordinality listed (id, at) join catalog.product o on o.id = listed.id
                  order by listed.at) as "memberHandles",
           coalesce((select jsonb_agg(jsonb_build_object('address', coalesce(m.source_url, m.picture), 'alt', m.alt, 'optionValue', m.option_value)
                                      order by m.position, m.id)
              from catalog.media m where m.product_id = p.id), '[]') as media,
           coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'gtin', v.gtin, 'optionValues', v.option_values,
                                      'weightGrams', v.weight_grams, 'stockTracked', v.stock_tracked, 'status', v.status) order by v.position, v.id)
              from catalog.variant v where v.product_id = p.id), '[]') as variants
      from catalog.product p where p.id > ${after} order by p.id limit ${limit}::int`)
}

/** A variant as files name it. */
export type NamedVariant = { id: string; productId: string; position: number; sku: string; gtin: string | null }

/** All variants in the order of the product file, a page at a time. */
export async function namedVariants(
  q: Queryable,
  { after, limit }: { after: NamedVariant | undefined; limit: number },
): Promise<NamedVariant[]> {
  return q.many<NamedVariant>(sql`
    select v.id, v.product_id as "productId", v.position, v.sku, v.gtin from catalog.variant v
     where (v.product_id, v.position, v.id) > (${after?.productId ?? ''}, ${after?.position ?? -1}::int, ${after?.id ?? ''})
     order by v.product_id, v.position, v.id limit ${limit}::int`)
}
