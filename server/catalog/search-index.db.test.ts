import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { indexProducts, rebuildSearch } from './search-index.ts'

let t: TestDatabase
const ids = Array.from({ length: 40 }, (_, n) => `prd_${String(n).padStart(22, '0')}`)
beforeAll(async () => {
  t = await testDatabase()
  await t.db.run(sql`
    insert into catalog.product (id, handle, title, description, tax_class, product_type, tags)
    select id, 'camisa-' || n, jsonb_build_object('es', 'Camisa de lino número ' || n, 'en', case when n % 3 = 0 then '' else 'Linen shirt ' || n end),
           jsonb_build_object('es', '<p>Tejido <b>lavado</b> ' || n % 7 || '</p>'), 'standard', 'Camisas', array['verano']
      from unnest(${ids}::text[]) with ordinality u (id, n)`)
})
afterAll(() => t?.close())

const searched = () =>
  t.db.one<{ documents: unknown[]; words: unknown[] }>(sql`
    select (select jsonb_agg(jsonb_build_array(product_id, document::text, words_es, words_en) order by product_id) from catalog.search_document) as documents,
           (select jsonb_agg(jsonb_build_array(language, word, products) order by language, word) from catalog.search_word where products > 0) as words`)

test('a search made anew is the search that product after product made', async () => {
  for (const id of ids) await t.db.transaction((tx) => indexProducts(tx, [id]))
  await t.db.run(
    sql`update catalog.product set title = '{"es":"Falda de lino","en":"Skirt"}' where id = ${ids[0] ?? ''}`,
  )
  await t.db.transaction((tx) => indexProducts(tx, ids.slice(0, 2)))
  const before = await searched()
  expect(before.documents).toHaveLength(40)
  expect(before.words).toContainEqual(['es', 'lino', 40])
  expect(before.words).toContainEqual(['en', 'skirt', 1])
  await t.db.transaction(rebuildSearch)
  expect(await searched()).toEqual(before)
})
