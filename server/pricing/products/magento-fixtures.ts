/**
 * Two more files of Magento's sample data: simple and grouped products in the short form of its set-up scripts (`category,name,sku,price,…`,
 * lists by line), and links between products (`sku,linked_sku`).
 */
import { linkProducts } from '#catalog'
import { type CsvRow, flag, type Importer, type Issue, refusal, type Thing } from '#platform/imports/index'
import { applyProducts, finishProducts } from './apply.ts'
import { collectionsOfPath, inOneLanguage, type ProductThing, partsOf, priceOfCells, unitsOf } from './thing.ts'

const known = [
  'category',
  'name',
  'sku',
  'price',
  'qty',
  'description',
  'attribute_set',
  'associated_sku',
  'special_price',
  'visibility',
  'url_key',
]

export const magentoFixture: Importer<ProductThing> = {
  kind: 'products',
  format: 'magento-fixture',
  name: { es: 'Productos de muestra de Magento', en: 'Magento sample products' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['category', 'name', 'sku', 'price', 'attribute_set'].every((name) => sample.columns.includes(name)),
  async *read(rows, options) {
    for await (const row of rows as AsyncIterable<CsvRow>) yield toThing(row, options['currency'] ?? 'EUR')
  },
  apply: applyProducts,
  finish: finishProducts,
}

function toThing({ line, cells }: CsvRow, currency: string): Thing<ProductThing> {
  const cell = (name: string) => cells[name]?.trim() ?? ''
  const issues: Issue[] = []
  if (cell('sku') === '') {
    return {
      line,
      rows: 1,
      issues: [
        refusal(line, 'sku', 'sku_missing', '', {
          es: 'La fila no tiene SKU. Escríbelo.',
          en: 'The row has no SKU. Write it.',
        }),
      ],
    }
  }
  const members = partsOf(cell('associated_sku').replaceAll('\n', ','))
  const isSold = members.length === 0
  const facts = Object.entries(cells).filter(
    ([name, value]) => !known.includes(name) && value.trim() !== '' && value.trim() !== '0',
  )
  return {
    line,
    rows: 1,
    issues,
    value: {
      prices: isSold
        ? [priceOfCells({ line, currency, field: 'price', from: cell('price'), to: cell('special_price') }, issues)]
        : [],
      stock: isSold ? [unitsOf(cell('qty'), line, 'qty', issues)] : [],
      draft: {
        line,
        ref: `magento:${cell('sku')}`,
        handle: cell('url_key') || cell('name'),
        isHandleKey: false,
        isWhole: true,
        title: cell('name') === '' ? undefined : inOneLanguage(cell('name')),
        description: inOneLanguage(cell('description')),
        productType: cell('attribute_set'),
        facts: Object.fromEntries(
          facts.map(([name, value]) => [name, inOneLanguage(partsOf(value.replaceAll('\n', ',')).join(', '))]),
        ),
        kind: isSold ? 'physical' : 'grouped',
        options: [],
        variants: isSold ? [{ line, sku: cell('sku'), gtin: null, values: [] }] : [],
        pictures: [],
        channels: 'all',
        collections: collectionsOfPath(
          cell('category')
            .split('\n')
            .map((part) => part.trim())
            .filter((part) => part !== ''),
        ),
        source: members.length > 0 ? { memberRefs: members.map((sku) => `magento:${sku}`) } : {},
      },
    },
  }
}

type LinkThing = { sku: string; linked: string[] }

export const magentoLinks: Importer<LinkThing> = {
  kind: 'products',
  format: 'magento-links',
  name: { es: 'Enlaces entre productos de Magento', en: 'Magento product links' },
  source: 'csv',
  detect: (sample) => sample.source === 'csv' && sample.columns.join() === 'sku,linked_sku',
  async *read(rows) {
    for await (const { line, cells } of rows as AsyncIterable<CsvRow>) {
      const linked = (cells['linked_sku'] ?? '')
        .split('\n')
        .map((sku) => sku.trim())
        .filter((sku) => sku !== '')
      yield { line, rows: 1, value: { sku: cells['sku']?.trim() ?? '', linked }, issues: [] }
    }
  },
  async apply(tx, { clock }, things) {
    const results = await linkProducts(
      tx,
      clock,
      things.map(({ value }) => value),
    )
    return things.map(({ line, value }, at) => {
      const { found = false, changed = false, missing = [] } = results[at] ?? {}
      if (!found) {
        return {
          result: 'refused',
          issues: [
            refusal(line, 'sku', 'sku_unknown', value.sku, {
              es: 'Ningún producto tiene este SKU. Impórtalo antes.',
              en: 'No product has this SKU. Import it first.',
            }),
          ],
        }
      }
      const issues =
        missing.length === 0
          ? []
          : [
              flag(line, 'linked_sku', 'sku_unknown', missing.join(', '), {
                es: 'Estos SKU no existen; los demás enlaces se toman.',
                en: 'These SKUs do not exist; the other links are taken.',
              }),
            ]
      return { result: changed ? 'taken' : 'unchanged', issues, counts: { linked: Number(changed) } }
    })
  },
}
