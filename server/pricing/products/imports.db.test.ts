import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { relatedProducts } from '#catalog'
import { type ImportResult, importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { setPrices } from '../set-prices.ts'
import { aProduct } from '../testing.ts'
import { openStockWith } from './apply.ts'
import { exportProducts, type ProductExportFormat } from './export.ts'
import { registerProductImporters } from './index.ts'

/** Public data sets, kept beside the checkout; where they are not, these tests say so by being skipped. */
const data = resolve(import.meta.dirname, '../../../../shared/data')
const set = (name: string) => join(data, name)
const withData = describe.skipIf(!existsSync(set('shopify-products')))

registerProductImporters()
const folder = mkdtempSync(join(tmpdir(), 'hilo-products-'))
const stocked = new Map<string, number>()
openStockWith(async (_tx, _context, items) => {
  const fresh = items.filter(({ variantId }) => !stocked.has(variantId))
  for (const { variantId, units } of fresh) stocked.set(variantId, units)
  return new Set(fresh.map(({ variantId }) => variantId))
})
const opened: TestDatabase[] = []
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all(opened.map((t) => t.close()))
})
async function fresh(): Promise<TestDatabase> {
  stocked.clear()
  const t = await testDatabase()
  opened.push(t)
  return t
}
const bring = (t: TestDatabase, path: string): Promise<ImportResult> =>
  importFile(t.db, t.clock, { kind: 'products', path })
const issuesOf = (t: TestDatabase, runId: string) =>
  t.db.many<{ line: number; field: string; code: string; severity: string }>(sql`
    select line, field, code, severity from platform.import_issue where run_id = ${runId} order by line, field`)
const count = async (t: TestDatabase, table: 'product' | 'variant' | 'media' | 'collection') => {
  const tables = {
    product: sql`catalog.product`,
    variant: sql`catalog.variant`,
    media: sql`catalog.media`,
    collection: sql`catalog.collection`,
  }
  return (await t.db.one<{ n: number }>(sql`select count(*)::int as n from ${tables[table]}`)).n
}
async function exported(t: TestDatabase, format: ProductExportFormat, name: string): Promise<string> {
  const parts: string[] = []
  for await (const part of exportProducts(t.db, { format, publicUrl: 'https://shop.example' })) parts.push(part)
  const path = join(folder, name)
  writeFileSync(path, parts.join(''))
  return path
}

