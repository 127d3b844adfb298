/** Hilo's own product CSV: one row per variant; what belongs to the product stands in its first row. */
import type { DraftCollection, DraftOption, DraftPicture, DraftVariant } from '#catalog'
import { plainCell } from '#platform/csv'
import {
  booleanOf,
  type CsvRow,
  type Importer,
  type Issue,
  instantOf,
  refusal,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { applyProducts, finishProducts } from './apply.ts'
import { type DraftPrice, type ProductThing, partsOf, priceOfCells } from './thing.ts'

export const optionCount = 3
const optionColumns = (n: number) =>
  ['name_es', 'name_en', 'value', 'label_es', 'label_en', 'swatch'].map((part) => `option${n}_${part}`)
/** Columns in their order. Money in the currency of the general list, as 12.50; lists with commas; `facts` and `pictures` as JSON. */
export const hiloColumns = [
  'handle',
  'status',
  'kind',
  'title_es',
  'title_en',
  'description_es',
  'description_en',
  'facts',
  'vendor',
  'product_type',
  'tags',
  'tax_class',
  'channels',
  'collections',
  'pictures',
  'external_url',
  'members',
  ...optionColumns(1),
  ...optionColumns(2),
  ...optionColumns(3),
  'sku',
  'gtin',
  'weight_grams',
  'stock_tracked',
  'variant_status',
  'price',
  'markdown',
  'markdown_starts_at',
  'markdown_ends_at',
] as const
export type HiloColumn = string

export const hiloCsv: Importer<ProductThing> = {
  kind: 'products',
  format: 'hilo-csv',
  name: { es: 'CSV de productos de Hilo', en: 'Hilo product CSV' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' && ['handle', 'title_es', 'sku'].every((name) => sample.columns.includes(name)),
  async *read(rows, options) {
    let group: CsvRow[] = []
    for await (const row of rows as AsyncIterable<CsvRow>) {
      const handle = row.cells['handle']?.trim() ?? ''
      if (group.length > 0 && group[0]?.cells['handle']?.trim() !== handle) {
        yield toThing(group, options)
        group = []
      }
      if (/^[a-z0-9][a-z0-9-]*$/.test(handle)) group.push(row)
      else yield { line: row.line, rows: 1, issues: [badHandle(row.line, handle)] }
    }
    if (group.length > 0) yield toThing(group, options)
  },
  apply: applyProducts,
  finish: finishProducts,
}

function badHandle(line: number, handle: string): Issue {
  return refusal(line, 'handle', 'not_a_handle', handle, {
    es: 'La dirección lleva solo letras minúsculas, cifras y guiones, como camisa-lino.',
    en: 'A handle has small letters, digits and hyphens only, such as camisa-lino.',
  })
}

function toThing(rows: readonly CsvRow[], options: Readonly<Record<string, string>>): Thing<ProductThing> {
  const first = rows[0] as CsvRow
  const issues: Issue[] = []
  const cell = (name: string, row = first) => plainCell(row.cells[name] ?? '').trim()
  const has = (name: string) => first.cells[name] !== undefined
  const names = [1, 2, 3].filter((n) => cell(`option${n}_name_es`) !== '')
  const sold = rows.filter((row) => cell('sku', row) !== '')
  const isHead = cell('title_es') !== ''
  const said = <T>(name: string, value: T): T | undefined => (isHead && has(name) ? value : undefined)
  return {
    line: first.line,
    rows: rows.length,
    issues,
    value: {
      prices: sold.map((row) => priceOf(row, options['currency'] ?? 'EUR', issues)),
      stock: sold.map(() => null),
      draft: {
        line: first.line,
        ref: `hilo:${cell('handle')}`,
        handle: cell('handle'),
        isHandleKey: true,
        isWhole: true,
        title: isHead ? { es: cell('title_es'), en: cell('title_en') } : undefined,
        description: said('description_es', { es: cell('description_es'), en: cell('description_en') }),
        facts: said('facts', jsonOf(first, 'facts', {}, issues)),
        vendor: said('vendor', cell('vendor')),
        productType: said('product_type', cell('product_type')),
        tags: said('tags', partsOf(cell('tags'))),
        taxClass: oneOf(first, 'tax_class', ['standard', 'reduced', 'super_reduced', 'zero'] as const, issues),
        status: oneOf(first, 'status', ['draft', 'active', 'archived'] as const, issues),
        kind: oneOf(first, 'kind', ['physical', 'digital', 'grouped', 'external'] as const, issues),
        externalUrl: cell('external_url') || undefined,
        options: names.map(
          (n): DraftOption => ({ name: { es: cell(`option${n}_name_es`), en: cell(`option${n}_name_en`) } }),
        ),
        variants: sold.map((row) => variantOf(row, names)),
        pictures: jsonOf<DraftPicture[]>(first, 'pictures', [], issues),
        channels: has('channels') ? partsOf(cell('channels')) : 'all',
        collections: parentsFirst(partsOf(cell('collections'), ';').map(collectionOf)),
        source:
          cell('members') === ''
            ? undefined
            : { memberRefs: partsOf(cell('members')).map((handle) => `hilo:${handle}`) },
      },
    },
  }
}

/** `[>][parent>]handle=Título|Title|position`, so that a new shop gets the collection as it was; the handle alone will do. */
function collectionOf(text: string): DraftCollection {
  const [path = '', names = ''] = text.split(/=(.*)/s)
  const [es = '', en = '', at = ''] = names.split('|')
  const [handle = '', parent = null] = path
    .split('>')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .toReversed()
  const position = wholeOf(at)
  return {
    handle,
    title: { es: es.trim() || handle, en: en.trim() },
    parent,
    isMember: !path.trimStart().startsWith('>'),
    ...(position === null ? {} : { position }),
  }
}

/** A collection comes before those that stand in it. */
function parentsFirst(collections: readonly DraftCollection[]): DraftCollection[] {
  const depth = (one: DraftCollection, steps = 0): number => {
    const parent = collections.find(({ handle }) => handle === one.parent)
    return parent === undefined || steps > collections.length ? steps : depth(parent, steps + 1)
  }
  return collections.toSorted((a, b) => depth(a) - depth(b))
}

function variantOf(row: CsvRow, names: readonly number[]): DraftVariant {
  const cell = (name: string) => plainCell(row.cells[name] ?? '').trim()
  return {
    line: row.line,
    sku: cell('sku'),
    gtin: cell('gtin') || null,
    values: names.map((n) => ({
      value: cell(`option${n}_value`) || undefined,
      label: { es: cell(`option${n}_label_es`) || cell(`option${n}_value`), en: cell(`option${n}_label_en`) },
      swatch: cell(`option${n}_swatch`) || null,
    })),
    weightGrams: row.cells['weight_grams'] === undefined ? undefined : wholeOf(cell('weight_grams')),
    stockTracked: booleanOf(cell('stock_tracked')) ?? undefined,
    ...(cell('variant_status') === 'archived' ? { archived: true } : {}),
  }
}

function priceOf(row: CsvRow, currency: string, issues: Issue[]): DraftPrice | null {
  const cell = (name: string) => plainCell(row.cells[name] ?? '').trim()
  const price = priceOfCells(
    { line: row.line, currency, field: 'price', from: cell('price'), to: cell('markdown') },
    issues,
  )
  if (!price || price.markdownMinor === null) return price
  return {
    ...price,
    markdownStartsAt: instantOf(cell('markdown_starts_at')) ?? undefined,
    markdownEndsAt: cell('markdown_ends_at') === '' ? null : (instantOf(cell('markdown_ends_at')) ?? undefined),
  }
}

function oneOf<T extends string>(row: CsvRow, field: string, known: readonly T[], issues: Issue[]): T | undefined {
  const text = row.cells[field]?.trim() ?? ''
  if (text === '') return undefined
  const found = known.find((one) => one === text)
  if (!found) {
    issues.push({
      ...refusal(row.line, field, 'not_known', text, {
        es: `Usa uno de: ${known.join(', ')}.`,
        en: `Use one of: ${known.join(', ')}.`,
      }),
      severity: 'flagged',
    })
  }
  return found
}

function jsonOf<T>(row: CsvRow, field: string, fallback: T, issues: Issue[]): T {
  const text = plainCell(row.cells[field] ?? '').trim()
  if (text === '') return fallback
  try {
    return JSON.parse(text) as T
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    issues.push({
      ...refusal(row.line, field, 'not_json', text, {
        es: 'No es JSON; el campo no se toma.',
        en: 'Not JSON; the field is not taken.',
      }),
      severity: 'flagged',
    })
    return fallback
  }
}
