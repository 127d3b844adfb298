/** Products of a list and what their cards show, without prices: those are pricing's. */
import type { Collection, Picture, ProductOption } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { keptById } from '#platform/facts'
import { empty, type Sql, sql } from '#platform/sql'
import { type LocalizedText, type StoredOption, toOptions } from './options.ts'
import { pictureUrl } from './pictures.ts'
import { catalogProblems } from './problems.ts'

export type ListedVariant = { id: string; optionValues: string[] }

const collectionColumns = (channelId: string | undefined): Sql => sql`
  c.id, c.handle, c.parent_id as "parentId", c.title, c.description, c.picture, c.position,
  (select count(*)::int from catalog.collection_product m join catalog.product p on p.id = m.product_id and p.status = 'active'
    where m.collection_id = c.id ${
      channelId === undefined
        ? empty
        : sql`and exists (select 1 from catalog.publication u where u.product_id = p.id and u.channel_id = ${channelId})`
    }) as products`

/** All collections in their order, with how many active products each holds on the channel. One statement. */
export async function listCollections(q: Queryable, channelId?: string): Promise<Collection[]> {
  const rows = await q.many<Collection>(sql`
    select ${collectionColumns(channelId)} from catalog.collection c order by c.position, c.handle`)
  return rows.map((row) => ({ ...row, picture: pictureUrl(row.picture) }))
}

/**
 * One collection by handle or id, with how many active products it holds on the channel. Remembered: counting a large one takes longer
 * than the rest of a list. Do not change it.
 * @throws Problem catalog.collection_not_found
 */
export async function findCollection(q: Queryable, key: string, channelId?: string): Promise<Collection> {
  const found = await keptById(q, `catalog.collections ${channelId ?? ''}`, [key], async () => {
    const row = await q.maybeOne<Collection>(sql`
      select ${collectionColumns(channelId)} from catalog.collection c where c.handle = ${key} or c.id = ${key}`)
    return new Map(row ? [[key, { ...row, picture: pictureUrl(row.picture) }]] : [])
  })
  const collection = found.get(key)
  if (!collection) throw catalogProblems.collection_not_found({ collection: key })
  return collection
}

/** A card without its price. `pictures` are those that can be shown. */
export type CardFacts = {
  id: string
  handle: string
  title: LocalizedText
  kind: 'physical' | 'digital' | 'grouped' | 'external'
  productType: string
  vendor: string
  tags: string[]
  taxClass: string
  createdAt: string
  options: ProductOption[]
  variants: ListedVariant[]
  pictures: Picture[]
}

/** Cards are the largest of what is remembered: some kilobytes each. */
const mostCards = 5_000

/**
 * Facts of cards by product id, for any product in any state. They are shared: do not change them. One statement for those that this
 * process does not know.
 */
export async function cardFacts(q: Queryable, ids: readonly string[]): Promise<Map<string, CardFacts>> {
  return keptById(q, 'catalog.cards', ids, (missing) => readCards(q, missing), mostCards)
}

async function readCards(q: Queryable, ids: readonly string[]): Promise<Map<string, CardFacts>> {
  const rows = await q.many<CardFacts & { options: StoredOption[] }>(sql`
    select p.id, p.handle, p.title, p.kind, p.product_type as "productType", p.vendor, p.tags, p.tax_class as "taxClass",
           to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt", p.options,
           coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'optionValues', v.option_values) order by v.position, v.id)
              from catalog.variant v where v.product_id = p.id and v.status = 'active'), '[]') as variants,
           coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'url', m.picture, 'alt', m.alt, 'optionValue', m.option_value,
                'width', m.width, 'height', m.height, 'color', m.color) order by m.position, m.id)
              from catalog.media m where m.product_id = p.id and m.status = 'ready' and m.picture is not null), '[]') as pictures
      from catalog.product p where p.id = any (${[...ids]}::text[])`)
  return new Map(
    rows.map((row) => [
      row.id,
      { ...row, options: toOptions(row.options), pictures: row.pictures.map((one) => toPicture(one, row.title)) },
    ]),
  )
}

/** A picture as it crosses the wire; without a description of its own it is called like the product. */
export function toPicture(stored: Picture, title: LocalizedText): Picture {
  const alt = { es: stored.alt.es || title.es, en: stored.alt.en || title.en || title.es }
  return { ...stored, url: pictureUrl(stored.url), alt }
}