withData('Shopify product CSV, real files', () => {
  test.each([
    ['apparel.csv', 22],
    ['home-and-garden.csv', 21],
    ['jewelery.csv', 41],
  ])('%s: every handle a product, every sold row a variant, a second import changes nothing', async (name, rows) => {
    const t = await fresh()
    const records = await readCsv(join(set('shopify-products'), name))
    expect(records).toHaveLength(rows)
    const handles = new Set(records.map((record) => record['Handle']))
    const sold = records.filter((record) => record['Option1 Value'] !== '' || record['Variant Price'] !== '')
    const pictures = new Set(
      records.flatMap((record) =>
        [record['Image Src'], record['Variant Image']].filter(Boolean).map((url) => `${record['Handle']} ${url}`),
      ),
    )
    const done = await bring(t, join(set('shopify-products'), name))
    expect(done).toMatchObject({
      status: 'done',
      format: 'shopify-csv',
      rowsRead: rows,
      rowsTaken: rows,
      rowsRefused: 0,
    })
    expect([await count(t, 'product'), await count(t, 'variant'), await count(t, 'media')]).toEqual([
      handles.size,
      sold.length,
      pictures.size,
    ])
    const prices = await t.db.many<{ paid: number }>(
      sql`select coalesce(markdown_minor, amount_minor) as paid from pricing.price`,
    )
    const sum = sold.reduce((total, record) => total + Math.round(Number(record['Variant Price']) * 100), 0)
    expect(prices.reduce((total, { paid }) => total + paid, 0)).toBe(sum)
    expect([...stocked.values()].reduce((a, b) => a + b, 0)).toBe(
      sold.reduce((total, record) => total + Math.max(0, Number(record['Variant Inventory Qty'])), 0),
    )
    const again = await bring(t, join(set('shopify-products'), name))
    expect(again).toMatchObject({ rowsTaken: 0, rowsUnchanged: rows, rowsRefused: 0 })
  })

  test('option names come from the first row; a compare-at price becomes the price, the other the markdown', async () => {
    const t = await fresh()
    await bring(t, join(set('shopify-products'), 'jewelery.csv'))
    const [bracelet] = await t.db.many<{
      title: string
      options: { key: string; values: { label: { es: string } }[] }[]
      amount: number
      markdown: number
    }>(sql`
      select p.title ->> 'es' as title, p.options, r.amount_minor as amount, r.markdown_minor as markdown
        from catalog.product p join catalog.variant v on v.product_id = p.id join pricing.price r on r.variant_id = v.id
       where p.handle = 'chain-bracelet' order by v.position limit 1`)
    expect(bracelet).toMatchObject({ title: '7 Shakra Bracelet', amount: 4499, markdown: 4299 })
    expect(bracelet?.options).toMatchObject([
      { key: 'color', values: [{ label: { es: 'Blue' } }, { label: { es: 'Black' } }] },
    ])
  })

  test('exported to Shopify columns and to our own, and imported again, the catalogue is the same', async () => {
    const t = await fresh()
    for (const name of ['apparel.csv', 'home-and-garden.csv', 'jewelery.csv'])
      await bring(t, join(set('shopify-products'), name))
    const before = await count(t, 'variant')
    for (const format of ['shopify-csv', 'hilo-csv'] as const) {
      const path = await exported(t, format, `same-${format}.csv`)
      const again = await bring(t, path)
      expect([format, again.rowsTaken, again.rowsRefused, again.issues]).toEqual([
        format,
        0,
        0,
        { refused: 0, flagged: 0 },
      ])
    }
    expect(await count(t, 'variant')).toBe(before)
    const other = await fresh()
    await bring(other, await exported(t, 'hilo-csv', 'moved.csv'))
    expect(readFileSync(await exported(other, 'hilo-csv', 'copy.csv'), 'utf8')).toBe(
      readFileSync(join(folder, 'moved.csv'), 'utf8'),
    )
  })
})

