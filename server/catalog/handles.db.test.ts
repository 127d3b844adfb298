import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { productHandles } from './handles.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
  const made = (handle: string, status: string, kind = 'physical') =>
    t.db.run(sql`
      insert into catalog.product (id, handle, title, description, status, kind) values (${`prd_${handle}`}, ${handle}, '{"es":"x","en":"x"}', '{"es":"","en":""}', ${status}, ${kind})`)
  for (const handle of ['camisa', 'bolsa', 'delantal', 'sin-variantes', 'solo-caja']) await made(handle, 'active')
  await made('borrador', 'draft')
  await made('conjunto', 'active', 'grouped')
  for (const handle of ['camisa', 'bolsa', 'delantal', 'borrador', 'solo-caja'])
    await t.db.run(
      sql`insert into catalog.variant (id, product_id, sku) values (${`var_${handle}`}, ${`prd_${handle}`}, ${handle})`,
    )
  for (const handle of ['camisa', 'bolsa', 'delantal', 'borrador', 'conjunto', 'sin-variantes'])
    await t.db.run(sql`insert into catalog.publication (product_id, channel_id) values (${`prd_${handle}`}, 'web')`)
})
afterAll(async () => {
  await t.close()
})

test('a sitemap names what the channel sells, in parts, each once: no drafts, nothing of other channels, nothing empty', async () => {
  const found: string[] = []
  let parts = 0
  for (let after: string | null = ''; after !== null; parts++) {
    const { items, next } = await productHandles(t.db, { channelId: 'web', after, limit: 3 })
    found.push(...items.map(({ handle }) => handle))
    after = next
  }
  expect(found).toEqual(['bolsa', 'camisa', 'conjunto', 'delantal'])
  expect(parts).toBe(2)
})
