import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { exportStock } from './export-stock.ts'
import { registerStockImporters } from './import-stock.ts'
import { reserve } from './reserve.ts'
import { changeStock } from './stock-changes.ts'
import { aPlace, brokenLevels, levelOf, someStock } from './testing.ts'

let t: TestDatabase
let valencia: string
let sevilla: string
let getafe: string
let folder: string

beforeAll(async () => {
  t = await testDatabase()
  registerStockImporters()
  folder = await mkdtemp(join(tmpdir(), 'hilo-stock-'))
  valencia = (await aPlace(t.db, { code: 'VLC', name: 'Valencia' })).id
  sevilla = (await aPlace(t.db, { code: 'SVQ', name: 'Sevilla' })).id
  getafe = (await aPlace(t.db, { code: 'GET', kind: 'warehouse', name: 'Getafe', pickup: false })).id
})
afterAll(async () => {
  await t.close()
  await rm(folder, { recursive: true })
})

let made = 0
async function anArticle(sku: string): Promise<string> {
  made += 1
  const variantId = newId('var')
  const title = JSON.stringify({ es: `Camisa ${made}`, en: `Shirt ${made}` })
  await t.db.run(
    sql`insert into catalog.product (id, handle, title) values (${`prd_${made}`}, ${`camisa-${made}`}, ${title}::jsonb)`,
  )
  await t.db.run(sql`insert into catalog.variant (id, product_id, sku) values (${variantId}, ${`prd_${made}`}, ${sku})`)
  return variantId
}

describe('stock files', () => {
  async function bring(name: string, text: string): Promise<Awaited<ReturnType<typeof importFile>>> {
    const path = join(folder, name)
    await writeFile(path, text)
    return importFile(t.db, t.clock, { kind: 'stock', path })
  }
  const issues = (runId: string) =>
    t.db.many<{ line: number; field: string; code: string }>(sql`
    select line, field, code from platform.import_issue where run_id = ${runId} order by line, field`)

  test('long form: every row is taken or listed with line, field and remedy; a second time nothing changes', async () => {
    const [a, b] = [await anArticle('FILE-A'), await anArticle('FILE-B')]
    const text =
      'SKU,Location,On hand,Safety stock\nFILE-A,VLC,5,1\nfile-b,Sevilla,3,\nNO-SUCH,VLC,1,\nFILE-A,XXX,1,\nFILE-A,GET,two,\n,VLC,1,\n'
    const first = await bring('long.csv', text)
    expect(first).toMatchObject({ status: 'done', format: 'hilo-stock-csv', rowsTaken: 2, rowsRefused: 4 })
    expect(await issues(first.runId)).toEqual([
      { line: 4, field: 'sku', code: 'unknown_code' },
      { line: 5, field: 'location', code: 'unknown_place' },
      { line: 6, field: 'on hand', code: 'not_a_whole_number' },
      { line: 7, field: 'sku', code: 'missing' },
    ])
    expect([(await levelOf(t.db, a, valencia)).onHand, (await levelOf(t.db, b, sevilla)).onHand]).toEqual([5, 3])
    expect(await bring('long-again.csv', text)).toMatchObject({ rowsTaken: 0, rowsUnchanged: 2, rowsRefused: 4 })
  })

  test('a difference counts once by its paper, and needs one', async () => {
    const variantId = await anArticle('FILE-D')
    const text = 'sku,location,delta,reference\nFILE-D,VLC,4,ALB-77\nFILE-D,VLC,2,\n'
    expect(await bring('delta.csv', text)).toMatchObject({ rowsTaken: 1, rowsRefused: 1 })
    expect(await bring('delta-again.csv', `${text}\n`)).toMatchObject({ rowsTaken: 0, rowsUnchanged: 1 })
    expect((await levelOf(t.db, variantId, valencia)).onHand).toBe(4)
  })

  test('wide form: one column a place, empty cells say nothing', async () => {
    const variantId = await anArticle('FILE-W')
    expect(await bring('wide.csv', 'sku,VLC,Sevilla,GET\nFILE-W,1,,7\n')).toMatchObject({
      format: 'stock-wide-csv',
      rowsTaken: 1,
    })
    expect(
      [
        await levelOf(t.db, variantId, valencia),
        await levelOf(t.db, variantId, sevilla),
        await levelOf(t.db, variantId, getafe),
      ].map(({ onHand }) => onHand),
    ).toEqual([1, 0, 7])
  })

  test('the export imports back to the same state, also with a SKU that looks like a formula, and is safe to open', async () => {
    const variantId = await anArticle('=1+1')
    await someStock(t.db, t.clock, { variantId, locationId: valencia, units: 4, safetyStock: 2 })
    await t.db.transaction((tx) =>
      reserve(tx, t.clock, {
        holderId: 'crt_exp',
        items: [{ variantId, locationId: valencia, units: 1 }],
        expiresAt: new Date('2026-11-20T10:00:00Z'),
      }),
    )
    const state = () =>
      t.db.many(
        sql`select variant_id, location_id, on_hand, safety_stock from inventory.stock_level where on_hand <> 0 or safety_stock <> 0 order by 1, 2`,
      )
    const before = await state()
    const csv = await textOf(exportStock(t.db))
    expect(csv).toContain("'=1+1,,VLC,4,2,0,1,1\n")
    expect(await bring('export.csv', csv)).toMatchObject({ rowsTaken: 0, rowsRefused: 0 })
    await t.db.transaction(async (tx) => {
      await tx.run(sql`update inventory.stock_level set safety_stock = 0`)
    })
    await t.db.transaction((tx) =>
      changeStock(tx, t.clock, {
        items: [{ variantId, locationId: valencia, quantity: 3 }],
        kind: 'adjusted',
        actorId: 'mbr_1',
      }),
    )
    expect(await bring('export-back.csv', `${csv}\n`)).toMatchObject({ rowsRefused: 0 })
    expect(await state()).toEqual(before)
    expect(await brokenLevels(t.db)).toEqual([])
  })
})