withData('WooCommerce product CSV, real files', () => {
  test.each([
    ['sample_products.csv', 24],
    ['importer_test_sample.csv', 7],
  ])('%s: all %i rows are taken, a second import changes nothing', async (name, rows) => {
    const t = await fresh()
    const path = join(set('woocommerce-products'), name)
    const done = await bring(t, path)
    expect(await issuesOf(t, done.runId)).toEqual([])
    expect(done).toMatchObject({ format: 'woocommerce-csv', rowsRead: rows, rowsTaken: rows, rowsRefused: 0 })
    const records = await readCsv(path)
    const parts = records.filter((record) => record['Type'] === 'variation')
    expect(await count(t, 'product')).toBe(rows - parts.length)
    const [orphans] = await t.db.many<{ n: number }>(
      sql`select count(*)::int as n from catalog.variant v left join catalog.product p on p.id = v.product_id where p.id is null`,
    )
    expect(orphans?.n).toBe(0)
    expect(await bring(t, path)).toMatchObject({ rowsTaken: 0, rowsUnchanged: rows, rowsRefused: 0 })
  })

  test('variations attach to their parent, regular and sale price stay apart, stock is read, groups list their members', async () => {
    const t = await fresh()
    await bring(t, join(set('woocommerce-products'), 'importer_test_sample.csv'))
    const idea = await t.db.many(sql`
      select v.option_values as values, r.amount_minor as amount, r.markdown_minor as markdown
        from catalog.variant v join catalog.product p on p.id = v.product_id join pricing.price r on r.variant_id = v.id
       where p.source ->> 'ref' = 'woocommerce:WOOIDEA' order by v.position`)
    expect(idea).toEqual([
      { values: ['black', 'm'], amount: 2000, markdown: null },
      { values: ['green', 'l'], amount: 2000, markdown: 1799 },
    ])
    const logo = await t.db.one<{ amount: number; starts: Date; ends: Date }>(sql`
      select amount_minor as amount, markdown_starts_at as starts, markdown_ends_at as ends
        from pricing.price r join catalog.variant v on v.id = r.variant_id where v.sku = 'WOOLOGO'`)
    expect(logo).toEqual({
      amount: 2000,
      starts: new Date('2017-01-01T00:00:00Z'),
      ends: new Date('2030-01-01T00:00:00Z'),
    })
    expect([...stocked.values()].sort((a, b) => a - b)).toEqual([5, 6, 10])
    const [group] = await t.db.many<{ skus: string[] }>(sql`
      select array(select v.sku from unnest(p.members) with ordinality m (id, at) join catalog.variant v on v.product_id = m.id order by m.at) as skus
        from catalog.product p where p.kind = 'grouped'`)
    expect(group?.skus).toEqual(['WOOLOGO', 'WOOALBUM'])
    const tree = await t.db.many(sql`
      select c.handle, p.handle as parent from catalog.collection c left join catalog.collection p on p.id = c.parent_id order by 1`)
    expect(tree).toEqual([
      { handle: 'clothing', parent: null },
      { handle: 'clothing-t-shirts', parent: 'clothing' },
      { handle: 'music', parent: null },
      { handle: 'music-albums', parent: 'music' },
      { handle: 'software', parent: null },
    ])
  })
})

withData('Magento sample data, real files', () => {
  test('each configurable product gives one variant per colour and size, each with its own SKU and stock', async () => {
    const t = await fresh()
    const path = join(set('magento-sample'), 'ConfigurableSampleData/products.csv')
    const records = await readCsv(path)
    const configurables = records.filter((record) => record['product_type'] === 'configurable')
    const done = await bring(t, path)
    expect(done).toMatchObject({ format: 'magento-csv', rowsRead: records.length, rowsRefused: 0 })
    expect(await count(t, 'product')).toBe(configurables.length)
    expect(await count(t, 'variant')).toBe(records.length - configurables.length)
    const pairs = await t.db.many<{ ref: string; variants: number; pairs: number; options: number }>(sql`
      select p.source ->> 'ref' as ref, count(v.id)::int as variants, count(distinct v.option_values)::int as pairs, jsonb_array_length(p.options) as options
        from catalog.product p join catalog.variant v on v.product_id = p.id group by p.id order by p.id`)
    for (const record of configurables) {
      const named = (record['configurable_variations'] ?? '').split('|').length
      const ref = `magento:${record['sku']}`
      expect(pairs.find((pair) => pair.ref === ref)).toEqual({
        ref,
        variants: named,
        pairs: named,
        options: 2,
      })
    }
    expect(stocked.size).toBe(
      records.filter((record) => record['product_type'] === 'simple' && Number(record['qty']) > 0).length,
    )
    expect(await bring(t, path)).toMatchObject({ rowsTaken: 0, rowsUnchanged: records.length })
  })
})

