/**
 * Magento 2 product CSV: simple products first, then the configurable one that names them in `configurable_variations`
 * (`sku=MH01-XS-Black,size=XS,color=Black|sku=…`); and the list of links between products (`sku,linked_sku`).
 */
import type { DraftOption, DraftVariant } from '#catalog'
import { type CsvRow, type Importer, type Issue, refusal, type Thing } from '#platform/imports/index'
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

/** Children held until their parent comes; a file in another order yields the oldest as products of their own. */
const waitingMax = 5000

export const magentoCsv: Importer<ProductThing> = {
  kind: 'products',
  format: 'magento-csv',
  name: { es: 'CSV de productos de Magento', en: 'Magento product CSV' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['sku', 'product_type', 'additional_attributes', 'url_key'].every((name) => sample.columns.includes(name)),
  async *read(rows, options) {
    const waiting = new Map<string, CsvRow>()
    for await (const row of rows as AsyncIterable<CsvRow>) {
      const cell = (name: string) => row.cells[name]?.trim() ?? ''
      if (cell('sku') === '') {
        yield { line: row.line, rows: 1, issues: [withoutSku(row.line)] }
      } else if (cell('visibility') === 'Not Visible Individually') {
        waiting.set(cell('sku'), row)
        const [oldest] = waiting.keys()
        if (waiting.size > waitingMax && oldest !== undefined) yield single(take(waiting, oldest), options)
      } else if (cell('product_type') === 'configurable') {
        yield configurable(row, waiting, options)
      } else {
        yield single(row, options)
      }
    }
    for (const row of waiting.values()) yield single(row, options)
  },
  apply: applyProducts,
  finish: finishProducts,
}

function take(waiting: Map<string, CsvRow>, sku: string): CsvRow {
  const row = waiting.get(sku) as CsvRow
  waiting.delete(sku)
  return row
}

function withoutSku(line: number): Issue {
  return refusal(line, 'sku', 'sku_missing', '', {
    es: 'La fila no tiene SKU. Escríbelo.',
    en: 'The row has no SKU. Write it.',
  })
}

/** `sku=A,size=XS,color=Black|sku=B,…` as one map per variation. */
export function variationsOf(text: string): Map<string, string>[] {
  return partsOf(text, '|').map(pairsOf)
}

/** `a=1,b=x|y` as a map; a value may hold commas when what follows is no `name=`. */
export function pairsOf(text: string): Map<string, string> {
  const pairs = text.split(/,(?=[A-Za-z0-9_]+=)/).map((pair) => pair.split(/=(.*)/s))
  return new Map(pairs.flatMap(([name = '', value = '']) => (name.trim() === '' ? [] : [[name.trim(), value.trim()]])))
}

function configurable(
  row: CsvRow,
  waiting: Map<string, CsvRow>,
  options: Readonly<Record<string, string>>,
): Thing<ProductThing> {
  const thing = base(row)
  const { draft, prices, stock } = thing.value
  const variations = variationsOf(row.cells['configurable_variations'] ?? '')
  const names = [...new Set(variations.flatMap((variation) => [...variation.keys()]))].filter((name) => name !== 'sku')
  draft.options = names.map((name): DraftOption => ({ name: inOneLanguage(name[0]?.toUpperCase() + name.slice(1)) }))
  for (const variation of variations) {
    const sku = variation.get('sku') ?? ''
    const child = waiting.get(sku)
    if (!child) {
      thing.issues.push(
        refusal(row.line, 'configurable_variations', 'variation_missing', sku, {
          es: 'El fichero nombra esta variante pero no trae su fila antes. Añádela.',
          en: 'The file names this variant but does not bring its row before. Add it.',
        }),
      )
      continue
    }
    waiting.delete(sku)
    thing.rows += 1
    draft.variants.push({
      ...variant(child),
      values: names.map((name) => ({ label: inOneLanguage(variation.get(name) ?? '') })),
    })
    prices.push(price(child, options, thing.issues))
    stock.push(unitsOf(child.cells['qty'] ?? '', child.line, 'qty', thing.issues))
  }
  return thing
}

function single(row: CsvRow, options: Readonly<Record<string, string>>): Thing<ProductThing> {
  const thing = base(row)
  const isSold = row.cells['product_type'] !== 'grouped' && row.cells['product_type'] !== 'bundle'
  if (!isSold) return thing
  thing.value.draft.variants.push(variant(row))
  thing.value.prices.push(price(row, options, thing.issues))
  thing.value.stock.push(unitsOf(row.cells['qty'] ?? '', row.line, 'qty', thing.issues))
  return thing
}

function price(row: CsvRow, options: Readonly<Record<string, string>>, issues: Issue[]) {
  const { price: from = '', special_price: to = '' } = row.cells
  return priceOfCells({ line: row.line, currency: options['currency'] ?? 'EUR', field: 'price', from, to }, issues)
}

function variant({ line, cells }: CsvRow): DraftVariant {
  const attributes = Object.fromEntries(pairsOf(cells['additional_attributes'] ?? ''))
  return {
    line,
    sku: cells['sku']?.trim() || null,
    gtin: null,
    values: [],
    weightGrams: gramsOf(cells['weight'] ?? ''),
    source: { attributes },
  }
}

function base(row: CsvRow): Thing<ProductThing> & { value: ProductThing } {
  const cell = (name: string) => row.cells[name]?.trim() ?? ''
  const type = cell('product_type')
  const attributes = Object.fromEntries(
    [...pairsOf(cell('additional_attributes'))].filter(([name]) => !['has_options', 'required_options'].includes(name)),
  )
  const pictures = [cell('base_image'), ...partsOf(cell('additional_images'))].filter(
    (address) => address !== '' && address !== 'no_selection',
  )
  return {
    line: row.line,
    rows: 1,
    issues: [],
    value: {
      prices: [],
      stock: [],
      draft: {
        line: row.line,
        ref: `magento:${cell('sku')}`,
        handle: cell('url_key') || cell('name'),
        isHandleKey: false,
        isWhole: true,
        title: cell('name') === '' ? undefined : inOneLanguage(cell('name')),
        description: inOneLanguage(cell('description') || cell('short_description')),
        productType: cell('attribute_set_code'),
        taxClass: cell('tax_class_name') === 'None' || cell('tax_class_name') === '' ? 'zero' : 'standard',
        status: cell('product_online') === '2' ? 'draft' : undefined,
        kind:
          type === 'grouped' || type === 'bundle'
            ? 'grouped'
            : type === 'downloadable' || type === 'virtual'
              ? 'digital'
              : 'physical',
        options: [],
        variants: [],
        // Paths without a host: the old shop's address is not in the file.
        pictures: pictures.filter((address) => /^https?:/.test(address)).map((address) => ({ address })),
        channels: cell('visibility') === 'Not Visible Individually' ? [] : 'all',
        collections: partsOf(cell('categories')).flatMap((path) =>
          collectionsOfPath(partsOf(path, '/').filter((name) => name !== 'Default Category')),
        ),
        source: { attributes, ...(pictures.length > 0 ? { pictures } : {}), ...linksOf(row) },
      },
    },
  }
}

function linksOf({ cells }: CsvRow): Record<string, unknown> {
  const links = ['related_skus', 'crosssell_skus', 'upsell_skus'].flatMap((name) => partsOf(cells[name] ?? ''))
  const members = partsOf(cells['associated_skus'] ?? '').map((part) => part.split('=')[0] ?? part)
  const ref = (sku: string) => `magento:${sku}`
  return {
    ...(links.length > 0 ? { linkRefs: [...new Set(links)].map(ref) } : {}),
    ...(members.length > 0 ? { memberRefs: members.map(ref) } : {}),
  }
}
