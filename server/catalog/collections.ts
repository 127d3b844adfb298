import type { collectionBody } from '@hilo/contract'
import type { z } from 'zod'
import type { Clock } from '#platform/clock'
import { isUniqueViolation, type Queryable, type Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { sql } from '#platform/sql'
import { handleOf } from './options.ts'
import { catalogProblems } from './problems.ts'
import { indexProducts, raiseCatalogVersion } from './search-index.ts'

type Body = z.output<typeof collectionBody>

/**
 * Makes a collection (`id` undefined) or changes one; products, when given, are all of it in their order.
 * @returns its id
 * @throws Problem catalog.collection_not_found, catalog.collection_circle, catalog.handle_taken
 */
export async function saveCollection(tx: Tx, _clock: Clock, id: string | undefined, body: Body): Promise<string> {
  const collectionId = id ?? newId('col')
  const handle = body.handle ?? (id === undefined ? handleOf(body.title.es) : null)
  if (body.parentId !== null) await refuseCircle(tx, collectionId, body.parentId)
  const texts = [JSON.stringify(body.title), JSON.stringify(body.description)] as const
  try {
    const done =
      id === undefined
        ? await tx.run(sql`
            insert into catalog.collection (id, handle, parent_id, title, description, picture, position)
            values (${collectionId}, ${handle}, ${body.parentId}, ${texts[0]}::jsonb, ${texts[1]}::jsonb, ${body.picture}, ${body.position})`)
        : await tx.run(sql`
            update catalog.collection
               set handle = coalesce(${handle}, handle), parent_id = ${body.parentId}, title = ${texts[0]}::jsonb,
                   description = ${texts[1]}::jsonb, picture = ${body.picture}, position = ${body.position}
             where id = ${collectionId}`)
    if (done === 0) throw catalogProblems.collection_not_found({ collection: collectionId })
  } catch (error) {
    if (isUniqueViolation(error, 'collection_handle_key'))
      throw catalogProblems.handle_taken({ parameter: 'handle', handle }, { cause: error })
    throw error
  }
  if (body.productIds) await fillCollection(tx, collectionId, body.productIds)
  // The collection's title is among the words its products are found by.
  await indexProducts(tx, await productsOf(tx, collectionId))
  await raiseCatalogVersion(tx)
  return collectionId
}

async function refuseCircle(tx: Tx, id: string, parentId: string): Promise<void> {
  const above = await tx.many<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id from catalog.collection where id = ${parentId}
      union select c.id, c.parent_id from catalog.collection c join above on c.id = above.parent_id
    ) select id from above`)
  if (above.length === 0) throw catalogProblems.collection_not_found({ parameter: 'parentId', collection: parentId })
  if (above.some((one) => one.id === id)) throw catalogProblems.collection_circle({ parameter: 'parentId' })
}

async function fillCollection(tx: Tx, id: string, productIds: readonly string[]): Promise<void> {
  const away = (await productsOf(tx, id)).filter((productId) => !productIds.includes(productId))
  await tx.run(sql`
    delete from catalog.collection_product where collection_id = ${id} and product_id = any (${away}::text[])`)
  await tx.run(sql`
    insert into catalog.collection_product (collection_id, product_id, position)
    select ${id}, p.id, chosen.at
      from unnest(${[...new Set(productIds)]}::text[]) with ordinality chosen (id, at) join catalog.product p on p.id = chosen.id
    on conflict (collection_id, product_id) do update set position = excluded.position`)
  await indexProducts(tx, away)
}

/** Ids of a collection's own products, in their order. */
export async function productsOf(q: Queryable, id: string): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    select product_id as id from catalog.collection_product where collection_id = ${id} order by position, product_id`)
  return rows.map((row) => row.id)
}

/** Removes a collection; its products stay. Collections below it move up to its parent. @throws Problem catalog.collection_not_found */
export async function deleteCollection(tx: Tx, id: string): Promise<void> {
  const products = await productsOf(tx, id)
  await tx.run(sql`
    update catalog.collection c set parent_id = gone.parent_id from catalog.collection gone where gone.id = ${id} and c.parent_id = gone.id`)
  const done = await tx.run(sql`delete from catalog.collection where id = ${id}`)
  if (done === 0) throw catalogProblems.collection_not_found({ collection: id })
  await indexProducts(tx, products)
  await raiseCatalogVersion(tx)
}
