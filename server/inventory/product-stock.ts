import type { ProductStock } from '@hilo/contract'
import { variantsOfProducts } from '#catalog'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

/** What of each product can be promised over all places, and how many of its variants nobody has. Products without tracked stock are left out. */
export async function stockOfProducts(q: Queryable, productIds: readonly string[]): Promise<ProductStock[]> {
  const tracked = (await variantsOfProducts(q, productIds)).filter(({ stockTracked }) => stockTracked)
  const rows = await q.many<{ variantId: string; atp: number }>(sql`
    select variant_id as "variantId", sum(greatest(0, on_hand - allocated - reserved - safety_stock))::int as atp
      from inventory.stock_level where variant_id = any(${tracked.map(({ id }) => id)}::text[]) group by 1`)
  const atpOf = new Map(rows.map(({ variantId, atp }) => [variantId, atp]))
  return [...Map.groupBy(tracked, ({ productId }) => productId)].map(([productId, variants]) => {
    const figures = variants.map(({ id }) => atpOf.get(id) ?? 0)
    return {
      productId,
      atp: figures.reduce((sum, atp) => sum + atp, 0),
      variants: figures.length,
      soldOut: figures.filter((atp) => atp === 0).length,
    }
  })
}
