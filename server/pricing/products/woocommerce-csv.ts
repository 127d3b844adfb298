/**
 * WooCommerce's product CSV: one row per product or variation; a variation names its parent by SKU or `id:742`.
 * https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
 */
import type { DraftOption, DraftVariant } from '#catalog'
import {
  type CsvRow,
  type Importer,
  type Issue,
  instantOf,
  normalized,
  refusal,
  type Thing,
} from '#platform/imports/index'
import { applyProducts, finishProducts } from './apply.ts'
import {
  collectionsOfPath,
  gramsOf,
  inOneLanguage,
  type ProductThing,
  partsOf,
  priceOfCells,
  unitsOf,
} from './thing.ts'

const columnNames = ['type', 'sku', 'name', 'published', 'regular price', 'categories', 'parent']

export const woocommerceCsv: Importer<ProductThing> = {
  kind: 'products',
  format: 'woocommerce-csv',
  name: { es: 'CSV de productos de WooCommerce', en: 'WooCommerce product CSV' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    columnNames.every((name) => sample.columns.some((column) => normalized(column) === name)),
  read: readRows,
  apply: applyProducts,
  finish: finishProducts,
}

/** What a variation must know of the product it belongs to. */
type Parent = { ref: string; names: string[] }
type Row = { line: number; cell(name: string): string; attributes(): { name: string; values: string[] }[] }

/**
 * Parents go through at once. A variation whose parent has not come yet waits for it (or for the end of the file), so only those are
 * held in memory.
 */
async function* readRows(
  source: unknown,
  options: Readonly<Record<string, string>>,
): AsyncGenerator<Thing<ProductThing>> {
  const seen = new Map<string, Parent>()
  const waiting: Row[] = []
  for await (const csv of source as AsyncIterable<CsvRow>) {
    const row = toRow(csv)
    if (isVariation(row)) {
      if (seen.has(row.cell('parent'))) yield toThing(row, seen, options)
      else waiting.push(row)
      continue
    }
    const ref = refOf(row)
    if (ref === undefined) {
      yield { line: row.line, rows: 1, issues: [nameless(row.line)] }
      continue
    }
    for (const name of [row.cell('sku'), row.cell('id') && `id:${row.cell('id')}`])
      if (name) seen.set(name, { ref, names: row.attributes().map((attribute) => attribute.name) })
    yield toThing(row, seen, options)
    const ready = waiting.filter((variation) => seen.has(variation.cell('parent')))
    for (const variation of ready) {
      waiting.splice(waiting.indexOf(variation), 1)
      yield toThing(variation, seen, options)
    }
  }
  for (const variation of waiting) yield toThing(variation, seen, options)
}

function toRow({ line, cells }: CsvRow): Row {
  const byName = new Map(Object.entries(cells).map(([name, value]) => [normalized(name), value.trim()]))
  const cell = (name: string) => byName.get(name) ?? ''
  const attributes = () =>
    Array.from({ length: 10 }, (_, at) => ({
      name: cell(`attribute ${at + 1} name`),
      values: partsOf(cell(`attribute ${at + 1} value(s)`)),
    })).filter(({ name }) => name !== '')
  return { line, cell, attributes }
}

/** What a variation is chosen by, in its parent's order. An empty value is WooCommerce's "any". */
function chosenOf(row: Row, parent: Parent | undefined): { name: string; values: string[] }[] {
  const own = row.attributes()
  const names = parent?.names.length ? parent.names : own.map(({ name }) => name)
  return names.map((name) => ({
    name,
    values: own.find((attribute) => normalized(attribute.name) === normalized(name))?.values ?? [],
  }))
}

function typesOf(row: Row): string[] {
  return partsOf(row.cell('type').toLowerCase())
}

function isVariation(row: Row): boolean {
  return typesOf(row).includes('variation')
}

function refOf(row: Row): string | undefined {
  const name = row.cell('sku') || (row.cell('id') && `id:${row.cell('id')}`) || row.cell('name')
  return name === '' ? undefined : `woocommerce:${name}`
}

function nameless(line: number): Issue {
  return refusal(line, 'Name', 'title_missing', '', {
    es: 'El producto no tiene nombre. Escríbelo.',
    en: 'The product has no name. Write it.',
  })
}

function toThing(
  row: Row,
  seen: ReadonlyMap<string, Parent>,
  options: Readonly<Record<string, string>>,
): Thing<ProductThing> {
  const issues: Issue[] = []
  const { line, cell } = row
  const types = typesOf(row)
  const isPart = isVariation(row)
  const isSold = !types.includes('variable') && !types.includes('grouped') && !types.includes('external')
  const parent = seen.get(cell('parent'))
  const attributes = isPart ? chosenOf(row, parent) : row.attributes().filter(({ values }) => values.length > 0)
  const ref = isPart ? (parent?.ref ?? `woocommerce:${cell('parent')}`) : (refOf(row) ?? '')
  // Attributes of a variable product are what one chooses; those of a simple one describe it.
  const chooses = isPart || types.includes('variable')
  return {
    line,
    rows: 1,
    issues,
    value: {
      prices: isSold ? [priceOf(row, options['currency'] ?? 'EUR', issues)] : [],
      stock: isSold ? [stockOf(row, issues)] : [],
      draft: {
        line,
        ref,
        handle: cell('name') || cell('sku') || ref,
        isHandleKey: false,
        isWhole: !isPart,
        ...(isPart ? {} : textsOf(row, types, chooses ? [] : attributes)),
        options: chooses ? attributes.map(({ name }): DraftOption => ({ name: inOneLanguage(name) })) : [],
        variants: isSold ? [variantOf(row, types, isPart ? attributes : [])] : [],
        pictures: partsOf(cell('images')).map((address) => ({ address })),
        channels: cell('published') === '1' && cell('visibility in catalog') !== 'hidden' ? 'all' : [],
        collections: isPart ? [] : partsOf(cell('categories')).flatMap((path) => collectionsOfPath(partsOf(path, '>'))),
        source: isPart ? undefined : sourceOf(row),
      },
    },
  }
}

function textsOf(row: Row, types: readonly string[], described: readonly { name: string; values: string[] }[]) {
  const { cell } = row
  const isVirtual = types.includes('virtual') || types.includes('downloadable')
  const kind = types.includes('grouped')
    ? 'grouped'
    : types.includes('external')
      ? 'external'
      : isVirtual
        ? 'digital'
        : 'physical'
  return {
    title: cell('name') === '' ? undefined : inOneLanguage(cell('name')),
    description: inOneLanguage(cell('description') || cell('short description')),
    tags: partsOf(cell('tags')),
    facts: Object.fromEntries(described.map(({ name, values }) => [name, inOneLanguage(values.join(', '))])),
    status: cell('published') === '-1' ? ('draft' as const) : undefined,
    kind: kind as 'grouped' | 'external' | 'digital' | 'physical',
    taxClass: taxClassOf(cell('tax class'), cell('tax status')),
    externalUrl: /^https?:\/\//.test(cell('external url')) ? cell('external url') : undefined,
  }
}

function taxClassOf(taxClass: string, taxStatus: string): string {
  if (taxStatus === 'none' || taxClass === 'zero-rate') return 'zero'
  return taxClass === 'reduced-rate' ? 'reduced' : 'standard'
}

function variantOf(row: Row, types: readonly string[], attributes: readonly { values: string[] }[]): DraftVariant {
  const { cell, line } = row
  return {
    line,
    sku: cell('sku') || null,
    gtin: cell('gtin, upc, ean, or isbn') || null,
    values: attributes.map(({ values: [value] }) =>
      value === undefined ? { value: 'any', label: { es: 'Cualquiera', en: 'Any' } } : { label: inOneLanguage(value) },
    ),
    weightGrams: gramsOf(cell('weight (kg)')),
    stockTracked: !types.includes('virtual') && !types.includes('downloadable'),
  }
}

function priceOf(row: Row, currency: string, issues: Issue[]) {
  const { cell, line } = row
  const price = priceOfCells(
    { line, currency, field: 'Regular price', from: cell('regular price'), to: cell('sale price') },
    issues,
  )
  if (!price || price.markdownMinor === null) return price
  const startsAt = instantOf(cell('date sale price starts'))
  const endsAt = instantOf(cell('date sale price ends'))
  return { ...price, markdownStartsAt: startsAt ?? undefined, markdownEndsAt: endsAt ?? undefined }
}

/** `Stock` is the figure; without one, `In stock?` 0 says none and 1 says that it is not counted. */
function stockOf(row: Row, issues: Issue[]): number | null {
  const { cell, line } = row
  if (cell('stock') !== '') return unitsOf(cell('stock'), line, 'Stock', issues)
  return cell('in stock?') === '0' ? 0 : null
}

function sourceOf(row: Row): Record<string, unknown> {
  const { cell } = row
  const links = [...partsOf(cell('upsells')), ...partsOf(cell('cross-sells'))]
  const members = partsOf(cell('grouped products'))
  const inStock = cell('in stock?')
  return {
    ...(cell('id') ? { id: cell('id') } : {}),
    ...(links.length > 0 ? { linkRefs: links.map(toRef) } : {}),
    ...(members.length > 0 ? { memberRefs: members.map(toRef) } : {}),
    ...(inStock === '' ? {} : { inStock: inStock === '1' }),
  }
}

const toRef = (name: string) => `woocommerce:${name}`
