/** Products as CSV: Hilo's columns, which import back to the same state, and Shopify's. */
import { stringify } from 'csv-stringify/sync'
import { type ExportedProduct, exportedProducts, pictureUrl } from '#catalog'
import { safeCell } from '#platform/csv'
import type { Db, Queryable } from '#platform/db'
import { currencyDigits } from '#platform/imports/index'
import type { PriceRow } from '../prices.ts'
import { currentRules } from '../rules.ts'
import { pricesOfVariants } from '../set-prices.ts'
import { hiloColumns, optionCount } from './hilo-csv.ts'

export type ProductExportFormat = 'hilo-csv' | 'shopify-csv'
/** Products read at a time; the export never holds more. */
const chunk = 200

/**
 * Every product, also those put away, in the order they were made, as pieces of a CSV file. Cells are safe to open in a spreadsheet.
 * @param options.publicUrl what own pictures are addressed with in Shopify's columns
 */
export async function* exportProducts(
  db: Db | Queryable,
  { format, publicUrl = '' }: { format: ProductExportFormat; publicUrl?: string },
): AsyncGenerator<string> {
  const columns = format === 'hilo-csv' ? hiloColumns : shopifyColumns
  yield `\ufeff${stringify([[...columns]])}`
  const { lists } = await currentRules(db)
  const general = lists.find(({ channelId }) => channelId === null)
  const digits = currencyDigits(general?.currency ?? 'EUR')
  for (let after = ''; ; ) {
    const products = await exportedProducts(db, { after, limit: chunk })
    const last = products.at(-1)
    if (!last) return
    after = last.id
    const rows = await pricesOfVariants(
      db,
      products.flatMap(({ variants }) => variants.map(({ id }) => id)),
    )
    const prices = new Map(
      rows.filter(({ priceListId }) => priceListId === general?.id).map((row) => [row.variantId, row]),
    )
    const money = (minor: number | null | undefined) =>
      minor === null || minor === undefined ? '' : decimal(minor, digits)
    const records = products.flatMap((product) =>
      format === 'hilo-csv' ? hiloRows(product, prices, money) : shopifyRows(product, prices, money, publicUrl),
    )
    yield stringify(records.map((record) => columns.map((column) => safeCell(record[column]))))
  }
}

type Prices = ReadonlyMap<string, PriceRow>
type Money = (minor: number | null | undefined) => string
type Row = Record<string, string | number | boolean | null | undefined>

/** Minor units as decimal text with a point: 1250 → "12.50". */
export function decimal(minor: number, digits: number): string {
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return minor < 0 ? `-${whole}` : whole
}

function hiloRows(product: ExportedProduct, prices: Prices, money: Money): Row[] {
  const head: Row = {
    handle: product.handle,
    status: product.status,
    kind: product.kind,
    title_es: product.title.es,
    title_en: product.title.en,
    description_es: product.description.es,
    description_en: product.description.en,
    facts: JSON.stringify(product.facts),
    vendor: product.vendor,
    product_type: product.productType,
    tags: product.tags.map((tag) => tag.replaceAll(',', '\\,')).join(', '),
    tax_class: product.taxClass,
    channels: product.channelIds.join(', '),
    collections: product.collections.map(collectionCell).join('; '),
    pictures: JSON.stringify(product.media.map(({ address, alt, optionValue }) => ({ address, alt, optionValue }))),
    external_url: product.externalUrl,
    members: product.memberHandles.join(', '),
  }
  const variants = product.variants.map((variant): Row => {
    const price = prices.get(variant.id)
    const row: Row = {
      handle: product.handle,
      sku: variant.sku,
      gtin: variant.gtin,
      weight_grams: variant.weightGrams,
      stock_tracked: variant.stockTracked,
      variant_status: variant.status === 'active' ? '' : variant.status,
      price: money(price?.amountMinor),
      markdown: money(price?.markdownMinor),
      markdown_starts_at: price?.markdownStartsAt?.toISOString(),
      markdown_ends_at: price?.markdownEndsAt?.toISOString(),
    }
    for (const [at, option] of product.options.slice(0, optionCount).entries()) {
      const value = option.values.find((one) => one.value === variant.optionValues[at])
      Object.assign(row, {
        [`option${at + 1}_name_es`]: option.name.es,
        [`option${at + 1}_name_en`]: option.name.en,
        [`option${at + 1}_value`]: variant.optionValues[at],
        [`option${at + 1}_label_es`]: value?.label.es,
        [`option${at + 1}_label_en`]: value?.label.en,
        [`option${at + 1}_swatch`]: value?.swatch,
      })
    }
    return row
  })
  const [first = {}, ...rest] = variants
  return [{ ...first, ...head }, ...rest]
}

