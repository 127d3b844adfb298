import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import './import-stock.ts'
import { aPlace, brokenLevels, levelOf } from './testing.ts'

const fixtures = join(import.meta.dirname, '../../../shared/data/shopify-admin-json')
let t: TestDatabase
let folder: string
let valencia: string
beforeAll(async () => {
  t = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hilo-shopify-'))
  valencia = (await aPlace(t.db, { code: 'VLC', name: 'Fifth Avenue AppleStore' })).id
  await aPlace(t.db, { code: 'BER', name: 'Berlín' })
  await t.db.run(sql`insert into catalog.product (id, handle, title) values ('prd_1', 'ipod', '{"es":"iPod"}')`)
  for (const color of ['PINK', 'GREEN', 'BLACK'])
    await t.db.run(sql`
      insert into catalog.variant (id, product_id, sku, option_values) values (${`var_${color}`}, 'prd_1', ${`IPOD2008${color}`}, array[${color}])`)
})
afterAll(async () => {
  await t?.close()
  if (folder) await rm(folder, { recursive: true })
})

const bring = (path: string, options: Record<string, string> = {}) =>
  importFile(t.db, t.clock, { kind: 'stock', path, options })

async function file(name: string, json: object): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, JSON.stringify(json))
  return path
}

describe.skipIf(!existsSync(fixtures))(
  'Shopify’s own examples of stock (skipped where the fixtures are absent)',
  () => {
    test('levels before their articles are listed with what to do; after articles and places they are taken, and a second time nothing changes', async () => {
      const levels = join(fixtures, 'inventory-level/res/list.json')
      const early = await bring(levels)
      expect(early).toMatchObject({ status: 'done', format: 'shopify-inventory-json', rowsTaken: 0, rowsRefused: 2 })
      expect(await bring(join(fixtures, 'inventory-item/res/list.json'))).toMatchObject({
        rowsTaken: 3,
        rowsRefused: 0,
      })
      // One place by its name; the other one is called otherwise here, which a person says.
      const places = join(fixtures, 'location/res/list.json')
      expect((await bring(places)).rowsTaken).toBe(1)
      expect(await bring(levels, { 'place.905684977': 'BER' })).toMatchObject({ rowsTaken: 2, rowsRefused: 0 })
      expect(await levelOf(t.db, 'var_PINK', valencia)).toMatchObject({ onHand: 9 })
      expect(await bring(levels, { 'place.905684977': 'BER' })).toMatchObject({ rowsTaken: 0, rowsUnchanged: 2 })
      const every = [
        'inventory-item/res/update',
        'inventory-item/res/get',
        'inventory-level/res/set',
        'inventory-level/res/adjust',
      ]
      for (const name of every) expect((await bring(join(fixtures, `${name}.json`))).status).toBe('done')
    })
  },
)

test('free is what may be sold: promised units lie beside it; a negative figure is none and is flagged, an uncounted one changes nothing', async () => {
  await bring(
    await file('items.json', {
      inventory_items: [
        { id: 1, sku: 'ipod2008black' },
        { id: 2, sku: 'IPOD2008GREEN' },
      ],
    }),
  )
  await bring(await file('places.json', { locations: [{ id: 7, name: 'VLC' }] }))
  const levels = (available: number | null) => ({
    inventory_levels: [{ inventory_item_id: 1, location_id: 7, available }],
  })
  await bring(await file('five.json', levels(5)))
  await t.db.run(sql`
    insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, created_at)
    values ('alc_1', 'ord_1', 'lin_1', 'var_BLACK', ${valencia}, 2, now())`)
  await t.db.run(
    sql`update inventory.stock_level set allocated = 2 where variant_id = 'var_BLACK' and location_id = ${valencia}`,
  )
  expect(await bring(await file('four.json', levels(4)))).toMatchObject({ rowsTaken: 1 })
  expect(await levelOf(t.db, 'var_BLACK', valencia)).toMatchObject({ onHand: 6, allocated: 2 })
  const negative = await bring(await file('negative.json', levels(-3)))
  expect(negative).toMatchObject({ rowsTaken: 1, issues: { flagged: 1, refused: 0 } })
  expect(await levelOf(t.db, 'var_BLACK', valencia)).toMatchObject({ onHand: 2, allocated: 2 })
  expect(await bring(await file('null.json', levels(null)))).toMatchObject({ rowsUnchanged: 1, issues: { flagged: 1 } })
  expect(await brokenLevels(t.db)).toEqual([])
})