withData('Magento links, real files', () => {
  test('every link leads to a product that is there, and a second time nothing changes', async () => {
    const t = await fresh()
    const magento = (name: string) => join(set('magento-sample'), name)
    for (const name of ['fitness_equipment', 'bags', 'watches', 'fitness_equipment_ball', 'fitness_equipment_strap']) {
      const done = await bring(t, magento(`CatalogSampleData/SimpleProduct/products_gear_${name}.csv`))
      expect([name, done.format, done.rowsRefused]).toEqual([name, 'magento-fixture', 0])
    }
    expect(await bring(t, magento('GroupedProductSampleData/yoga_grouped.csv'))).toMatchObject({ rowsTaken: 1 })
    await bring(t, magento('ConfigurableSampleData/products.csv'))
    const group = await t.db.one<{ n: number }>(
      sql`select cardinality(members) as n from catalog.product where source ->> 'ref' = 'magento:24-WG085_Group'`,
    )
    expect(group.n).toBe(3)
    const path = magento('ConfigurableSampleData/Links/related.csv')
    const done = await bring(t, path)
    expect(await issuesOf(t, done.runId)).toEqual([])
    expect(done).toMatchObject({ format: 'magento-links', rowsRefused: 0, rowsTaken: done.rowsRead })
    expect(await bring(t, path)).toMatchObject({ rowsTaken: 0, rowsUnchanged: done.rowsRead })
    const [first] = await t.db.many<{ id: string; links: string[] }>(sql`
      select id, array(select jsonb_array_elements_text(source -> 'links')) as links from catalog.product where source ->> 'ref' = 'magento:WH01'`)
    const related = await relatedProducts(t.db, { productId: first?.id ?? '', channelId: 'web', limit: 3 })
    expect(related).toEqual(first?.links.slice(0, 3))
  })
})

withData('Shopify Admin JSON, real files', () => {
  test('a product with four variants: every id, price and text is kept, and a second time nothing changes', async () => {
    const t = await fresh()
    const path = join(set('shopify-admin-json'), 'product/res/get.json')
    const done = await bring(t, path)
    expect(done).toMatchObject({
      format: 'shopify-json',
      rowsTaken: 1,
      rowsRefused: 0,
      summary: { products: 1, variants: 4 },
    })
    const variants = await t.db.many(sql`
      select v.sku, r.amount_minor as amount, v.weight_grams as grams, v.source -> 'shopify' ->> 'id' as id, v.source -> 'shopify' ->> 'barcode' as barcode
        from catalog.variant v join pricing.price r on r.variant_id = v.id order by v.position`)
    expect(variants).toEqual([
      { sku: 'IPOD2008PINK', amount: 19900, grams: 200, id: '808950810', barcode: '1234_pink' },
      { sku: 'IPOD2008RED', amount: 19900, grams: 200, id: '49148385', barcode: '1234_red' },
      { sku: 'IPOD2008GREEN', amount: 19900, grams: 200, id: '39072856', barcode: '1234_green' },
      { sku: 'IPOD2008BLACK', amount: 19900, grams: 200, id: '457924702', barcode: '1234_black' },
    ])
    expect([...stocked.values()]).toEqual([10, 20, 30, 40])
    // "1234_pink" is no barcode: taken without it, and said.
    expect((await issuesOf(t, done.runId)).map(({ field, code, severity }) => `${field} ${code} ${severity}`)).toEqual([
      'barcode not_a_barcode flagged',
    ])
    expect(await bring(t, path)).toMatchObject({ rowsTaken: 0, rowsUnchanged: 1 })
  })

  test.each([
    'product/res/list.json',
    'product/res/create.json',
    'product/res/update.json',
    'collection/res/products.json',
  ])('%s is taken', async (name) => {
    const t = await fresh()
    expect(await bring(t, join(set('shopify-admin-json'), name))).toMatchObject({ status: 'done', rowsRefused: 0 })
  })

  test('variants on their own change the product they belong to, and are refused where it is missing', async () => {
    const t = await fresh()
    const path = join(set('shopify-admin-json'), 'product-variant/res/list.json')
    const early = await bring(t, path)
    expect((await issuesOf(t, early.runId)).every(({ code }) => code === 'parent_missing')).toBe(true)
    await bring(t, join(set('shopify-admin-json'), 'product/res/get.json'))
    expect(await bring(t, path)).toMatchObject({ rowsRefused: 0 })
    expect(await count(t, 'variant')).toBe(4)
  })
})

