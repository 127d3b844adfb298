import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sql, sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { relatedProducts } from './product-detail.ts'

const products = 20_000
const here = 'prd_10000'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
  await t.db.run(sql`
    insert into catalog.product (id, handle, title, product_type)
    select 'prd_' || lpad(n::text, 5, '0'), 'p-' || n, '{"es": "Producto"}', case n % 7 when 10000 % 7 then 'shirt' else 'rug' end
      from generate_series(1, ${products}::int) n`)
  await t.db.run(sql`insert into catalog.publication (product_id, channel_id) select id, 'web' from catalog.product`)
  await t.db.run(sql`
    insert into catalog.collection (id, handle, title) values
      ('col_all', 'all', '{"es": "Todo"}'), ('col_few', 'few', '{"es": "Pocos"}'), ('col_linen', 'linen', '{"es": "Lino"}')`)
  await t.db.run(
    sql`insert into catalog.collection_product (collection_id, product_id) select 'col_all', id from catalog.product`,
  )
  await t.db.run(sql`
    insert into catalog.collection_product (collection_id, product_id) values
      ('col_linen', ${here}), ('col_linen', 'prd_00004'), ('col_linen', 'prd_19996'), ('col_linen', 'prd_15005'), ('col_few', ${here}), ('col_few', 'prd_19996')`)
  await t.db.script('analyze')
})
afterAll(() => t.close())

test('of its type, who shares the smallest collections comes first, then who lies near it in the largest', async () => {
  const related = await relatedProducts(t.db, { productId: here, channelId: 'web', limit: 6 })
  expect(related.slice(0, 3)).toEqual(['prd_19996', 'prd_00004', 'prd_15005'])
  const types = await t.db.many<{ type: string }>(
    sql`select product_type as type from catalog.product where id = any(${related.slice(3)}::text[])`,
  )
  expect(types).toEqual([{ type: 'shirt' }, { type: 'shirt' }, { type: 'shirt' }])
})

test('a collection of twenty thousand costs as much as one of six hundred', async () => {
  let asked: Sql | undefined
  const listener = {
    ...t.db,
    many: async (query: Sql) => {
      asked = query
      return []
    },
  } as unknown as TestDatabase['db']
  await relatedProducts(listener, { productId: here, channelId: 'web', limit: 6 })
  const rows = await t.db.many<{ 'QUERY PLAN': string }>(
    sql`explain (analyze, costs off, timing off, summary off) ${asked ?? sql`select 1`}`,
  )
  const read = rows.flatMap((row) => {
    const [, each, times] = /rows=([\d.]+) loops=(\d+)\)/.exec(row['QUERY PLAN']) ?? []
    return each === undefined ? [] : [Number(each) * Number(times)]
  })
  expect(read.length).toBeGreaterThan(5)
  expect(Math.max(...read)).toBeLessThanOrEqual(700)
})
