import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findVariantByCode } from '#catalog'
import { availability } from '#inventory'
import { importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aPlace } from './inventory/testing.ts'
import { inStock } from './products-and-stock.ts'

let t: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'hilo-opening-'))
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await t.close()
})

test('quantities of a product file become first units, once; what was sold since is not put back', async () => {
  const path = join(folder, 'shopify.csv')
  writeFileSync(
    path,
    [
      'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price',
      'gorra,Gorra,Talla,S,G-S,4,10',
      'gorra,,,M,G-M,0,10',
    ].join('\n'),
  )
  expect(await importFile(t.db, t.clock, { kind: 'products', path })).toMatchObject({
    rowsTaken: 2,
    issues: { refused: 0, flagged: 1 },
  })
  const small = await findVariantByCode(t.db, 'g-s')
  const id = small?.id ?? ''
  expect((await availability(t.db, { variantIds: [id] })).get(id)?.total).toBe(0)

  const place = await aPlace(t.db)
  expect(await importFile(t.db, t.clock, { kind: 'products', path })).toMatchObject({
    summary: { stocked: 1 },
    rowsTaken: 2,
  })
  expect((await availability(t.db, { variantIds: [id] })).get(id)).toMatchObject({
    total: 4,
    places: [{ locationId: place.id, atp: 4 }],
  })
  const medium = await findVariantByCode(t.db, 'G-M')
  expect(await inStock(t.db, { variantIds: [id, medium?.id ?? ''], channelId: 'web' })).toEqual(new Set([id]))

  await t.db.run(sql`update inventory.stock_level set on_hand = 1 where variant_id = ${id}`)
  expect(await importFile(t.db, t.clock, { kind: 'products', path })).toMatchObject({ rowsTaken: 0, rowsUnchanged: 2 })
  expect((await availability(t.db, { variantIds: [id] })).get(id)?.total).toBe(1)
})
