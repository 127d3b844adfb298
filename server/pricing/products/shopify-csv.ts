/**
 * Shopify's product CSV: rows with one Handle are one product; the first carries its texts, each row may carry a variant, a picture, or
 * both. https://help.shopify.com/en/manual/products/import-export/using-csv
 */
import type { DraftOption, DraftPicture, DraftVariant } from '#catalog'
import { plainCell } from '#platform/csv'
import {
  booleanOf,
  type CsvRow,
  type Importer,
  type Issue,
  refusal,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { applyProducts, finishProducts } from './apply.ts'
import { inOneLanguage, type ProductThing, partsOf, priceOfCells, unitsOf } from './thing.ts'

export const shopifyCsv: Importer<ProductThing> = {
  kind: 'products',
  format: 'shopify-csv',
  name: { es: 'CSV de productos de Shopify', en: 'Shopify product CSV' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['Handle', 'Title', 'Option1 Name', 'Variant Price'].every((name) => sample.columns.includes(name)),
  async *read(rows, options) {
    let group: CsvRow[] = []
    for await (const row of rows as AsyncIterable<CsvRow>) {
      const handle = row.cells['Handle']?.trim() ?? ''
      if (group.length > 0 && group[0]?.cells['Handle']?.trim() !== handle) {
        yield toThing(group, options)
        group = []
      }
      if (handle === '') yield withoutHandle(row)
      else group.push(row)
    }
    if (group.length > 0) yield toThing(group, options)
  },
  apply: applyProducts,
  finish: finishProducts,
}

function withoutHandle({ line }: CsvRow): Thing<ProductThing> {
  const issue = refusal(line, 'Handle', 'handle_missing', '', {
    es: 'La fila no dice de qué producto es. Escribe su Handle.',
    en: 'The row does not say which product it is of. Write its Handle.',
  })
  return { line, rows: 1, issues: [issue] }
}

function toThing(rows: readonly CsvRow[], options: Readonly<Record<string, string>>): Thing<ProductThing> {
  const first = rows[0] as CsvRow
  const cell = (name: string, row = first) => plainCell(row.cells[name] ?? '').trim()
  const issues: Issue[] = []
  const names = [1, 2, 3].map((n) => cell(`Option${n} Name`))
  // "Title: Default Title" is Shopify's way of saying that there is nothing to choose.
  const isSingle =
    names[0] === 'Title' && rows.every((row) => ['Default Title', ''].includes(cell('Option1 Value', row)))
  const optionNames = isSingle ? [] : names.filter((name) => name !== '')
  const sold = rows.filter((row) => cell('Option1 Value', row) !== '' || cell('Variant Price', row) !== '')
  const variants = sold.map((row) => toVariant(row, optionNames.length))
  const prices = sold.map((row) =>
    priceOfCells(
      {
        line: row.line,
        currency: options['currency'] ?? 'EUR',
        field: 'Variant Price',
        from: cell('Variant Compare At Price', row) || cell('Variant Price', row),
        to: cell('Variant Price', row),
      },
      issues,
    ),
  )
  const stock = sold.map((row) =>
    unitsOf(cell('Variant Inventory Qty', row), row.line, 'Variant Inventory Qty', issues),
  )
  const published = booleanOf(cell('Published'))
  const status = cell('Status').toLowerCase()
  const handle = cell('Handle')
  const title = cell('Title')
  return {
    line: first.line,
    rows: rows.length,
    issues,
    value: {
      prices,
      stock,
      draft: {
        line: first.line,
        ref: `shopify:${handle}`,
        handle,
        isHandleKey: true,
        isWhole: true,
        title: title === '' ? undefined : inOneLanguage(title),
        description: title === '' ? undefined : inOneLanguage(plainCell(first.cells['Body (HTML)'] ?? '')),
        vendor: title === '' ? undefined : cell('Vendor'),
        productType: title === '' ? undefined : cell('Type'),
        tags: title === '' ? undefined : partsOf(cell('Tags')),
        status: status === 'draft' || status === 'archived' ? status : undefined,
        options: optionNames.map((name): DraftOption => ({ name: inOneLanguage(name) })),
        variants,
        pictures: picturesOf(rows, variants, sold),
        channels: published === false ? [] : 'all',
        collections: [],
        source: sourceOf(first),
      },
    },
  }
}

function toVariant({ line, cells }: CsvRow, optionCount: number): DraftVariant {
  const cell = (name: string) => plainCell(cells[name] ?? '').trim()
  return {
    line,
    sku: cell('Variant SKU').replace(/^'/, '') || null,
    gtin: cell('Variant Barcode').replace(/^'/, '') || null,
    values: Array.from({ length: optionCount }, (_, at) => ({ label: inOneLanguage(cell(`Option${at + 1} Value`)) })),
    weightGrams: wholeOf(cell('Variant Grams')) || null,
    stockTracked:
      cells['Variant Requires Shipping'] === undefined || booleanOf(cell('Variant Requires Shipping')) !== false,
  }
}

/** Pictures in their order; one that a variant names belongs to that variant's first value. */
function picturesOf(
  rows: readonly CsvRow[],
  variants: readonly DraftVariant[],
  sold: readonly CsvRow[],
): DraftPicture[] {
  const listed = rows
    .map((row) => ({
      address: row.cells['Image Src']?.trim() ?? '',
      alt: plainCell(row.cells['Image Alt Text'] ?? '').trim(),
      at: wholeOf(row.cells['Image Position'] ?? '') ?? 0,
    }))
    .filter(({ address }) => address !== '')
    .sort((a, b) => a.at - b.at)
    .map(
      ({ address, alt }): DraftPicture => ({
        address,
        name: ownName(address),
        alt: alt === '' ? undefined : inOneLanguage(alt),
      }),
    )
  sold.forEach((row, at) => {
    const address = row.cells['Variant Image']?.trim() ?? ''
    const label = variants[at]?.values[0]?.label.es
    if (address !== '' && label !== undefined && !listed.some((picture) => picture.address === address))
      listed.push({ address })
  })
  return listed
}

/** Our own pictures leave with an address that ends in their name here; coming back, the name tells that they are there already. */
function ownName(address: string): string | undefined {
  const path = /\/media\/((?:p|demo)\/.+)$/.exec(address)?.[1]
  if (path === undefined) return undefined
  const name = decodeURIComponent(path)
  return name.startsWith('demo/') ? `demo:${name.slice('demo/'.length)}` : name
}

const kept = [
  'SEO Title',
  'SEO Description',
  'Google Shopping / Google Product Category',
  'Gift Card',
  'Variant Tax Code',
]

/** What has no place here, so that it is not lost. */
function sourceOf({ cells }: CsvRow): Record<string, unknown> {
  const more = kept.flatMap((name) => (cells[name] ? [[name, cells[name]] as const] : []))
  return more.length === 0 ? {} : { shopify: Object.fromEntries(more) }
}