/** `[>][parent>]handle=Título|Title|position`; a `>` in front: the product is not in it, something it is in stands below it. */
function collectionCell({ handle, title, parent, isMember, position }: ExportedProduct['collections'][number]): string {
  const path = `${isMember ? '' : '>'}${parent === null ? '' : `${parent}>`}${handle}`
  return `${path}=${title.es}|${title.en ?? ''}|${position}`
}

const shopifyColumns = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Option3 Name',
  'Option3 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
  'Variant Fulfillment Service',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Requires Shipping',
  'Variant Taxable',
  'Variant Barcode',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Gift Card',
  'Variant Image',
  'Variant Weight Unit',
  'Status',
] as const

/** Shopify's columns; it knows one language, so Spanish. Quantities are stock's to export and stay empty. */
function shopifyRows(product: ExportedProduct, prices: Prices, money: Money, publicUrl: string): Row[] {
  const head: Row = {
    Title: product.title.es,
    'Body (HTML)': product.description.es,
    Vendor: product.vendor,
    Type: product.productType,
    Tags: product.tags.join(', '),
    Published: product.channelIds.length > 0,
    'Gift Card': false,
    Status: product.status,
  }
  const { options, media } = product
  // Shopify has no variant that is put away.
  const variants = product.variants.filter(({ status }) => status === 'active')
  const count = Math.max(1, variants.length, media.length)
  return Array.from({ length: count }, (_, at): Row => {
    const variant = variants[at]
    const picture = media[at]
    const row: Row = { Handle: product.handle, ...(at === 0 ? head : {}) }
    if (variant) Object.assign(row, shopifyVariant(product, variant, prices.get(variant.id), money))
    if (at === 0)
      options
        .slice(0, optionCount)
        .forEach((option, index) => Object.assign(row, { [`Option${index + 1} Name`]: option.name.es }))
    if (at === 0 && options.length === 0) row['Option1 Name'] = 'Title'
    if (picture) {
      const isRemote = /^https?:/.test(picture.address)
      row['Image Src'] = isRemote ? picture.address : `${publicUrl}${pictureUrl(picture.address)}`
      row['Image Position'] = at + 1
      row['Image Alt Text'] = picture.alt.es
    }
    return row
  })
}

function shopifyVariant(
  product: ExportedProduct,
  variant: ExportedProduct['variants'][number],
  price: PriceRow | undefined,
  money: Money,
): Row {
  const row: Row = {
    'Variant SKU': variant.sku,
    'Variant Grams': variant.weightGrams ?? 0,
    'Variant Inventory Policy': 'deny',
    'Variant Fulfillment Service': 'manual',
    'Variant Price': money(price?.markdownMinor ?? price?.amountMinor),
    'Variant Compare At Price': price?.markdownMinor === null ? '' : money(price?.amountMinor),
    'Variant Requires Shipping': variant.stockTracked,
    'Variant Taxable': product.taxClass !== 'zero',
    'Variant Barcode': variant.gtin,
    'Variant Weight Unit': 'kg',
  }
  product.options.slice(0, optionCount).forEach((option, at) => {
    row[`Option${at + 1} Value`] =
      option.values.find(({ value }) => value === variant.optionValues[at])?.label.es ?? variant.optionValues[at]
  })
  if (product.options.length === 0) row['Option1 Value'] = 'Default Title'
  return row
}