async function readCsv(path: string): Promise<Record<string, string>[]> {
  const { parse } = await import('csv-parse/sync')
  return parse(readFileSync(path), { columns: true, bom: true, skip_empty_lines: true, relax_column_count: true })
}

describe('our own CSV', () => {
  test('what is exported imports to the same state, here and in an empty shop, and holds no formulas', async () => {
    const t = await fresh()
    const { variantIds } = await aProduct(t.db, t.clock, {
      title: '=Camisa "Añil"; lino',
      titleEn: '+Shirt',
      colors: [
        { es: 'Añil', en: 'Indigo' },
        { es: 'Crudo', en: 'Ecru' },
      ],
      sizes: ['S', 'M'],
      description: { es: '<p>Lino &amp; algodón</p>\n<ul><li>-1</li></ul>', en: 'Linen & cotton' },
      tags: ['verano, mar', '@x'],
      taxClass: 'reduced',
      gtin: '8412345678905',
    })
    await t.db.transaction((tx) =>
      setPrices(tx, t.clock, {
        changedBy: 'test',
        items: [
          { variantId: variantIds[0] as string, markdownMinor: 3900, markdownEndsAt: new Date('2026-12-31T23:00:00Z') },
        ],
      }),
    )
    const path = await exported(t, 'hilo-csv', 'own.csv')
    for (const record of await readCsv(path)) {
      for (const cell of Object.values(record)) expect(cell).not.toMatch(/^[=+@＝＋＠]/)
    }
    expect(await bring(t, path)).toMatchObject({
      rowsTaken: 0,
      rowsUnchanged: 4,
      rowsRefused: 0,
      issues: { refused: 0, flagged: 0 },
    })
    const other = await fresh()
    expect(await bring(other, path)).toMatchObject({ rowsTaken: 4, rowsRefused: 0 })
    expect(readFileSync(await exported(other, 'hilo-csv', 'own2.csv'), 'utf8')).toBe(readFileSync(path, 'utf8'))
  })

  test('rows that cannot be taken are listed with line, field and remedy, the others are taken', async () => {
    const t = await fresh()
    const path = join(folder, 'messy.csv')
    writeFileSync(
      path,
      [
        'handle,title_es,sku,gtin,price,tax_class',
        'mantel,Mantel,M-1,8412345678905,"29,90",standard',
        'Mal Handle,Otro,M-2,,10,standard',
        'delantal,Delantal,D-1,123,mucho,standard',
        'delantal,,M-1,,12,',
        'toalla,Toalla,T-1,8412345678905,12,lujo',
        'nada,,N-1,,5,standard',
      ].join('\n'),
    )
    const done = await bring(t, path)
    expect((await issuesOf(t, done.runId)).map(({ line, field, code }) => `${line} ${field} ${code}`)).toEqual([
      '3 handle not_a_handle',
      '4 barcode not_a_barcode',
      '4 price not_a_price',
      '5 sku sku_taken',
      '6 barcode barcode_taken',
      '6 tax_class not_known',
      '7 title title_missing',
    ])
    expect(done).toMatchObject({ rowsRead: 6, rowsTaken: 4, rowsRefused: 2 })
    expect(await count(t, 'variant')).toBe(3)
  })

  test('scripts and event handlers in a description are gone', async () => {
    const t = await fresh()
    const path = join(folder, 'html.csv')
    writeFileSync(
      path,
      'handle,title_es,description_es,sku\nx,X,"<p onclick=""a()"">Hola<script>alert(1)</script><img src=x onerror=a()><a href=""javascript:b()"">c</a></p>",X-1\n',
    )
    await bring(t, path)
    const { html } = await t.db.one<{ html: string }>(sql`select description ->> 'es' as html from catalog.product`)
    expect(html).toBe('<p>Hola<a rel="nofollow noopener">c</a></p>')
  })
})
